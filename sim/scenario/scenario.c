/*
 * scenario.c - from a text to a checked scenario, step by step, and the first thing not built yet.
 */
#include "sim/scenario/scenario.h"

#include "sim/scenario/check.h"

/* ---- --set and --seed ---------------------------------------------------------------------- */

/* One step of a JSON pointer, unescaped into `out`. */
static void unescape_step(struct text step, struct buffer *out)
{
    buffer_clear(out);
    for (size_t i = 0; i < step.size; i++) {
        bool escape = step.at[i] == '~' && i + 1 < step.size;

        if (escape && (step.at[i + 1] == '0' || step.at[i + 1] == '1'))
            buffer_put_char(out, step.at[++i] == '0' ? '~' : '/');
        else
            buffer_put_char(out, step.at[i]);
    }
    buffer_put_char(out, '\0');
}

static cJSON *element_at(cJSON *list, struct text step)
{
    int64_t index;

    return text_to_int(step, &index) && index < INT32_MAX ? cJSON_GetArrayItem(list, (int)index)
                                                          : NULL;
}

/* The value as JSON, or as the text that it is. */
static cJSON *read_value(struct check *c, struct text value)
{
    struct json_document d;
    cJSON *item;

    if (json_document_read(&d, c->memory, value)) {
        item = d.root;
        d.root = NULL;
    } else {
        item = cJSON_CreateString(text_copy(c->memory, value).at);
    }
    json_document_free(&d);
    return item;
}

/* Where `present` stands, or new; a key in an object, an element at the end of a list. */
static void put_at(struct check *c, cJSON *parent, const char *key, cJSON *present, cJSON *value)
{
    if (cJSON_IsArray(parent) && present)
        cJSON_ReplaceItemViaPointer(parent, present, value);
    else if (cJSON_IsArray(parent))
        cJSON_AddItemToArray(parent, value);
    else if (present)
        cJSON_ReplaceItemInObjectCaseSensitive(parent, key, value);
    else
        cJSON_AddItemToObject(parent, key, value);
    json_document_adopt(c->d, parent, value);
}

static void bad_setting(struct check *c, const struct scenario_setting *setting, const char *why)
{
    check_error(c, c->root, "--set %t: %s", setting->pointer, why);
    c->s->mistakes.items[c->s->mistakes.count - 1].at = (struct json_place){0, 0};
}

/* Follows the pointer; objects on the way are made if they are not there. */
static void apply_setting(struct check *c, const struct scenario_setting *setting)
{
    struct text rest = setting->pointer;
    cJSON *parent = c->root;
    struct buffer step;

    if (rest.size == 0 || rest.at[0] != '/') {
        bad_setting(c, setting, "a place begins with /, such as /seed or /hosts/mx/mta/recipients");
        return;
    }
    buffer_init(&step, c->memory);
    for (;;) {
        size_t end = text_find(text_after(rest, 1), '/') + 1;
        cJSON *child;

        unescape_step(text_from(rest.at + 1, end - 1), &step);
        child = cJSON_IsArray(parent) ? element_at(parent, text_from(rest.at + 1, end - 1))
                                      : cJSON_GetObjectItemCaseSensitive(parent, step.at);
        rest = text_after(rest, end);
        if (rest.size == 0) {
            put_at(c, parent, step.at, child, read_value(c, setting->value));
            break;
        }
        if (!child && cJSON_IsObject(parent)) {
            child = cJSON_CreateObject();
            put_at(c, parent, step.at, NULL, child);
        }
        if (!child || (!cJSON_IsObject(child) && !cJSON_IsArray(child))) {
            bad_setting(c, setting, "there is nothing below this place");
            break;
        }
        parent = child;
    }
    buffer_free(&step);
}

static void apply_options(struct check *c, const struct scenario_options *options)
{
    if (!options || !cJSON_IsObject(c->root))
        return;
    for (size_t i = 0; i < options->setting_count; i++)
        apply_setting(c, &options->settings[i]);
    if (options->seed >= 0) {
        struct buffer digits;
        struct scenario_setting seed = {.pointer = TEXT("/seed")};

        buffer_init(&digits, c->memory);
        buffer_put_int(&digits, options->seed);
        seed.value = buffer_text(&digits);
        apply_setting(c, &seed);
        buffer_free(&digits);
    }
}

/* ---- what is not built yet ----------------------------------------------------------------- */

static void note_unbuilt(struct check *c, const cJSON *item, struct text name)
{
    const struct json_node *node = json_document_node(c->d, item);
    struct scenario_mistake *first = &c->s->unbuilt;
    struct scenario_mistakes kept = c->s->mistakes;

    if (!node)
        return;
    if (c->s->has_unbuilt &&
        (first->at.line < node->key.line ||
         (first->at.line == node->key.line && first->at.column <= node->key.column)))
        return;
    /* Written by the same hand as the mistakes, but not one of them. */
    c->s->mistakes = (struct scenario_mistakes){.memory = c->memory};
    check_error_at_key(c, item, "%q is not built yet", name);
    check_suggest(c, "this version checks it but cannot run it");
    *first = c->s->mistakes.items[0];
    c->s->has_unbuilt = true;
    c->s->mistakes = kept;
}

static void find_unbuilt(struct check *c, const struct schema_type *type, const cJSON *item)
{
    const struct schema_key *key;

    for (const cJSON *child = item->child; child; child = child->next) {
        if (type->kind == SCHEMA_LIST || type->kind == SCHEMA_MAP) {
            find_unbuilt(c, type->item, child);
        } else if (type->kind == SCHEMA_OBJECT) {
            key = schema_find(type, text_of(child->string));
            if (!key)
                continue;
            if (key->flags & SCHEMA_UNBUILT)
                note_unbuilt(c, child, text_of(key->name));
            else if (key->built && cJSON_IsString(child) &&
                     !schema_has_word(key->built, check_string(child)))
                note_unbuilt(c, child, check_string(child));
            else
                find_unbuilt(c, key->type, child);
        }
    }
    if (type->kind == SCHEMA_EITHER)
        for (size_t i = 0; type->types[i]; i++)
            if (type->types[i]->kind == (cJSON_IsArray(item) ? SCHEMA_LIST : SCHEMA_MAP))
                find_unbuilt(c, type->types[i], item);
}

bool scenario_first_unbuilt(const struct scenario *s, struct scenario_mistake *m)
{
    if (s->has_unbuilt)
        *m = s->unbuilt;
    return s->has_unbuilt;
}

void scenario_warn_entry(const struct scenario *s, int64_t entry, struct text what,
                         struct text suggestion, struct buffer *out)
{
    const struct scenario_entry *e = &s->timeline[entry];
    struct buffer place;

    buffer_init(&place, s->memory);
    buffer_put_string(&place, "/timeline/");
    buffer_put_int(&place, entry);
    buffer_put_char(&place, '/');
    buffer_put_text(&place, e->word);
    scenario_put_mistake(out, s->file,
                         &(struct scenario_mistake){.severity = SCENARIO_WARNING,
                                                    .at = e->at,
                                                    .what = what,
                                                    .place = buffer_text(&place),
                                                    .suggestion = suggestion});
    buffer_free(&place);
}

/* ---- reading ------------------------------------------------------------------------------- */

static void check_tree(struct check *c, const struct scenario_options *options)
{
    apply_options(c, options);
    c->bad_count = c->d->node_count;
    c->bad = memory_take_clear(c->memory, c->bad_count + 1);
    check_structure(c);
    c->broken = c->s->mistakes.errors > 0;
    if (!cJSON_IsObject(c->root))
        return;
    check_find_hosts(c);
    check_complete(c);
    check_meaning(c);
    check_settle(c);
    if (c->s->mistakes.errors > 0)
        return;
    find_unbuilt(c, &schema_scenario, c->root);
    check_normalise(c);
    check_complete_passwords(c);
    check_make_model(c);
    if (!options || !options->after_settings)
        check_settings(c);
}

static void check_free(struct check *c)
{
    for (int i = 0; i < FORM_COUNT; i++) {
        if (!c->patterns[i])
            continue;
        pattern_free(c->patterns[i], c->memory);
        memory_give(c->memory, c->patterns[i], sizeof *c->patterns[i]);
    }
    memory_give(c->memory, c->bad, c->bad_count + 1);
    memory_give(c->memory, c->hosts, c->host_capacity * sizeof *c->hosts);
    table_free(&c->host_names);
    table_free(&c->mda_sites);
    table_free(&c->served);
    table_free(&c->written_zones);
}

/* As every trace of ours begins. */
static bool is_trace(struct text input)
{
    return text_starts_nocase(input, TEXT("{\"smtplab_trace\""));
}

bool scenario_read(struct scenario *s, struct memory *m, struct text input, struct text file,
                   const struct scenario_options *options)
{
    struct check c = {.s = s, .memory = m, .d = &s->document};

    *s = (struct scenario){.memory = m, .file = file, .mistakes = {.memory = m}};
    table_init(&s->host_names, m, true);
    table_init(&c.host_names, m, true);
    table_init(&c.mda_sites, m, true);
    table_init(&c.served, m, true);
    table_init(&c.written_zones, m, true);
    if (is_trace(input)) {
        check_refuse(&c, "this is a trace, not a scenario",
                     "`smtplab export` and `smtplab diff` read it");
        return false;
    }
    json_document_read(&s->document, m, input);
    check_take_syntax(&c);
    c.root = s->document.root;
    if (c.root)
        check_tree(&c, options);
    check_sort_mistakes(&c);
    if (c.bad)
        check_free(&c);
    return s->mistakes.errors == 0;
}

void scenario_free(struct scenario *s)
{
    for (uint32_t i = 0; i < s->entry_count; i++)
        if (s->timeline[i].after)
            json_document_free(&((struct scenario *)(uintptr_t)s->timeline[i].after)->document);
    json_document_free(&s->document);
}
