/*
 * lab_scenario.c - a scenario's text, read, with its mistakes in words.
 */
#include "sim/lab_scenario.h"

bool lab_scenario_read(struct scenario *s, struct memory *m, struct text octets, struct text file,
                       const struct scenario_options *options, struct buffer *told)
{
    bool fine = scenario_read(s, m, octets, file, options);
    const struct scenario_mistakes *all = &s->mistakes;

    for (uint32_t i = 0; i < all->count; i++)
        scenario_put_mistake(told, file, &all->items[i]);
    if (all->errors + all->warnings > all->count) {
        buffer_put_text(told, file);
        buffer_put_string(told, ": note: ");
        buffer_put_int(told, all->errors + all->warnings - all->count);
        buffer_put_string(told, " more mistakes are not shown\n");
    }
    return fine;
}

void lab_scenario_end(struct scenario *s)
{
    scenario_free(s);
}

bool lab_scenario_built(const struct scenario *s, struct text file, struct buffer *told)
{
    struct scenario_mistake first;

    if (!scenario_first_unbuilt(s, &first))
        return true;
    scenario_put_mistake(told, file, &first);
    return false;
}

void lab_scenario_print(const struct scenario *s, bool pretty, struct buffer *out)
{
    scenario_print_normalised(s, pretty, out);
}
