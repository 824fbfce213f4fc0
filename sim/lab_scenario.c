/*
 * lab_scenario.c - a scenario's text, read, with its mistakes in words.
 */
#include "sim/lab_scenario.h"

#include "sim/json/read.h"

bool lab_scenario_read(struct scenario *s, struct memory *m, struct text octets, struct text file,
                       const struct scenario_options *options, struct buffer *told)
{
    bool fine = scenario_read(s, m, octets, file, options);
    const struct scenario_mistakes *all = &s->mistakes;

    for (uint32_t i = 0; i < all->count; i++)
        scenario_put_mistake(told, file, &all->items[i]);
    if (all->errors + all->warnings > all->count) {
        buffer_put_text(told, file);
        buffer_put_string(told, ": note: ");
        buffer_put_int(told, all->errors + all->warnings - all->count);
        buffer_put_string(told, " more mistakes are not shown\n");
    }
    return fine;
}

void lab_scenario_end(struct scenario *s)
{
    scenario_free(s);
}

void lab_scenario_put_options(const struct scenario_options *options, struct buffer *out)
{
    if (options->seed >= 0) {
        buffer_put_string(out, "--seed ");
        buffer_put_int(out, options->seed);
    }
    for (size_t i = 0; i < options->setting_count; i++) {
        buffer_put_string(out, out->size > 0 ? " --set " : "--set ");
        buffer_put_text(out, options->settings[i].pointer);
        buffer_put_char(out, '=');
        buffer_put_text(out, options->settings[i].value);
    }
}

/* ---- one more entry -------------------------------------------------------------------------- */

/* Where the timeline's last entry ends, or its "[" if it has none; and where the last member of the
 * whole ends, if there is no timeline. */
struct ends {
    size_t timeline, members;
    bool has_timeline, has_entries, has_members;
};

static bool read_timeline(struct json_reader *r, struct ends *e)
{
    if (json_read(r) != JSON_ARRAY_BEGIN)
        return false;
    e->has_timeline = true;
    e->timeline = r->at;
    for (enum json_token t; (t = json_read(r)) != JSON_ARRAY_END;) {
        if (t != JSON_OBJECT_BEGIN || !json_read_skip(r))
            return false;
        e->has_entries = true;
        e->timeline = r->at;
    }
    return true;
}

static bool find_ends(struct json_reader *r, struct ends *e)
{
    if (json_read(r) != JSON_OBJECT_BEGIN)
        return false;
    e->members = r->at;
    for (enum json_token t; (t = json_read(r)) != JSON_OBJECT_END;) {
        if (t != JSON_KEY)
            return false;
        if (text_equal(r->string, TEXT("timeline")) ? !read_timeline(r, e) : !json_read_skip(r))
            return false;
        e->has_members = true;
        e->members = r->at;
    }
    return true;
}

bool lab_scenario_add_entry(struct memory *m, struct text octets, struct text entry,
                            struct buffer *out)
{
    struct ends e = {.timeline = 0};
    struct json_reader r;

    json_reader_init(&r, m, JSON_UTF8);
    json_reader_open(&r, octets);
    bool fine = find_ends(&r, &e);

    json_reader_free(&r);
    if (!fine)
        return false;
    size_t at = e.has_timeline ? e.timeline : e.members;

    buffer_put(out, octets.at, at);
    if (e.has_timeline)
        buffer_put_string(out, e.has_entries ? ",\n    " : "\n    ");
    else
        buffer_put_string(out, e.has_members ? ",\n  \"timeline\": [\n    "
                                             : "\n  \"timeline\": [\n    ");
    buffer_put_text(out, entry);
    if (!e.has_timeline)
        buffer_put_string(out, "\n  ]");
    buffer_put_text(out, text_after(octets, at));
    return true;
}

/* ---- without questions ------------------------------------------------------------------------ */

/* What to leave out: a member with the comma before it, or behind it if it is the first of more. */
struct cut {
    size_t from, to;
};

static bool cut_prompts(struct json_reader *r, struct cut *cut)
{
    bool first = true, opened = false; /* opened: cut up to the next member */

    if (json_read(r) != JSON_OBJECT_BEGIN)
        return false;
    size_t end = r->at; /* of the member before */

    for (enum json_token t; (t = json_read(r)) != JSON_OBJECT_END; first = false) {
        if (t != JSON_KEY)
            return false;
        bool prompts = text_equal(r->string, TEXT("prompts"));

        if (opened)
            cut->to = r->token_at;
        opened = prompts && first;
        if (prompts)
            cut->from = first ? r->token_at : end;
        if (!json_read_skip(r))
            return false;
        end = r->at;
        if (prompts)
            cut->to = end;
    }
    return true;
}

static bool find_prompts(struct json_reader *r, struct cut *cut)
{
    if (json_read(r) != JSON_OBJECT_BEGIN)
        return false;
    for (enum json_token t; (t = json_read(r)) != JSON_OBJECT_END;) {
        if (t != JSON_KEY)
            return false;
        if (text_equal(r->string, TEXT("lesson")) ? !cut_prompts(r, cut) : !json_read_skip(r))
            return false;
    }
    return true;
}

bool lab_scenario_drop_prompts(struct memory *m, struct text octets, struct buffer *out)
{
    struct cut cut = {0, 0};
    struct json_reader r;

    json_reader_init(&r, m, JSON_UTF8);
    json_reader_open(&r, octets);
    bool fine = find_prompts(&r, &cut);

    json_reader_free(&r);
    if (!fine)
        return false;
    buffer_put(out, octets.at, cut.from);
    buffer_put_text(out, text_after(octets, cut.to));
    return true;
}

/* ---- whole ------------------------------------------------------------------------------------ */

bool lab_scenario_built(const struct scenario *s, struct text file, struct buffer *told)
{
    struct scenario_mistake first;

    if (!scenario_first_unbuilt(s, &first))
        return true;
    scenario_put_mistake(told, file, &first);
    return false;
}

void lab_scenario_print(const struct scenario *s, bool pretty, struct buffer *out)
{
    scenario_print_normalised(s, pretty, out);
}
