/* Folder files, side-cars, and the names that are no documents. */
#include "daemon/inifile.h"
#include "daemon/rules.h"
#include "index/base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct rules nothing;

static prospect_status enter(struct rules *out, const struct rules *parent, const char *folder,
                             const char *text, struct error *error)
{
    return rules_enter(out, parent, folder, text, text ? strlen(text) : 0, error);
}

/* "key=value key=value", in order */
static char *meta_of(const struct rules *r)
{
    struct buf b = {0};
    for (size_t i = 0; i < r->meta.count; i++)
        buf_addf(&b, "%s%s=%s", i ? "|" : "", r->meta.item[i].key, r->meta.item[i].value);
    return buf_take(&b);
}

static char *access_of(const struct rules *r)
{
    struct buf b = {0};
    buf_adds(&b, r->restricted ? "only:" : "all");
    for (size_t i = 0; i < r->access.count; i++)
        buf_addf(&b, "%s%s", i ? "," : "", r->access.item[i]);
    return buf_take(&b);
}

static void values_become_metadata(void **state)
{
    (void)state;
    static const struct {
        bool side_car;
        const char *text, *meta, *access, *line;
    } cases[] = {
        {false, "", "", "all", NULL},
        {false, "# nothing\n; at all\n\n", "", "all", NULL},
        {false, "programme = Mutual Learning\nevent=Pay gap; seminar\n",
         "programme=Mutual Learning|event=Pay gap; seminar", "all", NULL},
        {false,
         "\xEF\xBB\xBF"
         "date = 2016-10-18\r\ncountry = be\r\n",
         "date=2016-10-18|country=BE", "all", NULL},
        {false, "[folder]\nDate: 2016\nCOUNTRY: uk, El fr;XK\n",
         "date=2016|country=GB|country=GR|country=FR|country=XK", "all", NULL},
        {false, "country = United Kingdom; Suède, Greece\n", "country=GB|country=SE|country=GR",
         "all", NULL},
        {false, "lang = de-AT\ntype = Strategy\n", "language=de|type=strategy", "all", NULL},
        {false, "event = Égalité « femmes ; hommes »\n", "event=Égalité « femmes; hommes »", "all",
         NULL},
        {true, "title = A title ; with more\nauthors = Mira Banerjee; Ann Lee ;\n",
         "title=A title; with more|creator=Mira Banerjee|creator=Ann Lee", "all", NULL},
        {false, "event =\n", "", "all", NULL},
        /* damage: the rest counts */
        {false, "foo = 1\nevent = x\n", "event=x", "all", "line 1: unknown key \"foo\""},
        {false, "title = x\n", "", "all", "line 1: unknown key \"title\""},
        {true, "ignore = x\n", "", "all", "line 1: unknown key \"ignore\""},
        {false, "event = x\ndate = 2016-02-30\n", "event=x", "all",
         "line 2: date = \"2016-02-30\" is no YYYY, YYYY-MM or YYYY-MM-DD"},
        {false, "country = be, Ruritania\n", "country=BE", "all",
         "line 1: country = \"Ruritania\" is no country's code or name"},
        {false, "country = zz\n", "", "all",
         "line 1: country = \"zz\" is no country's code or name"},
        {false, "type = novel\n", "", "all",
         "line 1: type = \"novel\" is no type that prospect knows"},
        {false, "lang = klingonese\n", "", "all",
         "line 1: lang = \"klingonese\" is no language code"},
        {false, "event = \xff\xfe\nprogramme = p\n", "programme=p", "all",
         "line 1: the value of event is no UTF-8"},
        {false, "nonsense\nevent = x\n", "event=x", "all",
         "line 1: this line is neither \"[section]\" nor \"key = value\""},
        /* access */
        {false, "access = staff , board,staff\n", "", "only:board,staff", NULL},
        {false, "access =\n", "",
         "only:", "line 1: access = \"\" is no list of groups: nobody may see this"},
        {false, "access = staff board\n", "",
         "only:", "line 1: access = \"staff board\" is no list of groups: nobody may see this"},
        {false, "event = x\nACCESS staff\n", "event=x",
         "only:", "line 2: this line is neither \"[section]\" nor \"key = value\""},
        {false, "Access = staff\n", "", "only:staff", NULL},
        {false, "access = a, b\naccess = b, c\n", "", "only:b", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rules r;
        struct error error = {0};
        const char *text = cases[i].text;
        prospect_status status = cases[i].side_car
                                     ? rules_of_file(&r, &nothing, text, strlen(text), &error)
                                     : enter(&r, &nothing, "", text, &error);
        char *meta = meta_of(&r), *access = access_of(&r);
        assert_string_equal(meta, cases[i].meta);
        assert_string_equal(access, cases[i].access);
        assert_int_equal(status, cases[i].line ? PROSPECT_DAMAGED : PROSPECT_OK);
        assert_string_equal(error.line, cases[i].line ? cases[i].line : "");
        free(meta);
        free(access);
        rules_free(&r);
    }
}

static void nearer_values_win_and_access_only_narrows(void **state)
{
    (void)state;
    struct rules top, mid, low, file;
    struct error error;
    enter(&top, &nothing, "", "access = a, b, c\nevent = E\ncountry = be, fr\n", &error);
    enter(&mid, &top, "m", "access = b, c, d\ncountry = de\n", &error);
    enter(&low, &mid, "m/l", "access = d\n", &error);
    rules_of_file(&file, &mid, "access = c\nevent = F\n", 21, &error);
    char *meta = meta_of(&mid), *access = access_of(&mid);
    assert_string_equal(meta, "event=E|country=DE");
    assert_string_equal(access, "only:b,c");
    free(meta);
    free(access);
    access = access_of(&low);
    assert_string_equal(access, "only:");
    free(access);
    meta = meta_of(&file);
    access = access_of(&file);
    assert_string_equal(meta, "country=DE|event=F");
    assert_string_equal(access, "only:c");
    assert_string_equal(file.meta.item[0].source, "folder");
    assert_string_equal(file.meta.item[1].source, "side-car");
    assert_int_equal(file.meta.item[1].confidence, META_EXPLICIT);
    free(meta);
    free(access);
    rules_free(&file);
    rules_free(&low);
    rules_free(&mid);
    rules_free(&top);
}

static void a_root_restricts_what_is_below(void **state)
{
    (void)state;
    struct rules root, folder, nobody;
    struct strlist groups = {0}, none = {0};
    strlist_add(&groups, "b");
    strlist_add(&groups, "a");
    rules_of_root(&root, true, &groups, NULL, "P", "fr-BE");
    enter(&folder, &root, "", "access = everyone, a\nprogramme = Q\n", NULL);
    char *access = access_of(&folder), *meta = meta_of(&folder);
    assert_string_equal(access, "only:a");
    assert_string_equal(meta, "language=fr|programme=Q");
    assert_int_equal(folder.meta.item[0].confidence, META_DEFAULT);
    assert_int_equal(folder.meta.item[1].confidence, META_EXPLICIT);
    free(meta);
    free(access);
    rules_of_root(&nobody, true, &none, NULL, NULL, NULL);
    rules_free(&folder);
    enter(&folder, &nobody, "", "access = a\n", NULL);
    access = access_of(&folder);
    assert_string_equal(access, "only:");
    free(access);
    rules_free(&folder);
    rules_free(&nobody);
    rules_free(&root);
    strlist_free(&groups);
}

static void a_file_that_is_too_large_is_for_nobody(void **state)
{
    (void)state;
    struct rules r;
    struct error error;
    struct buf text = {0};
    while (text.len <= RULES_FILE_MAX)
        buf_adds(&text, "event = x\n");
    assert_int_equal(rules_enter(&r, &nothing, "", text.data, text.len, &error), PROSPECT_DAMAGED);
    assert_true(r.restricted && r.access.count == 0);
    rules_free(&r);
    buf_free(&text);
}

static void the_digest_tells_rules_apart(void **state)
{
    (void)state;
    static const uint8_t zeros[DIGEST_SIZE];
    struct rules a, b, c, d;
    enter(&a, &nothing, "x", "event = e\ncountry = be\n", NULL);
    enter(&b, &nothing, "y", "; other words\nevent=e\nCountry: BE\n", NULL);
    enter(&c, &nothing, "x", "event = e\ncountry = be\naccess = g\n", NULL);
    enter(&d, &nothing, "x", NULL, NULL);
    assert_memory_equal(a.digest, b.digest, DIGEST_SIZE);
    assert_memory_not_equal(a.digest, c.digest, DIGEST_SIZE);
    assert_memory_equal(d.digest, zeros, DIGEST_SIZE);
    rules_free(&a);
    rules_free(&b);
    rules_free(&c);
    rules_free(&d);
}

static void names_that_are_no_documents_are_ignored(void **state)
{
    (void)state;
    static const struct {
        const char *folder, *ignore, *path, *why;
    } cases[] = {
        {"", "", "a.pdf", NULL},
        {"", "", "a/b.pdf", NULL},
        {"", "", "a/~$plan.docx", "temporary"},
        {"", "", ".~lock.a.odt#", "temporary"},
        {"", "", "a.pdf.part", "temporary"},
        {"", "", "x/.a.txt.swp", "temporary"},
        {"", "", "a.txt~", "temporary"},
        {"", "", "#a.txt#", "temporary"},
        {"", "", "#1 report.pdf", NULL},
        {"", "", ".hidden", "temporary"},
        {"", "", "a/.git/config.txt", "temporary"},
        {"", "", "a/...pdf", "temporary"},
        {"", "", ".part", "temporary"},
        {"", "", "part", NULL},
        {"", "*.bak", "a.bak", "pattern"},
        {"", "*.bak", "a/b/c.bak", "pattern"},
        {"", "*.bak", "a/b/c.bak2", NULL},
        {"", "drafts", "a/drafts/b.pdf", "pattern"},
        {"", "drafts/", "drafts/b.pdf", "pattern"},
        {"", "drafts", "mydrafts/b.pdf", NULL},
        {"", "old/*", "old/a.pdf", "pattern"},
        {"", "old/*", "old/x/a.pdf", "pattern"},
        {"", "old/*", "x/old/a.pdf", NULL},
        {"", "/top.pdf", "top.pdf", "pattern"},
        {"", "/top.pdf", "x/top.pdf", NULL},
        {"", "a, [bc].txt", "c.txt", "pattern"},
        {"", "/", "c.txt", NULL},
        {"x", "*.bak", "x/a.bak", "pattern"},
        {"x", "*.bak", "x/y/a.bak", "pattern"},
        {"x", "*.bak", "y/a.bak", NULL},
        {"x", "y/*.bak", "x/y/a.bak", "pattern"},
        {"x", "y/*.bak", "y/a.bak", NULL},
        {"x", "x", "x/a.pdf", NULL}, /* holds below the folder, not for itself */
        {"[x]*\\", "*.bak", "[x]*\\/a.bak", "pattern"},
        {"[x]*\\", "*.bak", "xa\\/a.bak", NULL},
        {"[x]*\\", "y/*.bak", "[x]*\\/y/a.bak", "pattern"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rules r;
        struct buf text = {0};
        buf_addf(&text, "ignore = %s\n", cases[i].ignore);
        assert_int_equal(enter(&r, &nothing, cases[i].folder, buf_str(&text), NULL), PROSPECT_OK);
        const char *why = rules_ignored(&r, cases[i].path, false);
        if (cases[i].why && !why)
            print_error("%s in %s: %s\n", cases[i].ignore, cases[i].folder, cases[i].path);
        assert_string_equal(why ? why : "", cases[i].why ? cases[i].why : "");
        rules_free(&r);
        buf_free(&text);
    }
    assert_string_equal(rules_ignored(&nothing, "a.pdf.meta", true), "side-car");
    assert_null(rules_ignored(&nothing, "a.pdf.meta", false));
}

static bool collect(void *ctx, const struct inifile_line *l)
{
    buf_addf(ctx, "%u [%s] %s=%s%s\n", l->number, l->section, l->key ? l->key : "",
             l->value ? l->value : "", l->bad ? " !" : "");
    return l->number < 90;
}

static void hostile_lines_are_numbered_and_whole(void **state)
{
    (void)state;
    struct buf text = {0}, got = {0}, expected = {0};
    buf_adds(&text, "k = v\n[s] ] trailing\n\tindented = 1\n");
    buf_adds(&expected, "1 [] k=v\n2 [s] =\n3 [s] indented=1\n");
    buf_add(&text, "nul\0 = 1\n", 9);
    buf_adds(&expected, "4 [s] =nul !\n");
    buf_addf(&text, "%049d = 1\n%048d = 1\n", 0, 0);
    buf_addf(&expected, "5 [s] =%049d = 1 !\n6 [s] %048d=1\n", 0, 0);
    buf_addf(&text, "x =%300s#%189s.%500d\n", "y", ";;", 1);
    buf_addf(&expected, "7 [s] =x =");
    for (unsigned i = 0; i < 187; i++)
        buf_addc(&expected, ' ');
    buf_adds(&expected, " !\n");
    buf_adds(&text, "z = 1\nw = é");
    buf_adds(&expected, "8 [s] z=1\n9 [s] w=é\n");
    inifile_parse(text.data, text.len, false, collect, &got);
    assert_string_equal(got.data, expected.data);
    buf_clear(&got);
    /* Long values, cut for inih at every possible place, come back as they were. */
    for (unsigned n = 150; n < 420; n += 7) {
        struct buf value = {0};
        for (unsigned i = 0; i < n; i++)
            buf_addc(&value, "ab ;c#d= \xC3\xA9[x]:"[(i * i + i / 3) % 15]);
        while (value.len && strchr(" ;", value.data[value.len - 1]))
            value.data[--value.len] = '\0';
        buf_clear(&text);
        buf_clear(&expected);
        buf_addf(&text, "key = x%s\n", value.data);
        for (char *s = strstr(value.data, " ;"); s; s = strstr(value.data, " ;"))
            memmove(s, s + 1, strlen(s)); /* as documented */
        buf_addf(&expected, "1 [] key=x%s\n", value.data);
        inifile_parse(text.data, text.len, false, collect, &got);
        assert_string_equal(got.data, expected.data);
        buf_clear(&got);
        buf_free(&value);
    }
    buf_free(&text);
    buf_free(&got);
    buf_free(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_become_metadata),
        cmocka_unit_test(nearer_values_win_and_access_only_narrows),
        cmocka_unit_test(a_root_restricts_what_is_below),
        cmocka_unit_test(a_file_that_is_too_large_is_for_nobody),
        cmocka_unit_test(the_digest_tells_rules_apart),
        cmocka_unit_test(names_that_are_no_documents_are_ignored),
        cmocka_unit_test(hostile_lines_are_numbered_and_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
