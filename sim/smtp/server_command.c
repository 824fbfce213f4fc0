/*
 * server_command.c - from a command to its input: what the grammar says, then what is asked.
 */
#include <assert.h>

#include "sim/smtp/server_parts.h"

enum { RECIPIENTS_AT_LEAST = 100 }; /* 4.5.3.1.8 */

uint32_t smtp_server_extensions(const struct smtp_server *s)
{
    const struct smtp_server_options *o = s->options;
    uint32_t set = o->extensions & ~(uint32_t)(SMTP_HAS_STARTTLS | SMTP_HAS_AUTH);

    if (!s->sealed && (o->tls == SMTP_TLS_OFFERED || o->tls == SMTP_TLS_REQUIRED))
        set |= SMTP_HAS_STARTTLS;
    if (o->mechanisms != 0 && (s->sealed || o->login_in_clear))
        set |= SMTP_HAS_AUTH;
    return set;
}

uint32_t smtp_server_offered(const struct smtp_server *s)
{
    bool extended = s->hello_verb == SMTP_VERB_EHLO || s->hello_verb == SMTP_VERB_LHLO;

    return extended ? smtp_server_extensions(s) : 0;
}

/* ---- questions ------------------------------------------------------------------------------------ */

struct smtp_act *smtp_server_ask(struct smtp_server *s, enum smtp_question question,
                                 enum smtp_verb verb, struct smtp_acts *acts)
{
    bool forced = s->rare != NULL && s->rare->has_forced && question != SMTP_ASK_MESSAGE;

    s->verb = (uint8_t)verb;
    if (forced || (s->options->asks & SMTP_ASKS(question)) == 0) {
        struct smtp_answer yes = {
            .verdict = SMTP_ACCEPT, .enhanced = TEXT_INIT(""), .text = TEXT_INIT("")};

        smtp_server_resolve(s, question, &yes, acts);
        return NULL;
    }
    s->question = (uint8_t)question;
    smtp_server_flush(acts);

    struct smtp_act *act = smtp_acts_add(acts, SMTP_ACT_ASK);

    act->ask.question = question;
    act->ask.verb = verb;
    act->ask.subject = TEXT("");
    return act;
}

/* With as few quotes as may be (RFC 5321 4.1.2), so that one mailbox has one name in all records. */
static struct text mailbox_text(const struct mail_path *path, struct smtp_acts *acts)
{
    if (path->null)
        return TEXT("");
    if (path->mailbox.local.at[0] == '"') {
        struct buffer b;

        buffer_init(&b, acts->memory);
        mail_address_put(&b, &path->mailbox);
        struct text name = smtp_acts_copy(acts, buffer_text(&b));
        buffer_free(&b);
        return name;
    }
    if (path->mailbox.domain.size == 0)
        return smtp_acts_copy(acts, path->mailbox.local);
    return smtp_server_join(acts, path->mailbox.local, TEXT("@"), path->mailbox.domain);
}

void smtp_server_ask_connection(struct smtp_server *s, struct smtp_acts *acts)
{
    smtp_server_ask(s, SMTP_ASK_CONNECTION, SMTP_VERB_GREETING, acts);
}

void smtp_server_judge(struct smtp_server *s, struct smtp_acts *acts)
{
    assert(s->state == SMTP_SERVER_MESSAGE && s->question == SMTP_ASK_NONE);
    if (s->too_big) { /* LMTP; every recipient hears of it */
        const struct smtp_answer no = {.verdict = SMTP_REFUSE,
                                       .code = 552,
                                       .enhanced = TEXT_INIT("5.3.4"),
                                       .text = TEXT_INIT("the message is over the size limit")};
        smtp_server_resolve(s, SMTP_ASK_MESSAGE, &no, acts);
        return;
    }

    if (!smtp_server_ask_command(s, SMTP_VERB_MESSAGE, TEXT(""), TEXT("."), acts))
        smtp_server_ask_message(s, acts);
}

void smtp_server_ask_message(struct smtp_server *s, struct smtp_acts *acts)
{
    struct smtp_act *act = smtp_server_ask(s, SMTP_ASK_MESSAGE, SMTP_VERB_MESSAGE, acts);

    if (act == NULL || !s->options->lmtp)
        return;

    const struct mail_path *path = &s->envelope->recipients[s->judged].path;
    struct text subject = mailbox_text(path, acts);

    act->ask.recipient = s->judged;
    act->ask.subject = subject;
    act->ask.path = path;
}

static void resolve_hello(struct smtp_server *s, const struct smtp_answer *answer,
                          struct smtp_acts *acts)
{
    enum smtp_verb verb = (enum smtp_verb)s->verb;
    enum smtp_server_input input = verb == SMTP_VERB_EHLO ? SMTP_BY_VERDICT(EHLO, answer->verdict)
                                   : verb == SMTP_VERB_HELO
                                       ? SMTP_BY_VERDICT(HELO, answer->verdict)
                                       : SMTP_BY_VERDICT(LHLO, answer->verdict);

    if (answer->verdict == SMTP_ACCEPT) {
        smtp_server_give_text(s, &s->hello);
        s->hello = s->pending;
        s->pending = TEXT("");
        s->hello_verb = s->verb;
    } else {
        smtp_server_give_text(s, &s->pending); /* 4.1.4: all stays as it was */
    }
    smtp_server_apply(s, input, verb, answer, acts);
}

static void resolve_message(struct smtp_server *s, const struct smtp_answer *answer,
                            struct smtp_acts *acts)
{
    if (!s->options->lmtp || s->judged + 1 == s->envelope->recipient_count) {
        smtp_server_apply(s, SMTP_BY_VERDICT(MESSAGE, answer->verdict), SMTP_VERB_MESSAGE, answer,
                          acts);
        return;
    }
    smtp_server_apply(s, SMTP_BY_VERDICT(RECIPIENT, answer->verdict), SMTP_VERB_MESSAGE, answer,
                      acts);
    if (s->state == SMTP_SERVER_MESSAGE)
        s->judged++;
}

static void resolve_verify(struct smtp_server *s, const struct smtp_answer *answer,
                           struct smtp_acts *acts)
{
    bool unverified = answer->verdict == SMTP_ACCEPT && answer->code == 252;

    smtp_server_give_text(s, &s->pending);
    smtp_server_apply(
        s, unverified ? SMTP_SERVER_ON_VRFY_UNVERIFIED : SMTP_BY_VERDICT(VRFY, answer->verdict),
        SMTP_VERB_VRFY, answer, acts);
}

void smtp_server_resolve(struct smtp_server *s, enum smtp_question question,
                         const struct smtp_answer *answer, struct smtp_acts *acts)
{
    bool accepted = answer->verdict == SMTP_ACCEPT;

    switch (question) {
    case SMTP_ASK_CONNECTION:
        smtp_server_apply(s, SMTP_BY_VERDICT(CONNECTION, answer->verdict), SMTP_VERB_GREETING,
                          answer, acts);
        break;
    case SMTP_ASK_HELLO: resolve_hello(s, answer, acts); break;
    case SMTP_ASK_SENDER:
        smtp_server_apply(s, SMTP_BY_VERDICT(MAIL, answer->verdict), SMTP_VERB_MAIL, answer, acts);
        if (!accepted)
            smtp_server_drop(s);
        break;
    case SMTP_ASK_RECIPIENT:
        smtp_envelope_settle(s->envelope, accepted, answer->tag);
        smtp_server_apply(s, SMTP_BY_VERDICT(RCPT, answer->verdict), SMTP_VERB_RCPT, answer, acts);
        break;
    case SMTP_ASK_DATA:
        smtp_server_apply(s, SMTP_BY_VERDICT(DATA, answer->verdict), SMTP_VERB_DATA, answer, acts);
        if (s->state == SMTP_SERVER_DATA)
            smtp_server_data_begin(s);
        break;
    case SMTP_ASK_MESSAGE: resolve_message(s, answer, acts); break;
    case SMTP_ASK_VERIFY: resolve_verify(s, answer, acts); break;
    case SMTP_ASK_LOGIN: smtp_server_resolve_login(s, answer, acts); break;
    case SMTP_ASK_COMMAND: smtp_server_resolve_command(s, answer, acts); break;
    case SMTP_ASK_NONE:
    case SMTP_QUESTION_COUNT: assert(0 && "an answer to no question");
    }
}

/* ---- commands -------------------------------------------------------------------------------------- */

typedef void handler(struct smtp_server *s, const struct smtp_command *c, struct smtp_acts *acts);

static handler on_hello, on_mail, on_rcpt, on_data, on_verify, on_starttls, on_bare, on_any;

/* Which input a verb is when nothing is wrong with it, which one with a bad argument, and who finds
 * out. */
static const struct {
    enum smtp_server_input fine, bad;
    handler *handle;
} verbs[SMTP_VERB_COUNT] = {
#define SAME(input) SMTP_SERVER_ON_##input, SMTP_SERVER_ON_##input
#define BOTH(what)  SMTP_SERVER_ON_##what##_FINE, SMTP_SERVER_ON_##what##_BAD
    [SMTP_VERB_NONE] = {SAME(UNKNOWN), on_any},
    [SMTP_VERB_GREETING] = {SAME(UNKNOWN), on_any},
    [SMTP_VERB_MESSAGE] = {SAME(UNKNOWN), on_any},
    [SMTP_VERB_UNKNOWN] = {SAME(UNKNOWN), on_any},
    [SMTP_VERB_EHLO] = {BOTH(EHLO), on_hello},
    [SMTP_VERB_HELO] = {BOTH(HELO), on_hello},
    [SMTP_VERB_LHLO] = {BOTH(LHLO), on_hello},
    [SMTP_VERB_MAIL] = {BOTH(MAIL), on_mail},
    [SMTP_VERB_RCPT] = {BOTH(RCPT), on_rcpt},
    [SMTP_VERB_DATA] = {BOTH(DATA), on_data},
    [SMTP_VERB_RSET] = {BOTH(RSET), on_bare},
    [SMTP_VERB_NOOP] = {SAME(NOOP_FINE), on_any},
    [SMTP_VERB_VRFY] = {BOTH(VRFY), on_verify},
    [SMTP_VERB_EXPN] = {SAME(EXPN), on_any},
    [SMTP_VERB_HELP] = {SAME(HELP), on_any},
    [SMTP_VERB_QUIT] = {BOTH(QUIT), on_bare},
    [SMTP_VERB_AUTH] = {BOTH(AUTH), smtp_server_auth},
    [SMTP_VERB_STARTTLS] = {BOTH(STARTTLS), on_starttls},
    [SMTP_VERB_BDAT] = {BOTH(BDAT), smtp_server_bdat},
    [SMTP_VERB_ETRN] = {SAME(NOT_IMPLEMENTED), on_any},
    [SMTP_VERB_TURN] = {SAME(NOT_IMPLEMENTED), on_any},
    [SMTP_VERB_SEND] = {SAME(NOT_IMPLEMENTED), on_any},
    [SMTP_VERB_SOML] = {SAME(NOT_IMPLEMENTED), on_any},
    [SMTP_VERB_SAML] = {SAME(NOT_IMPLEMENTED), on_any},
#undef SAME
#undef BOTH
};

static void on_hello(struct smtp_server *s, const struct smtp_command *c, struct smtp_acts *acts)
{
    if (!smtp_hello_valid(c->argument)) {
        smtp_server_apply(s, verbs[c->verb].bad, c->verb, NULL, acts);
        return;
    }
    s->pending = smtp_server_take_text(s, c->argument);

    struct text subject = s->pending;
    struct smtp_act *act = smtp_server_ask(s, SMTP_ASK_HELLO, c->verb, acts);

    if (act != NULL)
        act->ask.subject = subject;
}

/* A cell's own reply, with words that say what was wrong. */
static void refuse(struct smtp_server *s, enum smtp_server_input input, enum smtp_verb verb,
                   const char *why, struct smtp_acts *acts)
{
    struct smtp_answer words = {
        .verdict = SMTP_REFUSE, .enhanced = TEXT_INIT(""), .text = TEXT_INIT("")};

    if (why != NULL)
        words.text = text_of(why);
    smtp_server_apply(s, input, verb, &words, acts);
}

static void on_mail(struct smtp_server *s, const struct smtp_command *c, struct smtp_acts *acts)
{
    struct mail_path path;
    struct smtp_parameters parameters;
    const char *why = NULL;
    int64_t limit = s->options->size_limit;

    switch (
        smtp_path_parse(c->verb, c->argument, smtp_server_offered(s), &path, &parameters, &why)) {
    case SMTP_PATH_BAD: refuse(s, SMTP_SERVER_ON_MAIL_BAD, c->verb, why, acts); return;
    case SMTP_PATH_PARAMETER_BAD:
        refuse(s, SMTP_SERVER_ON_MAIL_PARAMETER_BAD, c->verb, NULL, acts);
        return;
    case SMTP_PATH_PARAMETER_UNKNOWN:
        refuse(s, SMTP_SERVER_ON_MAIL_PARAMETER_UNKNOWN, c->verb, NULL, acts);
        return;
    case SMTP_PATH_FINE: break;
    }
    if (limit > 0 && parameters.size > limit) {
        smtp_server_apply(s, SMTP_SERVER_ON_MAIL_TOO_BIG, c->verb, NULL, acts);
        return;
    }
    assert(s->envelope == NULL);
    s->envelope = smtp_envelope_new(s->memory, c->argument, &path, &parameters);

    const struct smtp_envelope *envelope = s->envelope;
    struct smtp_act *act = smtp_server_ask(s, SMTP_ASK_SENDER, c->verb, acts);

    if (act != NULL) {
        act->ask.subject = mailbox_text(&envelope->sender, acts);
        act->ask.path = &envelope->sender;
        act->ask.parameters = &envelope->parameters;
    }
}

static void on_rcpt(struct smtp_server *s, const struct smtp_command *c, struct smtp_acts *acts)
{
    struct mail_path path;
    struct smtp_parameters parameters;
    const char *why = NULL;
    uint32_t limit = s->options->recipient_limit;

    switch (
        smtp_path_parse(c->verb, c->argument, smtp_server_offered(s), &path, &parameters, &why)) {
    case SMTP_PATH_BAD: refuse(s, SMTP_SERVER_ON_RCPT_BAD, c->verb, why, acts); return;
    case SMTP_PATH_PARAMETER_BAD:
        refuse(s, SMTP_SERVER_ON_RCPT_PARAMETER_BAD, c->verb, NULL, acts);
        return;
    case SMTP_PATH_PARAMETER_UNKNOWN:
        refuse(s, SMTP_SERVER_ON_RCPT_PARAMETER_UNKNOWN, c->verb, NULL, acts);
        return;
    case SMTP_PATH_FINE: break;
    }
    if (s->envelope->recipient_count >= (limit > 0 ? limit : RECIPIENTS_AT_LEAST)) {
        smtp_server_apply(s, SMTP_SERVER_ON_RCPT_TOO_MANY, c->verb, NULL, acts);
        return;
    }

    const struct smtp_recipient *r =
        smtp_envelope_propose(s->memory, s->envelope, c->argument, &path, &parameters);
    struct smtp_act *act = smtp_server_ask(s, SMTP_ASK_RECIPIENT, c->verb, acts);

    if (act != NULL) {
        act->ask.subject = mailbox_text(&r->path, acts);
        act->ask.path = &r->path;
        act->ask.parameters = &r->parameters;
    }
}

static void on_verify(struct smtp_server *s, const struct smtp_command *c, struct smtp_acts *acts)
{
    if (c->argument.size == 0) {
        smtp_server_apply(s, SMTP_SERVER_ON_VRFY_BAD, c->verb, NULL, acts);
        return;
    }
    if ((s->options->asks & SMTP_ASKS(SMTP_ASK_VERIFY)) == 0) { /* 3.5.3: nobody can say */
        smtp_server_apply(s, SMTP_SERVER_ON_VRFY_UNVERIFIED, c->verb, NULL, acts);
        return;
    }
    s->pending = smtp_server_take_text(s, c->argument);

    struct smtp_act *act = smtp_server_ask(s, SMTP_ASK_VERIFY, c->verb, acts);

    if (act != NULL) /* a fault may have its own reply ready */
        act->ask.subject = s->pending;
}

static void on_data(struct smtp_server *s, const struct smtp_command *c, struct smtp_acts *acts)
{
    if (c->argument.size > 0)
        smtp_server_apply(s, SMTP_SERVER_ON_DATA_BAD, c->verb, NULL, acts);
    else
        smtp_server_ask(s, SMTP_ASK_DATA, c->verb, acts);
}

/* 4.3.2: an argument behind RSET or QUIT is an error. */
static void on_bare(struct smtp_server *s, const struct smtp_command *c, struct smtp_acts *acts)
{
    smtp_server_apply(s, c->argument.size > 0 ? verbs[c->verb].bad : verbs[c->verb].fine, c->verb,
                      NULL, acts);
}

static void on_any(struct smtp_server *s, const struct smtp_command *c, struct smtp_acts *acts)
{
    smtp_server_apply(s, verbs[c->verb].fine, c->verb, NULL, acts);
}

static void on_starttls(struct smtp_server *s, const struct smtp_command *c, struct smtp_acts *acts)
{
    if (s->sealed)
        smtp_server_apply(s, SMTP_SERVER_ON_STARTTLS_AGAIN, c->verb, NULL, acts);
    else
        on_bare(s, c, acts);
}

/* 4.2.4: known, and not offered at any time. */
static bool is_absent(const struct smtp_server *s, enum smtp_verb verb)
{
    return (verb == SMTP_VERB_STARTTLS && s->options->tls == SMTP_TLS_NONE) ||
           (verb == SMTP_VERB_BDAT && (s->options->extensions & SMTP_HAS_CHUNKING) == 0);
}

/* RFC 3207 4: all but these wait for TLS. */
static bool needs_tls(const struct smtp_server *s, enum smtp_verb verb)
{
    return s->options->tls == SMTP_TLS_REQUIRED && !s->sealed && verb != SMTP_VERB_NOOP &&
           verb != SMTP_VERB_EHLO && verb != SMTP_VERB_LHLO && verb != SMTP_VERB_STARTTLS &&
           verb != SMTP_VERB_QUIT && verb != SMTP_VERB_UNKNOWN &&
           smtp_server_cell(s, SMTP_SERVER_ON_TLS_NEEDED)->possible;
}

bool smtp_server_takes(const struct smtp_server *s, enum smtp_verb verb)
{
    const struct smtp_cell *cell = smtp_server_cell(s, verbs[verb].fine);

    if (is_absent(s, verb) || needs_tls(s, verb) || !cell->possible || cell->code >= 400)
        return false;
    return verb == SMTP_VERB_STARTTLS ? !s->sealed
           : verb == SMTP_VERB_AUTH ? !s->logged_in && (smtp_server_offered(s) & SMTP_HAS_AUTH) != 0
                                    : true;
}

void smtp_server_handle(struct smtp_server *s, const struct smtp_command *c, struct smtp_acts *acts)
{
    if (smtp_server_cell(s, verbs[c->verb].fine)->code >= 500)
        on_any(s, c, acts); /* whatever stands behind the verb */
    else
        verbs[c->verb].handle(s, c, acts);
}

void smtp_server_command(struct smtp_server *s, const struct smtp_command *c, struct text line,
                         struct text shown, struct smtp_acts *acts)
{
    const struct smtp_cell *cell = smtp_server_cell(s, verbs[c->verb].fine);

    if (is_absent(s, c->verb))
        smtp_server_apply(s, SMTP_SERVER_ON_NOT_IMPLEMENTED, c->verb, NULL, acts);
    else if (needs_tls(s, c->verb))
        smtp_server_apply(s, SMTP_SERVER_ON_TLS_NEEDED, c->verb, NULL, acts);
    else if (cell->out_of_order && c->verb == SMTP_VERB_BDAT)
        smtp_server_bdat(s, c, acts); /* its octets come all the same */
    else if (cell->out_of_order)
        on_any(s, c, acts);
    else if (s->watched == 0 || !smtp_server_ask_command(s, c->verb, line, shown, acts))
        smtp_server_handle(s, c, acts);
}
