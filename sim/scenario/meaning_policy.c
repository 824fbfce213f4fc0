/*
 * meaning_policy.c - what it means together: greylists, complaints, blocklists.
 */
#include "sim/kernel/clock.h"
#include "sim/scenario/check.h"

static void check_greylist(struct check *c, const cJSON *mta)
{
    const cJSON *greylist = check_object(c, mta, "greylist");
    int64_t delay = check_amount(c, greylist, "delay", UNIT_DURATION, 5 * CLOCK_MINUTE);
    int64_t window = check_amount(c, greylist, "window", UNIT_DURATION, CLOCK_DAY);

    if (!greylist || delay < window)
        return;
    check_warning(c, greylist, "nobody is ever let in: the window is over before the delay");
    check_suggest(c, "RFC 6647 5 advises a day for the window");
}

static void check_complainers(struct check *c, const struct check_host *h)
{
    const cJSON *boxes = check_object(c, h->mda, "mailboxes");

    for (const cJSON *box = boxes ? boxes->child : NULL; box; box = box->next) {
        const cJSON *complains = check_object(c, box, "complains");

        if (!complains)
            continue;
        check_mailbox_domain(c, check_member(c, complains, "to"), "so nobody hears the complaint");
        if (h->mta || c->broken)
            continue;
        check_warning(c, complains, "no complaint can leave %q: it has no mta", h->name);
        check_suggest(c, "give it one, or let the mailbox live elsewhere");
    }
}

/* Is there a zone of that name, or one above it?  A blocklist's own is implied. */
static bool is_answered(const struct check *c, struct text name)
{
    const cJSON *zones = check_object(c, c->root, "zones");

    for (uint32_t i = 0; i < c->host_count; i++)
        if (text_equal_nocase(check_text(c, c->hosts[i].blocklist, "zone"), name))
            return true;
    for (const cJSON *zone = zones ? zones->child : NULL; zone; zone = zone->next) {
        struct text origin = text_of(zone->string);

        if (text_equal_nocase(origin, name) ||
            (name.size > origin.size && text_ends_nocase(name, origin) &&
             name.at[name.size - origin.size - 1] == '.'))
            return true;
    }
    return false;
}

/* The lists that a server asks: one that nobody serves answers about nobody (RFC 5782 5). */
static void check_lists_asked(struct check *c, const struct check_host *h)
{
    const cJSON *list = check_list(c, h->mta, "blocklists");

    for (const cJSON *item = list ? list->child : NULL; item; item = item->next) {
        struct check_nearest nearest;

        if (!cJSON_IsString(item) || check_is_bad(c, item) || is_answered(c, check_string(item)))
            continue;
        check_warning(c, item, "nobody serves the zone %q, so it never lists a client",
                      check_string(item));
        check_nearest_init(&nearest, check_string(item));
        for (uint32_t i = 0; i < c->host_count; i++) {
            struct text zone = check_text(c, c->hosts[i].blocklist, "zone");

            if (zone.at)
                check_nearest_try(&nearest, zone);
        }
        if (!check_suggest_nearest(c, &nearest))
            check_suggest(c, "give a host the role \"blocklist\", or write the zone");
    }
}

static void check_blocklist(struct check *c, const struct check_host *h)
{
    const cJSON *zone = check_member(c, h->blocklist, "zone");

    if (!zone && !cJSON_GetObjectItemCaseSensitive(h->blocklist, "zone")) {
        check_error(c, h->blocklist, "the blocklist %q has no zone", h->name);
        check_suggest(c, "write \"zone\", or give the host a name such as \"lists.bl.example\"");
    }
    check_positive(c, h->blocklist, "window", UNIT_DURATION);
    check_positive(c, h->blocklist, "test", UNIT_DURATION);
}

void check_meaning_policy(struct check *c)
{
    for (uint32_t i = 0; i < c->host_count; i++) {
        const struct check_host *h = &c->hosts[i];
        const cJSON *abuse = check_object(c, h->stranger, "abuse");

        if (h->mta)
            check_greylist(c, h->mta);
        if (h->mta)
            check_lists_asked(c, h);
        if (check_object(c, check_queue_of(h), "rate"))
            check_positive(c, check_object(c, check_queue_of(h), "rate"), "per", UNIT_DURATION);
        check_complainers(c, h);
        if (h->blocklist)
            check_blocklist(c, h);
        if (abuse)
            check_positive(c, abuse, "every", UNIT_DURATION);
    }
}
