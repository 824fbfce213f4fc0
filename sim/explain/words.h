/*
 * words.h - every word that can be asked for, and which of them are near to one that cannot.
 *
 * Owner   constant data; a word is lent to `use` for the call.
 * Errors  none.
 */
#ifndef SIM_EXPLAIN_WORDS_H
#define SIM_EXPLAIN_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/kernel/text.h"

/* `main`: the name under which it is listed, not another word for it. */
void explain_each_word(void *context, void (*use)(void *context, struct text word, bool main));
/* Letters to insert, delete, change or swap, in any case; `limit` + 1 if there are more. */
size_t words_distance(struct text a, struct text b, size_t limit);
/* <0, 0, >0 in the order of the alphabet, whatever the case of letters. */
int words_compare(struct text a, struct text b);

#endif
