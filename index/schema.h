/* How the index lies in Xapian: every prefix, slot, metadata key and cap, in this one place. What
 * changes the meaning of anything here changes SCHEMA_VERSION.
 *
 * Terms. Words of the text stand without a prefix, stems behind Z, both with positions. Prefixes
 * follow Omega's conventions; those of several letters end in a colon, and their values are folded
 * (case and accents), so that none can be taken for another. A value longer than TERM_CAP bytes,
 * NULs counted twice as Xapian stores them, is cut and ends in a digest of the whole.
 */
#ifndef PROSPECT_INDEX_SCHEMA_H
#define PROSPECT_INDEX_SCHEMA_H

#define SCHEMA_VERSION 7

#define TERM_CAP 200 /* bytes of a term; Xapian takes 245 */

#define PREFIX_ID        "Q"      /* the document's id */
#define PREFIX_STEM      "Z"      /* stems, of any language */
#define PREFIX_TITLE     "S"      /* words of the title; their stems: ZS */
#define PREFIX_AUTHOR    "A"      /* words of the authors' names */
#define PREFIX_LANGUAGE  "L"      /* languages of a fifth or more of the text */
#define PREFIX_STEMMED   "XSTEM:" /* languages that any of its words were stemmed in */
#define PREFIX_MIME      "T"
#define PREFIX_DAY       "D" /* YYYYMMDD, YYYYMM, YYYY: as far as the date is known */
#define PREFIX_MONTH     "M"
#define PREFIX_YEAR      "Y"
#define PREFIX_NAMED     "XAUTHOR:" /* an author's whole name */
#define PREFIX_TYPE      "XTYPE:"
#define PREFIX_COUNTRY   "XCOUNTRY:"
#define PREFIX_PROGRAMME "XPROGRAMME:"
#define PREFIX_EVENT     "XEVENT:"
#define PREFIX_CONCEPT   "XCONCEPT:"
#define PREFIX_ROLE      "XROLE:"
#define PREFIX_FOLDER    "XFOLDER:"  /* the folder in its root, and each folder above it */
#define PREFIX_NAME      "XNAME:"    /* the file's name */
#define PREFIX_ROOT      "XROOT:"    /* root of a file or child; not folded */
#define PREFIX_PARENT    "XPARENT:"  /* id of the container, at its children */
#define PREFIX_CONTENT   "XHASH:"    /* SHA-256 of the bytes, in hexadecimal */
#define PREFIX_READABLE  "XOK:"      /* the same, at documents that a plugin has read */
#define PREFIX_INDEXED   "XINDEXED:" /* root of a file that is read, or known by name; not folded */
#define PREFIX_FAILED    "XFAILED:"  /* root of a file of which nothing could be read; not folded */
#define PREFIX_GROUP     "XGROUP:"   /* language versions of one document; not yet filled */
/* What may be suggested: the end of a phrase, event or programme from one of its words on, folded,
 * words with a blank between; then, unless it is a phrase and just that, a mark and the whole as
 * written. */
#define PREFIX_PHRASE  "XPHRASE:"
#define MARK_PHRASE    '\t'
#define MARK_NAME      '\n'
#define TERM_UNSTEMMED "XUNSTEMMED:" /* some unit has words without stems */
#define TERM_TROUBLE   "XTROUBLE:"   /* whatever stands in the list of failures */

/* Value slots. Days are four bytes, big-endian, of the day plus DAY_BIAS. Sort keys end in the id's
 * first eight bytes, so that equals always come in the same order. */
enum slot {
    SLOT_GROUP = 0,     /* 16 bytes: equal for documents that are shown as one */
    SLOT_FIRST = 1,     /* first day of the date; none if undated */
    SLOT_LAST = 2,      /* last day */
    SLOT_DATE_UP = 3,   /* sort keys: oldest first, undated last */
    SLOT_DATE_DOWN = 4, /* newest first when read downwards, undated last */
    SLOT_TITLE = 5,
    SLOT_TIE = 6,
    /* Facet values: (field + 1), value, NUL; and so on. Every match of a search is counted by
     * them: what is short, and mostly asked for, stands by itself. */
    SLOT_FACETS = 7, /* type, language, year, country, role */
    SLOT_STAMP = 8,  /* of files, not children: record_pack_stamp() */
    SLOT_UNITS = 9,  /* where each unit begins, and where the last ends: record_pack_bounds() */
    SLOT_NAMES = 10, /* all other facet values, as SLOT_FACETS */
    /* record_pack_data(). Not the document's data, which Xapian deflates whatever it holds. */
    SLOT_RECORD = 11
};

#define GROUP_SIZE 16 /* bytes in SLOT_GROUP: the content's first, or the id */

#define DAY_BIAS 0x40000000

/* Metadata of a compartment. Records of documents are keyed by our id, never by Xapian's: it
 * changes when databases are merged. */
#define KEY_SCHEMA     "schema"
#define KEY_ACCESS     "access"     /* packed: 1 if restricted, and the labels */
#define KEY_PAGES      "pages"      /* units of all documents */
#define KEY_COMMITTED  "committed"  /* seconds since 1970 */
#define KEY_CHANGES    "changes"    /* the generation, a blank, documents put or deleted in it */
#define KEY_DUPLICATES "duplicates" /* there are, or were, several documents of one content */
#define KEY_STALE      "stale"      /* moved elsewhere in this commit, still to be deleted there */
#define KEY_DOCUMENT   "d:"         /* + id: record_pack_document() */
#define KEY_UNITS      "t:"         /* + id: record_pack_infos() */
#define KEY_UNIT       "u:"         /* + id + 8 digits of its number: record_pack_unit() */

/* The body's positions: the first unit starts at UNIT_GAP, each other so much after the last, so
 * that no phrase and no NEAR reaches from one to the next. */
#define UNIT_GAP 100

#define TITLE_WEIGHT 3 /* a word of the title counts as this many in the body */

#define COMPARTMENTS_MAX 64

#endif
