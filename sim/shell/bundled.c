/*
 * bundled.c - reads of each bundled scenario what a list shows.
 */
#include "sim/shell/bundled.h"

#include <stdlib.h>

#include "sim/shell/input.h"
#include "sim/shell/memory.h"
#include "sim/shell/options.h"

static int compare(const void *a, const void *b)
{
    const struct bundled *x = a, *y = b;
    uint64_t first = (uint64_t)x->number - 1, second = (uint64_t)y->number - 1; /* none: last */

    return first != second ? (first < second ? -1 : 1) : text_compare(x->name, y->name);
}

static int read_one(struct memory *m, const char *folder, const char *name, struct bundled *one)
{
    char *path = cli_format("%s/%s.json", folder, name);
    struct input in;

    *one =
        (struct bundled){.name = text_copy(m, text_of(name)), .path = text_copy(m, text_of(path))};
    int status = input_open(&in, path);

    free(path);
    if (status == EXIT_FINE) {
        one->number = input_lesson(m, in.octets, &one->title);
        input_close(&in);
    }
    return status;
}

int bundled_list(struct memory *m, const char *folder, struct bundled **all, uint32_t *count)
{
    char **names = input_scenario_names(folder);
    int status = EXIT_FINE;
    uint32_t size = 0;

    while (names[size])
        size++;
    *all = memory_take_clear(m, (size + 1) * sizeof **all);
    for (*count = 0; *count < size && status == EXIT_FINE; (*count)++)
        status = read_one(m, folder, names[*count], &(*all)[*count]);
    input_free_names(names);
    if (*count > 0)
        qsort(*all, *count, sizeof **all, compare);
    return status;
}
