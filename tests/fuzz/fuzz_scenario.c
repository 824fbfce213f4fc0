/*
 * fuzz_scenario.c - any octets as a scenario.
 *
 * It is fine, or there are errors with a place in the file.  What is fine can be printed with
 * everything implied; that is fine too, and prints the same octets again.  If all of it is built, a
 * world can be made of it, and starts.
 */
#include "sim/scenario/build.h"
#include "sim/scenario/scenario.h"
#include "tests/fuzz/fuzz.h"

static void check_mistakes(const struct scenario *s, bool fine)
{
    struct buffer b;

    buffer_init(&b, s->memory);
    WANT(fine == (s->mistakes.errors == 0));
    for (uint32_t i = 0; i < s->mistakes.count; i++) {
        const struct scenario_mistake *m = &s->mistakes.items[i];

        if (m->at.line == 0)
            fprintf(stderr, "no place: %.*s at %.*s\n", TEXT_ARG(m->what), TEXT_ARG(m->place));
        WANT(m->what.size > 0 && m->at.line >= 1 && m->at.column >= 1);
        buffer_clear(&b);
        scenario_put_mistake(&b, TEXT("f.json"), m);
        WANT(b.size > 0 && b.at[b.size - 1] == '\n');
    }
    buffer_free(&b);
}

static void make_world(const struct scenario *s)
{
    struct world_options options = {.seed = s->seed,
                                    .start_unix = s->start_unix,
                                    .layers = TRACE_ALL_LAYERS,
                                    .time_limit_ns = s->limits.time_ns,
                                    .until_ns = -1,
                                    .event_limit = (uint64_t)s->limits.events};
    struct world *w = world_open(&options);

    scenario_build(s, w);
    world_start(w);
    world_step(w, 100);
    world_close(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text t = text_from((const char *)data, size);
    struct memory memory, memory_again;
    struct scenario s, again;
    struct buffer printed, printed_again;

    memory_init(&memory, 0);
    bool fine = scenario_read(&s, &memory, t, TEXT("f.json"), NULL);
    check_mistakes(&s, fine);
    if (fine) {
        struct scenario_mistake unbuilt;

        if (!scenario_first_unbuilt(&s, &unbuilt))
            make_world(&s);
        memory_init(&memory_again, 0);
        buffer_init(&printed, &memory);
        buffer_init(&printed_again, &memory_again);
        scenario_print_normalised(&s, true, &printed);
        bool fine_again =
            scenario_read(&again, &memory_again, buffer_text(&printed), TEXT("f.json"), NULL);
        if (!fine_again)
            for (uint32_t i = 0; i < again.mistakes.count; i++)
                fprintf(stderr, "%.*s at %.*s\n", TEXT_ARG(again.mistakes.items[i].what),
                        TEXT_ARG(again.mistakes.items[i].place));
        WANT(fine_again);
        scenario_print_normalised(&again, true, &printed_again);
        WANT(text_equal(buffer_text(&printed), buffer_text(&printed_again)));
        scenario_free(&again);
        memory_end(&memory_again);
    }
    scenario_free(&s);
    memory_end(&memory);
    return 0;
}
