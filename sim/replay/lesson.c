/*
 * The scenario of a header has been checked; one that somebody else made may not have been: what does not
 * fit is left out, and only what is no object is an error.
 */
#include "sim/replay/lesson.h"

#include "sim/json/read.h"
#include "sim/json/write.h"
#include "sim/kernel/clock.h"
#include "sim/replay/steps.h"

struct reading {
    struct lesson *l;
    struct json_reader r;
    uint32_t card_room, note_room, prompt_room;
};

static bool is_key(const struct reading *in, const char *key)
{
    return text_equal(in->r.string, text_of(key));
}

static bool read_text(struct reading *in, struct text *out)
{
    if (!json_read_expect(&in->r, JSON_STRING))
        return false;
    *out = text_copy(in->l->memory, in->r.string);
    return true;
}

static bool read_matcher(struct reading *in, struct matcher *out)
{
    return json_read(&in->r) == JSON_OBJECT_BEGIN && matcher_read(out, &in->r, in->l->memory);
}

/* ---- cards, notes, questions ------------------------------------------------------------------ */

static bool read_card(struct reading *in)
{
    struct lesson *l = in->l;
    struct lesson_card card = {0};
    enum json_token token;

    while ((token = json_read(&in->r)) == JSON_KEY)
        if (!(is_key(in, "title")  ? read_text(in, &card.title)
              : is_key(in, "text") ? read_text(in, &card.text)
                                   : json_read_skip(&in->r)))
            return false;
    l->cards =
        memory_make_room(l->memory, l->cards, l->card_count, &in->card_room, sizeof *l->cards);
    l->cards[l->card_count++] = card;
    return token == JSON_OBJECT_END;
}

static bool read_note(struct reading *in)
{
    struct lesson *l = in->l;
    struct lesson_note note = {.first = RECORDING_NONE};
    enum json_token token;

    while ((token = json_read(&in->r)) == JSON_KEY)
        if (!(is_key(in, "on")    ? read_matcher(in, &note.on)
              : is_key(in, "say") ? read_text(in, &note.say)
                                  : json_read_skip(&in->r)))
            return false;
    l->notes =
        memory_make_room(l->memory, l->notes, l->note_count, &in->note_room, sizeof *l->notes);
    l->notes[l->note_count++] = note;
    return token == JSON_OBJECT_END;
}

static bool read_choices(struct reading *in, struct lesson_prompt *p)
{
    enum json_token token;

    if (json_read(&in->r) != JSON_ARRAY_BEGIN)
        return false;
    while ((token = json_read(&in->r)) == JSON_STRING)
        if (p->choice_count < LESSON_CHOICES_MAX)
            p->choices[p->choice_count++] = text_copy(in->l->memory, in->r.string);
    return token == JSON_ARRAY_END;
}

static bool read_prompt_key(struct reading *in, struct lesson_prompt *p)
{
    if (is_key(in, "id"))
        return read_text(in, &p->id);
    if (is_key(in, "ask"))
        return read_text(in, &p->ask);
    if (is_key(in, "because"))
        return read_text(in, &p->because);
    if (is_key(in, "answer"))
        return read_text(in, &p->answer);
    if (is_key(in, "before"))
        return read_matcher(in, &p->before);
    if (is_key(in, "choices"))
        return read_choices(in, p);
    return json_read_skip(&in->r);
}

static bool read_prompt(struct reading *in)
{
    struct lesson *l = in->l;
    struct lesson_prompt prompt = {.record = RECORDING_NONE};
    enum json_token token;

    for (int i = 0; i < LESSON_VOTES; i++)
        prompt.votes[i] = -1;
    while ((token = json_read(&in->r)) == JSON_KEY)
        if (!read_prompt_key(in, &prompt))
            return false;
    l->prompts = memory_make_room(l->memory, l->prompts, l->prompt_count, &in->prompt_room,
                                  sizeof *l->prompts);
    l->prompts[l->prompt_count++] = prompt;
    return token == JSON_OBJECT_END;
}

/* ---- the scenario ----------------------------------------------------------------------------- */

static bool read_list(struct reading *in, bool (*read_one)(struct reading *in))
{
    enum json_token token;

    if (json_read(&in->r) != JSON_ARRAY_BEGIN)
        return false;
    while ((token = json_read(&in->r)) == JSON_OBJECT_BEGIN)
        if (!read_one(in))
            return false;
    return token == JSON_ARRAY_END;
}

static bool read_lesson(struct reading *in)
{
    enum json_token token;

    if (json_read(&in->r) != JSON_OBJECT_BEGIN)
        return false;
    while ((token = json_read(&in->r)) == JSON_KEY)
        if (!(is_key(in, "cards")     ? read_list(in, read_card)
              : is_key(in, "notes")   ? read_list(in, read_note)
              : is_key(in, "prompts") ? read_list(in, read_prompt)
                                      : json_read_skip(&in->r)))
            return false;
    return token == JSON_OBJECT_END;
}

/* A question's answer is about the run of the scenario that its author wrote: in one that was changed it
 * may be wrong.  So nothing is asked there, and the first card says why. */
static void leave_out_prompts(struct reading *in, struct text changed)
{
    struct lesson *l = in->l;
    struct buffer why;

    buffer_init(&why, l->memory);
    buffer_put_string(&why, "This run was made with ");
    buffer_put_text(&why, changed);
    buffer_put_string(&why,
                      ". The lesson's answers are about the scenario as it was written, and may "
                      "be wrong here.");
    l->cards =
        memory_make_room(l->memory, l->cards, l->card_count, &in->card_room, sizeof *l->cards);
    for (uint32_t i = l->card_count++; i > 0; i--)
        l->cards[i] = l->cards[i - 1];
    l->cards[0] = (struct lesson_card){.title = TEXT("The questions are left out"),
                                       .text = buffer_text(&why)};
    l->prompt_count = 0;
}

bool lesson_read(struct lesson *l, struct memory *m, const struct replay_header *header,
                 const struct recording *r, struct buffer *what)
{
    struct reading in = {.l = l};
    bool fine;

    *l = (struct lesson){.memory = m, .recording = r};
    match_ends_init(&l->ends, m);
    json_reader_init(&in.r, m, JSON_UTF8);
    json_reader_open(&in.r, header->scenario);
    fine = json_read(&in.r) == JSON_OBJECT_BEGIN;
    if (!fine)
        buffer_put_string(what, "the header's scenario is no object");
    while (fine && json_read(&in.r) == JSON_KEY)
        if (!(is_key(&in, "lesson") ? read_lesson(&in) : json_read_skip(&in.r)))
            break;
    if (header->changed.size > 0 && l->prompt_count > 0)
        leave_out_prompts(&in, header->changed);
    json_reader_free(&in.r);
    return fine;
}

/* ---- where they belong ------------------------------------------------------------------------ */

static uint32_t note_for(const struct lesson *l, uint32_t record)
{
    const struct recording_line *line = &l->recording->lines[record];

    for (uint32_t i = 0; i < l->note_count; i++)
        if (matcher_try(&l->notes[i].on, &l->ends, line->record) == MATCH_FITS)
            return i + 1;
    /* What is said of a reply is said where the server sends it, but shown when it has arrived. */
    if (line->travel && !line->leaves && line->pair != RECORDING_NONE)
        return l->note_of[line->pair];
    return 0;
}

/* Before a reply its server has judged, looked up, been told by a fault: playback stops before the first
 * such step, just after the command, or the client, has arrived. */
static uint32_t stop_before(const struct recording *r, uint32_t record)
{
    const struct recording_line *line = &r->lines[record];
    uint32_t at = record;

    if (line->record->kind != TRACE_SMTP_REPLY || !line->leaves)
        return record;
    for (uint32_t i = line->conn_before; i != RECORDING_NONE; i = r->lines[i].conn_before) {
        if (r->lines[i].host != line->host)
            continue;
        if (r->lines[i].travel)
            break;
        if (steps_is(r, i))
            at = i;
    }
    return at;
}

void lesson_extend(struct lesson *l)
{
    for (; l->taken < l->recording->count; l->taken++) {
        const struct trace_record *record = l->recording->lines[l->taken].record;

        match_ends_record(&l->ends, record);
        if (l->taken == l->room)
            l->note_of =
                memory_make_room(l->memory, l->note_of, l->taken, &l->room, sizeof *l->note_of);
        uint32_t note = l->note_of[l->taken] = note_for(l, l->taken);

        if (note > 0 && l->notes[note - 1].first == RECORDING_NONE)
            l->notes[note - 1].first = l->taken;
        for (uint32_t i = 0; i < l->prompt_count; i++)
            if (l->prompts[i].record == RECORDING_NONE &&
                matcher_try(&l->prompts[i].before, &l->ends, record) == MATCH_FITS)
                l->prompts[i].record = stop_before(l->recording, l->taken);
    }
}

struct text lesson_note(const struct lesson *l, uint32_t record)
{
    if (record >= l->taken || l->note_of[record] == 0)
        return TEXT("");
    return l->notes[l->note_of[record] - 1].say;
}

struct lesson_prompt *lesson_next(const struct lesson *l, uint32_t from, uint32_t to)
{
    struct lesson_prompt *next = NULL;

    for (uint32_t i = 0; i < l->prompt_count; i++) {
        struct lesson_prompt *p = &l->prompts[i];

        if (p->revealed || p->record == RECORDING_NONE || p->record > to)
            continue;
        if (from != RECORDING_NONE && p->record <= from)
            continue;
        if (!next || p->record < next->record)
            next = p;
    }
    return next;
}

uint32_t lesson_veil(const struct lesson *l)
{
    const struct lesson_prompt *next = lesson_next(l, RECORDING_NONE, RECORDING_NONE);

    return next ? next->record : RECORDING_NONE;
}

/* ---- answers ---------------------------------------------------------------------------------- */

void lesson_vote(struct lesson_prompt *p, int32_t choice, int64_t at_unix)
{
    uint32_t vote = p->vote_count > 0 ? p->vote_count - 1 : 0;

    if (p->revealed || choice < 0 || choice >= (int32_t)p->choice_count)
        return;
    if (p->vote_count == 0)
        p->vote_count = 1;
    p->votes[vote] = choice;
    p->voted_unix[vote] = at_unix;
}

bool lesson_vote_again(struct lesson_prompt *p)
{
    if (p->revealed || p->vote_count == 0 || p->vote_count == LESSON_VOTES)
        return false;
    p->vote_count++;
    return true;
}

void lesson_reset(struct lesson *l)
{
    for (uint32_t i = 0; i < l->prompt_count; i++) {
        struct lesson_prompt *p = &l->prompts[i];

        p->vote_count = 0;
        p->revealed = false;
        for (int v = 0; v < LESSON_VOTES; v++)
            p->votes[v] = -1;
    }
}

bool lesson_is_right(const struct lesson_prompt *p, int32_t choice)
{
    return choice >= 0 && choice < (int32_t)p->choice_count &&
           text_equal(p->choices[choice], p->answer);
}

static void put_answer(struct json_writer *w, struct memory *m, const struct lesson_prompt *p,
                       uint32_t vote)
{
    struct buffer at;

    buffer_init(&at, m);
    clock_put_utc(&at, p->voted_unix[vote]);
    json_write_flat_object(w);
    json_put_text(w, TEXT("id"), p->id);
    json_put_text(w, TEXT("choice"), p->choices[p->votes[vote]]);
    json_put_bool(w, TEXT("correct"), lesson_is_right(p, p->votes[vote]));
    json_put_int(w, TEXT("vote"), vote + 1);
    json_put_text(w, TEXT("at_utc"), buffer_text(&at));
    json_write_end(w);
    buffer_free(&at);
}

void lesson_put_answers(struct buffer *out, const struct lesson *l, const char *sha256)
{
    struct json_writer w;

    json_writer_init(&w, out, true);
    json_write_object(&w);
    json_put_int(&w, TEXT("smtplab_answers"), 1);
    json_put_text(&w, TEXT("trace_sha256"), text_of(sha256));
    json_write_key(&w, TEXT("answers"));
    json_write_array(&w);
    for (uint32_t i = 0; i < l->prompt_count; i++)
        for (uint32_t v = 0; v < l->prompts[i].vote_count; v++)
            if (l->prompts[i].votes[v] >= 0)
                put_answer(&w, l->memory, &l->prompts[i], v);
    json_write_end(&w);
    json_write_end(&w);
    buffer_put_char(out, '\n');
}
