/*
 * export.c - `smtplab export`: a trace in another form.
 *
 * Each form is a row: the layers that it needs from the trace, and a function
 * that feeds the records to its exporter.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/cli/command.h"
#include "sim/cli/layers.h"
#include "sim/shell/memory.h"
#include "sim/shell/output.h"
#include "sim/shell/say.h"
#include "sim/shell/trace_file.h"
#include "sim/export/diagram.h"
#include "sim/export/html.h"
#include "sim/export/mbox.h"
#include "sim/export/pcap.h"
#include "sim/export/trace_json.h"

struct exporting {
    struct trace_file trace;
    struct outputs outputs;
    struct output *out;
    uint64_t lacking; /* what could not be written for want of records */
};

static void feed(struct exporting *x, struct trace_sink sink)
{
    replay_read_feed(&x->trace.reader, &sink, 1);
}

static void to_trace(struct exporting *x, enum trace_json_form form)
{
    struct replay_reader *reader = &x->trace.reader;
    struct trace_json *w =
        trace_json_begin(&x->trace.memory, output_sink(x->out), form, &reader->header);

    feed(x, trace_json_sink(w));
    if (reader->has_footer)
        trace_json_end(w, reader->footer.status, reader->footer.end_ns, reader->footer.counts);
    else
        trace_json_end(w, REPLAY_ERROR, reader->time_ns, reader->counts);
}

static void to_json(struct exporting *x)
{
    to_trace(x, TRACE_JSON_FRAMED);
}

static void to_jsonl(struct exporting *x)
{
    to_trace(x, TRACE_JSON_LINES);
}

static void to_pcap(struct exporting *x)
{
    struct pcap *p = pcap_begin(&x->trace.memory, output_sink(x->out));

    feed(x, pcap_sink(p));
    x->lacking = pcap_end(p);
}

/* All mailboxes in one stream, as mbox is one file. */
static void append_mail(void *context, struct text host, struct text mailbox, struct text octets)
{
    (void)host;
    (void)mailbox;
    output_put(((struct exporting *)context)->out, octets);
}

static void to_mbox(struct exporting *x)
{
    struct mbox *box =
        mbox_begin(&x->trace.memory, (struct mbox_output){.append = append_mail, .context = x});

    feed(x, mbox_sink(box));
    x->lacking = mbox_end(box);
}

static void to_mermaid(struct exporting *x)
{
    struct diagram *d =
        diagram_begin(&x->trace.memory, output_sink(x->out), &x->trace.reader.header);

    feed(x, diagram_sink(d));
    diagram_end(d);
}

static void to_html(struct exporting *x)
{
    struct html *h = html_begin(&x->trace.memory, &x->trace.reader.header);
    const struct replay_reader *reader = &x->trace.reader;

    feed(x, html_sink(h));
    html_end(h, reader->has_footer ? &reader->footer : NULL, output_sink(x->out));
}

static const struct form {
    const char *name;
    uint32_t layers;
    void (*write)(struct exporting *x);
} forms[] = {
    {"json", 0, to_json},
    {"jsonl", 0, to_jsonl},
    {"pcap", PCAP_LAYERS, to_pcap},
    {"mbox", MBOX_LAYERS, to_mbox},
    {"mermaid", DIAGRAM_LAYERS, to_mermaid},
    {"html", HTML_LAYERS, to_html},
};
enum { FORM_COUNT = sizeof forms / sizeof *forms };

static int find_form(const struct cli_call *call, const struct form **found)
{
    const char *typed = cli_value(call, "to");
    struct nearest n = nearest_to(typed ? typed : "");

    if (!typed)
        return cli_usage(call, "--to is missing");
    for (size_t i = 0; i < FORM_COUNT; i++) {
        nearest_try(&n, forms[i].name);
        if (strcmp(forms[i].name, typed) == 0) {
            *found = &forms[i];
            return EXIT_FINE;
        }
    }
    if (nearest_found(&n))
        return cli_usage(call, "no form '%s'; did you mean '%s'?", typed, nearest_found(&n));
    return cli_usage(call, "no form '%s'", typed);
}

/* A form can hold no more than the trace does; pcap and mbox cannot do with
 * less than they need. */
static int check_layers(const struct exporting *x, const struct form *form)
{
    uint32_t missing = form->layers & ~x->trace.reader.header.layers;

    if (missing == 0)
        return EXIT_FINE;
    bool fatal = form->write == to_pcap || form->write == to_mbox;
    char *names = layers_names(missing);

    if (fatal)
        say_error("%s was written without the layers %s, which %s needs", x->trace.path, names,
                  form->name);
    else
        say_warning("%s was written without the layers %s: the %s lacks them", x->trace.path, names,
                    form->name);
    free(names);
    return fatal ? EXIT_BAD_INPUT : EXIT_FINE;
}

static int write_form(struct exporting *x, const struct form *form, const char *path)
{
    outputs_begin(&x->outputs);
    x->trace.memory.context = &x->outputs;
    x->out = outputs_add(&x->outputs, path);
    if (!x->out) {
        outputs_discard(&x->outputs);
        return EXIT_CANT_CREATE;
    }
    form->write(x);
    int status = trace_file_status(&x->trace);

    if (status == EXIT_FINE && x->lacking > 0)
        say_warning("%" PRIu64 " segments or messages lack their octets in this trace", x->lacking);
    if (status != EXIT_FINE || outputs_stopped(&x->outputs)) {
        outputs_discard(&x->outputs);
        return status != EXIT_FINE ? status : EXIT_INPUT_OUTPUT;
    }
    return outputs_commit(&x->outputs);
}

/* Writing over the trace that is being read would be its end. */
static bool is_same_file(const char *a, const char *b)
{
    struct stat sa, sb;

    return stat(a, &sa) == 0 && stat(b, &sb) == 0 && S_ISREG(sa.st_mode) &&
           sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

static int run(const struct cli_call *call)
{
    struct exporting x = {.lacking = 0};
    const struct form *form = NULL;
    const char *path = cli_value(call, "output");
    int status = find_form(call, &form);

    if (status != EXIT_FINE)
        return status;
    assert(form);
    if (path && is_same_file(path, call->operands[0])) {
        say_error("%s would be written over itself; name another file", path);
        return EXIT_USAGE;
    }
    status = trace_file_open(&x.trace, call->operands[0]);
    if (status == EXIT_FINE)
        status = check_layers(&x, form);
    if (status == EXIT_FINE)
        status = write_form(&x, form, path ? path : "-");
    trace_file_close(&x.trace);
    return status;
}

static const struct cli_option options[] = {
    {.name = "to", .value = "FORM", .help = "json, jsonl, pcap, mbox, mermaid or html"},
    {.name = "output", .letter = 'o', .value = "FILE", .help = "where to; - or nothing is stdout"},
};

const struct cli_command cli_export = {
    .name = "export",
    .operands = "TRACE",
    .least = 1,
    .most = 1,
    .summary = "a trace in another form",
    .about = "pcap needs a trace with the layers core, tcp, segment and bytes; "
             "mbox needs core.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
