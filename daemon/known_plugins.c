#include "daemon/known_plugins.h"

#include "daemon/log.h"
#include "index/base/mem.h"
#include "index/base/pack.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FILE_MAX = 1 << 20
};

static void path_of(struct buf *out, const char *state, const char *suffix)
{
    buf_addf(out, "%s/plugins%s", state, suffix);
}

/* Empty where there is no such file, or none of ours. */
static void read_file(const char *state, struct buf *out)
{
    struct buf path = {0};
    path_of(&path, state, "");
    FILE *f = fopen(path.data, "re");
    buf_free(&path);
    if (!f)
        return;
    size_t got = fread(buf_room(out, FILE_MAX), 1, FILE_MAX, f);
    if (got < FILE_MAX)
        buf_grew(out, got);
    fclose(f);
}

/* A greeting, sealed. */
static void pack(struct buf *out, const struct wire_plugin *plugins, size_t n)
{
    static const struct wire_sandbox none;
    struct buf frame = {0};
    wire_put_hello(&frame, &none, plugins, n);
    buf_add(out, frame.data + WIRE_HEADER, frame.len - WIRE_HEADER);
    buf_free(&frame);
    pack_seal(out, 0);
}

bool known_plugins_read(const char *state, struct wire_plugin **plugins, size_t *n)
{
    struct buf bytes = {0};
    struct wire_sandbox sandbox;
    uint64_t version = 0;
    *plugins = NULL;
    *n = 0;
    read_file(state, &bytes);
    struct unpack u = unpack_sealed(buf_str(&bytes), bytes.len);
    bool good = !u.bad &&
                wire_get_hello(u.at, (size_t)(u.end - u.at), &version, &sandbox, plugins, n) &&
                version == WIRE_VERSION;
    buf_free(&bytes);
    return good;
}

static bool write_file(const char *path, const struct buf *bytes)
{
    FILE *f = fopen(path, "we");
    if (!f)
        return false;
    bool good = fwrite(bytes->data, 1, bytes->len, f) == bytes->len;
    return fclose(f) == 0 && good;
}

void known_plugins_write(const char *state, const struct wire_plugin *plugins, size_t n)
{
    struct buf now = {0}, before = {0}, path = {0}, fresh = {0};
    pack(&now, plugins, n);
    read_file(state, &before);
    if (now.len == before.len && memcmp(now.data, before.data, now.len) == 0)
        goto out;
    path_of(&path, state, "");
    path_of(&fresh, state, ".new");
    if (!write_file(fresh.data, &now) || rename(fresh.data, path.data) < 0) {
        log_line(LOG_WARNING, "%s: %s", path.data, strerror(errno));
        unlink(fresh.data);
    }
out:
    buf_free(&now);
    buf_free(&before);
    buf_free(&path);
    buf_free(&fresh);
}
