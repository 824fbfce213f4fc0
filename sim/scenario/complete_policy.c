/*
 * complete_policy.c - what is implied about a blocklist: its zone, its mailbox, and the roles it needs.
 */
#include "sim/scenario/check.h"

static bool has(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key) != NULL;
}

/* The mailbox of an address becomes one of a new MDA, its domain that of a new MTA. */
static void put_roles(struct check *c, struct check_host *h, struct text mailbox)
{
    struct text domain = check_domain_of(mailbox);
    cJSON *boxes;

    if (domain.size == 0)
        return;
    if (!has(h->item, "mta")) {
        h->mta = check_put(h->item, "mta", cJSON_CreateObject());
        check_add_text(c, check_put(h->mta, "domains", cJSON_CreateArray()), domain);
    }
    if (has(h->item, "mda"))
        return;
    h->mda = check_put(h->item, "mda", cJSON_CreateObject());
    boxes = check_put(h->mda, "mailboxes", cJSON_CreateArray());
    check_add_text(c, boxes, text_from(mailbox.at, mailbox.size - domain.size - 1));
}

static void complete_blocklist(struct check *c, struct check_host *h)
{
    struct text zone;
    struct buffer mailbox;

    if (!has(h->blocklist, "zone") && h->site.size > 0)
        check_put_text(c, h->blocklist, "zone", h->site);
    zone = check_text(c, h->blocklist, "zone");
    if (!zone.at)
        return;
    if (!has(h->blocklist, "complaints")) {
        buffer_init(&mailbox, c->memory);
        buffer_put_string(&mailbox, "complaints@");
        buffer_put_text(&mailbox, zone);
        check_put_text(c, h->blocklist, "complaints", buffer_text(&mailbox));
        buffer_free(&mailbox);
    }
    if (check_text(c, h->blocklist, "complaints").at)
        put_roles(c, h, check_text(c, h->blocklist, "complaints"));
    if (!has(h->item, "dns")) {
        h->dns = check_put(h->item, "dns", cJSON_CreateObject());
        check_add_text(c, check_put(h->dns, "zones", cJSON_CreateArray()), zone);
    }
}

void check_complete_policy(struct check *c)
{
    for (uint32_t i = 0; i < c->host_count; i++)
        if (c->hosts[i].blocklist)
            complete_blocklist(c, &c->hosts[i]);
}
