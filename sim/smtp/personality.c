/* personality.c - the overlays: LMTP, and the personalities that choose among them. */
#include "sim/smtp/personality.h"

#include <stdbool.h>

#define S(state)  SMTP_SERVER_##state
#define ON(input) SMTP_SERVER_ON_##input
#define CELL(state, input, order, next, action, code, enhanced, words, section)                    \
    [S(state) * SMTP_SERVER_INPUT_COUNT + ON(input)] = &(const struct smtp_cell)                   \
    {                                                                                              \
        true, order, S(next), SMTP_DO_##action, code, TEXT_INIT(enhanced), TEXT_INIT(words),       \
            section                                                                                \
    }

/* RFC 2033 4.1: LHLO instead of EHLO and HELO. */
#define LMTP_HELLO(here)                                                                           \
    CELL(here, LHLO_FINE, false, READY, RESET, 250, "", "%", "RFC 2033 4.1"),                      \
        CELL(here, LHLO_BAD, false, here, NONE, 501, "",                                           \
             "LHLO takes one domain name or address literal", "RFC 2033 4.1"),                     \
        CELL(here, LHLO_REFUSED, false, here, NONE, 550, "", "not under this name",                \
             "RFC 2033 4.1"),                                                                      \
        CELL(here, LHLO_DEFERRED, false, here, NONE, 451, "", "not now; try again later",          \
             "RFC 2033 4.1"),                                                                      \
        NO_HELLO(here, EHLO_FINE), NO_HELLO(here, EHLO_BAD), NO_HELLO(here, EHLO_REFUSED),         \
        NO_HELLO(here, EHLO_DEFERRED), NO_HELLO(here, HELO_FINE), NO_HELLO(here, HELO_BAD),        \
        NO_HELLO(here, HELO_REFUSED), NO_HELLO(here, HELO_DEFERRED)
#define NO_HELLO(here, input)                                                                      \
    CELL(here, input, true, here, NONE, 500, "5.5.1", "this is LMTP; say LHLO", "RFC 2033 4.1")
#define LHLO_FIRST(input)                                                                          \
    CELL(GREETED, input, true, GREETED, NONE, 503, "5.5.1", "say LHLO first", "RFC 2033 4.1")
/* 4.2: DATA without an accepted recipient is 503, never 354 or 554. */
#define NO_RECIPIENT(input)                                                                        \
    CELL(MAIL, input, true, MAIL, NONE, 503, "5.5.1", "no valid recipients", "RFC 2033 4.2")

static const struct smtp_cell *const lmtp_server_cells[SMTP_SERVER_STATE_COUNT *
                                                       SMTP_SERVER_INPUT_COUNT] = {
    CELL(START, CONNECTION_FINE, false, GREETED, NONE, 220, "", "% LMTP smtplab", "RFC 2033 4.1"),
    LMTP_HELLO(GREETED),
    LMTP_HELLO(READY),
    LMTP_HELLO(MAIL),
    LMTP_HELLO(RCPT),
    LMTP_HELLO(CHUNKS),
    LHLO_FIRST(MAIL_FINE),
    LHLO_FIRST(MAIL_BAD),
    LHLO_FIRST(MAIL_PARAMETER_BAD),
    LHLO_FIRST(MAIL_PARAMETER_UNKNOWN),
    LHLO_FIRST(MAIL_TOO_BIG),
    LHLO_FIRST(MAIL_REFUSED),
    LHLO_FIRST(MAIL_DEFERRED),
    LHLO_FIRST(RCPT_FINE),
    LHLO_FIRST(RCPT_BAD),
    LHLO_FIRST(RCPT_PARAMETER_BAD),
    LHLO_FIRST(RCPT_PARAMETER_UNKNOWN),
    LHLO_FIRST(RCPT_TOO_MANY),
    LHLO_FIRST(RCPT_REFUSED),
    LHLO_FIRST(RCPT_DEFERRED),
    LHLO_FIRST(DATA_FINE),
    LHLO_FIRST(DATA_BAD),
    LHLO_FIRST(DATA_REFUSED),
    LHLO_FIRST(DATA_DEFERRED),
    NO_RECIPIENT(DATA_FINE),
    NO_RECIPIENT(DATA_BAD),
    NO_RECIPIENT(DATA_REFUSED),
    NO_RECIPIENT(DATA_DEFERRED),
    /* 4.2: a reply for each recipient; only the last one ends the transaction. */
    CELL(MESSAGE, RECIPIENT_FINE, false, MESSAGE, NONE, 250, "2.0.0",
         "message accepted; it is in our care now", "RFC 2033 4.2"),
    CELL(MESSAGE, RECIPIENT_REFUSED, false, MESSAGE, NONE, 554, "5.7.1", "message refused",
         "RFC 2033 4.2"),
    CELL(MESSAGE, RECIPIENT_DEFERRED, false, MESSAGE, NONE, 451, "4.3.0",
         "not now; try again later", "RFC 2033 4.2"),
};

static const struct smtp_overlay lmtp_server = {"lmtp", lmtp_server_cells, NULL};

static const struct smtp_cell
    *const lmtp_client_cells[SMTP_CLIENT_STATE_COUNT * SMTP_CLIENT_INPUT_COUNT] = {
        /* There is no older form of LHLO to fall back on. */
        [SMTP_CLIENT_EHLO * SMTP_CLIENT_INPUT_COUNT + SMTP_CLIENT_ON_REFUSED] =
            &(const struct smtp_cell){.possible = true,
                                      .next = SMTP_CLIENT_QUIT,
                                      .action = SMTP_DO_FAIL_QUIT,
                                      .enhanced = TEXT_INIT(""),
                                      .text = TEXT_INIT(""),
                                      .section = "RFC 2033 4.1"},
        /* Nobody was accepted, so nothing will be said after the dot. */
        [SMTP_CLIENT_DATA * SMTP_CLIENT_INPUT_COUNT + SMTP_CLIENT_ON_NO_RECIPIENT_LEFT] =
            &(const struct smtp_cell){.possible = true,
                                      .next = SMTP_CLIENT_READY,
                                      .action = SMTP_DO_DOT,
                                      .enhanced = TEXT_INIT(""),
                                      .text = TEXT_INIT(""),
                                      .section = "RFC 2033 4.2"},
};

static const struct smtp_overlay lmtp_client = {"lmtp", lmtp_client_cells, NULL};

static const struct smtp_personality personalities[] = {
    {"rfc", "as RFC 5321 has it, and at the strict end where it leaves a choice", NULL,
     &lmtp_server},
};

size_t smtp_personality_count(void)
{
    return sizeof personalities / sizeof personalities[0];
}

const struct smtp_personality *smtp_personality_at(size_t index)
{
    return index < smtp_personality_count() ? &personalities[index] : NULL;
}

const struct smtp_personality *smtp_personality_find(struct text name)
{
    for (size_t i = 0; i < smtp_personality_count(); i++)
        if (text_equal(name, text_of(personalities[i].name)))
            return &personalities[i];
    return NULL;
}

const struct smtp_overlay *smtp_server_overlay(const struct smtp_personality *p, bool lmtp)
{
    if (p == NULL)
        p = &personalities[0];
    return lmtp ? p->lmtp : p->smtp;
}

const struct smtp_overlay *smtp_client_overlay(bool lmtp)
{
    return lmtp ? &lmtp_client : NULL;
}
