/* smtp_call.c - see smtp_call.h. */
#include "tests/smtp_call.h"

#include <assert.h>

struct smtp_client_options call_options(bool pipelining, bool lmtp)
{
    return (struct smtp_client_options){
        .name = TEXT_INIT("client.example.test"), .lmtp = lmtp, .pipelining = pipelining};
}

void call_begin(struct call *c, struct smtp_client_options options)
{
    *c = (struct call){.options = options, .message = TEXT_INIT("Subject: x\r\n\r\nx\r\n")};
    memory_init(&c->memory, 0);
    smtp_acts_init(&c->acts, &c->memory);
    buffer_init(&c->wire, &c->memory);
    buffer_init(&c->log, &c->memory);
    smtp_client_init(&c->client, &c->memory, &c->options);
}

void call_end(struct call *c)
{
    smtp_client_free(&c->client);
    memory_end(&c->memory);
}

static void put_number(struct call *c, const char *word, int64_t number)
{
    buffer_put_string(&c->log, word);
    buffer_put_char(&c->log, ' ');
    buffer_put_int(&c->log, number);
}

static void put_word(struct call *c, const char *word, struct text t)
{
    buffer_put_string(&c->log, word);
    buffer_put_char(&c->log, ' ');
    buffer_put_text(&c->log, t);
}

static void take_recipient(struct call *c, const struct smtp_act *act)
{
    size_t i = act->recipient.index;

    assert(i < CALL_RECIPIENTS_MAX && c->fates[i] == SMTP_FATE_OPEN);
    c->fates[i] = act->recipient.fate;
    c->codes[i] = act->recipient.code;
    c->by[i] = act->recipient.by;
    c->in_doubt[i] = act->recipient.in_doubt;
    c->told++;
    put_number(c, "recipient", (int64_t)i);
    put_number(c, " fate", (int)act->recipient.fate);
    put_number(c, " code", act->recipient.code);
    put_word(c, " by", smtp_verb_name(act->recipient.by));
    put_word(c, " status", act->recipient.enhanced);
    put_word(c, " text", act->recipient.text);
}

static void take(struct call *c, const struct smtp_act *act)
{
    switch (act->kind) {
    case SMTP_ACT_COMMAND: put_word(c, "command", act->command.line); break;
    case SMTP_ACT_REPLY:
        put_number(c, "reply", act->reply.code);
        put_word(c, " to", smtp_verb_name(act->reply.to));
        put_word(c, " status", act->reply.enhanced);
        for (size_t i = 0; i < act->reply.line_count; i++)
            put_word(c, " /", act->reply.lines[i]);
        break;
    case SMTP_ACT_STATE:
        assert(text_equal(act->state.to, smtp_table_state_name(SMTP_CLIENT, act->state.to_state)));
        assert(
            act->state.from_state == SMTP_CLIENT_START ||
            text_equal(act->state.from, smtp_table_state_name(SMTP_CLIENT, act->state.from_state)));
        put_word(c, "state", act->state.from);
        put_word(c, " >", act->state.to);
        put_word(c, " on", act->state.input);
        break;
    case SMTP_ACT_SEND: buffer_put_text(&c->wire, act->send); return;
    case SMTP_ACT_TIMER: c->limit_ns = act->timer.limit_ns; return;
    case SMTP_ACT_MESSAGE_END:
        put_number(c, "end", act->message_end.octets);
        put_number(c, " lines", act->message_end.lines);
        put_number(c, " dots", act->message_end.dots);
        break;
    case SMTP_ACT_CLOSE:
        c->closed = true;
        buffer_put_string(&c->log, "close");
        break;
    case SMTP_ACT_WANT_DATA:
        c->wanted = true;
        buffer_put_string(&c->log, "want data");
        break;
    case SMTP_ACT_RECIPIENT: take_recipient(c, act); break;
    case SMTP_ACT_DONE:
        c->done = true;
        c->usable = act->done.usable;
        put_number(c, "done, usable", act->done.usable);
        break;
    case SMTP_ACT_SEAL:
        c->seal = true;
        buffer_put_string(&c->log, "seal");
        break;
    case SMTP_ACT_ASK:
    case SMTP_ACT_DATA:
    case SMTP_ACT_RESET: assert(!"a server's act");
    }
    buffer_put_char(&c->log, '\n');
}

static void take_all(struct call *c)
{
    for (size_t i = 0; i < c->acts.count; i++)
        take(c, &c->acts.at[i]);
}

/* Hands the message over if it was asked for, piece by piece. */
static void hand_over(struct call *c)
{
    struct text rest = c->message;

    if (!c->wanted || c->hold)
        return;
    c->wanted = false;
    do {
        size_t size = c->piece == 0 || c->piece > rest.size ? rest.size : c->piece;
        char *piece = memory_take(&c->memory, size + 1);

        memcpy(piece, rest.at, size);
        rest = text_after(rest, size);
        smtp_client_data(&c->client, text_from(piece, size), rest.size == 0, &c->acts);
        take_all(c);
        memset(piece, '!', size);
        memory_give(&c->memory, piece, size + 1);
    } while (rest.size > 0);
}

void call_start(struct call *c)
{
    smtp_client_start(&c->client, &c->acts);
    take_all(c);
}

bool call_mail(struct call *c, const struct smtp_client_mail *mail)
{
    bool taken;

    memset(c->fates, 0, sizeof c->fates);
    c->told = 0;
    c->done = false;
    taken = smtp_client_mail(&c->client, mail, &c->acts);
    if (taken)
        take_all(c);
    return taken;
}

void call_input(struct call *c, struct text octets)
{
    char *copy = memory_take(&c->memory, octets.size + 1);

    memcpy(copy, octets.at, octets.size);
    smtp_client_input(&c->client, text_from(copy, octets.size), &c->acts);
    take_all(c);
    memory_give(&c->memory, copy, octets.size + 1);
    hand_over(c);
}

void call_hear(struct call *c, const char *octets)
{
    call_input(c, text_of(octets));
}

void call_tls_up(struct call *c)
{
    c->seal = false;
    smtp_client_tls_up(&c->client, &c->acts);
    take_all(c);
}

void call_tls_failed(struct call *c)
{
    c->seal = false;
    smtp_client_tls_failed(&c->client, &c->acts);
    take_all(c);
}

void call_quit(struct call *c)
{
    smtp_client_quit(&c->client, &c->acts);
    take_all(c);
}

void call_timeout(struct call *c)
{
    smtp_client_timeout(&c->client, &c->acts);
    take_all(c);
}

void call_lost(struct call *c)
{
    smtp_client_lost(&c->client, &c->acts);
    take_all(c);
}

struct text call_wire(struct call *c)
{
    struct text wire = buffer_text(&c->wire);

    c->wire.size = 0; /* the octets stay until something is sent */
    return wire;
}
