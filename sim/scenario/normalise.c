/*
 * normalise.c - one form for everything, plain defaults, and printing in the order of the table.
 *
 * After this the tree says everything: texts that may stand for a list are lists, mailboxes are an
 * object, and every key that has a plain default is there.  Keys whose part is not built yet get no
 * default, since the printed scenario must run.
 */
#include "sim/json/write.h"
#include "sim/scenario/check.h"

/* ---- one form ------------------------------------------------------------------------------ */

/* The item stays where it is and what it is called; only what it holds changes. */
static void text_to_list(cJSON *item)
{
    cJSON *element = cJSON_CreateNull();

    element->type = cJSON_String;
    element->valuestring = item->valuestring;
    element->prev = element;
    item->type = cJSON_Array | (item->type & cJSON_StringIsConst);
    item->valuestring = NULL;
    item->child = element;
}

/* ["alice", "bob"] becomes { "alice": {}, "bob": {} }. */
static void list_to_map(cJSON *item)
{
    item->type = cJSON_Object | (item->type & cJSON_StringIsConst);
    for (cJSON *element = item->child; element; element = element->next) {
        element->type = cJSON_Object;
        element->string = element->valuestring;
        element->valuestring = NULL;
    }
}

static void unify(const struct schema_type *either, cJSON *item)
{
    const struct schema_type *first = either->types[0], *second = either->types[1];

    if ((first->kind == SCHEMA_TEXT || first->kind == SCHEMA_WORD) && second->item == first &&
        second->kind == SCHEMA_LIST && cJSON_IsString(item))
        text_to_list(item);
    else if (first->kind == SCHEMA_LIST && second->kind == SCHEMA_MAP && cJSON_IsArray(item))
        list_to_map(item);
}

/* ---- defaults ------------------------------------------------------------------------------ */

static void fill_in(const struct schema_key *keys, cJSON *object, unsigned without)
{
    for (; keys && keys->name; keys++)
        if (keys->implied && !(keys->flags & (SCHEMA_UNBUILT | without)) &&
            !cJSON_GetObjectItemCaseSensitive(object, keys->name))
            check_put(object, keys->name, cJSON_Parse(keys->implied));
}

static void normalise(const struct schema_type *type, cJSON *item, unsigned without)
{
    switch (type->kind) {
    case SCHEMA_OBJECT:
        fill_in(type->keys, item, without);
        for (cJSON *child = item->child; child; child = child->next) {
            const struct schema_key *key = schema_find(type, text_of(child->string));
            bool msa = type == &schema_host && text_equal(text_of(key->name), TEXT("msa"));

            without = msa && cJSON_GetObjectItemCaseSensitive(item, "mta") ? SCHEMA_QUEUE : 0;
            normalise(key->type, child, without);
        }
        break;
    case SCHEMA_MAP:
        for (cJSON *child = item->child; child; child = child->next)
            if (type->item->kind != SCHEMA_OBJECT || cJSON_IsObject(child))
                normalise(type->item, child, 0);
        break;
    case SCHEMA_LIST:
        for (cJSON *child = item->child; child; child = child->next)
            normalise(type->item, child, 0);
        break;
    case SCHEMA_EITHER:
        unify(type, item);
        for (size_t i = 0; type->types[i]; i++)
            if ((type->types[i]->kind == SCHEMA_LIST && cJSON_IsArray(item)) ||
                ((type->types[i]->kind == SCHEMA_MAP || type->types[i]->kind == SCHEMA_OBJECT) &&
                 cJSON_IsObject(item)))
                normalise(type->types[i], item, 0);
        break;
    case SCHEMA_TEXT:
    case SCHEMA_WORD:
    case SCHEMA_INT:
    case SCHEMA_BOOL:
    case SCHEMA_TRUE:
    case SCHEMA_MATCHER:
    case SCHEMA_ANY: break;
    }
}

void check_normalise(struct check *c)
{
    normalise(&schema_scenario, c->root, 0);
}

/* ---- printing ------------------------------------------------------------------------------ */

struct printer {
    const struct scenario *s;
    struct json_writer w;
};

static bool is_plain(const cJSON *item)
{
    return !cJSON_IsObject(item) && !cJSON_IsArray(item);
}

static bool all_plain(const cJSON *container)
{
    for (const cJSON *child = container->child; child; child = child->next)
        if (!is_plain(child))
            return false;
    return true;
}

static void print_plain(struct printer *p, const cJSON *item)
{
    const struct json_node *node = json_document_node(&p->s->document, item);

    if (cJSON_IsString(item))
        json_write_text(&p->w, text_of(item->valuestring));
    else if (cJSON_IsNumber(item))
        json_write_int(&p->w, node ? node->number : (int64_t)item->valuedouble);
    else if (cJSON_IsBool(item))
        json_write_bool(&p->w, cJSON_IsTrue(item));
    else
        json_write_null(&p->w);
}

static void print(struct printer *p, const struct schema_type *type, const cJSON *item);

/* Below a matcher, and wherever the table says no more. */
static void print_as_it_is(struct printer *p, const cJSON *item)
{
    if (is_plain(item)) {
        print_plain(p, item);
        return;
    }
    if (cJSON_IsArray(item) && all_plain(item))
        json_write_flat_array(&p->w);
    else if (cJSON_IsArray(item))
        json_write_array(&p->w);
    else if (all_plain(item))
        json_write_flat_object(&p->w);
    else
        json_write_object(&p->w);
    for (const cJSON *child = item->child; child; child = child->next) {
        if (cJSON_IsObject(item))
            json_write_key(&p->w, text_of(child->string));
        print_as_it_is(p, child);
    }
    json_write_end(&p->w);
}

static void print_keys(struct printer *p, const struct schema_key *keys, const cJSON *item)
{
    for (; keys && keys->name; keys++) {
        const cJSON *child = cJSON_GetObjectItemCaseSensitive(item, keys->name);

        if (!child)
            continue;
        json_write_key(&p->w, text_of(keys->name));
        print(p, keys->type, child);
    }
}

static void print_object(struct printer *p, const struct schema_type *type, const cJSON *item)
{
    if (all_plain(item) && type != &schema_scenario && item->child && !item->child->next)
        json_write_flat_object(&p->w);
    else
        json_write_object(&p->w);
    print_keys(p, type->keys, item);
    print_keys(p, type->one_of, item);
    json_write_end(&p->w);
}

static void print_elements(struct printer *p, const struct schema_type *type, const cJSON *item)
{
    bool map = type->kind == SCHEMA_MAP;

    if (map)
        json_write_object(&p->w);
    else if (all_plain(item))
        json_write_flat_array(&p->w);
    else
        json_write_array(&p->w);
    for (const cJSON *child = item->child; child; child = child->next) {
        if (map)
            json_write_key(&p->w, text_of(child->string));
        if (is_plain(child))
            print_plain(p, child);
        else
            print(p, type->item, child);
    }
    json_write_end(&p->w);
}

static void print(struct printer *p, const struct schema_type *type, const cJSON *item)
{
    if (type->kind == SCHEMA_OBJECT && cJSON_IsObject(item)) {
        print_object(p, type, item);
    } else if (type->kind == SCHEMA_MAP || type->kind == SCHEMA_LIST) {
        print_elements(p, type, item);
    } else if (type->kind == SCHEMA_EITHER && !is_plain(item)) {
        for (size_t i = 0; type->types[i]; i++) {
            enum schema_kind kind = type->types[i]->kind;

            if ((kind == SCHEMA_LIST && cJSON_IsArray(item)) ||
                ((kind == SCHEMA_MAP || kind == SCHEMA_OBJECT) && cJSON_IsObject(item))) {
                print(p, type->types[i], item);
                return;
            }
        }
    } else {
        print_as_it_is(p, item);
    }
}

void scenario_print_normalised(const struct scenario *s, bool pretty, struct buffer *out)
{
    struct printer p = {.s = s};

    json_writer_init(&p.w, out, pretty);
    print(&p, &schema_scenario, s->document.root);
    if (pretty)
        buffer_put_char(out, '\n');
}
