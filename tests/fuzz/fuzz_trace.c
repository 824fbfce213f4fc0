/*
 * fuzz_trace.c - any octets as a trace.
 *
 * Reading ends, with an error that has a place or without one; nothing is left in memory beyond
 * what the texts of header and footer take.  What was read without an error can be written, and is
 * then read again with as many records, in both forms; and every exporter bears it, and who judges.
 */
#include "tests/fuzz/fuzz.h"

#include "sim/export/diagram.h"
#include "sim/export/html.h"
#include "sim/export/mbox.h"
#include "sim/export/pcap.h"
#include "sim/export/story.h"
#include "sim/export/trace_json.h"
#include "sim/grade/expect.h"
#include "sim/grade/expect_tell.h"
#include "sim/replay/compare.h"
#include "sim/replay/load.h"
#include "sim/replay/read.h"

static void put(void *context, struct text octets)
{
    buffer_put_text(context, octets);
}

static void append(void *context, struct text host, struct text mailbox, struct text octets)
{
    mbox_put_path(context, host, mailbox);
    buffer_put_text(context, octets);
}

/* Reads all of it into `sinks`; how many records there were, or -1 for an error. */
static int64_t read_all(struct replay_reader *r, struct memory *m, struct text octets,
                        const struct trace_sink *sinks, size_t count)
{
    bool good = replay_read_open(r, m, octets, NULL) && replay_read_feed(r, sinks, count);

    WANT(good == (r->error.line == 0));
    WANT(good || (r->error.column > 0 && r->error.what[0] != '\0'));
    return good ? (int64_t)r->written : -1;
}

static void rewrite(struct memory *m, struct text octets, enum trace_json_form form, int64_t want)
{
    struct replay_reader r, again;
    struct trace_json *w;
    struct trace_sink sink;
    struct buffer out;

    buffer_init(&out, m);
    WANT(replay_read_open(&r, m, octets, NULL));
    w = trace_json_begin(m, (struct export_output){.put = put, .context = &out}, form, &r.header);
    sink = trace_json_sink(w);
    WANT(replay_read_feed(&r, &sink, 1));
    if (r.has_footer)
        trace_json_end_copy(w, &r.footer);
    else
        trace_json_end_cut(w);
    WANT(read_all(&again, m, buffer_text(&out), NULL, 0) == want);
    WANT(again.has_footer == r.has_footer);
    replay_read_close(&again);
    replay_read_close(&r);
}

static void export_all(struct memory *m, struct text octets)
{
    struct buffer out;
    struct export_output output = {.put = put, .context = &out};
    struct replay_reader r;

    buffer_init(&out, m);
    WANT(replay_read_open(&r, m, octets, NULL));
    struct pcap *pcap = pcap_begin(m, output);
    struct mbox *mbox = mbox_begin(m, (struct mbox_output){.append = append, .context = &out});
    struct diagram *diagram = diagram_begin(m, output, &r.header);
    struct story *story = story_begin(m, &r.header, &(struct story_options){.told = 3});
    struct html *html = html_begin(m, &r.header);
    struct expect *expect = expect_begin(m, &r.header);
    const struct trace_sink sinks[] = {pcap_sink(pcap),   mbox_sink(mbox), diagram_sink(diagram),
                                       story_sink(story), html_sink(html), expect_sink(expect)};
    const struct replay_footer *footer;

    WANT(replay_read_feed(&r, sinks, sizeof sinks / sizeof *sinks));
    footer = r.has_footer ? &r.footer : NULL;
    pcap_end(pcap);
    mbox_end(mbox);
    diagram_end(diagram);
    story_end(story, footer, output);
    html_end(html, footer, output);
    expect_end(expect);
    expect_tell(expect, true, &out);
    expect_free(expect);
    replay_read_close(&r);
}

static void compare_with_itself(struct memory *m, struct text octets)
{
    struct replay_reader r;
    struct replay_trace trace;
    struct buffer said;

    buffer_init(&said, m);
    WANT(replay_read_open(&r, m, octets, NULL));
    WANT(replay_load(&r, m, &trace));
    WANT(replay_compare(&trace, TEXT("a"), &trace, TEXT("b"), &said));
    replay_read_close(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text octets = {(const char *)data, size};
    struct replay_reader r;
    struct memory m;
    int64_t records;

    memory_init(&m, 0);
    records = read_all(&r, &m, octets, NULL, 0);
    replay_read_close(&r);
    if (records >= 0) {
        rewrite(&m, octets, TRACE_JSON_FRAMED, records);
        rewrite(&m, octets, TRACE_JSON_LINES, records);
        export_all(&m, octets);
        compare_with_itself(&m, octets);
    }
    memory_end(&m);
    return 0;
}
