/*
 * schema_policy.c - the table of keys, third part: whom a server distrusts, strangers, and blocklists.
 */
#include "sim/scenario/schema_parts.h"

/* ---- of an MTA or MSA -------------------------------------------------------------------------- */

static const struct schema_key greylist_keys[] = {
    {"delay", &schema_duration, 0, NULL, "\"5m\"", "\"5m\"",
     "How long an unknown triple is deferred."},
    {"window", &schema_duration, 0, NULL, "\"1d\"", "\"1d\"",
     "How long after its first try a triple may come again to be known then."},
    {"keep", &schema_duration, 0, NULL, "\"7d\"", "\"7d\"",
     "How long a triple stays known after it was last seen."},
    NOTE,
    END,
};
static const struct schema_type greylist_more = OBJECT(greylist_keys);
const struct schema_type schema_greylist = EITHER(&schema_duration, &greylist_more);

const struct schema_type schema_spf = {.kind = SCHEMA_WORD, .words = "off|mark|refuse"};

static const struct schema_key rate_keys[] = {
    {"mails", &schema_count, REQUIRED, NULL, NULL, "30", "How many."},
    {"per", &schema_duration, 0, NULL, "\"1h\"", "\"1h\"", "In how long."},
    NOTE,
    END,
};
const struct schema_type schema_rate_limit = OBJECT(rate_keys);

/* ---- a mailbox --------------------------------------------------------------------------------- */

static const struct schema_key complains_keys[] = {
    {"to", &schema_mailbox, REQUIRED, NULL, NULL, "\"complaints@bl.example\"",
     "To whom: usually the mailbox that a blocklist reads."},
    {"about", &schema_any_text, 0, NULL, "\"\"", "\"You won\"",
     "Words in the Subject of what is complained about; \"\": everything that comes."},
    {"after", &schema_duration, 0, NULL, "\"1m\"", "\"1m\"",
     "How long after the letter was delivered."},
    NOTE,
    END,
};
const struct schema_type schema_complains = OBJECT(complains_keys);

/* ---- strangers ---------------------------------------------------------------------------------- */

static const struct schema_key abuse_keys[] = {
    {"every", &schema_duration, 0, NULL, "\"10m\"", "\"10m\"",
     "How long it waits between two attempts. Attempts alone do not keep a run alive."},
    {"servers", &schema_names_of_hosts, 0, NULL, NULL, "[\"smtp.uni.example\"]",
     "The servers it tries; all MTAs if not written."},
    {"letters", &schema_count, 0, NULL, "100", "100",
     "How many letters it pours in once it may; each goes to all its victims."},
    {"from", &schema_mailbox, 0, NULL, "\"ceo@bank.example\"", "\"ceo@bank.example\"",
     "The sender it claims to be."},
    {"to", &schema_mailboxes, REQUIRED, NULL, NULL, "\"bob@shop.example\"", "Its victims."},
    {"probe", &schema_mailbox, 0, NULL, "\"test@relay.test\"", "\"test@relay.test\"",
     "The recipient that it probes with: nobody's mailbox at any of the servers, so that only one "
     "that relays for anyone says yes."},
    {"subject", &schema_any_text, 0, NULL, "\"You won\"", "\"You won\"",
     "The Subject of its letters."},
    NOTE,
    END,
};
static const struct schema_type abuse = OBJECT(abuse_keys);

static const struct schema_key stranger_keys[] = {
    {"abuse", &abuse, 0, NULL, NULL, "{ \"every\": \"10m\", \"to\": \"bob@shop.example\" }",
     "Makes it look for servers that relay for anyone, and flood them, by itself; without it only "
     "the timeline moves it."},
    NOTE,
    END,
};
const struct schema_type schema_stranger = OBJECT(stranger_keys);

/* ---- blocklists --------------------------------------------------------------------------------- */

static const struct schema_type threshold = {.kind = SCHEMA_INT, .least = 1, .most = 1000000};

static const struct schema_key blocklist_keys[] = {
    {"zone", &schema_domain, IMPLIED, NULL, NULL, "\"bl.example\"",
     "The zone in which the list is asked. Implied: the parent of the host's name."},
    {"complaints", &schema_mailbox, IMPLIED, NULL, NULL, "\"complaints@bl.example\"",
     "The mailbox of this host that it reads. Implied: \"complaints\" in its zone, with an MTA and "
     "an MDA for it."},
    {"threshold", &threshold, 0, NULL, "3", "3",
     "So many complaints about an address within the window, and it is listed."},
    {"window", &schema_duration, 0, NULL, "\"1h\"", "\"1h\"",
     "How long a complaint counts. When none is left, the address is taken off the list."},
    {"test", &schema_duration, 0, NULL, "\"30m\"", "\"30m\"",
     "How often it tries whether a listed server still relays for strangers; an address that does "
     "not is taken off the list. Tests alone do not keep a run alive."},
    {"ttl", &schema_duration, 0, NULL, "\"5m\"", "\"5m\"",
     "How long others may remember that an address is listed."},
    NOTE,
    END,
};
const struct schema_type schema_blocklist = OBJECT(blocklist_keys);
