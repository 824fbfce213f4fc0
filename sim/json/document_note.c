/*
 * document_note.c - what the scan of a document notes down: places, mistakes, nodes.
 */
#include "sim/json/document.h"

#include <assert.h>

#include "sim/json/write.h"

/* ---- places and mistakes ------------------------------------------------------------------- */

struct json_place json_scanner_place(struct json_scanner *s, size_t offset)
{
    for (; s->counted < offset; s->counted++) {
        unsigned char c = (unsigned char)s->input.at[s->counted];

        if (c == '\n') {
            s->place.line++;
            s->place.column = 1;
        } else {
            s->place.column += (c & 0xc0) != 0x80;
        }
    }
    return s->place;
}

/* Where the scan is: the containers around it, and the child at hand. */
static struct text pointer_here(struct json_scanner *s)
{
    struct buffer pointer;
    struct text copy;

    buffer_init(&pointer, s->d->memory);
    for (unsigned i = 0; i < s->depth; i++) {
        const struct json_level *level = &s->levels[i];

        if (level->count == 0 || (i + 1 == s->depth && s->expect == EXPECT_KEY))
            break;
        buffer_put_char(&pointer, '/');
        if (level->object)
            json_put_pointer_step(&pointer, level->key);
        else
            buffer_put_int(&pointer, level->count - 1);
    }
    copy = text_copy(s->d->memory, buffer_text(&pointer));
    buffer_free(&pointer);
    return copy;
}

void json_scanner_mistake_text(struct json_scanner *s, struct json_place at, struct text what,
                               const char *advice)
{
    struct json_document *d = s->d;
    size_t size = d->mistake_count * sizeof *d->mistakes;

    if (s->repair)
        return;
    if (d->mistake_count == JSON_MISTAKES_MAX) {
        d->mistakes_left_out++;
        return;
    }
    d->mistakes = memory_grow(d->memory, d->mistakes, size, size + sizeof *d->mistakes);
    d->mistakes[d->mistake_count++] =
        (struct json_mistake){at, pointer_here(s), text_copy(d->memory, what), text_of(advice)};
}

void json_scanner_mistake(struct json_scanner *s, struct json_place at, const char *what,
                          const char *advice)
{
    json_scanner_mistake_text(s, at, text_of(what), advice);
}

void json_scanner_mistake_about(struct json_scanner *s, struct json_place at, const char *what,
                                struct text detail, const char *advice)
{
    struct buffer b;
    bool cut = detail.size > 60;

    buffer_init(&b, s->d->memory);
    buffer_put_string(&b, what);
    buffer_put_char(&b, ' ');
    if (cut)
        for (detail.size = 60;
             detail.size > 0 && ((unsigned char)detail.at[detail.size] & 0xc0) == 0x80;)
            detail.size--;
    json_quote_message(&b, detail);
    if (cut)
        buffer_put_string(&b, "...");
    json_scanner_mistake_text(s, at, buffer_text(&b), advice);
    buffer_free(&b);
}

/* ---- nodes --------------------------------------------------------------------------------- */

static uint64_t key_hash(uint32_t object, struct text key)
{
    return text_hash(key) ^ (object * UINT64_C(0x9e3779b97f4a7c15));
}

static uint32_t *seen_slot(const struct json_scanner *s, uint32_t object, struct text key)
{
    uint32_t mask = s->seen_capacity - 1;
    uint32_t i = (uint32_t)(key_hash(object, key) >> 20) & mask;

    for (; s->seen[i] != 0; i = (i + 1) & mask) {
        const struct json_node *node = &s->d->nodes[s->seen[i] - 1];

        if (node->parent == object && text_equal(node->name, key))
            break;
    }
    return &s->seen[i];
}

static void seen_grow(struct json_scanner *s)
{
    uint32_t *old = s->seen, old_capacity = s->seen_capacity;

    s->seen_capacity = old_capacity ? old_capacity * 2 : 64;
    s->seen = memory_take_clear(s->d->memory, s->seen_capacity * sizeof *s->seen);
    for (uint32_t i = 0; i < old_capacity; i++)
        if (old[i] != 0) {
            const struct json_node *node = &s->d->nodes[old[i] - 1];

            *seen_slot(s, node->parent, node->name) = old[i];
        }
    memory_give(s->d->memory, old, old_capacity * sizeof *old);
}

void json_scanner_add_node(struct json_scanner *s, struct json_place at)
{
    struct json_document *d = s->d;
    struct json_level *level = s->depth > 0 ? &s->levels[s->depth - 1] : NULL;
    size_t size = sizeof *d->nodes;

    if (d->node_count == JSON_VALUES_MAX) {
        json_scanner_mistake(s, at, "the text holds more than 4000000 values", "");
        s->hopeless = s->stopped = true;
        return;
    }
    if (d->node_count == d->node_capacity) {
        uint32_t more = d->node_capacity ? d->node_capacity * 2 : 64;

        d->nodes = memory_grow(d->memory, d->nodes, d->node_capacity * size, more * size);
        d->node_capacity = more;
    }
    d->nodes[d->node_count++] =
        (struct json_node){.key = s->has_key ? s->key_at : at,
                           .value = at,
                           .parent = level ? level->node : JSON_NO_NODE,
                           .index = level ? level->count - 1 : 0,
                           .name = level && s->has_key ? level->key : TEXT(""),
                           .duplicate = s->key_duplicate};
    if (level && s->has_key && !s->key_duplicate) {
        if (s->seen_used * 2 >= s->seen_capacity)
            seen_grow(s);
        *seen_slot(s, level->node, level->key) = d->node_count;
        s->seen_used++;
    }
}

uint32_t json_scanner_find_key(const struct json_scanner *s, uint32_t object, struct text key)
{
    return s->seen_used > 0 ? *seen_slot(s, object, key) - 1 : JSON_NO_NODE;
}
