/*
 * scene_parts.h - what the files of the scenes share: scene_note.c finds, once for each record, what it
 * does to counts and custodies; scene_fold.c adds one record to a scene; scene.c keeps scenes and seeks.
 *
 * Owner   everything lives in the memory of struct scenes.  Errors  none.
 */
#ifndef SIM_REPLAY_SCENE_PARTS_H
#define SIM_REPLAY_SCENE_PARTS_H

#include "sim/kernel/table.h"
#include "sim/replay/scene.h"

/* What a record changes that cannot be seen from the record alone. */
struct scene_change {
    int32_t deferred, held; /* recipients that wait, that are set aside */
    int32_t links_down;
};

/* A recipient of a message in a queue that waits or is set aside. */
struct scene_wait {
    uint32_t next; /* of the same queue entry, or NONE */
    bool held;
    struct text recipient;
};

struct scene_notes {
    struct memory *memory;
    /* By record.  custody.opened: its parent's custody.opened; custody.closed and overlap: the
     * custody.opened that they name; queue.* and link.state: index in `changes`; else NONE. */
    uint32_t *of;
    uint32_t count, capacity;
    struct scene_change *changes;
    uint32_t change_count, change_capacity;
    /* ---- as of the last record looked at ---- */
    struct table custodies; /* id -> custody.opened */
    struct table entries;   /* host and queue id -> first wait */
    struct table links;     /* name -> 1: down, 0: up */
    struct scene_wait *waits;
    uint32_t wait_count, wait_capacity, wait_free;
};

void scene_notes_init(struct scene_notes *n, struct memory *m);
/* The next record, number n->count. */
void scene_notes_add(struct scene_notes *n, const struct recording *r);

/* An empty scene; the scene after one more record. */
void scene_begin(struct scene *s, struct memory *m, const struct recording *r);
void scene_add(struct scene *s, struct memory *m, const struct recording *r,
               const struct scene_notes *n);

#endif
