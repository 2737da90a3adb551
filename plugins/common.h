/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What our plugins share; compiled into each of them. Nothing here fails loudly: a buffer that is
 * full, or cannot grow, keeps what it has and says so.
 */
#ifndef PROSPECT_PLUGINS_COMMON_H
#define PROSPECT_PLUGINS_COMMON_H

#include <prospect/plugin.h>
#include <stdbool.h>
#include <stddef.h>

/* Bytes that grow up to MAX; always NUL-terminated once something was added. */
struct text_buf {
    char *data;
    size_t len, size, max; /* max 0: TEXT_BUF_MAX */
    bool full;             /* something was left out */
};

#define TEXT_BUF_MAX (16u << 20)

void text_buf_add(struct text_buf *b, const char *bytes, size_t n);
void text_buf_str(struct text_buf *b, const char *s);
void text_buf_char(struct text_buf *b, char c);
/* Empties it and keeps its memory. */
void text_buf_clear(struct text_buf *b);
/* Takes spaces and line feeds off the end. */
void text_buf_trim(struct text_buf *b);
void text_buf_free(struct text_buf *b);
/* The bytes as a string: "" when empty. Valid until the next change. */
const char *text_buf_get(const struct text_buf *b);

/* Writes the UTF-8 of CODE (U+FFFD for what is no character) and returns its length, 1 to 4. */
size_t utf8_put(char out[4], uint32_t code);
/* The length of the well-formed character at S (1 to 4); 0 if there is none; -1 if the N bytes
 * end in the middle of what may become one. N > 0. */
int utf8_length(const unsigned char *s, size_t n);
/* The longest prefix of at most MAX bytes of the valid UTF-8 S that ends between characters. */
size_t utf8_floor(const char *s, size_t n, size_t max);

/* Copies IN with runs of white space made one space, none at the ends, cut to MAX bytes. To be
 * freed; NULL if nothing is left. */
char *text_squeeze(const char *in, size_t max);
/* As meta() of the sink, with the value squeezed and cut, and nothing sent if it is empty. */
prospect_status meta_send(prospect_sink *sink, const char *key, const char *value,
                          const char *source, prospect_confidence confidence);
/* One meta() for each part of VALUE between any of SEPARATORS (at most 100). */
prospect_status meta_send_list(prospect_sink *sink, const char *key, const char *value,
                               const char *separators, const char *source,
                               prospect_confidence confidence);
/* Sends persons one by one: split at ';', at " and ", and at ',' unless the names look like
 * "Family, Given". */
prospect_status meta_send_people(prospect_sink *sink, const char *value, const char *source,
                                 prospect_confidence confidence);
/* Sends a date as W3C-DTF; what is no date is not sent. */
prospect_status meta_send_date(prospect_sink *sink, const char *key, const char *value,
                               const char *source, prospect_confidence confidence);

#define DATE_MAX 32
/* Reads "2016", "2016-10", "2016-10-18T09:30:00Z", "20161018", "2016/10/18", "18.10.2016",
 * "18 October 2016", "October 18, 2016", "Tue, 18 Oct 2016 09:30:00 GMT", "D:20161018093000+02'00'"
 * and writes it as W3C-DTF; false if it is none of them. */
bool date_w3c(const char *in, char out[DATE_MAX]);

/* True if STATUS is not PROSPECT_OK: the plugin is to return it. */
#define STOPS(status) ((status) != PROSPECT_OK)

#endif
