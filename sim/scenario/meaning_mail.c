/*
 * meaning_mail.c - what it means together, second part: MSA, MTA and MDA.
 */
#include "sim/scenario/check.h"

/* ---- references to hosts inside texts ------------------------------------------------------ */

/* The host of "lmtp:HOST" or "smarthost:HOST"; TABLE_NONE for others, and if there is no such host. */
static uint32_t host_of_route(struct check *c, const cJSON *item, int64_t *port_out)
{
    struct text name;
    int64_t port;
    uint32_t host;

    if (!cJSON_IsString(item) || check_is_bad(c, item) ||
        !check_split_route(check_string(item), &name, &port))
        return TABLE_NONE;
    if (port > 65535) {
        check_error(c, item, "there is no port %d", port);
        check_suggest(c, "ports end at 65535");
    }
    *port_out = port;
    host = check_host(c, name);
    if (host == TABLE_NONE) {
        check_error(c, item, "there is no host %q", name);
        check_suggest_host(c, name);
    }
    return host;
}

static bool has_mta(const struct check_host *h)
{
    return h->mta != NULL;
}

static void check_listens(struct check *c, const cJSON *item, const struct check_host *h, bool lmtp,
                          int64_t port)
{
    bool heard = lmtp ? check_has_port(c, h->mda, port, 0)
                      : (h->mta && check_has_port(c, h->mta, port, 25)) ||
                            (h->msa && check_has_port(c, h->msa, port, 587));

    if (heard)
        return;
    check_warning(c, item, "%q does not listen for %s on port %d", h->name, lmtp ? "LMTP" : "mail",
                  port);
    check_suggest(c, "connections will be refused");
}

static void check_route(struct check *c, uint32_t self, const cJSON *item)
{
    int64_t port;
    uint32_t host = host_of_route(c, item, &port);
    bool lmtp;

    if (host == TABLE_NONE || (c->broken && host != self))
        return;
    lmtp = item->valuestring[0] == 'l';
    if (host == self) {
        check_error(c, item, "%q would send to itself", c->hosts[self].name);
        check_suggest(c, "name another host, or \"mx\"");
    } else if (lmtp && !c->hosts[host].mda) {
        check_error(c, item, "%q has no mda to take mail by LMTP", c->hosts[host].name);
        check_suggest_role(c, check_has_mda);
    } else if (!lmtp && !c->hosts[host].mta && !c->hosts[host].msa) {
        check_error(c, item, "%q takes no mail: it has neither an msa nor an mta",
                    c->hosts[host].name);
        check_suggest_role(c, has_mta);
    } else if (port <= 65535) {
        check_listens(c, item, &c->hosts[host], lmtp, port > 0 ? port : lmtp ? 24 : 25);
    }
}

/* Where everything goes that no pattern fits: the smarthost of "*", or TABLE_NONE. */
static uint32_t default_smarthost(const struct check *c, uint32_t host)
{
    const cJSON *routes = check_object(c, check_queue_of(&c->hosts[host]), "routes");
    struct text route = check_text(c, routes, "*"), name;
    int64_t port;

    if (!route.at || route.at[0] != 's' || !check_split_route(route, &name, &port))
        return TABLE_NONE;
    return check_host(c, name);
}

/* Smarthosts that go round: a legal thing to simulate (RFC 5321 6.3), so only a warning, once for each
 * ring, at its first host. */
static void check_rings(struct check *c)
{
    uint8_t *state = memory_take_clear(c->memory, c->host_count + 1); /* 1 on the way, 2 done */

    for (uint32_t i = 0; i < c->host_count; i++) {
        uint32_t at = i;

        while (at != TABLE_NONE && state[at] == 0) {
            state[at] = 1;
            at = default_smarthost(c, at);
        }
        if (at != TABLE_NONE && state[at] == 1 && default_smarthost(c, at) != at) {
            const cJSON *routes = check_object(c, check_queue_of(&c->hosts[at]), "routes");

            check_warning(c, check_member(c, routes, "*"),
                          "what %q sends to its smarthost comes back to it", c->hosts[at].name);
            check_suggest(c, "mail goes round until it has too many Received lines");
        }
        for (at = i; at != TABLE_NONE && state[at] == 1; at = default_smarthost(c, at))
            state[at] = 2;
    }
    memory_give(c->memory, state, c->host_count + 1);
}

/* ---- relay rules --------------------------------------------------------------------------- */

/* The network that a CIDR with bits beyond its prefix belongs to. */
static void suggest_network(struct check *c, struct text cidr)
{
    size_t slash = text_find(cidr, '/');
    struct address address;
    int64_t prefix;
    struct buffer b;

    if (!address_parse(text_from(cidr.at, slash), &address) ||
        !text_to_int(text_after(cidr, slash + 1), &prefix))
        return;
    if (prefix > 8 * (int64_t)address_size(&address)) {
        check_suggest(c, "the prefix is at most %d bits", (int64_t)(8 * address_size(&address)));
        return;
    }
    for (size_t bit = (size_t)prefix; bit < 8 * address_size(&address); bit++)
        address.octets[bit / 8] &= (uint8_t) ~(0x80U >> bit % 8);
    buffer_init(&b, c->memory);
    address_put(&b, &address);
    buffer_put_char(&b, '/');
    buffer_put_int(&b, prefix);
    check_suggest(c, "did you mean \"%t\"?", buffer_text(&b));
    buffer_free(&b);
}

static void check_rule(struct check *c, const struct check_host *h, const cJSON *item)
{
    struct text rule = check_string(item);
    size_t from = text_find(rule, ' ') + 1;
    struct text rest = text_after(rule, from);
    struct address_net net;

    if (text_starts_nocase(rest, TEXT("from ")) && !address_net_parse(text_after(rest, 5), &net)) {
        check_error(c, item, "%q is not a network", text_after(rest, 5));
        suggest_network(c, text_after(rest, 5));
    }
    if (text_equal(rest, TEXT("login")) && !check_object(c, h->msa, "users")) {
        check_warning(c, item, "nobody can log in here: the host has no users");
        check_suggest(c, "write \"users\" in its msa");
    }
}

static void check_rules(struct check *c, const struct check_host *h, const cJSON *role)
{
    const cJSON *list = check_list(c, role, "relay"), *last = NULL;

    for (const cJSON *item = list ? list->child : NULL; item; item = item->next) {
        if (!cJSON_IsString(item) || check_is_bad(c, item))
            continue;
        check_rule(c, h, item);
        if (last) {
            check_warning(c, item, "this rule never acts: %q before it fits everybody",
                          check_string(last));
            break;
        }
        if (text_equal(check_string(item), TEXT("refuse")) ||
            text_equal(check_string(item), TEXT("allow anyone")) ||
            text_equal(check_string(item), TEXT("refuse anyone")))
            last = item;
    }
}

/* ---- the queue ----------------------------------------------------------------------------- */

void check_report_twice(struct check *c, const cJSON *item)
{
    check_error(c, item, "%q stands in the list twice", check_string(item));
    check_suggest(c, "take one of them away");
}

void check_domain_list(struct check *c, const cJSON *role)
{
    const cJSON *list = check_list(c, role, "domains");
    struct table seen;

    table_init(&seen, c->memory, true);
    for (const cJSON *item = list ? list->child : NULL; item; item = item->next) {
        if (!cJSON_IsString(item) || check_is_bad(c, item) ||
            !check_name_size(c, item, check_string(item), false))
            continue;
        if (table_get(&seen, check_string(item)) != TABLE_NONE)
            check_report_twice(c, item);
        table_set(&seen, check_string(item), 1);
    }
    table_free(&seen);
}

static void check_deliver(struct check *c, uint32_t self)
{
    const struct check_host *h = &c->hosts[self];
    const cJSON *deliver = check_member(c, h->mta, "deliver");

    if (!cJSON_IsString(deliver))
        return;
    check_route(c, self, deliver);
    if (text_equal(check_string(deliver), TEXT("local")) && !h->mda && !c->broken) {
        check_error(c, deliver, "%q has no mda to deliver to", h->name);
        check_suggest(c, "write \"lmtp:HOST\", or give it an mda");
    }
}

/* On a host with both, the MTA's rules hold for submission too. */
static void check_msa_beside_mta(struct check *c, const struct check_host *h)
{
    for (const cJSON *item = h->msa->child; item; item = item->next) {
        const struct schema_key *key = schema_find(&schema_msa, text_of(item->string));

        if (!key || !(key->flags & SCHEMA_QUEUE))
            continue;
        check_error_at_key(c, item, "%q stands in the mta of this host: one queue serves both",
                           text_of(item->string));
        check_suggest(c, "move it to \"mta\"");
    }
}

/* Whom it delivers to itself it knows itself. */
static void check_ask(struct check *c, const struct check_host *h)
{
    const cJSON *recipients = check_member(c, h->mta, "recipients");
    const cJSON *rules = check_list(c, h->mta, "relay");
    struct text deliver = check_text(c, h->mta, "deliver"), host;
    int64_t port;

    if (!cJSON_IsString(recipients) || !text_equal(check_string(recipients), TEXT("ask")) ||
        c->broken || (deliver.at && check_split_route(deliver, &host, &port)))
        return;
    for (const cJSON *rule = rules ? rules->child : NULL; rule; rule = rule->next)
        if (cJSON_IsString(rule) && text_starts_nocase(check_string(rule), TEXT("allow to ")))
            return;
    check_warning(c, recipients, "%q has nobody to ask: its mailboxes are its own", h->name);
    check_suggest(c, "\"known\" comes to the same");
}

static void check_login(struct check *c, const cJSON *queue)
{
    const cJSON *login = check_member(c, queue, "login");
    const cJSON *routes = check_object(c, queue, "routes");

    for (const cJSON *route = routes ? routes->child : NULL; route; route = route->next)
        if (cJSON_IsString(route) && text_starts_nocase(check_string(route), TEXT("smarthost:")))
            return;
    if (!login || c->broken)
        return;
    check_warning_at_key(c, login, "nobody is told this login: no route leads to a smarthost");
    check_suggest(c, "such as \"routes\": { \"*\": \"smarthost:HOST:587\" }");
}

static void check_queue(struct check *c, uint32_t self)
{
    const struct check_host *h = &c->hosts[self];
    const cJSON *queue = check_queue_of(h), *routes = check_object(c, queue, "routes");

    if (h->mta && h->msa)
        check_msa_beside_mta(c, h);
    for (const cJSON *item = routes ? routes->child : NULL; item; item = item->next)
        check_route(c, self, item);
    check_login(c, queue);
    check_rules(c, h, queue);
    check_queue_keys(c, queue);
    if (!h->mta)
        return;
    check_domain_list(c, h->mta);
    check_deliver(c, self);
    check_ask(c, h);
}

void check_meaning_mail(struct check *c)
{
    for (uint32_t i = 0; i < c->host_count; i++) {
        if (check_queue_of(&c->hosts[i]))
            check_queue(c, i);
        if (c->hosts[i].mda)
            check_meaning_mda(c, &c->hosts[i]);
    }
    check_rings(c);
}
