/*
 * fault.c - faults that wait for their command.
 */
#include "sim/agents/fault.h"

#include "sim/agents/host.h"
#include "sim/agents/inputs.h"

void fault_arm(struct host *h, const struct fault_config *is, int64_t entry, struct text verb,
               uint64_t cause)
{
    struct fault *f = MEMORY_NEW(&h->world->memory, struct fault), **end = &h->faults;

    (void)cause;
    *f = (struct fault){.is = is, .entry = entry, .verb = verb, .left = is->times};
    while (*end)
        end = &(*end)->next;
    *end = f;
}

void input_fault(struct host *h, const struct world_input *input, uint64_t cause)
{
    fault_arm(h, input->what, input->entry, input->verb, cause);
}
