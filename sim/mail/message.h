/*
 * message.h - a message's octets, shared by reference, and its header (RFC 5322, RFC 5321 4.4).
 *
 * A message is an immutable list of parts.  A host that takes a message puts its Received field
 * before it: a new part in front, the rest shared.  So a message of a megabyte that waits in ten
 * queues is stored once, and a hop costs as many octets as it adds.
 *
 *     "Received: by mx ..."  ->  "Received: by mail ..."  ->  "From: ... body"
 *      the MX host's message      the MTA's message            what the MUA wrote
 *
 * Invariant  a part that is put in front ends with CRLF, so no line lies across two parts.
 * Units   octets; dates in civil seconds since 1970 (clock.h); lines end with CRLF.
 * Errors  none: what is not a header field ends the header, as it would for any reader.
 * Owner   references.  Functions that return a message give one reference to the caller, who gives
 *         it back with message_release().  Functions borrow the messages they are given.
 */
#ifndef SIM_MAIL_MESSAGE_H
#define SIM_MAIL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"

/* RFC 5322 2.1.1: what a line should and must not exceed, CRLF left out. */
enum { MESSAGE_LINE_SHOULD = 78, MESSAGE_LINE_MAX = 998 };

struct message {
    struct message *rest;  /* NULL: the last part */
    struct message *owner; /* the part in whose storage `octets` lies; NULL: its own */
    struct memory *memory;
    struct text octets; /* of this part */
    size_t size;        /* of this part and the rest */
    size_t refs;
    bool eight_bit; /* this part has octets beyond ASCII */
};

/* ---- making and sharing --------------------------------------------------------------------- */

/* Copies `octets`. */
struct message *message_new(struct memory *m, struct text octets);
/* One more reference; returns its argument. */
struct message *message_hold(struct message *msg);
/* NULL is fine. */
void message_release(struct message *msg);
/* `lines` (copied, whole lines with CRLF) before `msg`, which gains a reference. */
struct message *message_prepend(struct message *msg, struct text lines);
/* Octets from `start` on, `size` of them, as a message of its own that shares the storage. */
struct message *message_slice(struct message *msg, size_t start, size_t size);
/* `a`, then `b`; shares both. */
struct message *message_join(struct message *a, struct message *b);
/* Without the header fields of that name; shares what is left. */
struct message *message_without(struct message *msg, struct text name);

static inline size_t message_size(const struct message *msg)
{
    return msg->size;
}

/* ---- reading the octets --------------------------------------------------------------------- */

/* Walk the parts: for (p = msg; p; p = p->rest) use(p->octets); */

/* Octets from `offset` on, as many as lie together (empty at the end). */
struct text message_at(const struct message *msg, size_t offset);
void message_put(struct buffer *b, const struct message *msg);
/* In one piece: the part itself if there is one only, else a copy in `storage`. */
struct text message_whole(const struct message *msg, struct buffer *storage);
/* Any octet beyond ASCII? Then the next hop must know 8BITMIME (RFC 6152). */
bool message_is_8bit(const struct message *msg);
/* And its header?  Such a message needs SMTPUTF8 (RFC 6532 3.2, RFC 6531 3.1). */
bool message_header_is_8bit(const struct message *msg);

/* ---- the header ----------------------------------------------------------------------------- */

struct mail_field {
    struct text name;  /* without the colon */
    struct text value; /* after the colon, as it stands (folded), without the last CRLF */
    size_t offset;     /* in the message */
    size_t size;       /* of the whole field, last CRLF included */
};

struct message_fields {
    const struct message *part;
    size_t within, offset; /* of the next field: in the part, in the message */
};

void message_fields_begin(struct message_fields *it, const struct message *msg);
/* False at the end of the header. */
bool message_fields_next(struct message_fields *it, struct mail_field *f);
/* The first field of that name, in any case of letters. */
bool message_find_field(const struct message *msg, struct text name, struct mail_field *f);
size_t message_count_fields(const struct message *msg, struct text name);
/* Received fields: how many hosts it came through (RFC 5321 6.3). */
size_t message_count_hops(const struct message *msg);
/* Octets of all fields together. */
size_t message_fields_size(const struct message *msg);
/* Octets up to the body, the empty line included (if there is one). */
size_t message_header_size(const struct message *msg);
/* The value on one line: line ends of folds left out, blanks at both ends too (RFC 5322 2.2.3). */
void mail_field_put_unfolded(struct buffer *b, struct text value);

/* ---- trace fields (RFC 5321 4.4) ------------------------------------------------------------ */

struct mail_received {
    struct text helo;      /* as the client called itself in EHLO, HELO or LHLO */
    struct text name;      /* the name that belongs to its address; empty if not known */
    struct text address;   /* "192.0.2.10", "2001:db8::1"; empty for none */
    struct text by;        /* this host */
    struct text via;       /* link; mostly empty */
    struct text with;      /* RFC 3848 2: "ESMTPS" */
    struct text id;        /* queue id */
    struct text recipient; /* "for": empty unless there is just one (R085, 7.2) */
    int64_t date;
};

/* One field, folded below 78 columns where the names allow, with its CRLF. */
void mail_put_received(struct buffer *b, const struct mail_received *r);
/* For final delivery: "Return-Path: <...>" in front and no other one behind (4.4).  Null: empty. */
struct message *message_deliver(struct message *msg, struct text reverse_path);
/*
 * For submission (RFC 6409 8.2, 8.3): Date and Message-ID <id@host> if they are missing, and behind
 * them the empty line if the message has no header at all.  To go before `msg`, below what is put in
 * front of it anyway; nothing if all is there.
 */
void mail_put_missing(struct buffer *b, const struct message *msg, int64_t date, struct text id,
                      struct text host);

/* ---- writing a letter ----------------------------------------------------------------------- */

struct mail_person {
    struct text name;    /* UTF-8; may be empty */
    struct text address; /* local@domain */
};

struct mail_draft {
    struct mail_person from;
    const struct mail_person *to, *cc; /* blind copies are the envelope's alone (R090) */
    size_t to_count, cc_count;
    struct text subject;    /* UTF-8 */
    struct text message_id; /* without < > */
    int64_t date;
    struct text fields; /* further header lines with CRLF, as they are; mostly empty */
    struct text body;   /* UTF-8; LF or CRLF */
    bool as_written;    /* the body's CR and LF stay as they are; only the last line is ended */
};

/*
 * The message that an MUA hands over.  Text that is not ASCII: RFC 2047 in the header, charset
 * utf-8 and 8bit in the body.  A body line beyond 998 octets: quoted-printable (RFC 2045 6.7).
 */
struct message *message_compose(struct memory *m, const struct mail_draft *d);

/* "Name: value" folded at blanks below 78 columns, with CRLF.  RFC 2047 words where not ASCII. */
void mail_put_field(struct buffer *b, struct text name, struct text value);
/* "Name: type value", folded too, for fields of machines: what is not ASCII becomes "?". */
void mail_put_ascii_field(struct buffer *b, const char *name, const char *type, struct text value);
/* A further line of the field that was put last; `value` is not blank. */
void mail_put_ascii_more(struct buffer *b, struct text value);

#endif
