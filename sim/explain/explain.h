/*
 * explain.h - what a word means: codes, statuses, verbs, kinds of records, terms, rules, states.
 *
 * Everything is data, written for somebody who meets the word for the first time, each entry with
 * the section of the RFC that it rests on.  Kinds and states are printed from the tables that run.
 *
 *     550, 5.1.1, RCPT, smtp.reply, MDA, connector, policy.relay, states, simplifications
 *
 * Words are found in any case, a dot at the end and "<>" aside.  A word may be two things ("MAIL" is
 * a verb, "mail" a term): then both are printed.
 *
 * Owner   entries are constant data; the caller owns the buffers.
 * Errors  EXPLAIN_NOTHING.
 */
#ifndef SIM_EXPLAIN_EXPLAIN_H
#define SIM_EXPLAIN_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/kernel/text.h"

/* X(SUFFIX, "one", "several") in the order in which they are looked up and listed. */
#define EXPLAIN_TOPICS(X)                                                                          \
    X(CODE, "reply code", "reply codes")                                                           \
    X(STATUS, "enhanced status", "enhanced statuses")                                              \
    X(VERB, "command", "commands")                                                                 \
    X(EXTENSION, "extension", "extensions")                                                        \
    X(KIND, "kind of record", "kinds of records")                                                  \
    X(RULE, "rule", "rules")                                                                       \
    X(TERM, "term", "terms")                                                                       \
    X(TABLE, "table", "tables")

enum explain_topic {
#define X(suffix, one, several) EXPLAIN_##suffix,
    EXPLAIN_TOPICS(X)
#undef X
        EXPLAIN_TOPIC_COUNT,
    EXPLAIN_NOTHING = EXPLAIN_TOPIC_COUNT
};

struct explain_entry {
    const char *name;
    const char *also;   /* other words for it, with "|" between; NULL: none */
    const char *title;  /* in a few words; fits behind the name */
    const char *text;   /* the explanation, without line ends; a blank line is "\n" */
    const char *source; /* "RFC 5321 4.2.3" */
};

/*
 * Appends the explanation of `word`, lines of at most 80 columns.  Returns what it is (the first, if
 * it is several things); EXPLAIN_NOTHING if nobody knows, and then `out` gets the nearest words: "Did
 * you mean ...?", or nothing if none is near.
 */
enum explain_topic explain_find(struct text word, struct buffer *out);
/* All words that can be asked for, by topic. */
void explain_list(struct buffer *out);
/* The nearest words alone, ", " between; "550", "551" for "55".  Nothing if none is near. */
void explain_suggest(struct text word, struct buffer *out);

/* The tables of both machines (sim/smtp/table.h) as text. */
void explain_states(struct buffer *out);
/* The same as Graphviz, one digraph with a cluster for each machine. */
void explain_states_dot(struct buffer *out);
/* What the program does otherwise than the real protocols, and why. */
void explain_simplifications(struct buffer *out);

/* ---- for those who print a few words beside a fact (the story, the window) ------------------------ */

/* NULL if there is no such entry.  For CODE, STATUS, VERB, EXTENSION, RULE and TERM. */
const struct explain_entry *explain_entry(enum explain_topic topic, struct text name);

#endif
