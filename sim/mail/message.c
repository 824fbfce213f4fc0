/*
 * message.c - the list of parts: making, sharing, cutting, reading.
 *
 * A part either has its octets behind it in the same block, or is a view of another part's and holds
 * that one.  Views are made by cutting; they never view a view, so a chain of owners has length one.
 */
#include "sim/mail/message.h"

#include <assert.h>

static size_t block_size(const struct message *part)
{
    return sizeof *part + (part->owner ? 0 : part->octets.size);
}

/* A part with storage of its own; `rest` passes its reference on. */
static struct message *new_part(struct memory *m, struct text octets, struct message *rest)
{
    struct message *part = memory_take(m, sizeof *part + octets.size);
    char *storage = (char *)(part + 1);
    if (octets.size > 0)
        memcpy(storage, octets.at, octets.size);
    *part = (struct message){
        .rest = rest,
        .memory = m,
        .octets = {storage, octets.size},
        .size = octets.size + (rest ? rest->size : 0),
        .refs = 1,
        .eight_bit = !text_is_ascii(octets),
    };
    return part;
}

/* A view of `octets`, which lie in `part`.  Its size is set when the list is complete. */
static struct message *new_view(struct message *part, struct text octets)
{
    struct message *view = memory_take(part->memory, sizeof *view);
    *view = (struct message){
        .owner = message_hold(part->owner ? part->owner : part),
        .memory = part->memory,
        .octets = octets,
        .refs = 1,
        .eight_bit =
            part->eight_bit && (octets.size == part->octets.size || !text_is_ascii(octets)),
    };
    return view;
}

struct message *message_new(struct memory *m, struct text octets)
{
    return new_part(m, octets, NULL);
}

struct message *message_hold(struct message *msg)
{
    msg->refs++;
    return msg;
}

/* The rest is a loop, since lists grow long; the owner is a call, since owners have no owner. */
void message_release(struct message *msg)
{
    while (msg && --msg->refs == 0) {
        struct message *rest = msg->rest;
        message_release(msg->owner);
        memory_give(msg->memory, msg, block_size(msg));
        msg = rest;
    }
}

struct message *message_prepend(struct message *msg, struct text lines)
{
    assert(lines.size >= 2 && memcmp(lines.at + lines.size - 2, "\r\n", 2) == 0);
    return new_part(msg->memory, lines, message_hold(msg));
}

/* ---- cutting and joining -------------------------------------------------------------------- */

struct list {
    struct message *first, *last; /* new views only */
};

static void list_add(struct list *l, struct message *view)
{
    if (l->last)
        l->last->rest = view;
    else
        l->first = view;
    l->last = view;
}

/* Views of the octets from `start` on, `size` of them. */
static void list_add_range(struct list *l, struct message *msg, size_t start, size_t size)
{
    for (struct message *part = msg; part && size > 0; part = part->rest) {
        if (start >= part->octets.size) {
            start -= part->octets.size;
            continue;
        }
        size_t here = part->octets.size - start;
        if (here > size)
            here = size;
        list_add(l, new_view(part, (struct text){part->octets.at + start, here}));
        size -= here;
        start = 0;
    }
    assert(size == 0);
}

/* Puts `tail` (whose reference passes on; may be NULL) behind the views and sets their sizes. */
static struct message *list_end(struct list *l, struct message *tail)
{
    if (!l->first)
        return tail;
    l->last->rest = tail;
    size_t left = tail ? tail->size : 0;
    for (struct message *part = l->first; part != tail; part = part->rest)
        left += part->octets.size;
    for (struct message *part = l->first; part != tail; part = part->rest) {
        part->size = left;
        left -= part->octets.size;
    }
    return l->first;
}

struct message *message_slice(struct message *msg, size_t start, size_t size)
{
    assert(start <= msg->size && size <= msg->size - start);
    struct list l = {NULL, NULL};
    list_add_range(&l, msg, start, size);
    struct message *made = list_end(&l, NULL);
    return made ? made : message_new(msg->memory, TEXT(""));
}

struct message *message_join(struct message *a, struct message *b)
{
    struct list l = {NULL, NULL};
    list_add_range(&l, a, 0, a->size);
    return list_end(&l, message_hold(b));
}

struct message *message_without(struct message *msg, struct text name)
{
    struct list l = {NULL, NULL};
    struct message_fields it;
    struct mail_field f;
    size_t kept = 0; /* everything before this offset is in the list, or left out */
    message_fields_begin(&it, msg);
    while (message_fields_next(&it, &f)) {
        if (!text_equal_nocase(f.name, name))
            continue;
        list_add_range(&l, msg, kept, f.offset - kept);
        kept = f.offset + f.size;
    }
    if (kept == 0)
        return message_hold(msg);
    list_add_range(&l, msg, kept, msg->size - kept);
    struct message *made = list_end(&l, NULL);
    return made ? made : message_new(msg->memory, TEXT(""));
}

/* ---- reading -------------------------------------------------------------------------------- */

struct text message_at(const struct message *msg, size_t offset)
{
    for (const struct message *part = msg; part; part = part->rest) {
        if (offset < part->octets.size)
            return text_after(part->octets, offset);
        offset -= part->octets.size;
    }
    return TEXT("");
}

void message_put(struct buffer *b, const struct message *msg)
{
    buffer_reserve(b, msg->size);
    for (const struct message *part = msg; part; part = part->rest)
        buffer_put_text(b, part->octets);
}

struct text message_whole(const struct message *msg, struct buffer *storage)
{
    if (!msg->rest)
        return msg->octets;
    buffer_clear(storage);
    message_put(storage, msg);
    return buffer_text(storage);
}

bool message_header_is_8bit(const struct message *msg)
{
    size_t left = message_is_8bit(msg) ? message_header_size(msg) : 0;

    for (const struct message *part = msg; part && left > 0; part = part->rest) {
        size_t size = part->octets.size < left ? part->octets.size : left;
        if (part->eight_bit && !text_is_ascii(text_from(part->octets.at, size)))
            return true;
        left -= size;
    }
    return false;
}

bool message_is_8bit(const struct message *msg)
{
    for (const struct message *part = msg; part; part = part->rest)
        if (part->eight_bit)
            return true;
    return false;
}
