#include "sim/grade/letters.h"

enum { FIRST = 16, STEPS_MAX = 100 };

void letters_init(struct letters *l, struct memory *m)
{
    *l = (struct letters){.memory = m};
    table_init(&l->by_id, m, false);
}

static void give_text(struct memory *m, struct text t)
{
    if (t.at)
        memory_give(m, (void *)(uintptr_t)t.at, t.size + 1);
}

static void free_state(struct letters *l, struct letter_state *s)
{
    struct memory *m = l->memory;

    while (s->expansions) {
        struct letter_expansion *x = s->expansions;

        s->expansions = x->next;
        give_text(m, x->from);
        give_text(m, x->into);
        memory_give(m, x, sizeof *x);
    }
    give_text(m, s->id);
    give_text(m, s->from);
    give_text(m, s->subject);
    memory_give(m, s->answers, s->answer_capacity * sizeof *s->answers);
    memory_give(m, s, sizeof *s);
}

void letters_free(struct letters *l)
{
    for (uint32_t i = 0; i < l->count; i++)
        free_state(l, l->states[i]);
    memory_give(l->memory, l->states, l->capacity * sizeof *l->states);
    table_free(&l->by_id);
}

struct letter_state *letters_find(const struct letters *l, struct text id)
{
    uint32_t i = id.size > 0 ? table_get(&l->by_id, id) : TABLE_NONE;

    return i == TABLE_NONE ? NULL : l->states[i];
}

static void composed(struct letters *l, const struct trace_record *r)
{
    const struct trace_mail_composed *c = r->data;
    struct letter_state *s;

    if (letters_find(l, r->where.mail))
        return;
    if (l->count == l->capacity) {
        uint32_t more = l->capacity ? 2 * l->capacity : FIRST;

        l->states = memory_grow(l->memory, l->states, l->capacity * sizeof *l->states,
                                more * sizeof *l->states);
        l->capacity = more;
    }
    s = MEMORY_NEW(l->memory, struct letter_state);
    s->id = text_copy(l->memory, r->where.mail);
    s->from = text_copy(l->memory, c->from);
    s->subject = text_copy(l->memory, c->subject);
    s->composed_ns = r->time_ns;
    s->about_ns = -1;
    s->open = c->to.count;
    table_set(&l->by_id, s->id, l->count);
    l->states[l->count++] = s;
}

static void expanded(struct letters *l, const struct trace_record *r)
{
    const struct trace_mail_expanded *e = r->data;
    struct letter_state *s = letters_find(l, r->where.mail);

    for (uint32_t i = 0; s && i < e->into.count; i++) {
        struct letter_expansion *x = MEMORY_NEW(l->memory, struct letter_expansion);

        x->from = text_copy(l->memory, e->recipient);
        x->into = text_copy(l->memory, e->into.items[i]);
        x->next = s->expansions;
        s->expansions = x;
    }
}

static void reported(struct letters *l, const struct trace_record *r)
{
    const struct trace_mail_ndr *n = r->data;
    struct letter_state *s = letters_find(l, r->where.mail), *about = letters_find(l, n->about);

    if (!s)
        return;
    s->is_report = true;
    s->about_ns = about ? about->composed_ns : -1;
}

void letters_record(struct letters *l, const struct trace_record *r)
{
    struct letter_state *s;

    if (r->kind == TRACE_MAIL_COMPOSED)
        composed(l, r);
    else if (r->kind == TRACE_MAIL_EXPANDED)
        expanded(l, r);
    else if (r->kind == TRACE_MAIL_NDR)
        reported(l, r);
    else if (r->kind == TRACE_MAIL_ENDED && (s = letters_find(l, r->where.mail)) && s->open > 0)
        s->open--;
}

void letters_forget(struct letters *l, const struct trace_record *r)
{
    struct letter_state *s = letters_find(l, r->where.mail);
    uint32_t i;

    if (r->kind != TRACE_MAIL_ENDED || !s || s->open > 0)
        return;
    i = table_get(&l->by_id, s->id);
    table_remove(&l->by_id, s->id);
    l->states[i] = l->states[--l->count];
    if (i < l->count)
        table_set(&l->by_id, l->states[i]->id, i);
    free_state(l, s);
}

bool letter_comes_from(const struct letter_state *s, struct text recipient, struct text named)
{
    /* Bounded, should aliases go in a circle. */
    for (int steps = 0; steps < STEPS_MAX; steps++) {
        const struct letter_expansion *x = s ? s->expansions : NULL;

        if (text_equal_nocase(recipient, named))
            return true;
        while (x && !text_equal_nocase(x->into, recipient))
            x = x->next;
        if (!x)
            return false;
        recipient = x->from;
    }
    return false;
}

void letter_note_answer(struct letters *l, struct letter_state *s, uint32_t expectation)
{
    for (uint32_t i = 0; i < s->answer_count; i++)
        if (s->answers[i] == expectation)
            return;
    if (s->answer_count == s->answer_capacity) {
        uint32_t more = s->answer_capacity ? 2 * s->answer_capacity : 4;

        s->answers = memory_grow(l->memory, s->answers, s->answer_capacity * sizeof *s->answers,
                                 more * sizeof *s->answers);
        s->answer_capacity = more;
    }
    s->answers[s->answer_count++] = expectation;
}
