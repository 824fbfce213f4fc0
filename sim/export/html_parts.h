/*
 * html_parts.h - what the parts of the page share; only html*.c include it.
 *
 * Owner, errors   as in html.h.
 */
#ifndef SIM_EXPORT_HTML_PARTS_H
#define SIM_EXPORT_HTML_PARTS_H

#include <stdint.h>

#include "sim/export/html.h"
#include "sim/export/tell.h"
#include "sim/kernel/text.h"
#include "sim/replay/view.h"

struct html {
    struct memory *memory;
    const struct replay_header *header;
    struct view view;
    struct buffer out, words, clean;
    int64_t told_ns; /* see tell_moment() */
};

/* Our own markup, as it is. */
void html_put(struct html *h, const char *markup);
/* Text of the run, made harmless. */
void html_put_text(struct html *h, struct text t);
/* What was said to h->words, which is emptied. */
void html_put_said(struct html *h);
void html_put_int(struct html *h, int64_t value);
void html_put_time(struct html *h, int64_t time_ns);
/* The same in a list of times (see tell_moment()), which begins with told_ns = -1. */
void html_put_moment(struct html *h, int64_t time_ns);
void html_put_cell(struct html *h, struct text t);
/* Its class in the style sheet. */
const char *html_tone(enum tell_tone tone);

/* The section with all ladders; nothing if there are none. */
void html_put_ladders(struct html *h);

#endif
