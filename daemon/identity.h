/* Who asks, and what that lets them see and do.
 *
 * On a Unix socket the kernel tells the user (SO_PEERCRED): the daemon's own and root are admins;
 * those listed in `trusted` speak for others, in groups that the header X-Prospect-Groups names.
 * Elsewhere, whoever knows the token is an admin. Everybody else sees what is public.
 *
 * A user who is trusted sees by that header only, even where he is an admin as well: a search box
 * that forgets the header must not show everything. What admins may do he may still do, where he
 * speaks for nobody else.
 */
#ifndef PROSPECT_IDENTITY_H
#define PROSPECT_IDENTITY_H

#include "daemon/config.h"
#include "index/index.h"

#include <sys/types.h>

struct identity {
    uid_t own;
    uid_t *trusted;
    size_t n_trusted;
    char *token; /* NULL: there is none */
};

struct identity_claim {
    bool is_unix;
    uid_t uid;                 /* where is_unix */
    const char *groups;        /* X-Prospect-Groups; NULL: not sent */
    const char *authorization; /* NULL: not sent */
};

struct identity_verdict {
    struct access who; /* free with strlist_free(&who.groups) */
    bool may_administer;
    bool groups_ignored; /* sent by somebody who may not */
};

/* Looks up the users and reads the token file. What cannot be found or read is logged and counts
 * as not there. */
void identity_load(struct identity *out, const struct config *config);
void identity_free(struct identity *i);
void identity_judge(const struct identity *i, const struct identity_claim *claim,
                    struct identity_verdict *out);

#endif
