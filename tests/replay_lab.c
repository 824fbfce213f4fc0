/*
 * replay_lab.c - see replay_lab.h.
 */
/* popen() and getline() are not C11. */
#define _POSIX_C_SOURCE 200809L
#include "tests/replay_lab.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/lab.h"

const char *const replay_lab_bundled[] = {
    "away-from-home",   "backscatter",        "blamed",
    "borrowed-server",  "bounce-of-a-bounce", "closed-door",
    "closed-for-lunch", "first-letter",       "grey",
    "maybe-here",       "my-first-letter",    "nobody-here-takes-mail",
    "nobody-home",      "not-the-shortest",   "one-house-many-roles",
    "open-door",        "ping-pong",          "plan-b",
    "receipts",         "sealed-road",        "signpost",
    "smuggled",         "the-list",           "the-right-door",
    "the-way-back",     "three-hops",         "too-late",
    "two-copies",       "two-of-three",       NULL};

static void take(void *context, const struct trace_record *r)
{
    struct replay_lab *l = context;

    l->records = memory_make_room(l->memory, l->records, l->count, &l->capacity,
                                  sizeof(struct trace_record *));
    l->records[l->count++] = replay_keep_record(&l->keep, r);
}

static void run(struct replay_lab *l, uint32_t layers)
{
    struct lab_options options = {.layers = layers, .until_ns = -1};
    struct buffer what;
    struct lab *lab;

    cr_assert(l->scenario.good, "the scenario is wrong");
    l->memory = &l->scenario.memory;
    l->keep = (struct replay_keep){.memory = l->memory};
    buffer_init(&l->normalised, l->memory);
    scenario_print_normalised(&l->scenario.s, false, &l->normalised);
    l->header = (struct replay_header){.version = TEXT("0"),
                                       .seed = TEXT("1"),
                                       .layers = layers,
                                       .scenario = buffer_text(&l->normalised)};
    buffer_init(&what, l->memory);
    cr_assert(cast_read(&l->cast, l->memory, &l->header, &what), "%.*s",
              TEXT_ARG(buffer_text(&what)));
    lab = lab_open(&l->scenario.s, &options);
    cr_assert(lab);
    trace_add_sink(lab_trace(lab), (struct trace_sink){trace_layer_kinds(layers), take, l});
    lab_start(lab);
    while (lab_advance(lab, 100000) == WORLD_RUNNING)
        ;
    lab_close(lab);
}

void replay_lab_run(struct replay_lab *l, const char *name, uint32_t layers)
{
    char path[200];

    *l = (struct replay_lab){.count = 0};
    snprintf(path, sizeof path, "scenarios/%s.json", name);
    lab_read_scenario(&l->scenario, path);
    run(l, layers);
}

void replay_lab_run_text(struct replay_lab *l, struct text scenario, uint32_t layers)
{
    *l = (struct replay_lab){.count = 0};
    lab_read_text(&l->scenario, scenario);
    run(l, layers);
}

void replay_lab_free(struct replay_lab *l)
{
    lab_free(&l->scenario);
}

void replay_lab_record(struct recording *r, const struct replay_lab *l)
{
    recording_init(r, l->memory, &l->cast);
    for (uint32_t i = 0; i < l->count; i++)
        recording_add(r, l->records[i]);
    recording_end(r);
}

uint32_t replay_lab_nth(const struct recording *r, enum trace_kind kind, const char *host, int n)
{
    for (uint32_t i = 0; i < r->count; i++) {
        const struct trace_record *record = r->lines[i].record;

        if (record->kind == kind && (!host || text_equal(record->where.host, text_of(host))) &&
            n-- == 0)
            return i;
    }
    cr_assert_fail("no such record");
    return RECORDING_NONE;
}

void replay_lab_each(uint32_t layers, void (*each)(struct replay_lab *l, const char *name))
{
    for (const char *const *name = replay_lab_bundled; *name; name++) {
        struct replay_lab l;

        replay_lab_run(&l, *name, layers);
        each(&l, *name);
        replay_lab_free(&l);
    }
}

void replay_lab_swarm(unsigned first, unsigned count, uint32_t layers,
                      void (*each)(struct replay_lab *l, const char *name))
{
    char command[400], name[40], *line = NULL;
    size_t room = 0;
    unsigned seed = first;
    FILE *worlds;

    snprintf(command, sizeof command,
             "python3 -B -c \"import sys, json; sys.path.insert(0, 'tests/swarm'); import world\n"
             "for seed in range(%u, %u): print(json.dumps(world.scenario(seed)))\"",
             first, first + count);
    worlds = popen(command, "r");
    cr_assert(worlds);
    for (ssize_t size; (size = getline(&line, &room, worlds)) > 0; seed++) {
        struct replay_lab l;

        snprintf(name, sizeof name, "world %u", seed);
        replay_lab_run_text(&l, text_from(line, (size_t)size), layers);
        each(&l, name);
        replay_lab_free(&l);
    }
    cr_assert_eq(pclose(worlds), 0);
    cr_assert_eq(seed, first + count);
    free(line);
}
