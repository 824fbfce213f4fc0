/*
 * bounce.c - from failed recipients to a report in this host's own queue.
 */
#include "sim/agents/bounce.h"

#include <assert.h>

#include "sim/agents/policy.h"
#include "sim/mail/report.h"

static int64_t unix_at(const struct world *w, int64_t time_ns)
{
    return w->options.start_unix + time_ns / INT64_C(1000000000);
}

/* "550 5.1.1 no such user here": the other host's words as one line. */
static struct text reply_line(struct world *w, const struct failure *f)
{
    struct buffer b;

    if (f->code == 0 || f->remote.size == 0)
        return TEXT("");
    buffer_init(&b, &w->memory);
    buffer_put_int(&b, f->code);
    if (f->said_status) {
        buffer_put_char(&b, ' ');
        mail_status_put(&b, f->status);
    }
    if (f->reply.size) {
        buffer_put_char(&b, ' ');
        buffer_put_text(&b, f->reply);
    }
    struct text line = text_copy(&w->memory, buffer_text(&b));
    buffer_free(&b);
    return line;
}

/* "mail.shop.example: connection refused": our own words, with the host that they are about. */
static struct text reason_line(struct world *w, const struct failure *f)
{
    struct buffer b;

    buffer_init(&b, &w->memory);
    if (f->remote.size) {
        buffer_put_text(&b, f->remote);
        buffer_put_string(&b, ": ");
    }
    buffer_put_text(&b, f->reply);
    struct text line = text_copy(&w->memory, buffer_text(&b));
    buffer_free(&b);
    return line;
}

/* The rows of the report; their lines are given back by forget_rows(). */
static uint32_t make_rows(struct queue_entry *e, struct mail_report_recipient *rows)
{
    struct world *w = e->queue->host->world;
    uint32_t n = 0;

    for (uint32_t i = 0; i < e->count; i++) {
        const struct queue_recipient *r = &e->recipients[i];
        if (r->state != RECIPIENT_FAILED)
            continue;
        const struct failure *f = &r->failure->is;
        struct text reply = reply_line(w, f);
        rows[n++] =
            (struct mail_report_recipient){.address = r->address,
                                           .action = MAIL_FAILED,
                                           .status = f->status,
                                           /* RFC 3464 2.3.5: it reported; not: was asked */
                                           .remote = reply.size ? f->remote : TEXT(""),
                                           .command = f->command,
                                           .reply = reply,
                                           .reason = reply.size ? TEXT("") : reason_line(w, f),
                                           .last_attempt = unix_at(w, r->failure->time_ns),
                                           .retry_until = -1};
    }
    return n;
}

static void forget_rows(struct world *w, struct mail_report_recipient *rows, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        for (int k = 0; k < 2; k++) {
            struct text line = k == 0 ? rows[i].reply : rows[i].reason;
            if (line.size)
                memory_give(&w->memory, (char *)(uintptr_t)line.at, line.size + 1);
        }
}

static void put_message_id(struct buffer *b, struct host *h, struct text queue_id)
{
    buffer_put_text(b, queue_id);
    buffer_put_char(b, '.');
    buffer_put_int(b, ++h->reports);
    buffer_put_char(b, '@');
    buffer_put_text(b, h->name);
}

static uint64_t record_report(struct queue_entry *e, const struct letter *letter,
                              struct message *message, const struct mail_report_recipient *rows,
                              uint32_t n, struct text message_id, uint64_t cause)
{
    struct world *w = e->queue->host->world;
    struct trace_where where = host_where(e->queue->host, cause);
    struct mail_field subject = {.value = TEXT("")};
    struct text *lists;
    struct buffer status, whole;

    where.mail = letter->id;
    if (!(w->trace.wanted & (UINT64_C(1) << TRACE_MAIL_NDR | UINT64_C(1) << TRACE_MAIL_COMPOSED |
                             UINT64_C(1) << TRACE_MAIL_CONTENT))) {
        where.cause = trace_skip(&w->trace, TRACE_MAIL_COMPOSED, &where);
        trace_skip(&w->trace, TRACE_MAIL_CONTENT, &where);
        return trace_skip(&w->trace, TRACE_MAIL_NDR, &where);
    }
    buffer_init(&status, &w->memory);
    buffer_init(&whole, &w->memory);
    buffer_reserve(&status, 16 * (size_t)n); /* at once: the slices of it must stay */
    lists = memory_take(&w->memory, 2 * n * sizeof *lists);
    for (uint32_t i = 0; i < n; i++) {
        lists[i] = rows[i].address;
        size_t from = status.size;
        mail_status_put(&status, rows[i].status);
        lists[n + i] = text_from(status.at + from, status.size - from);
    }
    message_find_field(message, TEXT("Subject"), &subject);
    where.cause = trace_emit_mail_composed(
        &w->trace, &where,
        &(struct trace_mail_composed){.from = TEXT(""),
                                      .to = {&e->sender, 1},
                                      .subject = text_trim(subject.value),
                                      .message_id = message_id,
                                      .octets = (int64_t)message_size(message)});
    trace_emit_mail_content(&w->trace, &where,
                            &(struct trace_mail_content){.part = TEXT("whole"),
                                                         .octets = message_whole(message, &whole)});
    where.cause = trace_emit_mail_ndr(&w->trace, &where,
                                      &(struct trace_mail_ndr){.about = e->letter->id,
                                                               .to = e->sender,
                                                               .action = TEXT("failed"),
                                                               .recipients = {lists, n},
                                                               .statuses = {lists + n, n}});
    memory_give(&w->memory, lists, 2 * n * sizeof *lists);
    buffer_free(&status);
    buffer_free(&whole);
    return where.cause;
}

static struct bounce_result write_report(struct queue_entry *e, uint64_t cause)
{
    struct host *h = e->queue->host;
    struct world *w = h->world;
    size_t size = e->count * sizeof(struct mail_report_recipient);
    struct mail_report_recipient *rows = memory_take(&w->memory, size);
    uint32_t n = make_rows(e, rows);
    char id_octets[QUEUE_ID_MAX];
    struct text id = queue_next_id(h, id_octets);
    struct letter *letter = letter_new(w, h->index, w->queue.now_ns, &e->sender, 1);
    struct buffer message_id;

    buffer_init(&message_id, &w->memory);
    put_message_id(&message_id, h, id);
    struct message *message = mail_report_build(
        &w->memory, &(struct mail_report){.reporting_mta = h->name,
                                          .postmaster_domain = policy_home_domain(h),
                                          .to = e->sender,
                                          .message_id = buffer_text(&message_id),
                                          .queue_id = id,
                                          .date = world_unix(w),
                                          .arrival_date = unix_at(w, e->entered_ns),
                                          .recipients = rows,
                                          .recipient_count = n,
                                          .original = e->message,
                                          .returns = MAIL_RETURN_FULL});
    cause = record_report(e, letter, message, rows, n, buffer_text(&message_id), cause);
    struct queue_entry *report = queue_prepare(
        e->queue,
        &(struct queue_submission){.letter = letter,
                                   .message = message,
                                   .id = id,
                                   .addressees = &(struct queue_addressee){.address = e->sender},
                                   .count = 1});
    queue_admit(report, CUSTODY_WRITTEN, NULL, cause);
    w->counts.reports++;
    message_release(message);
    forget_rows(w, rows, n);
    memory_give(&w->memory, rows, size);
    buffer_free(&message_id);
    return (struct bounce_result){CUSTODY_BOUNCED, letter->id, letter, cause};
}

struct bounce_result bounce_write(struct queue_entry *e, uint64_t cause)
{
    struct world *w = e->queue->host->world;

    if (e->queue->outbox)
        return (struct bounce_result){CUSTODY_RETURNED, TEXT("the author's screen"), NULL, cause};
    if (mail_report_allowed(e->sender))
        return write_report(e, cause);
    struct trace_where where = queue_where(e, cause);
    for (uint32_t i = 0; i < e->count; i++)
        if (e->recipients[i].state == RECIPIENT_FAILED)
            where.cause = trace_emit_mail_discarded(
                &w->trace, &where,
                &(struct trace_mail_discarded){
                    .recipient = e->recipients[i].address,
                    .reason = TEXT("null reverse-path: no report is written about it")});
    return (struct bounce_result){CUSTODY_DISCARDED, TEXT("nowhere"), NULL, where.cause};
}

void bounce_warn(struct queue_entry *e, const uint32_t *which, uint32_t count,
                 int64_t retry_until_ns, uint64_t cause)
{
    (void)e;
    (void)which;
    (void)count;
    (void)retry_until_ns;
    (void)cause;
}
