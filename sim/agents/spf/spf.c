/*
 * spf.c - check_host(): fetch the record, go through its terms (RFC 7208 4 and 5).
 */
#include "sim/agents/spf/spf.h"

#include "sim/agents/spf/spf_parts.h"
#include "sim/dns/blocklist_name.h"

enum { LOOKUPS_MAX = 10, VOIDS_MAX = 2, NAMES_MAX = 10 }; /* 4.6.4 */

/* What one mechanism says. */
enum match { NO_MATCH, MATCH, TEMPORARY, PERMANENT, WAITING };

struct text spf_result_word(enum spf_result r)
{
    static const struct text words[] = {
        [SPF_NONE] = TEXT_INIT("none"),           [SPF_NEUTRAL] = TEXT_INIT("neutral"),
        [SPF_PASS] = TEXT_INIT("pass"),           [SPF_FAIL] = TEXT_INIT("fail"),
        [SPF_SOFTFAIL] = TEXT_INIT("softfail"),   [SPF_TEMPERROR] = TEXT_INIT("temperror"),
        [SPF_PERMERROR] = TEXT_INIT("permerror"), [SPF_WAITS] = TEXT_INIT("")};

    return words[r];
}

void spf_init(struct spf_check *c, struct memory *m, const struct spf_identity *who)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};

    *c = (struct spf_check){.memory = m, .who = *who};
    buffer_init(&c->name, m);
    buffer_init(&c->term, m);
    buffer_init(&c->words, m);
    if (who->client.family == ADDRESS_IPV6 && memcmp(who->client.octets, mapped, 12) == 0) {
        struct address a = {.family = ADDRESS_IPV4}; /* 5: an IPv4-mapped address is IPv4 */
        memcpy(a.octets, who->client.octets + 12, 4);
        c->who.client = a;
    }
}

void spf_free(struct spf_check *c)
{
    buffer_free(&c->name);
    buffer_free(&c->term);
    buffer_free(&c->words);
}

/* ---- questions --------------------------------------------------------------------------------------- */

/* Labels of 1 to 63 octets, at least two of them (4.3). */
static bool is_name(struct text name)
{
    size_t label = 0, labels = 0;

    if (name.size && name.at[name.size - 1] == '.')
        name.size--;
    if (name.size == 0 || name.size > 253)
        return false;
    for (size_t i = 0; i <= name.size; i++) {
        if (i < name.size && name.at[i] != '.') {
            label++;
            continue;
        }
        if (label == 0 || label > 63)
            return false;
        labels++;
        label = 0;
    }
    return labels > 1;
}

const struct dns_result *spf_ask(struct spf_check *c, struct text name, uint16_t type)
{
    static const struct dns_result nothing = {.outcome = DNS_NO_NAME};

    if (name.size && name.at[name.size - 1] == '.')
        name.size--;
    if (!is_name(name))
        return &nothing;
    const struct dns_result *answer = c->look(c->context, name, type);
    if (!answer) {
        buffer_clear(&c->name);
        buffer_put_text(&c->name, name);
        c->type = type;
    }
    return answer;
}

static bool failed(const struct dns_result *a)
{
    return a->outcome == DNS_FAILED || a->outcome == DNS_TIMED_OUT;
}

/* One of the ten is used up. */
static bool may_look(struct spf_check *c)
{
    return ++c->lookups <= LOOKUPS_MAX;
}

/* Two answers may be empty; NULL waits, else NO_MATCH is "go on". */
static enum match heed(struct spf_check *c, const struct dns_result *a)
{
    if (!a)
        return WAITING;
    if (failed(a))
        return TEMPORARY;
    if (a->count == 0 && ++c->voids > VOIDS_MAX)
        return PERMANENT;
    return NO_MATCH;
}

/* ---- addresses --------------------------------------------------------------------------------------- */

static uint16_t family_type(const struct spf_check *c)
{
    return c->who.client.family == ADDRESS_IPV6 ? DNS_AAAA : DNS_A;
}

static bool holds(const struct spf_check *c, const struct dns_result *a, int cidr4, int cidr6)
{
    for (uint32_t i = 0; i < a->count; i++) {
        const struct dns_record *r = &a->records[i];
        struct address_net net = {.address = r->address};
        if (r->type != family_type(c))
            continue;
        net.prefix = (uint8_t)(r->type == DNS_A ? cidr4 : cidr6);
        for (size_t bit = net.prefix; bit < 8 * address_size(&net.address); bit++)
            net.address.octets[bit / 8] &= (uint8_t) ~(0x80U >> bit % 8);
        if (address_net_holds(&net, &c->who.client))
            return true;
    }
    return false;
}

static enum match match_a(struct spf_check *c, const struct spf_term *t, struct text target)
{
    const struct dns_result *a = spf_ask(c, target, family_type(c));
    enum match m = heed(c, a);

    return m != NO_MATCH ? m : holds(c, a, t->cidr4, t->cidr6) ? MATCH : NO_MATCH;
}

static enum match match_mx(struct spf_check *c, const struct spf_term *t, struct text target)
{
    const struct dns_result *mx = spf_ask(c, target, DNS_MX);
    enum match m = heed(c, mx);
    uint32_t names = 0;

    if (m != NO_MATCH)
        return m;
    for (uint32_t i = 0; i < mx->count; i++) {
        if (mx->records[i].type != DNS_MX)
            continue;
        if (++names > NAMES_MAX)
            return PERMANENT;
        m = match_a(c, t, mx->records[i].target);
        if (m != NO_MATCH)
            return m;
    }
    return NO_MATCH;
}

static bool within(struct text name, struct text domain)
{
    if (domain.size && domain.at[domain.size - 1] == '.')
        domain.size--;
    return text_equal_nocase(name, domain) ||
           (name.size > domain.size && text_ends_nocase(name, domain) &&
            name.at[name.size - domain.size - 1] == '.');
}

/* 5.5: a name of the client's address that has this address itself; of several the domain's own is
 * preferred, then one below it, then any. */
enum spf_result spf_validated(struct spf_check *c, struct text target, bool only_within,
                              struct buffer *out, bool *found)
{
    struct buffer name;
    int best = 0;

    *found = false;
    buffer_init(&name, c->memory);
    blocklist_put_reversed(&name, &c->who.client);
    buffer_put_string(&name, c->who.client.family == ADDRESS_IPV6 ? ".ip6.arpa" : ".in-addr.arpa");
    const struct dns_result *ptr = spf_ask(c, buffer_text(&name), DNS_PTR);
    buffer_free(&name);
    if (!ptr)
        return SPF_WAITS;
    for (uint32_t i = 0, names = 0; i < ptr->count && names < NAMES_MAX; i++) {
        struct text candidate = ptr->records[i].target;
        if (ptr->records[i].type != DNS_PTR)
            continue;
        names++;
        int rank = text_equal_nocase(candidate, target) ? 3 : within(candidate, target) ? 2 : 1;
        if (rank <= best || (only_within && rank < 2))
            continue;
        const struct dns_result *a = spf_ask(c, candidate, family_type(c));
        if (!a)
            return SPF_WAITS;
        if (!holds(c, a, 32, 128))
            continue;
        best = rank;
        *found = true;
        buffer_clear(out);
        buffer_put_text(out, candidate);
    }
    return SPF_PASS;
}

static enum match match_ptr(struct spf_check *c, struct text target)
{
    struct buffer name;
    bool found;

    buffer_init(&name, c->memory);
    enum spf_result r = spf_validated(c, target, true, &name, &found);
    buffer_free(&name);
    return r == SPF_WAITS ? WAITING : found ? MATCH : NO_MATCH;
}

static enum match match_exists(struct spf_check *c, struct text target)
{
    const struct dns_result *a = spf_ask(c, target, DNS_A);
    enum match m = heed(c, a);

    return m != NO_MATCH ? m : a->count > 0 ? MATCH : NO_MATCH;
}

/* ---- terms ------------------------------------------------------------------------------------------- */

static enum spf_result check_host(struct spf_check *c, struct text domain, bool inner,
                                  uint32_t depth);

static enum match match_include(struct spf_check *c, struct text target, uint32_t depth)
{
    switch (check_host(c, target, true, depth + 1)) {
    case SPF_PASS: return MATCH;
    case SPF_FAIL:
    case SPF_SOFTFAIL:
    case SPF_NEUTRAL: return NO_MATCH;
    case SPF_TEMPERROR: return TEMPORARY;
    case SPF_WAITS: return WAITING;
    case SPF_PERMERROR:
    case SPF_NONE: break;
    }
    return PERMANENT;
}

/* 7.3: what is longer than 253 octets loses labels on the left. */
static struct text shortened(struct text name)
{
    while (name.size > 253)
        name = text_after(name, text_find(name, '.') + 1);
    return name;
}

static enum match match_at(struct spf_check *c, const struct spf_term *t, struct text target,
                           uint32_t depth)
{
    switch (t->kind) {
    case SPF_INCLUDE: return match_include(c, target, depth);
    case SPF_A: return match_a(c, t, target);
    case SPF_MX: return match_mx(c, t, target);
    case SPF_PTR: return match_ptr(c, target);
    case SPF_EXISTS: return match_exists(c, target);
    case SPF_ALL:
    case SPF_IP4:
    case SPF_IP6:
    case SPF_REDIRECT:
    case SPF_EXP:
    case SPF_UNKNOWN_MODIFIER: break;
    }
    return NO_MATCH;
}

static enum match match_term(struct spf_check *c, const struct spf_term *t, struct text domain,
                             uint32_t depth)
{
    struct buffer target;
    enum match m = WAITING;

    if (t->kind == SPF_ALL)
        return MATCH;
    if (t->kind == SPF_IP4 || t->kind == SPF_IP6) {
        struct address_net net = t->net;
        for (size_t bit = net.prefix; bit < 8 * address_size(&net.address); bit++)
            net.address.octets[bit / 8] &= (uint8_t) ~(0x80U >> bit % 8);
        return address_net_holds(&net, &c->who.client) ? MATCH : NO_MATCH;
    }
    if (!may_look(c))
        return PERMANENT;
    buffer_init(&target, c->memory);
    if (t->spec.size == 0)
        buffer_put_text(&target, domain);
    if (t->spec.size == 0 || spf_expand(c, domain, t->spec, false, &target) != SPF_WAITS)
        m = match_at(c, t, shortened(buffer_text(&target)), depth);
    buffer_free(&target);
    return m;
}

static enum spf_result of_qualifier(char q)
{
    return q == '-' ? SPF_FAIL : q == '~' ? SPF_SOFTFAIL : q == '?' ? SPF_NEUTRAL : SPF_PASS;
}

/* 6.2: only of the record that failed, never an error. */
static enum spf_result explain(struct spf_check *c, struct text domain, struct text spec)
{
    struct buffer target, text;
    enum spf_result r = SPF_WAITS;

    buffer_init(&target, c->memory);
    buffer_init(&text, c->memory);
    if (spf_expand(c, domain, spec, false, &target) != SPF_WAITS) {
        const struct dns_result *a = spf_ask(c, shortened(buffer_text(&target)), DNS_TXT);
        r = a ? SPF_FAIL : SPF_WAITS;
        if (a && a->count == 1 && a->records[0].type == DNS_TXT) {
            dns_txt_join(&text, a->records[0].strings);
            buffer_clear(&c->words);
            if (spf_macro_good(buffer_text(&text), false, true))
                r = spf_expand(c, domain, buffer_text(&text), true, &c->words);
            r = r == SPF_WAITS ? r : SPF_FAIL;
        }
    }
    buffer_free(&text);
    buffer_free(&target);
    return r;
}

/* ---- records ----------------------------------------------------------------------------------------- */

static bool is_spf(struct text t)
{
    return t.size >= 6 && text_equal_nocase(text_from(t.at, 6), TEXT("v=spf1")) &&
           (t.size == 6 || t.at[6] == ' ');
}

/* The record of a domain, into `out`; SPF_PASS if there is just one (4.4, 4.5). */
static enum spf_result fetch(struct spf_check *c, struct text domain, struct buffer *out)
{
    const struct dns_result *a = spf_ask(c, domain, DNS_TXT);
    struct buffer one;
    uint32_t found = 0;

    if (!a)
        return SPF_WAITS;
    if (failed(a))
        return SPF_TEMPERROR;
    buffer_init(&one, c->memory);
    for (uint32_t i = 0; i < a->count; i++) {
        if (a->records[i].type != DNS_TXT)
            continue;
        buffer_clear(&one);
        dns_txt_join(&one, a->records[i].strings);
        if (is_spf(buffer_text(&one)) && found++ == 0)
            buffer_put_text(out, buffer_text(&one));
    }
    buffer_free(&one);
    return found == 0 ? SPF_NONE : found > 1 ? SPF_PERMERROR : SPF_PASS;
}

/* Everything is looked at before anything is done: one wrong term spoils the record (4.6). */
static bool well_formed(struct text record, struct spf_term *redirect, struct spf_term *exp)
{
    struct text rest = text_after(record, 6);
    struct spf_term t;
    bool good;

    redirect->written = exp->written = TEXT("");
    while (spf_next_term(&rest, &t, &good)) {
        struct spf_term *modifier = t.kind == SPF_REDIRECT ? redirect
                                    : t.kind == SPF_EXP    ? exp
                                                           : NULL;
        if (modifier && modifier->written.size)
            return false; /* 6: each at most once */
        if (modifier)
            *modifier = t;
    }
    return good;
}

static enum spf_result redirected(struct spf_check *c, struct text domain,
                                  const struct spf_term *redirect, bool inner, uint32_t depth)
{
    struct buffer target;
    enum spf_result r = SPF_WAITS;

    if (!may_look(c))
        return SPF_PERMERROR;
    buffer_init(&target, c->memory);
    if (spf_expand(c, domain, redirect->spec, false, &target) != SPF_WAITS)
        r = check_host(c, shortened(buffer_text(&target)), inner, depth + 1);
    buffer_free(&target);
    return r == SPF_NONE ? SPF_PERMERROR : r; /* 6.1 */
}

static enum spf_result evaluate(struct spf_check *c, struct text record, struct text domain,
                                bool inner, uint32_t depth)
{
    struct spf_term t, redirect, exp;
    struct text rest = text_after(record, 6);
    bool good;

    if (!well_formed(record, &redirect, &exp))
        return SPF_PERMERROR;
    while (spf_next_term(&rest, &t, &good)) {
        if (t.kind == SPF_REDIRECT || t.kind == SPF_EXP || t.kind == SPF_UNKNOWN_MODIFIER)
            continue;
        switch (match_term(c, &t, domain, depth)) {
        case NO_MATCH: continue;
        case TEMPORARY: return SPF_TEMPERROR;
        case PERMANENT: return SPF_PERMERROR;
        case WAITING: return SPF_WAITS;
        case MATCH: break;
        }
        if (inner)
            return of_qualifier(t.qualifier);
        buffer_clear(&c->term);
        buffer_put_text(&c->term, t.written);
        enum spf_result r = of_qualifier(t.qualifier);
        return r == SPF_FAIL && exp.written.size ? explain(c, domain, exp.spec) : r;
    }
    return redirect.written.size ? redirected(c, domain, &redirect, inner, depth) : SPF_NEUTRAL;
}

static enum spf_result check_host(struct spf_check *c, struct text domain, bool inner,
                                  uint32_t depth)
{
    struct buffer record;

    if (!is_name(domain))
        return SPF_NONE;
    if (depth > LOOKUPS_MAX + 1)
        return SPF_PERMERROR;
    buffer_init(&record, c->memory);
    enum spf_result r = fetch(c, domain, &record);
    if (r == SPF_PASS)
        r = evaluate(c, buffer_text(&record), domain, inner, depth);
    buffer_free(&record);
    return r;
}

enum spf_result spf_check(struct spf_check *c)
{
    c->lookups = c->voids = 0;
    buffer_clear(&c->term);
    buffer_clear(&c->words);
    return check_host(c, c->who.domain, false, 0);
}
