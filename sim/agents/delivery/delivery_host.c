/*
 * delivery_host.c - which host is tried next, and at which address (RFC 5321 5.1).
 *
 * Addresses of a host are asked for one family at a time, IPv4 first (the other way round if this host
 * has no IPv4 itself): the second question is asked only if the first family led nowhere.
 */
#include "sim/agents/delivery/delivery_parts.h"

#include "sim/mail/address.h"

#define LOOP_WORDS "the best mail exchanger is this host itself: a loop"

void delivery_fail_with(struct delivery *d, uint16_t subject, uint16_t detail, bool temporary,
                        struct text words)
{
    d->last = (struct failure){.status = {temporary ? 4 : 5, subject, detail}, .reply = words};
    d->why = words;
}

static void try_host(struct delivery *d);

/* ---- which host ------------------------------------------------------------------------------------ */

uint64_t delivery_record_choice(struct delivery *d, struct text address)
{
    struct trace_where where = queue_where(d->entry, d->cause);
    struct text domain = d->hop.kind == HOP_MX ? d->hop.host : TEXT("");

    if (domain.size == 0)
        domain = d->entry->recipients[d->open[0]].domain;
    return mx_plan_record(&d->plan, d->host, domain, address, &where);
}

static void no_host(struct delivery *d, const struct dns_result *answer)
{
    switch (d->plan.reason) {
    case MX_NO_DOMAIN: delivery_fail_with(d, 1, 2, false, TEXT("the domain does not exist")); break;
    case MX_NULL:
        delivery_fail_with(d, 1, 10, false, TEXT("the domain takes no mail (null MX)"));
        break;
    case MX_LOOP: delivery_fail_with(d, 4, 6, false, TEXT(LOOP_WORDS)); break;
    case MX_BY_RECORD:
    case MX_IMPLICIT:
    case MX_SMARTHOST:
    case MX_LITERAL:
    case MX_NEXT:
    case MX_NONE:
        delivery_fail_with(d, 4, 3, true,
                           answer->outcome == DNS_TIMED_OUT ? TEXT("the name servers do not answer")
                                                            : TEXT("the name servers cannot tell"));
        break;
    }
    d->cause = delivery_record_choice(d, TEXT(""));
    delivery_give_up(d);
}

static void mx_known(struct delivery *d, const struct dns_result *answer)
{
    d->cause = answer->cause;
    if (mx_plan_from_answer(&d->plan, d->host, d->hop.host, answer))
        try_host(d);
    else
        no_host(d, answer);
}

void delivery_next_host(struct delivery *d)
{
    if (mx_plan_next(&d->plan, d->why)) {
        d->families = 0;
        try_host(d);
        return;
    }
    if (!d->chosen) { /* no connection was tried, so nothing has told yet what was looked at */
        d->plan.reason = MX_NONE;
        d->cause = delivery_record_choice(d, TEXT(""));
    }
    delivery_give_up(d);
}

/* ---- which address --------------------------------------------------------------------------------- */

static uint16_t family_type(const struct delivery *d, uint8_t which)
{
    const struct net *net = &d->host->world->net;
    bool ipv4 = net_host_address(net, d->host->index, ADDRESS_IPV4) != NET_NONE;

    return (which == 0) == ipv4 ? DNS_A : DNS_AAAA;
}

static bool has_family(const struct delivery *d, uint16_t type)
{
    return net_host_address(&d->host->world->net, d->host->index,
                            type == DNS_A ? ADDRESS_IPV4 : ADDRESS_IPV6) != NET_NONE;
}

static struct text no_address_words(const struct delivery *d)
{
    if (d->hop.kind != HOP_MX)
        return TEXT("the host that the settings name has no address");
    return d->plan.reason == MX_IMPLICIT
               ? TEXT("the domain has neither a mail host (MX) nor an address of its own")
               : TEXT("no mail host (MX) of the domain has an address");
}

/* An address of this host itself?  A host's own outbox may well lead to its own server. */
static bool is_own(const struct delivery *d, const struct address *a)
{
    bool by_name =
        d->hop.kind == HOP_MX || (d->hop.kind == HOP_SMARTHOST && !d->entry->queue->outbox);

    return by_name &&
           (address_is_loopback(a) || net_find_host(&d->host->world->net, a) == d->host->index);
}

/* RFC 5321 5.1: it finds itself in the list, though not by its name; then all that is left is no better. */
static void own_address(struct delivery *d, bool first)
{
    mx_plan_own(&d->plan);
    if (first) {
        d->plan.reason = MX_LOOP;
        delivery_fail_with(d, 4, 6, false, TEXT(LOOP_WORDS));
    }
    d->cause = delivery_record_choice(d, TEXT(""));
    delivery_give_up(d);
}

static void addresses_known(struct delivery *d, const struct dns_result *answer)
{
    d->cause = answer->cause;
    d->address_count = d->address_at = 0;
    if (answer->outcome == DNS_FAILED || answer->outcome == DNS_TIMED_OUT)
        delivery_fail_with(d, 4, 3, true, TEXT("the address of the host cannot be found out now"));
    else if (!d->any_address && d->last.status.class != 4) /* else: later it may be known */
        delivery_fail_with(d, 4, 4, false, no_address_words(d));
    if (!d->host_address && answer->outcome != DNS_FAILED && answer->outcome != DNS_TIMED_OUT)
        d->why = TEXT("it has no address");
    bool first =
        !d->any_address && d->last.status.class != 4; /* nobody before it may take it later */
    for (uint32_t i = 0; i < answer->count && d->address_count < ADDRESSES_MAX; i++) {
        const struct dns_record *r = &answer->records[i];
        if (r->type != DNS_A && r->type != DNS_AAAA)
            continue;
        if (is_own(d, &r->address)) {
            own_address(d, first);
            return;
        }
        d->addresses[d->address_count++] = r->address;
        d->any_address = d->host_address = true;
    }
    delivery_connect_next(d);
}

static void mx_answered(void *world, struct dns_asking *self, const struct dns_result *answer)
{
    (void)world;
    mx_known(EVENT_OWNER(self, struct delivery, asking), answer);
}

static void address_answered(void *world, struct dns_asking *self, const struct dns_result *answer)
{
    (void)world;
    addresses_known(EVENT_OWNER(self, struct delivery, asking), answer);
}

/* From the cache at once, or by a question. */
static void ask(struct delivery *d, struct text name, uint16_t type,
                void (*answered)(void *, struct dns_asking *, const struct dns_result *))
{
    struct dns_result result;
    struct text mail = d->letter->id;

    if (dns_peek(host_resolver(d->host), name, type, d->cause, mail, &result)) {
        d->asking = (struct dns_asking){.answered = answered};
        answered(d->host->world, &d->asking, &result);
        return;
    }
    d->asking = (struct dns_asking){.answered = answered, .mail = mail};
    dns_ask(host_resolver(d->host), &d->asking, name, type, d->cause);
}

void delivery_ask_address(struct delivery *d)
{
    while (d->families < 2) {
        uint16_t type = family_type(d, d->families++);
        if (!has_family(d, type))
            continue;
        ask(d, d->plan.candidates[d->plan.current].host, type, address_answered);
        return;
    }
    delivery_next_host(d);
}

static void try_host(struct delivery *d)
{
    d->address_count = d->address_at = 0;
    d->host_address = false;
    d->why = TEXT("");
    if (d->plan.reason == MX_LITERAL) {
        struct text text = mail_domain_literal(d->hop.host);
        d->families = 2;
        d->any_address = address_parse(text, &d->addresses[0]);
        d->address_count = d->any_address ? 1 : 0;
        if (d->any_address && is_own(d, &d->addresses[0])) {
            own_address(d, true);
            return;
        }
        if (!d->any_address)
            delivery_fail_with(d, 1, 2, false,
                               TEXT("the address literal is of no kind that this host knows"));
        delivery_connect_next(d);
        return;
    }
    delivery_ask_address(d);
}

void delivery_find_host(struct delivery *d)
{
    if (d->hop.kind != HOP_MX) {
        mx_plan_single(&d->plan, d->host, d->hop.host, MX_SMARTHOST);
        try_host(d);
    } else if (d->hop.host.size && d->hop.host.at[0] == '[') {
        mx_plan_single(&d->plan, d->host, d->hop.host, MX_LITERAL);
        try_host(d);
    } else {
        ask(d, d->hop.host, DNS_MX, mx_answered);
    }
}
