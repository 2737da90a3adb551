/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the files of the text plugin share the work.
 */
#ifndef PROSPECT_PLUGINS_TEXT_H
#define PROSPECT_PLUGINS_TEXT_H

#include "plugins/charset.h"
#include "plugins/common.h"

/* With less time left, what was read so far is kept and the rest is cut. */
#define TEXT_LEAST_MS 300

/* One line with its line feed or form feed; the last may lack it, one of more than 64 KiB comes
 * in pieces. */
typedef prospect_status (*text_line)(void *context, const char *line, size_t n);

/* Calls LINE for each line of the text. */
prospect_status text_lines(struct charset *c, const prospect_source *source, prospect_sink *sink,
                           text_line line, void *context);

/* The kinds of text: each reads all of it into the sink. */
prospect_status text_plain(struct charset *c, const prospect_source *source, prospect_sink *sink);
prospect_status text_table(struct charset *c, const prospect_source *source, prospect_sink *sink);
prospect_status text_json(struct charset *c, const prospect_source *source, prospect_sink *sink);
prospect_status text_markdown(struct charset *c, const prospect_source *source,
                              prospect_sink *sink);

#endif
