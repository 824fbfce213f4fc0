/*
 * write.h - our own JSON writer: fast, ASCII only, the same bytes everywhere.
 *
 * Writes into a `struct buffer` and cares for commas.  Nothing is checked twice: a key where none
 * belongs, or an end without a beginning, is our bug and is asserted.
 *
 *     json_write_object(&w);
 *     json_write_key(&w, TEXT("seq"));
 *     json_write_int(&w, 17);
 *     json_write_end(&w);
 *
 * Strings come in two kinds.  Text is UTF-8: what is not ASCII becomes \u escapes (in pairs above
 * U+FFFF; an octet that is not UTF-8 becomes \ufffd).  Octets are code points U+0000 to U+00FF.
 *
 * Layout  compact, or pretty: one member a line, two blanks a level, short arrays of plain values on
 *         one line.  Either way no blank depends on anything but the values.
 * Owner   the buffer is the caller's.  Errors  none.
 */
#ifndef SIM_JSON_WRITE_H
#define SIM_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/text.h"

enum { JSON_WRITE_DEPTH_MAX = 64 };

struct json_writer {
    struct buffer *out;
    uint64_t arrays; /* bit d - 1: depth d is an array */
    uint64_t flat;   /* bit d - 1: depth d stays on one line although pretty */
    unsigned depth;
    bool comma; /* before the next key or element */
    bool after_key;
    bool pretty;
};

void json_writer_init(struct json_writer *w, struct buffer *out, bool pretty);

void json_write_object(struct json_writer *w);
void json_write_array(struct json_writer *w);
/* The same, kept on one line in a pretty text. */
void json_write_flat_object(struct json_writer *w);
void json_write_flat_array(struct json_writer *w);
/* Ends the innermost object or array. */
void json_write_end(struct json_writer *w);
void json_write_key(struct json_writer *w, struct text key);
void json_write_int(struct json_writer *w, int64_t value);
void json_write_bool(struct json_writer *w, bool value);
void json_write_null(struct json_writer *w);
void json_write_text(struct json_writer *w, struct text utf8);
void json_write_octets(struct json_writer *w, struct text octets);
/* A complete value that is JSON already. */
void json_write_raw(struct json_writer *w, struct text json);

/* Key and value in one. */
void json_put_int(struct json_writer *w, struct text key, int64_t value);
void json_put_bool(struct json_writer *w, struct text key, bool value);
void json_put_text(struct json_writer *w, struct text key, struct text utf8);
void json_put_octets(struct json_writer *w, struct text key, struct text octets);

/* The bare strings, quotes included, without a writer. */
void json_quote_text(struct buffer *out, struct text utf8);
void json_quote_octets(struct buffer *out, struct text octets);
/* For people: UTF-8 as it is, what would disturb a terminal escaped; without and with quotes. */
void json_put_message(struct buffer *out, struct text utf8);
void json_quote_message(struct buffer *out, struct text utf8);

#endif
