/*
 * server_auth.c - AUTH: mechanisms, challenges, responses (RFC 4954; PLAIN: RFC 4616).
 *
 * A mechanism is a row: what it asks, and how a login is made of the responses.  Passwords are kept
 * no longer than until the verdict, and appear in no act but the question.
 */
#include <assert.h>

#include "sim/smtp/base64.h"
#include "sim/smtp/server_parts.h"

/* ---- mechanisms ------------------------------------------------------------------------------------ */

enum { RESPONSES_MAX = 2 };

/* RFC 4616 2: on behalf of NUL user NUL password */
static bool plain_login(struct text said, size_t first, struct smtp_login *login)
{
    size_t a = text_find(said, '\0');
    struct text rest = text_after(said, a + 1);
    size_t b = text_find(rest, '\0');

    (void)first;
    login->on_behalf = text_from(said.at, a);
    login->user = text_from(rest.at, b);
    login->password = text_after(rest, b + 1);
    return b < rest.size && b > 0 && text_find(login->password, '\0') == login->password.size;
}

static bool login_login(struct text said, size_t first, struct smtp_login *login)
{
    login->on_behalf = TEXT("");
    login->user = text_from(said.at, first);
    login->password = text_after(said, first);
    return first > 0 && text_find(said, '\0') == said.size;
}

static const struct mechanism {
    unsigned responses;
    struct text challenges[RESPONSES_MAX]; /* in base64 */
    unsigned secret;                       /* bits: these responses hold a password */
    bool (*login)(struct text said, size_t first, struct smtp_login *login);
} mechanisms[SMTP_MECHANISM_COUNT] = {
    [SMTP_MECHANISM_PLAIN] = {1, {TEXT_INIT(""), TEXT_INIT("")}, 1, plain_login},
    /* "Username:", "Password:" */
    [SMTP_MECHANISM_LOGIN] = {2,
                              {TEXT_INIT("VXNlcm5hbWU6"), TEXT_INIT("UGFzc3dvcmQ6")},
                              2,
                              login_login},
};

/* ---- what may be shown ----------------------------------------------------------------------------- */

static bool is_secret(enum smtp_mechanism mechanism, unsigned response)
{
    return mechanism == SMTP_MECHANISM_COUNT ||
           (mechanisms[mechanism].secret & (1U << response)) != 0;
}

struct text smtp_server_shown(const struct smtp_server *s, const struct smtp_command *c,
                              struct text line, struct smtp_acts *acts)
{
    if (s->state == SMTP_SERVER_AUTH) {
        const struct smtp_rare *rare = s->rare;
        bool secret = is_secret((enum smtp_mechanism)rare->mechanism, rare->responses);

        return secret && !text_equal(line, TEXT("*")) ? TEXT("***") : smtp_acts_copy(acts, line);
    }
    if (c->verb == SMTP_VERB_AUTH) {
        size_t name = text_find(c->argument, ' ');

        if (name < c->argument.size &&
            is_secret(smtp_mechanism_find(text_from(c->argument.at, name)), 0))
            return smtp_server_join(
                acts, c->word,
                smtp_server_join(acts, TEXT(" "), text_from(c->argument.at, name), TEXT(" ")),
                TEXT("***"));
    }
    return smtp_acts_copy(acts, line);
}

/* ---- the exchange ---------------------------------------------------------------------------------- */

static void forget(struct smtp_rare *rare)
{
    if (rare->said.size > 0)
        memset(rare->said.at, 0, rare->said.size);
    buffer_free(&rare->said);
    rare->responses = 0;
}

/* The exchange ends, or a command that began none does. */
static void finish(struct smtp_server *s, enum smtp_server_input input, struct smtp_acts *acts)
{
    if (s->rare != NULL)
        forget(s->rare);
    smtp_server_apply(s, input, SMTP_VERB_AUTH, NULL, acts);
}

static void ask_login(struct smtp_server *s, const struct smtp_login *login, struct smtp_acts *acts)
{
    if ((s->options->asks & SMTP_ASKS(SMTP_ASK_LOGIN)) == 0) { /* nobody could vouch for it */
        finish(s, SMTP_SERVER_ON_AUTH_REFUSED, acts);
        return;
    }

    struct smtp_act *act = smtp_server_ask(s, SMTP_ASK_LOGIN, SMTP_VERB_AUTH, acts);

    if (act != NULL) {
        struct smtp_login *shown = smtp_acts_room(acts, sizeof *shown);

        *shown = *login; /* the octets stay in rare->said */
        act->ask.subject = login->user;
        act->ask.login = shown;
    }
}

static void take_response(struct smtp_server *s, struct text encoded, struct smtp_acts *acts)
{
    struct smtp_rare *rare = s->rare;
    const struct mechanism *m = &mechanisms[rare->mechanism];
    struct smtp_login login = {.mechanism =
                                   smtp_mechanism_name((enum smtp_mechanism)rare->mechanism)};

    if (!base64_decode(&rare->said, encoded)) {
        finish(s, SMTP_SERVER_ON_RESPONSE_BAD, acts);
        return;
    }
    if (rare->responses++ == 0)
        rare->first = rare->said.size;
    if (rare->responses < m->responses) {
        const struct smtp_answer challenge = {.verdict = SMTP_ACCEPT,
                                              .enhanced = TEXT_INIT(""),
                                              .text = m->challenges[rare->responses]};

        smtp_server_apply(s, SMTP_SERVER_ON_CHALLENGE, SMTP_VERB_AUTH, &challenge, acts);
    } else if (m->login(buffer_text(&rare->said), rare->first, &login)) {
        ask_login(s, &login, acts);
    } else {
        finish(s, SMTP_SERVER_ON_RESPONSE_BAD, acts);
    }
}

void smtp_server_auth(struct smtp_server *s, const struct smtp_command *c, struct smtp_acts *acts)
{
    size_t end = text_find(c->argument, ' ');
    struct text initial = text_after(c->argument, end + 1);
    enum smtp_mechanism mechanism = smtp_mechanism_find(text_from(c->argument.at, end));

    if (s->logged_in) {
        finish(s, SMTP_SERVER_ON_AUTH_AGAIN, acts);
    } else if ((smtp_server_offered(s) & SMTP_HAS_AUTH) == 0) {
        finish(s, SMTP_SERVER_ON_AUTH_ABSENT, acts);
    } else if (end == 0 || text_find(initial, ' ') < initial.size) {
        finish(s, SMTP_SERVER_ON_AUTH_BAD, acts);
    } else if (mechanism == SMTP_MECHANISM_COUNT ||
               (s->options->mechanisms & (1U << mechanism)) == 0) {
        finish(s, SMTP_SERVER_ON_AUTH_UNKNOWN, acts);
    } else {
        struct smtp_rare *rare = smtp_server_rare(s);

        rare->mechanism = (uint8_t)mechanism;
        rare->responses = 0;
        if (initial.size > 0) { /* "=": it is there, and empty */
            take_response(s, text_equal(initial, TEXT("=")) ? TEXT("") : initial, acts);
        } else {
            const struct smtp_answer challenge = {.verdict = SMTP_ACCEPT,
                                                  .enhanced = TEXT_INIT(""),
                                                  .text = mechanisms[mechanism].challenges[0]};

            smtp_server_apply(s, SMTP_SERVER_ON_CHALLENGE, c->verb, &challenge, acts);
        }
    }
}

void smtp_server_response(struct smtp_server *s, struct text line, struct smtp_acts *acts)
{
    if (line.size + 2 > SMTP_RESPONSE_MAX)
        finish(s, SMTP_SERVER_ON_RESPONSE_LONG, acts);
    else if (text_equal(line, TEXT("*")))
        finish(s, SMTP_SERVER_ON_RESPONSE_CANCEL, acts);
    else
        take_response(s, line, acts);
}

void smtp_server_resolve_login(struct smtp_server *s, const struct smtp_answer *answer,
                               struct smtp_acts *acts)
{
    forget(s->rare);
    s->logged_in = answer->verdict == SMTP_ACCEPT;
    smtp_server_apply(s, SMTP_BY_VERDICT(AUTH, answer->verdict), SMTP_VERB_AUTH, answer, acts);
}
