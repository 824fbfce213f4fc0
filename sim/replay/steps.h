/*
 * steps.h - the story's steps: which records are worth a stop, what each is about, and the chapters.
 *
 * A step is one act that a class can follow: a command that arrives, a reply, a rule's verdict, a letter
 * that changes hands, a look-up answered.  Records that only belong to such an act are part of its step.
 *
 * Order   steps in the order of their records; chapters cover all steps without a hole.
 * Owner   arrays live in the memory given.  Grows with the recording: steps_extend().
 * Errors  none.
 */
#ifndef SIM_REPLAY_STEPS_H
#define SIM_REPLAY_STEPS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/text.h"
#include "sim/replay/recording.h"

/* What a user may want to go to; a set of bits. */
enum step_is {
    STEP_ACT = 1, /* every step */
    STEP_REPLY = 2,
    STEP_HOP = 4,      /* responsibility moves, or a letter reaches a mailbox */
    STEP_DECISION = 8, /* a rule's verdict, an MX chosen */
    STEP_TROUBLE = 16, /* a refusal, a deferral, a loss, a fault */
    STEP_STOP = 32 /* worth a stop to who has seen the like: where a chapter begins, responsibility
                          moves, something goes wrong, a rule says what it has not said before */
};

struct step {
    uint32_t record;           /* the record that is the act */
    uint32_t host, conn, mail; /* what it is about; or NONE */
    uint8_t is;                /* set of enum step_is */
};

/* X(SUFFIX, "name"); which of its kind a chapter is, steps_put_name() says. */
#define CHAPTERS(X)                                                                                \
    X(SUBMIT, "Submit")   /* from an MUA to its server */                                          \
    X(LOOKUP, "DNS")      /* where to, by the name servers */                                      \
    X(CONNECT, "Connect") /* between servers, part by part: greeting and EHLO */                   \
    X(SEAL, "TLS")                                                                                 \
    X(ENVELOPE, "Envelope") /* MAIL and RCPT */                                                    \
    X(DATA, "Data")                                                                                \
    X(RELAY, "Relay")     /* a whole dialogue between servers, from the second of its kind on */   \
    X(WAIT, "Wait")       /* deferred, and tried again */                                          \
    X(DELIVER, "Deliver") /* into mailboxes; LMTP */                                               \
    X(REPORT, "Report")   /* a report, on all of its way */                                        \
    X(COLLECT, "Collect")                                                                          \
    X(ABUSE, "Abuse") /* strangers and what they sent, on all of its way */                        \
    X(OTHER, "Meanwhile")

enum chapter_kind {
#define X(suffix, name) CHAPTER_##suffix,
    CHAPTERS(X)
#undef X
        CHAPTER_COUNT
};
const char *chapter_name(enum chapter_kind kind);

struct chapter {
    enum chapter_kind kind;
    uint32_t first_step, step_count;
    uint32_t host, mail; /* where and of what mostly; or NONE */
};

/* The conversation that the story follows, so that those beside it do not cut it into pieces. */
struct steps_thread {
    uint32_t conn;
    uint32_t quiet; /* steps since it spoke */
    bool over;      /* it has said QUIT */
};

enum { STEPS_TOLD = 64 };

struct seen;

struct steps {
    const struct recording *recording;
    struct memory *memory;
    struct step *items;
    uint32_t count, capacity;
    struct step *foci; /* for each step: what the story is about there */
    uint32_t foci_capacity;
    struct chapter *chapters;
    uint32_t chapter_count, chapter_capacity;
    uint32_t taken; /* records looked at so far */
    struct steps_thread thread;
    struct seen *seen;         /* decisions, by whom and how */
    uint16_t told[STEPS_TOLD]; /* roles of client and server whose dialogue was told part by part */
    uint32_t told_count, told_conn; /* and the last of these dialogues */
};

/* What that record is to a story, but for STEP_STOP: a set of enum step_is, 0: no step. */
unsigned steps_is(const struct recording *r, uint32_t record);

void steps_init(struct steps *s, struct memory *m, const struct recording *r);
void steps_extend(struct steps *s);
/* A word of the lesson belongs to that record: the first step at or after it is worth a stop. */
void steps_mark_stop(struct steps *s, uint32_t record);
/* The last step at or before that record, or RECORDING_NONE. */
uint32_t steps_at(const struct steps *s, uint32_t record);
/* The next step after (step -1: before) `record` that is one of `is`: its record; or RECORDING_NONE. */
uint32_t steps_next(const struct steps *s, uint32_t record, int direction, unsigned is);
/* What that chapter is called: "Data"; "Data 2", the second of its kind; "Letter 2", of those that
 * strangers wrote; `host`: with the host that it is about, "Data 2: mx.shop".  No two chapters have one
 * name, and none counts what comes later. */
void steps_put_name(struct buffer *out, const struct steps *s, uint32_t chapter, bool host);
/* What the story is about when `record` is the last that happened: the connection, mail and host of the
 * last step that had one. */
struct step steps_focus(const struct steps *s, uint32_t record);

#endif
