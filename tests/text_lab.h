/*
 * text_lab.h - what tests look for in what was written.
 */
#ifndef TESTS_TEXT_LAB_H
#define TESTS_TEXT_LAB_H

#include <criterion/criterion.h>

#include "sim/kernel/text.h"

/* How often `part` is in it. */
static inline size_t text_count(struct text t, struct text part)
{
    size_t count = 0;

    for (size_t i = 0; i + part.size <= t.size; i++)
        count += text_equal(text_from(t.at + i, part.size), part);
    return count;
}

static inline bool text_has(struct text t, const char *part)
{
    return text_count(t, text_of(part)) > 0;
}

/* Fails the test, and tells both, unless the text is that one. */
#define CHECK_TEXT(got, want) text_check(__LINE__, got, want)

static inline void text_check(int line, struct text got, const char *want)
{
    cr_expect(text_equal(got, text_of(want)), "line %d: got '%.*s', want '%s'", line, TEXT_ARG(got),
              want);
}

#endif
