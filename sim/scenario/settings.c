/*
 * settings.c - "set": the scenario as it is from an entry of the timeline on.
 *
 * Each "set", in the order of time, is laid over the completed scenario as the option --set would,
 * together with all before it, and the whole is read again.  So a new value meets the same checks as
 * if it had stood there from the beginning, and its mistakes are reported at its own place.  What it
 * names changes and nothing else: what was implied before stays as it is.
 *
 * "/mta/relay" is a place in the host of the entry; "/zones/..." one in a zone that it serves.
 */
#include <assert.h>

#include "sim/scenario/check.h"

/* ---- places that can change ---------------------------------------------------------------- */

/* Listeners, addresses, roles and what is set up once: a service has to be built anew for them. */
static const char *const fixed[] = {
    "/address",
    "/internet",
    "/router",
    "/note",
    "/stranger",
    "/blocklist",
    "/bridge",
    "/mua/collect",
    "/msa/ports",
    "/mta/ports",
    "/mda/ports",
    "/mda/pop3",
    "/mda/keep",
    "/dns/zones",
    "/mta/parallel",
    "/msa/parallel",
    "/mta/parallel_per_host",
    "/msa/parallel_per_host",
};

static bool is_below(struct text pointer, struct text place)
{
    return text_starts_nocase(pointer, place) &&
           (pointer.size == place.size || pointer.at[place.size] == '/');
}

static struct text first_step(struct text pointer)
{
    struct text step = text_after(pointer, 1);

    step.size = text_find(step, '/');
    return step;
}

/* False, and reported, if this place of the host cannot change while it runs. */
static bool may_change(struct check *c, const cJSON *item, const struct check_host *h)
{
    struct text pointer = text_of(item->string), role = first_step(pointer);

    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (is_below(pointer, text_of(fixed[i]))) {
            check_error_at_key(c, item, "%q cannot be changed while the host runs", pointer);
            check_suggest(c, "write it where the host is described");
            return false;
        }
    if (role.size + 1 == pointer.size) {
        check_error_at_key(c, item, "%q is a whole role: say what changes in it", pointer);
        check_suggest(c, "such as \"/mta/relay\"");
        return false;
    }
    if (!check_object(c, h->item, text_copy(c->memory, role).at)) {
        check_error_at_key(c, item, "%q has no %t that could be changed", h->name, role);
        return false;
    }
    return true;
}

static bool serves(const struct check *c, const struct check_host *h, struct text zone)
{
    const cJSON *zones = cJSON_GetObjectItemCaseSensitive(h->dns, "zones");

    if (!cJSON_IsArray(zones))
        return true;
    for (const cJSON *item = zones->child; item; item = item->next)
        if (cJSON_IsString(item) && text_equal_nocase(check_string(item), zone))
            return true;
    (void)c;
    return false;
}

static bool may_change_zone(struct check *c, const cJSON *item, const struct check_host *h)
{
    struct text rest = text_after(text_of(item->string), 6), zone = first_step(rest);

    if (!h->dns) {
        check_error_at_key(c, item, "%q is no name server", h->name);
        check_suggest(c, "zones are changed \"on\" a host that serves them");
    } else if (zone.size == 0) {
        check_error_at_key(c, item, "say which zone changes");
        check_suggest(c, "such as \"/zones/shop.example/mx\"");
    } else if (!serves(c, h, zone)) {
        check_error_at_key(c, item, "%q does not serve the zone %q", h->name, zone);
    } else if (!check_object(c, check_object(c, c->root, "zones"), text_copy(c->memory, zone).at)) {
        check_error_at_key(c, item, "there is no zone %q", zone);
        check_suggest(c, "a zone that changes must be there from the beginning");
    } else {
        return true;
    }
    return false;
}

bool check_is_zone_place(struct text pointer)
{
    return is_below(pointer, TEXT("/zones"));
}

/* ---- the same mistakes, in their own place -------------------------------------------------- */

/* Where a setting stands in the whole scenario: "/hosts/mx.shop.example/mta/relay". */
static struct text whole_place(struct check *c, const struct check_host *h, struct text pointer)
{
    struct buffer b;
    struct text place;

    if (check_is_zone_place(pointer))
        return pointer;
    buffer_init(&b, c->memory);
    buffer_put_string(&b, "/hosts/");
    buffer_put_text(&b, h->name);
    buffer_put_text(&b, pointer);
    place = text_copy(c->memory, buffer_text(&b));
    buffer_free(&b);
    return place;
}

/* Follows a pointer from the value down, as far as it goes. */
static const cJSON *go_down(const cJSON *item, struct text pointer)
{
    while (pointer.size > 0) {
        struct text step = first_step(pointer);
        const cJSON *child = item->child;
        int64_t index = -1;

        if (cJSON_IsArray(item) && text_to_int(step, &index))
            for (; child && index > 0; index--)
                child = child->next;
        else
            while (child && (!child->string || !text_equal(text_of(child->string), step)))
                child = child->next;
        if (!child)
            break;
        item = child;
        pointer = text_after(pointer, step.size + 1);
    }
    return item;
}

static void report(struct check *c, const cJSON *item, const struct scenario_mistake *m,
                   const char *format)
{
    if (m->severity == SCENARIO_ERROR)
        check_error(c, item, format, m->what, m->place);
    else
        check_warning(c, item, format, m->what, m->place);
    if (m->suggestion.size > 0)
        check_suggest(c, "%t", m->suggestion);
}

/* Every error is this entry's, since there was none before it; warnings are, if they are about it. */
static void take_mistakes(struct check *c, const cJSON *set, const struct check_host *h,
                          const struct scenario *after)
{
    for (uint32_t i = 0; i < after->mistakes.count; i++) {
        const struct scenario_mistake *m = &after->mistakes.items[i];
        const cJSON *of = NULL;

        for (const cJSON *item = set->child; item && !of; item = item->next) {
            struct text place = whole_place(c, h, text_of(item->string));

            if (is_below(m->place, place)) {
                of = go_down(item, text_after(m->place, place.size));
                report(c, of, m, "%t");
            }
        }
        if (!of && m->severity == SCENARIO_ERROR)
            report(c, set, m, "after this: %t, at %q");
    }
}

/* ---- one after the other -------------------------------------------------------------------- */

struct settings {
    struct check *c;
    struct text base; /* the completed scenario */
    struct scenario_setting *items;
    size_t count, capacity;
};

static void add_setting(struct settings *s, struct text pointer, struct text value)
{
    struct memory *m = s->c->memory;

    if (s->count == s->capacity) {
        size_t more = s->capacity ? 2 * s->capacity : 8;

        s->items =
            memory_grow(m, s->items, s->capacity * sizeof *s->items, more * sizeof *s->items);
        s->capacity = more;
    }
    s->items[s->count++] = (struct scenario_setting){pointer, value};
}

static void one_set(struct settings *s, struct scenario_entry *e, const cJSON *set)
{
    struct check *c = s->c;
    const struct check_host *h = &c->hosts[e->host];
    struct scenario *after;
    bool good = true;

    for (const cJSON *item = set->child; item; item = item->next) {
        struct text pointer = text_of(item->string);
        bool zone = check_is_zone_place(pointer);

        good = (zone ? may_change_zone(c, item, h) : may_change(c, item, h)) && good;
        e->sets_zones = e->sets_zones || zone;
        e->sets_host = e->sets_host || !zone;
        add_setting(s, whole_place(c, h, pointer), check_json_of(c, item));
    }
    if (!good)
        return;
    after = memory_take_clear(c->memory, sizeof *after);
    e->after = after;
    scenario_read(
        after, c->memory, s->base, c->s->file,
        &(struct scenario_options){
            .settings = s->items, .setting_count = s->count, .seed = -1, .after_settings = true});
    take_mistakes(c, set, h, after);
    if (after->has_unbuilt && !c->s->has_unbuilt) {
        c->s->has_unbuilt = true;
        c->s->unbuilt = after->unbuilt;
        c->s->unbuilt.at = e->at;
    }
}

/* The earliest of those that are later than `last`, in the order of (time, place). */
static struct scenario_entry *next_set(struct scenario *s, const struct scenario_entry *last)
{
    struct scenario_entry *best = NULL;

    for (uint32_t i = 0; i < s->entry_count; i++) {
        struct scenario_entry *e = &s->timeline[i];

        if (e->verb != SCENARIO_SET ||
            (last && (e->time_ns < last->time_ns ||
                      (e->time_ns == last->time_ns && e->index <= last->index))))
            continue;
        if (!best || e->time_ns < best->time_ns)
            best = e;
    }
    return best;
}

void check_settings(struct check *c)
{
    struct scenario *s = c->s;
    const cJSON *timeline = check_list(c, c->root, "timeline");
    struct settings settings = {.c = c};
    struct scenario_entry *last = NULL, *e;
    struct buffer base;

    if (!next_set(s, NULL))
        return;
    buffer_init(&base, c->memory);
    scenario_print_normalised(s, false, &base);
    settings.base = buffer_text(&base);
    while ((e = next_set(s, last))) {
        const cJSON *entry = cJSON_GetArrayItem(timeline, (int)e->index);

        one_set(&settings, e, check_object(c, entry, "set"));
        if (!e->after || s->mistakes.errors > 0)
            return;
        e->before = last ? last->after : s;
        last = e;
    }
}
