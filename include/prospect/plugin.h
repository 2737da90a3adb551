/* SPDX-License-Identifier: MIT
 *
 * How a plugin for prospect is written.
 *
 * A plugin reads one family of file formats. It is a shared object that exports one symbol,
 * `prospect_plugin_entry`, made by PROSPECT_PLUGIN(). It links with nothing of prospect: everything
 * that it may use comes in through the source (what to read) and the sink (where the text goes), so
 * that any program can be its host.
 *
 * It runs in a process of its own for each document: one thread, no network, no files but the
 * one it is given, little memory, and a deadline. A system call that is not among the few that
 * reading takes ends the process. It may crash or be killed at any time; nothing but its document
 * is lost. Global state lasts for one document.
 *
 * A document is a row of UNITS (pages, slides, sheets, chapters, sections), numbered from 1 in
 * reading order. Each has text, in spans of a kind. Documents inside the document are CHILDREN.
 *
 * Every sink call returns a status. Anything but PROSPECT_OK means that the host wants no more
 * (a limit was reached, the deadline passed): the plugin returns that status at once.
 *
 * All strings are UTF-8 and NUL-terminated unless a length is given, and belong to the caller:
 * they need to live until the call returns, no longer. ABI 0 may still change.
 */
#ifndef PROSPECT_PLUGIN_H
#define PROSPECT_PLUGIN_H

#include <prospect/status.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PROSPECT_PLUGIN_ABI 0

/* What the host asks for. Only EXTRACT is sent today; a plugin answers PROSPECT_UNSUPPORTED to
 * kinds that it does not know. */
typedef enum prospect_job_kind {
    PROSPECT_JOB_EXTRACT = 0, /* text, metadata, children */
    PROSPECT_JOB_RENDER = 1,  /* a picture of a unit */
    PROSPECT_JOB_OCR = 2,     /* the text of a picture */
    PROSPECT_JOB_MEMBER = 3   /* the bytes of one child */
} prospect_job_kind;

typedef struct prospect_job {
    prospect_job_kind kind;
    uint32_t first_unit; /* units wanted: first to last, from 1; 1 to UINT32_MAX for all. Units */
    uint32_t last_unit;  /* outside may be left out, but keep their numbers. */
    int want_boxes;      /* not 0: send word boxes after each unit's text, if the format has any */
} prospect_job;

/* Where the document comes from. Owned by the host; valid until run() returns. */
typedef struct prospect_source prospect_source;
struct prospect_source {
    int fd;               /* seekable, read-only, at offset 0; stays the host's: dup() it for a
                           * library that closes what it is given. Never reopen it by a path. */
    uint64_t size;        /* bytes */
    const char *name;     /* file name without folder, as a hint; may be no valid UTF-8 */
    const char *mime;     /* what detection found, e.g. "text/html" */
    const char *encoding; /* what the outside says of the character encoding, or NULL */
    void *host;           /* the host's own */

    /* The value of KEY in the [plugin NAME] section of the configuration, or NULL. */
    const char *(*config)(const prospect_source *, const char *key);
    /* Milliseconds until the job is killed. A plugin that sees little left can cut() and return. */
    int64_t (*remaining_ms)(const prospect_source *);
    /* A line for the log, for the plugin's developer; not shown to users. */
    void (*log)(const prospect_source *, const char *line);
};

/* What a unit is called when it is shown to people. */
typedef enum prospect_unit_kind {
    PROSPECT_PAGE = 0, /* "page" of a hit counts these */
    PROSPECT_SLIDE = 1,
    PROSPECT_SHEET = 2,
    PROSPECT_CHAPTER = 3,
    PROSPECT_SECTION = 4 /* a piece of a document that has no pages */
} prospect_unit_kind;

typedef struct prospect_unit {
    uint32_t number;         /* from 1, rising */
    prospect_unit_kind kind; /* the same for all units of a document */
    const char *label;       /* as printed, e.g. "iv"; NULL where it is the number */
    const char *heading;     /* the unit's title; NULL if none. Not part of the unit's text: a
                              * heading that stands in the text is sent as a span as well. */
    const char *lang;        /* BCP 47 as the document declares it, e.g. "fr"; NULL if unknown */
} prospect_unit;

typedef enum prospect_span {
    PROSPECT_BODY = 0,
    PROSPECT_HEADING = 1,
    PROSPECT_TABLE_ROW = 2, /* one row; cells separated by a tab */
    PROSPECT_NOTE = 3       /* footnotes, speaker's notes, captions */
} prospect_span;

/* A word's place on its page. Boxes refer to the unit's text as sent: bytes from its start. */
typedef struct prospect_box {
    uint32_t start, length; /* bytes of the unit's text */
    float x0, y0, x1, y1;   /* 0 to 1 of the page's width and height, origin top left */
} prospect_box;

/* How sure a metadata value is. */
typedef enum prospect_confidence {
    PROSPECT_GUESS = 1,   /* e.g. the first large line of page 1 taken for the title */
    PROSPECT_LIKELY = 2,  /* e.g. an Info dictionary that authoring programs fill by themselves */
    PROSPECT_DECLARED = 3 /* e.g. a dcterms element that somebody wrote on purpose */
} prospect_confidence;

/* Where the result goes. */
typedef struct prospect_sink prospect_sink;
struct prospect_sink {
    void *host; /* the host's own */

    /* A unit starts; text() and boxes() belong to it until unit_end(). */
    prospect_status (*unit_begin)(prospect_sink *, const prospect_unit *);
    /* LENGTH bytes of text. Spans of different calls never join to one word; line feeds inside
     * are kept. A long span may be sent in pieces of the same kind by `text_more`, which
     * continues the span before it. Each piece is whole characters. */
    prospect_status (*text)(prospect_sink *, prospect_span, const char *utf8, size_t length);
    prospect_status (*text_more)(prospect_sink *, const char *utf8, size_t length);
    /* Boxes of words of this unit, in any order and any number of calls; if the job wants them. */
    prospect_status (*boxes)(prospect_sink *, const prospect_box *, size_t count);
    prospect_status (*unit_end)(prospect_sink *);

    /* A metadata value. KEY is a Dublin Core term without prefix: title, creator (one call per
     * person), date, language, subject, description, publisher, type, identifier, rights ...
     * Dates are sent as W3C-DTF (2016, 2016-10, 2016-10-18, with time if known). SOURCE says where
     * in the file it stood, e.g. "pdf:info", "html:meta". */
    prospect_status (*meta)(prospect_sink *, const char *key, const char *value, const char *source,
                            prospect_confidence);

    /* Part of the document could not be read, and why, in words for people: "page 7 cannot be
     * read". The document is kept, and marked incomplete. May be called more than once. */
    prospect_status (*cut)(prospect_sink *, const char *reason);
    /* Something odd that loses nothing. Kept with the document. */
    prospect_status (*warning)(prospect_sink *, const char *line);

    /* A document inside this one. NAME is its path inside ("attachments/a.pdf"), bytes as they
     * are; MIME or NULL. Its bytes follow by child_data(), in any number of calls. Children are
     * sent between units or after them, never inside one. */
    prospect_status (*child_begin)(prospect_sink *, const char *name, size_t name_length,
                                   const char *mime);
    prospect_status (*child_data)(prospect_sink *, const void *bytes, size_t length);
    prospect_status (*child_end)(prospect_sink *);

    /* Says in one line why run() is about to return an error, for /failures. Returns STATUS. */
    prospect_status (*fail)(prospect_sink *, prospect_status status, const char *line);
};

/* Which files a plugin may open while it reads a document, for reading, in a process that has no
 * rights beyond it. Whatever else it opens, and all calls that it does not need, end the process,
 * and the document's failure names the call. */
typedef enum prospect_files {
    PROSPECT_FILES_NONE = 0,  /* none: what it needs it has opened in warm_up() */
    PROSPECT_FILES_SHARED = 1 /* the system's fonts, poppler's data, locales, time zones; an attempt
                               * to open others fails with EACCES */
} prospect_files;

/* One plugin: a constant. `abi` is the first field for ever. */
typedef struct prospect_plugin {
    uint32_t abi;            /* PROSPECT_PLUGIN_ABI; filled by the macro */
    const char *name;        /* short, lower case: "pdf" */
    const char *version;     /* changes whenever the output may change: documents read by another
                              * version are read again */
    const char *licence;     /* SPDX */
    const char *const *mime; /* "text/html", or a family: "text/" followed by '*'; NULL ends it */
    int priority;            /* where two plugins claim a type: the higher; a tie is refused */
    /* Called once in the process that will run jobs, before it is locked down: open converters,
     * load fonts, data, and whatever a library loads late: no code can be loaded in run(), not even
     * by iconv_open() or dlopen(). Descriptors that it leaves open are closed before run(). May
     * be NULL. An error disables the plugin. */
    prospect_status (*warm_up)(void);
    /* Does the job. Called once per process. Returns PROSPECT_OK or why the document (or the rest
     * of it) could not be read; units that were sent are kept in either case. */
    prospect_status (*run)(const prospect_job *, const prospect_source *, prospect_sink *);
    prospect_files files; /* left out: none */
} prospect_plugin;

#define PROSPECT_PLUGIN_SYMBOL "prospect_plugin_entry"

/* PROSPECT_PLUGIN(.name = "pdf", .version = "1", ...) defines the exported constant. */
#define PROSPECT_PLUGIN(...)                                                                       \
    extern __attribute__((visibility("default"))) const prospect_plugin prospect_plugin_entry;     \
    const prospect_plugin prospect_plugin_entry = {.abi = PROSPECT_PLUGIN_ABI, __VA_ARGS__}

#ifdef __cplusplus
}
#endif
#endif
