/*
 * model_parts.h - shared by model.c and the files beside it: from the completed tree to structs.
 *
 * Errors  none: everything has been checked and is there.
 * Owner   arrays and copies belong to the memory of the check; texts are borrowed from the tree.
 */
#ifndef SIM_SCENARIO_MODEL_PARTS_H
#define SIM_SCENARIO_MODEL_PARTS_H

#include "sim/scenario/check.h"

/* Cleared, with room for one more than `count`, so that there is always an array. */
void *model_take(struct check *c, size_t count, size_t size);
/* How many items or members (NULL: none). */
size_t model_length(const cJSON *container);
/* The items of a list (NULL: none). */
struct text *model_texts(struct check *c, const cJSON *list, size_t *count);
uint16_t *model_ports(struct check *c, const cJSON *list, size_t *count);
/* The text, or the empty one for {NULL, 0}. */
struct text model_text(struct text t);
/* RFC 5321 4.1.2: an address with as few quotes as may be. */
struct text model_least_quoted(struct check *c, struct text as_written);
/* The extensions of "without": bits of enum smtp_extension. */
uint32_t model_extensions(const cJSON *words);
/* "tls" of a server. */
enum tls_policy model_tls_policy(struct check *c, const cJSON *role);

/* ---- model_mda.c -------------------------------------------------------------------------------- */

const struct mda_config *model_mda(struct check *c, const cJSON *mda);

/* ---- model_policy.c ----------------------------------------------------------------------------- */

void model_filter(struct check *c, const struct check_host *h, struct filter_config *out);
struct complains_config model_complains(struct check *c, const cJSON *box);
const struct stranger_config *model_stranger(struct check *c, const struct check_host *h);
const struct blocklist_config *model_blocklist(struct check *c, const cJSON *blocklist);

#endif
