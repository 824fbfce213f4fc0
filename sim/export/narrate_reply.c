/*
 * What servers answer: each reply by what it answers and its class, and the dialogue of POP3.
 */
#include "sim/export/narrate_parts.h"

#define NONE RECORDING_NONE

struct reply {
    const struct trace_smtp_reply *d;
    uint32_t client, server;
    struct text command; /* the line that it answers; empty: not known */
    int64_t class;
};

static struct text first_line(const struct trace_smtp_reply *d)
{
    return d->lines.count > 0 ? d->lines.items[0] : TEXT("");
}

/* 'It says 550 5.1.1 "no such user here" (5.1.1: no such mailbox).' */
static void quote(struct narrator *n, const struct reply *a)
{
    const char *status = narrate_status(a->d->enhanced);
    const char *blank = a->d->enhanced.size > 0 ? " " : "";

    if (status && a->class > 2)
        narrate_more(n, "It says %d%s%t %q (%t: %s).", a->d->code, blank, a->d->enhanced,
                     first_line(a->d), a->d->enhanced, status);
    else
        narrate_more(n, "It says %d%s%t %q.", a->d->code, blank, a->d->enhanced, first_line(a->d));
}

/* The rule that decided, if its record led to this reply. */
static void say_rule(struct narrator *n)
{
    enum { FAR = 3 };
    uint32_t at = n->line->leaves         ? n->line->cause
                  : n->line->pair != NONE ? n->r->lines[n->line->pair].cause
                                          : NONE;

    for (int i = 0; i < FAR && at != NONE; i++, at = n->r->lines[at].cause) {
        const struct recording_line *line = &n->r->lines[at];
        const struct trace_policy_relay *relay = line->record->data;
        const struct trace_policy_decision *decision = line->record->data;

        if (line->record->kind == TRACE_POLICY_RELAY)
            narrate_more(n, "Its rule: %q (%t).", relay->rule, relay->reference);
        else if (line->record->kind == TRACE_POLICY_DECISION)
            narrate_more(n, "Its rule: %q (%t).", decision->rule, decision->reference);
        else
            continue;
        return;
    }
}

static void explain_class(struct narrator *n, const struct reply *a)
{
    if (a->class == 4)
        narrate_more(n, "4: not now, so it may be tried again later (RFC 5321 4.2.1).");
    else if (a->class == 5)
        narrate_more(n, "5: no, and asking again will not help (RFC 5321 4.2.1).");
}

/* ---- to whom it is said -------------------------------------------------------------------- */

static void say_greeting(struct narrator *n, const struct reply *a)
{
    if (a->class == 2) {
        narrate_head(n, "%h is ready: %d", a->server, a->d->code);
        narrate_more(n, "Its greeting: %q. Now it is the client's turn (RFC 5321 3.1).",
                     first_line(a->d));
        return;
    }
    narrate_head(n, a->class == 4 ? "%h takes no mail now: %d" : "%h takes no mail: %d", a->server,
                 a->d->code);
    quote(n, a);
    explain_class(n, a);
}

static void say_extensions(struct narrator *n, const struct reply *a)
{
    const struct trace_texts *lines = &a->d->lines;
    uint32_t more = lines->count > 1 ? lines->count - 1 : 0;
    struct text first = more > 0 ? lines->items[1] : TEXT("");
    struct text second = more > 1 ? lines->items[2] : TEXT("");

    first = text_from(first.at, text_find(first, ' '));
    second = text_from(second.at, text_find(second, ' '));
    if (more > 2)
        narrate_head(n, "%h offers %t, %t and %d more", a->server, first, second,
                     (int64_t)more - 2);
    else if (more == 2)
        narrate_head(n, "%h offers %t and %t", a->server, first, second);
    else if (more == 1)
        narrate_head(n, "%h offers %t", a->server, first);
    else
        narrate_head(n, "%h greets back and offers no extensions", a->server);
    narrate_more(n, "It greets back: %d; each further line names an extension (RFC 5321 4.1.1.1).",
                 a->d->code);
}

static void say_hello(struct narrator *n, const struct reply *a)
{
    if (a->class == 2) {
        say_extensions(n, a);
        return;
    }
    narrate_head(n, "%h does not greet back: %d", a->server, a->d->code);
    quote(n, a);
    explain_class(n, a);
}

static void say_sender(struct narrator *n, const struct reply *a)
{
    struct text sender = narrate_path(a->command);

    if (a->command.size == 0)
        narrate_head(n,
                     a->class == 2   ? "%h accepts the sender: %d"
                     : a->class == 4 ? "%h does not take this sender now: %d"
                                     : "%h refuses the sender: %d",
                     a->server, a->d->code);
    else
        narrate_head(n,
                     a->class == 2   ? "%h accepts the sender %a"
                     : a->class == 4 ? "%h does not take mail from %a now: %d"
                                     : "%h refuses the sender %a: %d",
                     a->server, sender, a->d->code);
    quote(n, a);
    if (a->class == 2)
        narrate_more(n, "Nothing is promised yet (RFC 5321 3.3).");
    else
        say_rule(n);
    explain_class(n, a);
}

/* Recipients that were accepted before in this transaction, as the client has read. */
static uint32_t accepted_before(const struct narrator *n)
{
    uint32_t count = 0;

    for (uint32_t at = n->line->conn_before; at != NONE; at = n->r->lines[at].conn_before) {
        const struct recording_line *line = &n->r->lines[at];
        const struct trace_smtp_reply *d = line->record->data;

        if (line->record->kind != TRACE_SMTP_REPLY || line->host != n->line->host)
            continue;
        if (!text_equal(d->to, TEXT("RCPT")))
            break;
        count += d->code < 300;
    }
    return count;
}

/* What was sent ahead, without waiting, may come after a refusal. */
static bool say_wrong_order(struct narrator *n, const struct reply *a)
{
    if (a->d->code != 503)
        return false;
    narrate_head(n, "%h will not have %t at this point: 503", a->server, a->d->to);
    quote(n, a);
    narrate_more(n, "The commands have an order (RFC 5321 4.1.4).");
    return true;
}

static void say_recipient(struct narrator *n, const struct reply *a)
{
    struct text recipient = narrate_path(a->command);
    uint32_t others = a->class > 3 ? accepted_before(n) : 0;

    if (say_wrong_order(n, a))
        return;
    if (a->command.size == 0)
        narrate_head(n,
                     a->class == 2   ? "%h accepts a recipient: %d"
                     : a->class == 4 ? "%h does not take this recipient now: %d"
                                     : "%h refuses a recipient: %d",
                     a->server, a->d->code);
    else
        narrate_head(n,
                     a->class == 2   ? "%h accepts the recipient %a"
                     : a->class == 4 ? "%h does not take mail for %a now: %d"
                                     : "%h refuses mail for %a: %d",
                     a->server, recipient, a->d->code);
    quote(n, a);
    if (a->class == 2) {
        narrate_more(n, "The letter itself comes later; only then does it change hands.");
        return;
    }
    say_rule(n);
    if (others > 0)
        narrate_more(n,
                     others == 1 ? "One other recipient stays: each is judged alone."
                                 : "%d other recipients stay: each is judged alone.",
                     (int64_t)others);
    explain_class(n, a);
}

static void say_go_on(struct narrator *n, const struct reply *a)
{
    if (a->class == 3) {
        narrate_head(n, "%h wants to see the letter: %d", a->server, a->d->code);
        narrate_more(n, "Now header and body follow, line by line, then a dot alone (RFC 5321 "
                        "4.1.1.4).");
        return;
    }
    if (say_wrong_order(n, a))
        return;
    narrate_head(n, a->class == 4 ? "%h takes no letter now: %d" : "%h takes no letter: %d",
                 a->server, a->d->code);
    quote(n, a);
    explain_class(n, a);
}

static void say_taken(struct narrator *n, const struct reply *a)
{
    bool lmtp = a->d->code == 250 && n->line->conn != NONE && n->r->conns[n->line->conn].lmtp;

    if (lmtp)
        narrate_head(n, "%h has taken %n for one recipient: %d", a->server, a->d->code);
    else
        narrate_head(n, "%h takes %n over: %d", a->server, a->d->code);
    quote(n, a);
    if (n->line->leaves)
        narrate_more(n,
                     "%h answers for those it accepted; %h does not know it yet (RFC 5321 4.2.5).",
                     a->server, a->client);
    else if (lmtp)
        narrate_more(n, "In LMTP each recipient has a reply of its own (RFC 2033 4.2).");
    else
        narrate_more(n, "%h knows now: for those it accepted, %h is responsible (RFC 5321 4.2.5).",
                     a->client, a->server);
}

static void say_letter(struct narrator *n, const struct reply *a)
{
    if (a->class == 2) {
        say_taken(n, a);
        return;
    }
    narrate_head(n, a->class == 4 ? "%h does not take %n now: %d" : "%h refuses %n: %d", a->server,
                 a->d->code);
    quote(n, a);
    say_rule(n);
    explain_class(n, a);
}

/* ---- other commands ------------------------------------------------------------------------ */

static void say_other(struct narrator *n, const struct reply *a)
{
    static const struct {
        struct text to;
        int64_t code;
        const char *head, *more;
    } rows[] = {
        {TEXT_INIT("QUIT"), 221, "%h says goodbye: %d",
         "Now the connection can be closed (RFC 5321 4.1.1.10)."},
        {TEXT_INIT("RSET"), 250, "%h has forgotten the envelope: %d",
         "Another one may begin on the same connection (RFC 5321 4.1.1.5)."},
        {TEXT_INIT("STARTTLS"), 220, "%h is ready to seal the connection: %d",
         "The TLS handshake follows (RFC 3207 4)."},
        {TEXT_INIT("AUTH"), 235, "%h accepts the login: %d",
         "Its client may now do what its user may (RFC 4954 6)."},
        {TEXT_INIT("AUTH"), 334, "%h asks for more to log in: %d",
         "The client answers (RFC 4954 4)."},
        {TEXT_INIT("AUTH"), 535, "%h does not accept the login: %d",
         "Wrong name or password (RFC "
         "4954 6)."},
        {TEXT_INIT("BDAT"), 250, "%h has the chunk: %d", "The next may follow (RFC 3030 2)."},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (text_equal(a->d->to, rows[i].to) && a->d->code == rows[i].code) {
            narrate_head(n, rows[i].head, a->server, a->d->code);
            narrate_more(n, "%s", rows[i].more);
            return;
        }
    narrate_head(n, "%h answers %t: %d", a->server, a->d->to, a->d->code);
    quote(n, a);
    explain_class(n, a);
}

/* The client takes it for the answer to something else than the server meant. */
static bool is_out_of_step(const struct narrator *n, const struct reply *a)
{
    if (n->line->leaves || n->line->pair == NONE)
        return false;
    return !text_equal(RECORDING_DATA(&n->r->lines[n->line->pair], smtp_reply)->to, a->d->to);
}

static void say_out_of_step(struct narrator *n, const struct reply *a)
{
    struct text meant = RECORDING_DATA(&n->r->lines[n->line->pair], smtp_reply)->to;

    if (a->d->to.size > 0)
        narrate_head(n, "%h takes a %d for the answer to %t", a->client, a->d->code, a->d->to);
    else
        narrate_head(n, "%h reads a %d that it did not ask for", a->client, a->d->code);
    narrate_more(n,
                 "%h meant it for %t: client and server do not agree any more about who said "
                 "what.",
                 a->server, meant);
}

static void say_reply(struct narrator *n)
{
    static const struct {
        struct text to;
        void (*say)(struct narrator *, const struct reply *);
    } rows[] = {
        {TEXT_INIT("greeting"), say_greeting}, {TEXT_INIT("EHLO"), say_hello},
        {TEXT_INIT("HELO"), say_hello},        {TEXT_INIT("LHLO"), say_hello},
        {TEXT_INIT("MAIL"), say_sender},       {TEXT_INIT("RCPT"), say_recipient},
        {TEXT_INIT("DATA"), say_go_on},        {TEXT_INIT("message"), say_letter},
    };
    const struct trace_smtp_reply *d = n->line->record->data;
    bool leaves = n->line->leaves;
    struct reply a = {.d = d,
                      .client = leaves ? n->line->other : n->line->host,
                      .server = leaves ? n->line->host : n->line->other,
                      .command = TEXT(""),
                      .class = d->code / 100};
    uint32_t command = narrate_answered(n);

    if (command != NONE && n->r->lines[command].record->kind == TRACE_SMTP_COMMAND &&
        text_equal(RECORDING_DATA(&n->r->lines[command], smtp_command)->verb, d->to))
        a.command = RECORDING_DATA(&n->r->lines[command], smtp_command)->line;
    n->out->code = d->code;
    if (is_out_of_step(n, &a)) {
        say_out_of_step(n, &a);
        return;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (text_equal(d->to, rows[i].to)) {
            rows[i].say(n, &a);
            return;
        }
    say_other(n, &a);
}

/* ---- POP3 ---------------------------------------------------------------------------------- */

static const struct pop3 {
    struct text verb;
    const char *asks, *more; /* the headline, with the client, then the server */
    const char *given;       /* behind the server's label, with +OK */
} pop3[] = {
    {TEXT_INIT("CAPA"), "%h asks %h what it can do: CAPA", "The list of capabilities (RFC 2449 5).",
     "lists what it can do"},
    {TEXT_INIT("STLS"), "%h asks %h to seal the connection: STLS",
     "The password is not to be read on the way (RFC 2595 4).", "is ready to seal the connection"},
    {TEXT_INIT("USER"), "%h tells %h whose mailbox it wants: USER",
     "The password follows (RFC 1939 7).", "wants the password, too"},
    {TEXT_INIT("PASS"), "%h gives %h the password", "It is left out of the record (RFC 1939 7).",
     "opens the mailbox"},
    {TEXT_INIT("STAT"), "%h asks %h how much is in the mailbox: STAT",
     "Letters and octets (RFC 1939 5).", "says how much there is"},
    {TEXT_INIT("LIST"), "%h asks %h for a list of the letters: LIST",
     "Numbers and sizes (RFC 1939 5).", "lists the letters"},
    {TEXT_INIT("UIDL"), "%h asks %h which letters there are: UIDL",
     "By these names it knows those that it has had before (RFC 1939 7).", "names the letters"},
    {TEXT_INIT("RETR"), "%h asks %h for a letter: RETR",
     "Reading is a pull: nobody brings mail to a reader (RFC 1939 5).", "hands a letter over"},
    {TEXT_INIT("DELE"), "%h asks %h to remove a letter: DELE",
     "It is only marked; QUIT removes it "
     "(RFC 1939 5, 6).",
     "has marked the letter"},
    {TEXT_INIT("QUIT"), "%h takes leave of %h: QUIT",
     "Now what was marked is removed (RFC 1939 6).", "says goodbye"},
};

static const struct pop3 *pop3_of(struct text line)
{
    struct text verb = text_from(line.at, text_find(line, ' '));

    for (size_t i = 0; i < sizeof pop3 / sizeof pop3[0]; i++)
        if (text_equal_nocase(verb, pop3[i].verb))
            return &pop3[i];
    return NULL;
}

static void say_pop3_command(struct narrator *n)
{
    struct text line = RECORDING_DATA(n->line, pop3_command)->line;
    const struct pop3 *row = pop3_of(line);
    uint32_t client = n->line->leaves ? n->line->host : n->line->other;
    uint32_t server = n->line->leaves ? n->line->other : n->line->host;

    if (!row) {
        narrate_head(n, "%h says %q to %h", client, text_from(line.at, text_find(line, ' ')),
                     server);
        narrate_more(n, "A line of POP3 (RFC 1939 3).");
        return;
    }
    narrate_head(n, row->asks, client, server);
    narrate_more(n, "%s", row->more);
    if (!text_equal(row->verb, TEXT("PASS")))
        narrate_more(n, "It says %q.", line);
}

static void say_pop3_reply(struct narrator *n)
{
    const struct trace_pop3_reply *d = n->line->record->data;
    uint32_t command = narrate_answered(n);
    uint32_t server = n->line->leaves ? n->line->host : n->line->other;
    const struct pop3 *row =
        command != NONE && n->r->lines[command].record->kind == TRACE_POP3_COMMAND
            ? pop3_of(RECORDING_DATA(&n->r->lines[command], pop3_command)->line)
            : NULL;

    if (!d->ok)
        narrate_head(n, "%h says no: -ERR", server);
    else if (row)
        narrate_head(n, "%h %s: +OK", server, row->given);
    else
        narrate_head(n, "%h is ready: +OK", server);
    narrate_more(n, "It says %q (RFC 1939 3).", d->line);
}

bool narrate_reply(struct narrator *n)
{
    switch ((int)n->line->record->kind) {
    case TRACE_SMTP_REPLY: say_reply(n); break;
    case TRACE_POP3_COMMAND: say_pop3_command(n); break;
    case TRACE_POP3_REPLY: say_pop3_reply(n); break;
    default: return false;
    }
    return true;
}
