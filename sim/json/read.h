/*
 * read.h - strict JSON (RFC 8259) in two shapes: token by token, and as a document with places.
 *
 * json_reader  a pull scanner that copies nothing it need not copy.  The trace reader feeds it one
 *              line at a time; it stops at the first mistake.
 * json_document  for files that people write.  A scan of its own finds *all* mistakes, each with
 *              line, column and place (JSON pointer), before cJSON, which accepts too much, builds
 *              the tree.  Every cJSON node knows where its key and its value stood.
 *
 * Strict means: UTF-8 without a byte order mark, no U+0000 (in a document), no raw control
 * characters, no duplicate keys (in a document), no leading zeros, no trailing commas, nothing
 * after the end, at most JSON_DEPTH_MAX deep.  Numbers are whole: between -(2^53 - 1) and 2^53 - 1
 * in a document, int64 in the reader.  A document takes 1.0 and 1e3 for what they are, 1 and 1000,
 * as JSON Schema does; the reader does not.
 *
 * Units   offsets and sizes in octets; lines and columns from 1, columns in characters.
 * Owner   the input is borrowed and must outlive what was read from it.  The reader's decoded
 *         strings live until the next token; a document's tree until json_document_free().
 * Errors  JSON_MISTAKE and a sentence in `error`; of a document, all its mistakes.
 */
#ifndef SIM_JSON_READ_H
#define SIM_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"

struct cJSON;

enum { JSON_DEPTH_MAX = 64 };
#define JSON_NUMBER_MAX INT64_C(9007199254740991) /* 2^53 - 1: exact in every reader (RFC 7493) */

/* ---- token by token ------------------------------------------------------------------------ */

enum json_token {
    JSON_END, /* of the input; only between complete values */
    JSON_OBJECT_BEGIN,
    JSON_OBJECT_END,
    JSON_ARRAY_BEGIN,
    JSON_ARRAY_END,
    JSON_KEY,    /* string holds it; its value is the next token */
    JSON_STRING, /* string */
    JSON_NUMBER, /* number */
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL,
    JSON_MISTAKE /* error says what; every later call says the same */
};

/* What the code points of a string become. */
enum json_strings {
    JSON_UTF8,  /* UTF-8 as written, escapes decoded */
    JSON_OCTETS /* U+0000 to U+00FF one octet each, as the trace writes them; more is a mistake */
};

struct json_reader {
    struct text input;
    size_t at;       /* offset of the next octet to read */
    size_t token_at; /* offset of the last token, or of the mistake */
    enum json_strings strings;
    struct text string; /* of the last key or string: in the input, or in `decoded` */
    int64_t number;     /* of the last number */
    const char *error;  /* a sentence, NULL if none */
    uint64_t objects;   /* bit d - 1: depth d is an object */
    unsigned depth;
    uint8_t expect; /* internal: what may come next */
    struct buffer decoded;
};

void json_reader_init(struct json_reader *r, struct memory *m, enum json_strings strings);
void json_reader_free(struct json_reader *r);
/* Starts over with another text, keeping the storage. */
void json_reader_open(struct json_reader *r, struct text input);
enum json_token json_read(struct json_reader *r);
/* After JSON_KEY: reads and drops the value.  After a BEGIN: up to its END.  False on a mistake. */
bool json_read_skip(struct json_reader *r);
/* The next token, if it is of that type; false otherwise (a mistake, or another type). */
bool json_read_expect(struct json_reader *r, enum json_token token);
/* Line and column of an offset in the input: linear, for messages. */
void json_read_place(struct text input, size_t offset, uint32_t *line, uint32_t *column);

/* ---- a document ---------------------------------------------------------------------------- */

struct json_place {
    uint32_t line, column;
};

struct json_mistake {
    struct json_place at;
    struct text pointer; /* RFC 6901, of the value concerned; "" is the whole document */
    struct text what;    /* "duplicate key "to"" */
    struct text advice;  /* what to do instead; may be empty */
};

struct json_node {
    struct json_place key, value; /* key is that of the value where there is no key */
    uint32_t parent;              /* JSON_NO_NODE for the root */
    uint32_t index;               /* among the parent's children, from 0 */
    int64_t number;               /* exact, where it is a number */
    bool whole;                   /* number is within range and has no fraction */
    bool duplicate;               /* its key came before: the item is not in the tree */
    struct text name;             /* decoded key; empty in an array */
    struct cJSON *item;
};

#define JSON_NO_NODE UINT32_MAX

/* Beyond these a document is refused with a mistake of its own. */
enum {
    JSON_OCTETS_MAX = 256 * 1024 * 1024,
    JSON_VALUES_MAX = 4 * 1000 * 1000,
    JSON_MISTAKES_MAX = 100 /* kept; the rest is counted */
};

struct json_document {
    struct memory *memory;
    struct text input;
    struct cJSON *root; /* NULL if the text is too broken to make a tree */
    struct json_node *nodes;
    uint32_t node_count, node_capacity;
    struct json_mistake *mistakes;
    uint32_t mistake_count;     /* kept */
    uint32_t mistakes_left_out; /* found beyond those */
};

/* Reads the whole text.  True if there is no mistake.  Where the mistakes leave no doubt about what was
 * meant (a duplicate key, a comma too many, a leading zero) there is still a tree, so that meaning
 * can be checked in the same go; of duplicate keys the first counts. */
bool json_document_read(struct json_document *d, struct memory *m, struct text input);
void json_document_free(struct json_document *d);
/* The node of an item of this tree; NULL for an item that was added later. */
const struct json_node *json_document_node(const struct json_document *d, const struct cJSON *item);
/* Appends the JSON pointer of an item of this tree, nothing for others. */
void json_document_put_pointer(const struct json_document *d, const struct cJSON *item,
                               struct buffer *out);
/* Makes nodes for an item, and all below it, that was put into the tree later, under `parent`: its
 * places are line 0.  The item's key must be set if the parent is an object. */
void json_document_adopt(struct json_document *d, const struct cJSON *parent, struct cJSON *item);
/* Escapes one step of a JSON pointer (RFC 6901 3): ~ and / become ~0 and ~1.  A key longer than
 * JSON_STEP_MAX octets is cut, since pointers are for messages. */
enum { JSON_STEP_MAX = 300 };
void json_put_pointer_step(struct buffer *out, struct text step);

#endif
