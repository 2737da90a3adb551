/* What somebody typed, as a tree. No query is an error because of its syntax: an operator without
 * operands, an open quote or bracket, an unknown field are searched as words. Only size is refused.
 *
 * Grammar: words; "a phrase"; AND OR NOT (upper case), -word, ( ); A NEAR/5 B; word*;
 * field:value, field:"some values" for the fields of enum query_field; title:(some words);
 * date:2016, date:2016-10..2017-06 (either end may be open).
 *
 * From loosest to tightest: OR; AND; words side by side, and NOT or - before one of them; NEAR.
 * So `pay gap OR tax law` is (pay gap) OR (tax law), and `pay gap NOT draft` is (pay gap) without
 * draft. NEAR between anything but words and phrases is AND.
 *
 * One typed word can be several: gender-based is an OR of the PHRASE of its parts and of the WORD
 * genderbased, with `value` as typed; l'egalite is egalite; R&D and example.com are PHRASEs; he/she
 * is two words.
 */
#ifndef PROSPECT_TEXT_QUERY_H
#define PROSPECT_TEXT_QUERY_H

#include "index/base/buf.h"
#include "index/base/error.h"
#include "index/text/analyse.h"
#include "index/text/dates.h"

#include <stdbool.h>

enum query_op {
    QUERY_WORDS, /* children side by side: all wanted, the best partial matches after them */
    QUERY_AND,
    QUERY_OR,
    QUERY_NOT,    /* child 0 without child 1; with one child: all documents without it */
    QUERY_PHRASE, /* children are QUERY_WORD, one behind the other */
    QUERY_NEAR,   /* children within `window` words of each other, any order */
    QUERY_WORD,   /* one word: any of its terms */
    QUERY_PREFIX, /* word*: terms[0] is the folded prefix */
    QUERY_FIELD,  /* field:value */
    QUERY_DATES   /* documents whose date overlaps `dates` */
};

enum query_field {
    FIELD_TITLE, /* title and author are text: the value is a QUERY_WORDS or QUERY_PHRASE child */
    FIELD_AUTHOR,
    FIELD_TYPE, /* the others are names: `value`, as typed */
    FIELD_COUNTRY,
    FIELD_YEAR,
    FIELD_LANG,
    FIELD_PROGRAMME,
    FIELD_EVENT,
    FIELD_FOLDER,
    FIELD_MIME,
    FIELD_CONCEPT,
    FIELD_ROLE,
    FIELD_COUNT
};

struct query_term {
    char *bytes;
    size_t length;
    enum term_kind kind;
};

struct query {
    enum query_op op;
    struct query **child;
    size_t children;
    unsigned window;         /* QUERY_NEAR */
    enum query_field field;  /* QUERY_FIELD */
    char *value;             /* QUERY_FIELD: the name; QUERY_WORD, QUERY_PREFIX: as typed;
                              * QUERY_OR of one typed word's readings and QUERY_PHRASE of words
                              * typed as one (R&D): that word; else NULL */
    struct date_range dates; /* QUERY_DATES */
    struct query_term *terms;
    size_t n_terms;
    unsigned again; /* QUERY_WORD in WORDS, AND, OR: so many times more was it typed there */
    /* Where `value` stands in the text that was parsed; for QUERY_WORD and QUERY_PREFIX. */
    size_t start, end;
};

struct query_limits {
    size_t bytes;      /* of the text */
    unsigned words;    /* QUERY_WORD and QUERY_PREFIX nodes */
    unsigned prefixes; /* QUERY_PREFIX nodes */
    unsigned nesting;
};
extern const struct query_limits query_default_limits; /* 1024, 512, 2, 32 */

/* Parses TEXT. LANGS are the languages present in the index, whose stems each word is searched
 * by. *OUT is NULL (and the status OK) where nothing is asked for: an empty text. PROSPECT_LIMIT
 * with a line where the text is too large; PROSPECT_ARGUMENT for bytes that are no UTF-8 or NUL.
 * A prefix of fewer than three letters is searched as a word. The caller frees *OUT. */
prospect_status query_parse(struct query **out, struct analyser *a, const char *text, size_t length,
                            const char *const *langs, size_t n_langs,
                            const struct query_limits *limits, struct error *error);
void query_free(struct query **q);
/* Frees child AT of Q, which has others. */
void query_drop(struct query *q, size_t at);

/* The query in words for people: what was understood, e.g. `pay AND "tax systems" NOT draft`. */
void query_print(const struct query *q, struct buf *out);

/* The name of a field as typed and as in URLs ("country"), and back; FIELD_COUNT if unknown. */
const char *query_field_name(enum query_field field);
enum query_field query_field_named(const char *name, size_t length);

#endif
