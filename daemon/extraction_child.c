#include "daemon/extraction_parts.h"
#include "index/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void extraction_child_clear(struct extraction_child *c)
{
    free(c->name);
    free(c->mime);
    if (c->fd >= 0)
        close(c->fd);
    *c = (struct extraction_child){.fd = -1};
}

static prospect_status read_head(struct extraction_child *c, struct unpack *u, struct error *error)
{
    size_t length;
    const char *name = unpack_bytes(u, &length);
    if (length == 0 || length > EXTRACTION_CHILD_NAME || memchr(name, '\0', length))
        return extraction_nonsense(error, "a bad name of a child");
    c->name = mem_dup(name, length);
    c->name_length = length;
    c->mime = extraction_line(u, EXTRACTION_LINE_BYTES);
    if (c->mime && !extraction_is_mime(c->mime)) {
        free(c->mime);
        c->mime = NULL;
    }
    return PROSPECT_OK;
}

prospect_status extraction_child_begin(struct extraction *e, struct unpack *u, struct error *error)
{
    struct extraction_state *s = e->state;
    prospect_status status = read_head(&s->child, u, error);
    if (status != PROSPECT_OK)
        return status;
    s->in_child = true;
    s->drop_child = true;
    if (s->n_children >= s->limits.children)
        return extraction_limit(e, error, "more documents inside than are kept");
    s->n_children++;
    s->child.fd = memfd_create("child", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (s->child.fd < 0)
        extraction_cut(e, "a document inside could not be kept");
    s->drop_child = s->child.fd < 0;
    return PROSPECT_OK;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

prospect_status extraction_child_data(struct extraction *e, struct unpack *u, struct error *error)
{
    struct extraction_state *s = e->state;
    size_t length;
    const char *bytes = unpack_bytes(u, &length);
    if (s->drop_child)
        return PROSPECT_OK;
    s->drop_child = true;
    if (length > s->limits.child_bytes - s->child_bytes)
        return extraction_limit(e, error, "the documents inside are larger than is kept");
    if (length > extraction_room(e))
        return extraction_limit(e, error, EXTRACTION_EXPANDED);
    s->child_bytes += length;
    s->child.size += length;
    s->drop_child = !write_all(s->child.fd, bytes, length);
    if (s->drop_child)
        extraction_cut(e, "a document inside could not be kept");
    return PROSPECT_OK;
}

static void keep(struct extraction *e)
{
    if ((e->n_children & (e->n_children - 1)) == 0) {
        size_t room = e->n_children ? e->n_children * 2 : 1;
        e->children = mem_resize(e->children, room, sizeof *e->children);
    }
    e->children[e->n_children++] = e->state->child;
    e->state->child = (struct extraction_child){.fd = -1};
}

prospect_status extraction_child_end(struct extraction *e, struct unpack *u, struct error *error)
{
    static const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
    (void)u;
    (void)error;
    struct extraction_state *s = e->state;
    s->in_child = false;
    if (!s->drop_child && lseek(s->child.fd, 0, SEEK_SET) == 0 &&
        fcntl(s->child.fd, F_ADD_SEALS, seals) == 0)
        keep(e);
    else
        extraction_child_clear(&s->child);
    return PROSPECT_OK;
}
