/*
 * say.h - talk: messages for a human, all on stderr; and the nearest word to a mistyped one.
 *
 * Colour only where stderr is a terminal, NO_COLOR is unset or empty and TERM is not "dumb".
 *
 * Owner   words are borrowed; nearest_found() gives one of those that were tried.
 * Errors  none: what cannot be written to stderr is lost.
 */
#ifndef SIM_SHELL_SAY_H
#define SIM_SHELL_SAY_H

#include <stdbool.h>
#include <stdio.h>

/* May this stream be coloured? */
bool say_colour(FILE *stream);

/* "smtplab: error: ...": without a line end the caller adds. */
__attribute__((format(printf, 1, 2))) void say_error(const char *format, ...);
__attribute__((format(printf, 1, 2))) void say_warning(const char *format, ...);
__attribute__((format(printf, 1, 2))) void say_note(const char *format, ...);

/* The best of several words for what was typed: at most a third of its letters wrong. */
struct nearest {
    const char *typed, *best;
    unsigned distance; /* of the best so far */
};
struct nearest nearest_to(const char *typed);
void nearest_try(struct nearest *n, const char *word);
const char *nearest_found(const struct nearest *n);

#endif
