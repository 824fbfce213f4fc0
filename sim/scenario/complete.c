/*
 * complete.c - what is implied about hosts: name server, domains, hand-over, servers, relay rules.
 *
 * Runs on whatever the check of structure left standing, so every look into the tree may find
 * nothing.  A key that is there is never replaced, not even a bad one.
 */
#include "sim/scenario/check.h"

/* ---- putting things into the tree ---------------------------------------------------------- */

cJSON *check_put(cJSON *object, const char *key, cJSON *item)
{
    cJSON_AddItemToObject(object, key, item);
    return item;
}

static cJSON *make_text(struct check *c, struct text t)
{
    return cJSON_CreateString(text_copy(c->memory, t).at);
}

cJSON *check_put_text(struct check *c, cJSON *object, const char *key, struct text t)
{
    return check_put(object, key, make_text(c, t));
}

cJSON *check_add_text(struct check *c, cJSON *list, struct text t)
{
    cJSON *item = make_text(c, t);

    cJSON_AddItemToArray(list, item);
    return item;
}

static bool has(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key) != NULL;
}

/* ---- name server --------------------------------------------------------------------------- */

static void add_name_server(struct check *c)
{
    cJSON *hosts = check_object(c, c->root, "hosts"), *item;
    const char *name = "ns";

    for (uint32_t i = 0; i < c->host_count; i++)
        if (has(c->hosts[i].item, "dns"))
            return;
    if (!hosts)
        return;
    if (check_host(c, TEXT("ns")) != TABLE_NONE)
        name = check_host(c, TEXT("name-server")) == TABLE_NONE ? "name-server" : NULL;
    if (!name)
        return;
    item = check_put(hosts, name, cJSON_CreateObject());
    check_put_text(c, check_put(item, "dns", cJSON_CreateObject()), "zones", TEXT("all"));
    check_add_host(c, item, true);
}

/* ---- domains and hand-over ----------------------------------------------------------------- */

/* The host that this MTA hands its domains' mail to: itself, another, or TABLE_NONE. */
static uint32_t mda_behind(const struct check *c, uint32_t host)
{
    const struct check_host *h = &c->hosts[host];
    const cJSON *written = check_list(c, h->mta, "domains");
    struct text deliver = check_text(c, h->mta, "deliver"), other;
    int64_t port;

    if (deliver.at && check_split_route(deliver, &other, &port))
        return check_host(c, other);
    if (h->mda)
        return host;
    if (h->site.size == 0 || (written && !written->child))
        return TABLE_NONE;
    return table_get(&c->mda_sites, h->site);
}

static cJSON *copy_of_domains(struct check *c, const cJSON *role, struct text otherwise)
{
    const cJSON *list = check_list(c, role, "domains");
    cJSON *copy = cJSON_CreateArray();

    for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
        if (cJSON_IsString(item))
            check_add_text(c, copy, check_string(item));
    if (!list && otherwise.size > 0)
        check_add_text(c, copy, otherwise);
    return copy;
}

static void complete_mta(struct check *c, uint32_t host)
{
    struct check_host *h = &c->hosts[host];
    uint32_t behind = mda_behind(c, host);
    struct buffer deliver;

    if (!has(h->mta, "domains")) {
        if (behind == TABLE_NONE)
            check_put(h->mta, "domains", cJSON_CreateArray());
        else
            check_put(h->mta, "domains", copy_of_domains(c, c->hosts[behind].mda, h->site));
    }
    if (has(h->mta, "deliver") || behind == TABLE_NONE)
        return;
    buffer_init(&deliver, c->memory);
    buffer_put_string(&deliver, behind == host ? "local" : "lmtp:");
    if (behind != host)
        buffer_put_text(&deliver, c->hosts[behind].name);
    check_put_text(c, h->mta, "deliver", buffer_text(&deliver));
    buffer_free(&deliver);
}

/* After the MTAs: an MDA takes over the domains of the MTA that delivers to it, of its own host's before
 * others', and listens for it. */
static void complete_mda_behind(struct check *c, uint32_t host, bool same)
{
    struct check_host *h = &c->hosts[host];
    uint32_t behind = mda_behind(c, host);
    cJSON *mda = behind == TABLE_NONE ? NULL : c->hosts[behind].mda;

    if (!mda || (behind == host) != same)
        return;
    if (!has(mda, "domains"))
        check_put(mda, "domains", copy_of_domains(c, h->mta, TEXT("")));
    if (behind != host && !has(mda, "ports"))
        cJSON_AddItemToArray(check_put(mda, "ports", cJSON_CreateArray()), cJSON_CreateNumber(24));
}

static void note_served(struct check *c, uint32_t host, const cJSON *role)
{
    const cJSON *list = check_list(c, role, "domains");

    for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
        if (cJSON_IsString(item) && table_get(&c->served, check_string(item)) == TABLE_NONE)
            table_set(&c->served, check_string(item), host);
}

static void complete_domains(struct check *c)
{
    for (uint32_t i = 0; i < c->host_count; i++)
        if (c->hosts[i].mta)
            complete_mta(c, i);
    for (int same = 1; same >= 0; same--)
        for (uint32_t i = 0; i < c->host_count; i++)
            if (c->hosts[i].mta)
                complete_mda_behind(c, i, same == 1);
    for (uint32_t i = 0; i < c->host_count; i++) {
        cJSON *mda = c->hosts[i].mda;

        if (mda && !has(mda, "domains"))
            check_put(mda, "domains", copy_of_domains(c, NULL, c->hosts[i].site));
        if (mda && !has(mda, "ports"))
            check_put(mda, "ports", cJSON_CreateArray());
        note_served(c, i, c->hosts[i].mta);
        note_served(c, i, mda);
    }
}

/* ---- the servers of MUAs ------------------------------------------------------------------- */

/* First host of each site and of each domain with an MSA, and with an MTA. */
struct servers {
    struct table msa, mta;
};

static void note_server(struct table *t, struct text domain, uint32_t host)
{
    if (domain.size > 0 && table_get(t, domain) == TABLE_NONE)
        table_set(t, domain, host);
}

static void find_servers(struct check *c, struct servers *s)
{
    table_init(&s->msa, c->memory, true);
    table_init(&s->mta, c->memory, true);
    for (uint32_t i = 0; i < c->host_count; i++) {
        const struct check_host *h = &c->hosts[i];
        const cJSON *list = check_list(c, h->mta, "domains");

        for (const cJSON *item = list ? list->child : NULL; item; item = item->next) {
            if (h->msa && cJSON_IsString(item))
                note_server(&s->msa, check_string(item), i);
            if (cJSON_IsString(item))
                note_server(&s->mta, check_string(item), i);
        }
        if (h->msa)
            note_server(&s->msa, h->site, i);
        if (h->mta)
            note_server(&s->mta, h->site, i);
    }
}

static int64_t first_port(const struct check *c, const cJSON *role, int64_t otherwise)
{
    const cJSON *list = check_list(c, role, "ports");

    return list && cJSON_IsNumber(list->child) ? check_number(c, list->child) : otherwise;
}

static void complete_mua(struct check *c, struct servers *s, cJSON *mua)
{
    struct text mailbox = check_text(c, mua, "mailbox");
    struct text domain = check_domain_of(mailbox.at ? mailbox : TEXT(""));
    uint32_t server;

    if (!has(mua, "server") && domain.size > 0) {
        server = table_get(&s->msa, domain);
        if (server == TABLE_NONE)
            server = table_get(&s->mta, domain);
        if (server != TABLE_NONE)
            check_put_text(c, mua, "server", c->hosts[server].name);
    }
    server = check_host(c, check_text(c, mua, "server"));
    if (!has(mua, "port") && server != TABLE_NONE) {
        const struct check_host *h = &c->hosts[server];
        int64_t port = h->msa ? first_port(c, h->msa, 587) : first_port(c, h->mta, 25);

        check_put(mua, "port", cJSON_CreateNumber((int)port));
    }
}

/* ---- relay rules --------------------------------------------------------------------------- */

/* Rules that a list holds already, so that a thousand MUAs of one network make one rule. */
static void add_rule(struct check *c, struct table *seen, uint32_t host, cJSON *rules,
                     const struct address_net *net)
{
    struct buffer rule;
    struct text key;

    buffer_init(&rule, c->memory);
    buffer_put_int(&rule, host);
    buffer_put_string(&rule, " allow from ");
    address_put(&rule, &net->address);
    if (net->prefix < 8 * address_size(&net->address)) {
        buffer_put_char(&rule, '/');
        buffer_put_int(&rule, net->prefix);
    }
    key = text_copy(c->memory, buffer_text(&rule));
    buffer_free(&rule);
    if (table_get(seen, key) != TABLE_NONE)
        return;
    table_set(seen, key, 1);
    check_add_text(c, rules, text_after(key, text_find(key, ' ') + 1));
}

/* One rule for each of the client's addresses: its site's network if it lies there, or itself. */
static void allow_client(struct check *c, struct table *seen, uint32_t host, cJSON *rules,
                         const struct check_host *client, bool network)
{
    cJSON *addresses = check_member(c, client->item, "address");

    for (cJSON *item = check_first(addresses); item; item = check_next(addresses, item)) {
        struct address_net net = {.prefix = 0};

        if (!cJSON_IsString(item) || !address_parse(check_string(item), &net.address))
            continue;
        net.prefix = (uint8_t)(8 * address_size(&net.address));
        for (int i = 0; i < 2 && network; i++)
            if (client->nets[i].prefix > 0 && address_net_holds(&client->nets[i], &net.address))
                net = client->nets[i];
        add_rule(c, seen, host, rules, &net);
    }
}

static void allow_smarthost(struct check *c, struct table *seen, const struct check_host *client)
{
    const cJSON *routes = check_object(c, check_queue_of(client), "routes");

    for (const cJSON *route = routes ? routes->child : NULL; route; route = route->next) {
        struct text name;
        int64_t port;
        uint32_t host;

        if (!cJSON_IsString(route) || !check_split_route(check_string(route), &name, &port))
            continue;
        host = check_host(c, name);
        if (host != TABLE_NONE && c->hosts[host].item != client->item) {
            cJSON *rules = check_list(c, check_queue_of(&c->hosts[host]), "relay");

            if (rules && !json_document_node(c->d, rules))
                allow_client(c, seen, host, rules, client, false);
        }
    }
}

/* Then a login decides, and no network. */
static bool has_users(const struct check *c, const struct check_host *h)
{
    const cJSON *users = check_object(c, h->msa, "users");

    return users && users->child;
}

void check_complete_relay(struct check *c)
{
    struct table seen;

    table_init(&seen, c->memory, false);
    for (uint32_t i = 0; i < c->host_count; i++) {
        cJSON *queue = check_queue_of(&c->hosts[i]);

        if (queue && !has(queue, "relay") && !(c->hosts[i].msa && has(c->hosts[i].msa, "relay"))) {
            cJSON *rules = check_put(queue, "relay", cJSON_CreateArray());

            if (has_users(c, &c->hosts[i]))
                check_add_text(c, rules, TEXT("allow login"));
        }
    }
    for (uint32_t i = 0; i < c->host_count; i++) {
        uint32_t host = check_host(c, check_text(c, c->hosts[i].mua, "server"));
        cJSON *rules;

        allow_smarthost(c, &seen, &c->hosts[i]);
        if (host == TABLE_NONE || has_users(c, &c->hosts[host]))
            continue;
        rules = check_list(c, check_queue_of(&c->hosts[host]), "relay");
        if (rules && !json_document_node(c->d, rules))
            allow_client(c, &seen, host, rules, &c->hosts[i], true);
    }
    for (uint32_t i = 0; i < c->host_count; i++) {
        cJSON *rules = check_list(c, check_queue_of(&c->hosts[i]), "relay");

        if (rules && !json_document_node(c->d, rules))
            check_add_text(c, rules, TEXT("refuse"));
    }
    table_free(&seen);
}

/* ---- all of it ----------------------------------------------------------------------------- */

void check_complete(struct check *c)
{
    struct servers servers;

    add_name_server(c);
    check_complete_policy(c);
    complete_domains(c);
    find_servers(c, &servers);
    for (uint32_t i = 0; i < c->host_count; i++)
        if (c->hosts[i].mua)
            complete_mua(c, &servers, c->hosts[i].mua);
    table_free(&servers.msa);
    table_free(&servers.mta);
    check_complete_doors(c);
    check_complete_queues(c);
    check_complete_addresses(c);
    check_complete_relay(c);
    check_complete_zones(c);
}
