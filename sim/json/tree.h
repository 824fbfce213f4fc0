/*
 * tree.h - cJSON's tree, bound to the nodes that a scan has made (inside sim/json).
 *
 * Owner   the tree is the document's.
 * Errors  none: `good` has been found without mistakes.
 */
#ifndef SIM_JSON_TREE_H
#define SIM_JSON_TREE_H

#include "sim/json/read.h"

/* Parses `good`, which holds the values of d->nodes in their order and nothing wrong. */
void json_tree_make(struct json_document *d, struct text good);

#endif
