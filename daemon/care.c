#include "daemon/care.h"

#include "daemon/deaths.h"
#include "daemon/log.h"
#include "daemon/revive.h"
#include "daemon/verification.h"
#include "index/base/clock.h"
#include "index/base/mem.h"
#include "index/index.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    SMALL_BYTES = 64 << 20,
    START_MS = 2000,        /* which a small one takes on a busy machine only */
    SUSPICIOUS_MS = 10000,  /* after a death */
    DEADLY_MS = 600 * 1000, /* after several: the whole of a large index */
    END_MS = 5000,
    TICK_S = 10,
    DAY_S = 24 * 3600,
    NOTE_MS = 20 * 1000,    /* between notes of what was written, at least; and */
    NOTE_TIMES = 50,        /* so many times what the last one took */
    AGAIN_MS = 300 * 1000,  /* longer where nothing was written */
    SUSPECT_MS = 60 * 1000, /* between looks on suspicion */
    UNKNOWN_MS = 600 * 1000 /* after one that told nothing */
};

struct care {
    char *state, *index_dir;
    struct care_hooks hooks;
    struct event_base *base;
    struct event *tick, *said;
    struct verification *look; /* NULL: there is none going on */
    int64_t began, quick_after, again_after, full_after;
    /* How often the index had changed when the look began, when one that ended well did, and at the
     * last tick. */
    unsigned commits, noted, seen;
    atomic_bool suspected;
};

/* ---- before anything is served --------------------------------------------------------------- */

static void begin_anew(struct care *c, const char *reason, bool at_once)
{
    struct error error;
    log_line(LOG_ERROR, "the index is damaged (%s): it is filled anew%s", reason,
             at_once ? "" : ", and searched meanwhile as far as it can be");
    if (index_begin_anew(c->index_dir, reason, at_once, &error))
        log_line(LOG_ERROR, "the index cannot be begun anew: %s", error.line);
}

static void begin_look(struct care *c, bool quick, bool patient)
{
    struct error error;
    c->began = clock_steady_ms();
    c->commits = c->hooks.commits ? c->hooks.commits(c->hooks.ctx) : 0;
    if (verification_new(&c->look, c->state, quick, patient, &error))
        log_line(LOG_WARNING, "%s", error.line);
}

/* True where it is damaged, and begun anew. */
static bool look_first(struct care *c, bool quick, int wait_ms)
{
    begin_look(c, quick, false);
    if (!c->look || !verification_wait(c->look, wait_ms))
        return false;
    bool damaged = verification_outcome(c->look) == VERIFICATION_DAMAGED;
    if (damaged)
        begin_anew(c, verification_finding(c->look), false);
    verification_free(&c->look);
    return damaged;
}

/* What is known to be damaged and may have been the cause is not served again. */
static void after_death(struct care *c, unsigned deaths, const struct index_health *health)
{
    atomic_store(&c->suspected, true);
    if (deaths_wait(deaths)) {
        log_line(LOG_WARNING, "prospectd has died %u times within an hour: it waits", deaths);
        sleep(deaths_wait(deaths));
    }
    if (health->beside)
        begin_anew(c, health->damage, true);
    else if (deaths < DEATHS_VERIFY)
        look_first(c, true, SUSPICIOUS_MS);
    else if (!look_first(c, false, DEADLY_MS) && deaths == DEATHS_ANEW)
        begin_anew(c, "prospectd died of it, though nothing was found", false);
}

void care_new(struct care **out, const struct config *config, const char *index_dir)
{
    struct care *c = *out = mem_zalloc(sizeof *c);
    struct index_health health;
    int64_t now = time(NULL);
    c->state = mem_strdup(config->state);
    c->index_dir = mem_strdup(index_dir);
    if (access(index_dir, F_OK) != 0)
        return;
    index_health(index_dir, &health);
    if (revive_signal()) {
        deaths_add(c->state, now);
        log_line(LOG_ERROR, "prospectd died of signal %d and was started anew", revive_signal());
        after_death(c, deaths_count(c->state, now), &health);
    } else if (!health.beside && health.bytes <= SMALL_BYTES) {
        look_first(c, true, START_MS);
    } else if (!health.beside) {
        begin_look(c, true, true);
    }
}

bool care_mend(struct care *c, const struct error *why)
{
    struct index_health health;
    index_health(c->index_dir, &health);
    if (why->status == PROSPECT_LOCKED || health.beside)
        return false;
    verification_free(&c->look);
    begin_look(c, false, false);
    if (!c->look)
        return false;
    bool damaged = verification_wait(c->look, DEADLY_MS) &&
                   verification_outcome(c->look) == VERIFICATION_DAMAGED;
    if (damaged || why->status == PROSPECT_CORRUPT)
        begin_anew(c, damaged ? verification_finding(c->look) : why->line, true);
    verification_free(&c->look);
    return damaged || why->status == PROSPECT_CORRUPT;
}

/* ---- while it is served ---------------------------------------------------------------------- */

static void end_look(struct care *c)
{
    enum verification_outcome outcome = verification_outcome(c->look);
    bool quick = verification_is_quick(c->look);
    char reason[200];
    int64_t now = clock_steady_ms();
    snprintf(reason, sizeof reason, "%s", verification_finding(c->look));
    event_free(c->said);
    c->said = NULL;
    verification_free(&c->look);
    c->quick_after = now + NOTE_MS + NOTE_TIMES * (now - c->began);
    c->again_after = c->quick_after + AGAIN_MS;
    if (!quick)
        c->full_after = now + (outcome == VERIFICATION_UNKNOWN ? UNKNOWN_MS : SUSPECT_MS);
    if (outcome == VERIFICATION_SOUND)
        c->noted = c->commits;
    if (outcome == VERIFICATION_SOUND && !quick)
        log_line(LOG_INFO, "the index was verified in %lld ms", (long long)(now - c->began));
    if (outcome == VERIFICATION_DAMAGED)
        c->hooks.damaged(c->hooks.ctx, reason);
}

static void look_spoke(evutil_socket_t fd, short what, void *ctx)
{
    struct care *c = ctx;
    (void)fd;
    (void)what;
    if (verification_read(c->look))
        end_look(c);
}

static void follow_look(struct care *c)
{
    if (!c->look)
        return;
    c->said = event_new(c->base, verification_fd(c->look), EV_READ | EV_PERSIST, look_spoke, c);
    event_add(c->said, NULL);
}

static void look_for_a_reason(struct care *c, int64_t now, const struct index_health *health)
{
    unsigned commits = c->hooks.commits(c->hooks.ctx);
    bool quiet = commits == c->seen;
    c->seen = commits;
    if (atomic_load(&c->suspected) && now >= c->full_after) {
        atomic_store(&c->suspected, false);
        begin_look(c, false, false);
    } else if (quiet && now >= c->full_after && time(NULL) - health->verified >= DAY_S) {
        begin_look(c, false, true);
    } else if (quiet && now >= (commits == c->noted ? c->again_after : c->quick_after)) {
        begin_look(c, true, true);
    }
}

static void ticked(evutil_socket_t fd, short what, void *ctx)
{
    struct care *c = ctx;
    struct index_health health;
    (void)fd;
    (void)what;
    if (c->hooks.met_damage(c->hooks.ctx))
        atomic_store(&c->suspected, true);
    index_health(c->index_dir, &health);
    if (health.beside)
        atomic_store(&c->suspected, false); /* it is known */
    else if (!c->look)
        look_for_a_reason(c, clock_steady_ms(), &health);
    if (c->look && !c->said)
        follow_look(c);
}

prospect_status care_start(struct care *c, struct event_base *base, const struct care_hooks *hooks,
                           struct error *error)
{
    const struct timeval every = {.tv_sec = TICK_S};
    c->hooks = *hooks;
    c->base = base;
    c->tick = event_new(base, -1, EV_PERSIST, ticked, c);
    if (!c->tick || event_add(c->tick, &every) < 0)
        return error_set(error, PROSPECT_INTERNAL, "cannot watch over the index");
    follow_look(c);
    return PROSPECT_OK;
}

void care_suspect(struct care *c)
{
    if (!atomic_exchange(&c->suspected, true))
        event_active(c->tick, EV_TIMEOUT, 0);
}

/* ---- the end --------------------------------------------------------------------------------- */

static void note_the_last(struct care *c)
{
    struct index_health health;
    index_health(c->index_dir, &health);
    verification_free(&c->look);
    if (health.beside)
        return;
    begin_look(c, true, false);
    if (c->look)
        verification_wait(c->look, END_MS);
}

void care_free(struct care **care)
{
    struct care *c = *care;
    *care = NULL;
    if (!c)
        return;
    if (c->said)
        event_free(c->said);
    if (c->tick) {
        event_free(c->tick);
        note_the_last(c);
    }
    verification_free(&c->look);
    free(c->state);
    free(c->index_dir);
    free(c);
}
