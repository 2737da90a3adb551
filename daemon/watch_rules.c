#include "daemon/watch_rules.h"

#include "daemon/log.h"
#include "daemon/rules_read.h"
#include "index/base/mem.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct level {
    const struct watch_node *node;
    struct rules own; /* what holds here */
};

struct watch_rules {
    struct rules root;
    struct level **level; /* from the top down */
    size_t depth, room;
    struct buf path;
};

void watch_rules_new(struct watch_rules **out, const struct config_root *root)
{
    struct watch_rules *r = mem_zalloc(sizeof *r);
    rules_of_root(&r->root, root->restricted, &root->access, &root->ignore, root->programme,
                  root->lang);
    *out = r;
}

static void leave(struct watch_rules *r, size_t depth)
{
    while (r->depth > depth) {
        struct level *l = r->level[--r->depth];
        rules_free(&l->own);
        free(l);
    }
}

void watch_rules_free(struct watch_rules **r)
{
    if (!*r)
        return;
    leave(*r, 0);
    rules_free(&(*r)->root);
    free((*r)->level);
    buf_free(&(*r)->path);
    free(*r);
    *r = NULL;
}

void watch_rules_forget(struct watch_rules *r)
{
    leave(r, 0);
}

static void enter(struct watch_rules *r, int root_fd, const struct watch_node *n)
{
    struct level *l = mem_zalloc(sizeof *l);
    struct error error;
    l->node = n;
    const struct rules *around = r->depth ? &r->level[r->depth - 1]->own : &r->root;
    watch_tree_path(n, NULL, &r->path);
    if (rules_read_folder(&l->own, around, root_fd, buf_str(&r->path), &error))
        log_line(LOG_DEBUG, "%s/%s: %s", buf_str(&r->path), RULES_FOLDER_FILE, error.line);
    if (r->depth == r->room) {
        r->room = r->room ? 2 * r->room : 16;
        r->level = mem_resize(r->level, r->room, sizeof *r->level);
    }
    r->level[r->depth++] = l;
}

const struct rules *watch_rules_at(struct watch_rules *r, int root_fd, const struct watch_node *n)
{
    size_t depth = 0, common = 0;
    for (const struct watch_node *at = n; at; at = at->parent)
        depth++;
    const struct watch_node **way = mem_alloc(depth * sizeof *way);
    const struct watch_node *at = n;
    for (size_t i = depth; i-- > 0; at = at->parent)
        way[i] = at;
    while (common < depth && common < r->depth && r->level[common]->node == way[common])
        common++;
    leave(r, common);
    for (size_t i = common; i < depth; i++)
        enter(r, root_fd, way[i]);
    free(way);
    return &r->level[depth - 1]->own;
}

void watch_rules_digest(const struct rules *rules, int folder_fd, const char *name,
                        uint8_t out[DIGEST_SIZE])
{
    char side_car[NAME_MAX + sizeof RULES_SIDE_CAR];
    struct stat st;
    memcpy(out, rules->digest, DIGEST_SIZE);
    snprintf(side_car, sizeof side_car, "%s%s", name, RULES_SIDE_CAR);
    if (folder_fd >= 0 && fstatat(folder_fd, side_car, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        struct rules own;
        rules_read_side_car(&own, rules, folder_fd, name, NULL);
        memcpy(out, own.digest, DIGEST_SIZE);
        rules_free(&own);
    }
}
