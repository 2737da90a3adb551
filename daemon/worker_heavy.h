/* The zygote of the heavy plugins.
 *
 * A fork copies its process's mappings, so a page of HTML would pay for the fifty libraries of a
 * reader of PDF. So the zygote forks another one before it loads any plugin. That one, the heavy
 * zygote, loads all of them; the light one only those that bring few libraries. A document goes to
 * the light zygote first. A child there that finds a type of a heavy plugin ends with
 * WORKER_ELSEWHERE before it has said anything, and the job is passed on; the endings of such
 * documents' names are remembered, so that the next ones go straight there. prospectd knows nothing
 * of this: the light zygote speaks for both.
 */
#ifndef PROSPECT_WORKER_HEAVY_H
#define PROSPECT_WORKER_HEAVY_H

#include "daemon/worker.h"

/* What the zygotes are made of. */
struct heavy_options {
    const char *directories; /* of plugins */
    uint32_t light;          /* shared objects of a light plugin, at most */
    enum sandbox_wanted sandbox;
    int control; /* the light zygote's own, for the heavy one to close */
};

enum {
    HEAVY_LIGHT = 25 /* the usual `light` */
};

/* Forks the heavy zygote, which loads all plugins, and loads the light ones into W->host. The heavy
 * one ends when this process does. W->heavy is NULL after if no plugin is heavy. W has its detector
 * and no host yet. */
prospect_status heavy_new(struct worker *w, const struct heavy_options *o, struct error *error);
void heavy_free(struct heavy **h);
int heavy_socket(const struct heavy *h);

/* Whether documents of this NAME are better sent to the heavy zygote at once. */
bool heavy_expects(struct heavy *h, const char *name);
/* A document of this NAME was read by a heavy plugin, or by a light one. */
void heavy_learn(struct heavy *h, const char *name, bool is_heavy);

/* Passes a frame on, with the N descriptors in FDS; false if the heavy zygote is gone. */
bool heavy_send(struct heavy *h, uint32_t type, const struct buf *payload, const int *fds,
                size_t n);
/* Reads what has come: true and, in OUT, the whole frames of it; false if it is gone. */
bool heavy_receive(struct heavy *h, struct buf *out);

#endif
