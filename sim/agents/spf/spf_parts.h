/*
 * spf_parts.h - shared by spf.c (evaluation), spf_record.c (syntax) and spf_macro.c (section 7).
 *
 * Owner   as in spf.h.  Errors  false: the record is wrong (permerror).
 */
#ifndef SIM_AGENTS_SPF_SPF_PARTS_H
#define SIM_AGENTS_SPF_SPF_PARTS_H

#include "sim/agents/spf/spf.h"

enum spf_kind {
    SPF_ALL,
    SPF_INCLUDE,
    SPF_A,
    SPF_MX,
    SPF_PTR,
    SPF_IP4,
    SPF_IP6,
    SPF_EXISTS,
    SPF_REDIRECT,
    SPF_EXP,
    SPF_UNKNOWN_MODIFIER
};

struct spf_term {
    enum spf_kind kind;
    char qualifier;      /* + - ~ ? */
    struct text written; /* the whole term */
    struct text spec;    /* domain-spec; empty: none */
    int cidr4, cidr6;
    struct address_net net; /* IP4, IP6 */
};

/* The next term of a record (version left out), moved past; false: none is left, or (*good) wrong. */
bool spf_next_term(struct text *rest, struct spf_term *term, bool *good);

/* What a macro-string becomes for the domain that is being checked; SPF_PASS, or SPF_WAITS. */
enum spf_result spf_expand(struct spf_check *c, struct text domain, struct text spec, bool exp,
                           struct buffer *out);
/* Is the macro-string right; is it a domain-spec (it ends as one)? */
bool spf_macro_good(struct text spec, bool domain, bool exp);

/* The answer; NULL: it is not known, and c->name and c->type say so. */
const struct dns_result *spf_ask(struct spf_check *c, struct text name, uint16_t type);
/* The client's validated name (5.5), for `ptr` (within `target`) and %{p}; *found tells whether. */
enum spf_result spf_validated(struct spf_check *c, struct text target, bool only_within,
                              struct buffer *out, bool *found);

#endif
