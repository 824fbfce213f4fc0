/*
 * store.c - mailboxes as arrays of items, found by name.
 */
#include "sim/mail/store.h"

#include <assert.h>

void mail_store_init(struct mail_store *s, struct memory *m, enum mail_keep keep)
{
    *s = (struct mail_store){.memory = m, .keep = keep};
    table_init(&s->names, m, true);
}

static void release_item(struct mail_store *s, struct mail_item *item)
{
    message_release(item->message);
    memory_give(s->memory, (char *)(uintptr_t)item->mail.at, item->mail.size + 1);
}

void mail_store_end(struct mail_store *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        struct mail_box *box = &s->boxes[i];
        for (uint32_t k = 0; k < box->count; k++)
            release_item(s, &box->items[k]);
        memory_give(s->memory, box->items, box->capacity * sizeof *box->items);
    }
    memory_give(s->memory, s->boxes, s->capacity * sizeof *s->boxes);
    table_free(&s->names);
    *s = (struct mail_store){.memory = s->memory, .keep = s->keep};
}

static uint32_t more(uint32_t capacity)
{
    assert(capacity < UINT32_MAX / 2);
    return capacity == 0 ? 4 : 2 * capacity;
}

uint32_t mail_store_add(struct mail_store *s, struct text name)
{
    uint32_t old = mail_store_find(s, name);
    if (old != MAIL_NO_BOX)
        return old;
    if (s->count == s->capacity) {
        uint32_t capacity = more(s->capacity);
        s->boxes = memory_grow(s->memory, s->boxes, s->capacity * sizeof *s->boxes,
                               capacity * sizeof *s->boxes);
        s->capacity = capacity;
    }
    uint32_t index = s->count++;
    s->boxes[index] = (struct mail_box){.name = text_copy(s->memory, name), .next_uid = 1};
    table_set(&s->names, s->boxes[index].name, index);
    return index;
}

uint32_t mail_store_find(const struct mail_store *s, struct text name)
{
    return table_get(&s->names, name);
}

/* The header is copied, so that the body does not stay because of it. */
static struct message *what_is_kept(const struct mail_store *s, struct message *msg)
{
    if (s->keep == MAIL_KEEP_NOTHING)
        return NULL;
    if (s->keep == MAIL_KEEP_ALL)
        return message_hold(msg);
    struct buffer header;
    buffer_init(&header, s->memory);
    size_t size = message_header_size(msg);
    for (size_t i = 0; i < size;) {
        struct text piece = message_at(msg, i);
        if (piece.size > size - i)
            piece.size = size - i;
        buffer_put_text(&header, piece);
        i += piece.size;
    }
    struct message *kept = message_new(s->memory, buffer_text(&header));
    buffer_free(&header);
    return kept;
}

uint32_t mail_store_append(struct mail_store *s, uint32_t box_index, struct message *msg,
                           struct text mail, int64_t time_ns)
{
    assert(box_index < s->count);
    struct mail_box *box = &s->boxes[box_index];
    uint32_t uid = box->next_uid++;
    box->delivered++;
    if (s->keep == MAIL_KEEP_NOTHING)
        return uid;
    if (box->count == box->capacity) {
        uint32_t capacity = more(box->capacity);
        box->items = memory_grow(s->memory, box->items, box->capacity * sizeof *box->items,
                                 capacity * sizeof *box->items);
        box->capacity = capacity;
    }
    box->items[box->count++] = (struct mail_item){
        .message = what_is_kept(s, msg),
        .mail = text_copy(s->memory, mail),
        .time_ns = time_ns,
        .size = message_size(msg),
        .uid = uid,
    };
    box->octets += message_size(msg);
    return uid;
}

bool mail_store_remove(struct mail_store *s, uint32_t box_index, uint32_t uid)
{
    assert(box_index < s->count);
    struct mail_box *box = &s->boxes[box_index];
    for (uint32_t k = 0; k < box->count; k++) {
        if (box->items[k].uid != uid)
            continue;
        box->octets -= box->items[k].size;
        release_item(s, &box->items[k]);
        memmove(box->items + k, box->items + k + 1, (box->count - k - 1) * sizeof *box->items);
        box->count--;
        return true;
    }
    return false;
}
