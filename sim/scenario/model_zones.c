/*
 * model_zones.c - zones and their records, from the completed tree.
 */
#include <assert.h>

#include "sim/kernel/clock.h"
#include "sim/scenario/check.h"

struct maker {
    struct check *c;
    struct scenario_zone *zone;
    struct scenario_record *records;
    size_t record_capacity;
    struct scenario_failing_name *failing;
    size_t failing_capacity;
};

static struct scenario_record *add(struct maker *m, struct text name,
                                   enum scenario_record_type type, struct text data)
{
    size_t size = sizeof *m->records, count = m->zone->record_count++;

    if (count == m->record_capacity) {
        size_t more = m->record_capacity ? m->record_capacity * 2 : 4;

        m->records = memory_grow(m->c->memory, m->records, m->record_capacity * size, more * size);
        m->record_capacity = more;
    }
    assert(m->records);
    m->records[count] =
        (struct scenario_record){.name = name, .type = type, .data = data, .ttl_s = m->zone->ttl_s};
    return &m->records[count];
}

static void add_failing(struct maker *m, struct text name, enum scenario_failure failure)
{
    size_t size = sizeof *m->failing, count = m->zone->failing_count++;

    if (count == m->failing_capacity) {
        size_t more = m->failing_capacity ? m->failing_capacity * 2 : 4;

        m->failing = memory_grow(m->c->memory, m->failing, m->failing_capacity * size, more * size);
        m->failing_capacity = more;
    }
    assert(m->failing);
    m->failing[count] = (struct scenario_failing_name){name, failure};
}

/* Names are kept without their final dot; the root is ".". */
static struct text without_dot(struct text name)
{
    if (name.size > 1 && name.at[name.size - 1] == '.')
        name.size--;
    return name;
}

static void add_mx(struct maker *m, struct text name, const cJSON *list)
{
    for (const cJSON *item = list ? list->child : NULL; item; item = item->next) {
        struct text record = check_string(item);
        size_t space = text_find(record, ' ');
        int64_t preference = 0;

        text_to_int(text_from(record.at, space), &preference);
        add(m, name, SCENARIO_MX, without_dot(text_after(record, space + 1)))->preference =
            preference;
    }
}

static void add_each(struct maker *m, struct text name, const cJSON *object, const char *key,
                     enum scenario_record_type type)
{
    const cJSON *list = check_list(m->c, object, key);

    for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
        add(m, name, type, check_string(item));
}

static enum scenario_failure failure_of(struct text word)
{
    if (text_equal(word, TEXT("servfail")))
        return SCENARIO_SERVFAIL;
    if (text_equal(word, TEXT("silent")))
        return SCENARIO_SILENT;
    return text_equal(word, TEXT("nxdomain")) ? SCENARIO_NXDOMAIN : SCENARIO_ANSWERS;
}

static enum scenario_failure fails(struct maker *m, const cJSON *object)
{
    struct text word = check_text(m->c, object, "fails");

    return word.at ? failure_of(word) : SCENARIO_ANSWERS;
}

static void add_records(struct maker *m, struct text name, const cJSON *object)
{
    struct text cname = check_text(m->c, object, "cname");

    add_mx(m, name, check_list(m->c, object, "mx"));
    add_each(m, name, object, "a", SCENARIO_A);
    add_each(m, name, object, "aaaa", SCENARIO_AAAA);
    if (cname.at)
        add(m, name, SCENARIO_CNAME, cname);
    add_each(m, name, object, "txt", SCENARIO_TXT);
    add_each(m, name, object, "ptr", SCENARIO_PTR);
}

static void make_zone(struct check *c, const cJSON *item, struct scenario_zone *zone)
{
    struct maker m = {.c = c, .zone = zone};
    struct text origin = text_of(item->string);
    const cJSON *names = check_object(c, item, "names");

    zone->origin = origin;
    zone->ttl_s = check_amount(c, item, "ttl", UNIT_DURATION, 0) / CLOCK_SECOND;
    zone->negative_ttl_s = check_amount(c, item, "negative_ttl", UNIT_DURATION, 0) / CLOCK_SECOND;
    zone->failure = fails(&m, item);
    add_each(&m, origin, item, "ns", SCENARIO_NS);
    add_records(&m, origin, item);
    for (const cJSON *child = names ? names->child : NULL; child; child = child->next) {
        struct text name = check_absolute(c, text_of(child->string), origin);

        if (!cJSON_IsObject(child))
            continue;
        add_records(&m, name, child);
        if (fails(&m, child) != SCENARIO_ANSWERS)
            add_failing(&m, name, fails(&m, child));
    }
    zone->records = m.records;
    zone->failing = m.failing;
}

void check_make_zones(struct check *c)
{
    const cJSON *zones = check_object(c, c->root, "zones");
    uint32_t count = 0;

    for (const cJSON *item = zones->child; item; item = item->next)
        count += cJSON_IsObject(item) ? 1 : 0;
    c->s->zones = memory_take_clear(c->memory, (count + 1) * sizeof *c->s->zones);
    for (const cJSON *item = zones->child; item; item = item->next)
        if (cJSON_IsObject(item))
            make_zone(c, item, &c->s->zones[c->s->zone_count++]);
}
