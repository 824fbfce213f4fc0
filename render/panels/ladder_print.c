#include "render/panels/ladder_print.h"

#include <stdio.h>

bool ladder_print(const struct ladder_print *what, const char *path, const char *icons,
                  uint32_t *pages, char *why, size_t why_size)
{
    (void)what;
    (void)icons;
    *pages = 0;
    snprintf(why, why_size, "%s: ladders cannot be printed yet", path);
    return false;
}
