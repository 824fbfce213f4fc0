/*
 * queue.c - a mail queue's keys: what is implied, what is wrong with them together, and the model.
 *
 * What is implied depends on the personality (agents/mail_queue/retry.h); what is written wins over it.
 */
#include "sim/agents/mail_queue/retry.h"

#include "sim/kernel/clock.h"
#include "sim/scenario/check.h"

static enum mta_personality personality_of(const struct check *c, const cJSON *queue)
{
    struct text word = check_text(c, queue, "personality");

    for (int p = 0; word.at && p < PERSONALITY_COUNT; p++)
        if (text_equal(word, retry_habits((enum mta_personality)p)->name))
            return (enum mta_personality)p;
    return PERSONALITY_RFC;
}

/* ---- what is implied ----------------------------------------------------------------------- */

/* "4h": a whole number of the largest unit. */
static void put_duration(struct check *c, cJSON *queue, const char *key, int64_t ns)
{
    static const struct {
        int64_t ns;
        char unit;
    } units[] = {
        {CLOCK_DAY, 'd'}, {CLOCK_HOUR, 'h'}, {CLOCK_MINUTE, 'm'}, {CLOCK_SECOND, 's'}, {1, 's'}};
    struct buffer b;
    size_t u = 0;

    while (ns % units[u].ns != 0 || (ns == 0 && units[u].unit != 's'))
        u++;
    buffer_init(&b, c->memory);
    buffer_put_int(&b, ns / units[u].ns);
    buffer_put_char(&b, units[u].unit);
    check_put_text(c, queue, key, buffer_text(&b));
    buffer_free(&b);
}

static void complete_queue(struct check *c, cJSON *queue)
{
    static const char *const waits[] = {"5m", "15m", "30m", "1h"};
    enum mta_personality p = personality_of(c, queue);
    const struct retry_habits *h = retry_habits(p);

    if (p == PERSONALITY_RFC && !cJSON_GetObjectItemCaseSensitive(queue, "retry")) {
        cJSON *list = check_put(queue, "retry", cJSON_CreateArray());

        for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++)
            check_add_text(c, list, text_of(waits[i]));
    }
    if (!cJSON_GetObjectItemCaseSensitive(queue, "warn_after"))
        put_duration(c, queue, "warn_after", h->warn_ns);
    if (!cJSON_GetObjectItemCaseSensitive(queue, "give_up_after"))
        put_duration(c, queue, "give_up_after", h->give_up_ns);
    if (h->parallel > 0 && !cJSON_GetObjectItemCaseSensitive(queue, "parallel"))
        check_put(queue, "parallel", cJSON_CreateNumber(h->parallel));
    if (h->parallel_per_host > 0 && !cJSON_GetObjectItemCaseSensitive(queue, "parallel_per_host"))
        check_put(queue, "parallel_per_host", cJSON_CreateNumber(h->parallel_per_host));
}

void check_complete_queues(struct check *c)
{
    for (uint32_t i = 0; i < c->host_count; i++) {
        cJSON *queue = check_queue_of(&c->hosts[i]);

        if (queue)
            complete_queue(c, queue);
    }
}

/* ---- what they mean together --------------------------------------------------------------- */

/* The member, if it stands in the file. */
static const cJSON *written(const struct check *c, const cJSON *queue, const char *key)
{
    const cJSON *item = check_member(c, queue, key);

    return item && json_document_node(c->d, item) ? item : NULL;
}

static void check_wait(struct check *c, const cJSON *item, int64_t give_up_ns)
{
    int64_t wait_ns;

    if (!cJSON_IsString(item) || check_is_bad(c, item) ||
        unit_parse(check_string(item), UNIT_DURATION, &wait_ns) != UNIT_FINE)
        return;
    if (wait_ns == 0) {
        check_error(c, item, "a wait of nothing would try for ever at the same instant");
        check_suggest(c, "such as \"5m\"; RFC 5321 4.5.4.1 asks for 30 minutes");
    } else if (wait_ns > give_up_ns) {
        check_warning(c, item, "this wait is longer than \"give_up_after\"");
    }
}

void check_queue_keys(struct check *c, const cJSON *queue)
{
    const cJSON *list = written(c, queue, "retry");
    int64_t give_up_ns = check_amount(c, queue, "give_up_after", UNIT_DURATION, 5 * CLOCK_DAY);
    int64_t warn_ns = check_amount(c, queue, "warn_after", UNIT_DURATION, 0);
    int64_t all = check_int(c, queue, "parallel", INT64_MAX);

    for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
        check_wait(c, item, give_up_ns);
    check_positive(c, queue, "give_up_after", UNIT_DURATION);
    check_positive(c, queue, "max_size", UNIT_SIZE);
    check_positive(c, queue, "max_queue", UNIT_SIZE);
    if (warn_ns > 0 && warn_ns >= give_up_ns && written(c, queue, "warn_after"))
        check_warning(c, written(c, queue, "warn_after"),
                      "the sender is never warned: the message is given up before");
    if (check_int(c, queue, "parallel_per_host", 0) > all &&
        written(c, queue, "parallel_per_host")) {
        check_warning(c, written(c, queue, "parallel_per_host"),
                      "this limit is never met: there are never more deliveries than \"parallel\"");
    }
}

/* ---- the model ----------------------------------------------------------------------------- */

void check_make_queue(struct check *c, const cJSON *queue, struct mta_config *out)
{
    const cJSON *list = check_list(c, queue, "retry");
    size_t count = 0;

    for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
        count++;
    int64_t *waits_ns = memory_take_clear(c->memory, (count + 1) * sizeof *waits_ns);
    for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
        unit_parse(check_string(item), UNIT_DURATION, &waits_ns[out->retry_count++]);
    out->retry_ns = waits_ns;
    out->personality = personality_of(c, queue);
    out->give_up_ns = check_amount(c, queue, "give_up_after", UNIT_DURATION, 0);
    out->warn_ns = check_amount(c, queue, "warn_after", UNIT_DURATION, 0);
    out->hold = check_bool(c, queue, "hold", false);
    out->parallel = (uint32_t)check_int(c, queue, "parallel", 0);
    out->parallel_per_host = (uint32_t)check_int(c, queue, "parallel_per_host", 0);
    out->queue_limit_octets = check_amount(c, queue, "max_queue", UNIT_SIZE, 0);
    out->queue_limit_messages = (uint32_t)check_int(c, queue, "max_messages", 0);
}
