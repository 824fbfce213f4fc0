/*
 * Two lists side by side, and what repeats itself.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/kernel/random.h"
#include "sim/replay/pairing.h"

static struct memory memory;

static void init(void)
{
    memory_init(&memory, 0);
}

static void fini(void)
{
    memory_end(&memory);
}

TestSuite(replay_pairing, .init = init, .fini = fini);

/* Letters are things: those of the same letter in large and small are alike. */
static uint32_t items_of(const char *letters, struct pairing_item *items)
{
    uint32_t count = 0;

    for (; *letters; letters++)
        items[count++] = (struct pairing_item){(uint64_t)*letters, (uint64_t)(*letters | 0x20)};
    return count;
}

/* "a=a b~B c| |d": each line, what is on either side, and whether it is paired. */
static const char *pair(const char *a, const char *b)
{
    static char out[400];
    struct pairing_item left[100], right[100];
    struct pairing p;
    size_t at = 0;

    uint32_t a_count = items_of(a, left), b_count = items_of(b, right);

    pairing_find(&p, &memory, left, a_count, right, b_count);
    for (uint32_t i = 0; i < p.count; i++) {
        uint32_t x = p.lines[i].items[0], y = p.lines[i].items[1];

        out[at++] = x == PAIRING_NONE ? ' ' : a[x];
        out[at++] = !p.lines[i].paired ? '|' : a[x] == b[y] ? '=' : '~';
        out[at++] = y == PAIRING_NONE ? ' ' : b[y];
        out[at++] = i + 1 < p.count ? ',' : '\0';
    }
    out[at] = '\0';
    pairing_free(&p);
    return out;
}

Test(replay_pairing, what_is_the_same_stands_on_one_line)
{
    cr_expect_str_eq(pair("abc", "abc"), "a=a,b=b,c=c");
    cr_expect_str_eq(pair("", "ab"), " |a, |b");
    cr_expect_str_eq(pair("ab", ""), "a| ,b| ");
    cr_expect_str_eq(pair("", ""), "");
    cr_expect_str_eq(pair("abd", "abcd"), "a=a,b=b, |c,d=d");
    cr_expect_str_eq(pair("abcd", "abd"), "a=a,b=b,c| ,d=d");
    cr_expect_str_eq(pair("abcz", "axyz"), "a=a,b|x,c|y,z=z");
}

Test(replay_pairing, what_is_alike_stands_together_where_they_part)
{
    cr_expect_str_eq(pair("abc", "aBc"), "a=a,b~B,c=c");
    /* The one that says the same comes again later, when it is tried again. */
    cr_expect_str_eq(pair("abcd", "aBwbcd"), "a=a,b~B, |w, |b,c=c,d=d");
    /* Behind that, the same counts more than the alike. */
    cr_expect_str_eq(pair("axbc", "ayBbc"), "a=a,x|y, |B,b=b,c=c");
}

/* Every item is there once, in order; paired ones are the same or alike. */
static void check(const struct pairing *p, const struct pairing_item *a, uint32_t a_count,
                  const struct pairing_item *b, uint32_t b_count)
{
    uint32_t x = 0, y = 0;

    for (uint32_t i = 0; i < p->count; i++) {
        const struct pairing_line *l = &p->lines[i];

        cr_assert(l->items[0] == PAIRING_NONE || l->items[0] == x++);
        cr_assert(l->items[1] == PAIRING_NONE || l->items[1] == y++);
        cr_assert(l->items[0] != PAIRING_NONE || l->items[1] != PAIRING_NONE);
        if (l->paired)
            cr_assert(a[l->items[0]].same == b[l->items[1]].same ||
                      a[l->items[0]].like == b[l->items[1]].like);
    }
    cr_assert(x == a_count && y == b_count);
}

enum { MANY = 100000 };

Test(replay_pairing, long_lists_lose_nothing)
{
    struct pairing_item *a = memory_take(&memory, MANY * sizeof *a),
                        *b = memory_take(&memory, MANY * sizeof *b);
    struct random r;
    struct pairing p;

    random_init(&r, 7, TEXT("pairing"), TEXT("items"));
    for (uint32_t kinds = 2; kinds < MANY; kinds *= 40) {
        uint32_t a_count = MANY, b_count = MANY / 2;

        for (uint32_t i = 0; i < MANY; i++) {
            a[i] = (struct pairing_item){random_below(&r, kinds), 1 + random_below(&r, kinds)};
            b[i] = (struct pairing_item){random_below(&r, kinds), 1 + random_below(&r, kinds)};
        }
        pairing_find(&p, &memory, a, a_count, b, b_count);
        check(&p, a, a_count, b, b_count);
        pairing_free(&p);
    }
}

Test(replay_pairing, one_thing_more_in_a_long_list_shifts_nothing)
{
    struct pairing_item *a = memory_take(&memory, MANY * sizeof *a),
                        *b = memory_take(&memory, MANY * sizeof *b);
    struct pairing p;
    uint32_t paired = 0;

    for (uint32_t i = 0; i < MANY; i++)
        a[i] = (struct pairing_item){i + 1U, 0};
    memcpy(b, a, MANY * sizeof *b);
    memmove(b + 501, b + 500, (MANY - 501) * sizeof *b);
    b[500] = (struct pairing_item){MANY + 5U, 0};
    pairing_find(&p, &memory, a, MANY, b, MANY);
    check(&p, a, MANY, b, MANY);
    for (uint32_t i = 0; i < p.count; i++)
        paired += p.lines[i].paired;
    cr_expect_eq(paired, MANY - 1);
}

static void repeats(const char *word, uint32_t from, uint32_t period, uint32_t times)
{
    uint64_t keys[200];
    uint32_t count = (uint32_t)strlen(word), p = 0, t = 0;

    for (uint32_t i = 0; i < count; i++)
        keys[i] = (uint64_t)word[i];
    cr_expect_eq(pairing_repeats(keys, count, from, &p, &t), times > 0, "%s", word);
    cr_expect_eq(p, period, "%s: %u", word, p);
    cr_expect_eq(t, times, "%s: %u", word, t);
}

Test(replay_pairing, what_repeats_itself)
{
    repeats("aaab", 0, 1, 3);
    repeats("aab", 0, 0, 0);
    repeats("xabcabcabcd", 1, 3, 3);
    repeats("xabcabcabcd", 0, 0, 0);
    repeats("abababab", 0, 2, 4);
    repeats("aabaabaabaab", 0, 3, 4);
    repeats("aaaa", 3, 0, 0);
    repeats("", 0, 0, 0);
}
