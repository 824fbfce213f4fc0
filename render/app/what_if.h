/*
 * what_if.h - change one thing at this moment and run again.
 */
#ifndef RENDER_APP_WHAT_IF_H
#define RENDER_APP_WHAT_IF_H

#include <stdbool.h>
#include <stdint.h>

#include "render/widgets/ui.h"

struct viewer;

struct what_if {
    uint32_t chosen;
};

void what_if_draw(struct viewer *v, struct rect r);
bool what_if_wants_text(const struct what_if *w);
bool what_if_key(struct viewer *v, struct text key);
bool what_if_click(struct viewer *v, uint32_t verb, int64_t argument);
/* Runs again with that entry of the timeline. */
bool what_if_do(struct viewer *v, struct text entry);
bool what_if_save(struct viewer *v, struct text path);

#endif
