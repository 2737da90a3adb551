#include "index/text/stopwords.h"

#include "index/base/buf.h"
#include "index/base/mem.h"
#include "index/text/fold.h"
#include "index/text/stopwords_list.h"

#include <stdlib.h>
#include <string.h>

struct stopword {
    char *word; /* folded */
    uint32_t languages;
};

struct stopwords {
    struct stopword *item; /* sorted, each word once */
    size_t count, room;
};

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct stopword *)a)->word, ((const struct stopword *)b)->word);
}

static void add(struct stopwords *s, const char *word, size_t length, uint32_t language)
{
    struct buf folded = {0};
    fold_word(word, length, FOLD_ALL, &folded);
    if (s->count == s->room) {
        s->room = s->room ? 2 * s->room : 1024;
        s->item = mem_resize(s->item, s->room, sizeof *s->item);
    }
    s->item[s->count++] = (struct stopword){buf_take(&folded), language};
}

static void add_list(struct stopwords *s, const struct stopword_list *list, uint32_t language)
{
    for (const char *at = list->words; *at;) {
        size_t length = strcspn(at, " ");
        add(s, at, length, language);
        at += length + strspn(at + length, " ");
    }
}

/* One entry for each word, with all its languages. */
static void merge(struct stopwords *s)
{
    size_t kept = 0;
    qsort(s->item, s->count, sizeof *s->item, compare);
    for (size_t i = 1; i < s->count; i++) {
        if (strcmp(s->item[i].word, s->item[kept].word) != 0) {
            s->item[++kept] = s->item[i];
            continue;
        }
        s->item[kept].languages |= s->item[i].languages;
        free(s->item[i].word);
    }
    s->count = kept + 1;
}

void stopwords_new(struct stopwords **out)
{
    struct stopwords *s = mem_zalloc(sizeof *s);
    for (unsigned i = 0; i < STOPWORD_LANGUAGES; i++)
        add_list(s, &stopword_lists[i], UINT32_C(1) << i);
    merge(s);
    *out = s;
}

void stopwords_free(struct stopwords **s)
{
    if (!*s)
        return;
    for (size_t i = 0; i < (*s)->count; i++)
        free((*s)->item[i].word);
    free((*s)->item);
    free(*s);
    *s = NULL;
}

uint32_t stopwords_find(const struct stopwords *s, const char *word, size_t length)
{
    struct buf folded = {0};
    fold_word(word, length, FOLD_ALL, &folded);
    buf_addc(&folded, '\0');
    const struct stopword key = {.word = folded.data};
    const struct stopword *found = bsearch(&key, s->item, s->count, sizeof key, compare);
    buf_free(&folded);
    return found ? found->languages : 0;
}

uint32_t stopwords_language(const char *lang)
{
    for (unsigned i = 0; i < STOPWORD_LANGUAGES; i++)
        if (stopword_lists[i].lang[0] == lang[0] && strcmp(stopword_lists[i].lang, lang) == 0)
            return UINT32_C(1) << i;
    return 0;
}
