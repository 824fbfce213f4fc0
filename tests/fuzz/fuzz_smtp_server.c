/*
 * fuzz_smtp_server.c - any octets as a client's half of a dialogue.
 *
 * However they are cut into pieces, and whether questions are answered at once or after more octets
 * came, the acts are the same.  Replies are lines of RFC 5321 4.2 (at most 512 octets); states form a
 * chain; the size told at the end of a message is that of its octets; nothing is left in memory.
 * AUTH, BDAT and watched commands are there; a handshake is done at once if it comes first, and else
 * never (what comes in clear meanwhile must not be heard).
 */
#include "tests/fuzz/fuzz.h"

#include "sim/smtp/server.h"

struct play {
    struct memory memory;
    struct smtp_acts acts;
    struct smtp_server_options options;
    struct smtp_server server;
    struct buffer log;  /* acts but SEND, DATA and TIMER */
    struct buffer wire; /* all that was sent */
    struct buffer message;
    unsigned salt;
    uint8_t state;
    bool asked, closed, sealing, chunked;
    enum smtp_question question;
    uint64_t subject;
};

static void put(struct play *p, const char *word, struct text t)
{
    buffer_put_string(&p->log, word);
    buffer_put_char(&p->log, ' ');
    buffer_put_text(&p->log, t);
    buffer_put_char(&p->log, '\n');
}

static void put_int(struct play *p, const char *word, int64_t value)
{
    buffer_put_string(&p->log, word);
    buffer_put_char(&p->log, ' ');
    buffer_put_int(&p->log, value);
    buffer_put_char(&p->log, '\n');
}

static void take_ask(struct play *p, const struct smtp_act *act)
{
    put(p, "ask", smtp_question_name(act->ask.question));
    put(p, "about", act->ask.subject);
    if (act->ask.path != NULL) {
        put(p, "local", act->ask.path->mailbox.local);
        put(p, "domain", act->ask.path->mailbox.domain);
    }
    if (act->ask.parameters != NULL)
        put_int(p, "size", act->ask.parameters->size);
    if (act->ask.login != NULL) {
        put(p, "password", act->ask.login->password);
        put(p, "behalf", act->ask.login->on_behalf);
    }
    put(p, "verb", smtp_verb_name(act->ask.verb));
    p->asked = true;
    p->question = act->ask.question;
    p->subject = text_hash(act->ask.subject);
}

/* All octets were given, or as many as the limit allows. */
static void take_end(const struct play *p, int64_t octets)
{
    int64_t limit = p->options.size_limit, given = (int64_t)p->message.size;

    if (limit > 0 && octets > limit) {
        WANT(given == limit);
        return;
    }
    WANT(given == octets);
    WANT(given == 0 || p->chunked || p->message.at[given - 1] == '\n');
}

static void take(struct play *p, const struct smtp_act *act)
{
    switch ((int)act->kind) {
    case SMTP_ACT_COMMAND:
        put(p, "command", act->command.word);
        put(p, "line", act->command.line);
        break;
    case SMTP_ACT_REPLY:
        put_int(p, "reply", act->reply.code);
        WANT(act->reply.code >= 200 && act->reply.code < 600 && act->reply.line_count >= 1);
        for (size_t i = 0; i < act->reply.line_count; i++)
            put(p, "text", act->reply.lines[i]);
        break;
    case SMTP_ACT_STATE:
        WANT(act->state.from.size == 0 || act->state.from_state == p->state);
        p->state = act->state.to_state;
        put(p, "state", act->state.to);
        put(p, "on", act->state.input);
        if (p->state == SMTP_SERVER_DATA ||
            (p->state == SMTP_SERVER_CHUNK && act->state.from_state == SMTP_SERVER_RCPT)) {
            buffer_clear(&p->message);
            p->chunked = p->state == SMTP_SERVER_CHUNK;
        }
        break;
    case SMTP_ACT_SEAL:
        put(p, "seal", text_from(NULL, 0));
        p->sealing = true;
        break;
    case SMTP_ACT_ASK: take_ask(p, act); break;
    case SMTP_ACT_SEND: buffer_put_text(&p->wire, act->send); break;
    case SMTP_ACT_DATA: buffer_put_text(&p->message, act->data); break;
    case SMTP_ACT_MESSAGE_END:
        put_int(p, "octets", act->message_end.octets);
        put_int(p, "lines", act->message_end.lines);
        put_int(p, "dots", act->message_end.dots);
        put(p, "message", buffer_text(&p->message));
        take_end(p, act->message_end.octets);
        break;
    case SMTP_ACT_RESET: put(p, "reset", text_from(NULL, 0)); break;
    case SMTP_ACT_TIMER: WANT(act->timer.limit_ns >= 0); break;
    case SMTP_ACT_CLOSE:
        put(p, "close", text_from(NULL, 0));
        p->closed = true;
        break;
    default: WANT(0 && "a client's act");
    }
}

static void take_all(struct play *p)
{
    for (size_t i = 0; i < p->acts.count; i++) {
        WANT(!p->closed || p->acts.at[i].kind == SMTP_ACT_TIMER ||
             p->acts.at[i].kind == SMTP_ACT_RESET || p->acts.at[i].kind == SMTP_ACT_STATE);
        take(p, &p->acts.at[i]);
    }
    WANT(p->asked == smtp_server_asking(&p->server));
}

/* The answer depends on nothing but the question, its subject and the input's salt. */
static void answer(struct play *p)
{
    static const struct smtp_answer answers[] = {
        {.verdict = SMTP_ACCEPT},
        {.verdict = SMTP_ACCEPT},
        {.verdict = SMTP_ACCEPT},
        {.verdict = SMTP_ACCEPT, .text = TEXT_INIT("one\ntwo")},
        {.verdict = SMTP_REFUSE},
        {.verdict = SMTP_DEFER, .enhanced = TEXT_INIT("4.7.1"), .text = TEXT_INIT("later")},
        {.verdict = SMTP_REFUSE, .code = 550, .text = TEXT_INIT("no")},
        {.verdict = SMTP_DEFER, .code = 421},
    };
    uint64_t hash = p->subject * 31 + (uint64_t)p->question * 7 + p->salt;
    const struct smtp_answer *a = &answers[p->salt == 0 ? 0 : (hash ^ hash >> 17) % 8];

    p->asked = false;
    if (p->question == SMTP_ASK_COMMAND && (p->salt == 0 || (hash >> 8) % 2))
        smtp_server_go_on(&p->server, &p->acts);
    else
        smtp_server_answer(&p->server, a, &p->acts);
    take_all(p);
}

/* Reply lines (4.2): three digits, a blank or hyphen, text, CRLF; 512 octets at most (4.5.3.1.5). */
static void check_wire(struct text wire)
{
    while (wire.size > 0) {
        size_t end = text_find(wire, '\n');

        WANT(end < wire.size && end >= 4 && end < 512 && wire.at[end - 1] == '\r');
        WANT(wire.at[0] >= '2' && wire.at[0] <= '5');
        WANT(wire.at[3] == ' ' || wire.at[3] == '-');
        wire = text_after(wire, end + 1);
    }
}

/* `late`: a question waits until that many more pieces have come. */
static void play(struct play *p, struct text octets, enum cut cut, uint64_t seed, unsigned late)
{
    unsigned waits = 0;

    smtp_server_init(&p->server, &p->memory, &p->options);
    smtp_server_watch(&p->server, p->salt % 2 ? UINT32_MAX : 0);
    smtp_server_start(&p->server, &p->acts);
    take_all(p);
    if (p->sealing) {
        smtp_server_tls_up(&p->server, &p->acts);
        take_all(p);
    }
    while (octets.size > 0 && !p->closed) {
        if (p->asked && waits++ >= late) {
            waits = 0;
            answer(p);
            continue;
        }
        size_t size = cut_size(cut, octets.size, &seed);
        char *piece = malloc(size); /* goes away, so that a slice kept of it is found out */

        memcpy(piece, octets.at, size);
        smtp_server_input(&p->server, text_from(piece, size), &p->acts);
        take_all(p);
        free(piece);
        octets = text_after(octets, size);
    }
    while (p->asked && !p->closed)
        answer(p);
    if (!p->closed) {
        smtp_server_lost(&p->server, &p->acts);
        p->asked = false;
        take_all(p);
    }
    smtp_server_free(&p->server);
    check_wire(buffer_text(&p->wire));
}

static void begin(struct play *p, unsigned flags, unsigned salt)
{
    *p = (struct play){.salt = salt,
                       .options = {.name = TEXT_INIT("mx.example.test"),
                                   .lmtp = flags & 1,
                                   .extensions = flags & 2 ? 0 : SMTP_HAS_ALL,
                                   .size_limit = flags & 4 ? 200 : 0,
                                   .recipient_limit = flags & 8 ? 2 : 0,
                                   .error_limit = flags & 16 ? 3 : 0,
                                   .tls = (enum smtp_tls)(flags >> 6 & 3),
                                   .mechanisms = SMTP_MECHANISMS_ALL,
                                   .login_in_clear = flags & 64,
                                   .bare_lf = flags & 128,
                                   .asks = flags & 32 ? SMTP_ASKS_ALL : 0}};
    memory_init(&p->memory, 0);
    smtp_acts_init(&p->acts, &p->memory);
    buffer_init(&p->log, &p->memory);
    buffer_init(&p->wire, &p->memory);
    buffer_init(&p->message, &p->memory);
}

static void end(struct play *p)
{
    smtp_acts_free(&p->acts);
    buffer_free(&p->log);
    buffer_free(&p->wire);
    buffer_free(&p->message);
    WANT(p->memory.used == 0);
    memory_end(&p->memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    unsigned flags = input_octet(&in), salt = input_octet(&in);
    uint64_t seed = input_octet(&in);
    struct play whole, other;

    begin(&whole, flags, salt);
    play(&whole, input_rest(&in), CUT_WHOLE, 0, 0);
    for (unsigned i = 0; i < 4; i++) {
        static const enum cut cuts[] = {CUT_OCTETS, CUT_MIXED, CUT_MIXED, CUT_OCTETS};

        begin(&other, flags, salt);
        play(&other, input_rest(&in), cuts[i], seed + i, i < 2 ? 0 : 3);
        WANT(text_equal(buffer_text(&whole.log), buffer_text(&other.log)));
        WANT(text_equal(buffer_text(&whole.wire), buffer_text(&other.wire)));
        end(&other);
    }
    end(&whole);
    return 0;
}
