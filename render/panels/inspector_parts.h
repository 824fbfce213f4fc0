/*
 * inspector_parts.h - what the files of the inspector share; nobody else includes it.
 *
 * A pane is the panel while it is drawn: the moment, what is in view, memory for the time of drawing.
 *
 * Units   points.
 * Owner   a pane's memory ends with the drawing, and so do the texts that are made in it.
 * Errors  none: what the records do not say is left out, or pane_empty() says that there is nothing.
 */
#ifndef RENDER_PANELS_INSPECTOR_PARTS_H
#define RENDER_PANELS_INSPECTOR_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "render/panels/inspector.h"
#include "render/widgets/ui.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/replay/fate.h"

struct pane {
    struct ui *ui;
    struct canvas *canvas;
    struct memory *memory;
    const struct recording *recording;
    const struct cast *cast;
    uint32_t index; /* the last record that counts */
    int64_t now_ns;
    uint32_t mail, host, conn; /* in view, or RECORDING_NONE */
    enum inspect subject;
    enum inspect_tab tab;
    bool both;          /* of a session: both ends have room */
    double scroll;      /* as wished */
    double scroll_most; /* what the longest of the lists could use */
    double row;         /* height of a line of body text */
    uint32_t fresh;     /* first record of the step that is shown, or RECORDING_NONE */
};

extern const struct style inspector_body, inspector_soft, inspector_mono, inspector_head;

/* ---- what is shown (inspector_choice.c) --------------------------------------------------------- */

/* The last record that counts: that of the moment, or the one before the veil. */
uint32_t pane_index(const struct ui *ui);
/* The step that it belongs to; NULL: nothing has happened yet. */
const struct step *pane_step(const struct ui *ui);
/* The host that is chosen, or the one that this step is about: who asks, not the name server. */
uint32_t pane_host_in_view(const struct ui *ui);
/* Is it known by now that this mail is a report? */
bool pane_is_report(const struct ui *ui, uint32_t mail);

enum { PANE_HOST_PARTS = 5 };
struct pane_part {
    enum inspect_tab tab;
    const char *word;
    unsigned roles; /* hosts of one of them have that part */
};
extern const struct pane_part pane_host_parts[PANE_HOST_PARTS];
bool pane_host_has(const struct ui *ui, uint32_t host, int tab);

/* ---- the row of titles (inspector_head.c) --------------------------------------------------------- */

/* Is there something of the kind that is to be shown? */
bool pane_is_there(const struct pane *p);
/* Title, then the parts, then the subjects; the parts make room for the title. */
void inspector_head_draw(struct pane *p, struct rect r);

/* ---- words (inspector_words.c) ------------------------------------------------------------------ */

/* printf for texts: %t a struct text, %s a string, %d an int64_t. */
struct text pane_say(const struct pane *p, const char *format, ...);
/* The id of a mail with its host's short name: "mail.uni.1". */
struct text pane_mail(const struct pane *p, uint32_t mail);
/* Was this said in the step that is shown? */
bool pane_fresh(const struct pane *p, uint32_t record);
/* All of them, with `between` between. */
struct text pane_join(const struct pane *p, struct trace_texts t, const char *between);
/* Short name of a host; "nobody known" for none. */
struct text pane_host(const struct pane *p, uint32_t host);
/* Civil clock time of a simulated moment: "09:05", on another day than now "Tue 09:05", and with seconds
 * if they are not 0 ("09:05:20"). */
struct text pane_clock(const struct pane *p, int64_t time_ns);
/* "15 min", rounded to what one wants to know. */
struct text pane_duration(const struct pane *p, int64_t ns);
/* "2.4 kB" */
struct text pane_size(const struct pane *p, int64_t octets);
/* What has become of a recipient, in a few words: "waits until 10:15"; and in which class that is (2, 4,
 * 5, or 0: nothing yet). */
struct text pane_fate(const struct pane *p, const struct fate *fate);
struct text pane_fate_short(const struct pane *p, const struct fate *fate);
int pane_fate_class(const struct fate *fate);
/* The record up to which this host counts: its last one. */
uint32_t pane_host_last(const struct pane *p, uint32_t host);

/* ---- tables (inspector_listing.c) ----------------------------------------------------------------- */

enum { LISTING_COLUMNS = 6 };

struct cell {
    struct text text;
    enum colour ink;
    enum font font;
    int shape; /* of a reply class before the text; 0: none; -1: a blank of that width */
};

struct listing_row {
    struct cell cells[LISTING_COLUMNS];
    enum act act; /* ACT_NONE: nothing happens on a click */
    int64_t argument;
    bool lit;      /* on a surface of its own: decided, or said just now */
    double indent; /* of the first cell */
};

struct listing {
    const char *titles[LISTING_COLUMNS]; /* NULL at [0]: no row of titles */
    bool right[LISTING_COLUMNS];         /* numbers stand on the right */
    uint32_t columns, flexible;          /* flexible: the column that takes what is left */
    struct listing_row *rows;            /* those that are shown */
    uint32_t first, shown, total;
    double gap; /* between columns; 0: the usual one */
};

/* How many of `total` rows fit in r and which is the first: sets first, shown, and makes rows. */
void listing_fit(struct pane *p, struct listing *t, struct rect r, uint32_t total);
void listing_draw(struct pane *p, const struct listing *t, struct rect r);
/* How wide it would like to be; listing_fit() has been called. */
double listing_width(struct pane *p, const struct listing *t);
/* What is said where there is nothing to show. */
void pane_empty(struct pane *p, struct rect r, struct text words);
/* A heading in capitals with soft words behind it; cuts its height off *r. */
void pane_heading(struct pane *p, struct rect *r, const char *title, struct text words);
/* The line before r, in the middle of the gap to what stands there. */
void pane_divider(struct pane *p, struct rect r, double gap);
/* The bar at the right edge of r that shows which part of the whole is seen. */
void pane_scroll_bar(struct pane *p, struct rect r, double first, double shown, double total);
/* For what scrolls by lines: the first line, as wished but within its bounds. */
uint32_t pane_scrolled(struct pane *p, uint32_t lines, uint32_t room, double line);
struct cell cell_text(struct text text);
struct cell cell_soft(struct text text);
struct cell cell_mono(struct text text);

/* ---- subjects ----------------------------------------------------------------------------------- */

void inspector_mail_draw(struct pane *p, struct rect r);
void inspector_letter_draw(struct pane *p, struct rect r);
void inspector_report_draw(struct pane *p, struct rect r);
void inspector_host_draw(struct pane *p, struct rect r);
void inspector_rules_draw(struct pane *p, struct rect r);
void inspector_session_draw(struct pane *p, struct rect r);
/* Is there room for the diagrams of both ends? */
bool inspector_session_both(const struct pane *p, struct rect r);
/* Words behind the panel's title, and what a click on them does. */
struct text inspector_mail_note(struct pane *p, enum act *act, int64_t *argument);
struct text inspector_host_note(struct pane *p);
struct text inspector_session_note(struct pane *p);

#endif
