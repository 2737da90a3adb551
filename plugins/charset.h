/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files of text in any encoding, read as clean UTF-8. uchardet and iconv are used nowhere else.
 *
 * The whole file is looked at once before it is decoded, since its first bytes often are ASCII in
 * every encoding. In this order: a byte order mark; UTF-16 by its pattern; UTF-8 if (nearly) all
 * of it is valid; what the document or the outside declares; uchardet; windows-1252.
 */
#ifndef PROSPECT_PLUGINS_CHARSET_H
#define PROSPECT_PLUGINS_CHARSET_H

#include <prospect/plugin.h>
#include <stdbool.h>
#include <sys/types.h>

struct charset;

/* Opens the converters of the usual encodings, since the sandbox may forbid it later. */
prospect_status charset_warm_up(void);

/* DECLARED: what the document says of itself, or NULL. The source must outlive the reader. */
prospect_status charset_open(struct charset **out, const prospect_source *source,
                             const char *declared);
void charset_close(struct charset **c);

/* The next bytes, up to SIZE (at least 16), ending between characters; 0 at the end; -1 if the
 * file cannot be read. Line ends are line feeds, NUL is dropped, other control characters but tab
 * and form feed are spaces, what cannot be decoded is U+FFFD. */
ssize_t charset_read(struct charset *c, char *out, size_t size);
/* The encoding that was chosen. */
const char *charset_name(const struct charset *c);
/* Form feeds stand between parts of the text. */
bool charset_has_pages(const struct charset *c);
/* Says by warning() how many characters could not be decoded, if any. */
prospect_status charset_report(const struct charset *c, prospect_sink *sink);

#endif
