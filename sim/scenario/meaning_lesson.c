/*
 * meaning_lesson.c - what it means together, last part: lessons and expectations.
 */
#include "sim/scenario/check.h"
#include "sim/trace/trace.h"

/* ---- matchers ------------------------------------------------------------------------------ */

static bool kind_has_field(enum trace_kind kind, struct text name)
{
    const struct trace_kind_info *info = trace_kind_info(kind);

    for (size_t f = 0; f < info->field_count; f++)
        if (text_equal(text_of(info->fields[f].name), name))
            return true;
    return false;
}

static bool is_own_key(struct text key)
{
    static const char *const keys[] = {"kind", "on",   "client", "side", "reply_to",
                                       "code", "mail", "queue",  "note"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (text_equal(key, text_of(keys[i])))
            return true;
    return false;
}

static void check_field(struct check *c, const cJSON *item, enum trace_kind kind)
{
    const struct trace_kind_info *info = trace_kind_info(kind);
    struct check_nearest nearest;

    if (is_own_key(text_of(item->string)) || kind_has_field(kind, text_of(item->string)))
        return;
    check_error_at_key(c, item, "%s has no field %q", info->name, text_of(item->string));
    check_nearest_init(&nearest, text_of(item->string));
    for (size_t f = 0; f < info->field_count; f++)
        check_nearest_try(&nearest, text_of(info->fields[f].name));
    if (!check_suggest_nearest(c, &nearest))
        check_suggest(c, "`smtplab explain %s` lists them", info->name);
}

static void check_matcher_meaning(struct check *c, const cJSON *matcher)
{
    struct text kind_name = check_text(c, matcher, "kind");
    enum trace_kind kind = kind_name.at ? trace_kind_find(kind_name) : TRACE_KIND_COUNT;
    const cJSON *on = check_member(c, matcher, "on");

    if (on)
        check_need_host(c, on);
    for (const cJSON *item = matcher->child; item; item = item->next)
        if (kind != TRACE_KIND_COUNT && !check_is_bad(c, item))
            check_field(c, item, kind);
}

/* ---- ids ----------------------------------------------------------------------------------- */

static void note_id(struct check *c, const cJSON *object, struct table *ids, uint32_t number)
{
    struct text id = check_text(c, object, "id");

    if (!id.at)
        return;
    if (table_get(ids, id) == TABLE_NONE) {
        table_set(ids, id, number);
        return;
    }
    check_error(c, check_member(c, object, "id"), "the id %q is there already", id);
    check_suggest(c, "each has an id of its own");
}

/* ---- lesson -------------------------------------------------------------------------------- */

static void check_prompt(struct check *c, const cJSON *prompt, struct table *ids)
{
    const cJSON *choices = check_list(c, prompt, "choices");
    const cJSON *before = check_object(c, prompt, "before");
    const cJSON *answer = check_member(c, prompt, "answer");
    struct check_nearest nearest;

    note_id(c, prompt, ids, 1);
    if (before)
        check_matcher_meaning(c, before);
    if (!choices || !cJSON_IsString(answer))
        return;
    check_nearest_init(&nearest, check_string(answer));
    for (const cJSON *item = choices->child; item; item = item->next) {
        if (!cJSON_IsString(item))
            continue;
        if (text_equal(check_string(item), check_string(answer)))
            return;
        check_nearest_try(&nearest, check_string(item));
    }
    check_error(c, answer, "the answer %q is not among the choices", check_string(answer));
    check_suggest_nearest(c, &nearest);
}

static void check_lesson(struct check *c)
{
    const cJSON *lesson = check_object(c, c->root, "lesson");
    const cJSON *notes = check_list(c, lesson, "notes"),
                *prompts = check_list(c, lesson, "prompts");
    struct table ids;

    table_init(&ids, c->memory, false);
    for (const cJSON *note = notes ? notes->child : NULL; note; note = note->next) {
        const cJSON *on = check_object(c, note, "on");

        if (on)
            check_matcher_meaning(c, on);
    }
    for (const cJSON *prompt = prompts ? prompts->child : NULL; prompt; prompt = prompt->next)
        if (cJSON_IsObject(prompt))
            check_prompt(c, prompt, &ids);
    table_free(&ids);
}

/* ---- expectations -------------------------------------------------------------------------- */

/* Whom the timeline writes to at all. */
struct written_to {
    struct table recipients;
    bool any;
};

static void note_recipients(struct check *c, struct written_to *w, const cJSON *send,
                            const char *key)
{
    cJSON *list = check_member(c, send, key);

    for (cJSON *item = check_first(list); item; item = check_next(list, item))
        if (cJSON_IsString(item))
            table_set(&w->recipients, check_string(item), 1);
}

static void find_recipients(struct check *c, struct written_to *w)
{
    const cJSON *timeline = check_list(c, c->root, "timeline");

    table_init(&w->recipients, c->memory, true);
    for (const cJSON *entry = timeline ? timeline->child : NULL; entry; entry = entry->next) {
        const cJSON *send = check_object(c, entry, "send");

        if (!send)
            continue;
        note_recipients(c, w, send, "to");
        note_recipients(c, w, send, "cc");
        note_recipients(c, w, send, "bcc");
    }
    /* Aliases and strangers may reach others than those who are named. */
    for (uint32_t i = 0; i < c->host_count; i++) {
        const cJSON *aliases = check_object(c, c->hosts[i].mda, "aliases");

        w->any |= (aliases && aliases->child) || check_object(c, c->hosts[i].mda, "lists") ||
                  check_object(c, c->hosts[i].stranger, "abuse");
    }
}

static void check_delivered(struct check *c, const cJSON *delivered, struct written_to *w)
{
    struct text to = check_text(c, delivered, "to"), from = check_text(c, delivered, "from");

    if (from.at && text_equal(from, TEXT("<>")))
        return; /* reports go to whoever wrote */
    if (!to.at || w->any || c->broken || table_get(&w->recipients, to) != TABLE_NONE)
        return;
    check_warning(c, check_member(c, delivered, "to"),
                  "nothing in the timeline is sent to %q, so this cannot hold", to);
}

static void check_not_relayed(struct check *c, const cJSON *expect)
{
    const cJSON *from = check_member(c, expect, "from"), *by = check_member(c, expect, "by");
    uint32_t host = from ? check_need_host(c, from) : TABLE_NONE;

    if (by)
        check_need_host(c, by);
    if (host == TABLE_NONE || c->broken || c->hosts[host].sends ||
        check_queue_of(&c->hosts[host]) || check_object(c, c->hosts[host].stranger, "abuse"))
        return;
    check_warning(c, from, "%q never sends anything, so nothing could fail this",
                  c->hosts[host].name);
}

/* Kinds that only some role or key makes: without it `never` cannot fail. */
static void check_never(struct check *c, const cJSON *never)
{
    static const struct {
        const char *kind, *without;
    } rows[] = {{"pop3.", "collect"}, {"list.", "blocklists"}, {"tls.", "tls"}, {"auth.", "login"}};
    struct text kind = check_text(c, never, "kind");

    for (size_t i = 0; kind.at && i < sizeof rows / sizeof *rows; i++) {
        bool found = false;

        if (!text_starts_nocase(kind, text_of(rows[i].kind)))
            continue;
        for (uint32_t h = 0; h < c->host_count && !found; h++)
            found = cJSON_GetObjectItemCaseSensitive(c->hosts[h].mua, rows[i].without) ||
                    cJSON_GetObjectItemCaseSensitive(c->hosts[h].mta, rows[i].without) ||
                    cJSON_GetObjectItemCaseSensitive(c->hosts[h].msa, rows[i].without);
        if (!found)
            check_warning(c, never, "no host has %q, so nothing could fail this",
                          text_of(rows[i].without));
    }
}

struct expects {
    const cJSON **items;
    struct table ids;
    uint32_t count;
};

/* What is needed must come before, so needs cannot go round. */
static void check_needs(struct check *c, struct expects *e)
{
    for (uint32_t i = 0; i < e->count; i++) {
        const cJSON *needs = check_list(c, e->items[i], "needs");

        for (const cJSON *item = needs ? needs->child : NULL; item; item = item->next) {
            struct check_nearest nearest;
            uint32_t other;

            if (!cJSON_IsString(item) || check_is_bad(c, item))
                continue;
            other = table_get(&e->ids, check_string(item));
            if (other == TABLE_NONE) {
                check_error(c, item, "there is no expectation %q", check_string(item));
                check_nearest_init(&nearest, check_string(item));
                for (uint32_t k = 0; k < e->count; k++)
                    check_nearest_try(&nearest, check_text(c, e->items[k], "id"));
                check_suggest_nearest(c, &nearest);
            } else if (other >= i) {
                check_error(c, item,
                            other == i ? "an expectation cannot need itself"
                                       : "what is needed must come before");
                check_suggest(c, "move %q up", check_string(item));
            }
        }
    }
}

static void check_expectation(struct check *c, const cJSON *item, struct written_to *w)
{
    const cJSON *form;

    if ((form = check_object(c, item, "delivered")))
        check_delivered(c, form, w);
    if ((form = check_object(c, item, "not_relayed")))
        check_not_relayed(c, form);
    if ((form = check_object(c, item, "happens")))
        check_matcher_meaning(c, form);
    if ((form = check_object(c, item, "never"))) {
        check_matcher_meaning(c, form);
        check_never(c, form);
    }
}

static void check_expectations(struct check *c)
{
    const cJSON *list = check_list(c, c->root, "expect");
    struct expects e = {.count = 0};
    struct written_to w = {.any = false};
    uint32_t room = 1;

    for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
        room++;
    e.items = memory_take(c->memory, room * sizeof *e.items);
    table_init(&e.ids, c->memory, false);
    find_recipients(c, &w);
    for (const cJSON *item = list ? list->child : NULL; item; item = item->next) {
        if (!cJSON_IsObject(item))
            continue;
        note_id(c, item, &e.ids, e.count);
        e.items[e.count++] = item;
        check_expectation(c, item, &w);
    }
    check_needs(c, &e);
    memory_give(c->memory, e.items, room * sizeof *e.items);
    table_free(&e.ids);
    table_free(&w.recipients);
}

void check_meaning_lesson(struct check *c)
{
    check_lesson(c);
    check_expectations(c);
}
