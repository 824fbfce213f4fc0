/*
 * run.c - `smtplab run`: a scenario from start to end, its story told, its
 * outputs written.
 *
 * The engine is driven in slices, so that a signal between two of them leaves
 * nothing half done. Whatever watches is a sink; the files are put in their
 * places before the story is told, so that a reader who leaves early loses only
 * the story.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/agents/inputs.h"
#include "sim/cli/command.h"
#include "sim/cli/layers.h"
#include "sim/export/diagram.h"
#include "sim/export/header.h"
#include "sim/export/mbox.h"
#include "sim/export/pcap.h"
#include "sim/export/story.h"
#include "sim/export/trace_json.h"
#include "sim/grade/expect.h"
#include "sim/grade/expect_tell.h"
#include "sim/kernel/units.h"
#include "sim/lab.h"
#include "sim/shell/load.h"
#include "sim/shell/memory.h"
#include "sim/shell/output.h"
#include "sim/shell/say.h"

enum { SLICE_EVENTS = 50000 }; /* a few hundredths of a second */

struct running {
    const struct cli_call *call;
    struct loaded loaded;
    struct outputs outputs;
    int64_t until_ns;
    uint32_t layers;
    struct replay_header header;
    struct lab *lab;
    struct output *mail_folder;
    bool data_on_stdout;
    /* What watches; NULL where nobody asked for it. */
    struct trace_json *trace;
    struct pcap *pcap;
    struct mbox *mbox;
    struct diagram *diagram;
    struct story *story;
    struct expect *expect;
    /* What the footer says. */
    struct replay_footer footer;
    struct replay_custody *custodies;
    size_t custody_capacity;
};

/* ---- before ---------------------------------------------------------------------------------- */

/* Two outputs in one place would destroy each other; one on stdout sends the story to stderr. */
static int read_places(struct running *r)
{
    static const char *const names[] = {"trace", "pcap", "mail", "diagram"};
    enum { NAMES = sizeof names / sizeof *names };

    for (size_t i = 0; i < NAMES; i++) {
        const char *place = cli_value(r->call, names[i]);

        r->data_on_stdout |= place && strcmp(place, "-") == 0;
        for (size_t j = i + 1; place && j < NAMES; j++) {
            const char *other = cli_value(r->call, names[j]);

            if (other && strcmp(place, other) == 0)
                return cli_usage(r->call, "--%s and --%s cannot both write to '%s'", names[i],
                                 names[j], place);
        }
    }
    return EXIT_FINE;
}

static int read_options(struct running *r)
{
    const char *until = cli_value(r->call, "until"), *layers = cli_value(r->call, "layers");
    int status = read_places(r);

    if (status != EXIT_FINE)
        return status;
    r->until_ns = -1;
    if (until && unit_parse(text_of(until), UNIT_DURATION, &r->until_ns) != UNIT_FINE)
        return cli_usage(r->call, "--until wants a duration like 90s or 2h, not '%s'", until);
    r->layers = TRACE_ALL_LAYERS;
    if (layers && !cli_given(r->call, "trace"))
        return cli_usage(r->call, "--layers says what --trace writes, and there is no --trace");
    return layers ? layers_read(r->call, layers, &r->layers) : EXIT_FINE;
}

static void make_header(struct running *r)
{
    struct buffer text, changed;

    buffer_init(&text, &r->loaded.memory);
    buffer_init(&changed, &r->loaded.memory);
    lab_scenario_print(&r->loaded.scenario, false, &text);
    lab_scenario_put_options(&r->loaded.options, &changed);
    r->header = header_make(&r->loaded.memory, buffer_text(&text), r->loaded.scenario.seed,
                            r->layers, buffer_text(&changed));
    buffer_free(&text);
    buffer_free(&changed);
}

static void append_mail(void *context, struct text host, struct text mailbox, struct text octets)
{
    struct running *r = context;
    struct buffer path;

    buffer_init(&path, &r->loaded.memory);
    mbox_put_path(&path, host, mailbox);
    buffer_put_char(&path, '\0');
    output_append(r->mail_folder, path.at, octets);
    buffer_free(&path);
}

static enum trace_json_form form_of(const char *path)
{
    size_t size = strlen(path);

    return size > 6 && strcmp(path + size - 6, ".jsonl") == 0 ? TRACE_JSON_LINES
                                                              : TRACE_JSON_FRAMED;
}

/* An output for each option given, then its exporter; false if an output cannot be made. */
static bool open_outputs(struct running *r)
{
    const char *trace = cli_value(r->call, "trace"), *pcap = cli_value(r->call, "pcap"),
               *mail = cli_value(r->call, "mail"), *diagram = cli_value(r->call, "diagram");
    struct memory *m = &r->loaded.memory;
    struct output *to_trace = NULL, *to_pcap = NULL, *to_diagram = NULL;

    if ((trace && !(to_trace = outputs_add(&r->outputs, trace))) ||
        (pcap && !(to_pcap = outputs_add(&r->outputs, pcap))) ||
        (mail && !(r->mail_folder = outputs_add_tree(&r->outputs, mail))) ||
        (diagram && !(to_diagram = outputs_add(&r->outputs, diagram))))
        return false;
    if (trace)
        r->trace = trace_json_begin(m, output_sink(to_trace), form_of(trace), &r->header);
    if (pcap)
        r->pcap = pcap_begin(m, output_sink(to_pcap));
    if (mail)
        r->mbox = mbox_begin(m, (struct mbox_output){.append = append_mail, .context = r});
    if (diagram)
        r->diagram = diagram_begin(m, output_sink(to_diagram), &r->header);
    return true;
}

static void attach_sinks(struct running *r)
{
    struct trace *t = lab_trace(r->lab);
    FILE *told = r->data_on_stdout ? stderr : stdout;
    struct replay_header header = r->header;

    if (r->trace)
        trace_add_sink(t, trace_json_sink(r->trace));
    if (r->pcap)
        trace_add_sink(t, pcap_sink(r->pcap));
    if (r->mbox)
        trace_add_sink(t, mbox_sink(r->mbox));
    if (r->diagram)
        trace_add_sink(t, diagram_sink(r->diagram));
    if (!cli_given(r->call, "quiet")) {
        struct story_options options = {.colour = say_colour(told)};

        r->story = story_begin(&r->loaded.memory, &r->header, &options);
        trace_add_sink(t, story_sink(r->story));
    }
    header.layers = TRACE_ALL_LAYERS; /* whatever of it is written */
    r->expect = expect_begin(&r->loaded.memory, &header);
    trace_add_sink(t, expect_sink(r->expect));
}

/* ---- after ----------------------------------------------------------------------------------- */

static void keep_custody(void *context, struct text custody, struct text host, struct text mail,
                         struct text recipient)
{
    struct running *r = context;
    struct memory *m = &r->loaded.memory;

    if (r->footer.open_count == r->custody_capacity) {
        size_t more = r->custody_capacity ? 2 * r->custody_capacity : 16;

        r->custodies = memory_grow(m, r->custodies, r->custody_capacity * sizeof *r->custodies,
                                   more * sizeof *r->custodies);
        r->custody_capacity = more;
    }
    r->custodies[r->footer.open_count++] = (struct replay_custody){
        .custody = text_copy(m, custody),
        .host = text_copy(m, host),
        .mail = text_copy(m, mail),
        .recipient = text_copy(m, recipient),
    };
}

static void make_footer(struct running *r, enum world_status ended)
{
    const struct trace *t = lab_trace(r->lab);
    bool limit = ended >= WORLD_TIME_LIMIT;

    r->footer.status = limit ? REPLAY_LIMIT : REPLAY_COMPLETE;
    r->footer.end_ns = *t->now_ns;
    r->footer.records = t->seq;
    memcpy(r->footer.counts, t->counts, sizeof r->footer.counts);
    world_each_custody(lab_world(r->lab), keep_custody, r);
    r->footer.open = r->custodies;
}

/* Ends the exporters; what they could not write for want of records is our bug.
 */
static int end_exporters(struct running *r)
{
    uint64_t lacking = 0;

    if (r->trace)
        trace_json_end(r->trace, r->footer.status, r->footer.end_ns, r->footer.counts);
    if (r->pcap)
        lacking += pcap_end(r->pcap);
    if (r->mbox)
        lacking += mbox_end(r->mbox);
    if (r->diagram)
        diagram_end(r->diagram);
    if (lacking == 0)
        return EXIT_FINE;
    say_error("%" PRIu64 " segments or messages lack their octets: a bug, please report it",
              lacking);
    return EXIT_OUR_BUG;
}

static void put_told(void *context, struct text octets)
{
    if (octets.size > 0) /* without any, `at` may be NULL */
        fwrite(octets.at, 1, octets.size, context);
}

static void tell(struct running *r)
{
    FILE *told = r->data_on_stdout ? stderr : stdout;
    struct buffer judged;

    if (!r->story)
        return;
    story_end(r->story, &r->footer, (struct export_output){.put = put_told, .context = told});
    buffer_init(&judged, &r->loaded.memory);
    expect_tell(r->expect, say_colour(told), &judged);
    put_told(told, buffer_text(&judged));
    buffer_free(&judged);
    fflush(told);
}

/* ---- expectations ---------------------------------------------------------------------------- */

/* What failed is told even by a quiet run; what could not fail is a mistake of the scenario. */
static int judge(const struct running *r)
{
    for (uint32_t i = 0; i < r->expect->count; i++) {
        const struct expect_result *one = &r->expect->results[i];

        if (one->verdict == EXPECT_FAILED && !r->story)
            say_error("expectation \"%.*s\" failed: %.*s; but %.*s%s%.*s", TEXT_ARG(one->id),
                      TEXT_ARG(one->wanted), TEXT_ARG(one->found), one->say.size ? ": " : "",
                      TEXT_ARG(one->say));
        if (one->idle)
            say_warning("expectation \"%.*s\": nothing in this run could have made it fail",
                        TEXT_ARG(one->id));
    }
    return r->expect->failed > 0 ? EXIT_EXPECTATION : EXIT_FINE;
}

/* ---- run ------------------------------------------------------------------------------------- */

/* A fault, a stop or a crash that has met nothing is not what its author had in mind. */
static void warn_idle(void *context, int64_t entry)
{
    struct running *r = context;
    const struct scenario_entry *e = &r->loaded.scenario.timeline[entry];
    bool aimed = e->fault.to.size > 0;
    struct text what = aimed ? TEXT("this never met its command")
                       : e->verb == SCENARIO_CLOSE
                           ? TEXT("there was no connection to close")
                           : TEXT("nobody noticed this: nobody came, and nothing had to wait");
    struct text advice = aimed ? TEXT("is it said at all, by this client, so often after \"at\"?")
                               : TEXT("let something happen in that time");
    struct buffer line;

    buffer_init(&line, &r->loaded.memory);
    scenario_warn_entry(&r->loaded.scenario, entry, what, advice, &line);
    fwrite(line.at, 1, line.size, stderr);
    buffer_free(&line);
}

static int advance(struct running *r)
{
    enum world_status ended;

    attach_sinks(r);
    lab_start(r->lab);
    while ((ended = lab_advance(r->lab, SLICE_EVENTS)) == WORLD_RUNNING)
        if (outputs_stopped(&r->outputs)) {
            outputs_discard(&r->outputs);
            return EXIT_INPUT_OUTPUT;
        }
    make_footer(r, ended);
    int status = end_exporters(r), written = outputs_commit(&r->outputs);

    if (written != EXIT_FINE)
        return written;
    expect_end(r->expect);
    tell(r);
    fflush(stdout); /* what comes now stands behind the story, also where both go to one file */
    if (ended == WORLD_QUIET)
        world_each_idle(lab_world(r->lab), warn_idle, r);
    int judged = judge(r);

    if (status == EXIT_FINE && r->footer.status == REPLAY_LIMIT) {
        say_error("stopped at a limit of the scenario: %s", ended == WORLD_TIME_LIMIT    ? "time"
                                                            : ended == WORLD_QUEUE_LIMIT ? "queue"
                                                            : ended == WORLD_MESSAGE_LIMIT
                                                                ? "message"
                                                                : "events");
        status = EXIT_LIMIT;
    }
    expect_free(r->expect);
    return status == EXIT_FINE ? judged : status;
}

/* Of the machine's memory, what a run may take before it is told to stop. */
static size_t memory_limit(void)
{
#ifdef _SC_PHYS_PAGES
    long pages = sysconf(_SC_PHYS_PAGES), octets = sysconf(_SC_PAGESIZE);

    if (pages > 0 && octets > 0)
        return (size_t)pages / 4 * 3 * (size_t)octets;
#endif
    return 0;
}

static int run_loaded(struct running *r)
{
    struct lab_options options = {
        .layers = r->layers,
        .until_ns = r->until_ns,
        .memory_limit = memory_limit(),
        .exhausted = cli_exhausted,
        .context = &r->outputs,
    };

    if (!load_built(&r->loaded))
        return EXIT_BAD_INPUT;
    make_header(r);
    outputs_begin(&r->outputs);
    r->loaded.memory.context = &r->outputs;
    if (!open_outputs(r)) {
        outputs_discard(&r->outputs);
        return EXIT_CANT_CREATE;
    }
    r->lab = lab_open(&r->loaded.scenario, &options);
    if (!r->lab)
        cli_exhausted(&r->outputs);
    int status = advance(r);

    lab_close(r->lab);
    return status;
}

static int run(const struct cli_call *call)
{
    struct running r = {.call = call};
    int status = read_options(&r);

    if (status != EXIT_FINE)
        return status;
    status = load_scenario(&r.loaded, call, call->operands[0]);
    if (status == EXIT_FINE)
        status = run_loaded(&r);
    load_end(&r.loaded);
    return status;
}

static const struct cli_option options[] = {
    {.name = "trace",
     .value = "FILE",
     .help = "write the trace; JSON lines if FILE ends in .jsonl"},
    {.name = "layers", .value = "LIST", .help = "what the trace holds: core,smtp,dns,... or all"},
    {.name = "pcap", .value = "FILE", .help = "write a capture of every packet"},
    {.name = "mail", .value = "DIR", .help = "write the mailboxes, DIR/HOST/MAILBOX.mbox"},
    {.name = "diagram", .value = "FILE", .help = "write a Mermaid sequence diagram (.mmd)"},
    {.name = "until", .value = "DURATION", .help = "end the run there, 90s or 2h"},
    LOAD_OPTIONS,
    {.name = "quiet", .letter = 'q', .help = "do not tell the story"},
};

const struct cli_command cli_run = {
    .name = "run",
    .operands = "SCENARIO",
    .least = 1,
    .most = 1,
    .summary = "run to the end; tell what became of every message, and why",
    .about = "SCENARIO is a file, - for standard input, or the name of a bundled scenario\n"
             "or the number of its lesson, as `smtplab list` shows them.\n"
             "One FILE may be - for standard output; the story then goes to standard error.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
