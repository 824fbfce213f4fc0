/*
 * scenario_lab.h - files and scenarios for tests; a mistake in the file system fails the test.
 */
#ifndef TESTS_SCENARIO_LAB_H
#define TESTS_SCENARIO_LAB_H

#include <stdbool.h>

#include "sim/kernel/memory.h"
#include "sim/scenario/scenario.h"

struct lab_scenario {
    struct memory memory;
    struct scenario s;
    char *octets; /* of the file, or NULL */
    bool good;
};

/* The file's octets, to be freed; `path` from the project's root. */
char *lab_read_file(const char *path, struct text *out);
void lab_read_scenario(struct lab_scenario *l, const char *path);
void lab_read_text(struct lab_scenario *l, struct text text);
void lab_free(struct lab_scenario *l);

#endif
