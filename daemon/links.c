#include "daemon/links.h"

#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>

struct links *links_new(const struct config *config)
{
    struct links *l = mem_zalloc(sizeof *l);
    l->holders = 1;
    l->base = mem_strdup(config->public_url != NULL ? config->public_url : "");
    for (size_t n = strlen(l->base); n > 0 && l->base[n - 1] == '/'; n--)
        l->base[n - 1] = '\0';
    l->n_roots = config->n_roots;
    l->root = mem_zalloc(config->n_roots * sizeof *l->root);
    for (size_t i = 0; i < config->n_roots; i++) {
        l->root[i].name = mem_strdup(config->roots[i].name);
        l->root[i].prefix = mem_strdup(config->roots[i].url_prefix);
    }
    return l;
}

struct links *links_hold(struct links *l)
{
    l->holders++;
    return l;
}

void links_drop(struct links **l)
{
    struct links *gone = *l;
    *l = NULL;
    if (gone == NULL || --gone->holders > 0)
        return;
    for (size_t i = 0; i < gone->n_roots; i++) {
        free(gone->root[i].name);
        free(gone->root[i].prefix);
    }
    free(gone->root);
    free(gone->base);
    free(gone);
}

static bool unreserved(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

void links_escape(struct buf *out, const char *bytes, size_t length, bool slashes)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (unreserved((char)c) || (slashes && c == '/')) {
            buf_addc(out, (char)c);
        } else {
            buf_addc(out, '%');
            buf_addc(out, digits[c >> 4]);
            buf_addc(out, digits[c & 15]);
        }
    }
}

static const char *prefix_of(const struct links *l, const char *root)
{
    for (size_t i = 0; i < l->n_roots; i++)
        if (strcmp(l->root[i].name, root) == 0)
            return l->root[i].prefix;
    return NULL;
}

void links_document(const struct links *l, const struct index_fields *f, uint32_t page,
                    struct buf *out)
{
    const char *prefix = f->container == NULL ? prefix_of(l, f->root) : NULL;
    if (prefix != NULL) {
        buf_adds(out, prefix);
        links_escape(out, f->path, strlen(f->path), true);
    } else {
        buf_addf(out, "%s/documents/%s/content", l->base,
                 f->container != NULL ? f->container : f->id);
    }
    if (page > 0 && f->container == NULL && f->mime != NULL &&
        strcmp(f->mime, "application/pdf") == 0)
        buf_addf(out, "#page=%u", (unsigned)page);
}
