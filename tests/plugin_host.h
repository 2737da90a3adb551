/* A small host for plugins: runs one on bytes or a file, and writes down all that it sends as
 * lines, after checking that calls come in the order of the contract and carry UTF-8.
 *
 *     [page 2 "iv" Heading (fr)]    a unit: kind, number, label, heading, language, if it has them
 *     B text                        a span of body text; H heading, R table row, N note
 *     + text                        a continuation
 *     title = A title (html:meta 3) metadata, with source and confidence
 *     cut: reason                   warning: line
 *     child name mime 12            with its number of bytes
 *     = ok                          the result; "= damaged: line"
 *
 * A line feed in a text is written as '|', a tab as '>'.
 */
#ifndef TESTS_PLUGIN_HOST_H
#define TESTS_PLUGIN_HOST_H

#include "index/base/buf.h"

#include <prospect/plugin.h>
#include <stdbool.h>

struct plugin_box {
    uint32_t unit;
    prospect_box box;
};

struct plugin_record {
    struct buf lines;       /* as above; NUL-terminated after plugin_run() */
    struct buf text;        /* the last unit's text as sent, without separators */
    struct plugin_box *box; /* all boxes */
    size_t n_boxes;
    uint32_t units; /* number of the last unit */
    size_t text_bytes, n_units, children;
    prospect_status status;
    char nonsense[256]; /* the first breach of the contract; "" if none */
    uint32_t stop_at;   /* set by the caller: the sink refuses the unit of this number */
    bool count_only;    /* set by the caller: LINES gets no text, and text is not checked */
    bool in_unit, in_child, has_span;
    prospect_unit_kind kind;
    size_t child_bytes;
};

struct plugin_input {
    const char *mime, *name, *encoding;
    const char *bytes;
    size_t length;        /* 0: strlen(bytes) */
    int fd;               /* used instead of BYTES where these are NULL */
    prospect_job job;     /* all zero: everything, no boxes */
    int64_t remaining_ms; /* 0: a minute */
};

/* The plugin in the build tree, loaded and warmed up; fails the test if that cannot be. */
const prospect_plugin *plugin_load(const char *name);
/* Runs it. The record is to be freed. */
void plugin_run(const prospect_plugin *plugin, const struct plugin_input *input,
                struct plugin_record *record);
void plugin_record_free(struct plugin_record *record);

/* Fails the test, showing the record, unless each of the texts in LINES (NULL-terminated) stands
 * in it, in this order; one that starts with '!' must not stand in it at all. */
void assert_record(const struct plugin_record *record, const char *const *lines);

#endif
