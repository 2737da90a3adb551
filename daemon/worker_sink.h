/* The sink that plugins write to: checks the order of calls, keeps to the job's limits, and sends
 * frames. Lives in the child; whatever it lets through, prospectd checks again, since a plugin can
 * do as it likes with the memory of its process.
 *
 * A plugin that breaks the rules of plugin.h gets PROSPECT_ARGUMENT from the call, and the first
 * such line becomes the document's outcome.
 */
#ifndef PROSPECT_WORKER_SINK_H
#define PROSPECT_WORKER_SINK_H

#include "daemon/wire.h"
#include "index/base/error.h"

struct worker_sink {
    prospect_sink sink; /* what the plugin gets */
    int fd;
    struct buf out; /* frames not yet written */
    const struct wire_job *job;
    bool in_unit, in_child, skipping;
    int span; /* kind of the unit's last span; -1: none yet */
    uint32_t last_unit;
    bool had_unit;
    prospect_unit_kind kind;
    uint32_t units, children;
    uint64_t unit_text, text, child_bytes; /* sent */
    unsigned log_lines;
    prospect_status stop; /* not OK: a limit was reached, nothing more is wanted */
    struct error failure; /* what the plugin said of its failure */
    struct error misuse;  /* the first rule that it broke */
};

void worker_sink_init(struct worker_sink *s, const struct wire_job *job, int fd);
void worker_sink_detected(struct worker_sink *s, const char *mime, const prospect_plugin *plugin);
void worker_sink_log(struct worker_sink *s, const char *line);
/* What run() returned, seen together with what went before, as DONE; and all of it written. */
void worker_sink_finish(struct worker_sink *s, prospect_status returned);
/* DONE with an outcome that no plugin had a part in. */
void worker_sink_done(struct worker_sink *s, prospect_status status, const char *line);

#endif
