/*
 * bounce.c - which recipients of an entry stand in which report, and with what.
 */
#include "sim/agents/reports/bounce.h"

#include <assert.h>

#include "sim/agents/mail_queue/queue_dsn.h"
#include "sim/agents/reports/report_write.h"

static struct report_about about_of(const struct queue_entry *e)
{
    return (struct report_about){.host = e->queue->host,
                                 .letter = e->letter,
                                 .message = e->message,
                                 .sender = e->sender,
                                 .arrived_ns = e->entered_ns,
                                 .dsn = e->dsn ? e->dsn->message : (struct dsn_message){0}};
}

/* ---- rows ------------------------------------------------------------------------------------------ */

struct rows {
    struct world *world;
    struct mail_report_recipient *at;
    uint32_t count, room;
};

static struct rows rows_begin(const struct queue_entry *e)
{
    struct world *w = e->queue->host->world;

    return (struct rows){
        w, memory_take(&w->memory, e->count * sizeof(struct mail_report_recipient)), 0, e->count};
}

static void rows_end(struct rows *rows)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        report_forget(rows->world, rows->at[i].reason);
        report_forget(rows->world, rows->at[i].original);
    }
    memory_give(&rows->world->memory, rows->at, rows->room * sizeof *rows->at);
}

static struct mail_report_recipient *add_row(struct rows *rows, const struct queue_entry *e,
                                             uint32_t i, enum mail_action action)
{
    struct mail_report_recipient *row = &rows->at[rows->count++];

    *row = (struct mail_report_recipient){.address = e->recipients[i].address,
                                          .action = action,
                                          .last_attempt = -1,
                                          .retry_until = -1};
    if (e->dsn)
        row->original = report_original(rows->world, &e->dsn->recipients[i].asked);
    return row;
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

/* What went wrong: the other host's words, or else ours. */
static void add_trouble(struct rows *rows, const struct queue_entry *e, uint32_t i,
                        enum mail_action action, int64_t retry_until_ns)
{
    struct mail_report_recipient *row = add_row(rows, e, i, action);
    const struct kept_failure *k = e->recipients[i].failure;

    assert(k);
    row->status = k->is.status;
    row->expired = k->expired;
    row->command = k->is.command;
    row->last_attempt = k->tried_ns < 0 ? -1 : report_unix(rows->world, k->tried_ns);
    if (retry_until_ns >= 0)
        row->retry_until = report_unix(rows->world, retry_until_ns);
    if (k->is.quoted.size) { /* RFC 3464 2.3.5: the host reported; not: was asked */
        row->remote = k->is.remote;
        row->reply = k->is.quoted;
    } else {
        row->reason = reason_line(rows->world, &k->is);
    }
}

/* ---- failed ---------------------------------------------------------------------------------------- */

struct text bounce_silence(const struct queue_entry *e, uint32_t i)
{
    if (e->queue->outbox)
        return TEXT("");
    if (!mail_report_allowed(e->sender))
        return TEXT("null reverse-path: no report is written about it");
    uint8_t notify = queue_notify(e, i);
    return dsn_wants_failure(notify)          ? TEXT("")
           : (notify & DSN_NOTIFY_NEVER) != 0 ? TEXT("NOTIFY=NEVER: the sender wants no report")
                                              : TEXT("NOTIFY without FAILURE: the sender wants no "
                                                     "report of it");
}

struct bounce_result bounce_write(struct queue_entry *e, uint64_t cause)
{
    if (e->queue->outbox)
        return (struct bounce_result){CUSTODY_RETURNED, TEXT("the author's screen"), NULL, cause};
    struct report_about about = about_of(e);
    struct rows rows = rows_begin(e);

    for (uint32_t i = 0; i < e->count; i++)
        if (e->recipients[i].state == RECIPIENT_FAILED)
            add_trouble(&rows, e, i, MAIL_FAILED, -1);
    struct report_written report = report_write(&about, rows.at, rows.count, cause);
    rows_end(&rows);
    return (struct bounce_result){CUSTODY_BOUNCED, report.letter->id, report.letter, report.cause};
}

/* ---- delayed --------------------------------------------------------------------------------------- */

void bounce_warn(struct queue_entry *e, const uint32_t *which, uint32_t count,
                 int64_t retry_until_ns, uint64_t cause)
{
    struct report_about about = about_of(e);
    struct rows rows = rows_begin(e);

    for (uint32_t i = 0; i < count; i++)
        add_trouble(&rows, e, which[i], MAIL_DELAYED, retry_until_ns);
    struct report_written report = report_write(&about, rows.at, rows.count, cause);
    letter_release(report.letter);
    rows_end(&rows);
}

/* ---- delivered, relayed, expanded -------------------------------------------------------------------- */

static void add_success(struct rows *rows, const struct queue_entry *e, uint32_t i)
{
    const struct queue_success *s = e->dsn->recipients[i].success;
    struct mail_report_recipient *row = add_row(rows, e, i, s->action);

    row->status = s->status;
    row->last_attempt = report_unix(rows->world, s->time_ns);
    row->remote = s->remote;
    row->reply = s->quoted;
}

static void tell(struct queue_entry *e, enum mail_action action)
{
    struct report_about about = about_of(e);
    struct rows rows = rows_begin(e);

    for (uint32_t i = 0; i < e->count; i++) {
        const struct queue_success *s = e->dsn->recipients[i].success;
        if (s && s->action == action)
            add_success(&rows, e, i);
    }
    if (rows.count > 0) {
        struct report_written report = report_write(&about, rows.at, rows.count, e->dsn->cause);
        letter_release(report.letter);
    }
    rows_end(&rows);
}

void bounce_successes(struct queue_entry *e)
{
    tell(e, MAIL_DELIVERED);
    tell(e, MAIL_RELAYED);
    tell(e, MAIL_EXPANDED);
    queue_forget_successes(e);
}
