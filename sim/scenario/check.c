/*
 * check.c - the tree against the table of keys: keys, types, forms of strings.
 *
 * Depth is bounded by the table, not by the file: where the table ends, nothing is followed further.
 */
#include "sim/scenario/check.h"

#include <assert.h>

enum { SUGGESTED_MAX = 8 };

/* ---- types in words ------------------------------------------------------------------------ */

const char *check_kind_of(const cJSON *item)
{
    if (cJSON_IsString(item))
        return "a text";
    if (cJSON_IsNumber(item))
        return "a number";
    if (cJSON_IsBool(item))
        return cJSON_IsTrue(item) ? "true" : "false";
    if (cJSON_IsObject(item))
        return "an object";
    return cJSON_IsArray(item) ? "a list" : "null";
}

static const char *kind_of_type(const struct schema_type *type)
{
    switch (type->kind) {
    case SCHEMA_TEXT: return schema_form(type->form)->name;
    case SCHEMA_WORD: return "a word";
    case SCHEMA_INT: return "a whole number";
    case SCHEMA_BOOL: return "true or false";
    case SCHEMA_TRUE: return "true";
    case SCHEMA_OBJECT:
    case SCHEMA_MAP:
    case SCHEMA_MATCHER: return "an object";
    case SCHEMA_LIST: return "a list";
    case SCHEMA_EITHER:
    case SCHEMA_ANY: break;
    }
    return "a value";
}

/* Does the JSON type fit?  What is inside is another question. */
static bool type_fits(const struct schema_type *type, const cJSON *item)
{
    switch (type->kind) {
    case SCHEMA_TEXT:
    case SCHEMA_WORD: return cJSON_IsString(item);
    case SCHEMA_INT: return cJSON_IsNumber(item);
    case SCHEMA_BOOL: return cJSON_IsBool(item);
    case SCHEMA_TRUE: return cJSON_IsTrue(item);
    case SCHEMA_OBJECT:
    case SCHEMA_MAP:
    case SCHEMA_MATCHER: return cJSON_IsObject(item);
    case SCHEMA_LIST: return cJSON_IsArray(item);
    case SCHEMA_EITHER:
        for (size_t i = 0; type->types[i]; i++)
            if (type_fits(type->types[i], item))
                return true;
        return false;
    case SCHEMA_ANY: return true;
    }
    return false;
}

_Static_assert(FORM_SHARE - FORM_DURATION == UNIT_SHARE - UNIT_DURATION, "forms with units");

static enum unit_kind unit_of_form(enum schema_form_id form)
{
    if (form < FORM_DURATION || form > FORM_SHARE)
        return UNIT_KIND_COUNT;
    return (enum unit_kind)(form - FORM_DURATION + UNIT_DURATION);
}

/* "write "alice@uni.example"" for "Alice <alice@uni.example>". */
static void suggest_mailbox(struct check *c, enum schema_form_id form, struct text written)
{
    size_t open = text_find(written, '<');
    struct text inside = text_after(written, open + 1);

    inside.size = text_find(inside, '>');
    if (!text_is_ascii(written) && form == FORM_RECIPIENT)
        check_suggest(c, "the domain is ASCII, as it stands in the DNS (xn--...)");
    else if (!text_is_ascii(written))
        check_suggest(c, "only ASCII is simulated: write %s", schema_form(FORM_MAILBOX)->hint);
    else if (open < written.size && check_form(c, FORM_MAILBOX, inside))
        check_suggest(c, "write %q", inside);
    else
        check_suggest(c, "write %s", schema_form(FORM_MAILBOX)->hint);
}

/* "write "5m"" for "5 min", if it is clear what was meant; else what such a text looks like. */
static void suggest_form(struct check *c, enum schema_form_id form, struct text written)
{
    enum unit_kind unit = unit_of_form(form);
    struct buffer guess;

    buffer_init(&guess, c->memory);
    if (form == FORM_MAILBOX || form == FORM_RECIPIENT)
        suggest_mailbox(c, form, written);
    else if (unit != UNIT_KIND_COUNT && written.size > 0 && written.at[0] == '-')
        check_suggest(c, "it cannot be negative; write %s", schema_form(form)->hint);
    else if (unit == UNIT_SHARE && text_starts_nocase(written, TEXT("0.")) &&
             unit_guess(written, unit, &guess)) /* 0.5: is it one half that is meant? */
        check_suggest(c, "write %q; one half would be \"50%s\"", buffer_text(&guess), "%");
    else if (unit != UNIT_KIND_COUNT && unit_guess(written, unit, &guess))
        check_suggest(c, "write %q", buffer_text(&guess));
    else
        check_suggest(c, "write %s", schema_form(form)->hint);
    buffer_free(&guess);
}

struct word_search {
    struct check_nearest nearest;
    struct buffer all;
};

static void search_word(void *context, struct text word)
{
    struct word_search *search = context;

    check_nearest_try(&search->nearest, word);
    if (search->all.size > 0)
        buffer_put_string(&search->all, ", ");
    buffer_put_text(&search->all, word);
}

/* The nearest word to what was written, or all of them. */
static void suggest_words(struct check *c, const struct schema_type *type, const cJSON *written)
{
    struct word_search search;

    buffer_init(&search.all, c->memory);
    check_nearest_init(&search.nearest, written ? check_string(written) : TEXT(""));
    schema_each_word(type->words, search_word, &search);
    if (!check_suggest_nearest(c, &search.nearest))
        check_suggest(c, "it is one of %t", buffer_text(&search.all));
    buffer_free(&search.all);
}

static bool is_whole(const struct check *c, const cJSON *item)
{
    const struct json_node *node = json_document_node(c->d, item);

    return cJSON_IsNumber(item) && node && node->whole;
}

static void suggest_type(struct check *c, const struct schema_type *type, const cJSON *item)
{
    if (cJSON_IsNull(item)) {
        check_suggest(c, "leave the key out instead");
    } else if (type->kind == SCHEMA_INT && cJSON_IsString(item) && item->valuestring[0] >= '0' &&
               item->valuestring[0] <= '9') {
        check_suggest(c, "write %t without quotes", check_string(item));
    } else if (type->kind == SCHEMA_BOOL && cJSON_IsString(item)) {
        check_suggest(c, "write true or false without quotes");
    } else if (type->kind == SCHEMA_WORD) {
        suggest_words(c, type, NULL);
    } else if (type->kind == SCHEMA_INT && cJSON_IsString(item)) {
        check_suggest(c, "write a number without quotes");
    } else if (type->kind == SCHEMA_TEXT && is_whole(c, item)) {
        struct buffer digits;

        buffer_init(&digits, c->memory);
        buffer_put_int(&digits, check_number(c, item));
        suggest_form(c, type->form, buffer_text(&digits));
        buffer_free(&digits);
    } else if (type->kind == SCHEMA_TEXT) {
        check_suggest(c, "write %s", schema_form(type->form)->hint);
    } else if (type->kind == SCHEMA_LIST) {
        check_suggest(c, "put it between [ and ]");
    } else if (type->kind == SCHEMA_OBJECT || type->kind == SCHEMA_MAP) {
        check_suggest(c, "write keys and values between { and }");
    }
}

void check_wrong_type(struct check *c, const struct schema_type *type, const cJSON *item,
                      struct text name)
{
    check_mark_bad(c, item);
    if (type->kind != SCHEMA_EITHER) {
        check_error(c, item, "%q must be %s, not %s", name, kind_of_type(type),
                    check_kind_of(item));
    } else {
        check_error(c, item, "%q must be %s or %s, not %s", name, kind_of_type(type->types[0]),
                    kind_of_type(type->types[1]), check_kind_of(item));
        type = type->types[0];
    }
    suggest_type(c, type, item);
}

/* ---- strings and numbers ------------------------------------------------------------------- */

bool check_form(struct check *c, enum schema_form_id form, struct text t)
{
    enum unit_kind unit = unit_of_form(form);
    const char *pattern = unit == UNIT_KIND_COUNT ? schema_form(form)->pattern : unit_pattern(unit);

    if (!pattern)
        return true;
    if (!c->patterns[form]) {
        c->patterns[form] = memory_take(c->memory, sizeof *c->patterns[form]);
        pattern_compile(c->patterns[form], c->memory, pattern);
    }
    return pattern_match(c->patterns[form], t);
}

static void too_large(struct check *c, enum unit_kind unit, const cJSON *item, struct text name)
{
    check_mark_bad(c, item);
    check_error(c, item, "%q is too large: %q", name, check_string(item));
    if (unit == UNIT_DURATION)
        check_suggest(c, "at most \"10000d\"");
}

/* Digits and a unit as they should be, but more digits than the form allows? */
static bool is_too_long(struct check *c, enum unit_kind unit, struct text t)
{
    struct buffer guess;
    bool same;

    if (unit == UNIT_KIND_COUNT)
        return false;
    buffer_init(&guess, c->memory);
    same = unit_guess(t, unit, &guess) && text_equal(buffer_text(&guess), t);
    buffer_free(&guess);
    return same;
}

static void check_text_form(struct check *c, const struct schema_type *type, const cJSON *item,
                            struct text name)
{
    struct text t = check_string(item);
    enum unit_kind unit = unit_of_form(type->form);
    int64_t amount;

    if (!check_form(c, type->form, t)) {
        if (is_too_long(c, unit, t)) {
            too_large(c, unit, item, name);
            return;
        }
        check_mark_bad(c, item);
        check_error(c, item, "%q is not %s: %q", name, schema_form(type->form)->name, t);
        suggest_form(c, type->form, t);
        return;
    }
    if (unit == UNIT_KIND_COUNT)
        return;
    switch (unit_parse(t, unit, &amount)) {
    case UNIT_TOO_FINE:
        check_mark_bad(c, item);
        check_error(c, item, "%q is too exact: %q", name, t);
        check_suggest(c, "the smallest unit is %s",
                      unit == UNIT_DURATION ? "1ns"
                      : unit == UNIT_SHARE  ? "1ppm"
                      : unit == UNIT_RATE   ? "1bit/s"
                                            : "1B");
        break;
    case UNIT_NOT_ONE:
    case UNIT_TOO_LARGE: too_large(c, unit, item, name); break;
    case UNIT_FINE: break;
    }
}

static void check_word(struct check *c, const struct schema_type *type, const cJSON *item,
                       struct text name)
{
    if (schema_has_word(type->words, check_string(item)))
        return;
    check_mark_bad(c, item);
    check_error(c, item, "%q cannot be %q", name, check_string(item));
    suggest_words(c, type, item);
}

static void check_whole_number(struct check *c, const struct schema_type *type, const cJSON *item,
                               struct text name)
{
    const struct json_node *node = json_document_node(c->d, item);

    if (!node || !node->whole) {
        check_mark_bad(c, item);
        if (c->d->mistake_count == 0) /* out of range: the syntax has said so */
            check_error(c, item, "%q must be a whole number", name);
        return;
    }
    if (node->number >= type->least && node->number <= type->most)
        return;
    check_mark_bad(c, item);
    check_error(c, item, "%q cannot be %d", name, node->number);
    if (type->least == type->most)
        check_suggest(c, "write %d", type->least);
    else
        check_suggest(c, "it lies between %d and %d", type->least, type->most);
}

/* ---- objects ------------------------------------------------------------------------------- */

/* Keys that the suggestions for unknown ones have named: they are not reported missing too. */
struct suggested {
    struct text names[SUGGESTED_MAX];
    unsigned count;
};

static bool was_suggested(const struct suggested *s, const char *name)
{
    for (unsigned i = 0; i < s->count; i++)
        if (text_equal(s->names[i], text_of(name)))
            return true;
    return false;
}

static void try_keys(struct check_nearest *n, const struct schema_key *keys)
{
    for (; keys && keys->name; keys++)
        check_nearest_try(n, text_of(keys->name));
}

/* A key of this object that is an object and has such a key itself. */
static const char *belongs_into(const struct schema_type *type, struct text key)
{
    for (const struct schema_key *k = type->keys; k && k->name; k++)
        if (k->type->kind == SCHEMA_OBJECT && schema_find(k->type, key))
            return k->name;
    for (const struct schema_key *k = type->one_of; k && k->name; k++)
        if (k->type->kind == SCHEMA_OBJECT && schema_find(k->type, key))
            return k->name;
    return NULL;
}

static void suggest_known_keys(struct check *c, const struct schema_type *type)
{
    struct buffer all;
    const struct schema_key *tables[2] = {type->keys, type->one_of};

    buffer_init(&all, c->memory);
    for (int i = 0; i < 2; i++)
        for (const struct schema_key *k = tables[i]; k && k->name; k++) {
            buffer_put_string(&all, all.size > 0 ? ", " : "");
            buffer_put_string(&all, k->name);
        }
    check_suggest(c, "known here: %t", buffer_text(&all));
    buffer_free(&all);
}

static void unknown_key(struct check *c, const struct schema_type *type, const cJSON *item,
                        struct suggested *suggested)
{
    struct text key = text_of(item->string);
    struct check_nearest nearest;
    const char *inside;

    check_mark_bad(c, item);
    check_error_at_key(c, item, "unknown key %q", key);
    if (!check_is_kept(c))
        return;
    check_nearest_init(&nearest, key);
    try_keys(&nearest, type->keys);
    try_keys(&nearest, type->one_of);
    if (check_suggest_nearest(c, &nearest)) {
        if (suggested->count < SUGGESTED_MAX)
            suggested->names[suggested->count++] = nearest.best;
        return;
    }
    inside = belongs_into(type, key);
    if (inside)
        check_suggest(c, "it belongs into %q", text_of(inside));
    else
        suggest_known_keys(c, type);
}

static void check_required(struct check *c, const struct schema_type *type, const cJSON *item,
                           const struct suggested *suggested)
{
    for (const struct schema_key *k = type->keys; k->name; k++) {
        if (!(k->flags & SCHEMA_REQUIRED) || cJSON_GetObjectItemCaseSensitive(item, k->name) ||
            was_suggested(suggested, k->name))
            continue;
        check_error(c, item, "%q is missing", text_of(k->name));
        check_suggest(c, "such as \"%s\": %s", k->name, k->example);
    }
}

static void check_one_of(struct check *c, const struct schema_type *type, const cJSON *item,
                         const struct suggested *suggested)
{
    const cJSON *first = NULL;
    bool meant = false;
    struct buffer all;

    for (const cJSON *child = item->child; child; child = child->next) {
        struct schema_type verbs = {.kind = SCHEMA_OBJECT, .keys = type->one_of};

        if (!schema_find(&verbs, text_of(child->string)))
            continue;
        if (first) {
            check_error_at_key(c, child, "%q cannot stand beside %q", text_of(child->string),
                               text_of(first->string));
            check_suggest(c, "make two entries of it");
            return;
        }
        first = child;
    }
    buffer_init(&all, c->memory);
    for (const struct schema_key *k = type->one_of; k->name; k++) {
        meant |= was_suggested(suggested, k->name);
        buffer_put_string(&all, all.size > 0 ? ", " : "");
        buffer_put_string(&all, k->name);
    }
    if (!first && !meant) {
        check_error(c, item, "it does not say what: one key more is missing");
        check_suggest(c, "one of %t", buffer_text(&all));
    }
    buffer_free(&all);
}

static void check_object_keys(struct check *c, const struct schema_type *type, const cJSON *item)
{
    struct suggested suggested = {.count = 0};

    for (const cJSON *child = item->child; child; child = child->next) {
        const struct schema_key *key = schema_find(type, text_of(child->string));

        if (key)
            check_value(c, key->type, child, text_of(child->string));
        else
            unknown_key(c, type, child, &suggested);
    }
    check_required(c, type, item, &suggested);
    if (type->one_of)
        check_one_of(c, type, item, &suggested);
}

static void check_size(struct check *c, const struct schema_type *type, const cJSON *item,
                       struct text name, int64_t size)
{
    if (size >= type->least && size <= type->most)
        return;
    check_mark_bad(c, item);
    if (type->least == type->most)
        check_error(c, item, "%q must hold exactly %d, not %d", name, type->least, size);
    else if (size < type->least)
        check_error(c, item, type->least == 1 ? "%q must not be empty" : "%q must hold at least %d",
                    name, type->least);
    else
        check_error(c, item, "%q holds too many: %d", name, size);
}

static void check_map(struct check *c, const struct schema_type *type, const cJSON *item,
                      struct text name)
{
    int64_t size = 0;

    for (const cJSON *child = item->child; child; child = child->next) {
        struct text key = text_of(child->string);

        if (type->item->kind == SCHEMA_OBJECT && cJSON_IsString(child) &&
            text_equal(key, TEXT("note")))
            continue; /* any object may carry a note */
        size++;
        if (!check_form(c, type->form, key)) {
            check_mark_bad(c, child);
            check_error_at_key(c, child, "%q is not %s", key, schema_form(type->form)->name);
            check_suggest(c, "write %s", schema_form(type->form)->hint);
        }
        check_value(c, type->item, child, key);
    }
    check_size(c, type, item, name, size);
}

/* ---- any value ----------------------------------------------------------------------------- */

void check_value(struct check *c, const struct schema_type *type, const cJSON *item,
                 struct text name)
{
    int64_t index = 0;

    if (!type_fits(type, item)) {
        check_wrong_type(c, type, item, name);
        return;
    }
    switch (type->kind) {
    case SCHEMA_TEXT: check_text_form(c, type, item, name); break;
    case SCHEMA_WORD: check_word(c, type, item, name); break;
    case SCHEMA_INT: check_whole_number(c, type, item, name); break;
    case SCHEMA_OBJECT: check_object_keys(c, type, item); break;
    case SCHEMA_MAP: check_map(c, type, item, name); break;
    case SCHEMA_MATCHER: check_matcher(c, item); break;
    case SCHEMA_LIST:
        for (const cJSON *child = item->child; child; child = child->next, index++)
            check_value(c, type->item, child, name);
        check_size(c, type, item, name, index);
        break;
    case SCHEMA_EITHER:
        for (size_t i = 0; type->types[i]; i++)
            if (type_fits(type->types[i], item)) {
                check_value(c, type->types[i], item, name);
                break;
            }
        break;
    case SCHEMA_BOOL:
    case SCHEMA_TRUE:
    case SCHEMA_ANY: break;
    }
}

void check_structure(struct check *c)
{
    check_value(c, &schema_scenario, c->root, TEXT("the scenario"));
}
