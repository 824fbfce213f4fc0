/* Which seat each host of a site has: columns by depth, the outermost first. */
#include "render/stage/layout_parts.h"

#include <assert.h>

struct column_use {
    uint32_t first, count, columns, each; /* members; columns they take, each with that many */
};

/* Would two of a kind stand in different columns?  Where columns are mirrored, that would turn their
 * order round. */
static bool parts_a_kind(const struct layout *l, const struct group *g,
                         const struct column_use *runs, uint32_t count)
{
    const uint32_t *members = l->own->members + g->first;

    for (uint32_t r = 0; r + 1 < count; r++)
        for (uint32_t i = 0; i < runs[r].first + runs[r].count; i++)
            for (uint32_t k = runs[r + 1].first; k < g->count; k++)
                if (l->cast->hosts[members[i]].roles == l->cast->hosts[members[k]].roles)
                    return true;
    return false;
}

/* Columns as even as they can be, whatever depth their hosts have; 0: not these hosts. */
static uint32_t packed_runs(const struct layout *l, const struct group *g, uint32_t rows,
                            struct column_use out[DEPTHS])
{
    uint32_t columns = (g->count + rows - 1) / rows, n = 0;

    if (columns > DEPTHS)
        return 0;
    for (uint32_t first = 0; n < columns; n++) {
        uint32_t count = (g->count - first + columns - n - 1) / (columns - n);
        out[n] = (struct column_use){.first = first, .count = count, .columns = 1, .each = count};
        first += count;
    }
    return g->kind != GROUP_SENDER && parts_a_kind(l, g, out, n) ? 0 : n;
}

/* The runs of members that share columns: those of one depth, or of several. */
static uint32_t runs_of(const struct layout *l, const struct group *g, uint32_t rows,
                        enum packing packing, struct column_use out[DEPTHS])
{
    const uint32_t *members = l->own->members + g->first;
    uint32_t n = packing == PACKED ? packed_runs(l, g, rows, out) : 0;

    if (n > 0)
        return n;

    for (uint32_t i = 0; i < g->count;) {
        uint32_t j = i;
        while (j < g->count && l->own->depth[members[j]] == l->own->depth[members[i]])
            j++;
        if (packing != APART && n > 0 && out[n - 1].count + (j - i) <= rows)
            out[n - 1].count += j - i;
        else
            out[n++] = (struct column_use){.first = i, .count = j - i};
        i = j;
    }
    for (uint32_t i = 0; i < n; i++) {
        assert(rows > 0 && out[i].count > 0);
        uint32_t columns = 1 + (out[i].count - 1) / rows;
        out[i].columns = columns;
        out[i].each = 1 + (out[i].count - 1) / columns;
    }
    return n;
}

/* In a column of several depths the inner ones stand above: a mailbox over its owner's computer. */
static uint16_t row_in(const struct layout *l, const uint32_t *members, uint32_t count, uint32_t i)
{
    uint16_t row = 0;

    for (uint32_t k = 0; k < count; k++) {
        uint8_t mine = l->own->depth[members[i]], other = l->own->depth[members[k]];
        row = (uint16_t)(row + (other > mine || (other == mine && k < i)));
    }
    return row;
}

struct plan plan_make(struct layout *l, const struct group *g, uint32_t rows, enum packing packing)
{
    const uint32_t *members = l->own->members + g->first;
    struct column_use runs[DEPTHS] = {0};
    uint32_t n = runs_of(l, g, rows, packing, runs);
    struct plan p = {0, 0};

    for (uint32_t r = 0; r < n; r++) {
        const struct column_use *run = &runs[r];
        for (uint32_t i = 0; i < run->count; i++) {
            uint32_t column = i / run->each;
            struct seat *seat = &l->own->seats[members[run->first + i]];
            seat->column = (uint16_t)(p.columns + column);
            seat->of = (uint16_t)run->each;
            seat->run = (uint16_t)p.columns;
            seat->run_columns = (uint16_t)run->columns;
            if (run->columns > 1)
                seat->row = (uint16_t)(i % run->each);
            else
                seat->row = row_in(l, members + run->first, run->count, i);
        }
        p.columns += run->columns;
        p.rows = run->each > p.rows ? run->each : p.rows;
    }
    return p;
}
