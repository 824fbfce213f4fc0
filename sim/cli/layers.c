/*
 * layers.c - sets of trace layers, as they are typed.
 */
#include "sim/cli/layers.h"

#include <stdlib.h>
#include <string.h>

#include "sim/shell/memory.h"
#include "sim/shell/say.h"
#include "sim/trace/trace.h"

static int refuse(const struct cli_call *call, const char *typed)
{
    struct nearest n = nearest_to(typed);
    char *all = layers_names(TRACE_ALL_LAYERS);

    for (int l = 0; l < TRACE_LAYER_COUNT; l++)
        nearest_try(&n, trace_layer_info((enum trace_layer)l)->name);
    int status = nearest_found(&n) ? cli_usage(call, "no layer '%s'; did you mean '%s'?", typed,
                                               nearest_found(&n))
                                   : cli_usage(call, "no layer '%s'; there are: %s", typed, all);

    free(all);
    return status;
}

int layers_read(const struct cli_call *call, const char *typed, uint32_t *layers)
{
    *layers = 0;
    for (;;) {
        size_t size = strcspn(typed, ",");
        struct text name = text_from(typed, size);
        enum trace_layer layer = trace_layer_find(name);

        if (text_equal(name, TEXT("all"))) {
            *layers |= TRACE_ALL_LAYERS;
        } else if (layer < TRACE_LAYER_COUNT) {
            *layers |= 1U << layer;
        } else {
            char *word = cli_format("%.*s", (int)size, typed);
            int status = refuse(call, word);

            free(word);
            return status;
        }
        if (typed[size] == '\0')
            return EXIT_FINE;
        typed += size + 1;
    }
}

char *layers_names(uint32_t layers)
{
    char *names = cli_copy("");

    for (int l = 0; l < TRACE_LAYER_COUNT; l++)
        if (layers >> l & 1) {
            char *more = cli_format("%s%s%s", names, *names ? "," : "",
                                    trace_layer_info((enum trace_layer)l)->name);

            free(names);
            names = more;
        }
    return names;
}
