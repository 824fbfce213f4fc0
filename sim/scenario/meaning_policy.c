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
        if (check_object(c, check_queue_of(h), "rate"))
            check_positive(c, check_object(c, check_queue_of(h), "rate"), "per", UNIT_DURATION);
        check_complainers(c, h);
        if (h->blocklist)
            check_blocklist(c, h);
        if (abuse)
            check_positive(c, abuse, "every", UNIT_DURATION);
    }
}
