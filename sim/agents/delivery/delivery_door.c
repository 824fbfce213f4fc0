/*
 * delivery_door.c - TLS at the client's end of a dialogue.
 */
#include "sim/agents/delivery/delivery_parts.h"
#include "sim/agents/dialogue/sealing.h"

const struct smtp_client_options *delivery_options(const struct delivery *d)
{
    const struct host *h = d->host;

    if (d->hop.kind == HOP_LMTP)
        return &h->lmtp_client;
    /* A person's login and wishes are for the server of the settings, and for no other door. */
    if (d->queue->outbox && h->mua && d->hop.port == h->mua->config.port &&
        text_equal_nocase(d->hop.host, h->mua->config.server))
        return &h->mua->client;
    if (d->hop.kind == HOP_SMARTHOST && !d->queue->outbox && h->mta && h->mta->login.user.size)
        return &h->mta->smarthost;
    return &h->smtp_client;
}

void delivery_seal(struct delivery *d)
{
    d->sealing = sealing_begin(d->host, d->tcp, d->plan.candidates[d->plan.current].host,
                               d->client.options->tls == SMTP_TLS_IMPLICIT, d->cause);
}

/* No TLS where it was wished for: said by a reply to STARTTLS, or by what EHLO did not offer. */
void delivery_note_tls(struct delivery *d, const struct smtp_reply *reply)
{
    bool refused = reply->to == SMTP_VERB_STARTTLS && reply->code / 100 != 2;
    bool missing = reply->to == SMTP_VERB_EHLO && reply->code / 100 == 2 && !d->sealing &&
                   d->client.options->tls == SMTP_TLS_REQUIRED &&
                   !smtp_client_offered(&d->client, SMTP_HAS_STARTTLS);

    if (refused)
        d->cause = sealing_refused(d->host, d->tcp, TEXT("the server refused STARTTLS"), d->cause);
    else if (missing)
        d->cause =
            sealing_refused(d->host, d->tcp, TEXT("the server does not offer STARTTLS"), d->cause);
}

bool delivery_unseal(struct delivery *d, struct text octets, struct buffer *plain, uint64_t *cause)
{
    struct smtp_acts *acts = &d->host->world->client_acts;
    enum sealing_news news = sealing_read(d->sealing, d->tcp, octets, plain, cause);

    if (news == SEALING_UP)
        smtp_client_tls_up(&d->client, acts);
    else if (news == SEALING_BROKEN)
        smtp_client_tls_failed(&d->client, acts);
    return news != SEALING_NOTHING;
}
