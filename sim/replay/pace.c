/*
 * Each record gets a time not before the one before it.  What travels arrives when it has had its time
 * on the way, however much else has happened meanwhile: so conversations that go on side by side share
 * the time, and none waits for another.  All of it looks only back, so that a recording that grows does
 * not change what has been shown.
 */
#include "sim/replay/pace.h"

#include "sim/replay/seen.h"
#include "sim/replay/steps.h"

/* Milliseconds. */
enum {
    PACE_COMMAND = 900,
    PACE_REPLY = 700,
    PACE_GOODBYE = 500,
    PACE_MESSAGE = 1200,
    PACE_CONNECT = 800,
    PACE_QUESTION = 500,
    PACE_ANSWER = 600,
    PACE_GAP = 900,
    PACE_GAP_LEAST = 250,
    PACE_LEAST = 80, /* of a step that has been seen often */
    PACE_APART = 20, /* of two arrivals at least */
    PACE_SEND = 80,  /* from an act to what is sent because of it */
    PACE_SEND_LEAST = 8,
    PACE_STAGGER = 120, /* between commands that a client sends at once */
    PACE_LONG = 40000,  /* from here on repeated steps must hurry */
    PACE_END = 1500,    /* to look at the last record */
    PACE_TRUE_END = 1000,
    PACE_TRUE_WAY = 25 /* one way over a link, where nobody said otherwise */
};
#define PACE_GAP_NS INT64_C(2000000000)

struct pace_own {
    struct seen seen;
    uint32_t gaps;
    double after; /* to look at the last step before the next */
    bool holds;
};

/* What a record takes: on its way or to come about, and to be looked at before the next step. */
struct beat {
    double way, after;
    bool holds; /* nothing leaves before it has been looked at */
};

void pace_init(struct pace *p, struct memory *m, const struct recording *r, enum pace_clock clock)
{
    *p = (struct pace){.recording = r, .memory = m, .clock = clock};
    p->own = MEMORY_NEW(m, struct pace_own);
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

/* Ends of dialogues are all alike. */
static bool is_goodbye(const struct recording_line *line)
{
    switch ((unsigned)line->record->kind) {
    case TRACE_SMTP_COMMAND:
        return text_equal(RECORDING_DATA(line, smtp_command)->verb, TEXT("QUIT"));
    case TRACE_SMTP_REPLY: return text_equal(RECORDING_DATA(line, smtp_reply)->to, TEXT("QUIT"));
    default: return false;
    }
}

/* ---- what each record takes ------------------------------------------------------------------- */

static double usual_way(enum recording_travel travel)
{
    switch (travel) {
    case TRAVEL_CONNECT: return PACE_CONNECT;
    case TRAVEL_COMMAND: return PACE_COMMAND;
    case TRAVEL_REPLY: return PACE_REPLY;
    case TRAVEL_MESSAGE: return PACE_MESSAGE;
    case TRAVEL_QUESTION: return PACE_QUESTION;
    case TRAVEL_ANSWER: return PACE_ANSWER;
    case TRAVEL_NOT:
    default: return 0;
    }
}

static struct beat by_kind(const struct recording_line *line, unsigned is)
{
    switch ((unsigned)line->record->kind) {
    case TRACE_MAIL_COMPOSED: return (struct beat){500, 900, true};
    case TRACE_MAIL_DELIVERED:
    case TRACE_MAIL_COLLECTED:
    case TRACE_MAIL_NDR: return (struct beat){400, 1200, true};
    case TRACE_MAIL_ACCEPTED: return (struct beat){200, 700, true};
    case TRACE_DNS_MX_CHOSEN: return (struct beat){250, 900, true};
    default:
        if (is & STEP_DECISION)
            return (struct beat){250, is & STEP_TROUBLE ? 900 : 450, true};
        return (struct beat){250, is & STEP_TROUBLE ? 800 : 400, true};
    }
}

static struct beat whole_beat(const struct recording *r, uint32_t index)
{
    const struct recording_line *line = &r->lines[index];
    unsigned is = steps_is(r, index);

    if (is_goodbye(line))
        return (struct beat){line->leaves ? 0 : PACE_GOODBYE, 0, false};
    if (line->travel && !line->leaves)
        return (struct beat){usual_way((enum recording_travel)line->travel),
                             is & STEP_TROUBLE ? 800 : 350, (is & STEP_TROUBLE) != 0};
    return is ? by_kind(line, is) : (struct beat){0, 0, false};
}

/* How often the class has seen such a step: between hosts of these kinds, and a little also
 * between others. */
static double repeats(struct pace *p, const struct recording_line *line)
{
    uint64_t key = seen_key(line);
    double all = seen_times(&p->own->seen, key) - 1;
    double here = seen_times(&p->own->seen, seen_between(p->recording, line, key)) - 1;

    return here + (all - here) / 4;
}

/* How much less a repeated step gets than the one before: in a long film more than in a short one. */
static double hurry(const struct pace *p)
{
    double part = p->count > 0 ? p->at_ms[p->count - 1] / PACE_LONG : 0;

    return 0.5 * larger(part * part, 1);
}

static struct beat beat_of(struct pace *p, uint32_t index)
{
    const struct recording *r = p->recording;
    struct beat beat = whole_beat(r, index);
    double n, whole = beat.way + beat.after;

    if (whole <= 0)
        return beat;
    n = smaller(1 + hurry(p) * repeats(p, &r->lines[index]), whole / PACE_LEAST);
    if (n > 1) {
        beat.way /= n;
        beat.after /= n;
    }
    return beat;
}

/* What is sent leaves a moment after what led to it: so there is a moment at which only that has happened.
 * Commands, or replies, that one side sends at once follow each other. */
static double send_time(struct pace *p, uint32_t index)
{
    const struct recording *r = p->recording;
    const struct recording_line *line = &r->lines[index], *before;
    double n = 1 + hurry(p) * repeats(p, line);

    if (line->conn_before == RECORDING_NONE)
        return larger(PACE_SEND / n, PACE_SEND_LEAST);
    before = &r->lines[line->conn_before];
    if (before->record->kind != line->record->kind || before->host != line->host ||
        before->record->time_ns != line->record->time_ns)
        return larger(PACE_SEND / n, PACE_SEND_LEAST);
    return larger(PACE_STAGGER / n, PACE_SEND_LEAST);
}

/* ---- the two clocks --------------------------------------------------------------------------- */

static double put_gap(struct pace *p, uint32_t index, int64_t length_ns, double start)
{
    double length = larger(PACE_GAP * 4.0 / (3 + ++p->own->gaps), PACE_GAP_LEAST);

    if (p->gap_count == p->gap_capacity)
        p->gaps =
            memory_make_room(p->memory, p->gaps, p->gap_count, &p->gap_capacity, sizeof *p->gaps);
    p->gaps[p->gap_count++] = (struct pace_gap){
        .after = index - 1,
        .length_ns = length_ns,
        .start_ms = start,
        .end_ms = start + length,
    };
    return start + length;
}

static double step_time(struct pace *p, uint32_t index)
{
    const struct recording *r = p->recording;
    const struct recording_line *line = &r->lines[index];
    struct beat beat = beat_of(p, index);
    int64_t gap_ns = 0;
    double at;

    if (index > 0)
        gap_ns = line->record->time_ns - r->lines[index - 1].record->time_ns;
    at = index > 0 ? p->at_ms[index - 1] : 0;
    if (beat.way > 0 || gap_ns > PACE_GAP_NS || (line->travel && p->own->holds)) {
        at += p->own->after;
        p->own->after = 0;
        p->own->holds = false;
    }
    if (gap_ns > PACE_GAP_NS)
        at = put_gap(p, index, gap_ns, at);
    if (line->travel && !line->leaves)
        at = line->pair == RECORDING_NONE
                 ? at + beat.way
                 : larger(at + PACE_APART, p->at_ms[line->pair] + beat.way);
    else
        at += beat.way + (line->travel && beat.way <= 0 ? send_time(p, index) : 0);
    p->own->after = larger(p->own->after, beat.after);
    p->own->holds |= beat.holds;
    return at;
}

void pace_extend(struct pace *p)
{
    for (; p->count < p->recording->count; p->count++) {
        if (p->count == p->capacity)
            p->at_ms =
                memory_make_room(p->memory, p->at_ms, p->count, &p->capacity, sizeof *p->at_ms);
        p->at_ms[p->count] = p->clock == PACE_STEPS
                                 ? step_time(p, p->count)
                                 : (double)p->recording->lines[p->count].record->time_ns / 1e6;
    }
}

/* ---- asking ----------------------------------------------------------------------------------- */

double pace_length(const struct pace *p)
{
    double end = p->clock == PACE_STEPS ? PACE_END : PACE_TRUE_END;

    return p->count > 0 ? p->at_ms[p->count - 1] + end : end;
}

struct pace_place pace_place(const struct pace *p, double ms)
{
    uint32_t low = 0, high = p->count; /* records before low have happened, from high on not */
    struct pace_place place = {.index = RECORDING_NONE};
    double from, to;
    int64_t from_ns, to_ns;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (p->at_ms[middle] <= ms)
            low = middle + 1;
        else
            high = middle;
    }
    from = low > 0 ? p->at_ms[low - 1] : 0;
    from_ns = low > 0 ? p->recording->lines[low - 1].record->time_ns : 0;
    if (low > 0)
        place.index = low - 1;
    place.now_ns = from_ns;
    if (low == p->count)
        return place;
    to = p->at_ms[low];
    to_ns = p->recording->lines[low].record->time_ns;
    place.part = to > from ? larger((ms - from) / (to - from), 0) : 0;
    place.now_ns += (int64_t)(place.part * (double)(to_ns - from_ns));
    return place;
}

double pace_when(const struct pace *p, uint32_t index)
{
    return index < p->count ? p->at_ms[index] : 0;
}

double pace_way(const struct pace *p, double ms, uint32_t from, uint32_t to)
{
    double start = pace_when(p, from), length;

    if (to != RECORDING_NONE)
        length = pace_when(p, to) - start;
    else if (p->clock == PACE_TRUE)
        length = PACE_TRUE_WAY;
    else
        length = usual_way((enum recording_travel)p->recording->lines[from].travel);
    if (length <= 0)
        return ms < start ? 0 : 1;
    return smaller(larger((ms - start) / length, 0), 1);
}

const struct pace_gap *pace_gap_at(const struct pace *p, double ms)
{
    uint32_t low = 0, high = p->gap_count; /* gaps before low have begun */

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (p->gaps[middle].start_ms <= ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && ms < p->gaps[low - 1].end_ms ? &p->gaps[low - 1] : NULL;
}
