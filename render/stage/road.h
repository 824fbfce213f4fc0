/*
 * road.h - the ways that are open at a moment: connections, look-ups, a reader's pull.
 *
 * Dotted is a look-up, dashed a refused way and nothing else, a double wall and a lock TLS; a reader's
 * pull is a row of arrow heads.
 *
 * Units   points; parts of the way.
 * Owner   the caller's: `out` holds ROADS_SHOWN roads, or ROAD_WORDS octets.
 * Errors  none: more roads, and longer words, are cut.
 */
#ifndef RENDER_STAGE_ROAD_H
#define RENDER_STAGE_ROAD_H

#include "render/stage/flights.h"
#include "render/stage/gate.h"

enum { ROADS_SHOWN = 80, ROAD_WORDS = 64 };

enum road_kind { ROAD_TALK, ROAD_PULL, ROAD_LOOKUP };

struct road {
    uint32_t from, to; /* hosts: client, asker; server */
    uint32_t conn;     /* or NONE */
    uint8_t kind;      /* enum road_kind */
    uint8_t sealed;    /* TLS on 1: the client's, 2: the server's side, 3: both */
    bool refused, main;
    bool trouble; /* something on it was just lost */
    double open;  /* how far the line has come */
    double alpha;
};

/* Those of the moment, the main ones last, each pair of hosts once a kind; returns how many. */
uint32_t roads_at(const struct ui *ui, const struct flight *flights, uint32_t flight_count,
                  const struct gate *gates, uint32_t gate_count, struct road *out);
/* "TLS 1.3, port 587", "port 25", "LMTP, port 24", "POP3, not SMTP"; empty for what has no label. */
struct text road_words(const struct ui *ui, const struct road *road, char *out);

#endif
