/* What .prospect files and side-cars say: an INI file (inih) with programme, event, date, country,
 * type, lang, access, ignore, and in a side-car title and authors too. A folder's file holds for
 * it and all below; nearer values win; access lists intersect: a folder can narrow what its parent
 * allows, never widen it. Pure: text in, rules out.
 */
#ifndef PROSPECT_RULES_H
#define PROSPECT_RULES_H

#include "index/base/error.h"
#include "index/document.h"

#include <stdbool.h>

#define RULES_FOLDER_FILE ".prospect"
#define RULES_SIDE_CAR    ".meta"
#define RULES_FILE_MAX    (64 * 1024) /* bytes; a larger one counts as damaged */

struct rules {
    struct meta_list meta; /* META_EXPLICIT, source "folder" or "side-car" */
    bool restricted;
    struct strlist access;       /* sorted */
    struct strlist ignore;       /* patterns with the folder that says them: rules_values.h */
    uint8_t digest[DIGEST_SIZE]; /* of all that follows from the files; zeros: nothing said */
};

/* What holds at a root by configuration. PROGRAMME and LANG (NULL: none) are for documents that do
 * not say: META_DEFAULT, source "configuration". */
void rules_of_root(struct rules *out, bool restricted, const struct strlist *access,
                   const struct strlist *ignore, const char *programme, const char *lang);
/* OUT is what holds below FOLDER (its path relative to the root; "" for the root itself), which
 * lies in PARENT's and has a .prospect file with this TEXT (NULL: has none). A damaged file
 * (unknown key, bad date, no UTF-8) still counts for what it does say, except that nothing of it
 * can widen access: PROSPECT_DAMAGED and a line with the line number, and where an `access` line
 * itself cannot be understood, or the file is too large, nobody but the admin sees what is below.
 * OUT is good in either case, and shares nothing with PARENT. */
prospect_status rules_enter(struct rules *out, const struct rules *parent, const char *folder,
                            const char *text, size_t length, struct error *error);
/* The same for one file and its side-car. */
prospect_status rules_of_file(struct rules *out, const struct rules *folder, const char *text,
                              size_t length, struct error *error);
void rules_copy(struct rules *out, const struct rules *from);
/* Nobody but the admin: there is a folder file or side-car, and it cannot be read. */
void rules_hide(struct rules *r);
void rules_free(struct rules *r);

/* Why a name is no document: "temporary" (~$x, .~lock, *.part, .swp, dot files ...), "pattern", or
 * "side-car"; NULL if it is one. PATH is relative to the root. SIDE_CAR_OF_EXISTING: the name ends
 * in .meta and the file without it exists. A pattern (fnmatch) with '/' is matched against the path
 * below the folder that says it, one without against each name in it; a folder that matches takes
 * with it what it holds. */
const char *rules_ignored(const struct rules *folder, const char *path, bool side_car_of_existing);

#endif
