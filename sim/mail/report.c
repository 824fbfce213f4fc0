/*
 * report.c - the three parts of a delivery report, put around the original's shared octets.
 */
#include "sim/mail/report.h"

#include <assert.h>

#include "sim/kernel/clock.h"

static const struct {
    const char *word; /* RFC 3464 2.3.3 */
    const char *subject;
    const char *lead;   /* before the recipients */
    const char *advice; /* after them */
} actions[MAIL_ACTION_COUNT] = {
    [MAIL_FAILED] =
        {"failed", "Mail could not be delivered", "It could not be delivered to",
         "Nothing more will be tried. If the letter matters, correct the address or the "
         "trouble named above and send it again, or reach the person by other means."},
    [MAIL_DELAYED] =
        {"delayed", "Mail is delayed, and still being tried", "It has not been delivered so far to",
         "This is only a warning. The letter is still here and is tried again from time "
         "to time; you need not send it again."},
    [MAIL_DELIVERED] = {"delivered", "Mail was delivered", "It was delivered to",
                        "Whether somebody reads it, no mail system can say."},
    [MAIL_RELAYED] = {"relayed", "Mail was passed on", "It was passed on to another host for",
                      "That host does not send such reports, so no more will be heard of it unless "
                      "it fails."},
    [MAIL_EXPANDED] = {"expanded", "Mail was passed on to several people",
                       "It was passed on to everybody who stands behind",
                       "No reports about each of them will follow, unless it fails."},
};

const char *mail_action_word(enum mail_action action)
{
    assert(action < MAIL_ACTION_COUNT);
    return actions[action].word;
}

bool mail_report_allowed(struct text reverse_path)
{
    return reverse_path.size > 0;
}

/* ---- words for people ----------------------------------------------------------------------- */

enum { TEXT_WIDTH = 72, TEXT_WORD_MAX = 900 };

/* Up to the next '\n', which is taken too. */
static struct text take_line(struct text *rest)
{
    struct text line = text_from(rest->at, text_find(*rest, '\n'));

    *rest = text_after(*rest, line.size + 1);
    return line;
}

/* Words of `t` in lines that begin with `indent` blanks; what is not ASCII becomes "?". */
static void put_wrapped(struct buffer *b, size_t indent, struct text t)
{
    size_t column = 0;
    for (size_t i = 0, end; i < t.size; i = end) {
        end = i;
        while (end < t.size && (unsigned char)t.at[end] > ' ' && end - i < TEXT_WORD_MAX)
            end++;
        if (end == i) {
            end++;
            continue;
        }
        if (column > 0 && column + 1 + (end - i) > TEXT_WIDTH) {
            buffer_put_string(b, "\r\n");
            column = 0;
        }
        size_t blanks = column == 0 ? indent : 1;
        for (size_t k = 0; k < blanks; k++)
            buffer_put_char(b, ' ');
        for (size_t k = i; k < end; k++)
            buffer_put_char(b, (unsigned char)t.at[k] < 0x7f ? t.at[k] : '?');
        column += blanks + (end - i);
    }
    if (column > 0)
        buffer_put_string(b, "\r\n");
}

/* "There is no mailbox of that name at that domain (5.1.1)." */
static void put_meaning(struct buffer *b, struct buffer *line, struct mail_status s)
{
    const char *words = mail_status_words(s);
    if (s.class == 2 || words[0] == '\0')
        return;
    buffer_clear(line);
    buffer_put_char(line, (char)(words[0] - 'a' + 'A'));
    buffer_put_string(line, words + 1);
    buffer_put_string(line, " (");
    mail_status_put(line, s);
    buffer_put_string(line, ").");
    put_wrapped(b, 6, buffer_text(line));
}

static void put_said(struct buffer *b, struct buffer *line, const struct mail_report_recipient *r)
{
    buffer_clear(line);
    buffer_put_string(line, r->remote.size > 0 ? "The host " : "This host");
    buffer_put_text(line, r->remote);
    if (text_equal_nocase(r->command, TEXT("greeting"))) {
        buffer_put_string(line, " greeted with:");
    } else if (text_equal_nocase(r->command, TEXT("message"))) {
        buffer_put_string(line, " answered to the message itself:");
    } else {
        buffer_put_string(line, r->command.size > 0 ? " answered to " : " answered");
        buffer_put_text(line, r->command);
        buffer_put_char(line, ':');
    }
    put_wrapped(b, 6, buffer_text(line));
    for (struct text rest = r->reply; rest.size > 0;)
        put_wrapped(b, 8, take_line(&rest));
}

/* X.4.7 says so itself. */
static bool is_expiry(struct mail_status s)
{
    return s.subject == 4 && s.detail == 7;
}

static void put_recipient_words(struct buffer *b, struct buffer *line,
                                const struct mail_report_recipient *r)
{
    buffer_clear(line);
    buffer_put_char(line, '<');
    buffer_put_text(line, r->address);
    buffer_put_char(line, '>');
    put_wrapped(b, 4, buffer_text(line));
    if (r->expired && !is_expiry(r->status))
        put_wrapped(b, 6, TEXT("The message waited too long and was given up. The trouble was:"));
    put_meaning(b, line, r->status);
    if (r->reason.size > 0)
        put_wrapped(b, 6, r->reason);
    if (r->reply.size > 0)
        put_said(b, line, r);
    if (r->action == MAIL_DELAYED && r->retry_until >= 0) {
        buffer_clear(line);
        buffer_put_string(line, "It will be given up on ");
        clock_put_rfc5322(line, r->retry_until);
        buffer_put_char(line, '.');
        put_wrapped(b, 6, buffer_text(line));
    }
    buffer_put_string(b, "\r\n");
}

static void put_action_words(struct buffer *b, struct buffer *line, const struct mail_report *r,
                             enum mail_action action)
{
    bool any = false;
    for (size_t i = 0; i < r->recipient_count; i++) {
        if (r->recipients[i].action != action)
            continue;
        if (!any) {
            buffer_put_string(b, actions[action].lead);
            buffer_put_string(b, "\r\n\r\n");
        }
        any = true;
        put_recipient_words(b, line, &r->recipients[i]);
    }
    if (!any)
        return;
    put_wrapped(b, 0, text_of(actions[action].advice));
    buffer_put_string(b, "\r\n");
}

static void put_which_letter(struct buffer *b, struct buffer *line, const struct mail_report *r)
{
    struct mail_field f;
    buffer_clear(line);
    buffer_put_string(line, "This is the mail system at ");
    buffer_put_text(line, r->reporting_mta);
    buffer_put_string(line, ". It writes because of a letter with your return address");
    if (r->arrival_date >= 0) {
        buffer_put_string(line, " that came here on ");
        clock_put_rfc5322(line, r->arrival_date);
    }
    bool readable = message_find_field(r->original, TEXT("Subject"), &f);
    for (size_t i = 0; readable && i < f.value.size; i++)
        readable = (unsigned char)f.value.at[i] < 0x7f &&
                   (f.value.at[i] != '?' || i == 0 || f.value.at[i - 1] != '=');
    if (readable) {
        buffer_put_string(line, ", about \"");
        mail_field_put_unfolded(line, f.value);
        buffer_put_char(line, '"');
    }
    buffer_put_char(line, '.');
    put_wrapped(b, 0, buffer_text(line));
    buffer_put_string(b, "\r\n");
}

static struct text postmaster_domain(const struct mail_report *r)
{
    return r->postmaster_domain.size > 0 ? r->postmaster_domain : r->reporting_mta;
}

static void put_words(struct buffer *b, struct buffer *line, const struct mail_report *r)
{
    static const char *const tail[] = {
        [MAIL_RETURN_FULL] = "The letter itself is attached.",
        [MAIL_RETURN_HEADERS] = "The header of the letter is attached.",
        [MAIL_RETURN_NOTHING] = "The letter is not attached.",
    };
    put_which_letter(b, line, r);
    for (unsigned action = 0; action < MAIL_ACTION_COUNT; action++)
        put_action_words(b, line, r, (enum mail_action)action);
    buffer_clear(line);
    buffer_put_string(line, tail[r->returns]);
    buffer_put_string(line, " A person who can help is at postmaster@");
    buffer_put_text(line, postmaster_domain(r));
    buffer_put_char(line, '.');
    put_wrapped(b, 0, buffer_text(line));
}

/* ---- fields for machines (RFC 3464 2.2 and 2.3, in the order of its grammar) ----------------- */

static void put_date_field(struct buffer *b, const char *name, int64_t date)
{
    if (date < 0)
        return;
    buffer_put_string(b, name);
    buffer_put_string(b, ": ");
    clock_put_rfc5322(b, date);
    buffer_put_string(b, "\r\n");
}

/* RFC 3461 9.2: the lines of a reply stand on lines of their own. */
static void put_diagnostic(struct buffer *b, struct text reply)
{
    mail_put_ascii_field(b, "Diagnostic-Code", "smtp; ", take_line(&reply));
    while (reply.size > 0)
        mail_put_ascii_more(b, take_line(&reply));
}

static void put_recipient_fields(struct buffer *b, const struct mail_report_recipient *r)
{
    assert(r->action != MAIL_FAILED || r->status.class != 2);
    assert(r->action != MAIL_DELAYED || r->status.class == 4);
    buffer_put_string(b, "\r\n");
    if (r->original.size > 0)
        mail_put_ascii_field(b, "Original-Recipient", "", r->original);
    mail_put_ascii_field(b, "Final-Recipient", "rfc822; ", r->address);
    buffer_put_string(b, "Action: ");
    buffer_put_string(b, mail_action_word(r->action));
    buffer_put_string(b, "\r\nStatus: ");
    mail_status_put(b, r->status);
    buffer_put_string(b, "\r\n");
    if (r->remote.size > 0)
        mail_put_ascii_field(b, "Remote-MTA", "dns; ", r->remote);
    if (r->reply.size > 0)
        put_diagnostic(b, r->reply);
    put_date_field(b, "Last-Attempt-Date", r->last_attempt);
    if (r->action == MAIL_DELAYED)
        put_date_field(b, "Will-Retry-Until", r->retry_until);
}

static void put_status_fields(struct buffer *b, const struct mail_report *r)
{
    if (r->envelope_id.size > 0)
        mail_put_ascii_field(b, "Original-Envelope-Id", "", r->envelope_id);
    mail_put_ascii_field(b, "Reporting-MTA", "dns; ", r->reporting_mta);
    put_date_field(b, "Arrival-Date", r->arrival_date);
    for (size_t i = 0; i < r->recipient_count; i++)
        put_recipient_fields(b, &r->recipients[i]);
}

/* ---- the message ---------------------------------------------------------------------------- */

/* Every boundary begins with "=", which is rare in text: a quick search. */
static bool contains(const struct message *msg, struct text boundary)
{
    for (const struct message *part = msg; part; part = part->rest) {
        struct text t = part->octets;
        for (;;) {
            t = text_after(t, text_find(t, boundary.at[0]));
            if (t.size < boundary.size)
                break;
            if (memcmp(t.at, boundary.at, boundary.size) == 0)
                return true;
            t = text_after(t, 1);
        }
    }
    return false;
}

enum { BOUNDARY_ID_MAX = 40 };

/* Made of the queue id, and tried until the original does not contain it: no chance involved. */
static void make_boundary(struct buffer *boundary, const struct mail_report *r)
{
    for (int64_t n = 0;; n++) {
        buffer_clear(boundary);
        buffer_put_string(boundary, "=_");
        for (size_t i = 0; i < r->queue_id.size && i < BOUNDARY_ID_MAX; i++) {
            char c = r->queue_id.at[i], lower = ascii_lower(c);
            bool fine = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '.';
            buffer_put_char(boundary, fine ? c : '-');
        }
        buffer_put_string(boundary, "/");
        buffer_put_int(boundary, n);
        if (!contains(r->original, buffer_text(boundary)))
            return;
    }
}

static enum mail_action worst_action(const struct mail_report *r)
{
    enum mail_action worst = r->recipients[0].action;
    for (size_t i = 1; i < r->recipient_count; i++)
        if (r->recipients[i].action < worst)
            worst = r->recipients[i].action;
    return worst;
}

static void put_header(struct buffer *b, const struct mail_report *r, struct text boundary,
                       bool eight_bit)
{
    struct mail_field f;
    put_date_field(b, "Date", r->date);
    mail_put_ascii_field(b, "From", "Mail Delivery System <postmaster@", postmaster_domain(r));
    b->size -= 2; /* its CRLF: the bracket goes before it */
    buffer_put_string(b, ">\r\n");
    mail_put_ascii_field(b, "To", "", r->to);
    mail_put_ascii_field(b, "Message-ID", "<", r->message_id);
    b->size -= 2;
    buffer_put_string(b, ">\r\n");
    mail_put_ascii_field(b, "Subject", "", text_of(actions[worst_action(r)].subject));
    if (message_find_field(r->original, TEXT("Message-ID"), &f))
        mail_put_ascii_field(b, "References", "", f.value);
    buffer_put_string(b, "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
                         "Content-Type: multipart/report; report-type=delivery-status;\r\n"
                         " boundary=\"");
    buffer_put_text(b, boundary);
    buffer_put_string(b, "\"\r\n");
    buffer_put_string(b, eight_bit ? "Content-Transfer-Encoding: 8bit\r\n\r\n" : "\r\n");
}

static void put_part(struct buffer *b, struct text boundary, const char *type, bool eight_bit)
{
    buffer_put_string(b, "\r\n--");
    buffer_put_text(b, boundary);
    buffer_put_string(b, "\r\nContent-Type: ");
    buffer_put_string(b, type);
    buffer_put_string(b, eight_bit ? "\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" : "\r\n\r\n");
}

/* The octets of the original that come back, as a message of their own; NULL: none. */
static struct message *returned(const struct mail_report *r)
{
    if (r->returns == MAIL_RETURN_NOTHING)
        return NULL;
    if (r->returns == MAIL_RETURN_FULL)
        return message_hold(r->original);
    return message_slice(r->original, 0, message_fields_size(r->original));
}

/* `front`, the returned part if there is one, the closing boundary. */
static struct message *assemble(struct memory *m, struct text front, struct message *back,
                                struct text boundary)
{
    struct buffer end;
    buffer_init(&end, m);
    buffer_put_string(&end, "\r\n--");
    buffer_put_text(&end, boundary);
    buffer_put_string(&end, "--\r\n");
    struct message *tail = message_new(m, buffer_text(&end));
    buffer_free(&end);
    struct message *middle = back ? message_join(back, tail) : message_hold(tail);
    struct message *head = message_new(m, front);
    struct message *whole = message_join(head, middle);
    message_release(head);
    message_release(middle);
    message_release(tail);
    return whole;
}

struct message *mail_report_build(struct memory *m, const struct mail_report *r)
{
    assert(r->recipient_count > 0 && mail_report_allowed(r->to));
    struct buffer b, line, boundary_storage;
    buffer_init(&b, m);
    buffer_init(&line, m);
    buffer_init(&boundary_storage, m);
    make_boundary(&boundary_storage, r);
    struct text boundary = buffer_text(&boundary_storage);
    struct message *back = returned(r);
    bool eight_bit = back && message_is_8bit(back);

    put_header(&b, r, boundary, eight_bit);
    buffer_put_string(&b, "This is a delivery report in MIME format.\r\n");
    put_part(&b, boundary, "text/plain; charset=us-ascii", false);
    put_words(&b, &line, r);
    put_part(&b, boundary, "message/delivery-status", false);
    put_status_fields(&b, r);
    if (back)
        put_part(&b, boundary,
                 r->returns == MAIL_RETURN_FULL ? "message/rfc822" : "text/rfc822-headers",
                 eight_bit);
    struct message *report = assemble(m, buffer_text(&b), back, boundary);

    message_release(back);
    buffer_free(&boundary_storage);
    buffer_free(&line);
    buffer_free(&b);
    return report;
}

bool mail_report_is(const struct message *msg)
{
    struct mail_field f;
    return message_find_field(msg, TEXT("Content-Type"), &f) &&
           text_starts_nocase(text_trim(f.value), TEXT("multipart/report"));
}
