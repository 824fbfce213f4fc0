/*
 * narrate_input.c - an entry of the timeline, or what somebody changed, in plain words.
 *
 * The record has the entry's value as JSON, with all its defaults.  Said is what was asked for, and a default
 * only where it differs from what one expects.
 */
#include "sim/export/narrate_parts.h"
#include "sim/json/read.h"

/* ---- the value ----------------------------------------------------------------------------- */

#define FIELDS(F)                                                                                  \
    F(TO, "to")                                                                                    \
    F(CC, "cc")                                                                                    \
    F(BCC, "bcc")                                                                                  \
    F(FROM, "from")                                                                                \
    F(SUBJECT, "subject")                                                                          \
    F(SIZE, "size")                                                                                \
    F(SERVER, "server")                                                                            \
    F(TIMES, "times")                                                                              \
    F(EVERY, "every")                                                                              \
    F(CLIENT, "client")                                                                            \
    F(NTH, "nth")                                                                                  \
    F(WITH, "with")                                                                                \
    F(WHEN, "when")                                                                                \
    F(BY, "by")                                                                                    \
    F(STATE, "state")                                                                              \
    F(LATENCY, "latency")                                                                          \
    F(JITTER, "jitter")                                                                            \
    F(RATE, "rate")                                                                                \
    F(LOSS, "loss")

enum field {
#define X(suffix, name) FIELD_##suffix,
    FIELDS(X)
#undef X
        FIELD_PLACE, /* of "set": the first place in the host, and its new value */
    FIELD_VALUE,
    FIELD_COUNT
};

/* A member of the value: a list is "a, b". */
struct value {
    struct buffer words;
    int64_t count; /* of its items */
    size_t first;  /* octets of the first of them */
};

struct asked {
    bool aimed; /* it has members; else it is just true */
    int64_t places;
    struct value values[FIELD_COUNT];
};

static enum field field_of(struct text key)
{
    static const char *const names[] = {
#define X(suffix, name) name,
        FIELDS(X)
#undef X
    };

    for (int i = 0; i < FIELD_PLACE; i++)
        if (text_equal(key, text_of(names[i])))
            return (enum field)i;
    return FIELD_COUNT;
}

static void put_scalar(struct buffer *b, const struct json_reader *r, enum json_token token)
{
    if (token == JSON_STRING || token == JSON_KEY)
        buffer_put_text(b, r->string);
    else if (token == JSON_NUMBER)
        buffer_put_int(b, r->number);
    else
        buffer_put_string(b, token == JSON_TRUE ? "yes" : token == JSON_FALSE ? "no" : "nothing");
}

static void read_value(struct json_reader *r, struct value *v)
{
    int depth = 0;
    bool after_key = false;

    do {
        enum json_token token = json_read(r);

        if (token == JSON_END || token == JSON_MISTAKE)
            return;
        if (token == JSON_OBJECT_BEGIN || token == JSON_ARRAY_BEGIN) {
            depth++;
            after_key = false;
        } else if (token == JSON_OBJECT_END || token == JSON_ARRAY_END) {
            depth--;
        } else {
            if (v->words.size > 0)
                buffer_put_string(&v->words, after_key ? " " : ", ");
            put_scalar(&v->words, r, token);
            v->count += !after_key;
            v->first = v->count == 1 ? v->words.size : v->first;
            after_key = token == JSON_KEY;
        }
    } while (depth > 0);
}

static void read_asked(struct asked *a, struct narrator *n, struct text detail)
{
    struct json_reader r;
    struct memory *m = n->out->headline.memory;

    *a = (struct asked){.places = 0};
    for (int i = 0; i < FIELD_COUNT; i++)
        buffer_init(&a->values[i].words, m);
    json_reader_init(&r, m, JSON_UTF8);
    json_reader_open(&r, detail);
    a->aimed = json_read(&r) == JSON_OBJECT_BEGIN;
    while (a->aimed && json_read(&r) == JSON_KEY) {
        enum field field = field_of(r.string);
        bool place = r.string.size > 0 && r.string.at[0] == '/' && a->places++ == 0;

        if (place)
            buffer_put_text(&a->values[FIELD_PLACE].words, text_after(r.string, 1));
        if (place || field != FIELD_COUNT)
            read_value(&r, &a->values[place ? FIELD_VALUE : field]);
        else if (!json_read_skip(&r))
            break;
    }
    json_reader_free(&r);
}

static void free_asked(struct asked *a)
{
    for (int i = 0; i < FIELD_COUNT; i++)
        buffer_free(&a->values[i].words);
}

static struct text said(const struct asked *a, enum field field)
{
    return buffer_text(&a->values[field].words);
}

/* A number that is said only if it is more than one. */
static int64_t several(const struct asked *a, enum field field)
{
    int64_t number;

    return text_to_int(said(a, field), &number) && number > 1 ? number : 0;
}

/* ---- people ---------------------------------------------------------------------------------- */

static struct text who(const struct narrator *n)
{
    const struct cast_host *h =
        n->line->host == RECORDING_NONE ? NULL : &n->r->cast->hosts[n->line->host];

    return !h ? TEXT("Somebody") : h->person.size > 0 ? h->person : h->label;
}

static void say_send(struct narrator *n, const struct asked *a)
{
    const struct value *to = &a->values[FIELD_TO];
    struct text first = text_from(to->words.at, to->first), own = TEXT("");
    int64_t more = to->count + a->values[FIELD_CC].count + a->values[FIELD_BCC].count - 1;

    if (n->line->host != RECORDING_NONE)
        own = n->r->cast->hosts[n->line->host].mailbox;
    if (more > 0)
        narrate_head(n, "%t writes to %a and %d more", who(n), first, more);
    else
        narrate_head(n, "%t writes to %a", who(n), first);
    if (several(a, FIELD_TIMES))
        narrate_more(n, "%d letters, one every %t.", several(a, FIELD_TIMES), said(a, FIELD_EVERY));
    if (said(a, FIELD_SUBJECT).size > 0)
        narrate_more(n, "Subject %q.", said(a, FIELD_SUBJECT));
    if (said(a, FIELD_FROM).size > 0 && !text_equal_nocase(said(a, FIELD_FROM), own))
        narrate_more(n, "The envelope names %a as its sender.", said(a, FIELD_FROM));
    if (said(a, FIELD_SIZE).size > 0)
        narrate_more(n, "About %t long.", said(a, FIELD_SIZE));
    if (said(a, FIELD_SERVER).size > 0)
        narrate_more(n, "It is to be handed to %x.", said(a, FIELD_SERVER));
}

static void say_read(struct narrator *n, const struct asked *a)
{
    (void)a;
    narrate_head(n, "%t collects mail", who(n));
}

static void say_probe(struct narrator *n, const struct asked *a)
{
    narrate_head(n, "%H asks %x what it would take", said(a, FIELD_SERVER));
    narrate_more(n, "From %a, to %t.",
                 text_equal(said(a, FIELD_FROM), TEXT("<>")) ? TEXT("") : said(a, FIELD_FROM),
                 said(a, FIELD_TO));
}

/* ---- faults ---------------------------------------------------------------------------------- */

static struct text aim(const struct asked *a)
{
    struct text to = said(a, FIELD_TO);

    return text_equal(to, TEXT("."))         ? TEXT("end of a letter")
           : text_equal(to, TEXT("connect")) ? TEXT("new connection")
                                             : to;
}

/* Which, and how often. */
static void say_aim(struct narrator *n, const struct asked *a)
{
    if (said(a, FIELD_CLIENT).size > 0)
        narrate_more(n, "Only where %x is the client.", said(a, FIELD_CLIENT));
    if (several(a, FIELD_NTH))
        narrate_more(n, "From number %d of them on.", several(a, FIELD_NTH));
    if (several(a, FIELD_TIMES))
        narrate_more(n, "%d times.", several(a, FIELD_TIMES));
}

static void say_answer(struct narrator *n, const struct asked *a)
{
    narrate_head(n, "%H will answer the next %t with %t", aim(a), said(a, FIELD_WITH));
    say_aim(n, a);
}

static void say_drop(struct narrator *n, const struct asked *a)
{
    narrate_head(n, "The reply of %H to the next %t will be lost", aim(a));
    narrate_more(n, "And the connection with it.");
    say_aim(n, a);
}

static void say_delay(struct narrator *n, const struct asked *a)
{
    narrate_head(n, "The reply of %H to the next %t will be %t late", aim(a), said(a, FIELD_BY));
    say_aim(n, a);
}

static void say_close(struct narrator *n, const struct asked *a)
{
    if (!a->aimed) {
        narrate_head(n, "%H closes its connections");
        return;
    }
    narrate_head(n, "%H will close the connection at the next %t", aim(a));
    narrate_more(n, "Without a reply.");
    say_aim(n, a);
}

static void say_crash(struct narrator *n, const struct asked *a)
{
    if (!a->aimed) {
        narrate_head(n, "The power of %H is cut");
        return;
    }
    narrate_head(n, "The power of %H will be cut at the next %t", aim(a));
    narrate_more(n, "%s its reply is sent.",
                 text_equal(said(a, FIELD_WHEN), TEXT("after")) ? "After" : "Before");
    say_aim(n, a);
}

/* ---- hosts, links, settings ------------------------------------------------------------------ */

static void say_stop(struct narrator *n, const struct asked *a)
{
    (void)a;
    narrate_head(n, "%H is stopped in good order");
}

static void say_start(struct narrator *n, const struct asked *a)
{
    (void)a;
    narrate_head(n, "%H is started again");
}

static void say_link(struct narrator *n, const struct asked *a)
{
    static const struct {
        enum field field;
        const char *words;
    } traits[] = {{FIELD_LATENCY, "A packet is under way for %t."},
                  {FIELD_JITTER, "By up to %t more, drawn for each packet."},
                  {FIELD_RATE, "Its rate: %t."},
                  {FIELD_LOSS, "Lost are %t of the packets."}};
    struct text to = said(a, FIELD_TO), state = said(a, FIELD_STATE);

    to = to.size > 0 ? to : TEXT("the internet");
    if (text_equal(state, TEXT("down")))
        narrate_head(n, "The link between %H and %x is cut", to);
    else if (text_equal(state, TEXT("up")))
        narrate_head(n, "The link between %H and %x is up again", to);
    else if (said(a, FIELD_LATENCY).size > 0)
        narrate_head(n, "The link between %H and %x now takes %t", to, said(a, FIELD_LATENCY));
    else
        narrate_head(n, "The link between %H and %x changes", to);
    for (size_t i = 0; i < sizeof traits / sizeof *traits; i++)
        if (said(a, traits[i].field).size > 0)
            narrate_more(n, traits[i].words, said(a, traits[i].field));
}

static void say_mx(struct narrator *n, struct text zone, struct text value)
{
    if (text_equal(value, TEXT("0 ."))) {
        narrate_head(n, "%a says by a null MX that it takes no mail", zone);
    } else if (value.size == 0) {
        narrate_head(n, "%a has no MX records any more", zone);
    } else {
        narrate_head(n, "The MX records of %a change", zone);
        narrate_more(n, "They are now: %t.", value);
    }
}

static void say_set(struct narrator *n, const struct asked *a)
{
    struct text place = said(a, FIELD_PLACE), value = said(a, FIELD_VALUE);
    struct text zone = text_after(place, sizeof "zones/" - 1);

    if (text_equal(place, TEXT("mta/relay")) && text_equal(value, TEXT("allow anyone"))) {
        narrate_head(n, "%H now relays for anyone");
    } else if (text_equal(place, TEXT("mta/relay"))) {
        narrate_head(n, "Who may relay through %H changes");
        narrate_more(n, "The rules are now: %t.", value);
    } else if (text_starts_nocase(place, TEXT("zones/")) && text_ends_nocase(place, TEXT("/mx"))) {
        say_mx(n, text_from(zone.at, zone.size - (sizeof "/mx" - 1)), value);
    } else {
        narrate_head(n, "%H: %t is changed", place);
        if (value.size > 0)
            narrate_more(n, "It is now: %t.", value);
    }
    if (a->places > 1)
        narrate_more(n, "And %d more of its settings.", a->places - 1);
}

/* ---- all of them ----------------------------------------------------------------------------- */

void narrate_input(struct narrator *n)
{
    static const struct {
        struct text verb;
        void (*say)(struct narrator *n, const struct asked *a);
    } rows[] = {{TEXT_INIT("send"), say_send},   {TEXT_INIT("answer"), say_answer},
                {TEXT_INIT("drop"), say_drop},   {TEXT_INIT("delay"), say_delay},
                {TEXT_INIT("close"), say_close}, {TEXT_INIT("stop"), say_stop},
                {TEXT_INIT("crash"), say_crash}, {TEXT_INIT("start"), say_start},
                {TEXT_INIT("link"), say_link},   {TEXT_INIT("set"), say_set},
                {TEXT_INIT("probe"), say_probe}, {TEXT_INIT("read"), say_read}};
    const struct trace_sim_input *d = n->line->record->data;
    struct asked asked;

    narrate_head(n, "%H: the scenario says %q", d->verb);
    read_asked(&asked, n, d->detail);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (text_equal(d->verb, rows[i].verb))
            rows[i].say(n, &asked);
    free_asked(&asked);
    if (text_equal(d->source, TEXT("timeline")))
        narrate_more(n, "Entry %d of the timeline.", d->entry + 1);
    else
        narrate_more(n, "It was asked for while the world ran.");
}
