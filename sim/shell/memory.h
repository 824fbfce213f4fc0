/*
 * memory.h - small strings of the command line, from the C library; and the limit of the machine.
 *
 * Errors  none to handle: without memory the program says so and ends with EXIT_LIMIT.
 * Owner   whoever takes frees, with free().
 */
#ifndef SIM_SHELL_MEMORY_H
#define SIM_SHELL_MEMORY_H

#include <stddef.h>

void *cli_take(size_t size);
char *cli_copy(const char *string);
__attribute__((format(printf, 1, 2))) char *cli_format(const char *format, ...);

/* The hook for struct memory (kernel/memory.h); does not return. */
void cli_exhausted(void *context);

#endif
