/*
 * model_policy.c - from the completed tree: what servers distrust, strangers, blocklists.
 */
#include "sim/kernel/clock.h"
#include "sim/scenario/model_parts.h"

static void make_greylist(struct check *c, const cJSON *mta, struct greylist_config *out)
{
    const cJSON *more = check_object(c, mta, "greylist");

    if (!check_member(c, mta, "greylist"))
        return;
    out->delay_ns = more ? check_amount(c, more, "delay", UNIT_DURATION, 5 * CLOCK_MINUTE)
                         : check_amount(c, mta, "greylist", UNIT_DURATION, 0);
    out->window_ns = check_amount(c, more, "window", UNIT_DURATION, CLOCK_DAY);
    out->keep_ns = check_amount(c, more, "keep", UNIT_DURATION, 7 * CLOCK_DAY);
}

void model_filter(struct check *c, const struct check_host *h, struct filter_config *out)
{
    const cJSON *queue = check_queue_of(h), *rate = check_object(c, queue, "rate");
    struct text spf = model_text(check_text(c, h->mta, "spf"));

    make_greylist(c, h->mta, &out->greylist);
    out->blocklists = model_texts(c, check_list(c, h->mta, "blocklists"), &out->blocklist_count);
    out->spf = text_equal(spf, TEXT("refuse")) ? SPF_REFUSE
               : text_equal(spf, TEXT("mark")) ? SPF_MARK
                                               : SPF_OFF;
    out->rate.mails = (uint32_t)check_int(c, rate, "mails", 0);
    out->rate.per_ns = check_amount(c, rate, "per", UNIT_DURATION, CLOCK_HOUR);
    out->tarpit_ns = check_amount(c, queue, "tarpit", UNIT_DURATION, 0);
    out->connections = (uint32_t)check_int(c, queue, "max_connections", 0);
}

struct complains_config model_complains(struct check *c, const cJSON *box)
{
    const cJSON *complains = check_object(c, box, "complains");

    return (struct complains_config){
        .to = model_text(check_text(c, complains, "to")),
        .about = model_text(check_text(c, complains, "about")),
        .after_ns = check_amount(c, complains, "after", UNIT_DURATION, CLOCK_MINUTE)};
}

/* All MTAs but its own, if none are named. */
static void make_servers(struct check *c, const struct check_host *h, const cJSON *abuse,
                         struct abuse_config *out)
{
    const cJSON *list = check_list(c, abuse, "servers");
    struct text *servers;

    if (list) {
        out->servers = model_texts(c, list, &out->server_count);
        return;
    }
    out->servers = servers = memory_take_clear(c->memory, (c->host_count + 1) * sizeof *servers);
    for (uint32_t i = 0; i < c->host_count; i++)
        if (c->hosts[i].mta && c->hosts[i].item != h->item)
            servers[out->server_count++] = c->hosts[i].name;
}

const struct stranger_config *model_stranger(struct check *c, const struct check_host *h)
{
    const cJSON *abuse = check_object(c, h->stranger, "abuse");
    struct stranger_config *out = memory_take_clear(c->memory, sizeof *out);
    struct abuse_config *a;

    if (!abuse)
        return out;
    a = memory_take_clear(c->memory, sizeof *a);
    a->every_ns = check_amount(c, abuse, "every", UNIT_DURATION, 10 * CLOCK_MINUTE);
    a->letters = (uint32_t)check_int(c, abuse, "letters", 100);
    a->from = model_text(check_text(c, abuse, "from"));
    a->probe = model_text(check_text(c, abuse, "probe"));
    a->subject = model_text(check_text(c, abuse, "subject"));
    a->to = model_texts(c, check_list(c, abuse, "to"), &a->to_count);
    make_servers(c, h, abuse, a);
    out->abuse = a;
    return out;
}

const struct blocklist_config *model_blocklist(struct check *c, const cJSON *blocklist)
{
    struct blocklist_config *out = memory_take_clear(c->memory, sizeof *out);

    out->zone = model_text(check_text(c, blocklist, "zone"));
    out->mailbox = model_text(check_text(c, blocklist, "complaints"));
    out->threshold = (uint32_t)check_int(c, blocklist, "threshold", 3);
    out->window_ns = check_amount(c, blocklist, "window", UNIT_DURATION, CLOCK_HOUR);
    out->test_ns = check_amount(c, blocklist, "test", UNIT_DURATION, 30 * CLOCK_MINUTE);
    out->ttl_s = (uint32_t)(check_amount(c, blocklist, "ttl", UNIT_DURATION, 0) / CLOCK_SECOND);
    return out;
}
