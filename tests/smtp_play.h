/*
 * smtp_play.h - a server session in a test's hands: octets in, codes and acts as text out.
 *
 * Answers questions as the host of tests/oracle does: local domain example.test, users alice (with
 * the password secret-alice) and bob, alias staff, no relaying but for those who are logged in; a
 * test can lay one answer of its own over that.
 *
 * Owner   play_begin() and play_end() bracket a session.
 */
#ifndef TESTS_SMTP_PLAY_H
#define TESTS_SMTP_PLAY_H

#include "sim/smtp/server.h"

struct play {
    struct memory memory;
    struct smtp_acts acts;
    struct smtp_server_options options;
    struct smtp_server server;
    struct buffer wire;    /* every octet sent */
    struct buffer codes;   /* "250 2.1.0\n" for each reply */
    struct buffer log;     /* a line for each act but SEND, DATA and TIMER */
    struct buffer message; /* DATA octets of the last message */
    bool late;             /* leave questions open; play_answer() answers */
    bool closed;           /* CLOSE was seen */
    bool seal;             /* SEAL was seen, and no handshake since */
    int64_t limit_ns;      /* of the last TIMER */
    int sends;             /* SEND acts of the last call */
    /* One answer of the test's own, to this question (and subject, if it has one). */
    enum smtp_question at;
    struct text subject;
    struct smtp_answer answer;
};

/* The options of the oracle's host, which a test may change before the session begins. */
struct smtp_server_options play_options(void);
/* The same for its listeners with TLS: STARTTLS, and AUTH behind it; with DSN and CHUNKING. */
struct smtp_server_options play_tls_options(void);
void play_begin(struct play *p, struct smtp_server_options options);
void play_end(struct play *p);
void play_start(struct play *p);
/* Sends octets whole, or cut into pieces of 1 to `cut` octets, drawn with `seed`; cut 0: whole. */
void play_send(struct play *p, struct text octets, size_t cut, uint64_t seed);
void play_say(struct play *p, const char *octets);
void play_answer(struct play *p, const struct smtp_answer *answer);
void play_no_mail(struct play *p);
/* Nothing special about the watched command. */
void play_go_on(struct play *p);
void play_tls_up(struct play *p);
void play_tls_failed(struct play *p);
void play_timeout(struct play *p);
void play_shutdown(struct play *p);
void play_lost(struct play *p);
/* The codes since the last call of this, as "250 2.1.0,354": good until the next reply. */
struct text play_codes(struct play *p);
/* The same without enhanced status, in the notation of dialogues.json: "250 *2 | 354", "none". */
void play_codes_plain(struct play *p, struct buffer *out);

#endif
