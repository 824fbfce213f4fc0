/*
 * mail.c - any octets as an address, a message, a status: nothing is read beyond them, and what was
 * understood is printed so that it is understood the same again.
 *
 *   make CC=clang CFLAGS='-O1 -g -fsanitize=address,undefined,fuzzer-no-link' BUILD=build/fuzz fuzzers
 *   build/fuzz/fuzz/mail -max_total_time=60
 */
#include <assert.h>

#include "sim/kernel/memory.h"
#include "sim/mail/address.h"
#include "sim/mail/message.h"
#include "sim/mail/report.h"
#include "sim/mail/status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_address(struct memory *m, struct text t)
{
    struct mail_address a, again;
    struct mail_path p;
    struct buffer b;
    size_t used = mail_path_scan(t, &p, NULL);
    assert(used <= t.size);
    if (!mail_address_parse_recipient(t, &a, NULL))
        return;
    buffer_init(&b, m);
    mail_address_put(&b, &a);
    bool fine = mail_address_parse_recipient(buffer_text(&b), &again, NULL);
    assert(fine && mail_address_equal(&a, &again));
    buffer_free(&b);
}

static void try_message(struct memory *m, struct text t)
{
    struct message *msg = message_new(m, t);
    struct buffer lines;
    buffer_init(&lines, m);
    mail_put_missing(&lines, msg, 0, TEXT("id"), TEXT("host"));
    struct message *complete =
        lines.size > 0 ? message_prepend(msg, buffer_text(&lines)) : message_hold(msg);
    buffer_free(&lines);
    struct message *delivered = message_deliver(complete, TEXT("a@b"));
    struct mail_field f;
    assert(message_fields_size(msg) <= message_header_size(msg));
    assert(message_header_size(msg) <= msg->size);
    assert(message_find_field(complete, TEXT("Date"), &f));
    assert(message_find_field(complete, TEXT("Message-ID"), &f));
    assert(message_count_fields(delivered, TEXT("Return-Path")) == 1);
    message_release(complete);
    message_release(delivered);
    message_release(msg);
}

static void try_report(struct memory *m, struct text t)
{
    struct message *original = message_new(m, t);
    struct mail_report_recipient r = {.address = t,
                                      .original = t,
                                      .action = MAIL_FAILED,
                                      .status = {5, 1, 1},
                                      .remote = t,
                                      .command = t,
                                      .reply = t,
                                      .reason = t,
                                      .last_attempt = 0,
                                      .retry_until = -1};
    struct mail_report report = {.reporting_mta = TEXT("mx"),
                                 .to = TEXT("a@b"),
                                 .message_id = TEXT("1@mx"),
                                 .queue_id = t,
                                 .recipients = &r,
                                 .recipient_count = 1,
                                 .original = original};
    for (int returns = MAIL_RETURN_FULL; returns <= MAIL_RETURN_NOTHING; returns++) {
        report.returns = (enum mail_return)returns;
        struct message *made = mail_report_build(m, &report);
        assert(mail_report_is(made));
        message_release(made);
    }
    message_release(original);
}

static void try_letter(struct memory *m, struct text t)
{
    struct mail_person person = {t, TEXT("a@b")};
    struct mail_draft d = {.from = person,
                           .to = &person,
                           .to_count = 1,
                           .subject = t,
                           .message_id = TEXT("1@a"),
                           .body = t};
    struct message *msg = message_compose(m, &d);
    size_t line = 0;
    for (size_t i = 0; i < msg->octets.size; i++) {
        line = msg->octets.at[i] == '\n' ? 0 : line + 1;
        assert(line <= MESSAGE_LINE_MAX + 1);
    }
    message_release(msg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory m;
    struct text t = {(const char *)data, size};
    struct mail_status status;
    memory_init(&m, 0);
    try_address(&m, t);
    try_message(&m, t);
    try_report(&m, t);
    try_letter(&m, t);
    (void)mail_status_parse(t, &status);
    assert(m.used == 0);
    memory_end(&m);
    return 0;
}
