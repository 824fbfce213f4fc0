/*
 * narrate_parts.h - how the files of narrate.h make sentences.
 *
 * Each narrate_X() says the headline and adds sentences if the record is one of its kinds, and returns
 * false otherwise.
 *
 * Owner, errors   as in narrate.h.
 */
#ifndef SIM_EXPORT_NARRATE_PARTS_H
#define SIM_EXPORT_NARRATE_PARTS_H

#include <stdbool.h>

#include "sim/export/narrate.h"

struct narrator {
    struct narration *out;
    const struct recording *r;
    const struct recording_line *line;
    uint32_t index;
};

/*
 * The headline; a sentence more, if there is room for all of it (the first is cut instead).  In the
 * format, with their arguments:
 *
 *   %H  the host where it was observed   %O  the one at the other end     %h uint32_t  a host
 *   %n  "the letter", "the report"       %N  the same at the beginning    %s const char *
 *   %x struct text  a host by its name or address: its label, if it has one
 *   %a struct text  a mail address or domain, cut if long; empty: <>
 *   %p struct text  a mail address: the person's name if the cast has it
 *   %t struct text  as it stands         %q struct text  in quotation marks
 *   %d int64_t                           %D int64_t      a duration in nanoseconds
 */
void narrate_head(struct narrator *n, const char *format, ...);
void narrate_more(struct narrator *n, const char *format, ...);

bool narrate_network(struct narrator *n); /* dns.*, tcp.*, net.* */
bool narrate_session(struct narrator *n); /* commands, letters, tls.*, auth.*, states */
bool narrate_reply(struct narrator *n);   /* smtp.reply, pop3.* */
bool narrate_rule(struct narrator *n);    /* policy.* */
bool narrate_mail(struct narrator *n);    /* queue.*, custody.*, mail.* */
bool narrate_world(struct narrator *n);   /* sim.*, host.*, link.*, list.* */
/* sim.input, of which narrate_world() is asked: what is done or changed, in plain words. */
void narrate_input(struct narrator *n);

/* The person of that mailbox, or empty. */
struct text narrate_person(const struct narrator *n, struct text mailbox);
/* What stands between < and > of a MAIL or RCPT line. */
struct text narrate_path(struct text line);
/* "no such mailbox" for 5.1.1; NULL: not known. */
const char *narrate_status(struct text enhanced);
/* The command that this reply answers, by its causes at the server: an index, or RECORDING_NONE. */
uint32_t narrate_answered(const struct narrator *n);
/* Did anybody send this command?  One that stood inside a letter was sent by nobody. */
bool narrate_smuggled(const struct narrator *n);

#endif
