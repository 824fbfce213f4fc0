/*
 * Where mail for a domain goes: dns.mx_chosen in words (RFC 5321 5.1, RFC 7505).
 */
#include "sim/export/tell_parts.h"

static void say_candidates(struct buffer *b, const struct trace_dns_mx_chosen *m)
{
    for (uint32_t i = 0; i < m->candidates.count; i++) {
        const struct trace_candidate *c = &m->candidates.items[i];

        tell_string(b, i == 0 ? "" : i + 1 == m->candidates.count ? " and " : ", ");
        buffer_put_int(b, c->preference);
        tell_string(b, " ");
        tell_text(b, c->host);
    }
}

static const char *why_chosen(struct text reason, bool single)
{
    if (text_equal(reason, TEXT("mx")))
        return single ? "" : ", the lowest preference of all";
    if (text_equal(reason, TEXT("next")))
        return ", the next in the list";
    return "";
}

/* MX records: which there are, and the one that is tried. */
static void say_mx(struct buffer *b, const struct trace_dns_mx_chosen *m)
{
    tell_string(b, " looks up the mail hosts of ");
    tell_text(b, m->domain);
    tell_string(b, m->candidates.count == 1 ? ": MX " : ", MX ");
    say_candidates(b, m);
    tell_string(b, ". It tries ");
    tell_text(b, m->chosen);
    tell_string(b, " at ");
    tell_text(b, m->address);
    tell_string(b, why_chosen(m->reason, m->candidates.count == 1));
    tell_string(b, " (RFC 5321 5.1).");
}

static void say_nowhere(struct buffer *b, const struct trace_dns_mx_chosen *m)
{
    tell_string(b, " finds no host for ");
    tell_text(b, m->domain);
    if (text_equal(m->reason, TEXT("null_mx")))
        tell_string(b, ": its null MX says that the domain takes no mail at all (RFC 7505)");
    else if (text_equal(m->reason, TEXT("no_domain")))
        tell_string(b, ": there is no such domain (RFC 5321 5.1)");
    else if (text_equal(m->reason, TEXT("loop")))
        tell_string(
            b, ": the best one left is this host itself, so mail would run in a circle (RFC 5321 "
               "5.1)");
    else if (m->candidates.count > 0)
        tell_string(b, ": none of its mail hosts is left to try");
    tell_string(b, ".");
}

void tell_route(struct buffer *b, const struct trace_record *r)
{
    const struct trace_dns_mx_chosen *m = r->data;

    tell_text(b, r->where.host);
    if (m->chosen.size == 0) {
        say_nowhere(b, m);
    } else if (text_equal(m->reason, TEXT("next"))) {
        tell_string(b, " goes on to the next host, ");
        tell_text(b, m->chosen);
        tell_place(b, m->address, 0);
        tell_string(b, ".");
    } else if (text_equal(m->reason, TEXT("mx"))) {
        say_mx(b, m);
    } else if (text_equal(m->reason, TEXT("implicit_mx"))) {
        tell_string(b, " finds no MX record for ");
        tell_text(b, m->domain);
        tell_string(
            b,
            ", so the domain's own address counts as its mail host (implicit MX, RFC 5321 5.1): ");
        tell_text(b, m->address);
        tell_string(b, ".");
    } else if (text_equal(m->reason, TEXT("literal"))) {
        tell_string(b, " needs no look-up: the recipient's domain is the address ");
        tell_text(b, m->address);
        tell_string(b, ".");
    } else {
        tell_string(b, " needs no look-up of MX records: its settings say that this mail goes to ");
        tell_text(b, m->chosen);
        tell_place(b, m->address, 0);
        tell_string(b, ".");
    }
}
