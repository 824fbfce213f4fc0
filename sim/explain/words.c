#include "sim/explain/words.h"

#include "sim/explain/explain.h"

enum { WORD_SIZE_MAX = 40, NEAREST = 3 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

int words_compare(struct text a, struct text b)
{
    for (size_t i = 0; i < least(a.size, b.size); i++) {
        int d = (unsigned char)ascii_lower(a.at[i]) - (unsigned char)ascii_lower(b.at[i]);
        if (d != 0)
            return d;
    }
    return a.size < b.size ? -1 : a.size > b.size;
}

/* Optimal string alignment, three rows of the table at a time. */
size_t words_distance(struct text a, struct text b, size_t limit)
{
    size_t rows[3][WORD_SIZE_MAX + 1];
    if (a.size > WORD_SIZE_MAX || b.size > WORD_SIZE_MAX)
        return limit + 1;
    for (size_t j = 0; j <= b.size; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t *now = rows[i % 3], *before = rows[(i + 2) % 3], *two_before = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            char x = ascii_lower(a.at[i - 1]), y = ascii_lower(b.at[j - 1]);
            size_t d = least(before[j - 1] + (x != y), least(before[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && x == ascii_lower(b.at[j - 2]) && y == ascii_lower(a.at[i - 2]))
                d = least(d, two_before[j - 2] + 1);
            now[j] = d;
        }
    }
    return least(rows[a.size % 3][b.size], limit + 1);
}

struct nearest {
    struct text word;
    struct {
        struct text word;
        size_t distance;
    } found[NEAREST];
    size_t count;
};

/* Only the first octet: the class of an enhanced status, which is written down as X. */
static bool is_any_class(struct text word)
{
    return word.size > 1 && word.at[0] == 'X' && word.at[1] == '.';
}

static bool holds(struct text word, struct text typed)
{
    for (size_t i = 0; i + typed.size <= word.size; i++)
        if (text_starts_nocase(text_after(word, i), typed))
            return true;
    return false;
}

/* A word that begins with what was typed is the nearest, then one that holds it: smtp.timeout. */
static size_t distance_of(struct text typed, struct text word)
{
    size_t limit = typed.size <= 1 ? 0 : typed.size <= 3 ? 1 : typed.size <= 7 ? 2 : 3;
    if (is_any_class(word)) {
        if (typed.size < 3 || typed.at[1] != '.')
            return SIZE_MAX;
        typed = text_after(typed, 1);
        word = text_after(word, 1);
    }
    if (typed.size >= 2 && text_starts_nocase(word, typed))
        return 0;
    if (typed.size >= 4 && holds(word, typed))
        return 1;
    size_t d = words_distance(typed, word, limit);
    return d <= limit ? d : SIZE_MAX;
}

/* Keeps the best three; among equals the one that was listed first. */
static void consider(void *context, struct text word, bool main)
{
    struct nearest *n = context;
    size_t d = distance_of(n->word, word);
    (void)main;
    if (d == SIZE_MAX)
        return;
    size_t at = n->count;
    while (at > 0 && n->found[at - 1].distance > d)
        at--;
    if (at == NEAREST)
        return;
    if (n->count < NEAREST)
        n->count++;
    for (size_t i = n->count - 1; i > at; i--)
        n->found[i] = n->found[i - 1];
    n->found[at].word = word;
    n->found[at].distance = d;
}

void explain_suggest(struct text word, struct buffer *out)
{
    struct nearest n = {.word = text_trim(word)};
    if (n.word.size == 0)
        return;
    explain_each_word(&n, consider);
    for (size_t i = 0; i < n.count; i++) {
        struct text found = n.found[i].word;
        buffer_put_string(out, i > 0 ? ", " : "");
        if (is_any_class(found)) {
            buffer_put_char(out, n.word.at[0]);
            found = text_after(found, 1);
        }
        buffer_put_text(out, found);
    }
}
