#include "daemon/identity.h"

#include "daemon/log.h"
#include "index/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define TOKEN_MIN 16
#define TOKEN_MAX 1024

static void add_trusted(struct identity *i, const char *name)
{
    struct passwd entry, *found = NULL;
    char text[4096];
    if (getpwnam_r(name, &entry, text, sizeof text, &found) != 0 || found == NULL) {
        log_line(LOG_WARNING, "access.trusted: there is no user %s", name);
        return;
    }
    i->trusted = mem_resize(i->trusted, i->n_trusted + 1, sizeof *i->trusted);
    i->trusted[i->n_trusted++] = entry.pw_uid;
}

/* The first line of the file; a short one could be guessed, so it does not count. */
static char *read_token(const char *path)
{
    char text[TOKEN_MAX + 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    ssize_t n = fd >= 0 ? read(fd, text, TOKEN_MAX) : -1;
    if (n < 0)
        log_line(LOG_ERROR, "access.token_file: cannot read %s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    if (n < 0)
        return NULL;
    text[n] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    if (strlen(text) < TOKEN_MIN) {
        log_line(LOG_ERROR, "access.token_file: the token in %s has fewer than %d bytes", path,
                 TOKEN_MIN);
        return NULL;
    }
    return mem_strdup(text);
}

void identity_load(struct identity *out, const struct config *config)
{
    *out = (struct identity){.own = geteuid()};
    for (size_t i = 0; i < config->trusted.count; i++)
        add_trusted(out, config->trusted.item[i]);
    if (config->token_file != NULL)
        out->token = read_token(config->token_file);
}

void identity_free(struct identity *i)
{
    free(i->trusted);
    free(i->token);
    *i = (struct identity){0};
}

/* Takes as long for a token that is wrong in its first byte as for one wrong in its last. */
static bool same_token(const char *known, const char *told)
{
    size_t length = strlen(known);
    unsigned char differs = strlen(told) != length;
    for (size_t i = 0, j = 0; i < length; i++) {
        differs |= (unsigned char)(known[i] ^ told[j]);
        j += told[j] != '\0';
    }
    return differs == 0;
}

static bool knows_token(const struct identity *i, const char *authorization)
{
    if (i->token == NULL || authorization == NULL || strncasecmp(authorization, "Bearer ", 7) != 0)
        return false;
    authorization += 7;
    return same_token(i->token, authorization + strspn(authorization, " "));
}

static bool is_trusted(const struct identity *i, uid_t uid)
{
    for (size_t n = 0; n < i->n_trusted; n++)
        if (i->trusted[n] == uid)
            return true;
    return false;
}

void identity_judge(const struct identity *i, const struct identity_claim *claim,
                    struct identity_verdict *out)
{
    bool trusted = claim->is_unix && is_trusted(i, claim->uid);
    *out = (struct identity_verdict){0};
    out->may_administer = (claim->is_unix && (claim->uid == i->own || claim->uid == 0)) ||
                          knows_token(i, claim->authorization);
    out->who.admin = out->may_administer && !trusted;
    out->groups_ignored = claim->groups != NULL && !trusted;
    if (!trusted || claim->groups == NULL)
        return;
    out->may_administer = false;
    strlist_split(&out->who.groups, claim->groups, ",");
}
