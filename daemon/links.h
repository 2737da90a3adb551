/* Where documents can be opened and where the daemon itself is: addresses for answers. Pure.
 */
#ifndef PROSPECT_LINKS_H
#define PROSPECT_LINKS_H

#include "daemon/config.h"
#include "index/index.h"

struct links_root {
    char *name;
    char *prefix; /* url_prefix; NULL: the daemon serves the file */
};

/* What follows from the configuration: an immutable copy that requests in hand may keep while the
 * configuration is read again. Counted on the event loop only. */
struct links {
    unsigned holders;
    char *base; /* public_url without the slash at its end; "" where there is none */
    struct links_root *root;
    size_t n_roots;
};

struct links *links_new(const struct config *config); /* held once */
struct links *links_hold(struct links *l);
void links_drop(struct links **l);

/* Adds BYTES with all but unreserved characters (RFC 3986) and, with SLASHES, '/' as %XX. */
void links_escape(struct buf *out, const char *bytes, size_t length, bool slashes);
/* Adds where the document, opened at PAGE (0: nowhere in particular), can be read: url_prefix and
 * path, with #page=N for a PDF; without a prefix, the daemon's own /documents/{id}/content. A
 * document inside another is read in the file that holds it. */
void links_document(const struct links *l, const struct index_fields *f, uint32_t page,
                    struct buf *out);

#endif
