#include "tests/golden.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static void update(const char *path, struct text got)
{
    FILE *f = fopen(path, "wb");
    cr_assert(f != NULL, "%s cannot be written", path);
    cr_assert_eq(fwrite(got.at, 1, got.size, f), got.size);
    cr_assert_eq(fclose(f), 0);
}

void golden_check(const char *path, struct text got)
{
    if (getenv("UPDATE_GOLDEN")) {
        update(path, got);
        return;
    }
    FILE *f = fopen(path, "rb");
    cr_assert(f != NULL, "%s is missing; UPDATE_GOLDEN=1 makes it", path);
    size_t line = 1;
    for (size_t i = 0; i <= got.size; i++) {
        int want = fgetc(f), have = i < got.size ? (unsigned char)got.at[i] : EOF;
        if (want != have) {
            cr_expect(false, "%s line %zu, octet %zu: want %d, got %d: ...%.*s", path, line, i,
                      want, have, (int)(got.size - i < 60 ? got.size - i : 60), got.at + i);
            break;
        }
        line += have == '\n';
    }
    fclose(f);
}
