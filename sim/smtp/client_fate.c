/*
 * client_fate.c - what becomes of each recipient, and who decided: a reply, or we ourselves.
 *
 * A fate is told once: when it is settled for good, or when the transaction ends.
 */
#include <assert.h>

#include "sim/smtp/client_parts.h"

struct smtp_ruling smtp_ruling_by_reply(enum smtp_fate fate, const struct smtp_reply *r)
{
    assert(r);
    return (struct smtp_ruling){fate, r->to, r->code, r->enhanced, r->lines[0], r, false};
}

struct smtp_ruling smtp_ruling_by_us(enum smtp_fate fate, struct text enhanced, struct text text)
{
    return (struct smtp_ruling){fate, SMTP_VERB_NONE, 0, enhanced, text, NULL, false};
}

/* What an input that ends the transaction means for the recipients that are still open. */
struct smtp_ruling smtp_client_ruling(const struct smtp_client *c, enum smtp_client_input input,
                                      const struct smtp_reply *reply)
{
    bool at_end = c->state == SMTP_CLIENT_MESSAGE; /* 6.1: the server may have taken it */
    bool negative = reply != NULL && reply->code >= 400;
    struct smtp_ruling r;

    if (input == SMTP_CLIENT_ON_TLS_MISSING)
        return smtp_ruling_by_us(SMTP_FATE_DEFERRED, TEXT("4.7.0"),
                                 TEXT("TLS is required, and the server offers none"));
    if (input == SMTP_CLIENT_ON_TLS_FAILED)
        return smtp_ruling_by_us(SMTP_FATE_DEFERRED, TEXT("4.7.0"),
                                 TEXT("the TLS handshake failed"));
    if (input == SMTP_CLIENT_ON_LOGIN_MISSING)
        return smtp_ruling_by_us(SMTP_FATE_DEFERRED, TEXT("4.7.0"),
                                 TEXT("a login is required, and the server offers no good way"));
    if (input == SMTP_CLIENT_ON_RCPT_PROBED)
        return smtp_ruling_by_us(SMTP_FATE_WELCOME, TEXT(""),
                                 TEXT("the server would take mail for it"));
    if (input == SMTP_CLIENT_ON_FINE && at_end)
        return smtp_ruling_by_reply(SMTP_FATE_ACCEPTED, reply);
    if (negative)
        return smtp_ruling_by_reply(reply->code < 500 ? SMTP_FATE_DEFERRED : SMTP_FATE_REFUSED,
                                    reply);
    if (input == SMTP_CLIENT_ON_TIMEOUT)
        r = smtp_ruling_by_us(SMTP_FATE_LOST, TEXT("4.4.2"), TEXT("no reply in time"));
    else if (input == SMTP_CLIENT_ON_LOST)
        r = smtp_ruling_by_us(SMTP_FATE_LOST, TEXT("4.4.2"), TEXT("the connection was lost"));
    else
        r = smtp_ruling_by_us(at_end ? SMTP_FATE_LOST : SMTP_FATE_DEFERRED, TEXT("4.5.0"),
                              TEXT("the server's reply makes no sense"));
    r.in_doubt = at_end;
    return r;
}

void smtp_client_settle(struct smtp_client *c, size_t index, const struct smtp_ruling *r,
                        struct smtp_acts *acts)
{
    struct smtp_act *act = smtp_acts_add(acts, SMTP_ACT_RECIPIENT);

    assert(c->fates[index] == SMTP_FATE_OPEN && r->fate != SMTP_FATE_OPEN);
    c->fates[index] = (uint8_t)r->fate;
    act->recipient.index = index;
    act->recipient.fate = r->fate;
    act->recipient.by = r->by;
    act->recipient.code = (uint16_t)r->code;
    act->recipient.enhanced = r->enhanced;
    act->recipient.text = r->text;
    act->recipient.reply = r->reply;
    act->recipient.in_doubt = r->in_doubt;
}

void smtp_client_settle_from(struct smtp_client *c, size_t index, const struct smtp_ruling *r,
                             struct smtp_acts *acts)
{
    for (; index < c->mail->recipient_count; index++)
        if (c->fates[index] == SMTP_FATE_OPEN)
            smtp_client_settle(c, index, r, acts);
}

void smtp_client_done(struct smtp_client *c, struct smtp_acts *acts)
{
    assert(c->mail != NULL);
    memory_give(c->memory, c->fates, c->mail->recipient_count);
    c->fates = NULL;
    c->mail = NULL;
    smtp_acts_add(acts, SMTP_ACT_DONE)->done.usable = smtp_client_idle(c);
}
