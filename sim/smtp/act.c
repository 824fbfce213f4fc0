/*
 * act.c - the ordered array of acts, and the octets that they point to.
 *
 * The octets lie in blocks that never move.  A call that needed several blocks leaves one that
 * would have held them all, so after a while clearing and filling allocate nothing.
 */
#include "sim/smtp/act.h"

#include <assert.h>

#include "sim/kernel/clock.h"

/* With its head, the smallest block fills one of memory.h's classes. */
enum { BLOCK_MIN = 992, BLOCK_KEPT = 65536 };

struct smtp_acts_block {
    struct smtp_acts_block *next;
    size_t size, used;
    max_align_t octets[];
};

struct text smtp_question_name(enum smtp_question question)
{
    static const struct text names[SMTP_QUESTION_COUNT] = {
        TEXT_INIT(""),          TEXT_INIT("connection"), TEXT_INIT("hello"),   TEXT_INIT("sender"),
        TEXT_INIT("recipient"), TEXT_INIT("data"),       TEXT_INIT("message"), TEXT_INIT("verify"),
        TEXT_INIT("login"),     TEXT_INIT("command"),
    };

    assert(question < SMTP_QUESTION_COUNT);
    return names[question];
}

struct text smtp_phase_name(enum smtp_phase phase)
{
    static const struct text names[] = {
#define X(suffix, name, minutes) TEXT_INIT(name),
        SMTP_PHASES(X)
#undef X
    };

    assert(phase < SMTP_PHASE_COUNT);
    return names[phase];
}

int64_t smtp_phase_limit_ns(enum smtp_phase phase)
{
    static const int64_t limits[] = {
#define X(suffix, name, minutes) (minutes) * CLOCK_MINUTE,
        SMTP_PHASES(X)
#undef X
    };

    assert(phase < SMTP_PHASE_COUNT);
    return limits[phase];
}

void smtp_acts_init(struct smtp_acts *a, struct memory *m)
{
    *a = (struct smtp_acts){.memory = m};
}

static void free_blocks(struct smtp_acts *a)
{
    while (a->blocks != NULL) {
        struct smtp_acts_block *next = a->blocks->next;

        memory_give(a->memory, a->blocks, sizeof *a->blocks + a->blocks->size);
        a->blocks = next;
    }
}

void smtp_acts_free(struct smtp_acts *a)
{
    free_blocks(a);
    memory_give(a->memory, a->at, a->capacity * sizeof *a->at);
    *a = (struct smtp_acts){.memory = a->memory};
}

static void add_block(struct smtp_acts *a, size_t size)
{
    struct smtp_acts_block *block = memory_take(a->memory, sizeof *block + size);

    *block = (struct smtp_acts_block){.next = a->blocks, .size = size};
    a->blocks = block;
}

void smtp_acts_clear(struct smtp_acts *a)
{
    a->count = a->flushed = 0;
    if (a->blocks == NULL)
        return;
    if (a->blocks->next != NULL) {
        size_t all = 0;

        for (const struct smtp_acts_block *b = a->blocks; b != NULL; b = b->next)
            all += b->used;
        free_blocks(a);
        if (all <= BLOCK_KEPT)
            add_block(a, all + all / 2);
        return;
    }
    if (a->blocks->size > BLOCK_KEPT)
        free_blocks(a);
    else
        a->blocks->used = 0;
}

struct smtp_act *smtp_acts_add(struct smtp_acts *a, enum smtp_act_kind kind)
{
    if (a->count == a->capacity) {
        size_t more = a->capacity == 0 ? 16 : 2 * a->capacity;

        a->at = memory_grow(a->memory, a->at, a->capacity * sizeof *a->at, more * sizeof *a->at);
        a->capacity = more;
    }

    struct smtp_act *act = &a->at[a->count++];

    *act = (struct smtp_act){.kind = kind};
    return act;
}

_Static_assert((int)SMTP_SERVER_START == (int)SMTP_CLIENT_START, "the same for both sides");

void smtp_acts_add_state(struct smtp_acts *a, enum smtp_side side, unsigned left, unsigned next,
                         unsigned input)
{
    struct smtp_act *act = smtp_acts_add(a, SMTP_ACT_STATE);

    act->state.from_state = (uint8_t)left;
    act->state.to_state = (uint8_t)next;
    act->state.on_input = (uint8_t)input;
    act->state.from = left == SMTP_SERVER_START ? TEXT("") : smtp_table_state_name(side, left);
    act->state.to = smtp_table_state_name(side, next);
    act->state.input = smtp_table_input_name(side, input);
}

void *smtp_acts_room(struct smtp_acts *a, size_t size)
{
    size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    if (a->blocks == NULL || a->blocks->size - a->blocks->used < size)
        add_block(a, size > BLOCK_MIN ? size : BLOCK_MIN);

    struct smtp_acts_block *block = a->blocks;
    void *room = (char *)block->octets + block->used;

    block->used += size;
    return room;
}

struct text smtp_acts_copy(struct smtp_acts *a, struct text t)
{
    if (t.size == 0)
        return TEXT("");

    char *room = smtp_acts_room(a, t.size);

    memcpy(room, t.at, t.size);
    return text_from(room, t.size);
}
