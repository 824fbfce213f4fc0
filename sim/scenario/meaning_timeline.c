/*
 * meaning_timeline.c - what it means together, fourth part: what happens when.
 */
#include "sim/mail/dsn.h"
#include "sim/scenario/check.h"

/* What a host must be for a verb to mean something. */
enum need { NEED_WRITER, NEED_SERVER, NEED_READER, NEED_NOTHING };

static const struct {
    const char *verb;
    enum need need;
} verbs[] = {
    {"send", NEED_WRITER},   {"answer", NEED_SERVER}, {"drop", NEED_SERVER},
    {"delay", NEED_SERVER},  {"close", NEED_SERVER},  {"stop", NEED_NOTHING},
    {"crash", NEED_NOTHING}, {"start", NEED_NOTHING}, {"link", NEED_NOTHING},
    {"set", NEED_NOTHING},   {"probe", NEED_WRITER},  {"read", NEED_READER},
};

static bool is_writer(const struct check_host *h)
{
    return h->mua || h->stranger;
}

static bool is_server(const struct check_host *h)
{
    return h->msa || h->mta || h->mda;
}

static bool is_reader(const struct check_host *h)
{
    return h->mua && cJSON_GetObjectItemCaseSensitive(h->mua, "collect");
}

static void check_role(struct check *c, const cJSON *on, const struct check_host *h,
                       const char *verb, enum need need)
{
    static const struct {
        bool (*has)(const struct check_host *h);
        const char *missing;
    } needs[] = {
        [NEED_WRITER] = {is_writer, "has no mua and is no stranger"},
        [NEED_SERVER] = {is_server, "is no mail server"},
        [NEED_READER] = {is_reader, "has no mua that collects"},
    };

    if (need == NEED_NOTHING || needs[need].has(h) || c->broken)
        return;
    check_error(c, on, "%q cannot %s: it %s", h->name, verb, needs[need].missing);
    check_suggest_role(c, needs[need].has);
}

/* ---- send ---------------------------------------------------------------------------------- */

static void check_recipients(struct check *c, const cJSON *send, const char *key,
                             struct table *seen)
{
    cJSON *list = check_member(c, send, key);

    for (cJSON *item = check_first(list); item; item = check_next(list, item)) {
        if (!cJSON_IsString(item) || check_is_bad(c, item))
            continue;
        check_mailbox_domain(c, item, "so this cannot arrive");
        if (table_get(seen, check_string(item)) != TABLE_NONE)
            check_warning(c, item, "%q is a recipient twice", check_string(item));
        table_set(seen, check_string(item), 1);
    }
}

static void check_header_text(struct check *c, const cJSON *send, const char *key)
{
    struct text t = check_text(c, send, key);

    if (!t.at || (text_find(t, '\n') == t.size && text_find(t, '\r') == t.size))
        return;
    check_error(c, check_member(c, send, key), "%q cannot hold a line break", text_of(key));
    check_suggest(c, "one line; the rest belongs into \"body\"");
}

/* RFC 3461 4.1: NEVER stands alone; and nobody is told of what has no sender (5.2). */
static void check_notify_one(struct check *c, const cJSON *send, cJSON *list)
{
    struct text from = check_text(c, send, "from");
    unsigned all = 0;

    for (cJSON *item = check_first(list); item; item = check_next(list, item)) {
        uint8_t bit = 0;

        if (!cJSON_IsString(item) || check_is_bad(c, item))
            continue;
        if (dsn_notify_parse(check_string(item), &bit) && (all & bit))
            check_warning(c, item, "%q stands here twice", check_string(item));
        all |= bit;
    }
    if ((all & DSN_NOTIFY_NEVER) && all != DSN_NOTIFY_NEVER) {
        check_error(c, list, "\"never\" stands alone (RFC 3461 4.1)");
        check_suggest(c, "leave out the others, or \"never\"");
    } else if (all > 0 && from.at && (from.size == 0 || text_equal(from, TEXT("<>")))) {
        check_warning(c, list, "nobody is ever told about a message without a sender");
    }
}

/* For all recipients, or for each its own. */
static void check_notify(struct check *c, const cJSON *send, const struct table *recipients)
{
    cJSON *notify = check_member(c, send, "notify");

    if (!notify)
        return;
    if (!cJSON_IsObject(notify)) {
        check_notify_one(c, send, notify);
        return;
    }
    for (cJSON *child = notify->child; child; child = child->next) {
        if (check_is_bad(c, child))
            continue;
        if (table_get(recipients, text_of(child->string)) == TABLE_NONE) {
            check_error_at_key(c, child, "%q is no recipient of this", text_of(child->string));
            check_suggest(c, "name those of \"to\", \"cc\" and \"bcc\"");
        }
        check_notify_one(c, send, child);
    }
}

/* RFC 3461 4.4: printable ASCII, and xtext makes three octets of some. */
static void check_envid(struct check *c, const cJSON *send)
{
    struct text t = check_text(c, send, "envid");
    const cJSON *item = check_member(c, send, "envid");
    struct buffer xtext;

    if (!t.at)
        return;
    for (size_t i = 0; i < t.size; i++)
        if (t.at[i] < ' ' || t.at[i] > '~') {
            check_error(c, item, "\"envid\" must be printable ASCII (RFC 3461 4.4)");
            check_suggest(c, "such as \"QQ314159\"");
            return;
        }
    buffer_init(&xtext, c->memory);
    dsn_xtext_put(&xtext, t);
    if (xtext.size == 0 || xtext.size > DSN_ENVID_MAX) {
        check_error(c, item, "\"envid\" must have 1 to %d octets, written as xtext; it has %d",
                    (int64_t)DSN_ENVID_MAX, (int64_t)xtext.size);
        check_suggest(c, "such as \"QQ314159\"");
    }
    buffer_free(&xtext);
}

static bool has_bare_end(struct text t)
{
    for (size_t i = 0; i < t.size; i++) {
        bool whole = t.at[i] == '\r' && i + 1 < t.size && t.at[i + 1] == '\n';

        if (!whole && (t.at[i] == '\r' || t.at[i] == '\n'))
            return true;
        i += whole;
    }
    return false;
}

static void check_line_ends(struct check *c, const cJSON *send)
{
    if (!text_equal(check_text(c, send, "line_ends"), TEXT("as_written")) ||
        has_bare_end(check_text(c, send, "body")))
        return;
    check_warning(c, check_member(c, send, "line_ends"),
                  "the body has no CR or LF alone, so \"as_written\" changes nothing");
    check_suggest(c, "\"\\n\" is an LF alone, \"\\r\\n\" a whole line end");
}

static void check_send(struct check *c, const cJSON *send, struct check_host *h, int64_t at,
                       int64_t limit)
{
    const cJSON *server = check_member(c, send, "server");
    int64_t times = check_int(c, send, "times", 1);
    int64_t every = check_amount(c, send, "every", UNIT_DURATION, 0);
    struct table seen;

    h->sends = true;
    table_init(&seen, c->memory, false);
    check_recipients(c, send, "to", &seen);
    check_recipients(c, send, "cc", &seen);
    check_recipients(c, send, "bcc", &seen);
    check_notify(c, send, &seen);
    table_free(&seen);
    check_header_text(c, send, "subject");
    check_envid(c, send);
    check_line_ends(c, send);
    if (server)
        check_need_host(c, server);
    else if (h->stranger && !h->mua && !cJSON_GetObjectItemCaseSensitive(send, "server")) {
        check_error(c, send, "a stranger has no server of its own: \"server\" is missing");
        check_suggest(c, "name the host that it writes to");
    }
    /* An empty body is what is implied. */
    if (cJSON_GetObjectItemCaseSensitive(send, "size") && check_text(c, send, "body").size > 0) {
        check_error_at_key(c, cJSON_GetObjectItemCaseSensitive(send, "size"),
                           "a letter has a \"body\" or a \"size\", not both");
        check_suggest(c, "take one of them away");
    }
    if (every > 0 && times > 1 && every > (limit - at) / (times - 1))
        check_warning(c, check_member(c, send, "every"),
                      "the last of these letters lie beyond the time limit");
}

/* ---- other verbs --------------------------------------------------------------------------- */

/* "/mta/relay" must be a place that the table of keys knows in a host. */
static void check_set(struct check *c, const cJSON *set)
{
    for (const cJSON *item = set->child; item; item = item->next) {
        struct text rest = text_of(item->string);
        const struct schema_type *type =
            check_is_zone_place(rest) ? &schema_scenario : &schema_host;

        if (check_is_bad(c, item))
            continue;
        while (type && rest.size > 1) {
            struct text step = text_after(rest, 1);
            const struct schema_key *key = NULL;
            bool named = type->kind == SCHEMA_MAP; /* any name will do */

            step.size = text_find(step, '/');
            if (type->kind == SCHEMA_OBJECT)
                key = schema_find(type, step);
            else if (named)
                type = type->item;
            if (!key && !named) {
                check_error_at_key(c, item, "a host has no place %q", text_of(item->string));
                check_suggest(c, "such as \"/mta/relay\"");
                type = NULL;
                break;
            }
            if (key)
                type = key->type;
            rest = text_after(rest, step.size + 1);
        }
        if (type)
            check_value(c, type, item, text_of(item->string));
    }
}

static void check_verb(struct check *c, const cJSON *entry, struct check_host *h, int64_t at,
                       int64_t limit)
{
    const cJSON *value;

    if ((value = check_object(c, entry, "send")) && is_writer(h))
        check_send(c, value, h, at, limit);
    if ((value = check_object(c, entry, "set")))
        check_set(c, value);
    if ((value = check_object(c, entry, "probe"))) {
        h->sends = true;
        check_need_host(c, check_member(c, value, "server"));
    }
}

static void check_entry(struct check *c, const cJSON *entry, int64_t limit)
{
    const cJSON *on = check_member(c, entry, "on"), *at = check_member(c, entry, "at");
    int64_t time = check_amount(c, entry, "at", UNIT_DURATION, 0);
    uint32_t host = check_need_host(c, on);

    if (time > limit) {
        check_warning(c, at, "this never happens: it lies beyond the time limit");
        check_suggest(c, "raise \"limits\": { \"time\": ... }");
    }
    if (host == TABLE_NONE)
        return;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (check_member(c, entry, verbs[i].verb))
            check_role(c, on, &c->hosts[host], verbs[i].verb, verbs[i].need);
    check_fault(c, entry, &c->hosts[host]);
    check_verb(c, entry, &c->hosts[host], time, limit);
}

/* A mistake elsewhere (an unknown host in "on") may be why, so it is spoken of alone. */
static void check_silent(struct check *c)
{
    for (uint32_t i = 0; i < c->host_count && c->s->mistakes.errors == 0; i++) {
        const struct check_host *h = &c->hosts[i];

        if (!is_writer(h) || h->sends || check_is_bad(c, h->item) ||
            check_object(c, h->mua, "collect") || check_object(c, h->stranger, "abuse"))
            continue;
        check_warning_at_key(c, h->item, "%q never sends anything", h->name);
        check_suggest(c, "let it \"send\" in the timeline, or take it away");
    }
}

void check_meaning_timeline(struct check *c)
{
    const cJSON *timeline = check_list(c, c->root, "timeline");
    const cJSON *limits = check_object(c, c->root, "limits");
    int64_t limit = check_amount(c, limits, "time", UNIT_DURATION, 30 * INT64_C(86400000000000));

    for (const cJSON *entry = timeline ? timeline->child : NULL; entry; entry = entry->next)
        if (cJSON_IsObject(entry))
            check_entry(c, entry, limit);
    check_outages(c, timeline);
    check_silent(c);
}
