/*
 * scene.c - how things stand at a record.
 */
#include "sim/replay/scene.h"

void scenes_init(struct scenes *s, struct memory *m, const struct recording *r, size_t budget)
{
    *s = (struct scenes){.recording = r, .memory = m, .budget = budget};
    s->now.host_count = r->cast->host_count;
    s->now.hosts = memory_take_clear(m, sizeof *s->now.hosts * (s->now.host_count + 1));
    for (uint32_t i = 0; i < s->now.host_count; i++)
        s->now.hosts[i].verdict = s->now.hosts[i].last = RECORDING_NONE;
}

const struct scene *scenes_seek(struct scenes *s, uint32_t index)
{
    s->now.index = index;
    s->now.now_ns = index == RECORDING_NONE ? 0 : s->recording->lines[index].record->time_ns;
    return &s->now;
}
