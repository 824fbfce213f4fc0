/*
 * From the normalised scenario in a header.  It has been checked (sim/scenario), so a mistake here means
 * that somebody else made the header.
 */
#include "sim/grade/expect_parts.h"
#include "sim/kernel/units.h"

static bool is_key(const struct json_reader *r, const char *key)
{
    return text_equal(r->string, text_of(key));
}

static bool read_text(struct expect *e, struct json_reader *r, struct text *out)
{
    if (!json_read_expect(r, JSON_STRING))
        return false;
    *out = text_copy(e->memory, r->string);
    return true;
}

static bool read_number(struct json_reader *r, int64_t *out)
{
    if (!json_read_expect(r, JSON_NUMBER))
        return false;
    *out = r->number;
    return true;
}

/* A key of delivered, not_relayed or ndr: which of them may stand where the schema says. */
static bool read_form_key(struct expect *e, struct json_reader *r, struct expectation *x)
{
    const struct {
        const char *key;
        struct text *out;
    } texts[] = {{"to", &x->to},       {"from", &x->from},     {"subject", &x->subject},
                 {"about", &x->about}, {"status", &x->status}, {"by", &x->by}};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (is_key(r, texts[i].key))
            return read_text(e, r, texts[i].out);
    if (is_key(r, "within"))
        return json_read_expect(r, JSON_STRING) &&
               unit_parse(r->string, UNIT_DURATION, &x->within_ns) == UNIT_FINE;
    if (is_key(r, "copies"))
        return read_number(r, &x->copies);
    return json_read_skip(r);
}

static bool read_form(struct expect *e, struct json_reader *r, struct expectation *x)
{
    enum json_token token;

    if (json_read(r) != JSON_OBJECT_BEGIN)
        return false;
    if (x->form == FORM_HAPPENS || x->form == FORM_NEVER)
        return matcher_read(&x->matcher, r, e->memory);
    while ((token = json_read(r)) == JSON_KEY)
        if (!read_form_key(e, r, x))
            return false;
    return token == JSON_OBJECT_END;
}

static bool read_needs(struct expect *e, struct json_reader *r, struct expectation *x)
{
    enum json_token token;

    if (json_read(r) != JSON_ARRAY_BEGIN)
        return false;
    while ((token = json_read(r)) == JSON_STRING)
        for (uint32_t i = 0; i < e->count; i++) {
            if (!text_equal(e->results[i].id, r->string))
                continue;
            if (x->need_count == x->need_capacity) {
                uint32_t more = x->need_capacity ? 2 * x->need_capacity : 4;

                x->needs = memory_grow(e->memory, x->needs, x->need_capacity * sizeof *x->needs,
                                       more * sizeof *x->needs);
                x->need_capacity = more;
            }
            x->needs[x->need_count++] = i;
        }
    return token == JSON_ARRAY_END;
}

static enum expect_form form_of(const struct json_reader *r)
{
    static const struct {
        const char *key;
        enum expect_form form;
    } forms[] = {{"delivered", FORM_DELIVERED},
                 {"not_relayed", FORM_NOT_RELAYED},
                 {"ndr", FORM_NDR},
                 {"happens", FORM_HAPPENS},
                 {"never", FORM_NEVER}};

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (is_key(r, forms[i].key))
            return forms[i].form;
    return FORM_NONE;
}

static bool read_expectation(struct expect *e, struct json_reader *r, struct expect_result *result,
                             struct expectation *x)
{
    enum json_token token;

    *result = (struct expect_result){.points = 1};
    *x = (struct expectation){.within_ns = -1, .copies = -1};
    while ((token = json_read(r)) == JSON_KEY) {
        enum expect_form form = form_of(r);
        bool fine;

        if (form != FORM_NONE) {
            x->form = form;
            fine = read_form(e, r, x);
        } else if (is_key(r, "id")) {
            fine = read_text(e, r, &result->id);
        } else if (is_key(r, "say")) {
            fine = read_text(e, r, &result->say);
        } else if (is_key(r, "points")) {
            fine = read_number(r, &result->points);
        } else if (is_key(r, "needs")) {
            fine = read_needs(e, r, x);
        } else {
            fine = json_read_skip(r);
        }
        if (!fine)
            return false;
    }
    return token == JSON_OBJECT_END && x->form != FORM_NONE;
}

static bool read_list(struct expect *e, struct json_reader *r)
{
    struct expect_state *s = e->state;
    uint32_t capacity = 0;
    enum json_token token;

    if (json_read(r) != JSON_ARRAY_BEGIN)
        return false;
    while ((token = json_read(r)) == JSON_OBJECT_BEGIN) {
        if (e->count == capacity) {
            uint32_t more = capacity ? 2 * capacity : 8;

            e->results = memory_grow(e->memory, e->results, capacity * sizeof *e->results,
                                     more * sizeof *e->results);
            s->items = memory_grow(e->memory, s->items, capacity * sizeof *s->items,
                                   more * sizeof *s->items);
            capacity = more;
        }
        if (!read_expectation(e, r, &e->results[e->count], &s->items[e->count]))
            return false;
        e->count++;
    }
    return token == JSON_ARRAY_END;
}

bool expect_read(struct expect *e, struct text scenario)
{
    struct json_reader r;
    enum json_token token = JSON_MISTAKE;
    bool fine = true;

    json_reader_init(&r, e->memory, JSON_UTF8);
    json_reader_open(&r, scenario);
    fine = json_read(&r) == JSON_OBJECT_BEGIN;
    while (fine && (token = json_read(&r)) == JSON_KEY)
        fine = is_key(&r, "expect") ? read_list(e, &r) : json_read_skip(&r);
    fine = fine && token == JSON_OBJECT_END;
    json_reader_free(&r);
    return fine;
}
