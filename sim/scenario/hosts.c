/*
 * hosts.c - the hosts of a scenario by name, and the sites that they belong to.
 *
 * A site is a domain with the hosts that live in it: the parent of a host's name (uni.example for
 * mail.uni.example), or, for a name without a dot, the domain of the mailbox of its MUA, or the first
 * domain that it serves.
 */
#include "sim/scenario/check.h"

struct text check_domain_of(struct text mailbox)
{
    for (size_t i = mailbox.size; i > 0; i--)
        if (mailbox.at[i - 1] == '@')
            return text_after(mailbox, i);
    return TEXT("");
}

static struct text first_domain(const struct check *c, const cJSON *role)
{
    const cJSON *list = check_list(c, role, "domains");

    return list && cJSON_IsString(list->child) && !check_is_bad(c, list->child)
               ? check_string(list->child)
               : TEXT("");
}

static struct text site_of(const struct check *c, const struct check_host *h)
{
    size_t dot = text_find(h->name, '.');
    struct text mailbox = check_text(c, h->mua, "mailbox"), served;

    if (dot < h->name.size)
        return text_after(h->name, dot + 1);
    if (mailbox.at) {
        struct text domain = check_domain_of(mailbox);

        return domain.size > 0 && domain.at[0] != '[' ? domain : TEXT("");
    }
    served = first_domain(c, h->mta);
    return served.size > 0 ? served : first_domain(c, h->mda);
}

uint32_t check_add_host(struct check *c, cJSON *item, bool implied)
{
    size_t size = sizeof *c->hosts;
    struct check_host *h;

    if (c->host_count == c->host_capacity) {
        uint32_t more = c->host_capacity ? c->host_capacity * 2 : 16;

        c->hosts = memory_grow(c->memory, c->hosts, c->host_capacity * size, more * size);
        c->host_capacity = more;
    }
    h = &c->hosts[c->host_count];
    *h = (struct check_host){.name = text_of(item->string),
                             .item = item,
                             .mua = check_object(c, item, "mua"),
                             .msa = check_object(c, item, "msa"),
                             .mta = check_object(c, item, "mta"),
                             .mda = check_object(c, item, "mda"),
                             .dns = check_object(c, item, "dns"),
                             .stranger = check_object(c, item, "stranger"),
                             .blocklist = check_object(c, item, "blocklist"),
                             .implied = implied};
    h->site = site_of(c, h);
    if (table_get(&c->host_names, h->name) == TABLE_NONE)
        table_set(&c->host_names, h->name, c->host_count);
    return c->host_count++;
}

void check_find_hosts(struct check *c)
{
    cJSON *hosts = check_object(c, c->root, "hosts");

    for (cJSON *item = hosts ? hosts->child : NULL; item; item = item->next)
        if (cJSON_IsObject(item))
            check_add_host(c, item, false);
    for (uint32_t i = 0; i < c->host_count; i++)
        if (c->hosts[i].mda && table_get(&c->mda_sites, c->hosts[i].site) == TABLE_NONE)
            table_set(&c->mda_sites, c->hosts[i].site, i);
}

uint32_t check_host(const struct check *c, struct text name)
{
    return name.at ? table_get(&c->host_names, name) : TABLE_NONE;
}

bool check_split_route(struct text route, struct text *host, int64_t *port)
{
    size_t colon = text_find(route, ':'), second;
    struct text rest;

    *port = 0;
    if (!text_equal(text_from(route.at, colon), TEXT("lmtp")) &&
        !text_equal(text_from(route.at, colon), TEXT("smarthost")))
        return false;
    rest = text_after(route, colon + 1);
    second = text_find(rest, ':');
    *host = text_from(rest.at, second);
    if (second < rest.size)
        text_to_int(text_after(rest, second + 1), port);
    return true;
}

cJSON *check_queue_of(const struct check_host *h)
{
    return h->mta ? h->mta : h->msa;
}

bool check_domains_hold(const struct check *c, const cJSON *role, struct text domain)
{
    const cJSON *list = check_list(c, role, "domains");

    for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
        if (cJSON_IsString(item) && text_equal_nocase(check_string(item), domain))
            return true;
    return false;
}

bool check_has_port(const struct check *c, const cJSON *role, int64_t port, int64_t otherwise)
{
    const cJSON *list = check_list(c, role, "ports");

    if (!list)
        return port == otherwise;
    for (const cJSON *item = list->child; item; item = item->next)
        if (cJSON_IsNumber(item) && check_number(c, item) == port)
            return true;
    return false;
}
