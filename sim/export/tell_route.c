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

static bool was_dropped(const struct trace_candidate *c)
{
    return text_equal(c->verdict, TEXT("dropped"));
}

/* Why the chosen one is tried first. */
static const char *why_chosen(const struct trace_dns_mx_chosen *m)
{
    uint32_t chosen = 0, equals = 0;

    while (chosen < m->candidates.count &&
           !text_equal(m->candidates.items[chosen].verdict, TEXT("chosen")))
        chosen++;
    for (uint32_t i = 0; chosen < m->candidates.count && i < m->candidates.count; i++)
        equals += m->candidates.items[i].preference == m->candidates.items[chosen].preference;
    if (equals > 1)
        return ", drawn by lot from those with the lowest preference";
    return m->candidates.count > 1 ? ", the lowest preference of all" : "";
}

/* What this choice knows: records of its host just before it. */
static bool was_before(const struct view_mail *mail, size_t index, enum trace_kind kind)
{
    const struct trace_record *r = mail->steps.items[index].record;
    const struct trace_dns_mx_chosen *m = r->data;

    for (size_t i = index; i-- > 0;) {
        const struct trace_record *before = mail->steps.items[i].record;

        if (!text_equal(before->where.host, r->where.host))
            continue;
        if (before->kind != TRACE_DNS_CACHED && before->kind != TRACE_DNS_ANSWER)
            return false;
        if (before->kind == kind &&
            text_equal_nocase(kind == TRACE_DNS_CACHED
                                  ? ((const struct trace_dns_cached *)before->data)->name
                                  : ((const struct trace_dns_answer *)before->data)->name,
                              kind == TRACE_DNS_CACHED ? m->domain : m->chosen))
            return true;
    }
    return false;
}

/* MX records: which there are, and the one that is tried. */
static void say_mx(struct buffer *b, const struct view_mail *mail, size_t index)
{
    const struct trace_dns_mx_chosen *m = mail->steps.items[index].record->data;
    bool remembered = was_before(mail, index, TRACE_DNS_CACHED),
         asked = was_before(mail, index, TRACE_DNS_ANSWER), dropped = false;
    const char *why;

    tell_string(b, remembered ? " remembers the mail hosts of " : " looks up the mail hosts of ");
    tell_text(b, m->domain);
    tell_string(b, remembered ? " from an earlier answer" : "");
    tell_string(b, m->candidates.count == 1 ? ": MX " : ", MX ");
    say_candidates(b, m);
    for (uint32_t i = 0; i < m->candidates.count; i++)
        dropped = dropped || was_dropped(&m->candidates.items[i]);
    if (dropped)
        tell_string(b, ". It is one of them itself, so it may only try those before it");
    why = dropped ? "" : why_chosen(m);
    tell_string(b, asked ? ". It asks for the address of " : ". It tries ");
    tell_text(b, m->chosen);
    if (asked) {
        tell_string(b, why);
        tell_string(b, why[0] ? ", and tries " : " and tries ");
    } else {
        tell_string(b, " at ");
    }
    tell_text(b, m->address);
    tell_string(b, asked ? "" : why);
    tell_string(b, " (RFC 5321 5.1).");
}

/* All that could be asked have been, each with what came of it. */
static void say_failed(struct buffer *b, const struct trace_dns_mx_chosen *m)
{
    tell_string(b, " has no success with any host of ");
    tell_text(b, m->domain);
    for (uint32_t i = 0; i < m->candidates.count; i++) {
        tell_string(b, i == 0 ? ": " : "; ");
        tell_text(b, m->candidates.items[i].host);
        tell_string(b, " (");
        tell_text(b, m->candidates.items[i].why);
        tell_string(b, ")");
    }
    tell_string(b, ".");
}

static void say_nowhere(struct buffer *b, const struct trace_dns_mx_chosen *m)
{
    static const struct {
        struct text reason;
        const char *words;
    } rows[] = {
        {TEXT_INIT("null_mx"),
         ": its null MX says that the domain takes no mail at all (RFC 7505)."},
        {TEXT_INIT("no_domain"), ": there is no such domain (RFC 5321 5.1)."},
        {TEXT_INIT("loop"), ": the best one left is this host itself, so mail would run in a "
                            "circle (RFC 5321 5.1)."},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!text_equal(m->reason, rows[i].reason))
            continue;
        tell_string(b, " finds no host for ");
        tell_text(b, m->domain);
        tell_string(b, rows[i].words);
        return;
    }
    if (m->candidates.count > 0) {
        say_failed(b, m);
        return;
    }
    tell_string(b, " cannot find out now which hosts take the mail of ");
    tell_text(b, m->domain);
    tell_string(b, ".");
}

/* The one that failed last, and why. */
static void say_next(struct buffer *b, const struct trace_dns_mx_chosen *m)
{
    for (uint32_t i = m->candidates.count; i-- > 0;) {
        const struct trace_candidate *c = &m->candidates.items[i];

        if (!text_equal(c->verdict, TEXT("failed")))
            continue;
        tell_string(b, " has no success with ");
        tell_text(b, c->host);
        tell_string(b, " (");
        tell_text(b, c->why);
        tell_string(b, "), and");
        break;
    }
    tell_string(b, " goes on to the next host, ");
    tell_text(b, m->chosen);
    tell_place(b, m->address, 0);
    tell_string(b, ".");
}

/* Whether this attempt has already tried another address of the same host. */
static bool is_next_address(const struct view_mail *mail, size_t index)
{
    const struct trace_record *r = mail->steps.items[index].record;
    const struct trace_dns_mx_chosen *m = r->data;

    for (size_t i = index; i-- > 0;) {
        const struct trace_record *before = mail->steps.items[i].record;
        const struct trace_dns_mx_chosen *other = before->data;

        if (!text_equal(before->where.host, r->where.host) ||
            !text_equal(before->where.queue, r->where.queue))
            continue;
        if (before->kind == TRACE_QUEUE_ATTEMPT || before->kind == TRACE_QUEUE_DEFERRED)
            return false;
        if (before->kind == TRACE_DNS_MX_CHOSEN && text_equal(other->domain, m->domain) &&
            text_equal(other->chosen, m->chosen))
            return true;
    }
    return false;
}

void tell_route(struct buffer *b, const struct view_mail *mail, size_t index)
{
    const struct trace_record *r = mail->steps.items[index].record;
    const struct trace_dns_mx_chosen *m = r->data;

    tell_text(b, r->where.host);
    if (m->chosen.size == 0) {
        say_nowhere(b, m);
    } else if (is_next_address(mail, index)) {
        tell_string(b, " has no success there and tries the next address of ");
        tell_text(b, m->chosen);
        tell_string(b, ", ");
        tell_text(b, m->address);
        tell_string(b, " (RFC 5321 5.1).");
    } else if (text_equal(m->reason, TEXT("next"))) {
        say_next(b, m);
    } else if (text_equal(m->reason, TEXT("mx"))) {
        say_mx(b, mail, index);
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
