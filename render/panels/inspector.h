/*
 * inspector.h - the panel below the map: a message, a host or a session, opened.
 *
 * Message: envelope beside letter, each recipient's fate; the letter as it grows; a report's three parts.
 * Host: its queue, mailboxes, DNS cache and rules.  Session: the state diagram of both ends, drawn from
 * the table that runs, with the current state lit.
 *
 * Everything is found in the recording up to the moment that is shown; what is chosen (subject, tab,
 * scrolling) is in `ui->choice` and changed by actions alone, but for one thing: scrolling beyond the end
 * is brought back.
 *
 * Units   points.  Owner  nothing is kept between frames.  Errors  none.
 */
#ifndef RENDER_PANELS_INSPECTOR_H
#define RENDER_PANELS_INSPECTOR_H

#include "render/canvas/canvas.h"
#include "render/widgets/ui.h"

/* choice.inspect */
enum inspect { INSPECT_STORY, INSPECT_MAIL, INSPECT_HOST, INSPECT_SESSION };

/* choice.tab, argument of ACT_INSPECT_TAB.  A tab of another subject counts as none: what fits then. */
enum inspect_tab {
    TAB_NONE,
    TAB_SUMMARY = 1, /* of a message */
    TAB_LETTER,
    TAB_REPORT,
    TAB_ABOUT = 11, /* of a host */
    TAB_QUEUE,
    TAB_MAILBOX,
    TAB_CACHE,
    TAB_RULES,
    TAB_SERVER = 21, /* of a session */
    TAB_CLIENT
};

void inspector_draw(struct ui *ui, struct rect r);

/* What is shown: the chosen, else what the story calls for.  For tests and the status line. */
enum inspect inspector_subject(const struct ui *ui);
enum inspect_tab inspector_tab(const struct ui *ui);

#endif
