/*
 * meaning_faults.c - what it means together, fifth part: faults, links, stops and starts.
 */
#include "sim/scenario/check.h"

/* ---- faults and links ---------------------------------------------------------------------- */

static void check_reply(struct check *c, const cJSON *answer)
{
    struct text with = check_text(c, answer, "with");
    struct text rest = text_after(with, 4);
    const cJSON *item = check_member(c, answer, "with");
    struct text to = check_text(c, answer, "to");

    if (with.at[0] == '2' && to.at &&
        (text_equal(to, TEXT("RCPT")) || text_equal(to, TEXT("AUTH")))) {
        check_error(c, item, "a fault can refuse, but not allow: %q to %q", with, to);
        check_suggest(c, "change the rules instead, with \"set\"");
    }

    /* RFC 2034 4: the class of the enhanced code is that of the reply. */
    if (with.size > 6 && rest.at[1] == '.' && rest.at[0] >= '2' && rest.at[0] <= '5' &&
        rest.at[0] != with.at[0]) {
        check_error(c, item, "%q gives two different classes", with);
        check_suggest(c, "the status begins with the first digit of the code (RFC 2034 4)");
    }
}

/* Is there a link of its own between the two? */
static bool is_linked(const struct check *c, struct text a, struct text b)
{
    const cJSON *links = check_list(c, c->root, "links");

    for (const cJSON *link = links ? links->child : NULL; link; link = link->next) {
        const cJSON *ends = check_list(c, link, "between");
        struct text one, other;

        if (!ends || !cJSON_IsString(ends->child) || !cJSON_IsString(ends->child->next))
            continue;
        one = check_string(ends->child);
        other = check_string(ends->child->next);
        if ((text_equal_nocase(one, a) && text_equal_nocase(other, b)) ||
            (text_equal_nocase(one, b) && text_equal_nocase(other, a)))
            return true;
    }
    return false;
}

static void check_other_end(struct check *c, const cJSON *to, const struct check_host *h)
{
    if (check_need_host(c, to) == TABLE_NONE || c->broken ||
        is_linked(c, h->name, check_string(to)))
        return;
    check_error(c, to, "there is no link between %q and %q", h->name, check_string(to));
    check_suggest(c, "write it into \"links\", or leave \"to\" out: the internet, for %q", h->name);
}

static void check_change(struct check *c, const cJSON *change, const struct check_host *h)
{
    const cJSON *to = check_member(c, change, "to");

    if (to)
        check_other_end(c, to, h);
    else if (!check_bool(c, h->item, "internet", true))
        check_error(c, change, "%q is not on the internet: \"to\" is missing", h->name);
    check_positive(c, change, "rate", UNIT_RATE);
    check_at_most(c, change, "loss", UNIT_SHARE, 1000000, "100%");
    for (const cJSON *item = change->child; item; item = item->next)
        if (!text_equal(text_of(item->string), TEXT("to")) &&
            !text_equal(text_of(item->string), TEXT("note")))
            return;
    check_warning(c, change, "this changes nothing");
    check_suggest(c, "such as \"state\": \"down\"");
}

static void check_client(struct check *c, const cJSON *value)
{
    const cJSON *client = check_member(c, value, "client");

    if (client)
        check_need_host(c, client);
}

/* LHLO is said to LMTP servers, EHLO and HELO to the others (RFC 2033 4.1). */
static void check_aim(struct check *c, const cJSON *aim, const struct check_host *h)
{
    struct text to = check_text(c, aim, "to");
    bool lmtp = to.at && text_equal(to, TEXT("LHLO"));
    bool smtp = to.at && (text_equal(to, TEXT("EHLO")) || text_equal(to, TEXT("HELO")));

    check_client(c, aim);
    if (c->broken || (lmtp && h->mda) || (smtp && (h->mta || h->msa)) || (!lmtp && !smtp))
        return;
    check_warning(c, check_member(c, aim, "to"), "nobody says %q to %q", to, h->name);
    check_suggest(c, lmtp ? "LHLO is for LMTP, by which an MDA is given mail; here it is \"EHLO\""
                          : "this is LMTP, where it is \"LHLO\"");
}

void check_fault(struct check *c, const cJSON *entry, const struct check_host *h)
{
    static const char *const aimed[] = {"answer", "drop", "delay", "close", "crash"};
    const cJSON *value;

    for (size_t i = 0; i < sizeof aimed / sizeof *aimed; i++)
        if ((value = check_object(c, entry, aimed[i])))
            check_aim(c, value, h);
    if ((value = check_object(c, entry, "answer")) && check_text(c, value, "with").at)
        check_reply(c, value);
    if ((value = check_object(c, entry, "crash")) && !(h->msa || h->mta || h->mda) && !c->broken) {
        check_error(c, value, "%q reads no command: it is no mail server", h->name);
        check_suggest(c, "\"crash\": true happens at once");
    }
    if ((value = check_object(c, entry, "link")))
        check_change(c, value, h);
}

/* ---- what is off when ---------------------------------------------------------------------- */

struct moment {
    int64_t time_ns;
    const cJSON *entry;
};

/* By time; those of the same time as they were. */
static void merge_moments(struct moment *items, struct moment *room, size_t count)
{
    size_t half = count / 2, a = 0, b = half;

    if (count < 2)
        return;
    merge_moments(items, room, half);
    merge_moments(items + half, room, count - half);
    for (size_t i = 0; i < count; i++) {
        bool second = a == half || (b < count && items[b].time_ns < items[a].time_ns);

        room[i] = items[second ? b++ : a++];
    }
    memcpy(items, room, count * sizeof *items);
}

static void check_twice(struct check *c, const cJSON *entry, const char *verb,
                        const struct check_host *h)
{
    const cJSON *item = check_member(c, entry, verb);

    if (h->power != HOST_OFF || !item || cJSON_IsObject(item))
        return;
    check_warning_at_key(c, item, "%q is off already", h->name);
    check_suggest(c, "\"start\" it before");
}

/* In the order of time.  A crash that waits for a command may or may not have come. */
static void follow(struct check *c, const cJSON *entry, struct check_host *h)
{
    const cJSON *crash = check_member(c, entry, "crash");

    check_twice(c, entry, "stop", h);
    check_twice(c, entry, "crash", h);
    check_twice(c, entry, "close", h);
    if (h->power == HOST_OFF &&
        (check_object(c, entry, "send") || check_object(c, entry, "probe") ||
         check_member(c, entry, "read"))) {
        check_warning(c, check_member(c, entry, "at"), "%q is off then", h->name);
        check_suggest(c, "what its person wants to do waits until it is started");
    }
    if (check_member(c, entry, "start")) {
        if (h->power == HOST_RUNS) {
            check_warning_at_key(c, check_member(c, entry, "start"), "%q runs already", h->name);
            check_suggest(c, "\"start\" follows a \"stop\" or a \"crash\"");
        }
        h->power = h->power == HOST_UNSURE ? HOST_UNSURE : HOST_RUNS;
    }
    if (check_member(c, entry, "stop") || (crash && !cJSON_IsObject(crash)))
        h->power = HOST_OFF;
    else if (crash && h->power == HOST_RUNS)
        h->power = HOST_UNSURE;
}

void check_outages(struct check *c, const cJSON *timeline)
{
    size_t count = 0, room = 0;
    struct moment *moments;

    if (c->broken)
        return;
    for (const cJSON *entry = timeline ? timeline->child : NULL; entry; entry = entry->next)
        room++;
    moments = memory_take(c->memory, (2 * room + 1) * sizeof *moments);
    for (const cJSON *entry = timeline ? timeline->child : NULL; entry; entry = entry->next)
        if (cJSON_IsObject(entry) && check_member(c, entry, "at"))
            moments[count++] =
                (struct moment){check_amount(c, entry, "at", UNIT_DURATION, 0), entry};
    merge_moments(moments, moments + room, count);
    for (size_t i = 0; i < count; i++) {
        struct text on = check_text(c, moments[i].entry, "on");
        uint32_t host = on.at ? check_host(c, on) : TABLE_NONE;

        if (host != TABLE_NONE)
            follow(c, moments[i].entry, &c->hosts[host]);
    }
    memory_give(c->memory, moments, (2 * room + 1) * sizeof *moments);
}
