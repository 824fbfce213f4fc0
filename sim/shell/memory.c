/*
 * memory.c - small strings of the command line.
 */
#include "sim/shell/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/shell/options.h"
#include "sim/shell/output.h"
#include "sim/shell/say.h"

/* `context` is the set of outputs that must not stay behind half written, or NULL. */
void cli_exhausted(void *context)
{
    if (context)
        outputs_discard(context);
    say_error("stopped: the memory limit is reached");
    exit(EXIT_LIMIT);
}

void *cli_take(size_t size)
{
    void *block = malloc(size);

    if (!block)
        cli_exhausted(NULL);
    return block;
}

char *cli_copy(const char *string)
{
    size_t size = strlen(string) + 1;

    return memcpy(cli_take(size), string, size);
}

char *cli_format(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *string = cli_take((size_t)size + 1);

    va_start(arguments, format);
    vsnprintf(string, (size_t)size + 1, format, arguments);
    va_end(arguments);
    return string;
}
