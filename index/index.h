/* The index: the only store, and all that the rest of prospect sees of Xapian.
 *
 * A directory holds numbered GENERATIONS and a file `current` that names the one in use; a
 * generation holds a COMPARTMENT, a Xapian database, for each access label-set. A search opens
 * only the compartments that its caller may see. One writer, in one thread, for all; any number of
 * readers, each used by one thread at a time. No C++ exception comes out of any function here.
 *
 * Results are owned by the caller, who frees them with the function named beside each.
 */
#ifndef PROSPECT_INDEX_H
#define PROSPECT_INDEX_H

#include "index/base/buf.h"
#include "index/base/error.h"
#include "index/document.h"
#include "index/text/dates.h"
#include "index/text/highlight.h"
#include "index/text/query.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Who asks. The admin sees everything; anyone else what is open to everyone or to one of the
 * groups. */
struct access {
    bool admin;
    struct strlist groups;
};

/* ---- writing ------------------------------------------------------------------------------- */

struct index_writer;

/* Opens the index in DIR for writing; creates it where there is none. An index of another schema
 * is left as it is and a new, empty generation is started beside it; NOTICE (256 bytes or more)
 * then says so, else it is "". PROSPECT_LOCKED, PROSPECT_IO, PROSPECT_CORRUPT. */
prospect_status index_writer_new(struct index_writer **out, const char *dir, char *notice,
                                 size_t notice_size, struct error *error);
/* Closes without committing. */
void index_writer_free(struct index_writer **w);

/* Puts a document in the place of what had its id, in whatever compartment; the children of what
 * had it go, and are put again after it. A document that failed is put as well: with its reason and
 * whatever units it has, findable by name. PROSPECT_LIMIT where its label-set would be the 65th. */
prospect_status index_writer_put(struct index_writer *w, const struct document *d,
                                 struct error *error);
/* The costly half of index_writer_put(), which needs no index: any number of threads can do it,
 * each with a preparer of its own. PREPARED is then put by the writer's thread, in place of
 * index_writer_put(D), and stays the caller's. */
struct index_preparer;
struct index_prepared;
prospect_status index_preparer_new(struct index_preparer **out, struct error *error);
void index_preparer_free(struct index_preparer **p);
prospect_status index_prepare(struct index_preparer *p, const struct document *d,
                              struct index_prepared **out, struct error *error);
void index_prepared_free(struct index_prepared **prepared);
prospect_status index_writer_put_prepared(struct index_writer *w, const struct document *d,
                                          const struct index_prepared *prepared,
                                          struct error *error);
/* Puts D, with the units, mime and in-document metadata of the stored document SOURCE_ID, whose
 * content is the same (D->stamp.content), in place of its own. PROSPECT_NOT_FOUND if the source is
 * gone or holds other content: D then has to be extracted. SOURCE_ID may be D's own id: new
 * metadata, access rules or stamp for a file whose bytes are unchanged. The source's children are
 * copied too, under ids and paths that follow from D's. */
prospect_status index_writer_put_from(struct index_writer *w, const char *source_id,
                                      const struct document *d, struct error *error);
/* Takes out a document and its children. PROSPECT_OK where there was none. */
prospect_status index_writer_remove(struct index_writer *w, const char *id, struct error *error);
/* Takes out whatever belongs to ROOT, or to none of the ROOTS named. */
prospect_status index_writer_keep_roots(struct index_writer *w, const char *const *roots,
                                        size_t n_roots, struct error *error);
/* Makes all since the last commit visible and durable, together per compartment. If it fails, be it
 * because a call before it did, all since the last good commit is lost and to be put again; the
 * writer goes on. */
prospect_status index_writer_commit(struct index_writer *w, struct error *error);
/* Bytes of text and documents taken in since the last commit. */
void index_writer_pending(const struct index_writer *w, size_t *documents, size_t *bytes);

/* Frees what it keeps to be fast: nothing comes for a while. */
void index_writer_rest(struct index_writer *w);

/* Rebuilds up to LIMIT documents from their stored units, in order of id after *CURSOR ("" to
 * start), and moves *CURSOR; sets it to "" when all are done. */
prospect_status index_writer_rebuild(struct index_writer *w, char cursor[DIGEST_ID_SIZE],
                                     unsigned limit, struct error *error);
/* Documents, those inside others included, in all compartments. */
uint64_t index_writer_documents(const struct index_writer *w);
/* Documents put or deleted since the index was last compacted or begun, before this was opened
 * too. */
uint64_t index_writer_changes(const struct index_writer *w);
/* Writes everything, compacted, into the next generation, checks it and switches to it. The
 * writer goes on there; readers follow at their next call; the old generation is removed.
 * PROSPECT_LIMIT, and nothing is done, where the disk has not room for both and some more. */
prospect_status index_writer_compact(struct index_writer *w, struct error *error);
/* The same for an index that can no longer be written though the disk has room, as happens to
 * Xapian after a full disk: from what is committed; the rest is lost as after a commit that failed.
 */
prospect_status index_writer_renew(struct index_writer *w, struct error *error);
/* The generation that is written is complete: searches use it, if they do not yet, and what is no
 * longer in use is removed. Only after a commit. */
prospect_status index_writer_drop_old(struct index_writer *w, struct error *error);

/* ---- reading ------------------------------------------------------------------------------- */

struct index_reader;

/* DIR need not hold an index yet: it is then empty until one appears. Holds an analyser of its
 * own. */
prospect_status index_reader_new(struct index_reader **out, const char *dir, struct error *error);
/* The same for who compares files with the index: it reads what the writer writes, be that a
 * generation that is not searched yet. */
prospect_status index_reader_new_ingest(struct index_reader **out, const char *dir,
                                        struct error *error);
void index_reader_free(struct index_reader **r);
/* Gives memory back that only makes searches faster (4 MiB at most, and 4 bytes a document). */
void index_reader_rest(struct index_reader *r);
/* Reads what searches do without until it is there: the dictionaries of the index's languages.
 * GO_ON is asked before each: false, and so is the answer, if that is for another to do. */
bool index_reader_warm(struct index_reader *r, bool (*go_on)(void *ctx), void *ctx);

enum index_sort {
    SORT_RELEVANCE,
    SORT_DATE_UP,   /* oldest first; undated last in both */
    SORT_DATE_DOWN, /* newest first */
    SORT_TITLE
};

struct index_filter {
    enum query_field field;
    struct strlist values; /* any of them */
};

struct index_search {
    const char *q; /* query language of text/query.h; NULL, or nothing but blanks: all documents,
                    * newest first; something with no word in it ("???"): none */
    unsigned from, size;
    enum index_sort sort;
    const struct index_filter *filters; /* all of them */
    size_t n_filters;
    bool has_dates;
    struct date_range dates;
    uint32_t facets; /* bit (1 << enum query_field) for each wanted */
    bool expand;
    bool snippets; /* page picks and snippets */
    enum highlight_style style;
    bool explain;
    unsigned timeout_ms;
    int64_t began_ns; /* clock_steady_ns() from which the time counts; 0: from the call on */
};

/* What hits and /documents have in common. */
struct index_fields {
    char id[DIGEST_ID_SIZE];
    char *root, *path, *container;
    char *title; /* never NULL: the file's name where nothing better is known */
    struct strlist authors, countries, events, concepts;
    char *programme, *type, *role;
    struct date date;
    char *mime;
    char lang[LANGUAGE_SIZE];
    uint64_t size;
    int64_t modified_ns;
    prospect_unit_kind unit_kind;
    uint32_t units;
    bool complete;
    prospect_status status;
    struct strlist duplicates; /* other paths with the same bytes that the caller may see, as
                                * "root/path" */
};

struct index_pick {  /* a unit of a hit that matches */
    uint32_t number; /* 0: the document has no units. Where only the title or name matches, it is
                      * the first unit, with its beginning */
    char *label;     /* never NULL when number is not 0 */
    char *heading;
    char *snippet;
    double score; /* among the document's units, higher is better; of no meaning beyond it */
};

enum index_matched {
    MATCHED_ALL,
    MATCHED_SOME,
    MATCHED_CORRECTED
};

/* Why a hit stands where it does: parts whose weights add up to what ranked it. */
enum index_reason_kind {
    REASON_WORD, /* in the text, title, authors' names or path */
    REASON_PHRASE,
    REASON_NEAR,
    REASON_TITLE,     /* a word that was looked for in the title only */
    REASON_AUTHOR,    /* likewise */
    REASON_EXPANSION, /* a word that was not typed */
    REASON_PLACES,    /* close together, or all on one page; below 0 where they are far apart */
    REASON_OTHER
};

struct index_form {
    char *form; /* as it is written in the document */
    unsigned count;
};

struct index_reason {
    enum index_reason_kind kind;
    char *word; /* as typed; NULL where it was not */
    struct index_form
        *forms; /* most frequent first; at most 8, of the first 50 units and the title */
    size_t n_forms;
    unsigned count; /* places in the text; of a phrase's words, those of the most frequent */
    bool in_title;
    double weight;
};

struct index_explanation {
    struct index_reason *reasons; /* heaviest first */
    size_t count;
    double weight; /* the sum, up to rounding; 0 where hits are sorted by something else */
};

struct index_hit {
    struct index_fields fields;
    double score; /* 0 to 1: of the best hit's; where words are wanted side by side, above 0.5 with
                   * all of them and up to 0.5 with some */
    enum index_matched matched;
    struct index_pick best;
    struct index_pick more[3];
    unsigned n_more;
    struct index_explanation *explanation; /* NULL unless asked for */
};

struct index_facet_value {
    char *value;
    uint32_t count;
};

struct index_facet {
    enum query_field field;
    struct index_facet_value *values; /* most first, equal counts by value; at most 200 */
    size_t count;
};

struct index_expansion {
    char *term;
    struct strlist also;
};

struct index_result {
    char *parsed;
    bool query_cut; /* of more words than are searched for, the most telling were taken */
    uint64_t total; /* results, by the rule of doc/ranking.md; more may be listed behind them */
    bool total_is_exact;
    bool partial;       /* the time was over before all was looked at, or shown, or before a
                         * dictionary was read: hits may then be missing, or have no page, snippet
                         * and explanation */
    char *did_you_mean; /* NULL: nothing was corrected; else the query as typed but for corrected
                         * words. Only where no document has all words, and with `expand` */
    struct index_hit *hits;
    size_t n_hits;
    struct index_facet *facets;
    size_t n_facets;
    bool facets_exact; /* false: counted on the first 10,000 matches only */
    struct index_expansion *expansions;
    size_t n_expansions;
};

/* PROSPECT_LIMIT, PROSPECT_ARGUMENT for queries that are refused; PROSPECT_CORRUPT, _IO. */
prospect_status index_search(struct index_reader *r, const struct access *who,
                             const struct index_search *s, struct index_result **out,
                             struct error *error);
void index_result_free(struct index_result **res);

/* A document in full, but for its units' texts. */
struct index_unit_info {
    uint32_t number;
    char *label, *heading;
    uint32_t chars; /* characters, not bytes */
    char lang[LANGUAGE_SIZE];
    bool ocr;
};

struct index_description {
    struct index_fields fields;
    struct index_unit_info *units;
    size_t n_units;
    struct meta_list sources;
    struct strlist cuts, warnings, children; /* children: ids */
    char *reason;
    struct stamp stamp;
};
/* PROSPECT_NOT_FOUND where there is no such document that the caller may see. */
prospect_status index_describe(struct index_reader *r, const struct access *who, const char *id,
                               struct index_description **out, struct error *error);
void index_description_free(struct index_description **d);

/* Adds unit NUMBER's text, or, for number 0, that of all units with a form feed between. */
prospect_status index_unit_text(struct index_reader *r, const struct access *who, const char *id,
                                uint32_t number, struct buf *out, struct error *error);

/* Every unit of one document that matches Q, in order, with the spans of the matching words. */
struct index_unit_hit {
    struct index_pick pick;
    struct span *spans; /* bytes of the unit's text, rising */
    size_t n_spans;
};
struct index_unit_hits {
    struct index_unit_hit *item;
    size_t count;
    bool partial; /* the time was over: there are more */
};
prospect_status index_unit_hits(struct index_reader *r, const struct access *who, const char *id,
                                const char *q, enum highlight_style style,
                                struct index_unit_hits **out, struct error *error);
void index_unit_hits_free(struct index_unit_hits **h);

/* Up to MAX whole queries that TEXT, half typed, may become, best first and titles last; each finds
 * something of what the caller may see. None for a TEXT of more than 200 bytes. After TIMEOUT_MS,
 * what was found till then. */
prospect_status index_suggest(struct index_reader *r, const struct access *who, const char *text,
                              unsigned max, unsigned timeout_ms, struct strlist *out,
                              struct error *error);

struct index_failure {
    char *root, *path;
    prospect_status status;
    char *detail;
    int64_t since, next_try; /* seconds since 1970; next_try 0: when the file changes */
    unsigned tries;
    bool partial; /* some of it could be read and is searchable */
};
struct index_failures {
    struct index_failure *item;
    size_t count;
    uint64_t total;
    bool partial; /* the time was over before all were looked at */
};
/* By root and path; FROM and SIZE as for hits. Ends after about TIMEOUT_MS. */
prospect_status index_failures(struct index_reader *r, const struct access *who, uint64_t from,
                               unsigned size, unsigned timeout_ms, struct index_failures **out,
                               struct error *error);
void index_failures_free(struct index_failures **f);

struct index_root_stats {
    char *name;
    uint64_t indexed; /* files that could be read, or are known by name (complete or not) */
    uint64_t failed;  /* files of which nothing could be read */
};
struct index_stats {
    unsigned schema;
    uint64_t documents; /* top-level files */
    uint64_t pages;
    uint64_t bytes;      /* on disk */
    int64_t last_commit; /* seconds since 1970; 0: never */
    unsigned generation;
    struct index_root_stats *roots;
    size_t n_roots;
};
/* Of what the caller may see. */
prospect_status index_stats(struct index_reader *r, const struct access *who,
                            struct index_stats **out, struct error *error);
void index_stats_free(struct index_stats **s);

/* ---- what ingest asks ---------------------------------------------------------------------- */

/* Calls EACH for the path and stamp of every file of ROOT (children left out), in no particular
 * order. `status` is the outcome it was stored with, `next_try` as in struct document, `mime` may
 * be NULL. Everything passed is valid during the call only. */
typedef void index_stamp_fn(void *ctx, const char *path, const struct stamp *stamp,
                            const char *mime, prospect_status status, int64_t next_try);
prospect_status index_stamps(struct index_reader *r, const char *root, index_stamp_fn *each,
                             void *ctx, struct error *error);
/* What the index knows of one file. index_file_free() empties it. */
struct index_file {
    char id[DIGEST_ID_SIZE];
    struct stamp stamp;
    char *mime;     /* NULL: not known */
    unsigned tries; /* these two as in struct document */
    int64_t since;
};
void index_file_free(struct index_file *f);
/* The file with this ID; PROSPECT_NOT_FOUND. OUT is then empty. */
prospect_status index_file(struct index_reader *r, const char *id, struct index_file *out,
                           struct error *error);
/* A readable document with these very bytes. PROSPECT_NOT_FOUND. */
prospect_status index_find_content(struct index_reader *r, const uint8_t content[DIGEST_SIZE],
                                   struct index_file *out, struct error *error);

/* ---- care ---------------------------------------------------------------------------------- */

enum index_check_how {
    CHECK_REPAIR = 1, /* no writer may have it open: documents with damaged units are marked to be
                       * read again, and a compartment that is damaged otherwise is set aside */
    CHECK_QUICK = 2,  /* the checksums of blocks only: as fast as the disk can be read */
    CHECK_NOTE = 4    /* checksums of blocks that are new are written down, and, unless it is quick,
                       * when all was last found whole. One process at a time */
};
/* Verifies every compartment of the index in DIR, that searches use: that its blocks are as they
 * were written, its structure, and that each document's units are there and readable. Calls LINE
 * with each finding. HOW: CHECK_ values together. PROSPECT_CORRUPT if there was any;
 * PROSPECT_BUSY if somebody wrote all the time, so that nothing can be said. What is damaged enough
 * can end the process: do it in one of its own. */
prospect_status index_check(const char *dir, unsigned how, void (*line)(void *ctx, const char *),
                            void *ctx, struct error *error);

/* The index in DIR is damaged, for REASON, a line: a new generation is begun, which the next writer
 * fills. Till it has all documents (index_writer_drop_old()), searches go on with the damaged one;
 * unless AT_ONCE is set, or that one cannot be opened, or the disk has not room for both: then with
 * what the new one has. No writer may have it open. Where one was begun already it is gone on with,
 * and AT_ONCE searched. */
prospect_status index_begin_anew(const char *dir, const char *reason, bool at_once,
                                 struct error *error);
struct index_health {
    char
        damage[256]; /* why it is being filled anew, damage or another schema, and not complete yet;
                      * "" if it is not */
    bool beside;     /* searches still use the damaged one */
    int64_t verified; /* when all was last found whole; seconds since 1970, 0: never */
    uint64_t bytes;   /* on disk */
};
/* Cheap: it looks at three small files, and at the sizes of others. What cannot be read counts as
 * nothing. */
void index_health(const char *dir, struct index_health *out);

#ifdef __cplusplus
}
#endif
#endif
