/*
 * What is written on things that travel: from their records, in the field's words.
 */
#include "render/stage/flights.h"

#include <stdio.h>

/* A name as the map writes it. */
static struct text short_name(const struct ui *ui, struct text name)
{
    const struct cast *cast = ui->moment.cast;

    if (name.size > 1 && name.at[name.size - 1] == '.')
        name.size--;
    uint32_t host = cast_host(cast, name);
    return host != CAST_NONE ? cast->hosts[host].label : name;
}

/* ---- commands --------------------------------------------------------------------------------- */

/* The local part of the path in "RCPT TO:<bob@shop.example>"; "<>" is a path, too. */
static struct text path_of(struct text line)
{
    size_t open = text_find(line, '<'), close = text_find(line, '>');

    if (open >= line.size || close >= line.size || close < open)
        return TEXT("");
    if (close == open + 1)
        return text_from(line.at + open, 2);
    struct text path = text_from(line.at + open + 1, close - open - 1);
    size_t at = text_find(path, '@');
    return at < path.size && at > 0 ? text_from(path.at, at) : path;
}

static struct text command_words(const struct recording_line *line, char *out)
{
    if (line->record->kind == TRACE_POP3_COMMAND) {
        struct text all = RECORDING_DATA(line, pop3_command)->line;
        size_t verb = text_find(all, ' ');
        return ui_printed(out, snprintf(out, FLIGHT_WORDS, "%.*s", (int)verb, all.at),
                          FLIGHT_WORDS);
    }
    const struct trace_smtp_command *d = RECORDING_DATA(line, smtp_command);
    struct text verb = d->verb.size > 0 ? d->verb : TEXT("?"), path = TEXT("");

    if (text_equal(d->verb, TEXT("RCPT")) || text_equal(d->verb, TEXT("MAIL")))
        path = path_of(d->line);
    return ui_printed(out,
                      snprintf(out, FLIGHT_WORDS, "%.*s%s%.*s", TEXT_ARG(verb),
                               path.size > 0 ? " " : "", TEXT_ARG(path)),
                      FLIGHT_WORDS);
}

/* ---- look-ups --------------------------------------------------------------------------------- */

static struct text next_word(struct text *rest)
{
    *rest = text_trim(*rest);
    size_t end = text_find(*rest, ' ');
    struct text word = text_from(rest->at, end);

    *rest = text_after(*rest, end);
    return word;
}

/* "shop.example 3600 MX 10 mx.shop.example" to "MX 10 mx.shop"; false: it is of another type. */
static bool gist_of(const struct ui *ui, struct text record, struct text type, char *out, int *size)
{
    next_word(&record);
    next_word(&record);
    if (!text_equal_nocase(next_word(&record), type))
        return false;
    record = text_trim(record);
    if (text_equal(type, TEXT("MX"))) {
        struct text preference = next_word(&record), name = short_name(ui, text_trim(record));
        *size = snprintf(out, FLIGHT_WORDS, "%.*s %.*s", TEXT_ARG(preference), TEXT_ARG(name));
    } else {
        *size = snprintf(out, FLIGHT_WORDS, "%.*s", TEXT_ARG(record));
    }
    return true;
}

/* The first two in full, the others counted: "MX 10 far.shop, 20 near.shop +1". */
static struct text answer_words(const struct ui *ui, const struct trace_dns_answer *d, char *out)
{
    char gist[FLIGHT_WORDS];
    uint32_t fit = 0;
    int size = 0, n = 0;

    if (text_equal(d->rcode, TEXT("NXDOMAIN")))
        return TEXT("no such name");
    if (!text_equal(d->rcode, TEXT("NOERROR")))
        return ui_printed(out, snprintf(out, FLIGHT_WORDS, "%.*s", TEXT_ARG(d->rcode)),
                          FLIGHT_WORDS);
    for (uint32_t i = 0; i < d->answers.count; i++)
        if (gist_of(ui, d->answers.items[i], d->type, gist, &n) && ++fit <= 2 &&
            size < FLIGHT_WORDS)
            size += snprintf(out + size, (size_t)(FLIGHT_WORDS - size), "%s%s",
                             fit == 2                          ? ", "
                             : text_equal(d->type, TEXT("MX")) ? "MX "
                                                               : "",
                             gist);
    if (fit == 0)
        return ui_printed(out, snprintf(out, FLIGHT_WORDS, "no %.*s", TEXT_ARG(d->type)),
                          FLIGHT_WORDS);
    if (fit > 2 && size < FLIGHT_WORDS)
        size += snprintf(out + size, (size_t)(FLIGHT_WORDS - size), " +%u", fit - 2);
    return ui_printed(out, size, FLIGHT_WORDS);
}

/* ---- all of them ------------------------------------------------------------------------------ */

struct text flight_words(const struct ui *ui, const struct flight *f, char *out)
{
    const struct recording_line *line = ui_line(ui, f->sent);

    switch (f->travel) {
    case TRAVEL_COMMAND: return command_words(line, out);
    case TRAVEL_REPLY:
        if (line->record->kind == TRACE_POP3_REPLY)
            return RECORDING_DATA(line, pop3_reply)->ok ? TEXT("+OK") : TEXT("-ERR");
        return ui_printed(
            out, snprintf(out, FLIGHT_WORDS, "%d", (int)RECORDING_DATA(line, smtp_reply)->code),
            FLIGHT_WORDS);
    case TRAVEL_MESSAGE:
        return mail_is_report(ui, line->mail) ? TEXT("report")
               : mail_is_spam(ui, line->mail) ? TEXT("spam")
                                              : TEXT("letter");
    case TRAVEL_QUESTION: {
        const struct trace_dns_query *d = RECORDING_DATA(line, dns_query);
        struct text name = short_name(ui, d->name);
        return ui_printed(
            out, snprintf(out, FLIGHT_WORDS, "%.*s %.*s", TEXT_ARG(d->type), TEXT_ARG(name)),
            FLIGHT_WORDS);
    }
    case TRAVEL_ANSWER: return answer_words(ui, RECORDING_DATA(line, dns_answer), out);
    case TRAVEL_CONNECT:
        if (line->record->kind == TRACE_TCP_FAILED)
            return ui_printed(out,
                              snprintf(out, FLIGHT_WORDS, "port %d",
                                       (int)RECORDING_DATA(line, tcp_failed)->remote_port),
                              FLIGHT_WORDS);
        if (line->conn != RECORDING_NONE && ui->moment.recording->conns[line->conn].port > 0)
            return ui_printed(out,
                              snprintf(out, FLIGHT_WORDS, "port %d",
                                       (int)ui->moment.recording->conns[line->conn].port),
                              FLIGHT_WORDS);
        return TEXT("TCP");
    default: return TEXT("packet");
    }
}

/* net.dropped's words, for people. */
static struct text dropped_words(struct text reason)
{
    static const struct {
        struct text word, says;
    } words[] = {
        {TEXT_INIT("loss"), TEXT_INIT("lost on the way")},
        {TEXT_INIT("queue_full"), TEXT_INIT("link is full")},
        {TEXT_INIT("link_down"), TEXT_INIT("link is down")},
        {TEXT_INIT("no_route"), TEXT_INIT("no route")},
        {TEXT_INIT("host_down"), TEXT_INIT("host is down")},
        {TEXT_INIT("no_such_address"), TEXT_INIT("no such address")},
        {TEXT_INIT("fault"), TEXT_INIT("dropped by a fault")},
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (text_equal(words[i].word, reason))
            return words[i].says;
    return reason;
}

static struct text failed_words(struct text reason)
{
    if (text_equal(reason, TEXT("refused")))
        return TEXT("connection refused");
    return text_equal(reason, TEXT("timeout")) ? TEXT("no answer") : reason;
}

static struct text closed_words(struct text reason)
{
    if (text_equal(reason, TEXT("reset")) || text_equal(reason, TEXT("aborted")))
        return TEXT("connection reset");
    return text_equal(reason, TEXT("timeout")) ? TEXT("no answer") : TEXT("connection closed");
}

struct text flight_reason(const struct ui *ui, const struct flight *f, char *out)
{
    if (f->end == RECORDING_NONE || f->state == FLIGHT_LANDED || f->state == FLIGHT_AWAY)
        return TEXT("");
    const struct recording_line *line = ui_line(ui, f->end);
    struct text words;

    if (line->travel != TRAVEL_NOT) /* lost at once; or what came after it has arrived */
        return f->end == f->sent && line->record->kind != TRACE_TCP_FAILED ? TEXT("nobody is there")
                                                                           : TEXT("not read");
    switch ((unsigned)line->record->kind) {
    case TRACE_HOST_CRASHED: words = TEXT("host lost power"); break;
    case TRACE_HOST_STOPPED: words = TEXT("host stopped"); break;
    case TRACE_SIM_ENDED: words = TEXT("the run is over"); break;
    case TRACE_NET_DROPPED: words = dropped_words(RECORDING_DATA(line, net_dropped)->reason); break;
    case TRACE_TCP_FAILED: words = failed_words(RECORDING_DATA(line, tcp_failed)->reason); break;
    case TRACE_TCP_CLOSED: words = closed_words(RECORDING_DATA(line, tcp_closed)->reason); break;
    default: words = TEXT("no answer"); break; /* time-outs */
    }
    return ui_printed(out, snprintf(out, FLIGHT_WORDS, "%.*s", TEXT_ARG(words)), FLIGHT_WORDS);
}

int flight_class(const struct ui *ui, const struct flight *f)
{
    const struct recording_line *line = ui_line(ui, f->sent);

    if (f->travel != TRAVEL_REPLY)
        return 0;
    if (line->record->kind == TRACE_POP3_REPLY)
        return RECORDING_DATA(line, pop3_reply)->ok ? 2 : 5;
    return (int)(RECORDING_DATA(line, smtp_reply)->code / 100);
}

bool flight_carries(const struct ui *ui, const struct flight *f)
{
    const struct recording_line *line = ui_line(ui, f->sent);

    if (f->travel != TRAVEL_REPLY || line->record->kind != TRACE_POP3_REPLY ||
        !RECORDING_DATA(line, pop3_reply)->ok)
        return false;
    for (uint32_t i = line->conn_before; i != RECORDING_NONE; i = ui_line(ui, i)->conn_before)
        if (ui_line(ui, i)->record->kind == TRACE_POP3_COMMAND)
            return text_starts_nocase(RECORDING_DATA(ui_line(ui, i), pop3_command)->line,
                                      TEXT("RETR"));
    return false;
}

bool mail_is_report(const struct ui *ui, uint32_t mail)
{
    const struct recording *r = ui->moment.recording;

    if (mail == RECORDING_NONE)
        return false;
    if (r->mails[mail].ndr != RECORDING_NONE)
        return true;
    uint32_t composed = r->mails[mail].composed;
    return composed != RECORDING_NONE &&
           RECORDING_DATA(&r->lines[composed], mail_composed)->from.size == 0;
}

bool mail_is_spam(const struct ui *ui, uint32_t mail)
{
    const struct recording *r = ui->moment.recording;

    if (mail == RECORDING_NONE)
        return false;
    uint32_t host = r->lines[r->mails[mail].first].host;
    return host != RECORDING_NONE && (r->cast->hosts[host].roles & CAST_STRANGER) != 0;
}
