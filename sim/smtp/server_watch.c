/*
 * server_watch.c - commands that somebody else may answer: faults that a scenario arms, mostly.
 *
 * The question comes before the command is looked at, but after its order: what could not be said
 * here gets 503 as ever.  An answer of 4yz or 5yz is the command's own refusal; one of 2yz or 3yz
 * lets it go its way and then replaces the words of its success.
 */
#include <assert.h>

#include "sim/smtp/server_parts.h"

/* ---- what few sessions need ---------------------------------------------------------------------- */

struct smtp_rare *smtp_server_rare(struct smtp_server *s)
{
    if (s->rare == NULL) {
        s->rare = MEMORY_NEW(s->memory, struct smtp_rare);
        s->rare->forced.enhanced = s->rare->forced.text = TEXT("");
        buffer_init(&s->rare->said, s->memory);
    }
    return s->rare;
}

void smtp_server_free_rare(struct smtp_server *s)
{
    if (s->rare == NULL)
        return;
    smtp_server_forget_forced(s);
    buffer_free(&s->rare->said);
    memory_give(s->memory, s->rare, sizeof *s->rare);
    s->rare = NULL;
}

/* ---- words that replace the cell's --------------------------------------------------------------- */

void smtp_server_force(struct smtp_server *s, const struct smtp_answer *answer)
{
    struct smtp_rare *rare = smtp_server_rare(s);

    smtp_server_forget_forced(s);
    rare->forced = *answer;
    rare->forced.enhanced = smtp_server_take_text(s, answer->enhanced);
    rare->forced.text = smtp_server_take_text(s, answer->text);
    rare->has_forced = true;
}

void smtp_server_forget_forced(struct smtp_server *s)
{
    if (!s->rare->has_forced)
        return;
    smtp_server_give_text(s, &s->rare->forced.enhanced);
    smtp_server_give_text(s, &s->rare->forced.text);
    s->rare->has_forced = false;
}

const struct smtp_answer *smtp_server_forced(const struct smtp_server *s,
                                             const struct smtp_cell *cell,
                                             const struct smtp_answer *answer)
{
    const struct smtp_rare *rare = s->rare;

    if (!rare->has_forced || cell->code == 0)
        return answer;

    unsigned code = rare->forced.code != 0 ? rare->forced.code : cell->code;
    bool alike =
        code == 421 ? cell->code / 100 == 4 || cell->code == 421 : code / 100 == cell->code / 100;

    return alike && smtp_verdict_of(code) == rare->forced.verdict ? &rare->forced : answer;
}

/* ---- the question --------------------------------------------------------------------------------- */

bool smtp_server_ask_command(struct smtp_server *s, enum smtp_verb verb, struct text line,
                             struct text shown, struct smtp_acts *acts)
{
    bool refusable = verb == SMTP_VERB_GREETING || verb == SMTP_VERB_MESSAGE ||
                     smtp_server_cell(s, SMTP_SERVER_ON_COMMAND_REFUSED)->possible;

    if ((s->watched & SMTP_WATCH(verb)) == 0 || !refusable)
        return false;
    assert(s->question == SMTP_ASK_NONE && s->pending.size == 0);
    s->pending = smtp_server_take_text(s, line);
    s->question = SMTP_ASK_COMMAND;
    s->verb = (uint8_t)verb;
    smtp_server_flush(acts);

    struct smtp_act *act = smtp_acts_add(acts, SMTP_ACT_ASK);

    act->ask.question = SMTP_ASK_COMMAND;
    act->ask.verb = verb;
    act->ask.subject = shown;
    return true;
}

static enum smtp_server_input refusal(enum smtp_verb verb, enum smtp_verdict verdict)
{
    static const struct {
        bool own;
        uint8_t refused, deferred;
    } inputs[SMTP_VERB_COUNT] = {
#define OWN(verb, what)                                                                            \
    [SMTP_VERB_##verb] = {true, SMTP_SERVER_ON_##what##_REFUSED, SMTP_SERVER_ON_##what##_DEFERRED}
        OWN(GREETING, CONNECTION),
        OWN(EHLO, EHLO),
        OWN(HELO, HELO),
        OWN(LHLO, LHLO),
        OWN(MAIL, MAIL),
        OWN(RCPT, RCPT),
        OWN(DATA, DATA),
        OWN(VRFY, VRFY),
        OWN(AUTH, AUTH),
        [SMTP_VERB_STARTTLS] = {true, SMTP_SERVER_ON_COMMAND_REFUSED,
                                SMTP_SERVER_ON_STARTTLS_DEFERRED},
#undef OWN
    };

    if (!inputs[verb].own)
        return verdict == SMTP_REFUSE ? SMTP_SERVER_ON_COMMAND_REFUSED
                                      : SMTP_SERVER_ON_COMMAND_DEFERRED;
    return (enum smtp_server_input)(verdict == SMTP_REFUSE ? inputs[verb].refused
                                                           : inputs[verb].deferred);
}

static void go_on(struct smtp_server *s, enum smtp_verb verb, const struct smtp_command *c,
                  struct smtp_acts *acts)
{
    if (verb == SMTP_VERB_GREETING)
        smtp_server_ask_connection(s, acts);
    else if (verb == SMTP_VERB_MESSAGE)
        smtp_server_ask_message(s, acts);
    else
        smtp_server_handle(s, c, acts);
}

void smtp_server_resolve_command(struct smtp_server *s, const struct smtp_answer *answer,
                                 struct smtp_acts *acts)
{
    enum smtp_verb verb = (enum smtp_verb)s->verb;
    struct text line = s->pending;
    struct smtp_command c = smtp_command_parse(line);

    s->pending = TEXT("");
    if (answer == NULL || answer->verdict == SMTP_ACCEPT) {
        if (answer != NULL)
            smtp_server_force(s, answer);
        go_on(s, verb, &c, acts);
    } else if (verb == SMTP_VERB_MESSAGE) {
        smtp_server_resolve(s, SMTP_ASK_MESSAGE, answer, acts);
    } else if (verb == SMTP_VERB_BDAT) {
        smtp_server_bdat_refused(s, &c, answer, acts);
    } else {
        smtp_server_apply(s, refusal(verb, answer->verdict), verb, answer, acts);
    }
    smtp_server_give_text(s, &line);
}
