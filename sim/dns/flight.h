/*
 * flight.h - a question under way: its tries, its timer, those who wait for it.  Inside the room only.
 *
 * A flight has one message id and one port for all its tries, so a late reply to an earlier try is
 * still welcome.  What a reply says goes into the cache; then each asker is given to the resolver's
 * dns_asking_advance() or dns_asking_fail().
 *
 * Owner   a flight is of the resolver and gone when its question is settled; askings belong to those who ask.
 * Errors  told to each asker, by dns_asking_fail().
 */
#ifndef SIM_DNS_FLIGHT_H
#define SIM_DNS_FLIGHT_H

#include "sim/dns/resolver.h"

/* Not in the cache: waits for the answer with those who asked the same; asks if nobody has.  The
 * asking's name is the known one from here on. */
void dns_flight_join(struct dns_asking *asking);
/* Ends all questions and forgets who asked. */
void dns_flight_drop_all(struct dns_resolver *r);

/* In resolver.c: in and out of a list; out of all of it, untold. */
void dns_askers_add(struct dns_askers *list, struct dns_asking *asking);
void dns_askers_remove(struct dns_asking *asking);
void dns_askers_forget(struct dns_askers *list);
/* Goes on with what the cache knows; tells the asker that it failed. */
void dns_asking_advance(struct dns_asking *asking);
void dns_asking_fail(struct dns_asking *asking, enum dns_outcome outcome, enum dns_rcode rcode);

#endif
