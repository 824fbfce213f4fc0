/*
 * scenario_lab.c - see scenario_lab.h.
 */
#include "tests/scenario_lab.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

char *lab_read_file(const char *path, struct text *out)
{
    FILE *file = fopen(path, "rb");
    char *octets;
    long size;

    cr_assert(file, "%s cannot be opened", path);
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    octets = malloc((size_t)size + 1);
    cr_assert(octets && fread(octets, 1, (size_t)size, file) == (size_t)size, "%s", path);
    fclose(file);
    *out = text_from(octets, (size_t)size);
    return octets;
}

void lab_read_text(struct lab_scenario *l, struct text text)
{
    l->octets = NULL;
    memory_init(&l->memory, 0);
    l->good = scenario_read(&l->s, &l->memory, text, TEXT("test.json"), NULL);
}

void lab_read_scenario(struct lab_scenario *l, const char *path)
{
    struct text text;
    char *octets = lab_read_file(path, &text);

    lab_read_text(l, text);
    l->octets = octets;
}

void lab_free(struct lab_scenario *l)
{
    scenario_free(&l->s);
    memory_end(&l->memory);
    free(l->octets);
}
