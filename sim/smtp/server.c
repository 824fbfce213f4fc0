/*
 * server.c - the server's dialogue: from octets to lines, inputs, cells, acts.
 *
 *   octets -> line -> command -> input -> cell -> RESET, REPLY, STATE, SEND, CLOSE
 *                        \-> ASK ... answer -> input -> the same
 *
 * apply() executes a cell, and nothing else does; enter() writes the state, and nothing else does.
 * Replies of one call go out as one SEND, or in two around a question (RFC 2920 3.2).
 */
#include "sim/smtp/server.h"

#include <assert.h>

#include "sim/smtp/reply.h"
#include "sim/smtp/server_parts.h"

enum smtp_verdict smtp_verdict_of(unsigned code)
{
    assert(code >= 200 && code <= 599);
    return code < 400 ? SMTP_ACCEPT : code < 500 ? SMTP_DEFER : SMTP_REFUSE;
}

struct text smtp_server_protocol(const struct smtp_server *s)
{
    static const struct text extended[2][4] = {
        {TEXT_INIT("ESMTP"), TEXT_INIT("ESMTPS"), TEXT_INIT("ESMTPA"), TEXT_INIT("ESMTPSA")},
        {TEXT_INIT("LMTP"), TEXT_INIT("LMTPS"), TEXT_INIT("LMTPA"), TEXT_INIT("LMTPSA")}};

    if (!s->options->lmtp && s->hello_verb != SMTP_VERB_EHLO)
        return TEXT("SMTP");
    return extended[s->options->lmtp][s->sealed + 2 * s->logged_in];
}

void smtp_server_give_text(struct smtp_server *s, struct text *t)
{
    if (t->size > 0)
        memory_give(s->memory, (void *)(uintptr_t)t->at, t->size);
    *t = TEXT("");
}

struct text smtp_server_take_text(struct smtp_server *s, struct text t)
{
    if (t.size == 0)
        return TEXT("");

    char *copy = memory_take(s->memory, t.size);

    memcpy(copy, t.at, t.size);
    return text_from(copy, t.size);
}

/* ---- the machine --------------------------------------------------------------------------------- */

static bool in_transaction(const struct smtp_server *s)
{
    return s->state >= SMTP_SERVER_MAIL && s->state <= SMTP_SERVER_MESSAGE;
}

void smtp_server_drop(struct smtp_server *s)
{
    if (s->envelope != NULL)
        smtp_envelope_free(s->memory, s->envelope);
    s->envelope = NULL;
    s->judged = 0;
}

/* The only place that writes s->state. */
static void enter(struct smtp_server *s, enum smtp_server_state next, enum smtp_server_input input,
                  struct smtp_acts *acts)
{
    enum smtp_server_state left = (enum smtp_server_state)s->state;

    assert(next < SMTP_SERVER_STATE_COUNT && left != SMTP_SERVER_CLOSED);
    s->state = (uint8_t)next;
    smtp_acts_add_state(acts, SMTP_SERVER, left, next, input);
}

const struct smtp_cell *smtp_server_cell(const struct smtp_server *s, enum smtp_server_input input)
{
    return smtp_table_cell(SMTP_SERVER, s->overlay, s->state, input);
}

static bool is_error(unsigned code)
{
    return (code >= 500 && code <= 504) || code == 521 || code == 555;
}

void smtp_server_apply(struct smtp_server *s, enum smtp_server_input input, enum smtp_verb to,
                       const struct smtp_answer *answer, struct smtp_acts *acts)
{
    const struct smtp_cell *cell = smtp_server_cell(s, input);

    if (s->rare != NULL)
        answer = smtp_server_forced(s, cell, answer);

    unsigned code = answer != NULL && answer->code != 0 ? answer->code : cell->code;
    enum smtp_server_state next = (enum smtp_server_state)cell->next;
    enum smtp_action action = (enum smtp_action)cell->action;

    assert(cell->possible);
    if (is_error(code) && s->options->error_limit > 0 && ++s->errors >= s->options->error_limit &&
        smtp_server_cell(s, SMTP_SERVER_ON_TOO_MANY_ERRORS)->possible) {
        input = SMTP_SERVER_ON_TOO_MANY_ERRORS;
        cell = smtp_server_cell(s, input);
        answer = NULL;
        code = cell->code;
        next = (enum smtp_server_state)cell->next;
        action = (enum smtp_action)cell->action;
    }
    if (code == 421) { /* 3.8: whoever says it closes */
        next = SMTP_SERVER_CLOSED;
        action = SMTP_DO_CLOSE;
    }
    if (action != SMTP_DO_NONE && in_transaction(s))
        smtp_acts_add(acts, SMTP_ACT_RESET);
    if (code != 0) {
        smtp_server_reply(s, cell, answer, to, code, acts);
        if (s->rare != NULL && (code >= 400 || code < 300))
            smtp_server_forget_forced(s);
    }
    if (action != SMTP_DO_NONE)
        smtp_server_drop(s);
    s->closing = action == SMTP_DO_CLOSE;
    s->sealing = next == SMTP_SERVER_TLS;
    if (next != s->state)
        enter(s, next, input, acts);
    if (next == SMTP_SERVER_READY)
        smtp_server_drop(s);
}

/* ---- lines ------------------------------------------------------------------------------------------ */

/* Returns the line as it is shown. */
static struct text tell_command(const struct smtp_server *s, const struct smtp_command *c,
                                struct text line, struct smtp_acts *acts)
{
    bool login = c->verb == SMTP_VERB_AUTH || s->state == SMTP_SERVER_AUTH;
    struct text shown = login ? smtp_server_shown(s, c, line, acts) : smtp_acts_copy(acts, line);
    struct smtp_act *act = smtp_acts_add(acts, SMTP_ACT_COMMAND);

    act->command.verb = c->verb;
    act->command.line = shown;
    act->command.word = smtp_verb_name(c->verb);
    if (c->verb == SMTP_VERB_UNKNOWN && c->word.size > 0) {
        char *word = smtp_acts_room(acts, c->word.size);

        for (size_t i = 0; i < c->word.size; i++) {
            char letter = c->word.at[i];
            word[i] = letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 'A') : letter;
        }
        act->command.word = text_from(word, c->word.size);
    }
    return shown;
}

/* A line of AUTH's exchange is no command, whatever it looks like. */
static struct smtp_command parse(const struct smtp_server *s, struct text line)
{
    if (s->state == SMTP_SERVER_AUTH)
        return (struct smtp_command){
            .verb = SMTP_VERB_NONE, .word = TEXT_INIT(""), .argument = TEXT_INIT("")};
    return smtp_command_parse(line);
}

/* Octets of the longest line, without CRLF or nearly so, that can be what is awaited. */
static size_t longest(const struct smtp_server *s)
{
    return s->state == SMTP_SERVER_AUTH ? (size_t)SMTP_RESPONSE_MAX : s->longest;
}

static bool is_clean(struct text line)
{
    return text_find(line, '\0') == line.size && text_find(line, '\r') == line.size &&
           text_find(line, '\n') == line.size;
}

static void on_line(struct smtp_server *s, struct text line, struct smtp_acts *acts)
{
    struct text kept = line.size > longest(s) ? text_from(line.at, longest(s)) : line;
    struct smtp_command c = parse(s, kept);
    struct text shown = tell_command(s, &c, kept, acts);

    if (s->state == SMTP_SERVER_AUTH)
        smtp_server_response(s, line, acts);
    else if (line.size + 2 > SMTP_COMMAND_MAX &&
             line.size + 2 > smtp_extension_line_max(c.verb, smtp_server_extensions(s)))
        smtp_server_apply(s, SMTP_SERVER_ON_LINE_LONG, c.verb, NULL, acts);
    else if (!is_clean(line))
        smtp_server_apply(s, SMTP_SERVER_ON_LINE_BAD, c.verb, NULL, acts);
    else
        smtp_server_command(s, &c, line, shown, acts);
}

/* The place of the first LF behind a CR from `from` on, or octets.size. */
static size_t find_end(struct text octets, size_t from)
{
    for (size_t at = from;; at++) {
        at += text_find(text_after(octets, at), '\n');
        if (at == octets.size || (at > 0 && octets.at[at - 1] == '\r'))
            return at;
    }
}

/* The rest of a line whose first octets are kept in s->input; returns the octets used. */
static size_t discard(struct smtp_server *s, struct text octets, struct smtp_acts *acts)
{
    size_t at = s->last_cr && octets.at[0] == '\n' ? 0 : find_end(octets, 1);

    if (at >= octets.size) {
        s->last_cr = octets.at[octets.size - 1] == '\r';
        return octets.size;
    }
    s->discarding = false;

    struct smtp_command c = parse(s, buffer_text(&s->input));

    tell_command(s, &c, buffer_text(&s->input), acts);
    if (s->state == SMTP_SERVER_AUTH)
        smtp_server_response(s, text_from(s->input.at, SMTP_RESPONSE_MAX), acts);
    else
        smtp_server_apply(s, SMTP_SERVER_ON_LINE_LONG, c.verb, NULL, acts);
    buffer_free(&s->input);
    return at + 1;
}

/* ---- octets ----------------------------------------------------------------------------------------- */

void smtp_server_end_of_data(struct smtp_server *s, struct smtp_acts *acts)
{
    struct smtp_act *act = smtp_acts_add(acts, SMTP_ACT_MESSAGE_END);

    act->message_end.octets = s->octets;
    act->message_end.lines = s->lines;
    act->message_end.dots = s->dots;
    if (s->too_big && !s->options->lmtp) {
        smtp_server_apply(s, SMTP_SERVER_ON_MESSAGE_TOO_BIG, SMTP_VERB_MESSAGE, NULL, acts);
        return;
    }
    if (s->too_big)
        smtp_acts_add(acts, SMTP_ACT_RESET);
    smtp_server_apply(s, SMTP_SERVER_ON_END_OF_DATA, SMTP_VERB_MESSAGE, NULL, acts);
}

/*
 * Goes on until a question is open, the session is over, or there is no whole line left.  Returns
 * the octets used.  `ours`: they lie in s->input, where s->scanned of them hold no end of line.
 */
static size_t run(struct smtp_server *s, struct text octets, bool ours, struct smtp_acts *acts)
{
    size_t used = 0;

    for (;;) {
        struct text rest = text_after(octets, used);

        if (s->question != SMTP_ASK_NONE || s->state == SMTP_SERVER_CLOSED)
            return used;
        if (s->state == SMTP_SERVER_TLS) /* RFC 3207 6: said before TLS, so never said */
            return octets.size;
        if (s->state == SMTP_SERVER_MESSAGE) {
            smtp_server_judge(s, acts);
        } else if (rest.size == 0) {
            return used;
        } else if (smtp_server_in_chunk(s)) {
            used += smtp_server_chunk_read(s, rest, ours, acts);
        } else if (s->state == SMTP_SERVER_DATA) {
            bool end = false;

            used += smtp_server_data_read(s, rest, ours, &end, acts);
            if (end)
                smtp_server_end_of_data(s, acts);
        } else {
            size_t end = find_end(rest, s->scanned);

            s->scanned = 0;
            if (end == rest.size) {
                s->scanned = end;
                return used;
            }
            used += end + 1;
            on_line(s, text_from(rest.at, end - 1), acts);
        }
    }
}

/* Keeps what was not used; a line that grows too long is cut and the rest of it discarded. */
static void keep(struct smtp_server *s, struct text rest)
{
    if (s->state == SMTP_SERVER_CLOSED) {
        s->scanned = 0;
        return;
    }
    if (s->question == SMTP_ASK_NONE && rest.size > longest(s)) {
        s->discarding = true;
        s->last_cr = rest.at[rest.size - 1] == '\r';
        s->scanned = 0;
        rest.size = longest(s);
    }
    buffer_put(&s->input, rest.at, rest.size);
}

/* Works on what is kept in s->input, and gives it back if nothing is left. */
static void run_kept(struct smtp_server *s, struct smtp_acts *acts)
{
    struct buffer kept = s->input;
    size_t used;

    if (s->state != SMTP_SERVER_CLOSED && s->question == SMTP_ASK_NONE) {
        buffer_init(&s->input, s->memory);
        used = run(s, buffer_text(&kept), true, acts);
        if (used == kept.size)
            s->scanned = 0;
        else if (used == 0 && kept.size <= longest(s)) {
            s->input = kept; /* nothing moved: still the same part of a line */
            return;
        } else
            keep(s, text_after(buffer_text(&kept), used));
        buffer_free(&kept);
    }
}

/* The end of every call: replies on their way, then the close, then the timer. */
static void finish(struct smtp_server *s, struct smtp_acts *acts)
{
    bool waiting = s->question != SMTP_ASK_NONE || s->state == SMTP_SERVER_CLOSED;
    bool handshake = s->state == SMTP_SERVER_TLS || s->state == SMTP_SERVER_START;
    enum smtp_phase phase = waiting     ? SMTP_PHASE_NONE
                            : handshake ? SMTP_PHASE_TLS
                                        : SMTP_PHASE_COMMAND;

    smtp_server_flush(acts);
    if (s->closing)
        smtp_acts_add(acts, SMTP_ACT_CLOSE);
    if (s->sealing)
        smtp_acts_add(acts, SMTP_ACT_SEAL);
    s->closing = s->sealing = false;
    if (s->state == SMTP_SERVER_CLOSED)
        smtp_server_free(s);

    struct smtp_act *act = smtp_acts_add(acts, SMTP_ACT_TIMER);

    act->timer.phase = phase;
    act->timer.limit_ns = smtp_phase_limit_ns(phase);
}

/* ---- the calls -------------------------------------------------------------------------------------- */

void smtp_server_init(struct smtp_server *s, struct memory *m, const struct smtp_server_options *o)
{
    uint32_t all = o->extensions | (o->mechanisms != 0 ? (uint32_t)SMTP_HAS_AUTH : 0);
    size_t mail = smtp_extension_line_max(SMTP_VERB_MAIL, all);
    size_t rcpt = smtp_extension_line_max(SMTP_VERB_RCPT, all);

    *s = (struct smtp_server){
        .options = o,
        .longest = (uint16_t)(mail > rcpt ? mail : rcpt),
        .overlay = smtp_server_overlay(o->personality, o->lmtp),
        .memory = m,
        .hello = TEXT_INIT(""),
        .pending = TEXT_INIT(""),
    };
    buffer_init(&s->input, m);
}

void smtp_server_free(struct smtp_server *s)
{
    smtp_server_drop(s);
    smtp_server_give_text(s, &s->hello);
    smtp_server_give_text(s, &s->pending);
    smtp_server_free_rare(s);
    buffer_free(&s->input);
    s->scanned = 0;
    s->discarding = false;
}

static void greet(struct smtp_server *s, struct smtp_acts *acts)
{
    if (!smtp_server_ask_command(s, SMTP_VERB_GREETING, TEXT(""), TEXT(""), acts))
        smtp_server_ask_connection(s, acts);
}

void smtp_server_start(struct smtp_server *s, struct smtp_acts *acts)
{
    assert(s->state == SMTP_SERVER_START && s->question == SMTP_ASK_NONE);
    smtp_acts_clear(acts);
    if (s->options->tls == SMTP_TLS_IMPLICIT)
        s->sealing = true;
    else
        greet(s, acts);
    finish(s, acts);
}

void smtp_server_input(struct smtp_server *s, struct text octets, struct smtp_acts *acts)
{
    size_t used = 0;

    smtp_acts_clear(acts);
    if (s->state == SMTP_SERVER_CLOSED || octets.size == 0)
        return;
    if (s->question != SMTP_ASK_NONE) {
        buffer_put(&s->input, octets.at, octets.size);
        return;
    }
    assert(s->state != SMTP_SERVER_START || s->options->tls == SMTP_TLS_IMPLICIT);
    if (s->state == SMTP_SERVER_TLS || s->state == SMTP_SERVER_START)
        return; /* nothing in clear counts now */
    if (s->discarding)
        used = discard(s, octets, acts);
    octets = text_after(octets, used);
    if (s->input.size > 0 && !s->discarding) {
        buffer_put(&s->input, octets.at, octets.size);
        run_kept(s, acts);
    } else if (octets.size > 0) {
        used = run(s, octets, false, acts);
        if (used < octets.size)
            keep(s, text_after(octets, used));
    }
    finish(s, acts);
}

void smtp_server_answer(struct smtp_server *s, const struct smtp_answer *answer,
                        struct smtp_acts *acts)
{
    enum smtp_question question = (enum smtp_question)s->question;

    assert(question != SMTP_ASK_NONE);
    assert(answer->code == 0 || smtp_verdict_of(answer->code) == answer->verdict);
    smtp_acts_clear(acts);
    s->question = SMTP_ASK_NONE;
    smtp_server_resolve(s, question, answer, acts);
    run_kept(s, acts);
    finish(s, acts);
}

void smtp_server_answer_no_mail(struct smtp_server *s, struct smtp_acts *acts)
{
    assert(s->question == SMTP_ASK_CONNECTION);
    smtp_acts_clear(acts);
    s->question = SMTP_ASK_NONE;
    smtp_server_apply(s, SMTP_SERVER_ON_CONNECTION_NO_MAIL, SMTP_VERB_GREETING, NULL, acts);
    run_kept(s, acts);
    finish(s, acts);
}

void smtp_server_watch(struct smtp_server *s, uint32_t verbs)
{
    s->watched = verbs;
}

void smtp_server_go_on(struct smtp_server *s, struct smtp_acts *acts)
{
    assert(s->question == SMTP_ASK_COMMAND);
    smtp_acts_clear(acts);
    s->question = SMTP_ASK_NONE;
    smtp_server_resolve_command(s, NULL, acts);
    run_kept(s, acts);
    finish(s, acts);
}

/* RFC 3207 4.2: the name it gave, what it was offered, the transaction: all is as after the greeting. */
void smtp_server_tls_up(struct smtp_server *s, struct smtp_acts *acts)
{
    bool first = s->state == SMTP_SERVER_START;

    smtp_acts_clear(acts);
    assert(!s->sealed && s->question == SMTP_ASK_NONE);
    s->sealed = true;
    s->hello_verb = SMTP_VERB_NONE;
    smtp_server_give_text(s, &s->hello);
    buffer_free(&s->input);
    s->scanned = 0;
    smtp_server_apply(s, SMTP_SERVER_ON_TLS_UP, SMTP_VERB_NONE, NULL, acts);
    if (first)
        greet(s, acts);
    finish(s, acts);
}

static void end(struct smtp_server *s, enum smtp_server_input input, struct smtp_acts *acts)
{
    enum smtp_verb to = s->state == SMTP_SERVER_START ? SMTP_VERB_GREETING : SMTP_VERB_NONE;

    smtp_acts_clear(acts);
    s->question = SMTP_ASK_NONE;
    smtp_server_apply(s, input, to, NULL, acts);
    finish(s, acts);
}

void smtp_server_timeout(struct smtp_server *s, struct smtp_acts *acts)
{
    assert(s->question == SMTP_ASK_NONE);
    end(s, SMTP_SERVER_ON_TIMEOUT, acts);
}

void smtp_server_tls_failed(struct smtp_server *s, struct smtp_acts *acts)
{
    end(s, SMTP_SERVER_ON_TLS_FAILED, acts);
}

void smtp_server_shutdown(struct smtp_server *s, struct smtp_acts *acts)
{
    bool handshake = s->state == SMTP_SERVER_START && s->question == SMTP_ASK_NONE;

    end(s, handshake ? SMTP_SERVER_ON_TLS_FAILED : SMTP_SERVER_ON_SHUTDOWN, acts);
}

void smtp_server_lost(struct smtp_server *s, struct smtp_acts *acts)
{
    end(s, SMTP_SERVER_ON_LOST, acts);
}
