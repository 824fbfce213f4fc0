/*
 * say.c - talk on stderr, and "did you mean".
 */
#include "sim/shell/say.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool say_colour(FILE *stream)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

    return isatty(fileno(stream)) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

static void say(const char *colour, const char *word, const char *format, va_list arguments)
{
    bool colours = say_colour(stderr);

    fprintf(stderr, "smtplab: %s%s%s ", colours ? colour : "", word, colours ? "\033[0m" : "");
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void say_error(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say("\033[1;31m", "error:", format, arguments);
    va_end(arguments);
}

void say_warning(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say("\033[1;33m", "warning:", format, arguments);
    va_end(arguments);
}

void say_note(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say("\033[1m", "note:", format, arguments);
    va_end(arguments);
}

/* ---- did you mean -------------------------------------------------------------------------- */

enum { WORD_MAX = 40 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Letters to insert, delete or change, or neighbours to swap, to make b of a. */
static unsigned distance(const char *a, const char *b)
{
    unsigned rows[3][WORD_MAX + 1] = {0};
    size_t size_a = strlen(a), size_b = strlen(b);

    if (size_a > WORD_MAX || size_b > WORD_MAX)
        return WORD_MAX;
    for (unsigned j = 0; j <= size_b; j++)
        rows[0][j] = j;
    for (unsigned i = 1; i <= size_a; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *twice = rows[(i + 1) % 3];

        row[0] = i;
        for (unsigned j = 1; j <= size_b; j++) {
            row[j] = least(least(row[j - 1], above[j]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], twice[j - 2] + 1);
        }
    }
    return rows[size_a % 3][size_b];
}

struct nearest nearest_to(const char *typed)
{
    unsigned most = (unsigned)strlen(typed) / 3;

    return (struct nearest){.typed = typed, .distance = (most < 1 ? 1 : most > 3 ? 3 : most) + 1};
}

void nearest_try(struct nearest *n, const char *word)
{
    unsigned d = distance(n->typed, word);

    if (d < n->distance) {
        n->distance = d;
        n->best = word;
    }
}

const char *nearest_found(const struct nearest *n)
{
    return n->best;
}
