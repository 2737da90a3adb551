/* INI text, line by line: inih behind an interface that has line numbers, long values and no
 * surprises. inih is used nowhere else. Pure: text in, lines out.
 *
 * A line is `[section]`, `key = value` or `key: value`; a comment starts a line with `;` or `#`. A
 * value ends with its line: there are no continuation lines. A byte order mark is skipped.
 */
#ifndef PROSPECT_INIFILE_H
#define PROSPECT_INIFILE_H

#include <stdbool.h>
#include <stddef.h>

#define INIFILE_LINE_MAX 8000 /* bytes; a longer line is bad */
#define INIFILE_NAME_MAX 48   /* bytes of a section's or key's name */

struct inifile_line {
    unsigned number;     /* from 1 */
    const char *section; /* "" before the first */
    const char *key;     /* NULL: the section starts here */
    const char *value;   /* never NULL where there is a key; blanks around it are gone */
    const char *bad;     /* what is wrong with this line, which then has no key: "has a NUL byte";
                          * value is how the line starts */
};

/* False: stop. What it is given is valid during the call only. */
typedef bool inifile_fn(void *ctx, const struct inifile_line *line);

/* Gives EACH what stands in TEXT, in order. COMMENTS: ` ;` in a line starts a comment too; without
 * it, a `;` is part of the value (blanks before it are dropped). */
void inifile_parse(const char *text, size_t length, bool comments, inifile_fn *each, void *ctx);

#endif
