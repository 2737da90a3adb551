/* Writes texts with the statistics of real ones, as many as wanted.
 *
 * usage: texts SAMPLE OUT FIRST COUNT WORDS
 *
 * SAMPLE is a folder with real texts, LANG.txt for each language. Documents FIRST to
 * FIRST + COUNT - 1, of about WORDS words each, become OUT/0012/12345.txt, a thousand in a folder
 * that has a date, country and type in its .prospect. A document depends on its number alone.
 *
 * A document is about a few places of the sample: each sentence starts near one of them and goes on
 * as the sample does there or, now and then, anywhere else where the same word stands, so that
 * words follow each other as in real text, and some documents share their words while most do not.
 *
 * A collection that grows goes on meeting new words; a fixed vocabulary would flatter whoever looks
 * things up in it. By Good and Turing the next word is one that N words of sample did not have with
 * probability n1 / N, where n1 words stand there once; and by Heaps' law types grow with the power
 * b = n1 / V of tokens (V types), that is, the word of rank r is as frequent as r^(-1/b). So with
 * that probability a rank beyond V is drawn from this law, which has no end, and spelt: a number,
 * or the halves of two words of the language. Half as often one of these comes again in its
 * document, as rare words do.
 */
#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    LANGUAGES_MAX = 32,
    FOLDER = 1000,   /* documents in one */
    LEAST = 10000,   /* words of a language's sample */
    PAGE = 500,      /* words */
    TOPICS = 3,      /* places of the sample that a document is about */
    TOPIC = 20000,   /* words around each; a third of a smaller sample */
    OWN_MAX = 64,    /* words beyond the sample that a document uses again */
    HALVES_FROM = 6, /* bytes of a word that halves are taken of */
    CORE_MAX = 60
};

static const double FIRST_SHARE = 0.4; /* of documents, in the largest language */
static const double JUMP = 0.2;        /* of words, to another place of the same word */

struct word {
    char *core;            /* in small letters, nothing around it */
    uint32_t count, first; /* places of it: at[first] and so on */
};

struct language {
    char name[8];
    char **chunk;   /* what stands between blanks, in order */
    uint32_t *word; /* of each */
    uint32_t n, topic;
    struct word *words;
    uint32_t types, once, once_numbers;
    uint32_t *at;
    uint32_t *table;
    uint32_t table_size;
};

struct document {
    const struct language *l;
    uint64_t random;
    uint32_t topic[TOPICS];
    char own[OWN_MAX][2 * CORE_MAX + 2];
    unsigned n_own;
    FILE *out;
};

static void die(const char *what, const char *name)
{
    fprintf(stderr, "texts: %s %s\n", what, name);
    exit(1);
}

/* Puts a path into OUT, which it must fit. */
__attribute__((format(printf, 2, 3))) static const char *path_in(char out[PATH_MAX],
                                                                 const char *format, ...)
{
    va_list list;
    va_start(list, format);
    if (vsnprintf(out, PATH_MAX, format, list) >= PATH_MAX)
        die("too long a", "path");
    va_end(list);
    return out;
}

static void *need(void *p)
{
    if (!p)
        die("out of", "memory");
    return p;
}

/* Vigna's splitmix64. */
static uint64_t mix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/* Above 0, below 1. */
static double chance(uint64_t *state)
{
    return ((double)(mix(state) >> 12) + 0.5) * 0x1p-52;
}

static uint32_t below(uint64_t *state, uint32_t n)
{
    return (uint32_t)(mix(state) % n);
}

/* ---- the sample ------------------------------------------------------------------------------ */

static bool is_around(char c)
{
    return (unsigned char)c < 0x80 && !isalnum((unsigned char)c);
}

static size_t core_of(const char *chunk, char *core)
{
    size_t start = 0, end = strlen(chunk), n = 0;
    while (start < end && is_around(chunk[start]))
        start++;
    while (end > start && is_around(chunk[end - 1]))
        end--;
    for (size_t i = start; i < end && n < CORE_MAX - 4; i++)
        core[n++] = (char)tolower((unsigned char)chunk[i]);
    core[n] = '\0';
    return n;
}

static uint32_t find_word(struct language *l, const char *core)
{
    uint64_t hash = 14695981039346656037u;
    for (const char *c = core; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    uint32_t slot = (uint32_t)(mix(&hash) & (l->table_size - 1));
    while (l->table[slot]) {
        if (strcmp(l->words[l->table[slot] - 1].core, core) == 0)
            return l->table[slot] - 1;
        slot = (slot + 1) & (l->table_size - 1);
    }
    l->words[l->types].core = need(strdup(core));
    l->table[slot] = ++l->types;
    return l->types - 1;
}

static void split(struct language *l, char *text, size_t size)
{
    size_t room = size / 2 + 1;
    char core[CORE_MAX];
    l->chunk = need(calloc(room, sizeof *l->chunk));
    l->word = need(calloc(room, sizeof *l->word));
    l->words = need(calloc(room, sizeof *l->words));
    for (l->table_size = 1024; l->table_size < room; l->table_size *= 2)
        ;
    l->table = need(calloc(l->table_size, sizeof *l->table));
    for (char *c = strtok(text, " \t\r\n\f\v"); c; c = strtok(NULL, " \t\r\n\f\v")) {
        if (core_of(c, core) == 0 && l->n == 0)
            continue;
        l->chunk[l->n] = c;
        l->word[l->n] = find_word(l, core);
        l->words[l->word[l->n++]].count++;
    }
}

static void find_places(struct language *l)
{
    uint32_t sum = 0;
    l->at = need(calloc(l->n + 1, sizeof *l->at));
    for (uint32_t w = 0; w < l->types; w++) {
        l->words[w].first = sum;
        sum += l->words[w].count;
        l->once += l->words[w].count == 1;
        l->once_numbers += l->words[w].count == 1 && isdigit((unsigned char)l->words[w].core[0]);
        l->words[w].count = 0;
    }
    for (uint32_t i = 0; i < l->n; i++) {
        struct word *w = &l->words[l->word[i]];
        l->at[w->first + w->count++] = i;
    }
}

static void read_language(struct language *l, const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct stat status;
    path_in(path, "%s/%s", folder, name);
    snprintf(l->name, sizeof l->name, "%.*s", (int)strcspn(name, "."), name);
    FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &status) != 0)
        die("cannot read", path);
    char *text = need(malloc((size_t)status.st_size + 1));
    text[fread(text, 1, (size_t)status.st_size, file)] = '\0';
    fclose(file);
    split(l, text, (size_t)status.st_size);
    find_places(l);
    if (l->n < LEAST)
        die("too little text in", path);
    l->topic = l->n < 3 * TOPIC ? l->n / 3 : TOPIC;
}

static int larger(const void *a, const void *b)
{
    const struct language *x = a, *y = b;
    return (x->n < y->n) - (x->n > y->n);
}

static unsigned read_sample(const char *folder, struct language *l)
{
    struct dirent **names;
    unsigned languages = 0;
    int n = scandir(folder, &names, NULL, alphasort);
    for (int i = 0; i < n && languages < LANGUAGES_MAX; i++) {
        const char *dot = strrchr(names[i]->d_name, '.');
        if (dot && strcmp(dot, ".txt") == 0)
            read_language(&l[languages++], folder, names[i]->d_name);
    }
    if (languages == 0)
        die("no sample in", folder);
    qsort(l, languages, sizeof *l, larger);
    return languages;
}

/* ---- words ----------------------------------------------------------------------------------- */

/* A byte of CORE, of N bytes, near its middle where a character begins. */
static size_t middle(const char *core, size_t n)
{
    size_t at = n / 2;
    while (at < n && ((unsigned char)core[at] & 0xc0) == 0x80)
        at++;
    return at;
}

static const char *long_word(const struct language *l, uint64_t *random)
{
    for (unsigned tries = 0; tries < 1000; tries++) {
        const char *core = l->words[below(random, l->types)].core;
        if (strlen(core) >= HALVES_FROM && strcspn(core, "0123456789_./") == strlen(core))
            return core;
    }
    return "worden";
}

/* The word of this RANK beyond the sample's. */
static void spell(const struct language *l, double rank, char *out, size_t size)
{
    uint64_t random = (uint64_t)rank;
    if (chance(&random) * l->once < l->once_numbers) {
        snprintf(out, size, "%.0f", rank);
        return;
    }
    const char *front = long_word(l, &random), *back = long_word(l, &random);
    snprintf(out, size, "%.*s%s", (int)middle(front, strlen(front)), front,
             back + middle(back, strlen(back)));
}

static const char *new_word(struct document *d)
{
    const struct language *l = d->l;
    const double power = (double)l->once / l->types;
    double rank = l->types * pow(chance(&d->random), -power / (1 - power));
    char *own = d->own[d->n_own++ % OWN_MAX];
    spell(l, fmin(floor(rank), 0x1p53), own, sizeof d->own[0]);
    return own;
}

static const char *word_at(struct document *d, uint32_t at)
{
    const double missed = (double)d->l->once / d->l->n, drawn = chance(&d->random);
    if (drawn < missed)
        return new_word(d);
    if (drawn < 1.5 * missed && d->n_own)
        return d->own[below(&d->random, d->n_own < OWN_MAX ? d->n_own : OWN_MAX)];
    return d->l->chunk[at];
}

/* ---- documents ------------------------------------------------------------------------------- */

static bool ends_sentence(const char *chunk)
{
    const size_t n = strlen(chunk);
    return n && strchr(".!?", chunk[n - 1]);
}

/* Where a sentence begins near one of the document's places. */
static uint32_t begin(struct document *d)
{
    uint32_t at = d->topic[below(&d->random, TOPICS)] + below(&d->random, d->l->topic),
             far = at + 100;
    while (at < far && at + 1 < d->l->n && !ends_sentence(d->l->chunk[at]))
        at++;
    return at + 1 < d->l->n ? at + 1 : 0;
}

static uint32_t next(struct document *d, uint32_t at)
{
    const struct word *w = &d->l->words[d->l->word[at]];
    if (ends_sentence(d->l->chunk[at]))
        return begin(d);
    if (chance(&d->random) < JUMP)
        at = d->l->at[w->first + below(&d->random, w->count)];
    return at + 1 < d->l->n ? at + 1 : begin(d);
}

static void write_words(struct document *d, unsigned words)
{
    uint32_t at = begin(d);
    for (unsigned i = 1; i <= words; i++) {
        fputs(word_at(d, at), d->out);
        if (i % PAGE == 0 && i < words)
            fputs("\f", d->out);
        else
            fputs(ends_sentence(d->l->chunk[at]) && mix(&d->random) % 4 == 0 ? "\n\n" : " ",
                  d->out);
        at = next(d, at);
    }
}

static void write_document(const struct language *l, unsigned languages, const char *path,
                           uint64_t number, unsigned words)
{
    static struct document d;
    d.random = number * 0x2545f4914f6cdd1d + 1;
    d.n_own = 0;
    d.l = languages == 1 || chance(&d.random) < FIRST_SHARE
              ? l
              : l + 1 + below(&d.random, languages - 1);
    for (unsigned i = 0; i < TOPICS; i++)
        d.topic[i] = below(&d.random, d.l->n - d.l->topic);
    d.out = fopen(path, "wb");
    if (!d.out)
        die("cannot write", path);
    write_words(&d, 3 + below(&d.random, 5));
    fputs("\n\n", d.out);
    /* Lengths differ: half to one and a half times what is wanted. */
    write_words(&d, words / 2 + below(&d.random, words + 1));
    if (fclose(d.out) != 0)
        die("cannot write", path);
}

static void describe(const char *folder, uint64_t n)
{
    static const char *const types[] = {"report", "seminar-paper", "presentation", "strategy",
                                        "page"};
    static const char *const countries[] = {"AT", "BE", "BG", "CZ", "DE", "DK", "EE", "ES", "FI",
                                            "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
                                            "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"};
    char path[PATH_MAX];
    path_in(path, "%s/.prospect", folder);
    FILE *file = fopen(path, "w");
    if (!file)
        die("cannot write", path);
    fprintf(file, "type = %s\ncountry = %s\ndate = %u-%02u\n", types[n % 5], countries[n % 26],
            (unsigned)(2000 + n % 25), (unsigned)(1 + n % 12));
    fclose(file);
}

int main(int argc, char **argv)
{
    static struct language l[LANGUAGES_MAX];
    char path[PATH_MAX];
    if (argc != 6)
        die("usage:", "texts SAMPLE OUT FIRST COUNT WORDS");
    const unsigned languages = read_sample(argv[1], l);
    const uint64_t first = strtoull(argv[3], NULL, 10), end = first + strtoull(argv[4], NULL, 10);
    for (unsigned i = 0; i < languages; i++)
        printf("%s: %u words, %u of them different, %u once\n", l[i].name, l[i].n, l[i].types,
               l[i].once);
    mkdir(argv[2], 0755);
    for (uint64_t n = first; n < end; n++) {
        path_in(path, "%s/%04u", argv[2], (unsigned)(n / FOLDER));
        if (mkdir(path, 0755) == 0)
            describe(path, n / FOLDER);
        path_in(path, "%s/%04u/%llu.txt", argv[2], (unsigned)(n / FOLDER), (unsigned long long)n);
        write_document(l, languages, path, n, (unsigned)atoi(argv[5]));
    }
    return 0;
}
