/*
 * document.h - the state of scanning a whole document (inside sim/json).
 *
 *   document.c        the grammar, and going on behind a mistake
 *   document_scalar.c strings, numbers, words
 *   document_habit.c  what is not JSON but a habit: other quotes, comments, other files
 *   document_note.c   places, mistakes, nodes, keys that came before
 *   tree.c            cJSON's tree, bound to the nodes
 *
 * Owner   the scanner borrows the document and the input; what stays is in the document's memory.
 * Errors  mistakes are collected in the document, and the scan goes on behind each.
 */
#ifndef SIM_JSON_DOCUMENT_H
#define SIM_JSON_DOCUMENT_H

#include "sim/json/read.h"

struct json_writer;

enum json_expect { EXPECT_VALUE, EXPECT_KEY, EXPECT_COLON, EXPECT_COMMA, EXPECT_NOTHING };

struct json_level {
    bool object, after_comma;
    uint32_t node;        /* of the object or array itself */
    uint32_t count;       /* of children so far */
    struct text key;      /* of the child at hand */
    struct json_place at; /* of the opening bracket */
};

struct json_scanner {
    struct json_document *d;
    struct text input;
    size_t at;
    size_t counted; /* line and column are those of this offset */
    struct json_place place;
    enum json_expect expect;
    unsigned depth;
    struct json_level levels[JSON_DEPTH_MAX];
    struct json_place comma, key_at;
    bool has_key, key_duplicate;
    bool hopeless, stopped;
    bool not_utf8;              /* it has been said */
    struct json_writer *repair; /* second scan: mistakes are known, the repaired text is written */
    uint32_t *seen;             /* node + 1 by (object, key), 0 is empty */
    uint32_t seen_capacity, seen_used;
    struct buffer scratch;
};

/* Line and column of an offset; offsets must not decrease from call to call. */
struct json_place json_scanner_place(struct json_scanner *s, size_t offset);
void json_scanner_mistake(struct json_scanner *s, struct json_place at, const char *what,
                          const char *advice);
void json_scanner_mistake_text(struct json_scanner *s, struct json_place at, struct text what,
                               const char *advice);
/* "what "detail"", the detail cut to a length that fits a line. */
void json_scanner_mistake_about(struct json_scanner *s, struct json_place at, const char *what,
                                struct text detail, const char *advice);
/* Skips a comment, or a space that is none, and reports it. */
bool json_scanner_skip_habit(struct json_scanner *s);
/* Is there a quotation mark that is not JSON's?  What stands in it on this line, and its size with
 * both quotes; false if it is not closed: then the size is the opening quote's. */
bool json_scanner_at_quote(const struct json_scanner *s);
bool json_scanner_quoted(const struct json_scanner *s, struct text *inside, size_t *size);
/* An office document, a PDF, UTF-16: reports it. */
bool json_scanner_other_file(struct json_scanner *s);
/* One for the value that begins at `at`, under the key at hand. */
void json_scanner_add_node(struct json_scanner *s, struct json_place at);
/* The node of that key in that object, or JSON_NO_NODE. */
uint32_t json_scanner_find_key(const struct json_scanner *s, uint32_t object, struct text key);

/* ---- document_scalar.c: strings, numbers, words; each take_ moves s->at behind it ---- */

/* A value begins at `at`: its node, and its number in an array. */
void json_scanner_value_begins(struct json_scanner *s, struct json_place at);
void json_scanner_value_ended(struct json_scanner *s);
/* Reads the string at its opening quote and reports its mistakes.  The text lies in the input, in
 * the document's memory, or in `scratch` until the next string. */
struct text json_scanner_take_string(struct json_scanner *s);
/* U+0000 is JSON, but no text that people write, and C strings end at it. */
void json_scanner_check_nul(struct json_scanner *s, struct json_place at, struct text string);
/* Does the text lie in `scratch`, so that it is gone with the next string? */
bool json_scanner_in_scratch(const struct json_scanner *s, struct text t);
bool json_scanner_is_word_octet(char c);
/* Once: a file in another encoding has it everywhere. */
void json_scanner_report_not_utf8(struct json_scanner *s, struct json_place at);
void json_scanner_take_number(struct json_scanner *s, struct json_place at);
/* Between quotes that are not JSON's; where they do not end nothing can be guessed. */
struct text json_scanner_take_quoted(struct json_scanner *s, struct json_place at,
                                     const char *what);
void json_scanner_take_quoted_value(struct json_scanner *s, struct json_place at);
void json_scanner_take_string_value(struct json_scanner *s, struct json_place at);
void json_scanner_take_word_value(struct json_scanner *s, struct json_place at);
/* The letters and digits at s->at, which may be none. */
struct text json_scanner_word_here(const struct json_scanner *s);

#endif
