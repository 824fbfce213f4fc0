/*
 * A letter at a place, opened; the envelope around it; the fate of each recipient.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "sim/export/mbox.h"
#include "sim/mail/message.h"
#include "sim/replay/envelope.h"
#include "sim/replay/fate.h"
#include "sim/replay/letter.h"
#include "sim/replay/mime.h"
#include "sim/replay/path.h"
#include "tests/replay_lab.h"

#define NONE RECORDING_NONE

/* ---- the letter in a mailbox is what the export writes ------------------------------------------ */

struct exported {
    struct memory *memory;
    struct buffer octets;
    uint32_t count;
};

static void append(void *context, struct text host, struct text mailbox, struct text octets)
{
    struct exported *e = context;

    (void)host;
    (void)mailbox;
    buffer_clear(&e->octets);
    buffer_put_text(&e->octets, text_after(octets, text_find(octets, '\n') + 1));
    e->count++;
}

/* As mboxrd has it: LF, one more ">" before "From ", an empty line at the end. */
static struct text as_mbox(struct memory *m, struct text t)
{
    struct buffer b;

    buffer_init(&b, m);
    while (t.size > 0) {
        struct text line = text_from(t.at, text_find(t, '\n'));
        struct text bare = line;

        t = text_after(t, line.size + 1);
        while (bare.size > 0 && bare.at[0] == '>')
            bare = text_after(bare, 1);
        if (bare.size >= 5 && memcmp(bare.at, "From ", 5) == 0)
            buffer_put_char(&b, '>');
        if (line.size > 0 && line.at[line.size - 1] == '\r')
            line.size--;
        buffer_put_text(&b, line);
        buffer_put_char(&b, '\n');
    }
    buffer_put_char(&b, '\n');
    return buffer_text(&b);
}

static uint32_t compared;

static void same_as_export(struct replay_lab *l, const char *name)
{
    struct recording r;
    struct exported e = {.memory = l->memory};

    replay_lab_record(&r, l);
    buffer_init(&e.octets, l->memory);
    struct mbox *box = mbox_begin(l->memory, (struct mbox_output){append, &e});
    struct trace_sink sink = mbox_sink(box);
    for (uint32_t i = 0; i < r.count; i++) {
        uint32_t before = e.count;
        struct letter letter;

        if (!(sink.kinds >> r.lines[i].record->kind & 1))
            continue;
        sink.record(sink.context, r.lines[i].record);
        if (e.count == before)
            continue;
        cr_assert(letter_at(&letter, l->memory, &r, r.lines[i].mail, r.lines[i].host, i),
                  "%s: record %u", name, i);
        struct text mine = as_mbox(l->memory, letter.octets);
        cr_assert(text_equal(mine, buffer_text(&e.octets)),
                  "%s: record %u:\n%.*s\ninstead of\n%.*s", name, i, TEXT_ARG(mine),
                  TEXT_ARG(buffer_text(&e.octets)));
        compared++;
    }
    cr_assert_eq(mbox_end(box), 0);
}

Test(letter, in_a_mailbox_is_what_the_export_writes)
{
    replay_lab_each(WATCHED_LAYERS, same_as_export);
    cr_assert_gt(compared, 50);
}

/* ---- it grows hop by hop ------------------------------------------------------------------------ */

Test(letter, grows_in_front_at_every_host_that_takes_it)
{
    struct replay_lab l;
    struct recording r;
    struct letter letter;
    size_t before = 0;
    uint32_t hops = 0;

    replay_lab_run(&l, "three-hops", WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    for (uint32_t i = 0; i < r.count; i++) {
        const struct recording_line *line = &r.lines[i];

        if (line->record->kind != TRACE_CUSTODY_OPENED)
            continue;
        cr_assert_eq(letter_place(&r, line->mail, i), line->host);
        cr_assert(letter_at(&letter, l.memory, &r, line->mail, line->host, i));
        cr_assert_gt(letter.octets.size, before);
        cr_assert_eq(letter.part_count, hops + 1);
        cr_assert_eq(letter.parts[letter.part_count - 1].by, LETTER_WRITTEN);
        cr_assert_eq(letter.parts[0].host, line->host);
        cr_assert(hops == 0 || text_equal(letter.fields[0].name, TEXT("Received")));
        cr_assert_eq(letter.fields[0].part, 0);
        cr_assert(text_equal(letter_field(&letter, TEXT("subject"))->name, TEXT("Subject")));
        cr_assert_eq(letter_field(&letter, TEXT("Subject"))->part, hops);
        before = letter.octets.size;
        hops++;
    }
    cr_assert_eq(hops, 4, "%u hosts took it", hops);
    /* Where it has never been there is none, and before it was written neither. */
    cr_assert_not(letter_at(&letter, l.memory, &r, 0, cast_host(&l.cast, TEXT("bob-pc")), 3));
    cr_assert_not(letter_at(&letter, l.memory, &r, 0, 0, 0));
    cr_assert_eq(letter_place(&r, 0, 0), NONE);
    replay_lab_free(&l);
}

Test(letter, that_an_mua_fetched_is_the_one_in_the_mailbox)
{
    struct replay_lab l;
    struct recording r;
    struct letter at_server, at_mua;

    replay_lab_run(&l, "first-letter", WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    uint32_t put = replay_lab_nth(&r, TRACE_MAIL_DELIVERED, NULL, 0);
    uint32_t got = replay_lab_nth(&r, TRACE_MAIL_COLLECTED, "bob-pc", 0);
    cr_assert(letter_at(&at_server, l.memory, &r, r.lines[put].mail, r.lines[put].host, put));
    cr_assert(letter_at(&at_mua, l.memory, &r, r.lines[got].mail, r.lines[got].host, got));
    cr_assert(text_equal(at_server.octets, at_mua.octets));
    cr_assert_eq(at_server.parts[0].by, LETTER_FINAL);
    cr_assert_eq((int64_t)at_server.octets.size,
                 RECORDING_DATA(&r.lines[put], mail_delivered)->octets);
    replay_lab_free(&l);
}

/* ---- MIME --------------------------------------------------------------------------------------- */

#define EQUAL(got, want)                                                                           \
    do {                                                                                           \
        struct text g = (got);                                                                     \
        cr_assert(text_equal(g, text_of(want)), "\"%.*s\" instead of \"%s\"", TEXT_ARG(g), want);  \
    } while (0)

Test(mime, reads_encoded_words)
{
    struct memory m;

    memory_init(&m, 0);
    EQUAL(mime_words(&m, TEXT(" Lab report,\r\n version 2")), "Lab report, version 2");
    EQUAL(mime_words(&m, TEXT("=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus?= =?utf-8?Q?_K=C3=B6ln?= jetzt")),
          "Gr\xc3\xbc\xc3\x9f"
          "e aus K\xc3\xb6ln jetzt");
    EQUAL(mime_words(&m, TEXT("=?UTF-8?B?44GT44KT?=")), "\xe3\x81\x93\xe3\x82\x93");
    EQUAL(mime_words(&m, TEXT("=?koi8-r?Q?abc?= and =? not")), "=?koi8-r?Q?abc?= and =? not");
    EQUAL(mime_words(&m, TEXT("=?utf-8?Q?open")), "=?utf-8?Q?open");
    EQUAL(mime_words(&m, TEXT("=?utf-8?Q?a=4?=")), "a=4");
    EQUAL(mime_body(&m, TEXT("a=20b=\r\nc=3D\r\n"), TEXT(" Quoted-Printable")), "a bc=\r\n");
    EQUAL(mime_body(&m, TEXT("SGkh\r\n"), TEXT("base64")), "Hi!");
    EQUAL(mime_body(&m, TEXT("a=20b"), TEXT("")), "a=20b");
    EQUAL(mime_parameter(&m, TEXT("multipart/report; boundary=\"=_1;2/0\"; x=y"), TEXT("boundary")),
          "=_1;2/0");
    EQUAL(mime_parameter(&m, TEXT("text/plain; charset=utf-8"), TEXT("boundary")), "");
    EQUAL(path_of_command(TEXT("RCPT TO:<\"a>b\"@x.example> NOTIFY=NEVER")), "\"a>b\"@x.example");
    EQUAL(path_of_command(TEXT("MAIL FROM:<>")), "");
    EQUAL(path_of_command(TEXT("RSET")), "");
    memory_end(&m);
}

static struct text field(const struct mime_report *p, const char *name, uint32_t group)
{
    for (uint32_t i = 0; i < p->field_count; i++)
        if (text_equal(p->fields[i].name, text_of(name)) && p->fields[i].group == group)
            return p->fields[i].value;
    return TEXT("(absent)");
}

static bool report_of(struct mime_report *p, struct replay_lab *l, const struct recording *r, int n)
{
    struct letter letter;
    uint32_t ndr = replay_lab_nth(r, TRACE_MAIL_NDR, NULL, n);

    cr_assert(letter_at(&letter, l->memory, r, r->lines[ndr].mail, r->lines[ndr].host, ndr));
    return mime_report(p, l->memory, letter_field(&letter, TEXT("Content-Type"))->value,
                       letter.body);
}

Test(mime, opens_a_report_into_its_three_parts)
{
    struct replay_lab l;
    struct recording r;
    struct mime_report p;
    struct letter original;

    replay_lab_run(&l, "the-way-back", WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    cr_assert(report_of(&p, &l, &r, 0));
    cr_assert(text_starts_nocase(p.words, TEXT("This is the mail system at mx.shop.example.")));
    cr_assert(text_ends_nocase(p.words, TEXT("postmaster@shop.example.")), "%.*s",
              TEXT_ARG(p.words));
    EQUAL(field(&p, "Reporting-MTA", 0), "dns; mx.shop.example");
    EQUAL(field(&p, "Action", 1), "failed");
    EQUAL(field(&p, "Status", 1), "5.1.1");
    EQUAL(field(&p, "Action", 0), "(absent)");
    cr_assert_eq(p.group_count, 2, "of the message, of one recipient");
    cr_assert_not(p.headers_only);
    /* What comes back is the letter as it was where it failed. */
    uint32_t failed = replay_lab_nth(&r, TRACE_QUEUE_BOUNCED, "mx.shop.example", 0);
    cr_assert(
        letter_at(&original, l.memory, &r, r.lines[failed].mail, r.lines[failed].host, failed));
    struct text whole = text_from(original.octets.at, p.returned.size);
    cr_assert(text_equal(p.returned, whole), "%.*s", TEXT_ARG(p.returned));
    cr_assert_leq(original.octets.size - whole.size, 2, "the last line end is the boundary's");
    replay_lab_free(&l);
}

Test(mime, a_warning_brings_the_header_alone)
{
    struct replay_lab l;
    struct recording r;
    struct mime_report p;

    replay_lab_run(&l, "too-late", WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    cr_assert(report_of(&p, &l, &r, 0));
    EQUAL(field(&p, "Action", 1), "delayed");
    cr_assert(p.headers_only);
    cr_assert_gt(p.returned.size, 100);
    struct letter letter;
    cr_assert(letter_at(&letter, l.memory, &r, 0,
                        r.lines[replay_lab_nth(&r, TRACE_MAIL_CONTENT, NULL, 0)].host,
                        r.count - 1));
    cr_assert_not(mime_report(&p, l.memory, TEXT("text/plain"), letter.body));
    cr_assert_not(mime_report(&p, l.memory, TEXT("multipart/report; boundary=x"), TEXT("--x\r\n")));
    replay_lab_free(&l);
}

/* ---- fates -------------------------------------------------------------------------------------- */

static const struct fate *fate_of(const struct fate *all, uint32_t count, struct text recipient)
{
    for (uint32_t i = 0; i < count; i++)
        if (text_equal(all[i].recipient, recipient))
            return &all[i];
    return NULL;
}

/* Whoever the trace gave a verdict has it, and nobody else; before, no fate is known too early. */
static void verdicts(struct replay_lab *l, const char *name)
{
    struct recording r;
    struct fate *all;

    replay_lab_record(&r, l);
    for (uint32_t i = 0; i < r.count; i++) {
        const struct recording_line *line = &r.lines[i];

        if (line->record->kind != TRACE_MAIL_ENDED)
            continue;
        const struct trace_mail_ended *e = line->record->data;
        uint32_t count = fate_all(&all, l->memory, &r, line->mail, i);
        const struct fate *t = fate_of(all, count, e->recipient);
        cr_assert_not_null(t, "%s: %.*s", name, TEXT_ARG(e->recipient));
        cr_assert(t->ended && t->record == i && t->depth == 0);
        EQUAL(e->verdict, fate_words(t->state));
        cr_assert_eq(t->host, cast_host(&l->cast, e->at));
        /* At the end of the run it is still so. */
        count = fate_all(&all, l->memory, &r, line->mail, r.count - 1);
        EQUAL(e->verdict, fate_words(fate_of(all, count, e->recipient)->state));
        count = fate_all(&all, l->memory, &r, line->mail, i - 1);
        cr_assert_not(fate_of(all, count, e->recipient)->ended, "%s: before its record", name);
    }
}

Test(fate, is_the_verdict_of_the_trace)
{
    replay_lab_each(WATCHED_LAYERS, verdicts);
}

/* As long as somebody is responsible for a recipient, it has not ended: an independent count. */
static void duties(struct replay_lab *l, const char *name)
{
    struct recording r;
    struct fate *all;
    uint32_t opened[64] = {0};

    replay_lab_record(&r, l);
    for (uint32_t i = 0; i < r.count; i++) {
        const struct recording_line *line = &r.lines[i];
        enum trace_kind kind = line->record->kind;

        if (line->mail == NONE || line->mail >= 64 ||
            (kind != TRACE_CUSTODY_OPENED && kind != TRACE_CUSTODY_CLOSED))
            continue;
        opened[line->mail] += kind == TRACE_CUSTODY_OPENED ? 1 : UINT32_MAX;
        uint32_t count = fate_all(&all, l->memory, &r, line->mail, i), busy = 0;
        for (uint32_t k = 0; k < count; k++)
            busy += all[k].state <= FATE_FAILED;
        cr_assert((busy > 0) <= (opened[line->mail] > 0), "%s: record %u: %u open", name, i,
                  opened[line->mail]);
    }
}

Test(fate, has_ended_once_nobody_is_responsible)
{
    replay_lab_each(WATCHED_LAYERS, duties);
}

Test(fate, of_three_recipients_each_has_its_own)
{
    struct replay_lab l;
    struct recording r;
    struct fate *all;

    replay_lab_run(&l, "two-of-three", WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    uint32_t mail = 0, refused = replay_lab_nth(&r, TRACE_QUEUE_BOUNCED, "mail.uni.example", 0);
    cr_assert_eq(fate_all(&all, l.memory, &r, mail, refused - 1), 3);
    cr_assert(all[0].state == FATE_UNDER_WAY && all[0].code == 250, "bob is accepted");
    cr_assert(all[1].state == FATE_UNDER_WAY && all[1].code == 550, "nobody is refused");
    cr_assert(all[2].state == FATE_UNDER_WAY && all[2].code == 0, "carol: no reply read yet");
    EQUAL(l.cast.hosts[all[1].asked].name, "mail.shop.example");
    EQUAL(l.cast.hosts[all[2].host].name, "mail.uni.example");
    fate_all(&all, l.memory, &r, mail, refused);
    cr_assert_eq(all[1].state, FATE_FAILED);
    uint32_t put = replay_lab_nth(&r, TRACE_MAIL_DELIVERED, "mail.shop.example", 0);
    fate_all(&all, l.memory, &r, mail, put);
    cr_assert(all[0].state == FATE_DELIVERED && all[0].copies == 1 && !all[0].ended);
    EQUAL(all[0].mailbox, "bob");
    cr_assert_eq(all[2].state, FATE_UNDER_WAY);
    fate_all(&all, l.memory, &r, mail, r.count - 1);
    cr_assert_eq(all[1].state, FATE_BOUNCED);
    cr_assert_eq(all[1].report, recording_find_mail(&r, TEXT("mail.uni.example.1")));
    cr_assert_eq(fate_all(&all, l.memory, &r, mail, NONE), 0);
    replay_lab_free(&l);
}

Test(fate, waits_until_its_next_try)
{
    struct replay_lab l;
    struct recording r;
    struct fate *all;

    replay_lab_run(&l, "closed-for-lunch", WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    for (int n = 0; n < 4; n++) {
        uint32_t at = replay_lab_nth(&r, TRACE_QUEUE_DEFERRED, "mail.uni.example", n);
        const struct trace_queue_deferred *d = RECORDING_DATA(&r.lines[at], queue_deferred);

        cr_assert_eq(fate_all(&all, l.memory, &r, r.lines[at].mail, at), 1);
        cr_assert_eq(all[0].state, FATE_WAITS);
        cr_assert_eq(all[0].attempts, n + 1);
        cr_assert_eq(all[0].next_try_ns, d->next_try_ns);
        cr_assert_eq(all[0].code, 450);
        uint32_t again = replay_lab_nth(&r, TRACE_QUEUE_ATTEMPT, "mail.uni.example", n + 1);
        fate_all(&all, l.memory, &r, r.lines[at].mail, again);
        cr_assert(all[0].state == FATE_UNDER_WAY && all[0].attempts == n + 2 &&
                  all[0].next_try_ns == -1 && all[0].code == 0);
    }
    replay_lab_free(&l);
}

Test(fate, of_a_list_is_that_of_its_members)
{
    struct replay_lab l;
    struct recording r;
    struct fate *all;

    replay_lab_run(&l, "the-list", WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    uint32_t end = replay_lab_nth(&r, TRACE_MAIL_ENDED, NULL, 0);
    cr_assert_eq(fate_all(&all, l.memory, &r, r.lines[end].mail, end - 1), 4);
    cr_assert(all[0].depth == 0 && all[0].state == FATE_EXPANDED && all[0].children == 3);
    EQUAL(all[0].by, "list");
    EQUAL(all[0].recipient, "chess@uni.example");
    EQUAL(all[1].recipient, "alice@uni.example");
    cr_assert(all[1].depth == 1 && all[1].state == FATE_DELIVERED);
    cr_assert(all[2].depth == 1 && all[2].state == FATE_DELIVERED);
    EQUAL(all[3].recipient, "gone@shop.example");
    cr_assert(all[3].depth == 1 && all[3].state == FATE_BOUNCED);
    fate_all(&all, l.memory, &r, r.lines[end].mail, end);
    cr_assert(all[0].ended && all[0].state == FATE_BOUNCED);
    replay_lab_free(&l);
}

Test(fate, counts_two_copies)
{
    struct replay_lab l;
    struct recording r;
    struct fate *all;

    replay_lab_run(&l, "two-copies", WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    cr_assert_eq(fate_all(&all, l.memory, &r, 0, r.count - 1), 1);
    cr_assert(all[0].state == FATE_DELIVERED && all[0].copies == 2, "%u", all[0].copies);
    /* In between one host has delivered it, and the other will try again. */
    uint32_t at = replay_lab_nth(&r, TRACE_QUEUE_DEFERRED, "mail.uni.example", 0);
    fate_all(&all, l.memory, &r, 0, at);
    cr_assert(all[0].state == FATE_WAITS && all[0].copies == 1);
    EQUAL(l.cast.hosts[all[0].host].name, "mail.uni.example");
    replay_lab_free(&l);
}

/* ---- envelopes ---------------------------------------------------------------------------------- */

Test(envelope, is_the_transaction_then_the_queue)
{
    struct replay_lab l;
    struct recording r;
    struct envelope e;
    uint32_t mail = 0;

    replay_lab_run(&l, "two-of-three", WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    uint32_t uni = cast_host(&l.cast, TEXT("mail.uni.example"));
    uint32_t shop = cast_host(&l.cast, TEXT("mail.shop.example"));
    cr_assert_not(envelope_at(&e, l.memory, &r, mail, NONE, 0));
    cr_assert_not(envelope_at(&e, l.memory, &r, mail, NONE, NONE));
    uint32_t written = replay_lab_nth(&r, TRACE_QUEUE_ENTERED, "alice-pc", 0);
    cr_assert(envelope_at(&e, l.memory, &r, mail, NONE, written));
    cr_assert(e.recipient_count == 3 && e.conn == NONE && e.other == NONE);
    EQUAL(e.sender, "alice@uni.example");
    uint32_t refused = replay_lab_nth(&r, TRACE_QUEUE_BOUNCED, "mail.uni.example", 0);
    cr_assert(envelope_at(&e, l.memory, &r, mail, NONE, refused));
    cr_assert(e.conn != NONE && e.host == uni && e.other == shop && !e.ended);
    cr_assert_eq(e.sender_code, 250);
    cr_assert_eq(e.recipient_count, 3);
    cr_assert(e.recipients[0].code == 250 && e.recipients[1].code == 550 &&
              e.recipients[2].code == 0);
    /* The next host's envelope has those alone whom it accepted. */
    uint32_t taken = replay_lab_nth(&r, TRACE_QUEUE_ENTERED, "mail.shop.example", 0);
    cr_assert(envelope_at(&e, l.memory, &r, mail, NONE, taken));
    cr_assert(e.host == shop && e.recipient_count == 2 && e.conn == NONE);
    cr_assert(envelope_at(&e, l.memory, &r, mail, uni, taken));
    cr_assert(e.host == uni && e.recipient_count == 3 && e.recipients[2].code == 250);
    cr_assert(envelope_at(&e, l.memory, &r, mail, uni, r.count - 1));
    cr_assert(e.ended);
    replay_lab_free(&l);
}

Test(envelope, of_a_report_has_the_null_reverse_path)
{
    struct replay_lab l;
    struct recording r;
    struct envelope e;

    replay_lab_run(&l, "the-way-back", WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    uint32_t ndr = replay_lab_nth(&r, TRACE_MAIL_NDR, NULL, 0);
    cr_assert(envelope_at(&e, l.memory, &r, r.lines[ndr].mail, NONE, r.count - 1));
    cr_assert_eq(e.sender.size, 0);
    cr_assert_eq(e.recipient_count, 1);
    EQUAL(e.recipients[0].address, "alice@uni.example");
    replay_lab_free(&l);
}
