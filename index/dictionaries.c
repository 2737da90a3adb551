#include "index/dictionaries.h"

#include "index/base/mem.h"
#include "index/text/chars.h"
#include "index/text/utf8.h"

#include <hunspell/hunspell.h>
#include <iconv.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LETTERS_MIN = 3,
    WORD_MAX = 64 /* bytes, in the dictionary's encoding too */
};

static const struct known {
    char lang[3], file[6];
    bool cyrillic;
} known[] = {
    {"bg", "bg_BG", true},  {"cs", "cs_CZ", false}, {"et", "et_EE", false},
    {"hr", "hr_HR", false}, {"lv", "lv_LV", false}, {"pl", "pl_PL", false},
    {"sk", "sk_SK", false}, {"sl", "sl_SI", false}, {"uk", "uk_UA", true},
};

enum {
    KNOWN = sizeof known / sizeof *known
};

struct dictionary {
    pthread_mutex_t mutex;
    atomic_bool tried;   /* to be read */
    Hunhandle *hunspell; /* NULL: not read yet, or not there */
    iconv_t to, from;    /* the dictionary's encoding and back */
};

struct dictionaries {
    char *dir;
    dictionary_missing_fn *missing;
    atomic_bool warming, wanted;
    struct stem_source source;
    struct dictionary dictionary[KNOWN];
};

static size_t index_of(const char *lang)
{
    size_t i = 0;
    while (i < KNOWN && strcmp(known[i].lang, lang) != 0)
        i++;
    return i;
}

static bool knows(struct dictionaries *d, const char *lang)
{
    (void)d;
    return index_of(lang) < KNOWN;
}

static bool ready(struct dictionaries *d, const char *lang)
{
    const size_t i = index_of(lang);
    if (i == KNOWN || !atomic_load(&d->warming) || atomic_load(&d->dictionary[i].tried))
        return true;
    atomic_store(&d->wanted, true);
    return false;
}

/* ---- reading ------------------------------------------------------------------------------- */

static bool open_encoding(struct dictionary *d)
{
    const char *encoding = Hunspell_get_dic_encoding(d->hunspell);
    d->to = iconv_open(encoding, "UTF-8");
    d->from = iconv_open("UTF-8", encoding);
    return d->to != (iconv_t)-1 && d->from != (iconv_t)-1;
}

static void close_dictionary(struct dictionary *d)
{
    if (!d->hunspell)
        return;
    Hunspell_destroy(d->hunspell);
    d->hunspell = NULL;
    if (d->to != (iconv_t)-1)
        iconv_close(d->to);
    if (d->from != (iconv_t)-1)
        iconv_close(d->from);
}

/* Hunspell takes files that are not there for empty ones. */
static void read_dictionary(struct dictionaries *d, size_t i)
{
    struct dictionary *dictionary = &d->dictionary[i];
    struct buf rules = {0}, words = {0};
    buf_addf(&rules, "%s/%s.aff", d->dir, known[i].file);
    buf_addf(&words, "%s/%s.dic", d->dir, known[i].file);
    if (access(rules.data, R_OK) == 0 && access(words.data, R_OK) == 0)
        dictionary->hunspell = Hunspell_create(rules.data, words.data);
    if (dictionary->hunspell && !open_encoding(dictionary))
        close_dictionary(dictionary);
    if (!dictionary->hunspell && d->missing)
        d->missing(known[i].lang, words.data);
    buf_free(&rules);
    buf_free(&words);
    atomic_store(&dictionary->tried, true);
}

/* ---- looking up ---------------------------------------------------------------------------- */

/* FROM in another encoding, NUL-terminated; false if it cannot be written so. */
static bool convert(iconv_t how, const char *from, size_t length, char *to, size_t size)
{
    char *in = (char *)from, *out = to;
    size_t left = size - 1;
    iconv(how, NULL, NULL, NULL, NULL);
    if (iconv(how, &in, &length, &out, &left) == (size_t)-1)
        return false;
    *out = '\0';
    return true;
}

static unsigned look_up(struct dictionary *d, const char *word, size_t length, stem_fn *each,
                        void *ctx)
{
    char own[WORD_MAX], stem[4 * WORD_MAX];
    char **found = NULL;
    unsigned sent = 0;
    if (!convert(d->to, word, length, own, sizeof own))
        return 0;
    int n = Hunspell_stem(d->hunspell, &found, own);
    for (int i = 0; i < n && sent < STEMS_MAX; i++)
        if (convert(d->from, found[i], strnlen(found[i], WORD_MAX), stem, sizeof stem)) {
            each(ctx, stem, strlen(stem));
            sent++;
        }
    if (n > 0)
        Hunspell_free_list(d->hunspell, &found, n);
    return sent;
}

/* Names stand in dictionaries with their capital letter, which was folded away. */
static unsigned look_up_name(struct dictionary *d, const char *word, size_t length, stem_fn *each,
                             void *ctx)
{
    const char *rest = word;
    struct buf name = {0};
    utf8_add(&name, chars_capital(utf8_next(&rest, word + length)));
    buf_add(&name, rest, (size_t)(word + length - rest));
    unsigned sent = look_up(d, name.data, name.len, each, ctx);
    buf_free(&name);
    return sent;
}

/* True for a row of letters in the dictionary's script. */
static bool fits(const char *word, size_t length, bool cyrillic)
{
    size_t letters = 0;
    for (size_t at = 0, next; at < length; at = next, letters++) {
        uint32_t c;
        if (chars_at(word, length, at, &next, &c) != CHAR_LETTER)
            return false;
        if ((c >= 0x400 && c < 0x530) != cyrillic)
            return false;
    }
    return letters >= LETTERS_MIN;
}

static void stems(struct dictionaries *d, const char *lang, const char *word, size_t length,
                  stem_fn *each, void *ctx)
{
    size_t i = index_of(lang);
    if (i == KNOWN || length >= WORD_MAX || !fits(word, length, known[i].cyrillic))
        return;
    struct dictionary *dictionary = &d->dictionary[i];
    pthread_mutex_lock(&dictionary->mutex);
    if (!atomic_load(&dictionary->tried))
        read_dictionary(d, i);
    if (dictionary->hunspell && !look_up(dictionary, word, length, each, ctx))
        look_up_name(dictionary, word, length, each, ctx);
    pthread_mutex_unlock(&dictionary->mutex);
}

/* ---- sets of them -------------------------------------------------------------------------- */

void dictionaries_new(struct dictionaries **out, const char *dir, dictionary_missing_fn *missing)
{
    struct dictionaries *d = mem_zalloc(sizeof *d);
    d->dir = mem_strdup(dir);
    d->missing = missing;
    d->source = (struct stem_source){d, knows, ready, stems};
    for (size_t i = 0; i < KNOWN; i++)
        pthread_mutex_init(&d->dictionary[i].mutex, NULL);
    *out = d;
}

void dictionaries_free(struct dictionaries **d)
{
    if (!*d)
        return;
    for (size_t i = 0; i < KNOWN; i++) {
        close_dictionary(&(*d)->dictionary[i]);
        pthread_mutex_destroy(&(*d)->dictionary[i].mutex);
    }
    free((*d)->dir);
    free(*d);
    *d = NULL;
}

const struct stem_source *dictionaries_source(struct dictionaries *d)
{
    return &d->source;
}

void dictionaries_warming(const struct stem_source *of, bool on)
{
    atomic_store(&of->dictionaries->wanted, false);
    atomic_store(&of->dictionaries->warming, on);
}

bool dictionaries_wanted(const struct stem_source *of)
{
    return atomic_load(&of->dictionaries->wanted);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct dictionaries *shared;
static dictionary_missing_fn *report;

static void free_shared(void)
{
    dictionaries_free(&shared);
}

static void make_shared(void)
{
    dictionaries_new(&shared, HUNSPELL_DIR, report);
    atexit(free_shared);
}

const struct stem_source *dictionaries_shared(void)
{
    pthread_once(&once, make_shared);
    return &shared->source;
}

void dictionaries_report(dictionary_missing_fn *missing)
{
    report = missing;
}
