/* The configuration: an INI file (inih), the command line, and what follows from neither.
 *
 * Sections: [daemon] [listen] [access] [limits] [root NAME] [plugin NAME]; see prospect.conf(5).
 *
 * Every key stands in one table in config.c with its section, type and bounds; anything else is an
 * error with file name and line number.
 */
#ifndef PROSPECT_CONFIG_H
#define PROSPECT_CONFIG_H

#include "daemon/log.h"
#include "index/base/error.h"
#include "index/base/strlist.h"

#include <stdbool.h>
#include <stdint.h>

enum config_watch {
    WATCH_AUTO,    /* inotify, or polling where it cannot work */
    WATCH_INOTIFY, /* the same; a polling fallback is a warning */
    WATCH_POLLING
};

struct config_root {
    char *name;       /* [root NAME]; with --root the folder's own name */
    char *path;       /* as given, made absolute */
    char *url_prefix; /* NULL: the daemon's own /documents/{id}/content */
    bool restricted;
    struct strlist access;
    struct strlist ignore;  /* globs */
    char *programme, *lang; /* for documents that do not say; NULL: none */
    enum config_watch watch;
    unsigned poll_seconds;
};

struct config_plugin {
    char *name;              /* [plugin NAME] */
    struct strlist settings; /* "key=value" */
};

struct config {
    char *file; /* NULL: none was read */
    /* [daemon] */
    char *state; /* folder of the index, lock and logs */
    char *plugin_dir;
    char *worker; /* path of prospect-worker */
    enum log_level log_level;
    unsigned workers; /* children at once; 0: one for each core and one more */
    bool allow_unsandboxed;
    /* [listen] */
    char *socket; /* path; NULL: none */
    char *http;   /* "127.0.0.1:7700"; "": none */
    struct strlist allowed_hosts;
    char *public_url; /* NULL: from the request */
    unsigned max_connections;
    /* [access] */
    struct strlist trusted; /* user names */
    char *token_file;
    /* [limits] */
    uint64_t max_file_size;
    unsigned extract_seconds;
    unsigned cpu_seconds;
    uint64_t memory;   /* of one extraction */
    uint64_t text;     /* of one document */
    unsigned children; /* of one document */
    uint64_t child_bytes;
    unsigned nesting; /* how deep documents may lie in each other */
    unsigned ratio;   /* how many times its size may come out of a file; 0: any */
    uint64_t ratio_after;
    unsigned settle_ms;       /* after a file was closed */
    unsigned quiet_ms;        /* where it is not seen to be closed */
    uint64_t disk_reserve;    /* as in disk.h */
    unsigned compact_seconds; /* without changes, before the index is compacted; 0: never */
    unsigned max_watches;     /* inotify watches; 0: as many as the system gives */
    /* [root NAME], at least one */
    struct config_root *roots;
    size_t n_roots;
    struct config_plugin *plugins;
    size_t n_plugins;
};

/* What the command line says; NULL or 0: nothing. */
struct config_options {
    const char *file, *root, *state, *http, *socket, *plugin_dir, *worker;
    const char *log_level;
    bool allow_unsandboxed;
};

/* Reads the file (if any), lays the options over it, fills in defaults and checks all of it:
 * ERROR's line then is "FILE:LINE: what is wrong and what would be right". Folders of roots must
 * exist. The caller frees *OUT with config_free(). */
prospect_status config_load(struct config **out, const struct config_options *options,
                            struct error *error);
void config_free(struct config **c);

#endif
