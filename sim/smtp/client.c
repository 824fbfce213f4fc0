/*
 * client.c - the client's dialogue: from replies to inputs, cells, acts.
 *
 *   octets -> reply -> input (its first digit) -> cell -> REPLY, RECIPIENT, STATE, COMMAND, SEND ...
 *
 * apply() executes a cell, and nothing else does; enter() writes the state, and nothing else does.
 */
#include "sim/smtp/client.h"

#include <assert.h>

#include "sim/smtp/client_parts.h"
#include "sim/smtp/personality.h"

static const struct smtp_cell *cell_of(const struct smtp_client *c, enum smtp_client_input input)
{
    return smtp_table_cell(SMTP_CLIENT, c->overlay, c->state, input);
}

/* The verb whose reply this state awaits. */
static enum smtp_verb awaited(const struct smtp_client *c)
{
    switch ((enum smtp_client_state)c->state) {
    case SMTP_CLIENT_GREETING: return SMTP_VERB_GREETING;
    case SMTP_CLIENT_EHLO: return c->options->lmtp ? SMTP_VERB_LHLO : SMTP_VERB_EHLO;
    case SMTP_CLIENT_HELO: return SMTP_VERB_HELO;
    case SMTP_CLIENT_STARTTLS: return SMTP_VERB_STARTTLS;
    case SMTP_CLIENT_AUTH: return SMTP_VERB_AUTH;
    case SMTP_CLIENT_MAIL: return SMTP_VERB_MAIL;
    case SMTP_CLIENT_RCPT: return SMTP_VERB_RCPT;
    case SMTP_CLIENT_DATA: return SMTP_VERB_DATA;
    case SMTP_CLIENT_MESSAGE: return SMTP_VERB_MESSAGE;
    case SMTP_CLIENT_RSET: return SMTP_VERB_RSET;
    case SMTP_CLIENT_QUIT: return SMTP_VERB_QUIT;
    case SMTP_CLIENT_START:
    case SMTP_CLIENT_TLS:
    case SMTP_CLIENT_READY:
    case SMTP_CLIENT_SENDING:
    case SMTP_CLIENT_FAILED:
    case SMTP_CLIENT_CLOSED:
    case SMTP_CLIENT_STATE_COUNT: break;
    }
    return SMTP_VERB_NONE;
}

static enum smtp_phase phase_of(const struct smtp_client *c)
{
    switch ((enum smtp_client_state)c->state) {
    case SMTP_CLIENT_GREETING: return SMTP_PHASE_GREETING;
    case SMTP_CLIENT_EHLO:
    case SMTP_CLIENT_HELO: return SMTP_PHASE_EHLO;
    case SMTP_CLIENT_STARTTLS: return SMTP_PHASE_STARTTLS;
    case SMTP_CLIENT_TLS: return SMTP_PHASE_TLS;
    case SMTP_CLIENT_AUTH: return SMTP_PHASE_AUTH;
    case SMTP_CLIENT_MAIL: return SMTP_PHASE_MAIL;
    case SMTP_CLIENT_RCPT: return SMTP_PHASE_RCPT;
    case SMTP_CLIENT_DATA: return SMTP_PHASE_DATA;
    case SMTP_CLIENT_SENDING: return SMTP_PHASE_BLOCK;
    case SMTP_CLIENT_MESSAGE: return SMTP_PHASE_MESSAGE;
    case SMTP_CLIENT_RSET: return SMTP_PHASE_RSET;
    case SMTP_CLIENT_QUIT: return SMTP_PHASE_QUIT;
    case SMTP_CLIENT_START: return SMTP_PHASE_TLS; /* implicit TLS comes before the greeting */
    case SMTP_CLIENT_READY:
    case SMTP_CLIENT_FAILED:
    case SMTP_CLIENT_CLOSED:
    case SMTP_CLIENT_STATE_COUNT: break;
    }
    return SMTP_PHASE_NONE;
}

/* The only place that writes c->state. */
static void enter(struct smtp_client *c, enum smtp_client_state next, enum smtp_client_input input,
                  struct smtp_acts *acts)
{
    enum smtp_client_state left = (enum smtp_client_state)c->state;

    assert(next < SMTP_CLIENT_STATE_COUNT && left != SMTP_CLIENT_CLOSED);
    c->state = (uint8_t)next;
    smtp_acts_add_state(acts, SMTP_CLIENT, left, next, input);
}

/* ---- the machine ------------------------------------------------------------------------------------- */

static void begin_transaction(struct smtp_client *c)
{
    assert(c->mail);
    c->sent = c->answered = c->accepted = c->judged = 0;
    c->data_sent = c->doomed = c->probed = false;
    c->chunk = c->options->chunking && c->mail->size >= 0 && !c->mail->probe &&
               (c->extensions & SMTP_HAS_CHUNKING);
    smtp_client_data_begin(c);
}

static void be_ready(struct smtp_client *c, struct smtp_acts *acts);

/* What a cell does after the state has changed. */
static void act_out(struct smtp_client *c, enum smtp_action action, struct smtp_acts *acts)
{
    switch (action) {
    case SMTP_DO_EHLO:
        smtp_client_command(c->options->lmtp ? SMTP_VERB_LHLO : SMTP_VERB_EHLO, c->options->name,
                            acts);
        break;
    case SMTP_DO_HELO: smtp_client_command(SMTP_VERB_HELO, c->options->name, acts); break;
    case SMTP_DO_IDLE: be_ready(c, acts); break;
    case SMTP_DO_STARTTLS: smtp_client_command(SMTP_VERB_STARTTLS, TEXT(""), acts); break;
    case SMTP_DO_SEAL: c->sealing = true; break;
    case SMTP_DO_AUTH: smtp_client_send_auth(c, acts); break;
    case SMTP_DO_RESPOND: smtp_client_send_response(c, acts); break;
    case SMTP_DO_CANCEL: smtp_client_line(SMTP_VERB_NONE, TEXT("*\r\n"), TEXT("*"), acts); break;
    case SMTP_DO_MAIL:
        begin_transaction(c);
        smtp_client_send_group(c, acts);
        break;
    case SMTP_DO_RCPT:
        if (c->sent == 0 || c->answered > 0) /* else the group has named them all */
            smtp_client_send_rcpt(c, acts);
        break;
    case SMTP_DO_DATA: smtp_client_command(SMTP_VERB_DATA, TEXT(""), acts); break;
    case SMTP_DO_MESSAGE: c->wanting = true; break;
    case SMTP_DO_BDAT:
        smtp_client_send_bdat(c, acts);
        c->wanting = true;
        break;
    case SMTP_DO_DOT:
        smtp_acts_add(acts, SMTP_ACT_SEND)->send = TEXT(".\r\n");
        if (c->state != SMTP_CLIENT_MESSAGE) /* LMTP: nobody, so no reply (RFC 2033 4.2) */
            smtp_client_done(c, acts);
        break;
    case SMTP_DO_DOOM: c->doomed = true; break;
    case SMTP_DO_WELCOME:
        c->probed = true;
        smtp_client_command(SMTP_VERB_RSET, TEXT(""), acts);
        break;
    case SMTP_DO_RSET: smtp_client_command(SMTP_VERB_RSET, TEXT(""), acts); break;
    case SMTP_DO_QUIT:
    case SMTP_DO_FAIL_QUIT: smtp_client_command(SMTP_VERB_QUIT, TEXT(""), acts); break;
    case SMTP_DO_CLOSE:
    case SMTP_DO_FAIL_CLOSE: c->closing = true; break;
    case SMTP_DO_NONE:
    case SMTP_DO_RESET:
    case SMTP_DO_FINISH:
    case SMTP_ACTION_COUNT: break;
    }
}

/* Executes the cell of this input; `reply` is the one that brought it, or NULL. */
static void apply(struct smtp_client *c, enum smtp_client_input input,
                  const struct smtp_reply *reply, struct smtp_acts *acts)
{
    const struct smtp_cell *cell = cell_of(c, input);
    enum smtp_action action = (enum smtp_action)cell->action;
    bool over =
        action == SMTP_DO_FINISH || action == SMTP_DO_FAIL_QUIT || action == SMTP_DO_FAIL_CLOSE;

    assert(cell->possible);
    if (c->mail != NULL && (over || action == SMTP_DO_DOOM || action == SMTP_DO_WELCOME)) {
        struct smtp_ruling r = smtp_client_ruling(c, input, reply);

        smtp_client_settle_from(c, 0, &r, acts);
    }
    if (cell->next != c->state)
        enter(c, (enum smtp_client_state)cell->next, input, acts);
    act_out(c, action, acts);
    if (c->mail != NULL && over)
        smtp_client_done(c, acts);
}

/* ---- mails -------------------------------------------------------------------------------------------- */

static bool has_utf8_address(const struct smtp_client_mail *mail)
{
    bool ascii = text_is_ascii(mail->sender);

    for (size_t i = 0; ascii && i < mail->recipient_count; i++)
        ascii = text_is_ascii(mail->recipients[i].address);
    return !ascii;
}

/* In READY or FAILED: sends it, or refuses at once what this server cannot take. */
static void begin_mail(struct smtp_client *c, struct smtp_acts *acts)
{
    struct smtp_ruling r;

    if (c->size_limit > 0 && c->mail->size > c->size_limit) /* RFC 1870 6.2 */
        r = smtp_ruling_by_us(SMTP_FATE_REFUSED, TEXT("5.3.4"),
                              TEXT("the message is bigger than the server takes"));
    else if (has_utf8_address(c->mail)) /* RFC 6531 3.1 (8), 3.5: nobody here speaks SMTPUTF8 */
        r = smtp_ruling_by_us(SMTP_FATE_REFUSED, TEXT("5.6.7"),
                              TEXT("an address is not ASCII, which needs SMTPUTF8"));
    else if (c->mail->utf8_header)
        r = smtp_ruling_by_us(SMTP_FATE_REFUSED, TEXT("5.6.9"),
                              TEXT("the header is not ASCII, which needs SMTPUTF8"));
    else if (c->mail->eight_bit && !(c->extensions & SMTP_HAS_8BITMIME)) /* RFC 6152 3 */
        r = smtp_ruling_by_us(
            SMTP_FATE_REFUSED, TEXT("5.6.3"),
            TEXT("the message has 8-bit octets and the server does not offer 8BITMIME"));
    else {
        apply(c, SMTP_CLIENT_ON_MAIL_WANTED, NULL, acts);
        return;
    }
    smtp_client_settle_from(c, 0, &r, acts);
    smtp_client_done(c, acts);
}

/* In READY, the names having been said: TLS, then the login, then the mail if there is one. */
static void be_ready(struct smtp_client *c, struct smtp_acts *acts)
{
    enum smtp_client_input input = smtp_client_before_mail(c);

    if (input != SMTP_CLIENT_ON_MAIL_WANTED)
        apply(c, input, NULL, acts);
    else if (c->mail != NULL)
        begin_mail(c, acts);
}

/* ---- replies ------------------------------------------------------------------------------------------ */

static void read_extensions(struct smtp_client *c, const struct smtp_reply *r)
{
    c->extensions = 0;
    c->mechanisms = 0;
    c->size_limit = 0;
    for (size_t i = 1; i < r->line_count; i++) {
        size_t end = text_find(r->lines[i], ' ');
        enum smtp_extension_index index = smtp_extension_find(text_from(r->lines[i].at, end));

        if (index == SMTP_EXTENSION_COUNT)
            continue;
        c->extensions |= UINT32_C(1) << index;
        if (index == SMTP_INDEX_AUTH)
            c->mechanisms = smtp_client_read_mechanisms(text_after(r->lines[i], end + 1));
        if (index == SMTP_INDEX_SIZE &&
            !text_to_int(text_trim(text_after(r->lines[i], end + 1)), &c->size_limit))
            c->size_limit = 0;
    }
}

/* 4.2: the first digit alone, but for 421. */
static enum smtp_client_input class_of(unsigned code)
{
    return code == 421  ? SMTP_CLIENT_ON_CLOSING
           : code < 300 ? SMTP_CLIENT_ON_FINE
           : code < 400 ? SMTP_CLIENT_ON_GO_ON
           : code < 500 ? SMTP_CLIENT_ON_DEFERRED
                        : SMTP_CLIENT_ON_REFUSED;
}

/*
 * 4.5.3.1.10: 452, or 552 from older servers, behind an accepted recipient means that there are
 * too many; whoever is left goes into a further transaction.  Without a group nobody else is named.
 */
static void settle_recipient(struct smtp_client *c, const struct smtp_reply *reply,
                             struct smtp_acts *acts)
{
    bool too_many = c->accepted > 0 && (reply->code == 452 || reply->code == 552);
    struct smtp_ruling r = smtp_ruling_by_reply(too_many            ? SMTP_FATE_AGAIN
                                                : reply->code < 500 ? SMTP_FATE_DEFERRED
                                                                    : SMTP_FATE_REFUSED,
                                                reply);

    smtp_client_settle(c, c->answered, &r, acts);
    if (too_many && c->sent < c->mail->recipient_count) {
        smtp_client_settle_from(c, c->sent, &r, acts);
        c->sent = c->mail->recipient_count;
        c->answered = c->sent - 1; /* and this reply answers the last of them */
    }
}

/* What is left to do once a reply to RCPT is settled. */
static enum smtp_client_input after_rcpt(const struct smtp_client *c)
{
    if (c->answered < c->sent)
        return SMTP_CLIENT_ON_RCPT_AWAIT;
    if (c->data_sent)
        return SMTP_CLIENT_ON_RCPT_DATA;
    if (c->sent < c->mail->recipient_count)
        return SMTP_CLIENT_ON_RCPT_NEXT;
    if (c->mail->probe)
        return SMTP_CLIENT_ON_RCPT_PROBED;
    if (c->accepted == 0)
        return SMTP_CLIENT_ON_RCPT_NONE;
    return c->chunk ? SMTP_CLIENT_ON_RCPT_CHUNK : SMTP_CLIENT_ON_RCPT_SOME;
}

static void on_rcpt_reply(struct smtp_client *c, enum smtp_client_input input,
                          const struct smtp_reply *reply, struct smtp_acts *acts)
{
    if (input == SMTP_CLIENT_ON_FINE)
        c->accepted += !c->doomed;
    else if (!c->doomed)
        settle_recipient(c, reply, acts);
    c->answered++;
    apply(c, input, reply, acts);
    apply(c, after_rcpt(c), reply, acts);
}

/* LMTP: one reply for each recipient that is still open, in their order (RFC 2033 4.2). */
static void on_copy_reply(struct smtp_client *c, enum smtp_client_input input,
                          const struct smtp_reply *reply, struct smtp_acts *acts)
{
    struct smtp_ruling r = smtp_client_ruling(c, input, reply);
    bool more = c->accepted > 1;

    if (c->accepted > 0) {
        while (c->fates[c->judged] != SMTP_FATE_OPEN)
            c->judged++;
        smtp_client_settle(c, c->judged, &r, acts);
        c->accepted--;
    }
    apply(c, more ? SMTP_CLIENT_ON_MESSAGE_NEXT : input, reply, acts);
}

static void on_tls_refused(struct smtp_client *c, enum smtp_client_input input,
                           const struct smtp_reply *reply, struct smtp_acts *acts)
{
    c->tls_refused = true;
    apply(c, c->options->tls == SMTP_TLS_REQUIRED ? SMTP_CLIENT_ON_TLS_MISSING : input, reply,
          acts);
}

static void on_reply(struct smtp_client *c, const struct smtp_reply *reply, struct smtp_acts *acts)
{
    enum smtp_client_input input = class_of(reply->code);
    bool negative = input == SMTP_CLIENT_ON_DEFERRED || input == SMTP_CLIENT_ON_REFUSED;
    bool settled = negative || input == SMTP_CLIENT_ON_FINE;

    if (c->state == SMTP_CLIENT_EHLO && input == SMTP_CLIENT_ON_FINE)
        read_extensions(c, reply);
    if (c->state == SMTP_CLIENT_AUTH && input == SMTP_CLIENT_ON_FINE)
        c->logged_in = true;
    if (c->state == SMTP_CLIENT_RCPT && settled)
        on_rcpt_reply(c, input, reply, acts);
    else if (c->state == SMTP_CLIENT_MESSAGE && settled && c->options->lmtp)
        on_copy_reply(c, input, reply, acts);
    else if (c->state == SMTP_CLIENT_MAIL && negative && c->sent > 0)
        apply(c,
              input == SMTP_CLIENT_ON_DEFERRED ? SMTP_CLIENT_ON_DEFERRED_GROUP
                                               : SMTP_CLIENT_ON_REFUSED_GROUP,
              reply, acts);
    else if (c->state == SMTP_CLIENT_DATA && input == SMTP_CLIENT_ON_GO_ON && c->accepted == 0)
        apply(c, SMTP_CLIENT_ON_NO_RECIPIENT_LEFT, reply, acts);
    else if (c->state == SMTP_CLIENT_STARTTLS && negative)
        on_tls_refused(c, input, reply, acts);
    else if (c->state == SMTP_CLIENT_RSET && input == SMTP_CLIENT_ON_FINE && c->probed)
        apply(c, SMTP_CLIENT_ON_PROBE_OVER, reply, acts);
    else if (c->state == SMTP_CLIENT_AUTH && input == SMTP_CLIENT_ON_GO_ON &&
             !smtp_client_can_respond(c))
        apply(c, SMTP_CLIENT_ON_UNANSWERABLE, reply, acts);
    else
        apply(c, input, reply, acts);
}

/* The reply as an act, copied out of the reader. */
static const struct smtp_reply *tell_reply(struct smtp_client *c, struct smtp_acts *acts)
{
    struct smtp_reply *r = smtp_acts_room(acts, sizeof *r);

    *r = c->reader.reply;

    struct text *lines = smtp_acts_room(acts, r->line_count * sizeof *lines);

    for (size_t i = 0; i < r->line_count; i++)
        lines[i] = smtp_acts_copy(acts, r->lines[i]);
    r->enhanced = smtp_acts_copy(acts, r->enhanced);
    r->lines = lines;
    r->to = awaited(c);
    smtp_acts_add(acts, SMTP_ACT_REPLY)->reply = *r;
    return r;
}

/* The end of every call: what is wanted, the close, the timer. */
static void finish(struct smtp_client *c, struct smtp_acts *acts)
{
    enum smtp_phase phase = phase_of(c);
    struct smtp_act *act;

    if (c->wanting && c->state == SMTP_CLIENT_SENDING) /* a rude server may have ended it */
        smtp_acts_add(acts, SMTP_ACT_WANT_DATA);
    if (c->sealing)
        smtp_acts_add(acts, SMTP_ACT_SEAL);
    if (c->closing)
        smtp_acts_add(acts, SMTP_ACT_CLOSE);
    c->wanting = c->closing = c->sealing = false;
    if (phase == SMTP_PHASE_NONE) /* idle or over: nothing is kept */
        smtp_reply_reader_free(&c->reader);
    act = smtp_acts_add(acts, SMTP_ACT_TIMER);
    act->timer.phase = phase;
    act->timer.limit_ns = smtp_phase_limit_ns(phase);
}

/* ---- the calls ---------------------------------------------------------------------------------------- */

void smtp_client_init(struct smtp_client *c, struct memory *m, const struct smtp_client_options *o)
{
    *c = (struct smtp_client){.options = o, .overlay = smtp_client_overlay(o->lmtp), .memory = m};
    smtp_reply_reader_init(&c->reader, m);
}

void smtp_client_free(struct smtp_client *c)
{
    if (c->mail != NULL)
        memory_give(c->memory, c->fates, c->mail->recipient_count);
    c->mail = NULL;
    smtp_reply_reader_free(&c->reader);
}

void smtp_client_start(struct smtp_client *c, struct smtp_acts *acts)
{
    smtp_acts_clear(acts);
    if (c->options->tls == SMTP_TLS_IMPLICIT)
        c->sealing = true;
    else
        apply(c, SMTP_CLIENT_ON_OPENED, NULL, acts);
    finish(c, acts);
}

bool smtp_client_mail(struct smtp_client *c, const struct smtp_client_mail *mail,
                      struct smtp_acts *acts)
{
    assert(c->mail == NULL && mail->recipient_count > 0);
    smtp_acts_clear(acts);
    if (c->state == SMTP_CLIENT_QUIT || c->state == SMTP_CLIENT_CLOSED)
        return false;
    c->mail = mail;
    c->fates = memory_take_clear(c->memory, mail->recipient_count);
    if (smtp_client_idle(c))
        begin_mail(c, acts);
    else
        apply(c, SMTP_CLIENT_ON_MAIL_WANTED, NULL, acts);
    if (c->state != SMTP_CLIENT_START)
        finish(c, acts);
    return true;
}

void smtp_client_input(struct smtp_client *c, struct text octets, struct smtp_acts *acts)
{
    bool clear = c->state == SMTP_CLIENT_TLS || c->state == SMTP_CLIENT_START;

    smtp_acts_clear(acts);
    assert(c->state != SMTP_CLIENT_START || c->options->tls == SMTP_TLS_IMPLICIT);
    if (clear) /* RFC 3207 4.2, 6: nothing said in clear counts now */
        return;
    while (octets.size > 0 && c->state != SMTP_CLIENT_CLOSED && c->state != SMTP_CLIENT_TLS) {
        enum smtp_reply_result result = smtp_reply_read(&c->reader, &octets);

        if (result == SMTP_REPLY_WHOLE)
            on_reply(c, tell_reply(c, acts), acts);
        else if (result == SMTP_REPLY_BAD) {
            apply(c, SMTP_CLIENT_ON_SENSELESS, NULL, acts);
            break;
        }
    }
    finish(c, acts);
}

void smtp_client_data(struct smtp_client *c, struct text octets, bool last, struct smtp_acts *acts)
{
    smtp_acts_clear(acts);
    if (c->state != SMTP_CLIENT_SENDING)
        return;
    smtp_client_data_put(c, octets, last, acts);
    if (last)
        apply(c, SMTP_CLIENT_ON_MESSAGE_WHOLE, NULL, acts);
    finish(c, acts);
}

/* RFC 3207 4.2: what the server offered before is forgotten; it may be somebody else's word. */
void smtp_client_tls_up(struct smtp_client *c, struct smtp_acts *acts)
{
    smtp_acts_clear(acts);
    assert(!c->sealed);
    c->sealed = true;
    c->extensions = 0;
    c->mechanisms = 0;
    c->size_limit = 0;
    apply(c, SMTP_CLIENT_ON_TLS_UP, NULL, acts);
    finish(c, acts);
}

/* What comes by itself: no reply has it. */
static void happens(struct smtp_client *c, enum smtp_client_input input, struct smtp_acts *acts)
{
    smtp_acts_clear(acts);
    apply(c, input, NULL, acts);
    finish(c, acts);
}

void smtp_client_tls_failed(struct smtp_client *c, struct smtp_acts *acts)
{
    happens(c, SMTP_CLIENT_ON_TLS_FAILED, acts);
}

void smtp_client_quit(struct smtp_client *c, struct smtp_acts *acts)
{
    assert(smtp_client_idle(c) && c->mail == NULL);
    happens(c, SMTP_CLIENT_ON_QUIT_WANTED, acts);
}

void smtp_client_timeout(struct smtp_client *c, struct smtp_acts *acts)
{
    happens(c, SMTP_CLIENT_ON_TIMEOUT, acts);
}

void smtp_client_lost(struct smtp_client *c, struct smtp_acts *acts)
{
    happens(c, SMTP_CLIENT_ON_LOST, acts);
}
