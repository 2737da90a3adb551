/* Any bytes as a folder's .prospect file and as a side-car in it: whatever they say, they hide and
 * never show. */
#include "daemon/rules.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

const char *const fuzz_seeds[] = {"event = Seminar\ndate = 2016-10-18\ncountry = BE, SE\naccess = "
                                  "staff, board\nignore = *.tmp x/?\n",
                                  "; a comment\ntitle = T\nauthors = A; B\nlang = en\naccess =\n",
                                  "access = staff\naccess = other\n[x]\n",
                                  "\xef\xbb\xbf"
                                  "access = staff\r\nprogramme = \xff\r\n",
                                  "access\n=\n: x\n",
                                  "country = \xef\xbb\xbf\n", /* of which nothing is left */
                                  NULL};

/* Whoever may see what INNER holds for may see what OUTER does. */
static void check_narrows(const struct rules *outer, const struct rules *inner)
{
    FUZZ_CHECK(inner->restricted || !outer->restricted);
    for (size_t i = 0; outer->restricted && i < inner->access.count; i++)
        FUZZ_CHECK(strlist_has(&outer->access, inner->access.item[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct strlist access = {0}, none = {0};
    strlist_add(&access, "board");
    strlist_add(&access, "staff");
    for (int restricted = 0; restricted < 2; restricted++) {
        struct rules root, folder, below, file;
        rules_of_root(&root, restricted, &access, &none, NULL, NULL);
        prospect_status status = rules_enter(&folder, &root, "a", text, size, NULL);
        rules_enter(&below, &folder, "a/b", text, size / 2, NULL);
        rules_of_file(&file, &below, text, size, NULL);
        check_narrows(&root, &folder);
        check_narrows(&folder, &below);
        check_narrows(&below, &file);
        FUZZ_CHECK(size <= RULES_FILE_MAX || (status != PROSPECT_OK && folder.access.count == 0));
        rules_ignored(&file, "a/b/some name.pdf", false);
        rules_free(&file);
        rules_free(&below);
        rules_free(&folder);
        rules_free(&root);
    }
    strlist_free(&access);
    return 0;
}
