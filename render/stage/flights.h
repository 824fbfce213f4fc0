/*
 * flights.h - what is under way at a moment: where it is, what it says, how it ended.
 *
 * No pixels here: each thing that was sent and has not arrived is one flight, and so is, for a moment,
 * what has just landed and what was just lost, for nothing vanishes.  A lost thing stands half-way with
 * the reason that a record gives.  When too many are under way to be looked at one by one, they are
 * counted by the way that they take.
 *
 * Parts   0 at the sender, 1 at the receiver, from pace_way(); with reduced motion half-way and landed
 *         are the only places.
 * Owner   the caller's: an array with room for flights_room(), `out` of FLIGHT_WORDS octets.  Words may as
 *         well be borrowed from the recording.
 * Errors  none: longer words are cut.
 */
#ifndef RENDER_STAGE_FLIGHTS_H
#define RENDER_STAGE_FLIGHTS_H

#include "render/widgets/ui.h"

enum {
    FLIGHTS_LOOKED_AT = 60, /* beyond that all but the story's own are flows */
    FLIGHTS_LANDED = 8,     /* at most that many that have just landed */
    FLIGHTS_LOST = 8,       /* and that were just lost */
    FLIGHT_WORDS = 96
};

enum flight_state {
    FLIGHT_AWAY,
    FLIGHT_LANDED,
    FLIGHT_LOST,  /* a record says so */
    FLIGHT_PACKET /* a packet was dropped; TCP will send it again, or give up */
};

struct flight {
    uint32_t sent;     /* record of the sending, or the one that tells of a failure */
    uint32_t end;      /* record that ended it; NONE: none yet */
    uint32_t from, to; /* hosts, or NONE */
    uint8_t travel;    /* enum recording_travel */
    uint8_t state;     /* enum flight_state */
    bool main;         /* part of the story in view: drawn large, with its words */
    double part;
    double alpha; /* less than 1: it fades after its end */
};

/* All flights of the moment, those of the story first; returns how many (at most `room`). */
uint32_t flights_at(const struct ui *ui, struct flight *out, uint32_t room);
/* How many flights_at() may return. */
uint32_t flights_room(const struct ui *ui);

/* "RCPT bob", "250", "MX shop.example", "MX 10 mx.shop"; the letter: its kind.  `out` holds FLIGHT_WORDS. */
struct text flight_words(const struct ui *ui, const struct flight *f, char *out);
/* Why it was lost, in a word or two from the record that says so; empty unless it is lost. */
struct text flight_reason(const struct ui *ui, const struct flight *f, char *out);
/* Class of a reply (2 to 5; POP3's +OK is 2, -ERR 5); 0: it is no reply. */
int flight_class(const struct ui *ui, const struct flight *f);
/* The reply carries a letter: the answer to POP3's RETR. */
bool flight_carries(const struct ui *ui, const struct flight *f);
/* A report (its reverse-path is null), or a stranger's letter. */
bool mail_is_report(const struct ui *ui, uint32_t mail);
bool mail_is_spam(const struct ui *ui, uint32_t mail);

/* Many on the same way. */
struct flow {
    uint32_t from, to;
    uint32_t letters, lines, lookups; /* how many of each */
};

/* Counts those that are not of the story in view by their way; returns how many ways, in the order of
 * their first flight.  What does not fit into `room` is counted in the last.  `way`, if not NULL, is told
 * of each flight which of them it takes; NONE: it is of the story. */
uint32_t flows_of(const struct flight *flights, uint32_t count, struct flow *out, uint32_t room,
                  uint32_t *way);

#endif
