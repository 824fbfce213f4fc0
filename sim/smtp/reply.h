/*
 * reply.h - replies: writing them, and reading them from the wire (RFC 5321 4.2).
 *
 * A reply is a code of three digits, an enhanced status (RFC 3463, on every line as RFC 2034 4 asks,
 * never in a greeting, in the answer to EHLO or HELO, or in 354), and one or more lines of text.
 * Only the code decides, and of an unknown code only its first digit (4.2, 4.3.2).
 *
 * Units   octets.
 * Errors  a reader says SMTP_REPLY_BAD when what it read is no reply; it stays bad.
 * Owner   the reader owns its buffer; the reply that it shows lies there until the next octet is read.
 */
#ifndef SIM_SMTP_REPLY_H
#define SIM_SMTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/smtp/grammar.h"

/* 4.5.3.1.5 sets 512 for a reply line; we read much longer ones, but not without end. */
enum { SMTP_REPLY_LINE_MAX = 4096, SMTP_REPLY_LINES_MAX = 1024 };

struct smtp_reply {
    uint16_t code;            /* 200 to 599 */
    enum smtp_verb to;        /* what it answers; SMTP_VERB_NONE: nothing that was sent (421) */
    struct text enhanced;     /* "5.1.1", or empty */
    const struct text *lines; /* their texts, code and enhanced status left out */
    size_t line_count;        /* at least 1 */
    bool status_once;         /* as read: not every line has the status, so only the first one's
                                 text is without it */
};

/* "250-mx ...\r\n250 HELP\r\n" onto `out`. */
void smtp_reply_put(struct buffer *out, const struct smtp_reply *reply);
/* The same in two steps, for whoever has the room: the octets needed, and the end of what is written. */
size_t smtp_reply_size(const struct smtp_reply *reply);
char *smtp_reply_write(char *room, const struct smtp_reply *reply);
/* Its lines as they were on the wire, with '\n' between them: what a report quotes (RFC 3461 9.2). */
void smtp_reply_put_quoted(struct buffer *out, const struct smtp_reply *reply);

/* The status at the front of `text` if it is one of the class of `code` ("5.1.1 no such user" for
 * 550): its octets, 0 if there is none. */
size_t smtp_reply_enhanced(struct text text, unsigned code);

enum smtp_reply_result { SMTP_REPLY_MORE, SMTP_REPLY_WHOLE, SMTP_REPLY_BAD };

struct smtp_reply_reader {
    struct buffer octets; /* the lines of the reply, CRLF left out */
    struct buffer lines;  /* of struct text, made when the reply is whole */
    struct smtp_reply reply;
    size_t line_start; /* of the line that is being read */
    uint16_t code;     /* of the lines before; 0 on the first */
    uint16_t line_count;
    bool bad, whole;
};

void smtp_reply_reader_init(struct smtp_reply_reader *r, struct memory *m);
void smtp_reply_reader_free(struct smtp_reply_reader *r);
/*
 * Reads from the front of *octets and moves it on; stops after a whole reply, which is then in
 * r->reply.  Lines end with CRLF only.  All codes of a reply must agree (4.2.1).
 */
enum smtp_reply_result smtp_reply_read(struct smtp_reply_reader *r, struct text *octets);

#endif
