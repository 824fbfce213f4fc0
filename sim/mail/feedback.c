/*
 * feedback.c - three parts: words, fields, the letter; and the way back through its Received lines.
 */
#include "sim/mail/feedback.h"

#include "sim/kernel/clock.h"

struct text mail_feedback_subject(void)
{
    return TEXT("Abuse report");
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_boundary(struct buffer *b, struct text id, const char *before, const char *behind)
{
    buffer_put_string(b, before);
    buffer_put_string(b, "=_feedback-");
    buffer_put_text(b, id);
    buffer_put_string(b, behind);
}

static void put_header(struct buffer *b, const struct mail_feedback *f)
{
    buffer_put_string(b, "Date: ");
    clock_put_rfc5322(b, f->date);
    buffer_put_string(b, "\r\n");
    mail_put_ascii_field(b, "From", "", f->from);
    mail_put_ascii_field(b, "To", "", f->to);
    mail_put_ascii_field(b, "Message-ID", "<", f->message_id);
    b->size -= 2; /* its CRLF: the bracket goes before it */
    buffer_put_string(b, ">\r\n");
    mail_put_ascii_field(b, "Subject", "", mail_feedback_subject());
    buffer_put_string(b, "MIME-Version: 1.0\r\n"
                         "Content-Type: multipart/report; report-type=feedback-report;\r\n");
    put_boundary(b, f->id, " boundary=\"", "\"\r\n");
    if (message_is_8bit(f->about))
        buffer_put_string(b, "Content-Transfer-Encoding: 8bit\r\n");
}

/* RFC 5965 3.1: the fields that must be there. */
static void put_report(struct buffer *b, const struct mail_feedback *f)
{
    buffer_put_string(b, "Content-Type: message/feedback-report\r\n\r\n"
                         "Feedback-Type: abuse\r\nUser-Agent: smtplab/1\r\nVersion: 1\r\n");
    buffer_put_string(b, "Original-Mail-From: <");
    buffer_put_text(b, f->sender);
    buffer_put_string(b, ">\r\nOriginal-Rcpt-To: <");
    buffer_put_text(b, f->from);
    buffer_put_string(b, ">\r\n");
}

struct message *mail_feedback_build(struct memory *m, const struct mail_feedback *f)
{
    struct buffer b;

    buffer_init(&b, m);
    put_header(&b, f);
    put_boundary(&b, f->id, "\r\n--", "\r\n");
    buffer_put_string(&b,
                      "Content-Type: text/plain; charset=us-ascii\r\n\r\n"
                      "I did not ask for the letter below, and do not want more of its kind.\r\n");
    put_boundary(&b, f->id, "\r\n--", "\r\n");
    put_report(&b, f);
    put_boundary(&b, f->id, "\r\n--", "\r\n");
    buffer_put_string(&b, "Content-Type: message/rfc822\r\n");
    if (message_is_8bit(f->about))
        buffer_put_string(&b, "Content-Transfer-Encoding: 8bit\r\n");
    buffer_put_string(&b, "\r\n");
    struct message *head = message_new(m, buffer_text(&b));
    buffer_clear(&b);
    put_boundary(&b, f->id, "\r\n--", "--\r\n");
    struct message *tail = message_new(m, buffer_text(&b));
    struct message *rest = message_join(f->about, tail);
    struct message *whole = message_join(head, rest);
    message_release(head);
    message_release(tail);
    message_release(rest);
    buffer_free(&b);
    return whole;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Where `what` begins in `t`, letters' case aside; t.size if it is not there. */
static size_t find(struct text t, struct text what)
{
    for (size_t i = 0; i + what.size <= t.size; i++)
        if (text_equal_nocase(text_from(t.at + i, what.size), what))
            return i;
    return t.size;
}

static struct text word(struct text *rest)
{
    struct text t = text_trim(*rest);
    size_t end = 0;

    while (end < t.size && t.at[end] != ' ' && t.at[end] != '\t')
        end++;
    *rest = text_after(t, end);
    return text_from(t.at, end);
}

/* "from NAME (NAME [ADDRESS]) by HOST with ...": NAME is what the client said, the rest the server. */
bool mail_received_parse(struct text value, struct text *address, struct text *by)
{
    struct text rest = value;

    if (!text_equal_nocase(word(&rest), TEXT("from")))
        return false;
    word(&rest);
    rest = text_trim(rest);
    size_t close = text_find(rest, ')'), open = text_find(rest, '[');
    if (rest.size == 0 || rest.at[0] != '(' || close == rest.size || open > close)
        return false;
    struct text inside = text_after(rest, open + 1);
    *address = text_from(inside.at, text_find(inside, ']'));
    if (text_starts_nocase(*address, TEXT("IPv6:")))
        *address = text_after(*address, 5);
    rest = text_after(rest, close + 1);
    if (!text_equal_nocase(word(&rest), TEXT("by")))
        return false;
    *by = word(&rest);
    by->size = text_find(*by, ';');
    return true;
}

static bool within(struct text host, struct text domain)
{
    return text_equal_nocase(host, domain) ||
           (host.size > domain.size && text_ends_nocase(host, domain) &&
            host.at[host.size - domain.size - 1] == '.');
}

/* The octets of the letter inside a complaint; empty if it is none. */
static struct text letter_inside(const struct message *complaint, struct buffer *storage)
{
    struct mail_field f;

    if (!message_find_field(complaint, TEXT("Content-Type"), &f) ||
        find(f.value, TEXT("report-type=feedback-report")) == f.value.size)
        return TEXT("");
    struct text all = message_whole(complaint, storage);
    struct text rest = text_after(all, find(all, TEXT("\r\nContent-Type: message/rfc822")));
    size_t end = find(rest, TEXT("\r\n\r\n"));
    return end < rest.size ? text_after(rest, end + 4) : TEXT("");
}

bool mail_feedback_source(const struct message *complaint, struct text domain, struct buffer *out)
{
    struct buffer storage, line;
    struct message_fields it;
    struct mail_field f;
    bool found = false;

    buffer_clear(out);
    buffer_init(&storage, complaint->memory);
    buffer_init(&line, complaint->memory);
    struct message *letter = message_new(complaint->memory, letter_inside(complaint, &storage));
    message_fields_begin(&it, letter);
    while (message_fields_next(&it, &f)) {
        struct text address, by;
        if (!text_equal_nocase(f.name, TEXT("Received")))
            continue;
        buffer_clear(&line);
        mail_field_put_unfolded(&line, f.value);
        if (!mail_received_parse(buffer_text(&line), &address, &by) || !within(by, domain))
            break;
        buffer_clear(out);
        buffer_put_text(out, address);
        found = true;
    }
    message_release(letter);
    buffer_free(&line);
    buffer_free(&storage);
    return found;
}
