/*
 * meaning.c - what it means together, first part: hosts, their addresses, ports and roles.
 *
 * Works on the tree after check_complete(), so what is implied is there too; what the check of
 * structure found bad is passed over.
 */
#include "sim/scenario/check.h"

#include "sim/kernel/clock.h"
#include "sim/net/link.h"

/* ---- names --------------------------------------------------------------------------------- */

/* RFC 1035 2.3.4: 63 octets a label, 253 a name as text. */
bool check_name_size(struct check *c, const cJSON *item, struct text name, bool at_key)
{
    struct text rest = name;

    while (rest.size > 0) {
        size_t label = text_find(rest, '.');

        if (label > 63 || name.size > 253) {
            if (at_key)
                check_error_at_key(c, item, "%q is too long for a name", name);
            else
                check_error(c, item, "%q is too long for a name", name);
            check_suggest(c, "at most 63 characters between dots, 253 in all");
            return false;
        }
        rest = text_after(rest, label + 1);
    }
    return true;
}

uint32_t check_need_host(struct check *c, const cJSON *item)
{
    uint32_t host;

    if (!item || !cJSON_IsString(item) || check_is_bad(c, item))
        return TABLE_NONE;
    host = check_host(c, check_string(item));
    if (host == TABLE_NONE) {
        check_error(c, item, "there is no host %q", check_string(item));
        check_suggest_host(c, check_string(item));
    }
    return host;
}

/* The first host with such a role, for a suggestion; TABLE_NONE if there is none. */
static uint32_t first_with(const struct check *c, bool (*has)(const struct check_host *h))
{
    for (uint32_t i = 0; i < c->host_count; i++)
        if (has(&c->hosts[i]))
            return i;
    return TABLE_NONE;
}

void check_suggest_role(struct check *c, bool (*has)(const struct check_host *h))
{
    uint32_t host = check_is_kept(c) ? first_with(c, has) : TABLE_NONE;

    if (host != TABLE_NONE)
        check_suggest(c, "%q has one", c->hosts[host].name);
}

static void check_host_name(struct check *c, const struct check_host *h, uint32_t index)
{
    struct address address;
    uint32_t first = check_host(c, h->name);

    if (check_is_bad(c, h->item))
        return;
    if (address_parse(h->name, &address)) {
        check_error_at_key(c, h->item, "a host is called by a name, not by an address: %q",
                           h->name);
        check_suggest(c, "write \"address\": %q inside it", h->name);
    }
    bool short_name = text_find(h->name, '.') == h->name.size && h->site.size > 0;
    check_name_size(c, h->item, short_name ? check_absolute(c, h->name, h->site) : h->name, true);
    if (first != index && first != TABLE_NONE) {
        check_error_at_key(c, h->item, "%q and %q are the same host name", h->name,
                           c->hosts[first].name);
        check_suggest(c, "capital letters do not distinguish names (RFC 4343)");
    }
}

/* ---- addresses ----------------------------------------------------------------------------- */

static const char *unusable(const struct address *a)
{
    static const uint8_t zeros[16] = {0};

    if (address_is_loopback(a))
        return "stands for the host itself";
    if (memcmp(a->octets, zeros, sizeof zeros) == 0)
        return "stands for no host";
    if (a->family == ADDRESS_IPV4 && a->octets[0] >= 224)
        return "is not the address of one host";
    if (a->family == ADDRESS_IPV6 && a->octets[0] == 0xff)
        return "is not the address of one host";
    return NULL;
}

static void check_address(struct check *c, struct table *seen, uint32_t host, const cJSON *item)
{
    char text[ADDRESS_TEXT_MAX];
    struct address address;
    struct text form;
    uint32_t other;

    if (!cJSON_IsString(item) || check_is_bad(c, item))
        return;
    if (!address_parse(check_string(item), &address)) {
        check_error(c, item, "%q is not an address", check_string(item));
        check_suggest(c, "write an address such as \"192.0.2.25\" or \"2001:db8::25\"");
        return;
    }
    if (unusable(&address)) {
        check_error(c, item, "the address %q %s", check_string(item), unusable(&address));
        check_suggest(c, "such as \"192.0.2.25\" (RFC 5737)");
        return;
    }
    form = text_copy(c->memory, text_from(text, address_write(&address, text)));
    other = table_get(seen, form);
    if (other == TABLE_NONE) {
        table_set(seen, form, host);
        return;
    }
    check_error(c, item, "the address %q belongs to %q already", check_string(item),
                c->hosts[other].name);
    check_suggest(c, "give it another, or leave \"address\" out");
}

static void check_addresses(struct check *c)
{
    struct table seen;

    table_init(&seen, c->memory, false);
    for (uint32_t i = 0; i < c->host_count; i++) {
        cJSON *written = check_member(c, c->hosts[i].item, "address");

        for (cJSON *item = check_first(written); item; item = check_next(written, item))
            check_address(c, &seen, i, item);
    }
    table_free(&seen);
}

/* ---- ports --------------------------------------------------------------------------------- */

enum { PORTS_MAX = 64 };

struct port_use {
    int64_t port;
    const char *role;
};

static void check_ports_of(struct check *c, const cJSON *role, const char *name,
                           struct port_use used[PORTS_MAX], size_t *count)
{
    const cJSON *list = check_list(c, role, "ports");

    for (const cJSON *item = list ? list->child : NULL; item; item = item->next) {
        int64_t port;

        if (!cJSON_IsNumber(item) || check_is_bad(c, item))
            continue;
        port = check_number(c, item);
        for (size_t i = 0; i < *count; i++)
            if (used[i].port == port) {
                check_error(c, item, "port %d is taken by the %s of this host", port, used[i].role);
                check_suggest(c, "a port belongs to one role");
            }
        if (*count < PORTS_MAX)
            used[(*count)++] = (struct port_use){port, name};
    }
}

static void check_ports(struct check *c, const struct check_host *h)
{
    struct port_use used[PORTS_MAX];
    size_t count = 0;
    struct {
        const cJSON *role;
        const char *name;
        int64_t usual;
    } roles[] = {{h->mta, "mta", 25},
                 {h->msa, "msa", 587},
                 {h->mda, "mda", 0},
                 {check_object(c, h->mda, "pop3"), "pop3", 110}};

    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        if (!roles[i].role)
            continue;
        if (!cJSON_GetObjectItemCaseSensitive(roles[i].role, "ports") && roles[i].usual > 0)
            used[count++] = (struct port_use){roles[i].usual, roles[i].name};
        check_ports_of(c, roles[i].role, roles[i].name, used, &count);
    }
}

/* ---- MUA ----------------------------------------------------------------------------------- */

static bool has_msa(const struct check_host *h)
{
    return h->msa != NULL;
}

bool check_has_mda(const struct check_host *h)
{
    return h->mda != NULL;
}

static bool listens(const struct check *c, const struct check_host *h, int64_t port)
{
    return (h->msa && check_has_port(c, h->msa, port, 587)) ||
           (h->mta && check_has_port(c, h->mta, port, 25));
}

static void check_server(struct check *c, const struct check_host *client, const cJSON *mua)
{
    const cJSON *server = check_member(c, mua, "server");
    const cJSON *port = check_member(c, mua, "port");
    uint32_t host;

    if (!server && !cJSON_GetObjectItemCaseSensitive(mua, "server")) {
        if (c->broken)
            return;
        check_error(c, mua, "\"server\" is missing, and no host of the site takes mail");
        check_suggest(c, "name the host that takes what %q sends", client->name);
        return;
    }
    host = check_need_host(c, server);
    if (host == TABLE_NONE)
        return;
    if (!c->hosts[host].msa && !c->hosts[host].mta) {
        if (c->broken)
            return;
        check_error(c, server, "%q takes no mail: it has neither an msa nor an mta",
                    c->hosts[host].name);
        check_suggest_role(c, has_msa);
    } else if (cJSON_IsNumber(port) && !listens(c, &c->hosts[host], check_number(c, port))) {
        check_warning(c, port, "%q does not listen for mail on port %d", c->hosts[host].name,
                      check_number(c, port));
        check_suggest(c, "connections will be refused");
    }
}

/* Does some MTA or MDA serve the domain, or at least some zone hold it? */
bool check_known_domain(const struct check *c, struct text domain)
{
    struct text rest = domain;

    if (domain.size == 0 || domain.at[0] == '[' || table_get(&c->served, domain) != TABLE_NONE)
        return true;
    for (; rest.size > 0; rest = text_after(rest, text_find(rest, '.') + 1))
        if (table_get(&c->written_zones, rest) != TABLE_NONE)
            return true;
    return false;
}

static void search_domains(const struct check *c, struct check_nearest *n, const cJSON *role)
{
    const cJSON *list = check_list(c, role, "domains");

    for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
        if (cJSON_IsString(item))
            check_nearest_try(n, check_string(item));
}

/* An address in a domain that nobody serves: most often a slip, sometimes the lesson. */
void check_mailbox_domain(struct check *c, const cJSON *item, const char *what)
{
    struct text domain;
    struct check_nearest nearest;

    if (!cJSON_IsString(item) || check_is_bad(c, item) || c->broken)
        return;
    domain = check_domain_of(check_string(item));
    if (check_known_domain(c, domain))
        return;
    check_warning(c, item, "no host takes mail for %q, %s", domain, what);
    if (!check_is_kept(c))
        return;
    check_nearest_init(&nearest, domain);
    for (uint32_t i = 0; i < c->host_count; i++) {
        search_domains(c, &nearest, c->hosts[i].mta);
        search_domains(c, &nearest, c->hosts[i].mda);
    }
    check_suggest_nearest(c, &nearest);
}

static void check_mua(struct check *c, const struct check_host *h)
{
    check_server(c, h, h->mua);
    check_mailbox_domain(c, check_member(c, h->mua, "mailbox"),
                         "so answers and reports cannot come");
}

/* ---- amounts ------------------------------------------------------------------------------- */

void check_positive(struct check *c, const cJSON *object, const char *key, enum unit_kind kind)
{
    const cJSON *item = check_member(c, object, key);

    if (!item || check_amount(c, object, key, kind, 1) != 0)
        return;
    check_error(c, item, "%q cannot be zero", text_of(key));
    check_suggest(c, "write %s",
                  kind == UNIT_RATE       ? "a rate such as \"10Mbit/s\""
                  : kind == UNIT_DURATION ? "a duration such as \"5m\""
                                          : "a size such as \"10MB\"");
}

void check_at_most(struct check *c, const cJSON *object, const char *key, enum unit_kind kind,
                   int64_t most, const char *most_text)
{
    const cJSON *item = check_member(c, object, key);

    if (!item || check_amount(c, object, key, kind, 0) <= most)
        return;
    check_error(c, item, "%q is more than is possible", text_of(key));
    check_suggest(c, "at most \"%s\"", most_text);
}

/* ---- links --------------------------------------------------------------------------------- */

void check_traits(struct check *c, const cJSON *object)
{
    const cJSON *queue = check_member(c, object, "queue");

    check_positive(c, object, "rate", UNIT_RATE);
    check_at_most(c, object, "rate", UNIT_RATE, LINK_RATE_MAX_BITS, "1000Gbit/s");
    check_at_most(c, object, "latency", UNIT_DURATION, LINK_LATENCY_MAX_NS, "1d");
    check_at_most(c, object, "jitter", UNIT_DURATION, LINK_LATENCY_MAX_NS, "1d");
    check_at_most(c, object, "loss", UNIT_SHARE, 1000000, "100%");
    check_at_most(c, object, "queue", UNIT_SIZE, LINK_QUEUE_MAX, "1GB");
    if (queue && check_amount(c, object, "queue", UNIT_SIZE, 1500) < 1500) {
        check_error(c, queue, "\"queue\" is smaller than a packet, so none would pass");
        check_suggest(c, "at least \"1500B\"");
    }
    if (check_amount(c, object, "loss", UNIT_SHARE, 0) == 1000000)
        check_warning(c, check_member(c, object, "loss"), "nothing passes here: all is lost");
}

static void check_link(struct check *c, const cJSON *link, struct table *seen)
{
    const cJSON *between = check_list(c, link, "between");
    uint32_t a, b;
    struct buffer key;
    struct text copy;

    check_traits(c, link);
    if (!between || !between->child || !between->child->next)
        return;
    a = check_need_host(c, between->child);
    b = check_need_host(c, between->child->next);
    if (a == TABLE_NONE || b == TABLE_NONE)
        return;
    if (a == b) {
        check_error(c, between, "a link joins two hosts, not %q with itself", c->hosts[a].name);
        return;
    }
    buffer_init(&key, c->memory);
    buffer_put_int(&key, a < b ? a : b);
    buffer_put_char(&key, ' ');
    buffer_put_int(&key, a < b ? b : a);
    copy = text_copy(c->memory, buffer_text(&key));
    buffer_free(&key);
    if (table_get(seen, copy) != TABLE_NONE)
        check_error(c, between, "%q and %q have a link already", c->hosts[a].name,
                    c->hosts[b].name);
    table_set(seen, copy, 1);
    c->hosts[a].linked = c->hosts[b].linked = true;
}

static void check_links(struct check *c)
{
    const cJSON *links = check_list(c, c->root, "links");
    const cJSON *internet = check_object(c, c->root, "internet");
    struct table seen;

    table_init(&seen, c->memory, false);
    for (const cJSON *link = links ? links->child : NULL; link; link = link->next)
        if (cJSON_IsObject(link))
            check_link(c, link, &seen);
    table_free(&seen);
    if (internet)
        check_traits(c, internet);
}

/* ---- what never acts ----------------------------------------------------------------------- */

static bool has_role(const struct check_host *h)
{
    return h->mua || h->msa || h->mta || h->mda || h->dns || h->stranger || h->blocklist ||
           cJSON_GetObjectItemCaseSensitive(h->item, "bridge");
}

static void check_use(struct check *c, const struct check_host *h)
{
    bool router = check_bool(c, h->item, "router", false);

    if (c->broken || h->implied)
        return;
    if (!has_role(h) && !router && !h->linked) {
        check_warning_at_key(c, h->item, "%q never acts: it has no role and no link", h->name);
        check_suggest(c, "give it one of mua, msa, mta, mda, dns, stranger");
    } else if (!check_bool(c, h->item, "internet", true) && !h->linked) {
        check_warning_at_key(c, h->item,
                             "%q cannot be reached: it has no link and is not on the "
                             "internet",
                             h->name);
    } else if (router && !h->linked) {
        check_warning_at_key(c, h->item, "the router %q has no link to pass anything on", h->name);
    }
}

static void check_limits(struct check *c)
{
    const cJSON *limits = check_object(c, c->root, "limits");
    const cJSON *start = check_member(c, c->root, "start");
    int64_t unix_seconds;

    check_positive(c, limits, "time", UNIT_DURATION);
    check_positive(c, limits, "queue", UNIT_SIZE);
    check_positive(c, limits, "message", UNIT_SIZE);
    if (cJSON_IsString(start) && !clock_parse_utc(check_string(start), &unix_seconds)) {
        check_error(c, start, "there is no such date: %q", check_string(start));
        check_suggest(c, "a UTC date such as \"2026-03-02T09:00:00Z\"");
    }
}

void check_meaning(struct check *c)
{
    check_limits(c);
    check_links(c);
    check_addresses(c);
    for (uint32_t i = 0; i < c->host_count; i++) {
        const struct check_host *h = &c->hosts[i];

        check_host_name(c, h, i);
        check_ports(c, h);
        if (h->mua)
            check_mua(c, h);
        check_use(c, h);
    }
    check_meaning_mail(c);
    check_meaning_doors(c);
    check_meaning_policy(c);
    check_meaning_zones(c);
    check_meaning_timeline(c);
    check_meaning_lesson(c);
}
