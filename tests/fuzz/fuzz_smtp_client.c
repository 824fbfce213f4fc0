/*
 * fuzz_smtp_client.c - any octets as a server's half of a dialogue.
 *
 * However its lines are cut into pieces, the acts are the same.  (Not so for several lines in one
 * piece: a reply that comes before its command was sent is one that nobody asked for, so it matters
 * when the owner acts.  Those are only played.)  Each recipient's fate is told once, before
 * DONE, and DONE comes once for each mail that was taken; commands are lines that end with CRLF, and
 * the dot stands alone only at the end of a message (4.5.2).  Nothing is left in memory.
 */
#include "tests/fuzz/fuzz.h"

#include "sim/smtp/client.h"

enum { MAILS = 2, RECIPIENTS = 3 };

static const char *const messages[MAILS] = {
    "Subject: one\r\n\r\n.a dot\r\n..two\nbare\rline\r\n.\r\nno end",
    "",
};

struct play {
    struct memory memory;
    struct smtp_acts acts;
    struct smtp_client_options options;
    struct smtp_client client;
    struct smtp_client_recipient recipients[RECIPIENTS];
    struct smtp_client_mail mails[MAILS];
    struct buffer log, wire;
    unsigned fates[RECIPIENTS];
    unsigned mails_given, mails_done, messages_ended, invitations;
    bool open; /* a mail is under way */
    bool wants, closed, quit, sealing;
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

static void take_fate(struct play *p, const struct smtp_act *act)
{
    WANT(p->open && act->recipient.index < RECIPIENTS);
    WANT(p->fates[act->recipient.index]++ == 0);
    WANT(act->recipient.fate != SMTP_FATE_OPEN);
    WANT(act->recipient.fate != SMTP_FATE_ACCEPTED || act->recipient.code / 100 == 2);
    WANT(!act->recipient.in_doubt || act->recipient.fate == SMTP_FATE_LOST);
    put_int(p, "recipient", (int64_t)act->recipient.index);
    put_int(p, "fate", (int64_t)act->recipient.fate);
    put_int(p, "code", act->recipient.code);
    put(p, "text", act->recipient.text);
}

static void take(struct play *p, const struct smtp_act *act)
{
    switch ((int)act->kind) {
    case SMTP_ACT_COMMAND:
        WANT(text_find(act->command.line, '\r') == act->command.line.size);
        put(p, "command", act->command.line);
        break;
    case SMTP_ACT_REPLY:
        put_int(p, "reply", act->reply.code);
        p->invitations += act->reply.code / 100 == 3; /* the first digit decides (4.2.1) */
        for (size_t i = 0; i < act->reply.line_count; i++)
            put(p, "text", act->reply.lines[i]);
        break;
    case SMTP_ACT_STATE: put(p, "state", act->state.to); break;
    case SMTP_ACT_SEND: buffer_put_text(&p->wire, act->send); break;
    case SMTP_ACT_MESSAGE_END:
        put_int(p, "octets", act->message_end.octets);
        p->messages_ended++;
        break;
    case SMTP_ACT_TIMER: WANT(act->timer.limit_ns >= 0); break;
    case SMTP_ACT_CLOSE:
        put(p, "close", text_from(NULL, 0));
        p->closed = true;
        break;
    case SMTP_ACT_WANT_DATA:
        WANT(p->open && !p->wants);
        p->wants = true;
        put(p, "wants data", text_from(NULL, 0));
        break;
    case SMTP_ACT_RECIPIENT: take_fate(p, act); break;
    case SMTP_ACT_DONE:
        WANT(p->open);
        for (int i = 0; i < RECIPIENTS; i++)
            WANT(p->fates[i] == 1);
        p->open = false;
        p->wants = false;
        p->mails_done++;
        put(p, "done", act->done.usable ? TEXT("usable") : TEXT("not usable"));
        break;
    case SMTP_ACT_SEAL:
        put(p, "seal", text_from(NULL, 0));
        p->sealing = true;
        break;
    default: WANT(0 && "a server's act");
    }
}

static void take_all(struct play *p)
{
    for (size_t i = 0; i < p->acts.count; i++)
        take(p, &p->acts.at[i]);
}

static void send_message(struct play *p)
{
    struct text t = text_of(messages[p->mails_done]);
    size_t half = t.size / 2;

    p->wants = false;
    smtp_client_data(&p->client, text_from(t.at, half), false, &p->acts);
    take_all(p);
    smtp_client_data(&p->client, text_after(t, half), true, &p->acts);
    take_all(p);
}

/* What an agent does: gives the next mail when the session is free, and quits in the end. */
static void go_on(struct play *p)
{
    while (!p->closed) {
        if (p->wants) {
            send_message(p);
        } else if (!p->open && !p->quit && smtp_client_idle(&p->client)) {
            if (p->mails_given < MAILS) {
                memset(p->fates, 0, sizeof p->fates);
                p->open = true;
                if (smtp_client_mail(&p->client, &p->mails[p->mails_given], &p->acts)) {
                    p->mails_given++;
                    take_all(p);
                    continue;
                }
                p->open = false;
                p->mails_given = MAILS;
            }
            p->quit = true;
            smtp_client_quit(&p->client, &p->acts);
            take_all(p);
        } else {
            return;
        }
    }
}

/* Whole lines, and a line of one dot for each message that was sent to its end, or for an invitation
 * that came although nobody was accepted (RFC 2920 3.1). */
static void check_wire(const struct play *p)
{
    struct text wire = buffer_text(&p->wire);
    unsigned dots = 0;

    while (wire.size > 0) {
        size_t end = text_find(wire, '\n');

        WANT(end < wire.size && end > 0 && text_find(wire, '\r') == end - 1);
        dots += end == 2 && wire.at[0] == '.';
        wire = text_after(wire, end + 1);
    }
    WANT(dots >= p->messages_ended && dots <= p->invitations);
}

static void play(struct play *p, struct text octets, enum cut cut, uint64_t seed)
{
    smtp_client_init(&p->client, &p->memory, &p->options);
    smtp_client_start(&p->client, &p->acts);
    take_all(p);
    if (p->sealing) { /* implicit TLS; a later handshake is never done */
        smtp_client_tls_up(&p->client, &p->acts);
        take_all(p);
    }
    go_on(p);
    while (octets.size > 0 && !p->closed) {
        size_t line = text_find(octets, '\n') + 1;
        size_t most = cut != CUT_WHOLE && line < octets.size ? line : octets.size;
        size_t size = cut_size(cut, most, &seed);
        char *piece = malloc(size);

        memcpy(piece, octets.at, size);
        smtp_client_input(&p->client, text_from(piece, size), &p->acts);
        take_all(p);
        free(piece);
        go_on(p);
        octets = text_after(octets, size);
    }
    if (!p->closed) {
        smtp_client_lost(&p->client, &p->acts);
        take_all(p);
    }
    WANT(!p->open && p->mails_done <= p->mails_given);
    smtp_client_free(&p->client);
    if (!p->options.chunking && !p->options.bare_lf)
        check_wire(p);
}

static void begin(struct play *p, unsigned flags)
{
    static const struct smtp_login login = {.user = TEXT_INIT("alice"),
                                            .password = TEXT_INIT("secret")};
    static const struct dsn_recipient asked = {DSN_NOTIFY_SUCCESS, TEXT_INIT("rfc822;x@y.test")};
    static const char *const names[RECIPIENTS] = {"bob@shop.example", "carol@shop.example",
                                                  "dave@shop.example"};

    memset(p, 0, sizeof *p);
    p->options = (struct smtp_client_options){
        .name = TEXT_INIT("client.example"),
        .lmtp = flags & 1,
        .pipelining = flags & 2,
        .login = flags & 16 ? &login : NULL,
        .login_in_clear = true,
        .tls = flags & 32 ? (flags & 64 ? SMTP_TLS_IMPLICIT : SMTP_TLS_OFFERED) : SMTP_TLS_NONE,
        .bare_lf = flags & 64,
        .chunking = flags & 128};
    for (int i = 0; i < RECIPIENTS; i++) {
        p->recipients[i].address = text_of(names[i]);
        p->recipients[i].dsn = flags & 8 ? &asked : NULL;
    }
    for (int i = 0; i < MAILS; i++)
        p->mails[i] = (struct smtp_client_mail){.sender = i == 0 ? TEXT("alice@uni.example")
                                                                 : text_from(NULL, 0),
                                                .recipients = p->recipients,
                                                .recipient_count = RECIPIENTS,
                                                .size = flags & 128 ? (int64_t)strlen(messages[i])
                                                        : flags & 4 ? 1000
                                                                    : -1,
                                                .probe = i == 1 && flags & 4,
                                                .eight_bit = flags & 8};
    memory_init(&p->memory, 0);
    smtp_acts_init(&p->acts, &p->memory);
    buffer_init(&p->log, &p->memory);
    buffer_init(&p->wire, &p->memory);
}

static void end(struct play *p)
{
    smtp_acts_free(&p->acts);
    buffer_free(&p->log);
    buffer_free(&p->wire);
    WANT(p->memory.used == 0);
    memory_end(&p->memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    unsigned flags = input_octet(&in);
    uint64_t seed = input_octet(&in);
    struct play whole, other;

    begin(&whole, flags);
    play(&whole, input_rest(&in), CUT_OCTETS, 0);
    for (int i = 0; i < 2; i++) {
        begin(&other, flags);
        play(&other, input_rest(&in), CUT_MIXED, seed + (uint64_t)i);
        WANT(text_equal(buffer_text(&whole.log), buffer_text(&other.log)));
        WANT(text_equal(buffer_text(&whole.wire), buffer_text(&other.wire)));
        end(&other);
    }
    end(&whole);
    begin(&whole, flags);
    play(&whole, input_rest(&in), CUT_WHOLE, 0);
    end(&whole);
    return 0;
}
