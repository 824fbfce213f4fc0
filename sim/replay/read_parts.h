/*
 * read_parts.h - what the parts of the reader share; nobody else includes it.
 *
 * Every function but the first two reads the next token or line of `r` and is false on a mistake,
 * which then stands in r->error.
 *
 * Owner   texts that are handed out live in r->texts, until the next line.
 * Errors  false, as above: nothing that was handed out before may be used then.
 */
#ifndef SIM_REPLAY_READ_PARTS_H
#define SIM_REPLAY_READ_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/json/read.h"
#include "sim/kernel/text.h"
#include "sim/replay/read.h"

/* Remember the first mistake, at the last token; always false. */
bool replay_mistake(struct replay_reader *r, const char *what);
bool replay_mistake_about(struct replay_reader *r, const char *what, struct text about);

bool replay_token(struct replay_reader *r, enum json_token want, const char *wanted);
bool replay_key(struct replay_reader *r, struct text key);
bool replay_int(struct replay_reader *r, int64_t *value);
/* From 0. */
bool replay_count(struct replay_reader *r, uint64_t *value);
/* Copied to r->texts: what the scanner decoded lives only until its next token.  There is room for
 * all texts of the line, because none is longer decoded than written. */
bool replay_text(struct replay_reader *r, struct text *value);

/* `line` is the whole first line. */
bool replay_read_header(struct replay_reader *r, struct text line);
/* `line` holds one JSON object. */
bool replay_read_event(struct replay_reader *r, struct text line, struct trace_record *record);
/* `object` is {"footer":{...}}. */
bool replay_read_footer(struct replay_reader *r, struct text object);

#endif
