/*
 * model.c - from the completed tree to the structs of scenario.h and agents/config/config.h.
 *
 * Everything has been checked and is there, so nothing here can fail; what would be missing is our
 * bug.  Texts are borrowed from the tree.
 */
#include <assert.h>

#include "sim/json/write.h"
#include "sim/kernel/clock.h"
#include "sim/mail/address.h"
#include "sim/mail/dsn.h"
#include "sim/scenario/model_parts.h"
#include "sim/smtp/extensions.h"

/* Room for one more than `count`, so that there is always an array. */
void *model_take(struct check *c, size_t count, size_t size)
{
    return memory_take_clear(c->memory, (count + 1) * size);
}

size_t model_length(const cJSON *container)
{
    size_t count = 0;

    for (const cJSON *child = container ? container->child : NULL; child; child = child->next)
        count++;
    return count;
}

struct text *model_texts(struct check *c, const cJSON *list, size_t *count)
{
    struct text *texts, *next;

    *count = model_length(list);
    texts = next = model_take(c, *count, sizeof *texts);
    for (const cJSON *child = list ? list->child : NULL; child; child = child->next)
        *next++ = check_string(child);
    return texts;
}

uint16_t *model_ports(struct check *c, const cJSON *list, size_t *count)
{
    uint16_t *ports, *next;

    *count = model_length(list);
    ports = next = model_take(c, *count, sizeof *ports);
    for (const cJSON *child = list ? list->child : NULL; child; child = child->next)
        *next++ = (uint16_t)check_number(c, child);
    return ports;
}

struct text model_text(struct text t)
{
    return t.at ? t : TEXT("");
}

/* ---- rules and routes ---------------------------------------------------------------------- */

static struct relay_rule rule_of(struct text words)
{
    struct relay_rule rule = {.words = words};
    struct text rest = words;
    size_t space = text_find(rest, ' ');

    rule.allow = text_equal(text_from(rest.at, space), TEXT("allow"));
    rest = text_after(rest, space + 1);
    space = text_find(rest, ' ');
    if (text_equal(text_from(rest.at, space), TEXT("from"))) {
        rule.match = RELAY_FROM;
        address_net_parse(text_after(rest, space + 1), &rule.net);
    } else if (text_equal(text_from(rest.at, space), TEXT("to"))) {
        rule.match = RELAY_TO;
        rule.domain = text_after(rest, space + 1);
    } else {
        rule.match = text_equal(rest, TEXT("login")) ? RELAY_LOGIN : RELAY_ANYONE;
    }
    return rule;
}

static void make_rules(struct check *c, const cJSON *list, struct mta_config *out)
{
    struct relay_rule *rules = model_take(c, model_length(list), sizeof *rules);
    size_t count = 0;

    for (const cJSON *child = list ? list->child : NULL; child; child = child->next)
        rules[count++] = rule_of(check_string(child));
    out->relay = rules;
    out->relay_count = count;
}

static struct mail_route_rule route_of(const cJSON *item)
{
    struct mail_route_rule rule = {.pattern = text_of(item->string), .host = TEXT("")};
    struct text route = check_string(item);
    int64_t port;

    if (check_split_route(route, &rule.host, &port)) {
        rule.kind = route.at[0] == 'l' ? MAIL_ROUTE_LMTP : MAIL_ROUTE_SMARTHOST;
        rule.port = (uint16_t)port;
    } else {
        rule.kind = text_equal(route, TEXT("refuse")) ? MAIL_ROUTE_REFUSE : MAIL_ROUTE_MX;
    }
    return rule;
}

/* A whole domain before ".domain", the longer before the shorter, "*" last. */
static bool more_exact(const struct mail_route_rule *a, const struct mail_route_rule *b)
{
    bool a_whole = a->pattern.at[0] != '.' && a->pattern.at[0] != '*';
    bool b_whole = b->pattern.at[0] != '.' && b->pattern.at[0] != '*';

    if (a_whole != b_whole)
        return a_whole;
    return a->pattern.size > b->pattern.size;
}

static void merge_routes(struct mail_route_rule *items, struct mail_route_rule *room, size_t count)
{
    size_t half = count / 2, a = 0, b = half;

    if (count < 2)
        return;
    merge_routes(items, room, half);
    merge_routes(items + half, room, count - half);
    for (size_t i = 0; i < count; i++) {
        bool second = a == half || (b < count && more_exact(&items[b], &items[a]));

        room[i] = items[second ? b++ : a++];
    }
    memcpy(items, room, count * sizeof *items);
}

/* The MTA takes the first pattern that fits, so the most exact come first. */
static void make_routes(struct check *c, const cJSON *map, struct mta_config *out)
{
    size_t count = model_length(map), i = 0;
    struct mail_route_rule *rules = model_take(c, count, sizeof *rules);
    struct mail_route_rule *room = model_take(c, count, sizeof *rules);

    for (const cJSON *child = map ? map->child : NULL; child; child = child->next)
        rules[i++] = route_of(child);
    merge_routes(rules, room, count);
    memory_give(c->memory, room, (count + 1) * sizeof *room);
    out->routes = rules;
    out->route_count = count;
}

/* ---- doors --------------------------------------------------------------------------------- */

static struct login_config login_of(struct check *c, const cJSON *object)
{
    const cJSON *login = check_object(c, object, "login");

    return (struct login_config){.user = model_text(check_text(c, login, "user")),
                                 .password = model_text(check_text(c, login, "password"))};
}

enum tls_policy model_tls_policy(struct check *c, const cJSON *role)
{
    struct text tls = model_text(check_text(c, role, "tls"));

    return text_equal(tls, TEXT("required"))  ? TLS_REQUIRED
           : text_equal(tls, TEXT("offered")) ? TLS_OFFERED
                                              : TLS_NONE;
}

static enum tls_wish tls_wish_of(struct check *c, const cJSON *client)
{
    struct text tls = model_text(check_text(c, client, "tls"));

    return text_equal(tls, TEXT("implicit"))   ? TLS_WISH_IMPLICIT
           : text_equal(tls, TEXT("starttls")) ? TLS_WISH_STARTTLS
                                               : TLS_WISH_NONE;
}

static void make_users(struct check *c, const cJSON *msa, struct mta_config *out)
{
    const cJSON *map = check_object(c, msa, "users");
    struct login_config *users = model_take(c, model_length(map), sizeof *users);

    for (const cJSON *user = map ? map->child : NULL; user; user = user->next)
        users[out->user_count++] =
            (struct login_config){.user = text_of(user->string), .password = check_string(user)};
    out->users = users;
    out->senders_any = text_equal(model_text(check_text(c, msa, "senders")), TEXT("any"));
    out->submission_tls = model_tls_policy(c, msa);
}

static void make_collect(struct check *c, const cJSON *collect, struct collect_config *out)
{
    out->server = model_text(check_text(c, collect, "from"));
    out->port = (uint16_t)check_int(c, collect, "port", 110);
    out->login = login_of(c, collect);
    out->tls = tls_wish_of(c, collect);
    out->every_ns = check_amount(c, collect, "every", UNIT_DURATION, 0);
    out->keep = check_bool(c, collect, "keep", false);
}

/* ---- roles --------------------------------------------------------------------------------- */

static const struct mua_config *make_mua(struct check *c, const cJSON *mua)
{
    struct mua_config *out = model_take(c, 1, sizeof *out);

    out->mailbox = check_text(c, mua, "mailbox");
    out->name = model_text(check_text(c, mua, "name"));
    out->server = check_text(c, mua, "server");
    out->port = (uint16_t)check_int(c, mua, "port", 587);
    out->login = login_of(c, mua);
    out->tls = tls_wish_of(c, mua);
    make_collect(c, check_object(c, mua, "collect"), &out->collect);
    return out;
}

uint32_t model_extensions(const cJSON *words)
{
    uint32_t set = 0;

    for (const cJSON *word = words ? words->child : NULL; word; word = word->next) {
        enum smtp_extension_index index = smtp_extension_find(check_string(word));

        if (index != SMTP_EXTENSION_COUNT)
            set |= UINT32_C(1) << index;
    }
    return set;
}

/* One configuration for the MTA, the MSA, or both; see config.h. */
static const struct mta_config *make_mta(struct check *c, const struct check_host *h)
{
    struct mta_config *out = model_take(c, 1, sizeof *out);
    const cJSON *queue = check_queue_of(h), *domains = check_list(c, h->mta, "domains");
    struct text deliver = check_text(c, h->mta, "deliver"), host;
    struct text recipients = model_text(check_text(c, h->mta, "recipients"));
    int64_t port;

    out->relay_ports = model_ports(c, check_list(c, h->mta, "ports"), &out->relay_port_count);
    out->submission_ports =
        model_ports(c, check_list(c, h->msa, "ports"), &out->submission_port_count);
    make_users(c, h->msa, out);
    out->relay_tls = model_tls_policy(c, h->mta);
    if (!h->mta)
        domains = check_list(c, h->mda, "domains");
    out->domains = model_texts(c, domains, &out->domain_count);
    out->recipients = text_equal(recipients, TEXT("any"))   ? RECIPIENTS_ANY
                      : text_equal(recipients, TEXT("ask")) ? RECIPIENTS_ASK
                                                            : RECIPIENTS_KNOWN;
    out->smarthost_login = login_of(c, queue);
    out->null_mx_refused = text_equal(model_text(check_text(c, queue, "null_mx")), TEXT("refuse"));
    make_rules(c, check_list(c, queue, "relay"), out);
    make_routes(c, check_object(c, queue, "routes"), out);
    out->deliver_host = TEXT("");
    if (deliver.at && check_split_route(deliver, &host, &port)) {
        out->deliver_host = host;
        out->deliver_port = (uint16_t)(port > 0 ? port : 24);
    }
    check_make_queue(c, queue, out);
    out->size_limit_octets = check_amount(c, queue, "max_size", UNIT_SIZE, 0);
    out->recipients_limit = (uint32_t)check_int(c, queue, "max_recipients", 1000);
    out->hop_limit = (uint32_t)check_int(c, queue, "max_hops", 100);
    out->without = model_extensions(check_list(c, queue, "without"));
    out->vrfy_refused = !check_bool(c, queue, "vrfy", true);
    out->chunking = check_bool(c, queue, "chunking", false);
    out->bare_lf_kept = text_equal(model_text(check_text(c, queue, "bare_lf")), TEXT("kept"));
    out->bare_lf_ends = text_equal(model_text(check_text(c, queue, "bare_lf")), TEXT("ends_line"));
    model_filter(c, h, &out->filter);
    return out;
}

/* RFC 5321 4.1.2: sent with as few quotes as may be, and found again in the same form. */
struct text model_least_quoted(struct check *c, struct text as_written)
{
    struct mail_address address;
    struct buffer b;
    struct text copy;

    if (as_written.size == 0 || as_written.at[0] != '"' ||
        !mail_address_parse(as_written, &address, NULL))
        return as_written;
    buffer_init(&b, c->memory);
    mail_address_put(&b, &address);
    copy = text_copy(c->memory, buffer_text(&b));
    buffer_free(&b);
    return copy;
}

static const struct text *addresses_of(struct check *c, const cJSON *list, size_t *count)
{
    struct text *addresses = model_texts(c, list, count);

    for (size_t i = 0; i < *count; i++)
        addresses[i] = model_least_quoted(c, addresses[i]);
    return addresses;
}

/* ---- hosts --------------------------------------------------------------------------------- */

static void make_addresses(struct check *c, const cJSON *list, struct scenario_host *out)
{
    static const uint8_t order[2] = {ADDRESS_IPV4, ADDRESS_IPV6};

    out->addresses = model_take(c, model_length(list), sizeof *out->addresses);
    for (int i = 0; i < 2; i++)
        for (const cJSON *child = list->child; child; child = child->next) {
            struct address address;

            if (address_parse(check_string(child), &address) && address.family == order[i])
                out->addresses[out->address_count++] = address;
        }
}

static void make_host(struct check *c, const struct check_host *h, struct scenario_host *out)
{
    const cJSON *zones = cJSON_GetObjectItemCaseSensitive(h->dns, "zones");

    out->name = h->name;
    make_addresses(c, check_list(c, h->item, "address"), out);
    out->internet = check_bool(c, h->item, "internet", true);
    out->router = check_bool(c, h->item, "router", false);
    if (h->stranger)
        out->stranger = model_stranger(c, h);
    if (h->blocklist)
        out->blocklist = model_blocklist(c, h->blocklist);
    if (h->mua)
        out->mua = make_mua(c, h->mua);
    if (h->mta || h->msa)
        out->mta = make_mta(c, h);
    if (h->mda)
        out->mda = model_mda(c, h->mda);
    out->name_server = h->dns != NULL;
    out->all_zones = cJSON_IsString(zones);
    if (cJSON_IsArray(zones))
        out->zone_names = model_texts(c, zones, &out->zone_name_count);
}

static void make_hosts(struct check *c)
{
    struct scenario *s = c->s;

    s->hosts = model_take(c, c->host_count, sizeof *s->hosts);
    s->host_count = c->host_count;
    for (uint32_t i = 0; i < c->host_count; i++) {
        make_host(c, &c->hosts[i], &s->hosts[i]);
        table_set(&s->host_names, s->hosts[i].name, i);
    }
}

/* ---- links --------------------------------------------------------------------------------- */

static void make_traits(struct check *c, const cJSON *object, struct scenario_link *out)
{
    out->latency_ns = check_amount(c, object, "latency", UNIT_DURATION, 0);
    out->jitter_ns = check_amount(c, object, "jitter", UNIT_DURATION, 0);
    out->rate_bits = check_amount(c, object, "rate", UNIT_RATE, 0);
    out->loss_ppm = (uint32_t)check_amount(c, object, "loss", UNIT_SHARE, 0);
    out->queue_octets = check_amount(c, object, "queue", UNIT_SIZE, 0);
}

static void make_links(struct check *c)
{
    const cJSON *links = check_list(c, c->root, "links");
    struct scenario *s = c->s;

    s->links = model_take(c, model_length(links), sizeof *s->links);
    for (const cJSON *item = links->child; item; item = item->next) {
        struct scenario_link *link = &s->links[s->link_count++];
        const cJSON *between = check_list(c, item, "between");

        link->a = check_host(c, check_string(between->child));
        link->b = check_host(c, check_string(between->child->next));
        make_traits(c, item, link);
    }
    make_traits(c, check_object(c, c->root, "internet"), &s->internet);
}

/* ---- letters ------------------------------------------------------------------------------- */

static uint8_t notify_of(const cJSON *words)
{
    uint8_t all = 0;

    for (const cJSON *word = words ? words->child : NULL; word; word = word->next) {
        uint8_t bit = 0;
        bool known = dsn_notify_parse(check_string(word), &bit);

        assert(known);
        (void)known;
        all |= bit;
    }
    return all;
}

static void make_notify_each(struct check *c, const cJSON *map, struct send_config *send)
{
    struct send_notify *each = model_take(c, model_length(map), sizeof *each);

    for (const cJSON *child = map ? map->child : NULL; child; child = child->next)
        each[send->notify_each_count++] =
            (struct send_notify){model_least_quoted(c, text_of(child->string)), notify_of(child)};
    send->notify_each = each;
}

void check_make_send(struct check *c, const cJSON *item, struct scenario_entry *out)
{
    struct send_config *send = &out->send;
    struct text from = check_text(c, item, "from");

    send->null_sender = from.at && (from.size == 0 || text_equal(from, TEXT("<>")));
    send->from = send->null_sender ? TEXT("") : model_least_quoted(c, model_text(from));
    send->to = addresses_of(c, check_list(c, item, "to"), &send->to_count);
    send->cc = addresses_of(c, check_list(c, item, "cc"), &send->cc_count);
    send->bcc = addresses_of(c, check_list(c, item, "bcc"), &send->bcc_count);
    send->subject = model_text(check_text(c, item, "subject"));
    send->body = model_text(check_text(c, item, "body"));
    send->as_written = text_equal(model_text(check_text(c, item, "line_ends")), TEXT("as_written"));
    send->size_octets = check_amount(c, item, "size", UNIT_SIZE, 0);
    send->server = model_text(check_text(c, item, "server"));
    send->port = (uint16_t)check_int(c, item, "port", send->server.size > 0 ? 25 : 0);
    send->notify = notify_of(check_list(c, item, "notify"));
    make_notify_each(c, check_object(c, item, "notify"), send);
    send->envid = model_text(check_text(c, item, "envid"));
    dsn_ret_parse(check_text(c, item, "ret"), &send->ret);
    out->times = check_int(c, item, "times", 1);
    out->every_ns = check_amount(c, item, "every", UNIT_DURATION, 0);
}

/* ---- the whole ----------------------------------------------------------------------------- */

void check_make_model(struct check *c)
{
    struct scenario *s = c->s;
    const cJSON *limits = check_object(c, c->root, "limits");

    s->title = model_text(check_text(c, c->root, "title"));
    s->note = model_text(check_text(c, c->root, "note"));
    s->seed = (uint64_t)check_int(c, c->root, "seed", 1);
    clock_parse_utc(check_text(c, c->root, "start"), &s->start_unix);
    s->limits.time_ns = check_amount(c, limits, "time", UNIT_DURATION, 0);
    s->limits.events = check_int(c, limits, "events", 0);
    s->limits.queue_octets = check_amount(c, limits, "queue", UNIT_SIZE, 0);
    s->limits.message_octets = check_amount(c, limits, "message", UNIT_SIZE, 0);
    s->limits.nesting = check_int(c, limits, "nesting", 0);
    s->expect_count = (uint32_t)model_length(check_list(c, c->root, "expect"));
    make_hosts(c);
    make_links(c);
    check_make_timeline(c);
    check_make_zones(c);
}
