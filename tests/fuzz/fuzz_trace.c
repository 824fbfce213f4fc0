/*
 * fuzz_trace.c - any octets as a trace.
 *
 * It is read to the end, or to a first mistake with a place in the file, or is truncated.  What was
 * read can be written in both forms, and is then read again with as many records of the same seq
 * and kind; written once more, it is the same to the octet.
 */
#include "sim/export/trace_json.h"
#include "sim/replay/read.h"
#include "tests/fuzz/fuzz.h"

static void put(void *context, struct text octets)
{
    buffer_put_text(context, octets);
}

struct sums {
    uint64_t records, sum;
};

static void add_record(void *context, const struct trace_record *r)
{
    struct sums *sums = context;

    sums->records++;
    sums->sum = (sums->sum ^ r->seq ^ (uint64_t)r->kind << 32 ^ (uint64_t)r->time_ns) *
                UINT64_C(0x9E3779B97F4A7C15);
}

/* Reads; on success writes what was read to `out` in `form`, unless it is NULL. */
static bool read_and_write(struct memory *memory, struct text octets, struct sums *sums,
                           struct buffer *out, enum trace_json_form form)
{
    struct replay_reader r;
    struct trace_record record;
    struct trace_json *w = NULL;
    struct trace_sink sink = {0};

    *sums = (struct sums){0, 0};
    if (!replay_read_open(&r, memory, octets, NULL)) {
        WANT(r.error.line > 0 || r.truncated);
        replay_read_close(&r);
        return false;
    }
    if (out != NULL) {
        w = trace_json_begin(memory, (struct export_output){put, out}, form, &r.header);
        sink = trace_json_sink(w);
    }
    while (replay_read_next(&r, &record)) {
        add_record(sums, &record);
        WANT(record.kind < TRACE_KIND_COUNT && record.where.cause < record.seq);
        if (out != NULL && sink.kinds >> record.kind & 1)
            sink.record(sink.context, &record);
    }
    bool fine = r.error.line == 0;
    WANT(fine || r.error.what[0] != '\0');
    WANT(!fine || r.has_footer != r.truncated);
    if (w != NULL && fine && r.has_footer)
        trace_json_end_copy(w, &r.footer);
    else if (w != NULL)
        trace_json_end_cut(w);
    replay_read_close(&r);
    return fine;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text t = text_from((const char *)data, size);
    struct memory memory;
    struct buffer framed, lines, again;
    struct sums sums, sums_again;

    memory_init(&memory, 0);
    buffer_init(&framed, &memory);
    buffer_init(&lines, &memory);
    buffer_init(&again, &memory);
    if (read_and_write(&memory, t, &sums, &framed, TRACE_JSON_FRAMED)) {
        WANT(read_and_write(&memory, buffer_text(&framed), &sums_again, &lines, TRACE_JSON_LINES));
        WANT(sums.records == sums_again.records && sums.sum == sums_again.sum);
        WANT(read_and_write(&memory, buffer_text(&lines), &sums_again, &again, TRACE_JSON_FRAMED));
        WANT(sums.records == sums_again.records && sums.sum == sums_again.sum);
        WANT(text_equal(buffer_text(&framed), buffer_text(&again)));
    }
    memory_end(&memory);
    return 0;
}
