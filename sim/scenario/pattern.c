/*
 * pattern.c - Thompson's construction, and following all states at once.
 *
 * Built backwards: every piece is compiled with the state that comes after it, so no patching is
 * needed.  A repetition compiles its piece again for each copy, from the same place in the text.
 * The states reachable without reading are computed once, so a step costs a few words.
 */
#include "sim/scenario/pattern.h"

#include <assert.h>

enum { PATTERN_SPLIT = -1, PATTERN_MATCH = -2 };

struct compiler {
    struct pattern *p;
    const char *text;
};

/* A piece of the expression: [from, to), and what repeats it. */
struct piece {
    const char *from, *to;
    int least, most; /* most -1: any number */
};

static uint16_t compile_choice(struct compiler *c, const char *from, const char *to,
                               uint16_t after);

static uint16_t add_state(struct compiler *c, int16_t set, uint16_t next, uint16_t other)
{
    assert(c->p->state_count < PATTERN_STATES_MAX);
    c->p->states[c->p->state_count] = (struct pattern_state){next, other, set};
    return c->p->state_count++;
}

static int16_t add_set(struct compiler *c, const uint64_t bits[4])
{
    struct pattern *p = c->p;

    for (int i = 0; i < p->set_count; i++)
        if (memcmp(p->sets[i], bits, sizeof p->sets[i]) == 0)
            return (int16_t)i;
    assert(p->set_count < PATTERN_SETS_MAX);
    memcpy(p->sets[p->set_count], bits, sizeof p->sets[0]);
    return (int16_t)p->set_count++;
}

static void set_add(uint64_t bits[4], unsigned char c)
{
    bits[c / 64] |= UINT64_C(1) << c % 64;
}

/* The end of the atom at `at`: a group, a set, an escape or a character. */
static const char *atom_end(const char *at)
{
    int depth = 0;

    if (*at == '[') {
        for (at++; *at != ']'; at++)
            at += *at == '\\';
        return at + 1;
    }
    if (*at != '(')
        return at + 1 + (*at == '\\');
    do {
        if (*at == '[') {
            at = atom_end(at);
            continue;
        }
        depth += *at == '(';
        depth -= *at == ')';
        at += 1 + (*at == '\\');
    } while (depth > 0);
    return at;
}

static int number(const char **at)
{
    int value = 0;

    while (**at >= '0' && **at <= '9')
        value = value * 10 + (*(*at)++ - '0');
    return value;
}

/* The piece at `at`; returns what follows it and its repetition. */
static const char *next_piece(const char *at, struct piece *piece)
{
    const char *end = atom_end(at);

    *piece = (struct piece){at, end, 1, 1};
    switch (*end) {
    case '?': piece->least = 0; return end + 1;
    case '*':
        piece->least = 0;
        piece->most = -1;
        return end + 1;
    case '+': piece->most = -1; return end + 1;
    case '{':
        end++;
        piece->least = piece->most = number(&end);
        if (*end == ',') {
            end++;
            piece->most = *end == '}' ? -1 : number(&end);
        }
        assert(*end == '}');
        return end + 1;
    default: return end;
    }
}

static uint16_t compile_set(struct compiler *c, const char *at, const char *to, uint16_t after)
{
    uint64_t bits[4] = {0};
    bool negative = *at == '^';

    for (at += negative; at < to; at++) {
        unsigned char low, high;

        at += *at == '\\';
        low = high = (unsigned char)*at;
        if (at + 2 < to && at[1] == '-') {
            at += 2;
            at += *at == '\\';
            high = (unsigned char)*at;
        }
        for (unsigned octet = low; octet <= high; octet++)
            set_add(bits, (unsigned char)octet);
    }
    for (int i = 0; negative && i < 4; i++)
        bits[i] = ~bits[i];
    return add_state(c, add_set(c, bits), after, 0);
}

static uint16_t compile_atom(struct compiler *c, const struct piece *piece, uint16_t after)
{
    uint64_t bits[4] = {0};

    if (*piece->from == '(')
        return compile_choice(c, piece->from + 1, piece->to - 1, after);
    if (*piece->from == '[')
        return compile_set(c, piece->from + 1, piece->to - 1, after);
    set_add(bits, (unsigned char)piece->from[*piece->from == '\\']);
    return add_state(c, add_set(c, bits), after, 0);
}

static uint16_t compile_piece(struct compiler *c, const struct piece *piece, uint16_t after)
{
    uint16_t at = after;

    if (piece->most < 0) {
        uint16_t loop = add_state(c, PATTERN_SPLIT, 0, after);

        c->p->states[loop].next = compile_atom(c, piece, loop);
        at = loop;
    }
    for (int i = piece->least; i < piece->most; i++)
        at = add_state(c, PATTERN_SPLIT, compile_atom(c, piece, at), after);
    for (int i = 0; i < piece->least; i++)
        at = compile_atom(c, piece, at);
    return at;
}

/* Pieces one after the other: the last is compiled first. */
static uint16_t compile_sequence(struct compiler *c, const char *from, const char *to,
                                 uint16_t after)
{
    struct piece piece;
    const char *rest;

    if (from == to)
        return after;
    rest = next_piece(from, &piece);
    return compile_piece(c, &piece, compile_sequence(c, rest, to, after));
}

static uint16_t compile_choice(struct compiler *c, const char *from, const char *to, uint16_t after)
{
    const char *at = from;
    uint16_t first;

    while (at < to && *at != '|')
        at = atom_end(at);
    first = compile_sequence(c, from, at, after);
    if (at >= to)
        return first;
    return add_state(c, PATTERN_SPLIT, first, compile_choice(c, at + 1, to, after));
}

static size_t reach_size(const struct pattern *p)
{
    return (size_t)p->state_count * p->words * sizeof *p->reach;
}

static uint64_t *reach_of(const struct pattern *p, uint16_t state)
{
    return p->reach + (size_t)state * p->words;
}

static void add_reach(const struct pattern *p, uint16_t state, uint64_t seen[PATTERN_WORDS],
                      uint64_t *reach)
{
    const struct pattern_state *s = &p->states[state];
    uint64_t bit = UINT64_C(1) << state % 64;

    if (seen[state / 64] & bit)
        return;
    seen[state / 64] |= bit;
    if (s->set != PATTERN_SPLIT) {
        reach[state / 64] |= bit;
        return;
    }
    add_reach(p, s->next, seen, reach);
    add_reach(p, s->other, seen, reach);
}

void pattern_compile(struct pattern *p, struct memory *m, const char *expression)
{
    struct compiler c = {p, expression};
    uint16_t match;

    memset(p, 0, sizeof *p);
    match = add_state(&c, PATTERN_MATCH, 0, 0);
    p->start = compile_choice(&c, expression, expression + strlen(expression), match);
    p->words = (uint16_t)((p->state_count + 63U) / 64);
    p->reach = memory_take_clear(m, reach_size(p));
    for (uint16_t i = 0; i < p->state_count; i++) {
        uint64_t seen[PATTERN_WORDS] = {0};

        add_reach(p, i, seen, reach_of(p, i));
    }
}

void pattern_free(struct pattern *p, struct memory *m)
{
    memory_give(m, p->reach, reach_size(p));
}

bool pattern_match(const struct pattern *p, struct text t)
{
    uint64_t now[PATTERN_WORDS], next[PATTERN_WORDS];
    size_t size = p->words * sizeof *now;

    memcpy(now, reach_of(p, p->start), size);
    for (size_t i = 0; i < t.size; i++) {
        unsigned char c = (unsigned char)t.at[i];
        bool any = false;

        memset(next, 0, size);
        for (unsigned w = 0; w < p->words; w++)
            for (uint64_t left = now[w]; left != 0; left &= left - 1) {
                unsigned bit = w * 64 + (unsigned)__builtin_ctzll(left);
                const struct pattern_state *s = &p->states[bit];
                const uint64_t *reach = reach_of(p, s->next);

                if (s->set < 0 || !(p->sets[s->set][c / 64] >> c % 64 & 1))
                    continue;
                for (unsigned k = 0; k < p->words; k++)
                    next[k] |= reach[k];
                any = true;
            }
        if (!any)
            return false;
        memcpy(now, next, size);
    }
    return now[0] & 1; /* the state that matches is the first */
}
