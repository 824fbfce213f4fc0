/*
 * bundled.h - the bundled scenarios in the order of the course: first the lessons by number, then the
 * others by name.
 *
 * Owner   all of it lives in the memory given.
 * Errors  told on stderr; the result is an exit status (options.h).
 */
#ifndef SIM_SHELL_BUNDLED_H
#define SIM_SHELL_BUNDLED_H

#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"

struct bundled {
    struct text name;  /* "first-letter" */
    struct text path;  /* ends with a NUL */
    struct text title; /* as the scenario has it; it may be broken, then empty */
    int64_t number;    /* in the course; 0: none */
};

int bundled_list(struct memory *m, const char *folder, struct bundled **all, uint32_t *count);

#endif
