/*
 * Mailboxes from records: the message that was delivered, whichever way it came.
 */
#include <criterion/criterion.h>

#include "sim/export/mbox.h"
#include "tests/golden.h"
#include "tests/sample_run.h"

static struct memory memory;

static void init(void)
{
    memory_init(&memory, 0);
}

static void fini(void)
{
    memory_end(&memory);
}

TestSuite(export_mbox, .init = init, .fini = fini);

static void append(void *context, struct text host, struct text mailbox, struct text octets)
{
    buffer_put_string(context, "== ");
    mbox_put_path(context, host, mailbox);
    buffer_put_string(context, "\n");
    buffer_put_text(context, octets);
}

static struct mbox *begin(struct buffer *out)
{
    buffer_init(out, &memory);
    return mbox_begin(&memory, (struct mbox_output){.append = append, .context = out});
}

Test(export_mbox, a_letter_and_a_report)
{
    struct buffer out;
    struct mbox *box = begin(&out);
    struct sample s;

    sample_begin(&s, 0, SAMPLE_BOUNCE);
    trace_add_sink(&s.trace, mbox_sink(box));
    sample_run(&s);
    cr_expect_eq(mbox_end(box), 0);
    golden_check("tests/golden/mailboxes.txt", buffer_text(&out));
}

/* ---- ways that a mail may come ------------------------------------------------------------- */

struct run {
    struct trace trace;
    int64_t now_ns;
    struct buffer out;
    struct mbox *box;
};

static void run_begin(struct run *r)
{
    r->box = begin(&r->out);
    r->now_ns = 0;
    trace_init(&r->trace, &r->now_ns, 0);
    trace_add_sink(&r->trace, mbox_sink(r->box));
}

static struct trace_where at(const char *host, const char *queue, uint32_t conn)
{
    return (struct trace_where){
        .host = text_of(host), .mail = TEXT("a.1"), .queue = text_of(queue), .conn = conn};
}

static void content(struct run *r, struct trace_where where, const char *part, const char *octets)
{
    trace_emit_mail_content(
        &r->trace, &where,
        &(struct trace_mail_content){.part = text_of(part), .octets = text_of(octets)});
}

static void opened(struct run *r, struct trace_where where, const char *id, const char *parent)
{
    trace_emit_custody_opened(
        &r->trace, &where,
        &(struct trace_custody_opened){.custody = text_of(id), .parent = text_of(parent)});
}

static void closed(struct run *r, struct trace_where where, const char *id)
{
    trace_emit_custody_closed(&r->trace, &where,
                              &(struct trace_custody_closed){.custody = text_of(id)});
}

static void accepted(struct run *r, struct trace_where where)
{
    trace_emit_mail_accepted(&r->trace, &where, &(struct trace_mail_accepted){.octets = 1});
}

static void delivered(struct run *r, struct trace_where where, const char *mailbox)
{
    trace_emit_mail_delivered(&r->trace, &where,
                              &(struct trace_mail_delivered){.mailbox = text_of(mailbox)});
}

static void expect(struct run *r, uint64_t lacking, const char *want)
{
    struct text got;

    cr_expect_eq(mbox_end(r->box), lacking);
    got = buffer_text(&r->out);
    cr_expect(text_equal(got, text_of(want)), "%.*s", TEXT_ARG(got));
}

#define FROM "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n"

/* R083 - of two copies each carries the lines of its own way. */
Test(export_mbox, two_ways_to_two_mailboxes)
{
    struct run r;

    run_begin(&r);
    content(&r, at("a", "", 0), "whole", "body\r\n");
    opened(&r, at("a", "1", 0), "a/1", "");
    opened(&r, at("a", "1", 0), "a/2", "");
    content(&r, at("b", "2", 7), "prepended", "by b\r\n");
    accepted(&r, at("b", "2", 7));
    opened(&r, at("b", "2", 0), "b/1", "a/1");
    content(&r, at("c", "3", 8), "prepended", "by c\r\n");
    accepted(&r, at("c", "3", 8));
    opened(&r, at("c", "3", 0), "c/1", "b/1");
    content(&r, at("d", "4", 9), "prepended", "by d\r\n");
    accepted(&r, at("d", "4", 9));
    opened(&r, at("d", "4", 0), "d/1", "a/2");
    content(&r, at("c", "3", 0), "final", "for x\r\n");
    delivered(&r, at("c", "3", 0), "x");
    content(&r, at("d", "4", 0), "final", "for y\r\n");
    delivered(&r, at("d", "4", 0), "y");
    expect(&r, 0,
           "== c/x.mbox\n" FROM "for x\nby c\nby b\nbody\n\n"
           "== d/y.mbox\n" FROM "for y\nby d\nbody\n\n");
}

/* By LMTP one line is written for all copies, before each has an id (R180). */
Test(export_mbox, two_copies_by_lmtp)
{
    struct run r;

    run_begin(&r);
    content(&r, at("a", "", 0), "whole", "body\r\n");
    opened(&r, at("a", "1", 0), "a/1", "");
    opened(&r, at("a", "1", 0), "a/2", "");
    content(&r, at("store", "", 5), "prepended", "by store\r\n");
    for (int copy = 0; copy < 2; copy++) {
        struct trace_where where = at("store", copy ? "S2" : "S1", 5);

        accepted(&r, where);
        where.conn = 0;
        opened(&r, where, copy ? "store/2" : "store/1", copy ? "a/2" : "a/1");
        content(&r, where, "final", copy ? "for y\r\n" : "for x\r\n");
        delivered(&r, where, copy ? "y" : "x");
        closed(&r, where, copy ? "store/2" : "store/1");
    }
    expect(&r, 0,
           "== store/x.mbox\n" FROM "for x\nby store\nbody\n\n"
           "== store/y.mbox\n" FROM "for y\nby store\nbody\n\n");
}

/* An alias: a further queue id on the same host, nothing prepended (R091). */
Test(export_mbox, through_an_alias)
{
    struct run r;

    run_begin(&r);
    content(&r, at("a", "", 0), "whole", "body\r\n");
    opened(&r, at("a", "1", 0), "a/1", "");
    content(&r, at("b", "2", 7), "prepended", "by b\r\n");
    accepted(&r, at("b", "2", 7));
    opened(&r, at("b", "2", 0), "b/1", "a/1");
    opened(&r, at("b", "3", 0), "b/2", "b/1");
    content(&r, at("b", "3", 0), "final", "for x\r\n");
    delivered(&r, at("b", "3", 0), "x");
    expect(&r, 0, "== b/x.mbox\n" FROM "for x\nby b\nbody\n\n");
}

Test(export_mbox, stored_is_all_there_is)
{
    struct run r;

    run_begin(&r);
    opened(&r, at("b", "2", 0), "b/1", "");
    content(&r, at("b", "2", 0), "stored", "Return-Path: <x@y.example>\r\nwhole\r\n");
    delivered(&r, at("b", "2", 0), "x");
    expect(&r, 0,
           "== b/x.mbox\nFrom x@y.example Thu Jan  1 00:00:00 1970\n"
           "Return-Path: <x@y.example>\nwhole\n\n");
}

Test(export_mbox, a_delivery_without_content_is_counted)
{
    struct run r;

    run_begin(&r);
    opened(&r, at("b", "2", 0), "b/1", "");
    delivered(&r, at("b", "2", 0), "x");
    expect(&r, 1, "");
}

Test(export_mbox, from_lines_and_odd_line_ends)
{
    struct run r;

    run_begin(&r);
    content(&r, at("a", "", 0), "whole",
            "From x\r\n>From x\r\n>>From x\r\nFrom: x\r\n From x\r\nFromage\r\nbare\rcr\r\nlast");
    opened(&r, at("a", "1", 0), "a/1", "");
    delivered(&r, at("a", "1", 0), "x");
    expect(&r, 0,
           "== a/x.mbox\n" FROM
           ">From x\n>>From x\n>>>From x\nFrom: x\n From x\nFromage\nbare\rcr\nlast\n\n");
}

Test(export_mbox, memory_does_not_grow_with_mails_that_are_gone)
{
    struct run r;
    size_t used = 0;

    run_begin(&r);
    for (int i = 0; i < 2000; i++) {
        content(&r, at("a", "", 0), "whole", "body\r\n");
        opened(&r, at("a", "1", 0), "a/1", "");
        content(&r, at("a", "1", 0), "prepended", "line\r\n");
        closed(&r, at("a", "1", 0), "a/1");
        if (i == 100)
            used = memory.used;
    }
    cr_expect_eq(memory.used, used);
    mbox_end(r.box);
}

Test(export_mbox, no_name_leaves_the_folder)
{
    static const struct {
        const char *host, *mailbox, *want;
    } rows[] = {
        {"mx.shop.example", "bob", "mx.shop.example/bob.mbox"},
        {"..", "../../etc/passwd", "%2E./%2E.%2F..%2Fetc%2Fpasswd.mbox"},
        {"h", ".", "h/%2E.mbox"},
        {"h", "a b\303\244%", "h/a%20b%C3%A4%25.mbox"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer b;

        buffer_init(&b, &memory);
        mbox_put_path(&b, text_of(rows[i].host), text_of(rows[i].mailbox));
        cr_expect(text_equal(buffer_text(&b), text_of(rows[i].want)), "%.*s",
                  TEXT_ARG(buffer_text(&b)));
    }
}
