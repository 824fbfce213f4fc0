/* POP3: both sessions as pure functions, against the dialogues of RFC 1939, and one against the other. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "sim/agents/pop3/pop3_client.h"
#include "sim/agents/pop3/pop3_server.h"

struct play {
    struct memory memory;
    struct pop3_acts acts;
    struct pop3_server_options options;
    struct pop3_server server;
    struct pop3_item items[3];
    char log[8192]; /* what went over the wire, "S: " and "C: " */
    char removed[64];
    size_t used;
    bool in_use, closed;
};

static void put(struct play *p, const char *who, struct text octets)
{
    struct buffer all;
    struct text line;
    size_t at = 0;

    buffer_init(&all, &p->memory);
    buffer_put_text(&all, octets);
    while (pop3_next_line(&all, &at, &line))
        p->used += (size_t)snprintf(p->log + p->used, sizeof p->log - p->used, "%s%.*s\n", who,
                                    TEXT_ARG(line));
    buffer_free(&all);
}

static void start(struct play *p, enum tls_policy tls, bool implicit)
{
    static const char *const messages[] = {
        "Subject: one\r\n\r\nHello.\r\n",
        "Subject: two\r\n\r\n.a dot\r\n..two\r\n.\r\nend\r\n",
        "Subject: three\r\n\r\n1\r\n2\r\n3\r\n",
    };

    memset(p, 0, sizeof *p);
    memory_init(&p->memory, 0);
    pop3_acts_init(&p->acts, &p->memory);
    p->options = (struct pop3_server_options){
        .name = TEXT("mail.uni.example"), .tls = tls, .implicit = implicit};
    for (uint32_t i = 0; i < 3; i++)
        p->items[i] = (struct pop3_item){.message = message_new(&p->memory, text_of(messages[i])),
                                         .uid = 10 + i};
    pop3_server_init(&p->server, &p->memory, &p->options);
}

static void end(struct play *p)
{
    pop3_server_free(&p->server);
    for (int i = 0; i < 3; i++)
        message_release(p->items[i].message);
    pop3_acts_free(&p->acts);
    cr_expect_eq(p->memory.used, 0, "everything was given back");
    memory_end(&p->memory);
}

/* Reads the server's acts, and answers a login; what it sends is logged and kept in `sent`. */
static void serve(struct play *p, struct buffer *sent)
{
    bool again = true;

    while (again) {
        again = false;
        for (size_t i = 0; i < p->acts.count; i++) {
            const struct pop3_act *a = &p->acts.at[i];
            if (a->kind == POP3_ACT_SEND) {
                put(p, "S: ", a->text);
                if (sent)
                    buffer_put_text(sent, a->text);
            } else if (a->kind == POP3_ACT_LOGIN) {
                bool good =
                    text_equal(a->text, TEXT("alice")) && text_equal(a->password, TEXT("rabbit 2"));
                pop3_server_login(&p->server,
                                  p->in_use ? POP3_LOGIN_IN_USE
                                  : good    ? POP3_LOGIN_GOOD
                                            : POP3_LOGIN_BAD,
                                  p->items, 3, &p->acts);
                again = true;
                break;
            } else if (a->kind == POP3_ACT_REMOVE) {
                snprintf(p->removed + strlen(p->removed), sizeof p->removed - strlen(p->removed),
                         "%u ", a->number);
            } else if (a->kind == POP3_ACT_CLOSE) {
                p->closed = true;
            } else if (a->kind == POP3_ACT_COMMAND) {
                cr_expect(text_find(a->text, '2') == a->text.size ||
                              !text_starts_nocase(a->text, TEXT("PASS")),
                          "a password in a record: %.*s", TEXT_ARG(a->text));
            }
        }
    }
}

static void say(struct play *p, const char *line)
{
    char octets[2048];

    snprintf(octets, sizeof octets, "%s\r\n", line);
    put(p, "C: ", text_of(octets));
    pop3_server_input(&p->server, text_of(octets), &p->acts);
    serve(p, NULL);
}

static void begin(struct play *p, enum tls_policy tls)
{
    start(p, tls, false);
    pop3_server_start(&p->server, &p->acts);
    serve(p, NULL);
}

static void log_in(struct play *p)
{
    begin(p, TLS_NONE);
    say(p, "USER alice");
    say(p, "PASS rabbit 2"); /* a blank belongs to it (RFC 1939 7) */
    p->used = 0;
    p->log[0] = 0;
}

/* ---- the server ---------------------------------------------------------------------------- */

Test(pop3, a_session_as_in_rfc_1939_10)
{
    struct play p;

    begin(&p, TLS_NONE);
    say(&p, "USER alice");
    say(&p, "PASS rabbit 2");
    say(&p, "STAT");
    say(&p, "LIST");
    say(&p, "RETR 1");
    say(&p, "DELE 1");
    say(&p, "RETR 2");
    say(&p, "dele 2");
    say(&p, "STAT");
    say(&p, "QUIT");
    cr_expect_str_eq(p.log,
                     "S: +OK mail.uni.example POP3\n"
                     "C: USER alice\nS: +OK and the password?\n"
                     "C: PASS rabbit 2\nS: +OK 3 messages (90 octets)\n"
                     "C: STAT\nS: +OK 3 90\n"
                     "C: LIST\nS: +OK 3 messages (90 octets)\nS: 1 24\nS: 2 39\nS: 3 27\nS: .\n"
                     "C: RETR 1\nS: +OK 24 octets\nS: Subject: one\nS: \nS: Hello.\nS: .\n"
                     "C: DELE 1\nS: +OK marked; QUIT removes it\n"
                     "C: RETR 2\nS: +OK 39 octets\nS: Subject: two\nS: \nS: ..a dot\nS: "
                     "...two\nS: ..\nS: end\nS: .\n"
                     "C: dele 2\nS: +OK marked; QUIT removes it\n"
                     "C: STAT\nS: +OK 1 27\n"
                     "C: QUIT\nS: +OK goodbye\n",
                     "%s", p.log);
    cr_expect_str_eq(p.removed, "10 11 ", "%s", p.removed);
    cr_expect(p.closed);
    end(&p);
}

static const struct {
    const char *say, *want;
} answers[] = {
    {"LIST 2", "S: +OK 2 39\n"},
    {"UIDL 2", "S: +OK 2 11\n"},
    {"UIDL", "S: +OK 3 messages (90 octets)\nS: 1 10\nS: 2 11\nS: 3 12\nS: .\n"},
    {"TOP 3 0", "S: +OK the top of it\nS: Subject: three\nS: \nS: .\n"},
    {"TOP 3 2", "S: +OK the top of it\nS: Subject: three\nS: \nS: 1\nS: 2\nS: .\n"},
    {"TOP 3 9", "S: +OK the top of it\nS: Subject: three\nS: \nS: 1\nS: 2\nS: 3\nS: .\n"},
    {"TOP 3", "S: -ERR TOP wants a message and a number of lines\n"},
    {"RETR 4", "S: -ERR no such message\n"},
    {"RETR 0", "S: -ERR no such message\n"},
    {"RETR", "S: -ERR no such message\n"},
    {"DELE x", "S: -ERR no such message\n"},
    {"NOOP", "S: +OK\n"},
    {"USER alice", "S: -ERR you are logged in already\n"},
    {"STLS", "S: -ERR you are logged in already\n"},
    {"XYZZY", "S: -ERR no such command\n"},
    {"", "S: -ERR no such command\n"},
};

Test(pop3, answers_after_the_login)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct play p;
        char want[400];

        log_in(&p);
        say(&p, answers[i].say);
        snprintf(want, sizeof want, "C: %s\n%s", answers[i].say, answers[i].want);
        cr_expect_str_eq(p.log, want, "%s", p.log);
        end(&p);
    }
}

Test(pop3, a_lost_connection_and_rset_remove_nothing)
{
    struct play p;

    log_in(&p);
    say(&p, "DELE 2");
    say(&p, "RETR 2");
    cr_expect(strstr(p.log, "S: -ERR that message is marked as deleted\n"));
    say(&p, "RSET");
    cr_expect(strstr(p.log, "S: +OK 3 messages (90 octets)\n"));
    say(&p, "DELE 1");
    cr_expect_str_eq(p.removed, "");
    end(&p);
}

Test(pop3, nothing_before_the_login_and_one_session_at_a_time)
{
    struct play p;

    begin(&p, TLS_NONE);
    say(&p, "STAT");
    say(&p, "PASS x");
    say(&p, "USER alice");
    say(&p, "PASS wrong");
    p.in_use = true;
    say(&p, "USER alice");
    say(&p, "PASS rabbit 2");
    cr_expect(strstr(p.log, "C: STAT\nS: -ERR log in first\n"));
    cr_expect(strstr(p.log, "C: PASS x\nS: -ERR USER comes first\n"));
    cr_expect(strstr(p.log, "C: PASS wrong\nS: -ERR [AUTH] wrong user or password\n"));
    cr_expect(strstr(p.log, "S: -ERR [IN-USE] another session has this mailbox open\n"));
    end(&p);
}

/* A password in clear is refused unless there is no TLS to be had (RFC 2595 2.2, 4). */
Test(pop3, no_password_in_clear)
{
    struct play p;

    begin(&p, TLS_REQUIRED);
    say(&p, "CAPA");
    cr_expect(strstr(p.log, "S: STLS\n") && !strstr(p.log, "S: USER\n"));
    say(&p, "USER alice");
    say(&p, "PASS rabbit 2");
    cr_expect(strstr(p.log, "S: -ERR no password goes in clear here: say STLS first\n"));
    cr_expect(strstr(p.log, "S: -ERR that password went in clear, and is refused"));
    /* What is pipelined behind STLS in clear is dropped. */
    pop3_server_input(&p.server, TEXT("STLS\r\nUSER mallory\r\nPASS x\r\n"), &p.acts);
    cr_expect_eq(p.acts.at[p.acts.count - 1].kind, POP3_ACT_SEAL);
    serve(&p, NULL);
    pop3_server_tls_up(&p.server, &p.acts);
    cr_expect_eq(p.acts.count, 0, "no second greeting");
    say(&p, "PASS rabbit 2");
    cr_expect(strstr(p.log, "C: PASS rabbit 2\nS: -ERR USER comes first\n"));
    say(&p, "STLS");
    cr_expect(strstr(p.log, "C: STLS\nS: -ERR TLS is up already\n"));
    say(&p, "CAPA");
    say(&p, "USER alice");
    say(&p, "PASS rabbit 2");
    cr_expect(strstr(p.log, "S: USER\n") && strstr(p.log, "S: +OK 3 messages"));
    end(&p);
}

Test(pop3, implicit_tls_greets_when_it_is_up)
{
    struct play p;

    start(&p, TLS_REQUIRED, true);
    pop3_server_start(&p.server, &p.acts);
    cr_expect(p.acts.count == 1 && p.acts.at[0].kind == POP3_ACT_SEAL);
    pop3_server_tls_up(&p.server, &p.acts);
    serve(&p, NULL);
    cr_expect_str_eq(p.log, "S: +OK mail.uni.example POP3\n");
    end(&p);
}

/* The same dialogue, octet by octet and all at once: the same replies. */
Test(pop3, pieces_do_not_matter_and_commands_may_be_pipelined)
{
    static const char all[] = "USER alice\r\nPASS rabbit 2\r\nRETR 2\r\nDELE 2\r\nQUIT\r\nSTAT\r\n";
    struct play whole, pieces;

    begin(&whole, TLS_NONE);
    pop3_server_input(&whole.server, text_of(all), &whole.acts);
    serve(&whole, NULL);
    begin(&pieces, TLS_NONE);
    for (size_t i = 0; i + 1 < sizeof all; i++) {
        pop3_server_input(&pieces.server, text_from(all + i, 1), &pieces.acts);
        serve(&pieces, NULL);
    }
    cr_expect_str_eq(whole.log, pieces.log);
    cr_expect(strstr(whole.log, "goodbye") && whole.closed);
    end(&whole);
    end(&pieces);
}

Test(pop3, a_line_without_end_is_refused_once)
{
    struct play p;
    char line[3000];

    log_in(&p);
    memset(line, 'x', sizeof line);
    for (int i = 0; i < 3; i++)
        pop3_server_input(&p.server, text_from(line, sizeof line), &p.acts);
    cr_expect_eq(p.acts.count, 0);
    say(&p, "x");
    say(&p, "STAT");
    cr_expect_str_eq(p.log, "C: x\nS: -ERR the line is too long\nC: STAT\nS: +OK 3 90\n", "%s",
                     p.log);
    end(&p);
}

/* ---- both ---------------------------------------------------------------------------------- */

struct visit {
    struct collect_config config;
    struct buffer known;
    struct pop3_client client;
    struct pop3_acts acts;
    char fetched[200], refused[100];
    bool closed;
};

/* Acts of the client; what it sends goes to the server, whose octets come back in turn. */
static void call(struct play *p, struct visit *v, size_t piece)
{
    struct buffer to_server, to_client;
    bool busy = true;

    buffer_init(&to_server, &p->memory);
    buffer_init(&to_client, &p->memory);
    serve(p, &to_client);
    while (busy) {
        bool seal = false;
        for (size_t i = 0; i < v->acts.count; i++) {
            const struct pop3_act *a = &v->acts.at[i];
            if (a->kind == POP3_ACT_SEND)
                buffer_put_text(&to_server, a->text);
            else if (a->kind == POP3_ACT_MESSAGE)
                snprintf(v->fetched + strlen(v->fetched), sizeof v->fetched - strlen(v->fetched),
                         "%.*s:%d ", TEXT_ARG(a->text), (int)a->octets);
            else if (a->kind == POP3_ACT_REFUSED)
                snprintf(v->refused, sizeof v->refused, "%.*s", TEXT_ARG(a->text));
            else if (a->kind == POP3_ACT_CLOSE)
                v->closed = true;
            seal |= a->kind == POP3_ACT_SEAL;
        }
        pop3_acts_clear(&v->acts);
        if (seal) {
            pop3_server_tls_up(&p->server, &p->acts);
            serve(p, &to_client);
            pop3_client_tls_up(&v->client, &v->acts);
        } else if (to_server.size) {
            put(p, "C: ", buffer_text(&to_server));
            pop3_server_input(&p->server, buffer_text(&to_server), &p->acts);
            buffer_clear(&to_server);
            serve(p, &to_client);
        } else if (to_client.size) {
            size_t size = to_client.size < piece ? to_client.size : piece;
            pop3_client_input(&v->client, text_from(to_client.at, size), &v->acts);
            buffer_drop(&to_client, size);
        } else {
            busy = false;
        }
    }
    buffer_free(&to_server);
    buffer_free(&to_client);
}

static void visit(struct play *p, struct visit *v, size_t piece)
{
    v->fetched[0] = v->refused[0] = 0;
    v->closed = false;
    pop3_acts_init(&v->acts, &p->memory);
    pop3_client_init(&v->client, &p->memory, &v->config, &v->known);
    pop3_server_start(&p->server, &p->acts);
    pop3_client_start(&v->client, &v->acts);
    call(p, v, piece);
    pop3_client_free(&v->client);
    pop3_acts_free(&v->acts);
    cr_expect(v->closed, "every visit ends");
}

Test(pop3, the_client_fetches_everything_once)
{
    static const size_t pieces[] = {1, 3, 4096};

    for (size_t i = 0; i < 3; i++) {
        struct play p;
        struct visit v = {
            .config = {.login = {TEXT("alice"), TEXT("rabbit 2")}, .tls = TLS_WISH_STARTTLS}};

        start(&p, TLS_REQUIRED, false);
        buffer_init(&v.known, &p.memory);
        visit(&p, &v, pieces[i]);
        cr_expect_str_eq(v.fetched, "10:24 11:39 12:27 ", "%s\n%s", v.fetched, p.log);
        cr_expect_str_eq(p.removed, "10 11 12 ");
        buffer_free(&v.known);
        end(&p);
    }
}

Test(pop3, what_is_kept_there_is_not_fetched_again)
{
    struct play p;
    struct visit v = {.config = {.login = {TEXT("alice"), TEXT("rabbit 2")}, .keep = true}};

    start(&p, TLS_NONE, false);
    buffer_init(&v.known, &p.memory);
    buffer_put_string(&v.known, "9\n11\n"); /* 9 is gone: forgotten */
    visit(&p, &v, 100);
    cr_expect_str_eq(v.fetched, "10:24 12:27 ");
    cr_expect_str_eq(p.removed, "");
    cr_expect(text_equal(buffer_text(&v.known), TEXT("11\n10\n12\n")));
    buffer_free(&v.known);
    end(&p);
}

Test(pop3, the_client_sends_no_password_in_clear_that_should_be_sealed)
{
    struct play p;
    struct visit v = {
        .config = {.login = {TEXT("alice"), TEXT("rabbit 2")}, .tls = TLS_WISH_STARTTLS}};

    start(&p, TLS_NONE, false);
    buffer_init(&v.known, &p.memory);
    visit(&p, &v, 100);
    cr_expect_str_eq(v.refused, "the server does not offer STLS");
    cr_expect(!strstr(p.log, "PASS") && !strstr(p.log, "C: USER"), "%s", p.log);
    buffer_free(&v.known);
    end(&p);
}

Test(pop3, a_wrong_password_ends_the_visit_politely)
{
    struct play p;
    struct visit v = {.config = {.login = {TEXT("alice"), TEXT("no")}}};

    start(&p, TLS_NONE, false);
    buffer_init(&v.known, &p.memory);
    visit(&p, &v, 100);
    cr_expect(strstr(p.log, "S: -ERR [AUTH] wrong user or password\nC: QUIT\nS: +OK goodbye\n"));
    buffer_free(&v.known);
    end(&p);
}

/* RFC 2595 4: what was said in clear is forgotten; RFC 2449 6.3: USER says how one may log in. */
Test(pop3, below_tls_the_client_asks_again_what_the_server_can)
{
    static const struct {
        const char *second, *then;
    } cases[] = {
        {"+OK\r\nUIDL\r\nUSER\r\n.\r\n", "USER alice\r\n"},
        {"+OK\r\nuser\r\n.\r\n", "USER alice\r\n"},
        {"+OK\r\nUIDL\r\n.\r\n", "QUIT\r\n"}, /* USER was there in clear, which counts no more */
        {"-ERR what?\r\n", "USER alice\r\n"}, /* RFC 1939 alone */
    };
    const struct collect_config config = {.login = {TEXT("alice"), TEXT("rabbit 2")},
                                          .tls = TLS_WISH_STARTTLS};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct memory m;
        struct buffer known, sent;
        struct pop3_acts acts;
        struct pop3_client c;

        memory_init(&m, 0);
        buffer_init(&known, &m);
        buffer_init(&sent, &m);
        pop3_acts_init(&acts, &m);
        pop3_client_init(&c, &m, &config, &known);
        pop3_client_start(&c, &acts);
        pop3_client_input(&c, TEXT("+OK hello\r\n"), &acts);
        pop3_client_input(&c, TEXT("+OK\r\nSTLS\r\nUSER\r\n.\r\n"), &acts);
        pop3_client_input(&c, TEXT("+OK\r\n"), &acts);
        pop3_client_tls_up(&c, &acts);
        for (int call = 0; call < 2; call++) {
            for (size_t a = 0; a < acts.count; a++) {
                cr_expect_neq(acts.at[a].kind, POP3_ACT_REFUSED, "TLS was not refused");
                if (acts.at[a].kind == POP3_ACT_SEND)
                    buffer_put_text(&sent, acts.at[a].text);
            }
            if (call == 0)
                pop3_client_input(&c, text_of(cases[i].second), &acts);
        }
        buffer_put_char(&sent, '\0');
        cr_expect(text_starts_nocase(buffer_text(&sent), TEXT("CAPA\r\n")), "%s", sent.at);
        cr_expect_str_eq(sent.at + 6, cases[i].then, "case %zu", i);
        pop3_client_free(&c);
        pop3_acts_free(&acts);
        buffer_free(&known);
        buffer_free(&sent);
        memory_end(&m);
    }
}
