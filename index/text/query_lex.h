/* The pieces of a typed query: words, phrases, fields, brackets and operators. What is an operator
 * but has nothing to work on comes as a word; brackets come in pairs. */
#ifndef PROSPECT_TEXT_QUERY_LEX_H
#define PROSPECT_TEXT_QUERY_LEX_H

#include "index/text/query.h"

enum lex_kind {
    LEX_END,
    LEX_WORD,   /* without blanks; may yet be several words: he/she */
    LEX_PHRASE, /* between quotes */
    LEX_FIELD,
    LEX_OPEN,
    LEX_CLOSE,
    LEX_NOT, /* NOT and - */
    LEX_AND,
    LEX_OR,
    LEX_NEAR
};

enum lex_value {
    LEX_BARE,   /* field:value */
    LEX_QUOTED, /* field:"some values" */
    LEX_GROUP   /* field:(some values) */
};

struct lex {
    enum lex_kind kind;
    size_t start, end; /* of the text; of a phrase what is between the quotes, of a field all */
    unsigned window;   /* LEX_NEAR */
    /* LEX_FIELD: */
    enum query_field field; /* FIELD_COUNT: date */
    enum lex_value how;
    size_t value_start, value_end;
};

/* Reads TEXT (valid UTF-8) into *OUT, a row that ends with LEX_END and is the caller's to free().
 * PROSPECT_LIMIT where brackets or NOTs are nested deeper than NESTING; *OUT is NULL then. */
prospect_status query_lex(const char *text, size_t length, unsigned nesting, struct lex **out,
                          struct error *error);

#endif
