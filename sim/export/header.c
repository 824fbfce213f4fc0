/*
 * header.c - the header of a trace, from the scenario that is run.
 */
#include "sim/export/header.h"

#include <inttypes.h>
#include <stdio.h>

#include "sim/export/sha256.h"
#include "sim/version.h"

struct replay_header header_make(struct memory *m, struct text scenario, uint64_t seed,
                                 uint32_t layers, struct text changed)
{
    char number[24], sha256[REPLAY_SHA256_HEX + 1];

    snprintf(number, sizeof number, "%" PRIu64, seed);
    sha256_hex(scenario, sha256);
    return (struct replay_header){
        .version = TEXT(SMTPLAB_VERSION),
        .seed = text_copy(m, text_of(number)),
        .layers = layers,
        .scenario = text_copy(m, scenario),
        .scenario_sha256 = text_copy(m, text_of(sha256)),
        .changed = text_copy(m, changed),
    };
}
