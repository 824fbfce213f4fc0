/*
 * model_timeline.c - the entries of the timeline as structs: what, when, at whom.
 */
#include <assert.h>

#include "sim/json/write.h"
#include "sim/scenario/model_parts.h"

static void print_json(struct json_writer *w, struct check *c, const cJSON *item)
{
    if (cJSON_IsString(item))
        json_write_text(w, check_string(item));
    else if (cJSON_IsNumber(item))
        json_write_int(w, check_number(c, item));
    else if (cJSON_IsBool(item))
        json_write_bool(w, cJSON_IsTrue(item));
    else if (cJSON_IsNull(item))
        json_write_null(w);
    if (!cJSON_IsObject(item) && !cJSON_IsArray(item))
        return;
    if (cJSON_IsObject(item))
        json_write_object(w);
    else
        json_write_array(w);
    for (const cJSON *child = item->child; child; child = child->next) {
        if (cJSON_IsObject(item))
            json_write_key(w, text_of(child->string));
        print_json(w, c, child);
    }
    json_write_end(w);
}

struct text check_json_of(struct check *c, const cJSON *item)
{
    struct buffer b;
    struct json_writer w;
    struct text copy;

    buffer_init(&b, c->memory);
    json_writer_init(&w, &b, false);
    print_json(&w, c, item);
    copy = text_copy(c->memory, buffer_text(&b));
    buffer_free(&b);
    return copy;
}

static uint32_t host_or_none(struct check *c, const cJSON *item, const char *key)
{
    struct text name = check_text(c, item, key);

    return name.at ? check_host(c, name) : CONFIG_NO_HOST;
}

static void make_link(struct check *c, const cJSON *item, struct scenario_entry *out)
{
    struct text state = check_text(c, item, "state");

    out->link = (struct link_config){
        .to = host_or_none(c, item, "to"),
        .down = state.at ? text_equal(state, TEXT("down")) : -1,
        .latency_ns = check_amount(c, item, "latency", UNIT_DURATION, -1),
        .jitter_ns = check_amount(c, item, "jitter", UNIT_DURATION, -1),
        .rate_bits = check_amount(c, item, "rate", UNIT_RATE, -1),
        .loss_ppm = check_amount(c, item, "loss", UNIT_SHARE, -1),
    };
}

/* "451 4.3.0 later": code, enhanced code if there is one, words. */
static void make_reply(struct text with, struct fault_config *out)
{
    struct text rest = text_after(with, 4), word = rest;

    for (size_t i = 0; i < 3; i++)
        out->code = (uint16_t)(10 * out->code + (unsigned)(with.at[i] - '0'));
    word.size = text_find(rest, ' ');
    if (word.size > 4 && word.at[0] == with.at[0] && word.at[1] == '.') {
        out->enhanced = word;
        rest = text_after(rest, word.size + 1);
    }
    out->text = rest;
}

static void make_fault(struct check *c, const cJSON *item, struct scenario_entry *out)
{
    static const enum fault_verb verbs[SCENARIO_VERB_COUNT] = {
        [SCENARIO_ANSWER] = FAULT_ANSWER, [SCENARIO_DROP] = FAULT_DROP,
        [SCENARIO_DELAY] = FAULT_DELAY,   [SCENARIO_CLOSE] = FAULT_CLOSE,
        [SCENARIO_CRASH] = FAULT_CRASH,
    };
    struct text with = check_text(c, item, "with"), when = check_text(c, item, "when");

    out->aimed = cJSON_IsObject(item);
    out->fault = (struct fault_config){
        .verb = verbs[out->verb],
        .to = out->aimed ? check_text(c, item, "to") : TEXT(""),
        .client = host_or_none(c, item, "client"),
        .nth = check_int(c, item, "nth", 1),
        .times = check_int(c, item, "times", 1),
        .after = when.at && text_equal(when, TEXT("after")),
        .by_ns = check_amount(c, item, "by", UNIT_DURATION, 0),
        .enhanced = TEXT(""),
        .text = TEXT(""),
    };
    if (with.at)
        make_reply(with, &out->fault);
}

static void make_probe(struct check *c, const cJSON *item, struct probe_config *out)
{
    struct text from = model_text(check_text(c, item, "from"));

    out->server = model_text(check_text(c, item, "server"));
    out->port = (uint16_t)check_int(c, item, "port", 25);
    out->from = text_equal(from, TEXT("<>")) ? TEXT("") : model_least_quoted(c, from);
    out->to = model_texts(c, check_list(c, item, "to"), &out->to_count);
}

/* The verbs of the table come in the order of enum scenario_verb. */
static void make_entry(struct check *c, const cJSON *item, struct scenario_entry *out)
{
    out->time_ns = check_amount(c, item, "at", UNIT_DURATION, 0);
    out->host = check_host(c, check_text(c, item, "on"));
    for (int verb = 0; verb < SCENARIO_VERB_COUNT; verb++) {
        const cJSON *value = check_member(c, item, schema_timeline_verbs[verb].name);

        if (!value)
            continue;
        out->verb = (enum scenario_verb)verb;
        out->word = text_of(schema_timeline_verbs[verb].name);
        out->detail = check_json_of(c, value);
        const struct json_node *node = json_document_node(c->d, value);
        out->at = node ? node->key : (struct json_place){0, 0};
        if (verb == SCENARIO_SEND)
            check_make_send(c, value, out);
        else if (verb == SCENARIO_LINK)
            make_link(c, value, out);
        else if (verb == SCENARIO_PROBE)
            make_probe(c, value, &out->probe);
        else if (verb <= SCENARIO_CRASH)
            make_fault(c, value, out);
    }
}

void check_make_timeline(struct check *c)
{
    const cJSON *timeline = check_list(c, c->root, "timeline");
    struct scenario *s = c->s;
    size_t count = 0;

    assert(schema_timeline_verbs[SCENARIO_VERB_COUNT].name == NULL);
    for (const cJSON *item = timeline->child; item; item = item->next)
        count++;
    s->timeline = memory_take_clear(c->memory, (count + 1) * sizeof *s->timeline);
    for (const cJSON *item = timeline->child; item; item = item->next) {
        s->timeline[s->entry_count].index = s->entry_count;
        make_entry(c, item, &s->timeline[s->entry_count++]);
    }
}
