#include "index/text/marks.h"

#include "index/base/mem.h"

#include <stdlib.h>

enum {
    WORDS_APART = 32
};

static void add(struct marks *m, size_t *room, struct mark mark)
{
    if (m->count == *room) {
        *room = *room ? 2 * *room : 16;
        m->item = mem_resize(m->item, *room, sizeof *m->item);
    }
    m->item[m->count++] = mark;
}

void marks_find(const char *text, size_t length, struct marks *out)
{
    struct tokens tokens;
    struct token token;
    size_t room = 0;
    uint32_t due = WORDS_APART;
    *out = (struct marks){0};
    tokens_start(&tokens, text, length);
    while (tokens_next(&tokens, &token))
        if (tokens_position(&tokens) >= due && tokens_is_free(&tokens)) {
            add(out, &room, (struct mark){tokens.at, tokens_position(&tokens)});
            due = tokens_position(&tokens) + WORDS_APART;
        }
}

void marks_free(struct marks *m)
{
    free(m->item);
    *m = (struct marks){0};
}

void marks_skip(const struct marks *m, struct tokens *t, uint32_t position)
{
    size_t low = 0, high = m->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (m->item[middle].position <= position)
            low = middle + 1;
        else
            high = middle;
    }
    if (low > 0 && m->item[low - 1].position > tokens_position(t))
        tokens_resume(t, m->item[low - 1].at, m->item[low - 1].position);
}

void marks_pack(struct buf *b, const struct marks *m)
{
    struct mark last = {0, 0};
    pack_u64(b, m->count);
    for (size_t i = 0; i < m->count; i++) {
        pack_u64(b, m->item[i].at - last.at);
        pack_u64(b, m->item[i].position - last.position);
        last = m->item[i];
    }
}

/* One that stands behind LAST in a text of LENGTH bytes, each word of which has one at least. */
static bool unpack_one(struct unpack *u, size_t length, struct mark last, struct mark *out)
{
    const uint64_t bytes = unpack_u64(u), words = unpack_u64(u);
    if (u->bad || words == 0 || bytes < words || bytes > length - last.at)
        return false;
    *out = (struct mark){last.at + (size_t)bytes, last.position + (uint32_t)words};
    return true;
}

void marks_unpack(struct unpack *u, size_t length, struct marks *out)
{
    struct mark last = {0, 0};
    const uint64_t n = unpack_u64(u);
    *out = (struct marks){0};
    if (n > length / WORDS_APART) {
        u->bad = true;
        return;
    }
    *out = (struct marks){n ? mem_resize(NULL, n, sizeof *out->item) : NULL, 0};
    while (out->count < n && unpack_one(u, length, last, &last))
        out->item[out->count++] = last;
    if (out->count < n) {
        marks_free(out);
        u->bad = true;
    }
}
