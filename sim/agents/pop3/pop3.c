/*
 * pop3.c - acts of POP3 sessions, and lines.
 */
#include "sim/agents/pop3/pop3.h"

void pop3_acts_init(struct pop3_acts *a, struct memory *m)
{
    *a = (struct pop3_acts){.memory = m};
}

static void give(struct pop3_acts *a, struct text t)
{
    if (t.at)
        memory_give(a->memory, (char *)(uintptr_t)t.at, t.size + 1);
}

void pop3_acts_clear(struct pop3_acts *a)
{
    for (size_t i = 0; i < a->count; i++) {
        give(a, a->at[i].text);
        give(a, a->at[i].password);
    }
    a->count = 0;
}

void pop3_acts_free(struct pop3_acts *a)
{
    pop3_acts_clear(a);
    memory_give(a->memory, a->at, a->capacity * sizeof *a->at);
    *a = (struct pop3_acts){.memory = a->memory};
}

struct pop3_act *pop3_acts_add(struct pop3_acts *a, enum pop3_act_kind kind, struct text text)
{
    if (a->count == a->capacity) {
        size_t more = a->capacity ? 2 * a->capacity : 16;

        a->at = memory_grow(a->memory, a->at, a->capacity * sizeof *a->at, more * sizeof *a->at);
        a->capacity = more;
    }
    struct pop3_act *act = &a->at[a->count++];
    *act = (struct pop3_act){.kind = kind, .text = text_copy(a->memory, text)};
    return act;
}

uint64_t pop3_record(struct trace *t, const struct tcp *tcp, const struct pop3_act *a,
                     uint64_t cause)
{
    struct trace_where where = tcp_where(tcp, cause);

    if (a->kind == POP3_ACT_COMMAND)
        return trace_emit_pop3_command(t, &where, &(struct trace_pop3_command){.line = a->text});
    return trace_emit_pop3_reply(t, &where,
                                 &(struct trace_pop3_reply){.ok = a->ok, .line = a->text});
}

bool pop3_next_line(const struct buffer *input, size_t *at, struct text *line)
{
    struct text rest = text_after(buffer_text(input), *at);
    size_t end = text_find(rest, '\n');

    if (end == rest.size)
        return false;
    *at += end + 1;
    if (end > 0 && rest.at[end - 1] == '\r')
        end--;
    *line = text_from(rest.at, end);
    return true;
}
