/*
 * pop3_client.c - replies in, the next command out.
 */
#include "sim/agents/pop3/pop3_client.h"

#include <assert.h>

#include "sim/kernel/table.h"

/* ---- saying --------------------------------------------------------------------------------- */

static void say(struct pop3_client *c, enum pop3_step step, const char *verb, struct text argument,
                struct pop3_acts *acts)
{
    struct buffer b;

    buffer_init(&b, c->memory);
    buffer_put_string(&b, verb);
    if (argument.size) {
        buffer_put_char(&b, ' ');
        buffer_put_text(&b, argument);
    }
    pop3_acts_add(acts, POP3_ACT_COMMAND, step == POP3_PASS ? TEXT("PASS ***") : buffer_text(&b));
    buffer_put_string(&b, "\r\n");
    pop3_acts_add(acts, POP3_ACT_SEND, buffer_text(&b));
    buffer_free(&b);
    c->step = step;
}

static void say_goodbye(struct pop3_client *c, struct pop3_acts *acts)
{
    say(c, POP3_QUIT, "QUIT", TEXT(""), acts);
}

static void log_in(struct pop3_client *c, struct pop3_acts *acts)
{
    say(c, POP3_USER, "USER", c->options->login.user, acts);
}

static void do_without(struct pop3_client *c, struct text why, struct pop3_acts *acts)
{
    pop3_acts_add(acts, POP3_ACT_REFUSED, why);
    say_goodbye(c, acts);
}

/* The next message of the list, or the end of the visit. */
static void fetch_next(struct pop3_client *c, struct pop3_acts *acts)
{
    struct text line;

    if (!pop3_next_line(&c->uids, &c->uids_at, &line)) {
        say_goodbye(c, acts);
        return;
    }
    size_t blank = text_find(line, ' ');
    c->number = text_from(line.at, blank);
    c->uid = text_after(line, blank + 1);
    c->octets = 0;
    say(c, POP3_RETR, "RETR", c->number, acts);
}

/* ---- lines of a longer reply ---------------------------------------------------------------- */

/* Ids of `known` that are no longer listed are forgotten; the rest of the list is to be fetched. */
static void list_came(struct pop3_client *c, struct pop3_acts *acts)
{
    struct buffer fresh, still;
    struct table known;
    struct text line;

    buffer_init(&fresh, c->memory);
    buffer_init(&still, c->memory);
    table_init(&known, c->memory, false);
    for (size_t at = 0; pop3_next_line(c->known, &at, &line);)
        table_set(&known, line, 1);
    for (size_t at = 0; pop3_next_line(&c->uids, &at, &line);) {
        struct text uid = text_after(line, text_find(line, ' ') + 1);
        bool seen = table_get(&known, uid) != TABLE_NONE;

        if (uid.size == 0)
            continue;
        buffer_put_text(seen ? &still : &fresh, seen ? uid : line);
        buffer_put_char(seen ? &still : &fresh, '\n');
    }
    table_free(&known);
    buffer_free(c->known);
    *c->known = still;
    buffer_free(&c->uids);
    c->uids = fresh;
    c->uids_at = 0;
    fetch_next(c, acts);
}

static void message_came(struct pop3_client *c, struct pop3_acts *acts)
{
    pop3_acts_add(acts, POP3_ACT_MESSAGE, c->uid)->octets = c->octets;
    buffer_put_text(c->known, c->uid);
    buffer_put_char(c->known, '\n');
    if (c->options->keep)
        fetch_next(c, acts);
    else
        say(c, POP3_DELE, "DELE", c->number, acts);
}

/* CAPA is answered in clear, for STLS, and once more below TLS (RFC 2595 4): only that tells how one may
 * log in. */
static void capabilities_came(struct pop3_client *c, struct pop3_acts *acts)
{
    if (c->sealed && c->user)
        log_in(c, acts);
    else if (c->sealed)
        say_goodbye(c, acts); /* no password is taken: USER is how (RFC 2449 6.3) */
    else if (c->stls)
        say(c, POP3_STLS, "STLS", TEXT(""), acts);
    else
        do_without(c, TEXT("the server does not offer STLS"), acts);
}

static void more_came(struct pop3_client *c, struct text line, struct pop3_acts *acts)
{
    bool end = text_equal(line, TEXT("."));

    if (!end && c->step == POP3_CAPA) {
        c->stls |= text_equal_nocase(line, TEXT("STLS"));
        c->user |= text_equal_nocase(line, TEXT("USER"));
    } else if (!end && c->step == POP3_UIDL) {
        buffer_put_text(&c->uids, line);
        buffer_put_char(&c->uids, '\n');
    } else if (!end) {
        c->octets += (int64_t)line.size + 2 - (line.size > 0 && line.at[0] == '.');
    }
    if (!end)
        return;
    c->multi = false;
    if (c->step == POP3_RETR)
        message_came(c, acts);
    else if (c->step == POP3_UIDL)
        list_came(c, acts);
    else
        capabilities_came(c, acts);
}

/* ---- replies -------------------------------------------------------------------------------- */

static void greeted(struct pop3_client *c, struct pop3_acts *acts)
{
    if (c->options->tls == TLS_WISH_STARTTLS)
        say(c, POP3_CAPA, "CAPA", TEXT(""), acts);
    else
        log_in(c, acts);
}

static void went_well(struct pop3_client *c, struct pop3_acts *acts)
{
    switch (c->step) {
    case POP3_GREETING: greeted(c, acts); break;
    case POP3_STLS:
        c->step = POP3_SEALING;
        buffer_clear(&c->input); /* nothing said in clear counts from here on (RFC 2595 4) */
        pop3_acts_add(acts, POP3_ACT_SEAL, TEXT(""));
        break;
    case POP3_USER: say(c, POP3_PASS, "PASS", c->options->login.password, acts); break;
    case POP3_PASS: say(c, POP3_UIDL, "UIDL", TEXT(""), acts); break;
    case POP3_DELE: fetch_next(c, acts); break;
    case POP3_CAPA:
    case POP3_UIDL:
    case POP3_RETR: c->multi = true; break;
    case POP3_QUIT:
        c->step = POP3_DONE;
        pop3_acts_add(acts, POP3_ACT_CLOSE, TEXT(""));
        break;
    case POP3_SEALING:
    case POP3_DONE: break;
    }
}

static void went_wrong(struct pop3_client *c, struct pop3_acts *acts)
{
    if (c->step == POP3_GREETING || c->step == POP3_QUIT) {
        c->step = POP3_DONE;
        pop3_acts_add(acts, POP3_ACT_CLOSE, TEXT(""));
    } else if (c->step == POP3_CAPA && c->sealed) {
        log_in(
            c,
            acts); /* it knows no CAPA any more; USER is what all servers had before (RFC 1939 7) */
    } else if (c->step == POP3_CAPA || c->step == POP3_STLS) {
        do_without(c,
                   c->step == POP3_CAPA ? TEXT("the server does not offer STLS")
                                        : TEXT("the server refused STLS"),
                   acts);
    } else if (c->step == POP3_RETR || c->step == POP3_DELE) {
        fetch_next(c, acts); /* the others may be fine */
    } else {
        say_goodbye(c, acts);
    }
}

static void reply_came(struct pop3_client *c, struct text line, struct pop3_acts *acts)
{
    bool ok = text_starts_nocase(line, TEXT("+OK"));

    pop3_acts_add(acts, POP3_ACT_REPLY, line)->ok = ok;
    if (ok)
        went_well(c, acts);
    else
        went_wrong(c, acts);
}

/* ---- from outside --------------------------------------------------------------------------- */

void pop3_client_init(struct pop3_client *c, struct memory *m, const struct collect_config *o,
                      struct buffer *known)
{
    *c = (struct pop3_client){.options = o, .memory = m, .known = known};
    buffer_init(&c->input, m);
    buffer_init(&c->uids, m);
}

void pop3_client_free(struct pop3_client *c)
{
    buffer_free(&c->input);
    buffer_free(&c->uids);
}

void pop3_client_start(struct pop3_client *c, struct pop3_acts *acts)
{
    pop3_acts_clear(acts);
    if (c->options->tls == TLS_WISH_IMPLICIT) {
        c->step = POP3_SEALING;
        pop3_acts_add(acts, POP3_ACT_SEAL, TEXT(""));
    }
}

void pop3_client_input(struct pop3_client *c, struct text octets, struct pop3_acts *acts)
{
    struct text line;
    size_t at = 0;

    pop3_acts_clear(acts);
    buffer_put_text(&c->input, octets);
    while (c->step != POP3_SEALING && c->step != POP3_DONE &&
           pop3_next_line(&c->input, &at, &line)) {
        if (c->multi)
            more_came(c, line, acts);
        else
            reply_came(c, line, acts);
        if (at > c->input.size) /* STLS cleared it */
            at = 0;
    }
    buffer_drop(&c->input, at < c->input.size ? at : c->input.size);
}

void pop3_client_tls_up(struct pop3_client *c, struct pop3_acts *acts)
{
    assert(c->step == POP3_SEALING);
    pop3_acts_clear(acts);
    if (c->options->tls == TLS_WISH_IMPLICIT) {
        c->step = POP3_GREETING;
        return;
    }
    c->sealed = true;
    c->stls = c->user = false; /* what was said in clear may be somebody else's word (RFC 2595 4) */
    say(c, POP3_CAPA, "CAPA", TEXT(""), acts);
}

void pop3_client_tls_failed(struct pop3_client *c, struct pop3_acts *acts)
{
    pop3_acts_clear(acts);
    c->step = POP3_DONE;
    pop3_acts_add(acts, POP3_ACT_CLOSE, TEXT(""));
}
