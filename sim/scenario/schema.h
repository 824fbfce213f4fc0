/*
 * schema.h - the one table of every key a scenario may hold.
 *
 * It is what `smtplab check` checks against, where defaults come from, and what
 * scenarios/smtplab.schema.json is printed from.  A key whose part of the program is not built yet
 * is in the table too: it passes the check, and `run` names it.
 *
 * The table is written in schema_hosts.c (what a host is), schema_policy.c (whom it distrusts) and
 * schema_world.c (the rest).
 *
 * Owner   constant data.
 * Errors  none.
 */
#ifndef SIM_SCENARIO_SCHEMA_H
#define SIM_SCENARIO_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/units.h"

enum schema_kind {
    SCHEMA_TEXT,    /* a string: any, or of a form */
    SCHEMA_WORD,    /* one of a few strings */
    SCHEMA_INT,     /* a whole number */
    SCHEMA_BOOL,    /* true or false */
    SCHEMA_TRUE,    /* true, there is nothing else to say */
    SCHEMA_OBJECT,  /* an object with the keys of a table */
    SCHEMA_MAP,     /* an object whose keys are names */
    SCHEMA_LIST,    /* an array of one type */
    SCHEMA_EITHER,  /* one of several types, told apart by their JSON type */
    SCHEMA_MATCHER, /* an object that records of the trace are compared with (trace/kinds.h) */
    SCHEMA_ANY      /* whatever JSON it is */
};

/* The forms of strings; each has a row in schema_form(). */
enum schema_form_id {
    FORM_ANY,
    FORM_DURATION,
    FORM_RATE,
    FORM_SIZE,
    FORM_SHARE,
    FORM_DATE,
    FORM_ADDRESS,
    FORM_HOST,
    FORM_DOMAIN,
    FORM_MAILBOX,
    FORM_RECIPIENT, /* its local part may be UTF-8 */
    FORM_SENDER,
    FORM_LOCAL_PART,
    FORM_TARGET,
    FORM_RELAY_RULE,
    FORM_ROUTE,
    FORM_PATTERN,
    FORM_DELIVER,
    FORM_MX,
    FORM_ZONE_NAME,
    FORM_POINTER,
    FORM_STATUS,
    FORM_REPLY,
    FORM_LOOPBACK,
    FORM_COUNT
};

struct schema_form {
    const char *name;    /* "a duration" */
    const char *pattern; /* NULL: any text */
    const char *hint;    /* what to write: "a number and a unit, such as "5m"" */
};

const struct schema_form *schema_form(enum schema_form_id form);

struct schema_key;

struct schema_type {
    enum schema_kind kind;
    enum schema_form_id form;               /* TEXT; MAP: of its names */
    const char *words;                      /* WORD: "a|b|c" */
    int64_t least, most;                    /* INT: range; LIST and MAP: number of items */
    const struct schema_key *keys;          /* OBJECT */
    const struct schema_key *one_of;        /* OBJECT: exactly one of these besides, or NULL */
    const struct schema_type *item;         /* LIST, MAP: of each */
    const struct schema_type *const *types; /* EITHER: up to NULL */
};

enum {
    SCHEMA_REQUIRED = 1,
    SCHEMA_UNBUILT = 2, /* its part of the program is not built yet ... */
    SCHEMA_QUEUE = 8,   /* of an MSA: stands in the MTA if the host has one */
    SCHEMA_IMPLIED = 4  /* what is implied is worked out, and the description says how */
};

struct schema_key {
    const char *name; /* NULL ends the table */
    const struct schema_type *type;
    unsigned flags;
    const char *built;   /* ... or (WORD) only these words are built, "a|b"; else NULL */
    const char *implied; /* default as JSON, NULL if none or worked out */
    const char *example; /* as JSON */
    const char *doc;
};

/* The whole scenario, and its hosts, entries of the timeline and so on by way of it. */
extern const struct schema_type schema_scenario;

/* Parts of it that two files share. */
extern const struct schema_type schema_host, schema_msa;
extern const struct schema_type schema_any_text, schema_duration, schema_rate, schema_size;
extern const struct schema_type schema_share, schema_boolean, schema_true, schema_port;
extern const struct schema_type schema_host_name, schema_domain, schema_domains, schema_mailbox;
extern const struct schema_type schema_mailboxes, schema_recipients, schema_addresses, schema_count;
extern const struct schema_type schema_names_of_hosts;
extern const struct schema_type schema_greylist, schema_spf, schema_rate_limit, schema_complains;
extern const struct schema_type schema_stranger, schema_blocklist;
extern const struct schema_key schema_timeline_verbs[];

/* The key of that name; looks at `one_of` too.  NULL if there is none. */
const struct schema_key *schema_find(const struct schema_type *object, struct text name);
/* True if `word` is one of "a|b|c". */
bool schema_has_word(const char *words, struct text word);
/* Calls `each` for every word of "a|b|c". */
void schema_each_word(const char *words, void (*each)(void *context, struct text word),
                      void *context);

#endif
