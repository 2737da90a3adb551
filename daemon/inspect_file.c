#include "daemon/inspect_file.h"

#include "daemon/beneath.h"
#include "daemon/log.h"
#include "daemon/rules_read.h"
#include "index/base/buf.h"
#include "index/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct look {
    const struct inspect_root *root;
    int folder; /* the root's */
    struct index_reader *reader;
    const struct inspect_request *request;
    struct inspect_result *out;
    struct document *document;
    struct rules rules; /* of this file */
    struct index_file stored;
    bool is_stored;
};

/* ---- what the folders say -------------------------------------------------------------------- */

static void warn(struct look *l, const char *file, const char *ending, const struct error *error)
{
    struct buf b = {0};
    buf_addf(&b, "%s%s: %s", file, ending, error->line);
    strlist_add_once(&l->document->warnings, buf_str(&b));
    log_line(LOG_DEBUG, "%s: %s", l->root->name, buf_str(&b));
    buf_free(&b);
}

static void enter_folder(struct look *l, struct rules *rules, const char *folder)
{
    struct rules inner;
    struct error error;
    if (rules_read_folder(&inner, rules, l->folder, folder, &error))
        warn(l, folder, *folder ? "/" RULES_FOLDER_FILE : RULES_FOLDER_FILE, &error);
    rules_free(rules);
    *rules = inner;
}

/* The rules of the folder that holds the file. */
static void read_folders(struct look *l, struct rules *rules)
{
    const char *path = l->request->path;
    rules_copy(rules, &l->root->rules);
    enter_folder(l, rules, "");
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        char *folder = mem_dup(path, (size_t)(slash - path));
        enter_folder(l, rules, folder);
        free(folder);
    }
}

static bool is_side_car(const struct look *l)
{
    const char *path = l->request->path;
    size_t n = strlen(path), ending = strlen(RULES_SIDE_CAR);
    struct stat st;
    if (n <= ending || strcmp(path + n - ending, RULES_SIDE_CAR) != 0)
        return false;
    char *owner = mem_dup(path, n - ending);
    bool is = beneath_stat(l->folder, owner, &st) && S_ISREG(st.st_mode);
    free(owner);
    return is;
}

/* False if the name is none of a document. */
static bool read_rules(struct look *l)
{
    struct rules folder;
    struct error error;
    read_folders(l, &folder);
    const char *ignored = rules_ignored(&folder, l->request->path, is_side_car(l));
    if (rules_read_side_car(&l->rules, &folder, l->folder, l->request->path, &error))
        warn(l, l->request->path, RULES_SIDE_CAR, &error);
    rules_free(&folder);
    return ignored == NULL;
}

static void apply_rules(struct look *l)
{
    struct document *d = l->document;
    d->restricted = l->rules.restricted;
    strlist_copy(&d->access, &l->rules.access);
    d->meta = l->rules.meta; /* handed over */
    l->rules.meta = (struct meta_list){0};
    memcpy(d->stamp.rules, l->rules.digest, DIGEST_SIZE);
}

int inspect_file_root(const struct inspect_root *root)
{
    return open(root->path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* ---- the file -------------------------------------------------------------------------------- */

prospect_status inspect_file_open(int root_fd, const char *path, int *fd, struct stat *st,
                                  struct error *error)
{
    struct stat seen;
    *fd = -1;
    if (!beneath_stat(root_fd, path, &seen))
        return errno == ENOENT || errno == ENOTDIR || errno == ELOOP
                   ? error_set(error, PROSPECT_NOT_FOUND, "there is no such file")
                   : error_sys(error, PROSPECT_IO, "it cannot be looked at");
    if (!S_ISREG(seen.st_mode))
        return error_set(error, PROSPECT_NOT_FOUND, "it is no regular file");
    *fd = beneath_open(root_fd, path, O_RDONLY);
    if (*fd < 0)
        return errno == ENOENT ? error_set(error, PROSPECT_CHANGED, "it went away")
                               : error_sys(error, PROSPECT_IO, "it cannot be opened");
    if (fstat(*fd, st) < 0 || st->st_ino != seen.st_ino || st->st_dev != seen.st_dev) {
        close(*fd);
        *fd = -1;
        return error_set(error, PROSPECT_CHANGED, "another file took its place");
    }
    return PROSPECT_OK;
}

void inspect_stamp(struct stamp *s, const struct stat *st)
{
    s->size = (uint64_t)st->st_size;
    s->mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
    s->ctime_ns = (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec;
    s->inode = st->st_ino;
}

bool inspect_same_file(const struct stamp *a, const struct stamp *b)
{
    return a->size == b->size && a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns &&
           a->inode == b->inode;
}

static prospect_status hash(struct look *l, int fd)
{
    struct stamp *s = &l->document->stamp, after = {0};
    struct stat st;
    prospect_status status = s->size == 0 ? PROSPECT_OK : digest_file(fd, s->size, s->content);
    if (status == PROSPECT_IO)
        return error_sys(&l->out->error, PROSPECT_IO, "it cannot be read");
    if (fstat(fd, &st) == 0)
        inspect_stamp(&after, &st);
    if (status == PROSPECT_OK && inspect_same_file(s, &after))
        return PROSPECT_OK;
    return error_set(&l->out->error, PROSPECT_CHANGED, "it changes while it is read");
}

/* ---- what the index has ---------------------------------------------------------------------- */

/* True if it was read, and would be read in the same way now. */
static bool is_current(const struct look *l, const struct index_file *f)
{
    const struct stamp *s = &f->stamp;
    return s->plugin && claims_current(&l->request->claims, s->plugin, s->plugin_version, f->mime);
}

static void ask_index(struct look *l)
{
    struct document *d = l->document;
    struct error error;
    prospect_status status = PROSPECT_NOT_FOUND;
    if (l->reader)
        status = index_file(l->reader, d->id, &l->stored, &error);
    l->is_stored = status == PROSPECT_OK;
    d->tries = l->stored.tries;
    d->since = l->stored.since;
    if (status != PROSPECT_OK && status != PROSPECT_NOT_FOUND)
        log_line(LOG_ERROR, "the index cannot be asked: %s", error.line);
}

/* What failed before has no text worth keeping. */
static bool is_usable(const struct look *l)
{
    return l->is_stored && l->document->tries == 0 && !l->request->force &&
           is_current(l, &l->stored);
}

static bool is_known_unread(struct look *l)
{
    struct stamp *s = &l->document->stamp;
    if (!is_usable(l) || !inspect_same_file(&l->stored.stamp, s))
        return false;
    memcpy(s->content, l->stored.stamp.content, DIGEST_SIZE);
    memcpy(l->out->source, l->document->id, DIGEST_ID_SIZE);
    l->out->outcome = memcmp(l->stored.stamp.rules, s->rules, DIGEST_SIZE) == 0 ? INSPECT_UNCHANGED
                                                                                : INSPECT_COPY;
    return true;
}

static bool is_known_by_content(struct look *l)
{
    struct stamp *s = &l->document->stamp;
    struct index_file found = {0};
    bool known = false;
    if (s->size == 0 || l->request->force)
        return false;
    l->out->outcome = INSPECT_COPY;
    if (is_usable(l) && memcmp(l->stored.stamp.content, s->content, DIGEST_SIZE) == 0) {
        memcpy(l->out->source, l->document->id, DIGEST_ID_SIZE);
        return true;
    }
    if (l->reader && index_find_content(l->reader, s->content, &found, NULL) == PROSPECT_OK) {
        memcpy(l->out->source, found.id, DIGEST_ID_SIZE);
        known = is_current(l, &found);
    }
    index_file_free(&found);
    return known;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void outcome_of_open(struct look *l, prospect_status status)
{
    l->out->outcome = status == PROSPECT_NOT_FOUND ? INSPECT_GONE
                      : status == PROSPECT_CHANGED ? INSPECT_CHANGED
                                                   : INSPECT_FAILED;
}

static void look(struct look *l, uint64_t max_file_size)
{
    struct inspect_result *out = l->out;
    struct stat st;
    int fd = -1;
    out->outcome = INSPECT_GONE;
    ask_index(l);
    if (!read_rules(l))
        return;
    apply_rules(l);
    if (!beneath_stat(l->folder, l->request->path, &st) || !S_ISREG(st.st_mode))
        goto open; /* which says what is the matter */
    inspect_stamp(&l->document->stamp, &st);
    if (l->document->stamp.size > max_file_size) {
        error_set(&out->error, PROSPECT_LIMIT,
                  "it has %llu MB; files of more than %llu MB are not read",
                  (unsigned long long)(l->document->stamp.size >> 20),
                  (unsigned long long)(max_file_size >> 20));
        out->outcome = INSPECT_FAILED;
        return;
    }
    if (is_known_unread(l))
        return;
open:
    outcome_of_open(l, inspect_file_open(l->folder, l->request->path, &fd, &st, &out->error));
    if (fd < 0)
        return;
    inspect_stamp(&l->document->stamp, &st);
    outcome_of_open(l, hash(l, fd));
    if (out->error.status == PROSPECT_OK && !is_known_by_content(l)) {
        out->outcome = INSPECT_EXTRACT;
        out->fd = fd;
        return;
    }
    close(fd);
}

void inspect_file(const struct inspect_root *root, struct index_reader *reader,
                  uint64_t max_file_size, const struct inspect_request *request,
                  struct inspect_result *out)
{
    struct look l = {.root = root, .reader = reader, .request = request, .out = out};
    out->fd = -1;
    document_new(&out->document);
    l.document = out->document;
    l.document->root = mem_strdup(root->name);
    l.document->path = mem_strdup(request->path);
    digest_file_id(root->name, request->path, l.document->id);
    l.folder = inspect_file_root(root);
    out->outcome = INSPECT_UNCHANGED;
    if (l.folder >= 0) {
        look(&l, max_file_size);
        close(l.folder);
    }
    if (out->outcome == INSPECT_GONE && reader && !l.is_stored)
        out->outcome = INSPECT_UNCHANGED;
    rules_free(&l.rules);
    index_file_free(&l.stored);
}
