#include "daemon/ignored.h"

#include "daemon/beneath.h"
#include "daemon/rules_read.h"
#include "index/base/clock.h"
#include "index/base/mem.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    ENTRIES_MAX = 2 * 1000 * 1000,
    PATH_BYTES_MAX = 8192
};

struct walk {
    struct ignored_list *list;
    const char *root;
    int fd;
    uint64_t entries;
    bool full;       /* ENTRIES_MAX were met, or the time is over */
    struct buf path; /* of the entry in hand, relative to the root */
};

static void visit(struct walk *w, const struct rules *parent, bool ignored);

static void add(struct walk *w, const char *reason)
{
    struct ignored_list *l = w->list;
    uint64_t number = l->total++;
    if (number < l->from || number - l->from >= l->size)
        return;
    l->item = mem_resize(l->item, l->count + 1, sizeof *l->item);
    l->item[l->count++] = (struct ignored_item){
        .root = mem_strdup(w->root), .path = mem_strdup(buf_str(&w->path)), .reason = reason};
}

/* Whether the file in hand is called like a side-car of one that exists. */
static bool is_side_car(struct walk *w)
{
    const size_t ending = sizeof RULES_SIDE_CAR - 1;
    struct stat st;
    if (w->path.len <= ending || strcmp(w->path.data + w->path.len - ending, RULES_SIDE_CAR) != 0)
        return false;
    char *owner = mem_dup(w->path.data, w->path.len - ending);
    bool found = beneath_stat(w->fd, owner, &st) && S_ISREG(st.st_mode);
    free(owner);
    return found;
}

static void meet_file(struct walk *w, const struct rules *rules, bool ignored)
{
    const char *reason =
        ignored ? "folder" : rules_ignored(rules, buf_str(&w->path), is_side_car(w));
    if (reason)
        add(w, reason);
}

static void meet(struct walk *w, const struct rules *rules, bool ignored)
{
    struct stat st;
    w->entries++;
    if (!beneath_stat(w->fd, buf_str(&w->path), &st))
        return;
    if (S_ISREG(st.st_mode))
        meet_file(w, rules, ignored);
    else if (S_ISDIR(st.st_mode))
        visit(w, rules, ignored || rules_ignored(rules, buf_str(&w->path), false) != NULL);
    else
        add(w, S_ISLNK(st.st_mode) ? "link" : "special");
}

static void read_entries(struct walk *w, DIR *dir, const struct rules *rules, bool ignored)
{
    const size_t folder = w->path.len;
    struct dirent *d;
    while (!w->full && (d = readdir(dir))) {
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        if (folder)
            buf_addc(&w->path, '/');
        buf_adds(&w->path, d->d_name);
        w->full = w->entries >= ENTRIES_MAX || clock_steady_ms() >= w->list->end_ms;
        if (!w->full)
            meet(w, rules, ignored);
        w->path.len = folder;
        w->path.data[folder] = '\0';
    }
}

/* The folder in hand. Its depth is bounded by the length of its path. */
static void visit(struct walk *w, const struct rules *parent, bool ignored)
{
    struct rules rules = {0};
    struct error damaged; /* a broken folder file still rules, and its warning is the watch's */
    int fd = w->path.len <= PATH_BYTES_MAX
                 ? beneath_open(w->fd, buf_str(&w->path), O_RDONLY | O_DIRECTORY)
                 : -1;
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (!dir) {
        if (fd >= 0)
            close(fd);
        w->list->partial = true;
        return;
    }
    rules_read_folder(&rules, parent, w->fd, buf_str(&w->path), &damaged);
    read_entries(w, dir, &rules, ignored);
    rules_free(&rules);
    closedir(dir);
}

prospect_status ignored_walk(struct ignored_list *list, const char *name, const char *path,
                             const struct rules *rules, struct error *error)
{
    struct walk w = {.list = list, .root = name};
    w.fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (w.fd < 0)
        return error_sys(error, PROSPECT_IO, "%s cannot be opened", path);
    buf_clear(&w.path);
    buf_room(&w.path, 1);
    w.path.data[0] = '\0';
    visit(&w, rules, false);
    list->partial = list->partial || w.full;
    buf_free(&w.path);
    close(w.fd);
    return PROSPECT_OK;
}

void ignored_clear(struct ignored_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->item[i].root);
        free(list->item[i].path);
    }
    free(list->item);
    *list = (struct ignored_list){0};
}
