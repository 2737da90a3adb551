#include "daemon/wire.h"

#include "index/base/mem.h"
#include "index/base/pack.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum {
    PLUGINS_MAX = 1000
};

static void put_u32(char *to, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        to[i] = (char)(value >> (8 * i));
}

static uint32_t get_u32(const char *from)
{
    const uint8_t *b = (const uint8_t *)from;
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

size_t wire_begin(struct buf *out, enum wire_type type)
{
    size_t mark = out->len;
    char *head = buf_room(out, WIRE_HEADER);
    put_u32(head, type);
    put_u32(head + 4, 0);
    buf_grew(out, WIRE_HEADER);
    return mark;
}

void wire_end(struct buf *out, size_t mark)
{
    put_u32(out->data + mark + 4, (uint32_t)(out->len - mark - WIRE_HEADER));
}

void wire_plugin_free(struct wire_plugin *p)
{
    free(p->file);
    free(p->name);
    free(p->version);
    free(p->licence);
    free(p->types);
    free(p->refused);
    *p = (struct wire_plugin){0};
}

void wire_plugins_free(struct wire_plugin **plugins, size_t *n)
{
    while (*n > 0)
        wire_plugin_free(&(*plugins)[--*n]);
    free(*plugins);
    *plugins = NULL;
}

void wire_plugin_copy(struct wire_plugin *to, const struct wire_plugin *from)
{
    *to = *from;
    to->file = mem_strdup(from->file);
    to->name = mem_strdup(from->name);
    to->version = mem_strdup(from->version);
    to->licence = mem_strdup(from->licence);
    to->types = mem_strdup(from->types);
    to->refused = mem_strdup(from->refused);
}

void wire_job_free(struct wire_job *j)
{
    free(j->name);
    free(j->mime);
    free(j->config);
    *j = (struct wire_job){0};
}

void wire_put_hello(struct buf *out, const struct wire_sandbox *sandbox,
                    const struct wire_plugin *plugins, size_t n)
{
    size_t mark = wire_begin(out, WIRE_HELLO);
    pack_u64(out, WIRE_VERSION);
    pack_u64(out, sandbox->seccomp);
    pack_u64(out, sandbox->landlock);
    pack_u64(out, sandbox->rlimits);
    pack_u64(out, sandbox->uid);
    pack_u64(out, n);
    for (const struct wire_plugin *p = plugins; p < plugins + n; p++) {
        pack_str(out, p->file);
        pack_str(out, p->name);
        pack_str(out, p->version);
        pack_str(out, p->licence);
        pack_u64(out, p->abi);
        pack_str(out, p->types);
        pack_i64(out, p->priority);
        pack_u64(out, p->objects);
        pack_str(out, p->refused);
    }
    wire_end(out, mark);
}

static struct wire_plugin get_plugin(struct unpack *u)
{
    struct wire_plugin p = {0};
    p.file = unpack_str(u);
    p.name = unpack_str(u);
    p.version = unpack_str(u);
    p.licence = unpack_str(u);
    p.abi = unpack_u32(u);
    p.types = unpack_str(u);
    p.priority = (int32_t)unpack_i64(u);
    p.objects = unpack_u32(u);
    p.refused = unpack_str(u);
    /* Who is in use has a name, a version and types: nobody need check for NULL. */
    if (!p.file || (!p.refused && (!p.name || !p.version || !p.types)))
        u->bad = true;
    return p;
}

/* A version other than ours has a layout that we do not know: only the number is given then. */
bool wire_get_hello(const void *payload, size_t length, uint64_t *version,
                    struct wire_sandbox *sandbox, struct wire_plugin **plugins, size_t *n)
{
    struct unpack u = unpack_start(payload, length);
    *plugins = NULL;
    *n = 0;
    *version = unpack_u64(&u);
    if (u.bad || *version != WIRE_VERSION)
        return !u.bad;
    sandbox->seccomp = unpack_u64(&u) != 0;
    sandbox->landlock = unpack_u32(&u);
    sandbox->rlimits = unpack_u64(&u) != 0;
    sandbox->uid = unpack_u64(&u) != 0;
    uint64_t count = unpack_u64(&u);
    if (u.bad || count > PLUGINS_MAX)
        return false;
    *plugins = mem_zalloc(count * sizeof **plugins);
    while (*n < count && !u.bad)
        (*plugins)[(*n)++] = get_plugin(&u);
    if (unpack_done(&u))
        return true;
    wire_plugins_free(plugins, n);
    return false;
}

void wire_put_job(struct buf *out, const struct wire_job *job)
{
    size_t mark = wire_begin(out, WIRE_JOB);
    pack_u64(out, job->id);
    pack_u64(out, job->job.kind);
    pack_u64(out, job->job.first_unit);
    pack_u64(out, job->job.last_unit);
    pack_u64(out, job->job.want_boxes != 0);
    pack_u64(out, job->size);
    pack_str(out, job->name);
    pack_str(out, job->mime);
    pack_str(out, job->config);
    pack_u64(out, job->limits.wall_ms);
    pack_u64(out, job->limits.cpu_seconds);
    pack_u64(out, job->limits.memory);
    pack_u64(out, job->limits.text);
    pack_u64(out, job->limits.children);
    pack_u64(out, job->limits.child_bytes);
    pack_u64(out, job->limits.expanded);
    wire_end(out, mark);
}

bool wire_get_job(const void *payload, size_t length, struct wire_job *job)
{
    struct unpack u = unpack_start(payload, length);
    *job = (struct wire_job){.id = unpack_u64(&u)};
    job->job.kind = (prospect_job_kind)unpack_u32(&u);
    job->job.first_unit = unpack_u32(&u);
    job->job.last_unit = unpack_u32(&u);
    job->job.want_boxes = unpack_u64(&u) != 0;
    job->size = unpack_u64(&u);
    job->name = unpack_str(&u);
    job->mime = unpack_str(&u);
    job->config = unpack_str(&u);
    job->limits.wall_ms = unpack_u32(&u);
    job->limits.cpu_seconds = unpack_u32(&u);
    job->limits.memory = unpack_u64(&u);
    job->limits.text = unpack_u64(&u);
    job->limits.children = unpack_u32(&u);
    job->limits.child_bytes = unpack_u64(&u);
    job->limits.expanded = unpack_u64(&u);
    if (unpack_done(&u) && job->name)
        return true;
    wire_job_free(job);
    return false;
}

static prospect_status signal_error(int number, struct error *error)
{
    static const struct {
        int number;
        prospect_status status;
        const char *line;
    } known[] = {
        {SIGSEGV, PROSPECT_CRASHED, "the plugin crashed (segmentation fault)"},
        {SIGBUS, PROSPECT_CRASHED, "the plugin crashed (bus error)"},
        {SIGFPE, PROSPECT_CRASHED, "the plugin crashed (arithmetic error)"},
        {SIGILL, PROSPECT_CRASHED, "the plugin crashed (illegal instruction)"},
        {SIGABRT, PROSPECT_CRASHED, "the plugin gave up (aborted; perhaps out of memory)"},
        {SIGTRAP, PROSPECT_CRASHED, "the plugin gave up (trap; perhaps out of memory)"},
        {SIGSYS, PROSPECT_CRASHED, "the plugin asked the system for something forbidden"},
        {SIGXFSZ, PROSPECT_CRASHED, "the plugin tried to write a file"},
        {SIGXCPU, PROSPECT_TIMEOUT, "out of CPU time"},
        {SIGALRM, PROSPECT_TIMEOUT, "out of time"},
        {SIGKILL, PROSPECT_CRASHED, "the worker was killed (perhaps the machine is out of memory)"},
        {SIGPIPE, PROSPECT_CANCELLED, "nobody wanted the result any more"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].number == number)
            return error_set(error, known[i].status, "%s", known[i].line);
    return error_set(error, PROSPECT_CRASHED, "the plugin was ended by signal %d", number);
}

prospect_status wire_exit_error(int wait_status, const char *forbidden, struct error *error)
{
    bool named = forbidden && WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGSYS;
    if (named && strcmp(forbidden, "abort") == 0)
        return signal_error(SIGABRT, error);
    if (named)
        return error_set(error, PROSPECT_CRASHED,
                         "the plugin asked the system for something forbidden: %s", forbidden);
    if (WIFSIGNALED(wait_status))
        return signal_error(WTERMSIG(wait_status), error);
    if (!WIFEXITED(wait_status))
        return error_set(error, PROSPECT_CRASHED, "the worker stopped");
    int code = WEXITSTATUS(wait_status);
    if (code == 0)
        return error_set(error, PROSPECT_OK, "%s", "");
    return error_set(error, PROSPECT_CRASHED, "the plugin ended the worker (exit status %d)", code);
}

void wire_feed(struct wire_reader *r, const void *bytes, size_t length)
{
    if (r->at > 0) {
        memmove(r->in.data, r->in.data + r->at, r->in.len - r->at);
        r->in.len -= r->at;
        r->at = 0;
    }
    buf_add(&r->in, bytes, length);
}

int wire_next(struct wire_reader *r, struct wire_frame *out)
{
    size_t have = r->in.len - r->at;
    if (have < WIRE_HEADER)
        return 0;
    const char *at = r->in.data + r->at;
    size_t length = get_u32(at + 4);
    if (length > WIRE_MAX)
        return -1;
    if (have - WIRE_HEADER < length)
        return 0;
    *out = (struct wire_frame){.type = get_u32(at), .payload = at + WIRE_HEADER, .length = length};
    r->at += WIRE_HEADER + length;
    return 1;
}

void wire_reader_free(struct wire_reader *r)
{
    buf_free(&r->in);
    r->at = 0;
}
