/*
 * what_if.c - change one thing at this moment and run again.
 */
#include "render/app/what_if.h"

void what_if_draw(struct viewer *v, struct rect r)
{
    (void)v;
    (void)r;
}

bool what_if_wants_text(const struct what_if *w)
{
    (void)w;
    return false;
}

bool what_if_key(struct viewer *v, struct text key)
{
    (void)v;
    (void)key;
    return false;
}

bool what_if_click(struct viewer *v, uint32_t verb, int64_t argument)
{
    (void)v;
    (void)verb;
    (void)argument;
    return false;
}

bool what_if_do(struct viewer *v, struct text entry)
{
    (void)v;
    (void)entry;
    return false;
}

bool what_if_save(struct viewer *v, struct text path)
{
    (void)v;
    (void)path;
    return false;
}
