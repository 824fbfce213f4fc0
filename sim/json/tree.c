/*
 * tree.c - from nodes to cJSON items and back.
 *
 * The scan makes nodes in the order of the text, and so does cJSON its items, so the two are bound by
 * walking both.  The node's number then lies in the item's `valueint`, which nobody else uses
 * (numbers are in the node, exact).
 */
#include "sim/json/tree.h"

#include <assert.h>
#include <cjson/cJSON.h>

/* Gives each item its node's number, in the order of the text.  At most 64 calls deep. */
static void bind_items(struct json_document *d, cJSON *item, uint32_t *next)
{
    assert(*next < d->node_count);
    d->nodes[*next].item = item;
    item->valueint = (int)(*next)++;
    for (cJSON *child = item->child; child; child = child->next)
        bind_items(d, child, next);
}

static void drop_duplicates(struct json_document *d)
{
    for (uint32_t i = d->node_count; i-- > 0;) {
        struct json_node *node = &d->nodes[i];

        if (!node->duplicate)
            continue;
        cJSON_Delete(cJSON_DetachItemViaPointer(d->nodes[node->parent].item, node->item));
        for (uint32_t j = i; j < d->node_count; j++) { /* its descendants come right behind it */
            if (j > i && (d->nodes[j].parent < i || d->nodes[j].parent == JSON_NO_NODE))
                break;
            d->nodes[j].item = NULL;
        }
    }
}

void json_tree_make(struct json_document *d, struct text good)
{
    uint32_t next = 0;

    d->root = cJSON_ParseWithLength(good.at, good.size);
    if (!d->root) {
        /* Our scan let it pass, so only memory can be the reason. */
        memory_take(d->memory, SIZE_MAX / 4);
        return;
    }
    bind_items(d, d->root, &next);
    assert(next == d->node_count);
    drop_duplicates(d);
}

void json_document_free(struct json_document *d)
{
    cJSON_Delete(d->root);
    d->root = NULL;
}

const struct json_node *json_document_node(const struct json_document *d, const struct cJSON *item)
{
    uint32_t index = (uint32_t)item->valueint;

    return index < d->node_count && d->nodes[index].item == item ? &d->nodes[index] : NULL;
}

static void put_pointer(const struct json_document *d, uint32_t index, struct buffer *out)
{
    const struct json_node *node = &d->nodes[index];

    if (node->parent == JSON_NO_NODE)
        return;
    put_pointer(d, node->parent, out);
    buffer_put_char(out, '/');
    if (cJSON_IsArray(d->nodes[node->parent].item))
        buffer_put_int(out, node->index);
    else
        json_put_pointer_step(out, node->name);
}

void json_document_put_pointer(const struct json_document *d, const struct cJSON *item,
                               struct buffer *out)
{
    const struct json_node *node = json_document_node(d, item);

    if (node)
        put_pointer(d, (uint32_t)(node - d->nodes), out);
}

/* Doubles hold whole numbers up to 2^53 exactly. */
static void number_of(const cJSON *item, struct json_node *node)
{
    const double limit = (double)JSON_NUMBER_MAX;

    if (!cJSON_IsNumber(item) || !(item->valuedouble >= -limit && item->valuedouble <= limit))
        return;
    node->number = (int64_t)item->valuedouble;
    node->whole = (double)node->number == item->valuedouble;
}

static void adopt(struct json_document *d, uint32_t parent, uint32_t index, cJSON *item)
{
    struct json_node node = {.parent = parent, .index = index, .item = item};
    size_t size = sizeof node;

    if (d->node_count == d->node_capacity) {
        d->nodes = memory_grow(d->memory, d->nodes, d->node_capacity * size,
                               (d->node_capacity * 2 + 64) * size);
        d->node_capacity = d->node_capacity * 2 + 64;
    }
    if (item->string)
        node.name = text_of(item->string);
    number_of(item, &node);
    item->valueint = (int)d->node_count;
    d->nodes[d->node_count++] = node;
    parent = (uint32_t)item->valueint;
    index = 0;
    for (cJSON *child = item->child; child; child = child->next)
        adopt(d, parent, index++, child);
}

void json_document_adopt(struct json_document *d, const struct cJSON *parent, struct cJSON *item)
{
    uint32_t index = 0;

    assert(json_document_node(d, parent));
    for (const cJSON *child = parent->child; child != item; child = child->next)
        index++;
    adopt(d, (uint32_t)parent->valueint, index, item);
}

void json_put_pointer_step(struct buffer *out, struct text step)
{
    bool cut = step.size > JSON_STEP_MAX;

    if (cut)
        for (step.size = JSON_STEP_MAX;
             step.size > 0 && ((unsigned char)step.at[step.size] & 0xc0) == 0x80;)
            step.size--;
    for (size_t i = 0; i < step.size; i++) {
        if (step.at[i] == '~')
            buffer_put_string(out, "~0");
        else if (step.at[i] == '/')
            buffer_put_string(out, "~1");
        else
            buffer_put_char(out, step.at[i]);
    }
    if (cut)
        buffer_put_string(out, "...");
}
