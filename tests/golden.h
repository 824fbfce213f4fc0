/*
 * golden.h - compare octets with a file under tests/; UPDATE_GOLDEN=1 writes the file instead, and
 * `git diff` shows what changed.
 */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include "sim/kernel/text.h"

/* `path` from the project's root.  Fails the test, and says where the octets part. */
void golden_check(const char *path, struct text got);

#endif
