/*
 * pop3_server.c - commands in, replies out.
 */
#include "sim/agents/pop3/pop3_server.h"

#include <assert.h>

enum { LINE_MAX = 512 }; /* RFC 2449 4: 255 octets for a command; patient beyond that */

/* ---- saying --------------------------------------------------------------------------------- */

/* One line, recorded and sent. */
static void say(struct pop3_acts *acts, bool ok, struct text words)
{
    struct buffer b;

    buffer_init(&b, acts->memory);
    buffer_put_string(&b, ok ? "+OK" : "-ERR");
    if (words.size) {
        buffer_put_char(&b, ' ');
        buffer_put_text(&b, words);
    }
    pop3_acts_add(acts, POP3_ACT_REPLY, buffer_text(&b))->ok = ok;
    buffer_put_string(&b, "\r\n");
    pop3_acts_add(acts, POP3_ACT_SEND, buffer_text(&b));
    buffer_free(&b);
}

static void refuse(struct pop3_acts *acts, const char *words)
{
    say(acts, false, text_of(words));
}

/* Octets of `part` with a dot before each line that begins with one (3); *start: at a line's start. */
static void put_stuffed(struct buffer *b, struct text part, bool *start)
{
    for (size_t i = 0; i < part.size; i++) {
        if (*start && part.at[i] == '.')
            buffer_put_char(b, '.');
        buffer_put_char(b, part.at[i]);
        *start = part.at[i] == '\n';
    }
}

static void send_end(struct pop3_acts *acts, struct buffer *b, bool at_start)
{
    buffer_put_string(b, at_start ? ".\r\n" : "\r\n.\r\n");
    pop3_acts_add(acts, POP3_ACT_SEND, buffer_text(b));
    buffer_free(b);
}

/* ---- the maildrop --------------------------------------------------------------------------- */

static void release_items(struct pop3_server *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        message_release(s->items[i].message);
    memory_give(s->memory, s->items, s->count * sizeof *s->items);
    s->items = NULL;
    s->count = 0;
}

static int64_t total(const struct pop3_server *s, uint32_t *count)
{
    int64_t octets = 0;

    *count = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->items[i].deleted)
            continue;
        ++*count;
        octets += (int64_t)message_size(s->items[i].message);
    }
    return octets;
}

/* The message that the argument names, or NULL after a refusal (RFC 1939 5). */
static struct pop3_item *item_of(struct pop3_server *s, struct text argument,
                                 struct pop3_acts *acts)
{
    int64_t number;

    if (!text_to_int(argument, &number) || number < 1 || number > s->count) {
        refuse(acts, "no such message");
        return NULL;
    }
    if (s->items[number - 1].deleted) {
        refuse(acts, "that message is marked as deleted");
        return NULL;
    }
    return &s->items[number - 1];
}

static void say_total(struct pop3_server *s, struct pop3_acts *acts, bool plainly)
{
    uint32_t count;
    int64_t octets = total(s, &count);
    struct buffer b;

    buffer_init(&b, s->memory);
    buffer_put_int(&b, count);
    buffer_put_string(&b, plainly ? " " : count == 1 ? " message (" : " messages (");
    buffer_put_int(&b, octets);
    buffer_put_string(&b, plainly ? "" : " octets)");
    say(acts, true, buffer_text(&b));
    buffer_free(&b);
}

static void put_listing(struct buffer *b, const struct pop3_server *s, uint32_t i, bool uid)
{
    buffer_put_int(b, i + 1);
    buffer_put_char(b, ' ');
    buffer_put_int(b, uid ? (int64_t)s->items[i].uid : (int64_t)message_size(s->items[i].message));
}

/* LIST and UIDL differ in what stands behind the number. */
static void list(struct pop3_server *s, struct text argument, bool uid, struct pop3_acts *acts)
{
    struct buffer b;

    if (argument.size) {
        struct pop3_item *item = item_of(s, argument, acts);
        if (!item)
            return;
        buffer_init(&b, s->memory);
        put_listing(&b, s, (uint32_t)(item - s->items), uid);
        say(acts, true, buffer_text(&b));
        buffer_free(&b);
        return;
    }
    say_total(s, acts, false);
    buffer_init(&b, s->memory);
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->items[i].deleted)
            continue;
        put_listing(&b, s, i, uid);
        buffer_put_string(&b, "\r\n");
    }
    send_end(acts, &b, true);
}

static void retrieve(struct pop3_server *s, struct text argument, struct pop3_acts *acts)
{
    struct pop3_item *item = item_of(s, argument, acts);
    bool start = true;
    struct buffer b;

    if (!item)
        return;
    pop3_acts_add(acts, POP3_ACT_MESSAGE, TEXT(""))->number = (uint32_t)(item - s->items);
    buffer_init(&b, s->memory);
    buffer_put_int(&b, (int64_t)message_size(item->message));
    buffer_put_string(&b, " octets");
    say(acts, true, buffer_text(&b));
    buffer_clear(&b);
    for (const struct message *part = item->message; part; part = part->rest)
        put_stuffed(&b, part->octets, &start);
    send_end(acts, &b, start);
}

/* TOP: the header, and so many lines of the body. */
static void top(struct pop3_server *s, struct text argument, struct pop3_acts *acts)
{
    size_t blank = text_find(argument, ' ');
    struct buffer whole, b;
    bool start = true;
    int64_t lines;

    if (!text_to_int(text_trim(text_after(argument, blank)), &lines)) {
        refuse(acts, "TOP wants a message and a number of lines");
        return;
    }
    struct pop3_item *item = item_of(s, text_from(argument.at, blank), acts);
    if (!item)
        return;
    buffer_init(&whole, s->memory);
    buffer_init(&b, s->memory);
    struct text octets = message_whole(item->message, &whole);
    size_t end = message_header_size(item->message);
    for (; lines > 0 && end < octets.size; lines--)
        end += text_find(text_after(octets, end), '\n') + 1;
    put_stuffed(&b, text_from(octets.at, end < octets.size ? end : octets.size), &start);
    say(acts, true, TEXT("the top of it"));
    send_end(acts, &b, start);
    buffer_free(&whole);
}

static void delete (struct pop3_server *s, struct text argument, struct pop3_acts *acts)
{
    struct pop3_item *item = item_of(s, argument, acts);

    if (!item)
        return;
    item->deleted = true;
    say(acts, true, TEXT("marked; QUIT removes it"));
}

/* ---- AUTHORIZATION -------------------------------------------------------------------------- */

static bool may_log_in(const struct pop3_server *s)
{
    return s->sealed || s->options->tls == TLS_NONE;
}

static bool offers_stls(const struct pop3_server *s)
{
    return !s->sealed && s->options->tls != TLS_NONE && s->state == POP3_AUTHORIZATION;
}

static void capabilities(struct pop3_server *s, struct pop3_acts *acts)
{
    struct buffer b;

    say(acts, true, TEXT("what this server can do"));
    buffer_init(&b, s->memory);
    buffer_put_string(&b, "TOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\n");
    if (may_log_in(s)) /* RFC 2449 6.3 */
        buffer_put_string(&b, "USER\r\n");
    if (offers_stls(s))
        buffer_put_string(&b, "STLS\r\n");
    send_end(acts, &b, true);
}

static void set_user(struct pop3_server *s, struct text user)
{
    if (s->user.at)
        memory_give(s->memory, (char *)(uintptr_t)s->user.at, s->user.size + 1);
    s->user = user.size ? text_copy(s->memory, user) : (struct text){NULL, 0};
}

static void user(struct pop3_server *s, struct text name, struct pop3_acts *acts)
{
    if (!may_log_in(s)) {
        refuse(acts, "no password goes in clear here: say STLS first");
    } else if (name.size == 0) {
        refuse(acts, "USER wants a name");
    } else {
        set_user(s, name);
        say(acts, true, TEXT("and the password?")); /* whether there is such a user is not told */
    }
}

static void pass(struct pop3_server *s, struct text password, struct pop3_acts *acts)
{
    if (!may_log_in(s)) {
        refuse(acts, "that password went in clear, and is refused: say STLS first");
    } else if (!s->user.at) {
        refuse(acts, "USER comes first");
    } else {
        s->asking = true;
        pop3_acts_add(acts, POP3_ACT_LOGIN, s->user)->password = text_copy(s->memory, password);
    }
}

static void start_tls(struct pop3_server *s, struct pop3_acts *acts)
{
    if (!offers_stls(s)) {
        refuse(acts, s->sealed ? "TLS is up already" : "there is no TLS here");
        return;
    }
    say(acts, true, TEXT("begin TLS now"));
    buffer_clear(&s->input); /* what came in clear behind it is dropped (as RFC 3207 6 has it) */
    s->sealing = true;
    pop3_acts_add(acts, POP3_ACT_SEAL, TEXT(""));
}

/* ---- QUIT ----------------------------------------------------------------------------------- */

static void quit(struct pop3_server *s, struct pop3_acts *acts)
{
    if (s->state == POP3_TRANSACTION) /* UPDATE (6) */
        for (uint32_t i = 0; i < s->count; i++)
            if (s->items[i].deleted)
                pop3_acts_add(acts, POP3_ACT_REMOVE, TEXT(""))->number = s->items[i].uid;
    s->state = POP3_OVER;
    say(acts, true, TEXT("goodbye"));
    pop3_acts_add(acts, POP3_ACT_CLOSE, TEXT(""));
}

/* ---- commands ------------------------------------------------------------------------------- */

enum verb { CAPA, DELE, LIST, NOOP, PASS, QUIT, RETR, RSET, STAT, STLS, TOP, UIDL, USER, VERBS };

static const struct {
    const char *name;
    bool before, after; /* allowed before and after the login */
} verbs[VERBS] = {
    [CAPA] = {"CAPA", true, true},  [DELE] = {"DELE", false, true}, [LIST] = {"LIST", false, true},
    [NOOP] = {"NOOP", false, true}, [PASS] = {"PASS", true, false}, [QUIT] = {"QUIT", true, true},
    [RETR] = {"RETR", false, true}, [RSET] = {"RSET", false, true}, [STAT] = {"STAT", false, true},
    [STLS] = {"STLS", true, false}, [TOP] = {"TOP", false, true},   [UIDL] = {"UIDL", false, true},
    [USER] = {"USER", true, false}};

static void reset(struct pop3_server *s, struct pop3_acts *acts)
{
    for (uint32_t i = 0; i < s->count; i++)
        s->items[i].deleted = false;
    say_total(s, acts, false);
}

static void dispatch(struct pop3_server *s, enum verb verb, struct text argument,
                     struct pop3_acts *acts)
{
    switch (verb) {
    case CAPA: capabilities(s, acts); break;
    case DELE: delete (s, argument, acts); break;
    case LIST: list(s, argument, false, acts); break;
    case NOOP: say(acts, true, TEXT("")); break;
    case PASS: pass(s, argument, acts); break;
    case QUIT: quit(s, acts); break;
    case RETR: retrieve(s, argument, acts); break;
    case RSET: reset(s, acts); break;
    case STAT: say_total(s, acts, true); break;
    case STLS: start_tls(s, acts); break;
    case TOP: top(s, argument, acts); break;
    case UIDL: list(s, argument, true, acts); break;
    case USER: user(s, argument, acts); break;
    case VERBS: assert(0 && "no verb");
    }
}

static void command(struct pop3_server *s, struct text line, struct pop3_acts *acts)
{
    size_t blank = text_find(line, ' ');
    struct text word = text_from(line.at, blank), argument = text_after(line, blank + 1);
    unsigned verb = 0;

    while (verb < VERBS && !text_equal_nocase(word, text_of(verbs[verb].name)))
        verb++;
    /* A password may hold blanks (7); what else it may be is not recorded. */
    pop3_acts_add(acts, POP3_ACT_COMMAND, verb == PASS ? TEXT("PASS ***") : line);
    if (verb == VERBS)
        refuse(acts, "no such command");
    else if (s->state == POP3_AUTHORIZATION ? !verbs[verb].before : !verbs[verb].after)
        refuse(acts, s->state == POP3_AUTHORIZATION ? "log in first" : "you are logged in already");
    else
        dispatch(s, (enum verb)verb, verb == PASS ? argument : text_trim(argument), acts);
}

static void read_lines(struct pop3_server *s, struct pop3_acts *acts)
{
    struct buffer line_octets;
    struct text line;
    size_t at = 0;

    buffer_init(&line_octets, s->memory);
    while (!s->asking && !s->sealing && s->state != POP3_OVER &&
           pop3_next_line(&s->input, &at, &line)) {
        buffer_clear(&line_octets); /* STLS clears what the line lies in */
        buffer_put_text(&line_octets, line);
        buffer_drop(&s->input, at);
        at = 0;
        if (s->discarding || line_octets.size > LINE_MAX) {
            s->discarding = false;
            pop3_acts_add(acts, POP3_ACT_COMMAND, TEXT("(a line that is too long)"));
            refuse(acts, "the line is too long");
        } else {
            command(s, buffer_text(&line_octets), acts);
        }
    }
    if (s->input.size > LINE_MAX && text_find(buffer_text(&s->input), '\n') == s->input.size) {
        s->discarding = true;
        buffer_clear(&s->input);
    }
    buffer_free(&line_octets);
}

/* ---- from outside --------------------------------------------------------------------------- */

void pop3_server_init(struct pop3_server *s, struct memory *m, const struct pop3_server_options *o)
{
    *s = (struct pop3_server){.options = o, .memory = m, .sealing = o->implicit};
    buffer_init(&s->input, m);
}

void pop3_server_free(struct pop3_server *s)
{
    release_items(s);
    set_user(s, TEXT(""));
    buffer_free(&s->input);
}

static void greet(struct pop3_server *s, struct pop3_acts *acts)
{
    struct buffer b;

    buffer_init(&b, s->memory);
    buffer_put_text(&b, s->options->name);
    buffer_put_string(&b, " POP3");
    say(acts, true, buffer_text(&b));
    buffer_free(&b);
}

void pop3_server_start(struct pop3_server *s, struct pop3_acts *acts)
{
    pop3_acts_clear(acts);
    if (s->options->implicit)
        pop3_acts_add(acts, POP3_ACT_SEAL, TEXT(""));
    else
        greet(s, acts);
}

void pop3_server_input(struct pop3_server *s, struct text octets, struct pop3_acts *acts)
{
    pop3_acts_clear(acts);
    if (s->state == POP3_OVER)
        return;
    buffer_put_text(&s->input, octets);
    read_lines(s, acts);
}

void pop3_server_tls_up(struct pop3_server *s, struct pop3_acts *acts)
{
    assert(s->sealing);
    pop3_acts_clear(acts);
    s->sealing = false;
    s->sealed = true;
    set_user(s, TEXT("")); /* all that was said in clear is forgotten (RFC 2595 4) */
    if (s->options->implicit)
        greet(s, acts);
}

void pop3_server_tls_failed(struct pop3_server *s, struct pop3_acts *acts)
{
    pop3_acts_clear(acts);
    s->state = POP3_OVER;
    pop3_acts_add(acts, POP3_ACT_CLOSE, TEXT(""));
}

void pop3_server_login(struct pop3_server *s, enum pop3_login verdict,
                       const struct pop3_item *items, uint32_t count, struct pop3_acts *acts)
{
    assert(s->asking);
    pop3_acts_clear(acts);
    s->asking = false;
    if (verdict == POP3_LOGIN_GOOD) {
        s->items = memory_take_clear(s->memory, count * sizeof *s->items);
        s->count = count;
        for (uint32_t i = 0; i < count; i++)
            s->items[i] =
                (struct pop3_item){.message = message_hold(items[i].message), .uid = items[i].uid};
        s->state = POP3_TRANSACTION;
        say_total(s, acts, false);
    } else {
        set_user(s, TEXT(""));
        refuse(acts, verdict == POP3_LOGIN_BAD ? "[AUTH] wrong user or password"
                                               : "[IN-USE] another session has this mailbox open");
    }
    read_lines(s, acts);
}
