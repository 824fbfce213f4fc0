#include "sim/replay/load.h"

enum { FIRST_CAPACITY = 1024 };

bool replay_load(struct replay_reader *r, struct memory *m, struct replay_trace *trace)
{
    struct trace_record record;
    struct replay_keep keep = {.memory = m};

    *trace = (struct replay_trace){.header = r->header};
    while (replay_read_next(r, &record)) {
        if (trace->count == trace->capacity) {
            size_t more = trace->capacity > 0 ? 2 * trace->capacity : FIRST_CAPACITY;

            trace->records =
                memory_grow(m, trace->records, trace->capacity * sizeof *trace->records,
                            more * sizeof *trace->records);
            trace->capacity = more;
        }
        trace->records[trace->count++] = replay_keep_record(&keep, &record);
    }
    trace->footer = r->footer;
    trace->has_footer = r->has_footer;
    trace->truncated = r->truncated;
    return r->error.line == 0;
}

const struct trace_record *replay_find(const struct replay_trace *trace, uint64_t seq)
{
    size_t from = 0, to = trace->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (trace->records[middle]->seq == seq)
            return trace->records[middle];
        if (trace->records[middle]->seq < seq)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}
