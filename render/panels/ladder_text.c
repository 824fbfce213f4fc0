/*
 * ladder_text.c - what a row says: its lines, as on the wire or in the words of its record.
 */
#include "render/panels/ladder_parts.h"

#include "sim/kernel/clock.h"

#define MINUTE (60 * LADDER_SECOND)
#define HOUR   (60 * MINUTE)

struct text ladder_host(const struct ladder *l, uint32_t host)
{
    return host == RECORDING_NONE ? TEXT("somebody") : l->recording->cast->hosts[host].label;
}

void ladder_put_count(struct buffer *b, int64_t n, const char *one, const char *several)
{
    buffer_put_int(b, n);
    buffer_put_string(b, n == 1 ? one : several);
}

int ladder_class(const struct ladder *l, const struct ladder_row *row)
{
    switch ((unsigned)ladder_kind(l, row->record)) {
    case TRACE_SMTP_COMMAND:
    case TRACE_POP3_COMMAND: return 1;
    case TRACE_SMTP_REPLY: return (int)(LADDER_DATA(l, row->record, smtp_reply)->code / 100);
    case TRACE_POP3_REPLY: return LADDER_DATA(l, row->record, pop3_reply)->ok ? 2 : 5;
    default: return 0;
    }
}

bool ladder_arrived(const struct ladder_row *row)
{
    if (row->what == LADDER_QUESTION)
        return row->answer != RECORDING_NONE;
    return row->what > LADDER_LETTER || row->what == LADDER_FAILED ||
           row->arrival != RECORDING_NONE || row->to == RECORDING_NONE;
}

void ladder_put_time(struct buffer *b, int64_t since_ns)
{
    bool before = since_ns < 0;

    since_ns = before ? -since_ns : since_ns;
    int64_t s = since_ns / LADDER_SECOND, hundredths = since_ns / (10 * LADDER_MS);

    buffer_put_char(b, before ? '-' : '+');
    if (since_ns < MINUTE) {
        buffer_put_int(b, s);
        buffer_put_char(b, '.');
        if (s < 10)
            buffer_put_padded(b, hundredths % 100, 2);
        else
            buffer_put_int(b, hundredths / 10 % 10);
    } else if (since_ns < 24 * HOUR) {
        if (since_ns >= HOUR) {
            buffer_put_int(b, s / 3600);
            buffer_put_char(b, ':');
            buffer_put_padded(b, s / 60 % 60, 2);
        } else {
            buffer_put_int(b, s / 60);
        }
        buffer_put_char(b, ':');
        buffer_put_padded(b, s % 60, 2);
    } else {
        clock_put_duration(b, since_ns / HOUR * HOUR);
    }
}

/* ---- the lines -------------------------------------------------------------------------------- */

uint32_t ladder_lines(const struct ladder *l, const struct ladder_row *row)
{
    if (ladder_kind(l, row->record) != TRACE_SMTP_REPLY)
        return 1;
    uint32_t count = LADDER_DATA(l, row->record, smtp_reply)->lines.count;
    return count > 1 ? count : 1;
}

static size_t put_command(struct buffer *b, struct text line)
{
    static const char *const strong[] = {"MAIL FROM:", "RCPT TO:"};
    size_t verb = text_find(line, ' ');

    for (size_t i = 0; i < sizeof strong / sizeof *strong; i++)
        if (text_starts_nocase(line, text_of(strong[i])))
            verb = strlen(strong[i]);
    buffer_put_text(b, line);
    return verb;
}

static size_t put_reply(struct buffer *b, const struct trace_smtp_reply *d, uint32_t n)
{
    buffer_put_int(b, d->code);
    buffer_put_char(b, n + 1 < d->lines.count ? '-' : ' ');
    if (d->enhanced.size > 0) {
        buffer_put_text(b, d->enhanced);
        buffer_put_char(b, ' ');
    }
    if (n < d->lines.count)
        buffer_put_text(b, d->lines.items[n]);
    return 3;
}

static void put_letter(struct buffer *b, const struct trace_smtp_data *d)
{
    buffer_put_string(b, "letter, ");
    ladder_put_count(b, d->octets, " octet, ", " octets, ");
    ladder_put_count(b, d->lines, " line", " lines");
}

static void put_failed(struct buffer *b, const struct trace_tcp_failed *d)
{
    buffer_put_string(b, "no connection: ");
    if (text_equal(d->reason, TEXT("timeout")))
        buffer_put_string(b, "no answer");
    else
        buffer_put_text(b, d->reason);
}

static void put_seal(struct buffer *b, const struct trace_tls_started *d)
{
    buffer_put_text(b, d->version);
    buffer_put_string(b, d->implicit ? " from the first octet" : " handshake");
}

static void put_timeout(struct buffer *b, const struct trace_smtp_timeout *d)
{
    buffer_put_string(b, "silent for ");
    clock_put_duration(b, d->limit_ns);
    buffer_put_string(b, ": time-out (");
    buffer_put_text(b, d->phase);
    buffer_put_char(b, ')');
}

/* "link_down" is a word of the trace; people read "link down". */
static void put_word(struct buffer *b, struct text word)
{
    for (size_t i = 0; i < word.size; i++)
        buffer_put_char(b, word.at[i] == '_' ? ' ' : word.at[i]);
}

/* All that was placed on this row: packets lost, packets sent again. */
static void put_loss(struct buffer *b, const struct ladder *l, const struct ladder_row *row)
{
    int64_t lost = 0, again = 0;
    struct text why = TEXT("");
    uint32_t number = (uint32_t)(row - l->rows);

    for (uint32_t i = ladder_place_from(l, row->record); i < l->place_count; i++) {
        uint32_t record = l->places[i].record;

        if (record > row->last)
            break;
        if (l->places[i].row != number)
            continue;
        if (ladder_kind(l, record) == TRACE_NET_DROPPED) {
            lost++;
            why = LADDER_DATA(l, record, net_dropped)->reason;
        } else if (ladder_kind(l, record) == TRACE_TCP_TIMEOUT) {
            again++;
        }
    }
    if (lost > 0) {
        ladder_put_count(b, lost, " packet lost (", " packets lost (");
        put_word(b, why);
        buffer_put_char(b, ')');
    }
    if (again > 0) {
        buffer_put_string(b, lost > 0 ? ", sent again " : "no acknowledgement: sent again ");
        ladder_put_count(b, again, " time", " times");
    }
}

static const char *close_word(struct text reason)
{
    return text_equal(reason, TEXT("reset"))     ? "reset"
           : text_equal(reason, TEXT("timeout")) ? "given up"
           : text_equal(reason, TEXT("aborted")) ? "aborted"
                                                 : "closed";
}

static void put_close(struct buffer *b, const struct ladder *l, const struct ladder_row *row)
{
    const struct trace_tcp_closed *one = LADDER_DATA(l, row->record, tcp_closed);

    buffer_put_string(b, "connection ");
    buffer_put_string(b, close_word(one->reason));
    if (!text_equal(one->reason, TEXT("fin"))) {
        buffer_put_string(b, " by ");
        bool reset = text_equal(one->reason, TEXT("reset"));
        buffer_put_text(b, ladder_host(l, reset ? row->to : row->from));
    }
}

/* "10 mail.shop.example" of "shop.example 3600 MX 10 mail.shop.example". */
static struct text rdata(struct text record)
{
    for (int i = 0; i < 3; i++)
        record = text_after(record, text_find(record, ' ') + 1);
    return record;
}

static void put_answers(struct buffer *b, const struct trace_dns_answer *d)
{
    buffer_put_string(b, " = ");
    if (!text_equal(d->rcode, TEXT("NOERROR")))
        buffer_put_text(b, d->rcode);
    else if (d->answers.count == 0)
        buffer_put_string(b, "no such record");
    for (uint32_t i = 0; i < d->answers.count; i++) {
        buffer_put_string(b, i > 0 ? ", " : "");
        buffer_put_text(b, rdata(d->answers.items[i]));
    }
}

static size_t put_question(struct buffer *b, const struct ladder *l, const struct ladder_row *row)
{
    const struct trace_dns_query *d = LADDER_DATA(l, row->record, dns_query);

    buffer_put_text(b, d->type);
    buffer_put_char(b, ' ');
    buffer_put_text(b, d->name);
    if (row->answer != RECORDING_NONE && ladder_kind(l, row->answer) == TRACE_DNS_ANSWER)
        put_answers(b, LADDER_DATA(l, row->answer, dns_answer));
    else if (row->answer != RECORDING_NONE)
        buffer_put_string(b, ": no answer");
    return d->type.size;
}

static void put_chosen(struct buffer *b, const struct trace_dns_mx_chosen *d)
{
    if (d->chosen.size == 0) {
        buffer_put_string(b, text_equal(d->reason, TEXT("null_mx"))     ? "no next hop: null MX"
                             : text_equal(d->reason, TEXT("no_domain")) ? "no such domain"
                             : text_equal(d->reason, TEXT("loop")) ? "no next hop: only in a circle"
                                                                   : "no next hop is left");
        return;
    }
    buffer_put_string(b, "next hop: ");
    buffer_put_text(b, d->chosen);
    for (uint32_t i = 0; i < d->candidates.count; i++)
        if (text_equal(d->candidates.items[i].verdict, TEXT("chosen")) &&
            d->candidates.items[i].preference >= 0 && text_equal(d->reason, TEXT("mx"))) {
            buffer_put_string(b, ", preference ");
            buffer_put_int(b, d->candidates.items[i].preference);
        }
}

/* Events of the queue and the mailbox name their recipient; the rest is in the remark. */
static void put_event(struct buffer *b, const struct ladder *l, uint32_t record)
{
    switch ((unsigned)ladder_kind(l, record)) {
    case TRACE_MAIL_COMPOSED:
        buffer_put_string(b, "written: ");
        buffer_put_text(b, LADDER_DATA(l, record, mail_composed)->subject);
        break;
    case TRACE_MAIL_NDR:
        buffer_put_string(b, "it is a report: ");
        buffer_put_text(b, LADDER_DATA(l, record, mail_ndr)->action);
        break;
    case TRACE_MAIL_DELIVERED:
        buffer_put_string(b, "in the mailbox of ");
        buffer_put_text(b, LADDER_DATA(l, record, mail_delivered)->mailbox);
        break;
    case TRACE_MAIL_DISCARDED:
        buffer_put_string(b, "discarded for ");
        buffer_put_text(b, LADDER_DATA(l, record, mail_discarded)->recipient);
        break;
    case TRACE_MAIL_EXPANDED:
        buffer_put_text(b, LADDER_DATA(l, record, mail_expanded)->recipient);
        buffer_put_string(b, " becomes ");
        ladder_put_count(b, LADDER_DATA(l, record, mail_expanded)->into.count, " recipient",
                         " recipients");
        break;
    case TRACE_QUEUE_DEFERRED:
        buffer_put_string(b, "waits: ");
        buffer_put_text(b, LADDER_DATA(l, record, queue_deferred)->recipient);
        break;
    case TRACE_QUEUE_BOUNCED:
        buffer_put_string(b, "failed: ");
        buffer_put_text(b, LADDER_DATA(l, record, queue_bounced)->recipient);
        break;
    case TRACE_QUEUE_EXPIRED:
        buffer_put_string(b, "given up: ");
        buffer_put_text(b, LADDER_DATA(l, record, queue_expired)->recipient);
        break;
    case TRACE_QUEUE_HELD:
        buffer_put_string(b, "set aside: ");
        buffer_put_text(b, LADDER_DATA(l, record, queue_held)->recipient);
        break;
    case TRACE_QUEUE_WARNED:
        buffer_put_string(b, "late: ");
        buffer_put_text(b, LADDER_DATA(l, record, queue_warned)->recipient);
        break;
    case TRACE_DNS_MX_CHOSEN: put_chosen(b, LADDER_DATA(l, record, dns_mx_chosen)); break;
    case TRACE_CUSTODY_OVERLAP: buffer_put_string(b, "in doubt: two hosts answer for it"); break;
    default: buffer_put_string(b, trace_kind_info(ladder_kind(l, record))->name); break;
    }
}

static void put_note(struct buffer *b, const struct ladder *l, uint32_t record)
{
    if (ladder_kind(l, record) == TRACE_SMTP_TIMEOUT) {
        put_timeout(b, LADDER_DATA(l, record, smtp_timeout));
    } else {
        buffer_put_string(b, "no TLS: ");
        buffer_put_text(b, LADDER_DATA(l, record, tls_refused)->reason);
    }
}

static size_t put_said(struct buffer *b, const struct ladder *l, uint32_t record, uint32_t n)
{
    switch ((unsigned)ladder_kind(l, record)) {
    case TRACE_SMTP_COMMAND: return put_command(b, LADDER_DATA(l, record, smtp_command)->line);
    case TRACE_POP3_COMMAND: return put_command(b, LADDER_DATA(l, record, pop3_command)->line);
    case TRACE_SMTP_REPLY: return put_reply(b, LADDER_DATA(l, record, smtp_reply), n);
    default: {
        struct text line = LADDER_DATA(l, record, pop3_reply)->line;

        buffer_put_text(b, line);
        return text_find(line, ' ');
    }
    }
}

size_t ladder_put_line(struct buffer *b, const struct ladder *l, const struct ladder_row *row,
                       uint32_t n)
{
    switch ((enum ladder_what)row->what) {
    case LADDER_OPEN:
        buffer_put_string(b, "connection to ");
        if (l->whole) {
            buffer_put_text(b, ladder_host(l, row->to));
            buffer_put_string(b, ", ");
        }
        buffer_put_string(b, "port ");
        buffer_put_int(b, l->recording->conns[row->conn].port);
        break;
    case LADDER_FAILED: put_failed(b, LADDER_DATA(l, row->record, tcp_failed)); break;
    case LADDER_COMMAND:
    case LADDER_REPLY: return put_said(b, l, row->record, n);
    case LADDER_LETTER: put_letter(b, LADDER_DATA(l, row->record, smtp_data)); break;
    case LADDER_SEAL: put_seal(b, LADDER_DATA(l, row->record, tls_started)); break;
    case LADDER_LOSS: put_loss(b, l, row); break;
    case LADDER_NOTE: put_note(b, l, row->record); break;
    case LADDER_CLOSE: put_close(b, l, row); break;
    case LADDER_QUESTION: return put_question(b, l, row);
    case LADDER_EVENT: put_event(b, l, row->record); break;
    }
    return 0;
}
