/*
 * look.c - looking into the tree for what is there and not known to be bad.
 */
#include "sim/scenario/check.h"

void check_mark_bad(struct check *c, const cJSON *item)
{
    const struct json_node *node = json_document_node(c->d, item);
    uint32_t index = node ? (uint32_t)(node - c->d->nodes) : UINT32_MAX;

    if (index < c->bad_count)
        c->bad[index] = 1;
}

bool check_is_bad(const struct check *c, const cJSON *item)
{
    const struct json_node *node = json_document_node(c->d, item);

    return node && (size_t)(node - c->d->nodes) < c->bad_count && c->bad[node - c->d->nodes];
}

cJSON *check_member(const struct check *c, const cJSON *object, const char *key)
{
    cJSON *item = object ? cJSON_GetObjectItemCaseSensitive(object, key) : NULL;

    return item && !check_is_bad(c, item) ? item : NULL;
}

cJSON *check_object(const struct check *c, const cJSON *object, const char *key)
{
    cJSON *item = check_member(c, object, key);

    return cJSON_IsObject(item) ? item : NULL;
}

cJSON *check_list(const struct check *c, const cJSON *object, const char *key)
{
    cJSON *item = check_member(c, object, key);

    return cJSON_IsArray(item) ? item : NULL;
}

struct text check_text(const struct check *c, const cJSON *object, const char *key)
{
    cJSON *item = check_member(c, object, key);

    return cJSON_IsString(item) ? check_string(item) : (struct text){NULL, 0};
}

int64_t check_number(const struct check *c, const cJSON *item)
{
    const struct json_node *node = json_document_node(c->d, item);

    return node ? node->number : (int64_t)item->valuedouble;
}

int64_t check_int(const struct check *c, const cJSON *object, const char *key, int64_t otherwise)
{
    cJSON *item = check_member(c, object, key);

    return cJSON_IsNumber(item) ? check_number(c, item) : otherwise;
}

bool check_bool(const struct check *c, const cJSON *object, const char *key, bool otherwise)
{
    cJSON *item = check_member(c, object, key);

    return cJSON_IsBool(item) ? cJSON_IsTrue(item) : otherwise;
}

int64_t check_amount(const struct check *c, const cJSON *object, const char *key,
                     enum unit_kind kind, int64_t otherwise)
{
    struct text t = check_text(c, object, key);
    int64_t amount;

    return t.at && unit_parse(t, kind, &amount) == UNIT_FINE ? amount : otherwise;
}
