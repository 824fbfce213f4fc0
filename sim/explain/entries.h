/*
 * entries.h - the written entries of each topic, for explain.c.
 *
 * Owner   constant data, in the order in which a list shows it.
 * Errors  none.
 */
#ifndef SIM_EXPLAIN_ENTRIES_H
#define SIM_EXPLAIN_ENTRIES_H

#include <stddef.h>

#include "sim/explain/explain.h"

struct explain_entries {
    const struct explain_entry *at;
    size_t count;
};

struct explain_entries explain_codes(void);
/* Named X.1.1: the class, which comes before, is explained apart. */
struct explain_entries explain_statuses(void);
struct explain_entries explain_verbs(void);
struct explain_entries explain_extensions(void);
struct explain_entries explain_rules(void);
/* In the order of the alphabet; two files, since there are many. */
struct explain_entries explain_terms_mail(void);
struct explain_entries explain_terms_network(void);
/* Not words to ask for, but the parts of one answer. */
struct explain_entries explain_simplified(void);

#endif
