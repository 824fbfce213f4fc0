/*
 * mistakes.c - what is wrong, where, and what was probably meant.
 *
 * Only a hundred mistakes are kept: nobody reads more, and a hostile file must not make us write a
 * sentence, let alone look for a suggestion, for each of a million.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#include "sim/json/write.h"
#include "sim/scenario/check.h"

enum { MISTAKES_KEPT = 100, NEAREST_MAX = 64, FAR = 3, LONG_WORD = 100, LONG_TEXT = 600 };

/* At most so many octets of it, whole characters: a message must fit a screen. */
static void put_cut(struct buffer *b, struct text t, size_t most, bool quoted)
{
    bool cut = t.size > most;

    if (cut)
        for (t.size = most; t.size > 0 && ((unsigned char)t.at[t.size] & 0xc0) == 0x80;)
            t.size--;
    if (quoted)
        json_quote_message(b, t);
    else
        buffer_put_text(b, t);
    if (cut)
        buffer_put_string(b, "...");
}

static void phrase(struct buffer *b, const char *format, va_list arguments)
{
    for (; *format; format++) {
        if (*format != '%') {
            buffer_put_char(b, *format);
            continue;
        }
        switch (*++format) {
        case 's': buffer_put_string(b, va_arg(arguments, const char *)); break;
        case 'd': buffer_put_int(b, va_arg(arguments, int64_t)); break;
        case 't': put_cut(b, va_arg(arguments, struct text), LONG_TEXT, false); break;
        case 'q': put_cut(b, va_arg(arguments, struct text), LONG_WORD, true); break;
        default: assert(0 && "a format of ours");
        }
    }
}

static struct text make_phrase(struct check *c, const char *format, va_list arguments)
{
    struct buffer b;
    struct text made;

    buffer_init(&b, c->memory);
    phrase(&b, format, arguments);
    made = text_copy(c->memory, buffer_text(&b));
    buffer_free(&b);
    return made;
}

static struct scenario_mistake *add(struct check *c, enum scenario_severity severity)
{
    struct scenario_mistakes *all = &c->s->mistakes;
    size_t size = sizeof *all->items;

    if (severity == SCENARIO_ERROR)
        all->errors++;
    else
        all->warnings++;
    if (all->count == MISTAKES_KEPT)
        return NULL;
    if (all->count == all->capacity) {
        uint32_t more = all->capacity ? all->capacity * 2 : 16;

        all->items = memory_grow(c->memory, all->items, all->capacity * size, more * size);
        all->capacity = more;
    }
    all->items[all->count] =
        (struct scenario_mistake){.severity = severity, .place = TEXT(""), .suggestion = TEXT("")};
    return &all->items[all->count++];
}

static void add_at(struct check *c, enum scenario_severity severity, const cJSON *item, bool at_key,
                   const char *format, va_list arguments)
{
    const struct json_node *node = json_document_node(c->d, item);
    struct scenario_mistake *m;
    struct buffer place;

    c->skipped = !node;
    if (!node) {
        if (severity == SCENARIO_ERROR && !c->implied_mistake.at)
            c->implied_mistake = make_phrase(c, format, arguments);
        return;
    }
    m = add(c, severity);
    if (!m)
        return;
    m->what = make_phrase(c, format, arguments);
    m->at = at_key ? node->key : node->value;
    buffer_init(&place, c->memory);
    json_document_put_pointer(c->d, item, &place);
    if (place.size > LONG_TEXT) {
        struct buffer cut;

        buffer_init(&cut, c->memory);
        put_cut(&cut, buffer_text(&place), LONG_TEXT, false);
        buffer_clear(&place);
        buffer_put_text(&place, buffer_text(&cut));
        buffer_free(&cut);
    }
    m->place = text_copy(c->memory, buffer_text(&place));
    buffer_free(&place);
}

#define DEFINE_ADD(name, severity, at_key)                                                         \
    void name(struct check *c, const cJSON *item, const char *format, ...)                         \
    {                                                                                              \
        va_list arguments;                                                                         \
                                                                                                   \
        va_start(arguments, format);                                                               \
        add_at(c, severity, item, at_key, format, arguments);                                      \
        va_end(arguments);                                                                         \
    }

DEFINE_ADD(check_error, SCENARIO_ERROR, false)
DEFINE_ADD(check_warning, SCENARIO_WARNING, false)
DEFINE_ADD(check_error_at_key, SCENARIO_ERROR, true)
DEFINE_ADD(check_warning_at_key, SCENARIO_WARNING, true)

void check_refuse(struct check *c, const char *what, const char *advice)
{
    struct scenario_mistake *m = add(c, SCENARIO_ERROR);

    assert(m);
    m->at = (struct json_place){1, 1};
    m->what = text_of(what);
    m->suggestion = text_of(advice);
}

void check_settle(struct check *c)
{
    if (c->s->mistakes.errors == 0 && c->implied_mistake.at)
        check_error(c, c->root, "%t", c->implied_mistake);
}

bool check_is_kept(const struct check *c)
{
    return !c->skipped && c->s->mistakes.errors + c->s->mistakes.warnings == c->s->mistakes.count;
}

void check_suggest(struct check *c, const char *format, ...)
{
    va_list arguments;

    if (!check_is_kept(c) || c->s->mistakes.count == 0)
        return;
    va_start(arguments, format);
    c->s->mistakes.items[c->s->mistakes.count - 1].suggestion = make_phrase(c, format, arguments);
    va_end(arguments);
}

void check_take_syntax(struct check *c)
{
    for (uint32_t i = 0; i < c->d->mistake_count; i++) {
        const struct json_mistake *from = &c->d->mistakes[i];
        struct scenario_mistake *m = add(c, SCENARIO_ERROR);

        if (!m)
            continue;
        m->at = from->at;
        m->what = from->what;
        m->place = from->pointer;
        m->suggestion = from->advice;
    }
    c->s->mistakes.errors += c->d->mistakes_left_out;
}

/* Merge sort: stable, and the same everywhere. */
static void sort(struct scenario_mistake *items, struct scenario_mistake *room, uint32_t count)
{
    uint32_t half = count / 2, a = 0, b = half;

    if (count < 2)
        return;
    sort(items, room, half);
    sort(items + half, room, count - half);
    for (uint32_t i = 0; i < count; i++) {
        bool second = a == half;

        if (!second && b < count) {
            const struct json_place *x = &items[a].at, *y = &items[b].at;

            second = y->line < x->line || (y->line == x->line && y->column < x->column);
        }
        room[i] = items[second ? b++ : a++];
    }
    memcpy(items, room, count * sizeof *items);
}

void check_sort_mistakes(struct check *c)
{
    struct scenario_mistakes *all = &c->s->mistakes;
    size_t size = all->count * sizeof *all->items;
    struct scenario_mistake *room = memory_take(c->memory, size + 1);

    sort(all->items, room, all->count);
    memory_give(c->memory, room, size + 1);
}

enum { MESSAGE_HEAD = 240, MESSAGE_TAIL = 120 }; /* of a message with a name of many kilobytes */

/* An index at or before `at` where a character of UTF-8 begins. */
static size_t character_start(struct text t, size_t at)
{
    while (at > 0 && ((unsigned char)t.at[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* The text, its middle left out if that makes it readable. */
static void put_readable(struct buffer *out, struct text t)
{
    if (t.size <= 2 * (MESSAGE_HEAD + MESSAGE_TAIL)) {
        buffer_put_text(out, t);
        return;
    }
    buffer_put_text(out, text_from(t.at, character_start(t, MESSAGE_HEAD)));
    buffer_put_string(out, " ... ");
    buffer_put_text(out, text_after(t, character_start(t, t.size - MESSAGE_TAIL)));
}

static void put_place(struct buffer *out, struct text place)
{
    struct buffer whole;

    buffer_init(&whole, out->memory);
    json_put_message(&whole, place);
    put_readable(out, buffer_text(&whole));
    buffer_free(&whole);
}

void scenario_put_mistake(struct buffer *out, struct text file, const struct scenario_mistake *m)
{
    buffer_put_text(out, file);
    if (m->at.line > 0) {
        buffer_put_char(out, ':');
        buffer_put_int(out, m->at.line);
        buffer_put_char(out, ':');
        buffer_put_int(out, m->at.column);
    }
    buffer_put_string(out, m->severity == SCENARIO_ERROR ? ": error: " : ": warning: ");
    put_readable(out, m->what);
    if (m->place.size > 0) {
        buffer_put_string(out, " (at ");
        put_place(out, m->place);
        buffer_put_char(out, ')');
    }
    if (m->suggestion.size > 0) {
        buffer_put_string(out, "; ");
        put_readable(out, m->suggestion);
    }
    buffer_put_char(out, '\n');
}

/* ---- did you mean -------------------------------------------------------------------------- */

static int smallest(int a, int b, int c)
{
    int least = a < b ? a : b;

    return least < c ? least : c;
}

/* Letters changed, added, left out or swapped with their neighbour, ASCII case aside (a difference in
 * case alone counts as one); FAR or more is not told apart. */
static int distance(struct text a, struct text b)
{
    int rows[3][NEAREST_MAX + 1];
    int size_a = (int)a.size, size_b = (int)b.size;

    if (size_a > NEAREST_MAX || size_b > NEAREST_MAX || abs(size_a - size_b) >= FAR)
        return FAR;
    for (int j = 0; j <= size_b; j++)
        rows[0][j] = j;
    for (int i = 1; i <= size_a; i++) {
        int *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        char x = ascii_lower(a.at[i - 1]);
        int least = row[0] = i;

        for (int j = 1; j <= size_b; j++) {
            char y = ascii_lower(b.at[j - 1]);

            row[j] = smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == ascii_lower(b.at[j - 2]) && ascii_lower(a.at[i - 2]) == y &&
                before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
            if (row[j] < least)
                least = row[j];
        }
        if (least >= FAR)
            return FAR;
    }
    return rows[size_a % 3][size_b];
}

void check_nearest_init(struct check_nearest *n, struct text sought)
{
    *n = (struct check_nearest){.sought = sought, .best = TEXT(""), .distance = FAR};
}

void check_nearest_try(struct check_nearest *n, struct text name)
{
    int d = distance(n->sought, name);

    /* Two of four letters wrong is no likeness. */
    if (d < n->distance && (size_t)d * 2 < name.size) {
        n->distance = d;
        n->best = name;
    }
}

bool check_suggest_nearest(struct check *c, const struct check_nearest *n)
{
    if (n->distance >= FAR)
        return false;
    check_suggest(c, "did you mean %q?", n->best);
    return true;
}

/* All of them, if they are few. */
static void suggest_known_hosts(struct check *c)
{
    struct buffer all;

    if (c->host_count > 8)
        return;
    buffer_init(&all, c->memory);
    for (uint32_t i = 0; i < c->host_count; i++) {
        if (c->hosts[i].implied)
            continue;
        buffer_put_string(&all, all.size > 0 ? ", " : "");
        json_put_message(&all, c->hosts[i].name);
    }
    check_suggest(c, "the hosts are %t", buffer_text(&all));
    buffer_free(&all);
}

bool check_suggest_host(struct check *c, struct text sought)
{
    struct check_nearest n;

    if (!check_is_kept(c))
        return false;
    check_nearest_init(&n, sought);
    for (uint32_t i = 0; i < c->host_count; i++)
        check_nearest_try(&n, c->hosts[i].name);
    if (check_suggest_nearest(c, &n))
        return true;
    suggest_known_hosts(c);
    return false;
}
