/*
 * client_write.c - the client's commands as octets (RFC 5321 4.1.1, RFC 2920 3.1).
 *
 * No blank between "FROM:" and "<" (3.3), no parameter that was not offered (4.1.1.11), and in a
 * group only what may stand there: MAIL and RCPT anywhere, DATA last.
 */
#include "sim/smtp/client_parts.h"

#include <assert.h>

static char *write_text(char *at, struct text t)
{
    if (t.size > 0)
        memcpy(at, t.at, t.size);
    return at + t.size;
}

/* Tells about the line and returns it with its CRLF. */
static struct text tell(enum smtp_verb verb, struct text argument, struct smtp_acts *acts)
{
    struct text word = smtp_verb_name(verb);
    size_t size = word.size + (argument.size > 0 ? 1 + argument.size : 0);
    char *room = smtp_acts_room(acts, size + 2), *end = write_text(room, word);

    if (argument.size > 0) {
        *end++ = ' ';
        end = write_text(end, argument);
    }
    memcpy(end, "\r\n", 2);

    struct smtp_act *act = smtp_acts_add(acts, SMTP_ACT_COMMAND);

    act->command.verb = verb;
    act->command.word = word;
    act->command.line = text_from(room, size);
    return text_from(room, size + 2);
}

void smtp_client_line(enum smtp_verb verb, struct text line, struct text shown,
                      struct smtp_acts *acts)
{
    struct smtp_act *act = smtp_acts_add(acts, SMTP_ACT_COMMAND);

    act->command.verb = verb;
    act->command.word = smtp_verb_name(verb);
    act->command.line = shown;
    smtp_acts_add(acts, SMTP_ACT_SEND)->send = line;
}

void smtp_client_command(enum smtp_verb verb, struct text argument, struct smtp_acts *acts)
{
    struct text line = tell(verb, argument, acts);

    smtp_acts_add(acts, SMTP_ACT_SEND)->send = line;
}

enum { DIGITS = 24 };

static struct text number(int64_t n, char digits[DIGITS])
{
    size_t at = DIGITS;

    do
        digits[--at] = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    return text_from(digits + at, DIGITS - at);
}

void smtp_client_send_bdat(struct smtp_client *c, struct smtp_acts *acts)
{
    char digits[DIGITS], argument[DIGITS + 8], *end;

    end = write_text(argument, number(c->mail->size, digits));
    end = write_text(end, TEXT(" LAST"));
    smtp_client_command(SMTP_VERB_BDAT, text_from(argument, (size_t)(end - argument)), acts);
}

/* " KEYWORD=value", or nothing for an empty value. */
static char *write_parameter(char *at, struct text keyword, struct text value)
{
    if (value.size == 0)
        return at;
    *at++ = ' ';
    at = write_text(at, keyword);
    *at++ = '=';
    return write_text(at, value);
}

/* "FROM:<a@b> SIZE=100 BODY=8BITMIME RET=HDRS ENVID=QQ314159" */
static struct text mail_argument(const struct smtp_client *c, struct smtp_acts *acts)
{
    const struct smtp_client_mail *mail = c->mail;
    const struct dsn_message *dsn = c->extensions & SMTP_HAS_DSN ? mail->dsn : NULL;
    size_t envid = dsn != NULL ? dsn->envid.size : 0;
    char *room = smtp_acts_room(acts, mail->sender.size + envid + 96), *end = room;

    end = write_text(end, TEXT("FROM:<"));
    end = write_text(end, mail->sender);
    *end++ = '>';
    if ((c->extensions & SMTP_HAS_SIZE) && mail->size >= 0) {
        char digits[DIGITS];

        end = write_parameter(end, TEXT("SIZE"), number(mail->size, digits));
    }
    if ((c->extensions & SMTP_HAS_8BITMIME) && mail->eight_bit)
        end = write_parameter(end, TEXT("BODY"), TEXT("8BITMIME"));
    if (dsn != NULL) {
        end = write_parameter(end, TEXT("RET"), dsn_ret_name(dsn->ret));
        end = write_parameter(end, TEXT("ENVID"), dsn->envid);
    }
    return text_from(room, (size_t)(end - room));
}

static struct text rcpt_line(struct smtp_client *c, struct smtp_acts *acts)
{
    const struct smtp_client_recipient *r = &c->mail->recipients[c->sent++];
    const struct dsn_recipient *dsn = c->extensions & SMTP_HAS_DSN ? r->dsn : NULL;
    size_t more = dsn != NULL ? dsn->orcpt.size + 64 : 0;
    char *room = smtp_acts_room(acts, r->address.size + more + 5), *end;

    end = write_text(write_text(room, TEXT("TO:<")), r->address);
    *end++ = '>';
    if (dsn != NULL) {
        struct buffer notify;

        buffer_init(&notify, acts->memory);
        dsn_notify_put(&notify, dsn->notify);
        end = write_parameter(end, TEXT("NOTIFY"), buffer_text(&notify));
        end = write_parameter(end, TEXT("ORCPT"), dsn->orcpt);
        buffer_free(&notify);
    }
    return tell(SMTP_VERB_RCPT, text_from(room, (size_t)(end - room)), acts);
}

void smtp_client_send_rcpt(struct smtp_client *c, struct smtp_acts *acts)
{
    assert(c->sent < c->mail->recipient_count);

    struct text line = rcpt_line(c, acts);

    smtp_acts_add(acts, SMTP_ACT_SEND)->send = line;
}

void smtp_client_send_group(struct smtp_client *c, struct smtp_acts *acts)
{
    size_t first = acts->count, size = 0;
    bool group = c->options->pipelining && (c->extensions & SMTP_HAS_PIPELINING);

    tell(SMTP_VERB_MAIL, mail_argument(c, acts), acts);
    if (group) {
        while (c->sent < c->mail->recipient_count)
            rcpt_line(c, acts);
        c->data_sent = !c->chunk && !c->mail->probe;
        if (c->data_sent)
            tell(SMTP_VERB_DATA, TEXT(""), acts);
    }
    for (size_t i = first; i < acts->count; i++)
        size += acts->at[i].command.line.size + 2;

    char *room = smtp_acts_room(acts, size), *end = room;

    for (size_t i = first; i < acts->count; i++) {
        end = write_text(end, acts->at[i].command.line);
        end = write_text(end, TEXT("\r\n"));
    }
    smtp_acts_add(acts, SMTP_ACT_SEND)->send = text_from(room, size);
}
