/*
 * check.h - what the steps of reading a scenario share: the tree, the mistakes, looking things up.
 *
 *   mistakes.c   collecting what is wrong, and finding what was meant
 *   check.c      against the table of keys (schema.h): keys, types, forms
 *   hosts.c      hosts, the sites they belong to, and who serves which domain
 *   complete.c, addresses.c, zones.c   writing what is implied into the tree
 *   meaning*.c   what it means together: references, ranges, cycles, what never acts
 *   normalise.c  one form for everything, plain defaults
 *   model*.c     from the completed tree to the structs of scenario.h
 *
 * A node that the check has found wrong is marked bad, and later steps pass it over, so that one
 * mistake is reported once and all others still are.
 *
 * Owner   everything lives in the scenario's memory, the tree in its document.
 * Errors  mistakes are collected; the command line tells them all.
 */
#ifndef SIM_SCENARIO_CHECK_H
#define SIM_SCENARIO_CHECK_H

#include <cjson/cJSON.h>

#include "sim/scenario/pattern.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/schema.h"

/* A host as it stands in the tree; NULL for a role that it has not. */
struct check_host {
    struct text name;
    cJSON *item, *mua, *msa, *mta, *mda, *dns, *stranger, *blocklist;
    struct text site;           /* the domain that it belongs to; empty: none */
    struct address_net nets[2]; /* IPv4 and IPv6 network of the site */
    bool implied;               /* not in the file */
    bool linked;                /* some link ends here */
    bool sends;                 /* the timeline lets it send */
    bool reads;                 /* the timeline lets it collect */
    enum { HOST_RUNS, HOST_OFF, HOST_UNSURE } power; /* at the time that is looked at */
};

struct check {
    struct scenario *s;
    struct memory *memory;
    struct json_document *d;
    cJSON *root;
    uint8_t *bad; /* by number of node */
    bool broken;  /* the structure has mistakes: what is missing may be a consequence */
    bool skipped; /* the last mistake was about something implied: not reported by itself */
    struct text implied_mistake; /* the first error about something that is implied */
    uint32_t bad_count;
    struct pattern *patterns[FORM_COUNT]; /* compiled when first needed */
    struct check_host *hosts;
    uint32_t host_count, host_capacity;
    struct table host_names; /* -> index in hosts */
    struct table mda_sites;  /* site -> its first host with that role */
    struct table written_zones;
    struct table served; /* domain -> first host whose MTA or MDA serves it */
};

/* ---- mistakes.c ---------------------------------------------------------------------------- */

/* Formats: %s a C string, %t a text, %q a text in quotes, %d an int64_t. */
void check_error(struct check *c, const cJSON *item, const char *format, ...);
void check_warning(struct check *c, const cJSON *item, const char *format, ...);
/* The same, at the key instead of the value. */
void check_error_at_key(struct check *c, const cJSON *item, const char *format, ...);
void check_warning_at_key(struct check *c, const cJSON *item, const char *format, ...);
/* Adds a suggestion to the last mistake. */
void check_suggest(struct check *c, const char *format, ...);
/* True if the last mistake is one of those that are kept, so that a suggestion is worth the work. */
bool check_is_kept(const struct check *c);
/* Takes over the mistakes of the syntax. */
void check_take_syntax(struct check *c);
/* An error about the whole text, at its start. */
void check_refuse(struct check *c, const char *what, const char *advice);
/* An error about what is implied is a consequence of another; if there is no other, it is reported. */
void check_settle(struct check *c);
/* By place in the file; those of the same place as they were found. */
void check_sort_mistakes(struct check *c);

/* Looking for the nearest of many names: at most two letters changed, added, left out or swapped. */
struct check_nearest {
    struct text sought, best;
    int distance; /* of the best so far; 3: none */
};
void check_nearest_init(struct check_nearest *n, struct text sought);
void check_nearest_try(struct check_nearest *n, struct text name);
/* "did you mean "x"?", if there is one; true then. */
bool check_suggest_nearest(struct check *c, const struct check_nearest *n);
/* The same among the hosts. */
bool check_suggest_host(struct check *c, struct text sought);

/* ---- check.c ------------------------------------------------------------------------------- */

/* Checks the whole tree against the table. */
void check_structure(struct check *c);
/* One item against its type; `name` is what messages call it. */
void check_value(struct check *c, const struct schema_type *type, const cJSON *item,
                 struct text name);
void check_matcher(struct check *c, const cJSON *item);
void check_wrong_type(struct check *c, const struct schema_type *type, const cJSON *item,
                      struct text name);
/* "a text", "a number", ... */
const char *check_kind_of(const cJSON *item);

/* ---- look.c -------------------------------------------------------------------------------- */

void check_mark_bad(struct check *c, const cJSON *item);
bool check_is_bad(const struct check *c, const cJSON *item);
bool check_form(struct check *c, enum schema_form_id form, struct text t);

/* A member of an object, NULL if it is not there, bad, or not of that type. */
cJSON *check_member(const struct check *c, const cJSON *object, const char *key);
cJSON *check_object(const struct check *c, const cJSON *object, const char *key);
cJSON *check_list(const struct check *c, const cJSON *object, const char *key);
/* Of a member that is a string; {NULL, 0} otherwise. */
struct text check_text(const struct check *c, const cJSON *object, const char *key);
static inline struct text check_string(const cJSON *item)
{
    return text_of(item->valuestring);
}
int64_t check_int(const struct check *c, const cJSON *object, const char *key, int64_t otherwise);
bool check_bool(const struct check *c, const cJSON *object, const char *key, bool otherwise);
/* Of a member that is an amount with a unit. */
int64_t check_amount(const struct check *c, const cJSON *object, const char *key,
                     enum unit_kind kind, int64_t otherwise);
int64_t check_number(const struct check *c, const cJSON *item);

/* The items of a list, or the one item that stands where a list might. */
static inline cJSON *check_first(cJSON *one_or_list)
{
    return cJSON_IsArray(one_or_list) ? one_or_list->child : one_or_list;
}
static inline cJSON *check_next(const cJSON *one_or_list, const cJSON *item)
{
    return item == one_or_list ? NULL : item->next;
}

/* ---- hosts.c: hosts, sites, and who serves what -------------------------------------------- */

/* Fills c->hosts from the tree. */
void check_find_hosts(struct check *c);
uint32_t check_add_host(struct check *c, cJSON *item, bool implied);
/* Index of a host, or TABLE_NONE. */
uint32_t check_host(const struct check *c, struct text name);
/* What follows the last @; empty if there is none. */
struct text check_domain_of(struct text mailbox);
/* "lmtp:HOST:24", "smarthost:HOST": the host, and the port if there is one; false for others. */
bool check_split_route(struct text route, struct text *host, int64_t *port);
/* The MTA's or, on a host that has none, the MSA's object. */
cJSON *check_queue_of(const struct check_host *h);
/* Does the list of domains hold this one? */
bool check_domains_hold(const struct check *c, const cJSON *role, struct text domain);
bool check_has_port(const struct check *c, const cJSON *role, int64_t port, int64_t otherwise);

/* ---- complete.c, addresses.c, zones.c: what is implied -------------------------------------- */

/* Writes into the tree what must be worked out; what is written already, well or badly, stays. */
void check_complete(struct check *c);
void check_complete_addresses(struct check *c);
void check_complete_relay(struct check *c);
/* complete_policy.c: blocklists. */
void check_complete_policy(struct check *c);
void check_complete_queues(struct check *c);
void check_complete_zones(struct check *c);
/* doors.c: logins, TLS, collecting; passwords of mailboxes, after check_normalise(). */
void check_complete_doors(struct check *c);
void check_complete_passwords(struct check *c);
/* What that port of an MSA or MTA says about TLS: none, offered, required. */
struct text check_tls_at(const struct check *c, uint32_t host, int64_t port);
/* A name in a zone may be written whole ("www.shop.example") or without the zone ("www"); "@" is the
 * zone itself. */
struct text check_absolute(struct check *c, struct text name, struct text origin);
/* After the check of meaning: brings texts that stand for lists into lists, and fills in the plain
 * defaults of the table. */
void check_normalise(struct check *c);
/* Adds a member without a place of its own. */
cJSON *check_put(cJSON *object, const char *key, cJSON *item);
cJSON *check_put_text(struct check *c, cJSON *object, const char *key, struct text t);
cJSON *check_add_text(struct check *c, cJSON *list, struct text t);

/* ---- meaning*.c ---------------------------------------------------------------------------- */

void check_meaning(struct check *c);
void check_meaning_mail(struct check *c);
/* Of an MTA's or MSA's object (queue.c). */
void check_queue_keys(struct check *c, const cJSON *queue);
void check_meaning_doors(struct check *c);
void check_meaning_policy(struct check *c);
void check_meaning_mda(struct check *c, const struct check_host *h);
void check_meaning_zones(struct check *c);
void check_meaning_timeline(struct check *c);
/* An entry's fault, or its change of a link. */
void check_fault(struct check *c, const cJSON *entry, const struct check_host *h);
/* Who is off when: what is stopped twice, or started while it runs. */
void check_outages(struct check *c, const cJSON *timeline);
void check_meaning_lesson(struct check *c);

/* An error if the name or one of its labels is too long. */
bool check_name_size(struct check *c, const cJSON *item, struct text name, bool at_key);
/* The host that a string names; an error and TABLE_NONE if there is none. */
uint32_t check_need_host(struct check *c, const cJSON *item);
void check_suggest_role(struct check *c, bool (*has)(const struct check_host *h));
bool check_has_mda(const struct check_host *h);
bool check_known_domain(const struct check *c, struct text domain);
/* A warning if nobody serves the domain of this address. */
void check_mailbox_domain(struct check *c, const cJSON *item, const char *what);
/* An error if the amount is zero, or too large. */
void check_positive(struct check *c, const cJSON *object, const char *key, enum unit_kind kind);
void check_at_most(struct check *c, const cJSON *object, const char *key, enum unit_kind kind,
                   int64_t most, const char *most_text);
/* An item that stands in its list already. */
void check_report_twice(struct check *c, const cJSON *item);
/* "domains": none twice, none too long. */
void check_domain_list(struct check *c, const cJSON *role);
/* Of a link or the internet. */
void check_traits(struct check *c, const cJSON *object);

/* ---- model.c ------------------------------------------------------------------------------- */

void check_make_model(struct check *c);
void check_make_zones(struct check *c);
void check_make_timeline(struct check *c);
/* Compact. */
struct text check_json_of(struct check *c, const cJSON *item);
void check_make_send(struct check *c, const cJSON *item, struct scenario_entry *out);
void check_make_queue(struct check *c, const cJSON *queue, struct mta_config *out);

/* ---- settings.c ---------------------------------------------------------------------------- */

/* Reads the scenario as it is after each "set", and reports what is wrong with it then. */
void check_settings(struct check *c);
/* "/zones/...": a place in a zone and not in the host. */
bool check_is_zone_place(struct text pointer);

#endif
