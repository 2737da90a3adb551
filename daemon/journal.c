/* A header and a row of slots, all of fixed size. A slot is in use from the moment that `used` is
 * set, which is done last. Slots fill from the front, so that only those up to the last one ever
 * used need be looked at. If all are taken, the next one in turn that is not in hand makes room:
 * the index still has the failure of its file.
 */
#include "daemon/journal.h"

#include "daemon/blame.h"
#include "daemon/lastrun.h"
#include "index/base/clock.h"
#include "index/base/mem.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    VERSION = 3,
    SLOTS = 1024,
    NAME_BYTES = 40,
    VERSION_BYTES = 104,
    DEATHS = 2,
    UNCLEAR = 5
};

struct slot {
    uint8_t content[DIGEST_SIZE];
    uint32_t used;
    /* The daemon ended while it was in hand: anyhow, and but for those that somebody made: */
    uint8_t in_hand, deaths, losses, unclear;
    /* Over the text of this file the daemon itself crashed, or ended for a reason not known: */
    uint8_t crashes, stops, unused[2];
    char plugin[NAME_BYTES], version[VERSION_BYTES];
};

enum {
    TEXTS = 8, /* threads beyond that are not watched */
    TEXT_NONE = 0,
    TEXT_TAKEN, /* by a thread that has not yet said what it is */
    TEXT_RUNS,
    TEXT_CRASHED
};

/* What a thread that analyses text has in hand. */
struct text {
    uint8_t content[DIGEST_SIZE];
    _Atomic uint32_t state;
    uint32_t unused;
    _Atomic int64_t since; /* clock_steady_ms() */
};

struct file {
    char magic[8];
    uint32_t version, slot_size;
    struct lastrun run;
    struct text text[TEXTS];
    struct slot slot[SLOTS];
};

static const char magic[8] = "journal";

struct journal {
    struct file *file;
    size_t end;  /* no slot from here on is in use */
    size_t turn; /* whose turn it is to make room */
};

/* ---- slots ----------------------------------------------------------------------------------- */

static struct slot *find(const struct journal *j, const uint8_t *content)
{
    for (size_t i = 0; i < j->end; i++) {
        struct slot *s = &j->file->slot[i];
        if (s->used && memcmp(s->content, content, DIGEST_SIZE) == 0)
            return s;
    }
    return NULL;
}

static struct slot *next_in_turn(struct journal *j)
{
    for (size_t i = 0; i < SLOTS; i++) {
        struct slot *s = &j->file->slot[j->turn++ % SLOTS];
        if (s->in_hand == 0)
            return s;
    }
    return NULL;
}

static struct slot *take(struct journal *j)
{
    size_t i = 0;
    while (i < SLOTS && j->file->slot[i].used)
        i++;
    if (i == SLOTS)
        return next_in_turn(j);
    j->end = i >= j->end ? i + 1 : j->end;
    return &j->file->slot[i];
}

static void make(struct slot *s, const uint8_t *content)
{
    s->used = 0;
    atomic_signal_fence(memory_order_seq_cst);
    *s = (struct slot){.used = 0};
    memcpy(s->content, content, DIGEST_SIZE);
    atomic_signal_fence(memory_order_seq_cst); /* a kill may come between any two lines */
    s->used = 1;
}

static void copy(char *to, size_t size, const char *from)
{
    size_t n = from ? strnlen(from, size - 1) : 0;
    memset(to, 0, size);
    memcpy(to, from ? from : "", n);
}

/* ---- the file -------------------------------------------------------------------------------- */

static bool is_sound(const struct slot *s)
{
    return s->used == 1 && !s->plugin[NAME_BYTES - 1] && !s->version[VERSION_BYTES - 1];
}

static bool is_blameless(const struct slot *s)
{
    return s->deaths == 0 && s->losses == 0 && s->unclear == 0 && s->crashes == 0 && s->stops == 0;
}

static struct slot *slot_of(struct journal *j, const uint8_t *content)
{
    struct slot *s = find(j, content);
    if (s)
        return s;
    s = take(j);
    if (s)
        make(s, content);
    return s;
}

/* Where the daemon died of that text, there is no doubt; where it is not known what ended it, the
 * text is little suspect; where somebody did, not at all. */
static void look_at_text(struct journal *j, struct text *t, bool killed)
{
    struct slot *s =
        t->state == TEXT_RUNS || t->state == TEXT_CRASHED ? slot_of(j, t->content) : NULL;
    if (s && t->state == TEXT_CRASHED && s->crashes < DEATHS)
        s->crashes++;
    else if (s && t->state == TEXT_RUNS && s->stops < UNCLEAR)
        s->stops += !killed;
    t->state = TEXT_NONE;
}

static void look_at_slot(struct slot *s, bool killed)
{
    bool lost = s->in_hand > 0;
    s->losses = (uint8_t)(s->losses + (lost && s->losses < DEATHS));
    s->unclear = (uint8_t)(s->unclear + (lost && !killed && s->unclear < UNCLEAR));
    s->in_hand = 0;
}

/* What the last daemon left. */
static void look_back(struct journal *j)
{
    struct file *f = j->file;
    struct lastrun now;
    if (memcmp(f->magic, magic, sizeof magic) != 0 || f->version != VERSION ||
        f->slot_size != sizeof(struct slot)) {
        memset(f, 0, sizeof *f);
        memcpy(f->magic, magic, sizeof magic);
        f->version = VERSION;
        f->slot_size = sizeof(struct slot);
    }
    lastrun_note(&now);
    bool killed = lastrun_was_killed(&f->run, &now);
    for (size_t i = 0; i < SLOTS; i++) {
        struct slot *s = &f->slot[i];
        if (!is_sound(s)) {
            s->used = 0;
            continue;
        }
        look_at_slot(s, killed);
        j->end = i + 1;
    }
    for (size_t i = 0; i < TEXTS; i++)
        look_at_text(j, &f->text[i], killed);
    f->run = now;
    blame_any(&f->run.crashed);
}

static prospect_status map(struct journal *j, const char *path, struct error *error)
{
    int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
    int wrong = path && fd < 0;
    /* Room on the disk now, so that no write can fail later. */
    if (fd >= 0)
        wrong = posix_fallocate(fd, 0, sizeof *j->file) != 0;
    void *at = wrong ? MAP_FAILED
                     : mmap(NULL, sizeof *j->file, PROT_READ | PROT_WRITE,
                            path ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS, fd, 0);
    if (at == MAP_FAILED)
        error_sys(error, PROSPECT_IO, "the journal %s cannot be opened", path ? path : "");
    if (fd >= 0)
        close(fd);
    j->file = at == MAP_FAILED ? NULL : at;
    return j->file ? PROSPECT_OK : PROSPECT_IO;
}

prospect_status journal_new(struct journal **out, const char *path, struct error *error)
{
    struct journal *j = mem_zalloc(sizeof *j);
    prospect_status status = map(j, path, error);
    *out = j;
    if (status == PROSPECT_OK)
        look_back(j);
    else
        journal_free(out);
    return status;
}

void journal_free(struct journal **journal)
{
    struct journal *j = *journal;
    if (!j)
        return;
    blame_any(NULL);
    for (size_t i = 0; i < j->end; i++) {
        struct slot *s = &j->file->slot[i];
        s->in_hand = 0;
        s->used = s->used && !is_blameless(s);
    }
    if (j->file)
        munmap(j->file, sizeof *j->file);
    free(j);
    *journal = NULL;
}

/* ---- what happens to a file ------------------------------------------------------------------ */

void journal_begin(struct journal *j, const uint8_t content[DIGEST_SIZE])
{
    struct slot *s = slot_of(j, content);
    if (s && s->in_hand < UINT8_MAX)
        s->in_hand++;
}

void journal_plugin(struct journal *j, const uint8_t content[DIGEST_SIZE], const char *plugin,
                    const char *version)
{
    struct slot *s = find(j, content);
    if (!s)
        return;
    copy(s->plugin, sizeof s->plugin, plugin);
    copy(s->version, sizeof s->version, version);
}

void journal_end(struct journal *j, const uint8_t content[DIGEST_SIZE], enum journal_end end)
{
    struct slot *s = find(j, content);
    if (!s)
        return;
    s->in_hand = (uint8_t)(s->in_hand - (s->in_hand > 0));
    if (end == JOURNAL_DIED && s->deaths < DEATHS)
        s->deaths++;
    else if (end == JOURNAL_READ) /* what its text does to the writer is another matter */
        s->deaths = s->losses = s->unclear = 0;
    if (s->in_hand == 0 && is_blameless(s))
        s->used = 0;
}

void journal_forget(struct journal *j, const uint8_t content[DIGEST_SIZE])
{
    struct slot *s = find(j, content);
    if (!s)
        return;
    s->deaths = s->losses = s->unclear = s->crashes = s->stops = 0;
    s->used = s->in_hand > 0;
}

/* ---- quarantine ------------------------------------------------------------------------------ */

/* Of the daemon rather than of the worker. */
static bool is_poison(const struct slot *s)
{
    return s->crashes >= DEATHS || s->stops >= UNCLEAR;
}

static bool is_suspected(const struct slot *s)
{
    return (s->deaths > 0 && s->deaths + s->losses >= DEATHS) || s->unclear >= UNCLEAR ||
           is_poison(s);
}

/* The plugin that died is in use still, in the same version. Where it died before one was found,
 * none can make it better; nor where it was the daemon that died of the text. */
static bool is_current(const struct slot *s, const struct wire_plugin *plugins, size_t n)
{
    bool current = !*s->plugin || is_poison(s);
    for (size_t i = 0; i < n && !current; i++) {
        const struct wire_plugin *p = &plugins[i];
        current = !p->refused && p->name && p->version && strcmp(p->name, s->plugin) == 0 &&
                  strcmp(p->version, s->version) == 0;
    }
    return current;
}

bool journal_quarantined(struct journal *j, const uint8_t content[DIGEST_SIZE],
                         const struct wire_plugin *plugins, size_t n, const char **plugin,
                         const char **version, struct error *why)
{
    struct slot *s = find(j, content);
    if (!s || !is_suspected(s))
        return false;
    if (!is_current(s, plugins, n)) {
        journal_forget(j, content);
        return false;
    }
    *plugin = s->plugin;
    *version = s->version;
    if (is_poison(s)) {
        error_set(why, PROSPECT_CRASHED,
                  "in quarantine: the daemon ended %u times over the text of this file; read again "
                  "when asked to retry",
                  s->crashes + s->stops);
        return true;
    }
    error_set(why, PROSPECT_CRASHED,
              "in quarantine: reading these bytes ended the worker %u times and the daemon %u times"
              "%s%s%s%s; read again with another version of the plugin, or when asked to retry",
              s->deaths, s->unclear > s->losses ? s->unclear : s->losses,
              *s->plugin ? ", by plugin " : "", s->plugin, *s->plugin ? " " : "", s->version);
    return true;
}

/* ---- who analyses ---------------------------------------------------------------------------- */

static _Thread_local struct text *mine;

static struct text *take_text(struct journal *j)
{
    for (size_t i = 0; i < TEXTS; i++) {
        uint32_t none = TEXT_NONE;
        if (atomic_compare_exchange_strong(&j->file->text[i].state, &none, TEXT_TAKEN))
            return &j->file->text[i];
    }
    return NULL;
}

void journal_analyse(struct journal *j, const uint8_t *content)
{
    blame_on(NULL, 0);
    if (mine)
        mine->state = TEXT_NONE;
    mine = content ? take_text(j) : NULL;
    if (!mine)
        return;
    memcpy(mine->content, content, DIGEST_SIZE);
    mine->since = clock_steady_ms();
    mine->state = TEXT_RUNS;
    blame_on(&mine->state, TEXT_CRASHED);
}

void journal_analysed(struct journal *j, const uint8_t content[DIGEST_SIZE])
{
    struct slot *s = find(j, content);
    if (!s || is_poison(s)) /* then it is not its text that was put */
        return;
    s->crashes = s->stops = 0;
    if (s->in_hand == 0 && is_blameless(s))
        s->used = 0;
}

bool journal_analysis_hangs(struct journal *j, int64_t patience_ms)
{
    bool any = false;
    for (size_t i = 0; i < TEXTS; i++) {
        struct text *t = &j->file->text[i];
        uint32_t runs = TEXT_RUNS;
        any |= t->state == TEXT_RUNS && clock_steady_ms() - t->since > patience_ms &&
               atomic_compare_exchange_strong(&t->state, &runs, TEXT_CRASHED);
    }
    return any;
}
