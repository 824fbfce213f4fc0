/*
 * what_if_parts.h - what the files of the list of changes share; nobody else includes it.
 *
 * Owner   everything that is made lives in the memory of the list.
 * Errors  none: what cannot be changed is not listed, and what is too much for the list is left out.
 */
#ifndef RENDER_APP_WHAT_IF_PARTS_H
#define RENDER_APP_WHAT_IF_PARTS_H

#include "render/app/what_if.h"
#include "sim/json/read.h"

struct what_if_listing {
    struct what_if *w;
    const struct ui *ui;
    struct text scenario; /* JSON */
    struct text at;       /* the time of an entry */
};

/* Words with %h for a host's name and %s for a text. */
struct text what_if_words(const struct what_if_listing *l, const char *format, struct text host,
                          struct text more);
/* { "at": ..., "on": ..., VERB: VALUE }, spaced as people write it. */
struct text what_if_entry(const struct what_if_listing *l, uint32_t host, const char *verb,
                          struct text value);
void what_if_add(const struct what_if_listing *l, const char *group, enum icon icon,
                 struct text said, struct text json);
/* Reads on to the value of that key in the object at hand. */
bool what_if_find_key(struct json_reader *r, struct text key);

void what_if_list_mx(const struct what_if_listing *l);

#endif
