/*
 * what_if.h - change one thing at this moment: the choices, and the run that is made again.
 *
 * A change is one more entry of the scenario's timeline, at a time between the record that is shown and
 * the next one; the run is made again from the start with it.  Up to that record both runs are the same
 * (inputs have an order class of their own).  What is saved is the scenario's own text with the entries
 * that were added, so its run is the one that was watched; without the lesson's questions, whose answers
 * may be wrong in it.
 *
 * Owner   a list's texts live in the memory given.  Errors  told in the viewer's status line.
 */
#ifndef RENDER_APP_WHAT_IF_H
#define RENDER_APP_WHAT_IF_H

#include <stdbool.h>
#include <stdint.h>

#include "render/widgets/ui.h"

struct viewer;

enum { WHAT_IF_MAX = 20 };

struct what_if_item {
    const char *group; /* heading; items of one group stand together */
    struct text words; /* "Stop mail.uni.example in good order" */
    struct text entry; /* JSON; empty: back to the run before the change */
    bool letter;       /* asks first to whom; `entry` ends where the address belongs */
    enum icon icon;
};

struct what_if {
    struct memory memory; /* of the list */
    struct what_if_item items[WHAT_IF_MAX];
    uint32_t count, chosen;
    bool writing; /* the letter's recipient is being typed */
};

/* The choices for the moment in ui, `at` being the time of an entry ("1250ms"). */
void what_if_list(struct what_if *w, const struct ui *ui, struct text scenario, struct text at,
                  bool changed);
/* The moment's time, after its record and before the next one, as round as there is: "276ms". */
void what_if_put_time(struct buffer *out, const struct moment *m);

void what_if_init(struct what_if *w);
void what_if_end(struct what_if *w);
/* Opens the list for the moment that is shown. */
void what_if_open(struct viewer *v);
void what_if_draw(struct viewer *v, struct rect r);
bool what_if_wants_text(const struct what_if *w);
bool what_if_key(struct viewer *v, struct text key);
/* Carries out the chosen one. */
bool what_if_choose(struct viewer *v);
/* Runs again with that entry of the timeline; without any: back to the run before. */
bool what_if_do(struct viewer *v, struct text entry);
/* The scenario with what was added; without a name: its own with "-what-if" behind it. */
bool what_if_save(struct viewer *v, struct text path);

#endif
