/*
 * spf.h - may this client speak for that domain?  check_host() of RFC 7208, exactly.
 *
 * Pure: it asks nobody.  Whoever calls it gives a function that knows DNS answers; when one is wanted
 * that it does not know, spf_check() says SPF_WAITS and which question it is, and is called again from
 * the start when the answer is there.  (A record may lead to ten further look-ups, so this stays cheap.)
 *
 * All of section 5 to 7 is here: mechanisms, redirect, exp, macros; the limits of 4.6.4: ten terms that
 * look something up, two of them in vain, ten names of an MX or PTR.
 *
 * Units   unix seconds for %{t}.
 * Owner   the caller; what is put into `words` is its own.
 * Errors  are results: permerror (the record is wrong), temperror (DNS does not answer).
 */
#ifndef SIM_AGENTS_SPF_SPF_H
#define SIM_AGENTS_SPF_SPF_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/dns/resolver.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/net/address.h"

/* 2.6; the last: see above. */
enum spf_result {
    SPF_NONE,
    SPF_NEUTRAL,
    SPF_PASS,
    SPF_FAIL,
    SPF_SOFTFAIL,
    SPF_TEMPERROR,
    SPF_PERMERROR,
    SPF_WAITS
};

struct spf_identity {
    struct address client;
    struct text local;  /* of the reverse-path; empty: "postmaster" (4.3) */
    struct text domain; /* of it; for <>, the name in HELO (2.4) */
    struct text helo, receiver;
    int64_t unix_s;
};

struct spf_check {
    struct memory *memory;
    struct spf_identity who;
    /* The answer, or NULL if it is not known yet. */
    const struct dns_result *(*look)(void *context, struct text name, uint16_t type);
    void *context;
    /* out: */
    struct buffer name; /* WAITS: the question's name */
    uint16_t type;
    struct buffer term;  /* the mechanism that decided, as written; empty: none did */
    struct buffer words; /* FAIL: what the domain says about it (exp), or empty */
    /* inside: */
    uint32_t lookups, voids;
};

void spf_init(struct spf_check *c, struct memory *m, const struct spf_identity *who);
void spf_free(struct spf_check *c);
enum spf_result spf_check(struct spf_check *c);
/* "pass", ... (2.6) */
struct text spf_result_word(enum spf_result r);

#endif
