/* smtp_play.c - see smtp_play.h. */
#include "tests/smtp_play.h"

#include <assert.h>

#include "sim/kernel/random.h"

struct smtp_server_options play_options(void)
{
    return (struct smtp_server_options){
        .name = TEXT_INIT("mx.example.test"),
        .extensions = SMTP_HAS_BASIC,
        .size_limit = 100000,
        .recipient_limit = 100,
        .asks = SMTP_ASKS_ALL & ~SMTP_ASKS(SMTP_ASK_VERIFY),
    };
}

struct smtp_server_options play_tls_options(void)
{
    struct smtp_server_options options = play_options();

    options.extensions |= SMTP_HAS_DSN | SMTP_HAS_CHUNKING;
    options.tls = SMTP_TLS_OFFERED;
    options.mechanisms = SMTP_MECHANISMS_ALL;
    return options;
}

void play_begin(struct play *p, struct smtp_server_options options)
{
    *p = (struct play){.options = options};
    memory_init(&p->memory, 0);
    smtp_acts_init(&p->acts, &p->memory);
    buffer_init(&p->wire, &p->memory);
    buffer_init(&p->codes, &p->memory);
    buffer_init(&p->log, &p->memory);
    buffer_init(&p->message, &p->memory);
    smtp_server_init(&p->server, &p->memory, &p->options);
}

void play_end(struct play *p)
{
    smtp_server_free(&p->server);
    memory_end(&p->memory);
}

/* ---- the oracle's host ------------------------------------------------------------------------ */

static bool is_local_user(struct text local)
{
    static const char *const users[] = {"alice", "bob", "staff"};

    for (size_t i = 0; i < sizeof users / sizeof users[0]; i++)
        if (mail_local_equal(local, text_of(users[i])))
            return true;
    return false;
}

static struct smtp_answer judge_login(const struct smtp_login *login)
{
    bool right = text_equal(login->user, TEXT("alice")) &&
                 text_equal(login->password, TEXT("secret-alice")) && login->on_behalf.size == 0;

    return (struct smtp_answer){.verdict = right ? SMTP_ACCEPT : SMTP_REFUSE};
}

static struct smtp_answer judge_recipient(const struct play *p, const struct mail_path *path)
{
    const struct mail_address *a = &path->mailbox;
    bool here = text_equal_nocase(a->domain, TEXT("example.test"));
    bool detour =
        text_find(a->local, '%') < a->local.size || text_find(a->local, '!') < a->local.size;
    struct smtp_answer no = {.verdict = SMTP_REFUSE, .code = 550};

    if (mail_address_is_postmaster(a) && (here || a->domain.size == 0))
        return (struct smtp_answer){.verdict = SMTP_ACCEPT};
    if (p->server.logged_in && !here)
        return (struct smtp_answer){.verdict = SMTP_ACCEPT};
    if (here && !detour && is_local_user(a->local))
        return (struct smtp_answer){.verdict = SMTP_ACCEPT};
    no.enhanced = here && !detour ? TEXT("5.1.1") : TEXT("5.7.1");
    no.text = here && !detour ? TEXT("no such user") : TEXT("no relaying");
    return no;
}

/* ---- acts as text ------------------------------------------------------------------------------ */

static void put_word(struct buffer *b, const char *word, struct text t)
{
    buffer_put_string(b, word);
    buffer_put_char(b, ' ');
    buffer_put_text(b, t);
}

static void log_reply(struct play *p, const struct smtp_reply *r)
{
    put_word(&p->log, "reply", smtp_verb_name(r->to));
    buffer_put_char(&p->log, ' ');
    buffer_put_int(&p->log, r->code);
    buffer_put_int(&p->codes, r->code);
    if (r->enhanced.size > 0) {
        put_word(&p->log, "", r->enhanced);
        put_word(&p->codes, "", r->enhanced);
    }
    buffer_put_char(&p->codes, '\n');
    for (size_t i = 0; i < r->line_count; i++)
        put_word(&p->log, " /", r->lines[i]);
    buffer_put_char(&p->log, '\n');
}

static void log_dsn(struct play *p, const struct smtp_act *act)
{
    const struct dsn_message *m = &act->ask.parameters->dsn.message;
    const struct dsn_recipient *r = &act->ask.parameters->dsn.recipient;

    if (!dsn_message_given(m) && !dsn_recipient_given(r))
        return;
    if (act->ask.question == SMTP_ASK_SENDER) {
        put_word(&p->log, " ret", dsn_ret_name(m->ret));
        put_word(&p->log, " envid", m->envid);
        return;
    }
    buffer_put_string(&p->log, " notify ");
    dsn_notify_put(&p->log, r->notify);
    put_word(&p->log, " orcpt", r->orcpt);
}

static void log_path(struct play *p, const struct smtp_act *act)
{
    const struct mail_path *path = act->ask.path;

    if (path != NULL) {
        put_word(&p->log, " route", path->route);
        put_word(&p->log, " local", path->mailbox.local);
        put_word(&p->log, " domain", path->mailbox.domain);
    }
    if (act->ask.parameters != NULL) {
        buffer_put_string(&p->log, " given ");
        buffer_put_int(&p->log, act->ask.parameters->given);
        buffer_put_string(&p->log, " size ");
        buffer_put_int(&p->log, act->ask.parameters->size);
        buffer_put_string(&p->log, " body ");
        buffer_put_int(&p->log, (int)act->ask.parameters->body);
        put_word(&p->log, " auth", act->ask.parameters->auth);
        log_dsn(p, act);
    }
}

/* Puts one act into the buffers; true if it asks. */
static bool take(struct play *p, const struct smtp_act *act)
{
    switch (act->kind) {
    case SMTP_ACT_COMMAND:
        put_word(&p->log, "command", act->command.word);
        put_word(&p->log, ":", act->command.line);
        break;
    case SMTP_ACT_REPLY: log_reply(p, &act->reply); return false;
    case SMTP_ACT_STATE:
        assert(text_equal(act->state.to, smtp_table_state_name(SMTP_SERVER, act->state.to_state)));
        assert(
            act->state.from_state == SMTP_SERVER_START ||
            text_equal(act->state.from, smtp_table_state_name(SMTP_SERVER, act->state.from_state)));
        put_word(&p->log, "state", act->state.from);
        put_word(&p->log, " >", act->state.to);
        put_word(&p->log, " on", act->state.input);
        break;
    case SMTP_ACT_ASK:
        put_word(&p->log, "ask", smtp_question_name(act->ask.question));
        put_word(&p->log, " about", act->ask.subject);
        log_path(p, act);
        buffer_put_char(&p->log, '\n');
        return true;
    case SMTP_ACT_SEND:
        buffer_put_text(&p->wire, act->send);
        p->sends++;
        return false;
    case SMTP_ACT_DATA: buffer_put_text(&p->message, act->data); return false;
    case SMTP_ACT_MESSAGE_END:
        buffer_put_string(&p->log, "end ");
        buffer_put_int(&p->log, act->message_end.octets);
        buffer_put_char(&p->log, ' ');
        buffer_put_int(&p->log, act->message_end.lines);
        buffer_put_char(&p->log, ' ');
        buffer_put_int(&p->log, act->message_end.dots);
        buffer_put_string(&p->log, " message ");
        buffer_put_int(&p->log, (int64_t)(text_hash(buffer_text(&p->message)) >> 1));
        break;
    case SMTP_ACT_RESET: buffer_put_string(&p->log, "reset"); break;
    case SMTP_ACT_TIMER: p->limit_ns = act->timer.limit_ns; return false;
    case SMTP_ACT_CLOSE:
        buffer_put_string(&p->log, "close");
        p->closed = true;
        break;
    case SMTP_ACT_SEAL:
        buffer_put_string(&p->log, "seal");
        p->seal = true;
        break;
    case SMTP_ACT_WANT_DATA:
    case SMTP_ACT_RECIPIENT:
    case SMTP_ACT_DONE: assert(!"a client's act");
    }
    if (act->kind == SMTP_ACT_STATE &&
        (act->state.to_state == SMTP_SERVER_DATA ||
         (act->state.to_state == SMTP_SERVER_CHUNK && act->state.from_state == SMTP_SERVER_RCPT)))
        buffer_clear(&p->message);
    buffer_put_char(&p->log, '\n');
    return false;
}

static struct smtp_answer decide(const struct play *p, const struct smtp_act *act)
{
    if (p->at == act->ask.question &&
        (p->subject.size == 0 || text_equal(p->subject, act->ask.subject)))
        return p->answer;
    if (act->ask.question == SMTP_ASK_RECIPIENT)
        return judge_recipient(p, act->ask.path);
    if (act->ask.question == SMTP_ASK_LOGIN)
        return judge_login(act->ask.login);
    return (struct smtp_answer){.verdict = SMTP_ACCEPT};
}

/* Takes the acts of a call, and answers questions until none is open. */
static void settle(struct play *p)
{
    for (;;) {
        struct smtp_answer answer = {.verdict = SMTP_ACCEPT};
        bool asked = false;

        p->sends = 0;
        for (size_t i = 0; i < p->acts.count; i++)
            if (take(p, &p->acts.at[i])) {
                asked = true;
                answer = decide(p, &p->acts.at[i]);
            }
        assert(asked == (p->acts.count > 0 && smtp_server_asking(&p->server)) || p->late);
        if (!asked || p->late)
            return;
        if (p->server.question == SMTP_ASK_COMMAND && p->at != SMTP_ASK_COMMAND)
            smtp_server_go_on(&p->server, &p->acts);
        else
            smtp_server_answer(&p->server, &answer, &p->acts);
    }
}

void play_start(struct play *p)
{
    smtp_server_start(&p->server, &p->acts);
    settle(p);
}

void play_send(struct play *p, struct text octets, size_t cut, uint64_t seed)
{
    struct random random;

    random_init(&random, seed, TEXT("play"), TEXT("cut"));
    while (octets.size > 0) {
        size_t size = cut == 0 ? octets.size : 1 + (size_t)random_below(&random, cut);
        char *piece;

        if (size > octets.size)
            size = octets.size;
        /* A copy that goes away, so that a session which keeps a slice of it is found out. */
        piece = memory_take(&p->memory, size);
        memcpy(piece, octets.at, size);
        smtp_server_input(&p->server, text_from(piece, size), &p->acts);
        settle(p);
        memset(piece, '!', size);
        memory_give(&p->memory, piece, size);
        octets = text_after(octets, size);
    }
}

void play_say(struct play *p, const char *octets)
{
    play_send(p, text_of(octets), 0, 0);
}

void play_answer(struct play *p, const struct smtp_answer *answer)
{
    smtp_server_answer(&p->server, answer, &p->acts);
    settle(p);
}

void play_no_mail(struct play *p)
{
    smtp_server_answer_no_mail(&p->server, &p->acts);
    settle(p);
}

void play_go_on(struct play *p)
{
    smtp_server_go_on(&p->server, &p->acts);
    settle(p);
}

void play_tls_up(struct play *p)
{
    p->seal = false;
    smtp_server_tls_up(&p->server, &p->acts);
    settle(p);
}

void play_tls_failed(struct play *p)
{
    p->seal = false;
    smtp_server_tls_failed(&p->server, &p->acts);
    settle(p);
}

void play_timeout(struct play *p)
{
    smtp_server_timeout(&p->server, &p->acts);
    settle(p);
}

void play_shutdown(struct play *p)
{
    smtp_server_shutdown(&p->server, &p->acts);
    settle(p);
}

void play_lost(struct play *p)
{
    smtp_server_lost(&p->server, &p->acts);
    settle(p);
}

struct text play_codes(struct play *p)
{
    for (size_t i = 0; i < p->codes.size; i++)
        if (p->codes.at[i] == '\n')
            p->codes.at[i] = ',';
    if (p->codes.size > 0)
        p->codes.size--;

    struct text codes = buffer_text(&p->codes);

    p->codes.size = 0; /* the octets stay until the next reply */
    return codes;
}

void play_codes_plain(struct play *p, struct buffer *out)
{
    struct text rest = buffer_text(&p->codes), last = TEXT("");
    int run = 0;

    for (;;) {
        struct text code = text_from(rest.at, rest.size < 3 ? rest.size : 3);

        if (run > 0 && text_equal(code, last)) {
            run++;
        } else {
            if (run > 1) {
                buffer_put_string(out, " *");
                buffer_put_int(out, run);
            }
            if (rest.size == 0)
                break;
            if (run > 0)
                buffer_put_string(out, " | ");
            buffer_put_text(out, code);
            last = code;
            run = 1;
        }
        rest = text_after(rest, text_find(rest, '\n') + 1);
    }
    if (run == 0)
        buffer_put_string(out, "none");
    buffer_clear(&p->codes);
}
