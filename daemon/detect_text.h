/* What text gives away about itself: for detect.c, where libmagic sees none, or another kind. Pure.
 */
#ifndef PROSPECT_DETECT_TEXT_H
#define PROSPECT_DETECT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* No NUL and hardly a control byte, whatever the character set. */
bool detect_is_text(const char *bytes, size_t length);
/* "utf-16le", "utf-16be", or NULL. By the byte order mark, or where most characters come from one
 * or two scripts of 256 characters and spaces or line feeds are among them. */
const char *detect_utf16(const char *bytes, size_t length);
/* The first element is one that only HTML has, or there is an <html> in the first kilobyte. WIDE
 * skips every other byte (UTF-16, of either order). */
bool detect_is_html(const char *bytes, size_t length, bool wide);
/* An XML document whose root is <html>. */
bool detect_is_xhtml(const char *bytes, size_t length);

#endif
