/*
 * report_write.c - the message, its records, and its way into the queue.
 */
#include "sim/agents/reports/report_write.h"

#include <assert.h>
#include <string.h>

#include "sim/agents/mail_queue/mail_queue.h"
#include "sim/agents/policy/policy.h"

int64_t report_unix(const struct world *w, int64_t time_ns)
{
    return w->options.start_unix + time_ns / INT64_C(1000000000);
}

/* ---- xtext, read ---------------------------------------------------------------------------------- */

static struct text plain_of(struct world *w, struct text type, struct text xtext)
{
    struct buffer b;

    buffer_init(&b, &w->memory);
    buffer_put_text(&b, type);
    dsn_xtext_decode(&b, xtext);
    struct text copy = text_copy(&w->memory, buffer_text(&b));
    buffer_free(&b);
    return copy;
}

struct text report_original(struct world *w, const struct dsn_recipient *asked)
{
    if (asked->orcpt.size == 0)
        return TEXT("");
    size_t type = text_find(asked->orcpt, ';') + 1;
    return plain_of(w, text_from(asked->orcpt.at, type), text_after(asked->orcpt, type));
}

void report_forget(struct world *w, struct text copy)
{
    if (copy.size)
        memory_give(&w->memory, (char *)(uintptr_t)copy.at, copy.size + 1);
}

/* ---- the message ---------------------------------------------------------------------------------- */

static enum mail_return returns_of(const struct report_about *about, enum mail_action action)
{
    if (action != MAIL_FAILED || about->dsn.ret == DSN_RET_HDRS ||
        message_size(about->message) > REPORT_RETURNS_MAX)
        return MAIL_RETURN_HEADERS;
    return MAIL_RETURN_FULL;
}

static void put_message_id(struct buffer *b, struct host *h, struct text queue_id)
{
    buffer_put_text(b, queue_id);
    buffer_put_char(b, '.');
    buffer_put_int(b, ++h->reports);
    buffer_put_char(b, '@');
    buffer_put_text(b, h->name);
}

static struct message *build(const struct report_about *about,
                             const struct mail_report_recipient *rows, uint32_t count,
                             struct text queue_id, struct text message_id)
{
    struct host *h = about->host;
    struct world *w = h->world;
    struct text envelope_id =
        about->dsn.envid.size ? plain_of(w, TEXT(""), about->dsn.envid) : TEXT("");
    struct message *message = mail_report_build(
        &w->memory, &(struct mail_report){.reporting_mta = h->name,
                                          .postmaster_domain = policy_home_domain(h),
                                          .to = about->sender,
                                          .message_id = message_id,
                                          .queue_id = queue_id,
                                          .date = world_unix(w),
                                          .arrival_date = report_unix(w, about->arrived_ns),
                                          .envelope_id = envelope_id,
                                          .recipients = rows,
                                          .recipient_count = count,
                                          .original = about->message,
                                          .returns = returns_of(about, rows[0].action)});
    report_forget(w, envelope_id);
    return message;
}

/* ---- records -------------------------------------------------------------------------------------- */

static uint64_t record_composed(const struct report_about *about, const struct message *message,
                                struct text message_id, struct trace_where *where)
{
    struct trace *trace = &about->host->world->trace;
    struct mail_field subject = {.value = TEXT("")};
    struct buffer whole;

    message_find_field(message, TEXT("Subject"), &subject);
    uint64_t cause = where->cause = trace_emit_mail_composed(
        trace, where,
        &(struct trace_mail_composed){.from = TEXT(""),
                                      .to = {&about->sender, 1},
                                      .subject = text_trim(subject.value),
                                      .message_id = message_id,
                                      .octets = (int64_t)message_size(message)});
    if (!trace_wants(trace, TRACE_MAIL_CONTENT)) {
        trace_skip(trace, TRACE_MAIL_CONTENT, where);
        return cause;
    }
    buffer_init(&whole, &about->host->world->memory);
    trace_emit_mail_content(trace, where,
                            &(struct trace_mail_content){.part = TEXT("whole"),
                                                         .octets = message_whole(message, &whole)});
    buffer_free(&whole);
    return cause;
}

static uint64_t record_ndr(const struct report_about *about,
                           const struct mail_report_recipient *rows, uint32_t count,
                           const struct trace_where *where)
{
    struct world *w = about->host->world;
    struct buffer status;

    if (!trace_wants(&w->trace, TRACE_MAIL_NDR))
        return trace_skip(&w->trace, TRACE_MAIL_NDR, where);
    struct text *lists = memory_take(&w->memory, 2 * count * sizeof *lists);
    buffer_init(&status, &w->memory);
    buffer_reserve(&status, 16 * (size_t)count); /* at once: the slices of it must stay */
    for (uint32_t i = 0; i < count; i++) {
        lists[i] = rows[i].address;
        size_t from = status.size;
        mail_status_put(&status, rows[i].status);
        lists[count + i] = text_from(status.at + from, status.size - from);
    }
    uint64_t cause = trace_emit_mail_ndr(
        &w->trace, where,
        &(struct trace_mail_ndr){.about = about->letter->id,
                                 .to = about->sender,
                                 .action = text_of(mail_action_word(rows[0].action)),
                                 .recipients = {lists, count},
                                 .statuses = {lists + count, count}});
    memory_give(&w->memory, lists, 2 * count * sizeof *lists);
    buffer_free(&status);
    return cause;
}

struct report_written report_write(const struct report_about *about,
                                   const struct mail_report_recipient *rows, uint32_t count,
                                   uint64_t cause)
{
    struct host *h = about->host;
    struct world *w = h->world;
    char id_octets[QUEUE_ID_MAX];
    struct text id = queue_next_id(h, id_octets);
    struct letter *letter = letter_new(w, h->index, w->queue.now_ns, &about->sender, 1);
    struct trace_where where = host_where(h, cause);
    struct buffer message_id;

    assert(count > 0 && h->mta && mail_report_allowed(about->sender));
    where.mail = letter->id;
    buffer_init(&message_id, &w->memory);
    put_message_id(&message_id, h, id);
    struct message *message = build(about, rows, count, id, buffer_text(&message_id));
    where.cause = record_composed(about, message, buffer_text(&message_id), &where);
    where.cause = record_ndr(about, rows, count, &where);
    struct queue_entry *report = queue_prepare(
        h->mta->queue, &(struct queue_submission){
                           .letter = letter,
                           .message = message,
                           .id = id,
                           .addressees = &(struct queue_addressee){.address = about->sender},
                           .count = 1});
    queue_admit(report, CUSTODY_WRITTEN, NULL, where.cause);
    w->counts.reports++;
    message_release(message);
    buffer_free(&message_id);
    return (struct report_written){letter, where.cause};
}

/* ---- a copy that came by LMTP ----------------------------------------------------------------------- */

struct report_wish *report_wish_new(struct memory *m, const struct dsn_message *message,
                                    const struct dsn_recipient *recipient)
{
    size_t size = sizeof(struct report_wish) + message->envid.size + recipient->orcpt.size;

    if (!(recipient->notify & DSN_NOTIFY_SUCCESS))
        return NULL;
    struct report_wish *wish = memory_take(m, size);
    char *at = (char *)(wish + 1);
    *wish = (struct report_wish){.message = *message, .recipient = *recipient, .size = size};
    if (message->envid.size)
        wish->message.envid.at = memcpy(at, message->envid.at, message->envid.size);
    at += message->envid.size;
    if (recipient->orcpt.size)
        wish->recipient.orcpt.at = memcpy(at, recipient->orcpt.at, recipient->orcpt.size);
    return wish;
}

void report_wish_free(struct memory *m, struct report_wish *wish)
{
    if (wish)
        memory_give(m, wish, wish->size);
}

void report_wish_fulfil(const struct report_about *about, const struct report_wish *wish,
                        struct text recipient, uint64_t cause)
{
    struct world *w = about->host->world;
    struct mail_report_recipient row = {.address = recipient,
                                        .original = report_original(w, &wish->recipient),
                                        .action = MAIL_DELIVERED,
                                        .status = {2, 0, 0},
                                        .last_attempt = world_unix(w),
                                        .retry_until = -1};
    struct report_written report = report_write(about, &row, 1, cause);

    letter_release(report.letter);
    report_forget(w, row.original);
}
