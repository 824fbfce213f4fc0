/*
 * server_parts.h - what the files of the server's session share: server.c drives the dialogue,
 * server_command.c finds out what a command comes to, server_auth.c logs clients in, server_watch.c
 * lets others answer commands, server_data.c reads messages, server_chunk.c those that come by BDAT,
 * server_envelope.c keeps transactions.
 *
 * Nobody outside includes this; the session's interface is server.h.
 *
 * Owner   as in server.h.  Errors  none.
 */
#ifndef SIM_SMTP_SERVER_PARTS_H
#define SIM_SMTP_SERVER_PARTS_H

#include "sim/smtp/server.h"

/* RFC 4954 4: a line of the exchange, with its CRLF. */
enum { SMTP_RESPONSE_MAX = 12288 };

/* What few sessions need; made when it is needed first, and kept to the end. */
struct smtp_rare {
    int64_t left; /* octets of the BDAT that are still to come */
    enum smtp_server_input
        then;       /* BDAT: what is applied when they are here, if they count nothing */
    bool last;      /* BDAT LAST */
    bool chunked;   /* the octets to come are a BDAT's */
    bool discarded; /* ... that counts nothing */
    bool has_forced;
    struct smtp_answer forced; /* to the watched command that is under way; its texts are ours */
    uint8_t mechanism;         /* of the exchange that is under way */
    uint8_t responses;         /* so many are here */
    size_t first;              /* octets of the first of them */
    struct buffer said;        /* all of them, decoded */
};

struct smtp_rare *smtp_server_rare(struct smtp_server *s);
void smtp_server_free_rare(struct smtp_server *s);

/* ---- server_envelope.c -------------------------------------------------------------------------- */

/* A transaction that begins with this sender; the slices are copied. */
struct smtp_envelope *smtp_envelope_new(struct memory *m, struct text argument,
                                        const struct mail_path *path,
                                        const struct smtp_parameters *parameters);
void smtp_envelope_free(struct memory *m, struct smtp_envelope *e);
/* Puts a recipient behind the accepted ones without counting it yet. */
struct smtp_recipient *smtp_envelope_propose(struct memory *m, struct smtp_envelope *e,
                                             struct text argument, const struct mail_path *path,
                                             const struct smtp_parameters *parameters);
/* What was proposed last is accepted, or forgotten. */
void smtp_envelope_settle(struct smtp_envelope *e, bool accepted, uintptr_t tag);

/* ---- server_data.c ------------------------------------------------------------------------------ */

void smtp_server_data_begin(struct smtp_server *s);
/* Message octets that are told by number and not by a dot; `copy` as below. */
void smtp_server_data_raw(struct smtp_server *s, struct text octets, bool copy,
                          struct smtp_acts *acts);
/*
 * Reads message octets, gives DATA acts, and stops behind the end of data (*end).  Returns the
 * octets used.  `copy`: the octets lie in our own buffer, so acts need copies.
 */
size_t smtp_server_data_read(struct smtp_server *s, struct text octets, bool copy, bool *end,
                             struct smtp_acts *acts);

/* ---- server_chunk.c ----------------------------------------------------------------------------- */

void smtp_server_bdat(struct smtp_server *s, const struct smtp_command *c, struct smtp_acts *acts);
/* What a refused BDAT's octets are followed by; `answer` is kept until then. */
void smtp_server_bdat_refused(struct smtp_server *s, const struct smtp_command *c,
                              const struct smtp_answer *answer, struct smtp_acts *acts);
/* Are the next octets a BDAT's? */
static inline bool smtp_server_in_chunk(const struct smtp_server *s)
{
    return s->rare != NULL && s->rare->chunked;
}
/* Reads them, and goes on when they are whole.  Returns the octets used. */
size_t smtp_server_chunk_read(struct smtp_server *s, struct text octets, bool copy,
                              struct smtp_acts *acts);

/* ---- server_auth.c ------------------------------------------------------------------------------ */

void smtp_server_auth(struct smtp_server *s, const struct smtp_command *c, struct smtp_acts *acts);
/* A line in state AUTH. */
void smtp_server_response(struct smtp_server *s, struct text line, struct smtp_acts *acts);
void smtp_server_resolve_login(struct smtp_server *s, const struct smtp_answer *answer,
                               struct smtp_acts *acts);
/* A line of AUTH, or in state AUTH, as it may be shown: without passwords. */
struct text smtp_server_shown(const struct smtp_server *s, const struct smtp_command *c,
                              struct text line, struct smtp_acts *acts);

/* ---- server_watch.c ----------------------------------------------------------------------------- */

/* Asks about a watched command; false if nobody watches it, or its state cannot let it be refused. */
bool smtp_server_ask_command(struct smtp_server *s, enum smtp_verb verb, struct text line,
                             struct text shown, struct smtp_acts *acts);
/* The answer to that; `answer` NULL: nothing special. */
void smtp_server_resolve_command(struct smtp_server *s, const struct smtp_answer *answer,
                                 struct smtp_acts *acts);
/* The answer that stands in for the cell's words, if it is of the cell's kind; else `answer`.  These
 * three want s->rare. */
const struct smtp_answer *smtp_server_forced(const struct smtp_server *s,
                                             const struct smtp_cell *cell,
                                             const struct smtp_answer *answer);
void smtp_server_force(struct smtp_server *s, const struct smtp_answer *answer);
void smtp_server_forget_forced(struct smtp_server *s);

/* ---- server_write.c ------------------------------------------------------------------------------  */

/* The reply of `cell`, with the answer's words and code if there is one (or NULL). */
void smtp_server_reply(struct smtp_server *s, const struct smtp_cell *cell,
                       const struct smtp_answer *answer, enum smtp_verb to, unsigned code,
                       struct smtp_acts *acts);
/* Formats the replies that are not on their way yet, as one SEND. */
void smtp_server_flush(struct smtp_acts *acts);
struct text smtp_server_join(struct smtp_acts *acts, struct text a, struct text b, struct text c);

/* ---- server_command.c ---------------------------------------------------------------------------- */

/* `line`: the whole of it, `shown`: as others may see it. */
void smtp_server_command(struct smtp_server *s, const struct smtp_command *c, struct text line,
                         struct text shown, struct smtp_acts *acts);
/* As if it were not watched. */
void smtp_server_handle(struct smtp_server *s, const struct smtp_command *c,
                        struct smtp_acts *acts);
/* Would this command be taken now, if nothing is wrong with its argument and nobody refuses it? */
bool smtp_server_takes(const struct smtp_server *s, enum smtp_verb verb);
/* The extensions that EHLO lists now. */
uint32_t smtp_server_extensions(const struct smtp_server *s);
/* The same if EHLO was said; after HELO none. */
uint32_t smtp_server_offered(const struct smtp_server *s);
/* Asks, or accepts at once what the options do not ask about (then NULL). */
struct smtp_act *smtp_server_ask(struct smtp_server *s, enum smtp_question question,
                                 enum smtp_verb verb, struct smtp_acts *acts);
void smtp_server_ask_message(struct smtp_server *s, struct smtp_acts *acts);
void smtp_server_ask_connection(struct smtp_server *s, struct smtp_acts *acts);
/* In state MESSAGE: asks about the message, in LMTP about the next recipient's copy. */
void smtp_server_judge(struct smtp_server *s, struct smtp_acts *acts);
void smtp_server_resolve(struct smtp_server *s, enum smtp_question question,
                         const struct smtp_answer *answer, struct smtp_acts *acts);

/* How an input for a verdict on `WHAT` is chosen. */
#define SMTP_BY_VERDICT(WHAT, verdict)                                                             \
    ((verdict) == SMTP_ACCEPT   ? SMTP_SERVER_ON_##WHAT##_FINE                                     \
     : (verdict) == SMTP_REFUSE ? SMTP_SERVER_ON_##WHAT##_REFUSED                                  \
                                : SMTP_SERVER_ON_##WHAT##_DEFERRED)

/* ---- server.c ------------------------------------------------------------------------------------ */

const struct smtp_cell *smtp_server_cell(const struct smtp_server *s, enum smtp_server_input input);
/* Executes the cell of this input; `answer` (or NULL) may bring other words and another code. */
void smtp_server_apply(struct smtp_server *s, enum smtp_server_input input, enum smtp_verb to,
                       const struct smtp_answer *answer, struct smtp_acts *acts);
void smtp_server_drop(struct smtp_server *s);
/* The message is whole: tells of its end, and goes on to its verdict. */
void smtp_server_end_of_data(struct smtp_server *s, struct smtp_acts *acts);
struct text smtp_server_take_text(struct smtp_server *s, struct text t);
void smtp_server_give_text(struct smtp_server *s, struct text *t);

#endif
