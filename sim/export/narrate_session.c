/*
 * What a client says, the letter itself, TLS, logins, what a session waits for.
 */
#include "sim/export/narrate_parts.h"

#define NONE RECORDING_NONE

/* ---- commands ------------------------------------------------------------------------------ */

static struct text first_words(struct text line, int count)
{
    size_t at = 0;

    for (; count > 0 && at < line.size; count--)
        at += text_find(text_after(line, at), ' ') + (count > 1);
    return text_from(line.at, at < line.size ? at : line.size);
}

static void say_mail(struct narrator *n, struct text line)
{
    struct text sender = narrate_path(line);

    if (sender.size == 0) {
        narrate_head(n, "%h names no sender: MAIL FROM:<>",
                     n->line->leaves ? n->line->host : n->line->other);
        narrate_more(n, "The empty reverse-path: whatever becomes of it, nobody is to be told "
                        "(RFC 5321 4.5.5).");
        return;
    }
    narrate_head(n, "%h names the sender: %a", n->line->leaves ? n->line->host : n->line->other,
                 sender);
    narrate_more(n, "A new envelope begins; to this address a report would go (RFC 5321 3.3).");
}

static void say_rcpt(struct narrator *n, struct text line)
{
    narrate_head(n, "%h names a recipient: %a", n->line->leaves ? n->line->host : n->line->other,
                 narrate_path(line));
    narrate_more(n, "The envelope decides who gets the letter, not its To field (RFC 5321 3.3).");
}

struct verb {
    struct text verb;
    const char *head; /* with the client, then the server */
    const char *more;
};

static const struct verb verbs[] = {
    {TEXT_INIT("EHLO"), "%h greets %h: EHLO",
     "It gives its name and asks which extensions there are (RFC 5321 4.1.1.1)."},
    {TEXT_INIT("HELO"), "%h greets %h: HELO",
     "The old greeting: its name, and no extensions (RFC 5321 4.1.1.1)."},
    {TEXT_INIT("LHLO"), "%h greets %h: LHLO",
     "LMTP: after the letter each recipient gets a reply of its own (RFC 2033 4.1, 4.2)."},
    {TEXT_INIT("DATA"), "%h asks %h to take the letter: DATA",
     "If the answer is 354, header and body follow, up to a dot alone on a line (RFC 5321 "
     "4.1.1.4)."},
    {TEXT_INIT("BDAT"), "%h sends %h a chunk of the letter: BDAT",
     "The octets are counted, so no dot is needed at the end (RFC 3030 2)."},
    {TEXT_INIT("RSET"), "%h drops the envelope it had begun: RSET",
     "Sender and recipients are forgotten, the connection stays (RFC 5321 4.1.1.5)."},
    {TEXT_INIT("QUIT"), "%h takes leave of %h: QUIT",
     "Only after the answer is the connection closed (RFC 5321 4.1.1.10)."},
    {TEXT_INIT("NOOP"), "%h asks %h for a sign of life: NOOP",
     "It changes nothing (RFC 5321 4.1.1.9)."},
    {TEXT_INIT("VRFY"), "%h asks %h whether somebody is known: VRFY",
     "Many servers do not tell (RFC 5321 3.5.3)."},
    {TEXT_INIT("EXPN"), "%h asks %h who is on a list: EXPN",
     "Many servers do not tell (RFC 5321 3.5.3)."},
    {TEXT_INIT("HELP"), "%h asks %h for help: HELP", "Words for people (RFC 5321 4.1.1.8)."},
    {TEXT_INIT("STARTTLS"), "%h asks %h to seal the connection: STARTTLS",
     "So far everybody on the way could read along (RFC 3207 4)."},
    {TEXT_INIT("AUTH"), "%h tells %h who it is: AUTH",
     "If 235 is the answer, it may do what its user may (RFC 4954 4)."},
};

static void say_smuggled(struct narrator *n, const struct trace_smtp_command *d)
{
    narrate_head(n, "%H reads a command that %O never sent: %t",
                 d->verb.size > 0 ? d->verb : TEXT("?"));
    narrate_more(n, "It stood inside a letter, behind what %H took for its end: %q.", d->line);
}

static void say_command(struct narrator *n)
{
    const struct trace_smtp_command *d = n->line->record->data;
    uint32_t client = n->line->leaves ? n->line->host : n->line->other;
    uint32_t server = n->line->leaves ? n->line->other : n->line->host;

    if (narrate_smuggled(n)) {
        say_smuggled(n, d);
        return;
    }
    if (text_equal(d->verb, TEXT("MAIL"))) {
        say_mail(n, d->line);
        return;
    }
    if (text_equal(d->verb, TEXT("RCPT"))) {
        say_rcpt(n, d->line);
        return;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (text_equal(d->verb, verbs[i].verb)) {
            narrate_head(n, verbs[i].head, client, server);
            narrate_more(n, "%s", verbs[i].more);
            return;
        }
    narrate_head(n, "%h says %q to %h", client, first_words(d->line, 1), server);
    narrate_more(n, "No command of SMTP that is known here (RFC 5321 4.2.4).");
}

/* ---- the letter ---------------------------------------------------------------------------- */

static bool came_by_chunks(const struct narrator *n)
{
    for (uint32_t at = n->line->conn_before; at != NONE; at = n->r->lines[at].conn_before) {
        const struct recording_line *line = &n->r->lines[at];

        if (line->record->kind == TRACE_SMTP_COMMAND && line->host == n->line->host)
            return text_equal(RECORDING_DATA(line, smtp_command)->verb, TEXT("BDAT"));
    }
    return false;
}

static void say_data(struct narrator *n)
{
    const struct trace_smtp_data *d = n->line->record->data;

    if (n->line->leaves) {
        narrate_head(n, "%H sends %n: %d octets", d->octets);
        narrate_more(n, "To %O, header and body. Until it has read 250, %H keeps its copy "
                        "(RFC 5321 4.2.5).");
    } else if (narrate_smuggled(n)) {
        narrate_head(n, "%H finds a second letter inside the first: %d octets", d->octets);
        narrate_more(n, "Behind what it took for the end of the first stood commands, and more.");
    } else {
        narrate_head(n, "%N has reached %H: %d octets", d->octets);
        if (!came_by_chunks(n))
            narrate_more(n, "The dot alone on a line was its end (RFC 5321 4.1.1.4).");
        narrate_more(n, "Whose it is depends on the answer: %O keeps its copy until then.");
    }
    if (d->dots > 0)
        narrate_more(n, "Dots at the beginning of a line: %d, doubled on the way (4.5.2).",
                     d->dots);
}

/* ---- TLS and logins ------------------------------------------------------------------------ */

static bool speaks_pop3(const struct narrator *n)
{
    return n->line->conn != NONE &&
           (n->r->conns[n->line->conn].port == 110 || n->r->conns[n->line->conn].port == 995);
}

static void say_sealed(struct narrator *n)
{
    const struct trace_tls_started *d = n->line->record->data;

    narrate_head(n, "%H and %O have sealed their connection: %t", d->version);
    if (d->implicit)
        narrate_more(n, "From the first octet: nobody on the way reads a word (RFC 8314 3).");
    else if (speaks_pop3(n))
        narrate_more(n, "From here on nobody on the way reads along (STLS, RFC 2595 4).");
    else
        narrate_more(n,
                     "What was said in clear is forgotten, and EHLO is said again (RFC 3207 4.2).");
    if (d->server_name.size > 0)
        narrate_more(n, "The server's name, %q, could still be read.", d->server_name);
}

static void say_login(struct narrator *n)
{
    const struct trace_auth_result *d = n->line->record->data;

    if (d->accepted) {
        narrate_head(n, "%H knows the user %q: logged in", d->user);
        narrate_more(n, "By %t: from here on its client may do what this user may (RFC 4954 4).",
                     d->mechanism);
    } else {
        narrate_head(n, "%H refuses the login as %q", d->user);
        narrate_more(n, "By %t: %t.", d->mechanism, d->reason);
    }
}

static void say_login_at_mailbox(struct narrator *n)
{
    const struct trace_auth_result *d = n->line->record->data;

    narrate_head(n, d->accepted ? "%H opens the mailbox of %q" : "%H keeps the mailbox of %q shut",
                 d->user);
    if (d->accepted)
        narrate_more(n, "Name and password are right; nobody else may open it meanwhile (RFC 1939 "
                        "4).");
    else
        narrate_more(n, "%t.", d->reason);
}

/* ---- time and states ----------------------------------------------------------------------- */

static void say_silence(struct narrator *n)
{
    const struct trace_smtp_timeout *d = n->line->record->data;
    bool client = n->line->record->where.side == TRACE_SIDE_CLIENT;

    narrate_head(n, "%H has waited for %O long enough");
    narrate_more(n,
                 client ? "No reply (%t) within %D, so it breaks off (RFC 5321 4.5.3.2)."
                        : "Nothing came (%t) within %D, so it breaks off (RFC 5321 4.5.3.2).",
                 d->phase, d->limit_ns);
}

static void say_state(struct narrator *n)
{
    const struct trace_smtp_state *d = n->line->record->data;

    if (d->from.size > 0)
        narrate_head(n, "%H with %O: the session goes from %q to %q", d->from, d->to);
    else
        narrate_head(n, "%H with %O: the session begins with %q", d->to);
    narrate_more(n, "What led there: %t.", d->input);
}

static void say_ask(struct narrator *n)
{
    const struct trace_smtp_ask *d = n->line->record->data;

    narrate_head(n, "%H asks its rules about the %t", d->question);
    if (d->subject.size > 0)
        narrate_more(n, "In question: %a. The reply has to wait for the verdict.", d->subject);
    else
        narrate_more(n, "The reply has to wait for the verdict.");
}

bool narrate_session(struct narrator *n)
{
    switch ((int)n->line->record->kind) {
    case TRACE_SMTP_COMMAND: say_command(n); break;
    case TRACE_SMTP_DATA: say_data(n); break;
    case TRACE_SMTP_TIMEOUT: say_silence(n); break;
    case TRACE_SMTP_STATE: say_state(n); break;
    case TRACE_SMTP_ASK: say_ask(n); break;
    case TRACE_TLS_STARTED: say_sealed(n); break;
    case TRACE_TLS_REFUSED:
        narrate_head(n, "%H cannot seal its connection to %O");
        narrate_more(n, "%t.", RECORDING_DATA(n->line, tls_refused)->reason);
        break;
    case TRACE_AUTH_RESULT:
        if (speaks_pop3(n))
            say_login_at_mailbox(n);
        else
            say_login(n);
        break;
    default: return false;
    }
    return true;
}
