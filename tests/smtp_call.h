/*
 * smtp_call.h - a client session in a test's hands: replies in, wire octets and acts as text out.
 *
 * Owner   call_begin() and call_end() bracket a session; the mail given to it must outlive it.
 */
#ifndef TESTS_SMTP_CALL_H
#define TESTS_SMTP_CALL_H

#include "sim/smtp/client.h"

enum { CALL_RECIPIENTS_MAX = 128 };

struct call {
    struct memory memory;
    struct smtp_acts acts;
    struct smtp_client_options options;
    struct smtp_client client;
    struct buffer wire;  /* octets sent since they were last looked at */
    struct buffer log;   /* a line for each act but SEND and TIMER */
    struct text message; /* handed over when it is wanted, in pieces of `piece` octets (0: whole) */
    size_t piece;
    bool hold; /* do not hand it over */
    enum smtp_fate fates[CALL_RECIPIENTS_MAX];
    int codes[CALL_RECIPIENTS_MAX];
    enum smtp_verb by[CALL_RECIPIENTS_MAX];
    bool in_doubt[CALL_RECIPIENTS_MAX];
    int told; /* RECIPIENT acts since the last mail */
    bool done, usable, closed, wanted, seal;
    int64_t limit_ns; /* of the last TIMER */
};

struct smtp_client_options call_options(bool pipelining, bool lmtp);
void call_begin(struct call *c, struct smtp_client_options options);
void call_end(struct call *c);
/* smtp_client_start(), smtp_client_input() and so on, with their acts taken. */
void call_start(struct call *c);
bool call_mail(struct call *c, const struct smtp_client_mail *mail);
void call_input(struct call *c, struct text octets);
/* A C string as input. */
void call_hear(struct call *c, const char *octets);
void call_tls_up(struct call *c);
void call_tls_failed(struct call *c);
void call_quit(struct call *c);
void call_timeout(struct call *c);
void call_lost(struct call *c);
/* What was sent since the last look; good until the next call. */
struct text call_wire(struct call *c);

#endif
