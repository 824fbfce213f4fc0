/*
 * film.c - a run or a trace into a recording, and all that is found out about it at once.
 */
#include "render/app/film.h"

#include <assert.h>
#include <stdlib.h>

#include "sim/export/header.h"
#include "sim/export/sha256.h"
#include "sim/export/trace_json.h"
#include "sim/lab.h"

enum { SLICE_EVENTS = 100000 };

static struct film *film_new(struct text file)
{
    struct film *f = calloc(1, sizeof *f);

    if (!f)
        abort();
    memory_init(&f->memory, 0);
    f->file = text_copy(&f->memory, file);
    return f;
}

static void record(void *context, const struct trace_record *r)
{
    struct film *f = context;

    recording_add(&f->recording, r);
}

/* The header is known: whoever wants records is made ready. */
static bool begin(struct film *f, struct buffer *told)
{
    struct buffer what;

    buffer_init(&what, &f->memory);
    bool fine = cast_read(&f->cast, &f->memory, &f->header, &what);

    if (fine) {
        recording_init(&f->recording, &f->memory, &f->cast);
        fine = lesson_read(&f->lesson, &f->memory, &f->header, &f->recording, &what);
    }
    if (!fine) {
        buffer_put_text(told, f->file);
        buffer_put_string(told, ":1:1: error: the scenario in its header: ");
        buffer_put_text(told, buffer_text(&what));
        buffer_put_char(told, '\n');
        return false;
    }
    scenes_init(&f->scenes, &f->memory, &f->recording, SCENES_BUDGET);
    for (int c = 0; c < FILM_CLOCKS; c++)
        pace_init(&f->paces[c], &f->memory, &f->recording, (enum pace_clock)c);
    steps_init(&f->steps, &f->memory, &f->recording);
    return true;
}

/* Everything that is found in the records takes up those that have come since. */
static void extend(struct film *f)
{
    for (int c = 0; c < FILM_CLOCKS; c++)
        pace_extend(&f->paces[c]);
    steps_extend(&f->steps);
    lesson_extend(&f->lesson);
    for (uint32_t i = 0; i < f->lesson.note_count; i++)
        if (f->lesson.notes[i].first != RECORDING_NONE)
            steps_mark_stop(&f->steps, f->lesson.notes[i].first);
    /* Now, so that every seek is a short one: some 100 ms for a million records. */
    scenes_prepare(&f->scenes, UINT32_MAX);
}

void film_close(struct film *f)
{
    while (f) {
        struct film *before = f->before;

        if (f->reading)
            replay_read_close(&f->reader);
        memory_end(&f->memory);
        free(f);
        f = before;
    }
}

/* ---- from a scenario ------------------------------------------------------------------------ */

static struct text ended_words(enum world_status ended)
{
    switch (ended) {
    case WORLD_TIME_LIMIT: return TEXT("stopped at the scenario's limit of time");
    case WORLD_QUEUE_LIMIT: return TEXT("stopped at the scenario's limit for queues");
    case WORLD_MESSAGE_LIMIT: return TEXT("stopped at the scenario's limit for a message");
    case WORLD_RUNNING:
    case WORLD_QUIET:
    case WORLD_UNTIL: return TEXT("");
    case WORLD_EVENT_LIMIT:
    default: return TEXT("stopped at the scenario's limit of events");
    }
}

static enum world_status run(const struct scenario *s, struct trace_sink sink)
{
    struct lab *lab =
        lab_open(s, &(struct lab_options){.layers = TRACE_ALL_LAYERS, .until_ns = -1});
    enum world_status ended;

    if (!lab)
        abort();
    trace_add_sink(lab_trace(lab), sink);
    lab_start(lab);
    while ((ended = lab_advance(lab, SLICE_EVENTS)) == WORLD_RUNNING)
        ;
    lab_close(lab);
    return ended;
}

static bool run_film(struct film *f, const struct scenario *s,
                     const struct scenario_options *options, struct buffer *told)
{
    struct buffer text, changed;

    buffer_init(&text, &f->memory);
    buffer_init(&changed, &f->memory);
    lab_scenario_print(s, false, &text);
    if (options)
        lab_scenario_put_options(options, &changed);
    f->header = header_make(&f->memory, buffer_text(&text), s->seed, TRACE_ALL_LAYERS,
                            buffer_text(&changed));
    buffer_free(&text);
    buffer_free(&changed);
    if (!begin(f, told))
        return false;
    f->ended = ended_words(
        run(s, (struct trace_sink){.kinds = recording_kinds(), .record = record, .context = f}));
    recording_end(&f->recording);
    extend(f);
    return true;
}

/* What a run became that was changed by what was typed can be saved: without the lesson's questions,
 * which it does not ask either (replay/lesson.h). */
static void take_changed(struct film *f)
{
    struct buffer b;

    buffer_init(&b, &f->memory);
    f->source = lab_scenario_drop_prompts(&f->memory, f->header.scenario, &b) ? buffer_text(&b)
                                                                              : f->header.scenario;
    f->normalised = true;
}

struct film *film_run(struct text scenario, struct text file,
                      const struct scenario_options *options, struct buffer *told)
{
    struct film *f = film_new(file);
    struct memory scratch; /* of the scenario as it is read: gone after the run */
    struct scenario s;

    memory_init(&scratch, 0);
    f->source = text_copy(&f->memory, scenario);
    bool fine = lab_scenario_read(&s, &scratch, scenario, f->file, options, told) &&
                lab_scenario_built(&s, f->file, told) && run_film(f, &s, options, told);

    if (fine && f->header.changed.size > 0)
        take_changed(f);
    lab_scenario_end(&s);
    memory_end(&scratch);
    if (fine)
        return f;
    film_close(f);
    return NULL;
}

/* ---- from a trace --------------------------------------------------------------------------- */

bool film_is_trace(struct text octets)
{
    return text_starts_nocase(octets, TEXT("{\"smtplab_trace\":"));
}

static void tell_error(const struct film *f, struct buffer *told)
{
    const struct replay_error *e = &f->reader.error;

    buffer_put_text(told, f->file);
    buffer_put_char(told, ':');
    buffer_put_int(told, (int64_t)e->line);
    buffer_put_char(told, ':');
    buffer_put_int(told, (int64_t)e->column);
    buffer_put_string(told, ": error: ");
    buffer_put_string(told, e->what);
    buffer_put_char(told, '\n');
}

static struct text ended_reading(const struct film *f)
{
    const struct replay_reader *r = &f->reader;

    if (!r->has_footer)
        return TEXT("the trace has no footer: it was cut off, or its run goes on");
    switch (r->footer.status) {
    case REPLAY_LIMIT: return TEXT("stopped at a limit of the scenario");
    case REPLAY_ERROR: return TEXT("stopped by an error");
    case REPLAY_COMPLETE:
    case REPLAY_STATUS_COUNT:
    default: return TEXT("");
    }
}

/* All whole lines that there are; false if one of them is wrong. */
static bool read_on(struct film *f, struct buffer *told)
{
    struct trace_record r;
    uint64_t kinds = recording_kinds();

    while (replay_read_next(&f->reader, &r))
        if (kinds >> r.kind & 1)
            recording_add(&f->recording, &r);
    if (f->reader.has_footer)
        recording_end(&f->recording);
    extend(f);
    f->ended = ended_reading(f);
    if (f->reader.error.line > 0)
        tell_error(f, told);
    return f->reader.error.line == 0;
}

static void copy_header(struct film *f)
{
    const struct replay_header *h = &f->reader.header;

    f->header = (struct replay_header){
        .version = text_copy(&f->memory, h->version),
        .seed = text_copy(&f->memory, h->seed),
        .layers = h->layers,
        .scenario = text_copy(&f->memory, h->scenario),
        .scenario_sha256 = text_copy(&f->memory, h->scenario_sha256),
        .changed = text_copy(&f->memory, h->changed),
    };
    if (h->changed.size > 0)
        take_changed(f);
    else
        f->source = f->header.scenario;
    f->normalised = true;
}

struct film *film_read(struct text octets, struct text file, struct buffer *told)
{
    struct film *f = film_new(file);

    f->reading = true;
    bool fine = replay_read_open(&f->reader, &f->memory, octets, NULL);

    if (fine) {
        copy_header(f);
        fine = begin(f, told) && read_on(f, told);
    } else {
        tell_error(f, told);
    }
    if (fine)
        return f;
    film_close(f);
    return NULL;
}

bool film_grow(struct film *f, struct text octets, struct buffer *told)
{
    uint32_t before = f->recording.count;

    if (!f->reading || f->reader.has_footer || f->reader.error.line > 0)
        return false;
    replay_read_more(&f->reader, octets);
    read_on(f, told);
    return f->recording.count > before || f->reader.has_footer;
}

/* ---- its hash ------------------------------------------------------------------------------- */

struct hashing {
    struct buffer line;
    struct replay_digest digest;
};

static void hash(void *context, const struct trace_record *r)
{
    struct hashing *h = context;

    buffer_clear(&h->line);
    trace_json_put_record(&h->line, r);
    buffer_put_char(&h->line, '\n');
    h->digest.add(h->digest.context, buffer_text(&h->line));
}

/* The same run again, for its hash alone. */
static void hash_run(struct film *f)
{
    struct hashing h;
    struct memory scratch;
    struct scenario s;
    struct buffer told;

    memory_init(&scratch, 0);
    buffer_init(&told, &scratch);
    bool fine = lab_scenario_read(&s, &scratch, f->header.scenario, f->file, NULL, &told);

    assert(fine); /* it was run before */
    (void)fine;
    buffer_init(&h.line, &scratch);
    h.digest = sha256_begin();
    run(&s, (struct trace_sink){
                .kinds = trace_layer_kinds(TRACE_ALL_LAYERS), .record = hash, .context = &h});
    h.digest.finish(h.digest.context, f->sha256);
    sha256_end(&h.digest);
    lab_scenario_end(&s);
    memory_end(&scratch);
}

const char *film_sha256(struct film *f)
{
    if (f->reading)
        return f->reader.has_footer ? f->reader.footer.events_sha256 : "";
    if (!f->sha256[0])
        hash_run(f);
    return f->sha256;
}
