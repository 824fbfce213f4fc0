/*
 * states.c - the two machines of sim/smtp/table.h as text and as a Graphviz picture.
 *
 * Nothing is repeated here: what is printed is what runs.
 */
#include "sim/explain/explain.h"

#include <assert.h>

#include "sim/explain/print.h"
#include "sim/smtp/table.h"

static const char *const side_names[] = {[SMTP_SERVER] = "server", [SMTP_CLIENT] = "client"};

enum { INPUT_WIDTH = 24, STATE_WIDTH = 12 };

static void put_text_of_cell(struct buffer *line, const struct smtp_cell *c)
{
    if (c->code > 0) {
        buffer_put_int(line, c->code);
        if (c->enhanced.size > 0) {
            buffer_put_char(line, ' ');
            buffer_put_text(line, c->enhanced);
        }
        if (c->text.size > 0) {
            buffer_put_char(line, ' ');
            buffer_put_text(line, c->text);
        }
    }
    struct text action = smtp_table_action_name((enum smtp_action)c->action);
    if (action.size > 0) {
        buffer_put_string(line, c->code > 0 ? "; " : "");
        buffer_put_text(line, action);
    }
    if (c->section && c->section[0] != '\0') {
        buffer_put_string(line, line->size > 0 ? " [" : "[");
        buffer_put_string(line, c->section);
        buffer_put_char(line, ']');
    }
}

/* "  RCPT fine               -> rcpt        250 2.1.5 recipient ok [4.1.1.3]" */
static void put_cell(struct buffer *out, enum smtp_side side, unsigned state, unsigned input,
                     const struct smtp_cell *c)
{
    struct buffer line;
    buffer_init(&line, out->memory);
    buffer_put_string(out, "  ");
    print_padded(out, smtp_table_input_name(side, input), INPUT_WIDTH);
    struct text next = c->next == state ? TEXT("same") : smtp_table_state_name(side, c->next);
    buffer_put_string(out, " -> ");
    print_padded(out, next, STATE_WIDTH);
    put_text_of_cell(&line, c);
    if (line.size > 0)
        buffer_put_char(out, ' ');
    buffer_put_text(out, buffer_text(&line));
    buffer_put_char(out, '\n');
    buffer_free(&line);
}

/* Commands that this state refuses whatever they carry: one line for each reply. */
static void put_out_of_order(struct buffer *out, enum smtp_side side, unsigned state)
{
    unsigned inputs = smtp_table_inputs(side);
    for (unsigned first = 0; first < inputs; first++) {
        const struct smtp_cell *c = smtp_table_cell(side, NULL, state, first);
        if (!c->possible || !c->out_of_order)
            continue;
        bool seen = false;
        struct buffer names;
        buffer_init(&names, out->memory);
        for (unsigned i = 0; i < inputs; i++) {
            const struct smtp_cell *d = smtp_table_cell(side, NULL, state, i);
            if (!d->possible || !d->out_of_order || d->code != c->code ||
                !text_equal(d->text, c->text))
                continue;
            seen = seen || i < first;
            buffer_put_string(&names, names.size > 0 ? ", " : "out of order: ");
            buffer_put_text(&names, smtp_table_input_name(side, i));
        }
        if (!seen) {
            buffer_put_string(&names, " -> same; ");
            put_text_of_cell(&names, c);
            print_wrapped(out, 2, 4, buffer_text(&names));
        }
        buffer_free(&names);
    }
}

static void put_state(struct buffer *out, enum smtp_side side, unsigned state)
{
    buffer_put_char(out, '\n');
    buffer_put_text(out, smtp_table_state_name(side, state));
    buffer_put_string(out, " - ");
    buffer_put_text(out, smtp_table_state_doc(side, state));
    buffer_put_char(out, '\n');
    for (unsigned i = 0; i < smtp_table_inputs(side); i++) {
        const struct smtp_cell *c = smtp_table_cell(side, NULL, state, i);
        if (c->possible && !c->out_of_order)
            put_cell(out, side, state, i, c);
    }
    put_out_of_order(out, side, state);
}

void explain_states(struct buffer *out)
{
    for (unsigned side = SMTP_SERVER; side <= SMTP_CLIENT; side++) {
        buffer_put_string(out, side == SMTP_SERVER ? "" : "\n");
        buffer_put_string(out, "The ");
        buffer_put_string(out, side_names[side]);
        buffer_put_string(
            out, "'s machine: in each state, input -> next state, reply or action [section "
                 "of RFC 5321]\n");
        for (unsigned s = 0; s < smtp_table_states((enum smtp_side)side); s++)
            put_state(out, (enum smtp_side)side, s);
    }
}

/* ---- Graphviz -------------------------------------------------------------------------------------- */

static void put_dot_name(struct buffer *out, enum smtp_side side, unsigned state)
{
    buffer_put_string(out, side_names[side]);
    buffer_put_char(out, '_');
    buffer_put_int(out, (int64_t)state);
}

static void put_dot_text(struct buffer *out, struct text t)
{
    for (size_t i = 0; i < t.size; i++) {
        if (t.at[i] == '"' || t.at[i] == '\\')
            buffer_put_char(out, '\\');
        buffer_put_char(out, t.at[i]);
    }
}

/* An arrow is worth drawing if it leads away, or if it is a success that stays. */
static bool is_drawn(const struct smtp_cell *c, unsigned state)
{
    return c->possible && !c->out_of_order &&
           (c->next != state || (c->code >= 200 && c->code < 300 && c->action == SMTP_DO_NONE));
}

/* One arrow for each pair of states, with all its inputs, each on a line. */
static void put_arrow(struct buffer *out, enum smtp_side side, unsigned from, unsigned to)
{
    bool any = false;
    for (unsigned i = 0; i < smtp_table_inputs(side); i++) {
        const struct smtp_cell *c = smtp_table_cell(side, NULL, from, i);
        if (!is_drawn(c, from) || c->next != to)
            continue;
        if (!any) {
            buffer_put_string(out, "        ");
            put_dot_name(out, side, from);
            buffer_put_string(out, " -> ");
            put_dot_name(out, side, to);
            buffer_put_string(out, " [label=\"");
        }
        any = true;
        put_dot_text(out, smtp_table_input_name(side, i));
        if (c->code > 0) {
            buffer_put_string(out, " / ");
            buffer_put_int(out, c->code);
        }
        buffer_put_string(out, "\\l");
    }
    if (any)
        buffer_put_string(out, "\"];\n");
}

static void put_cluster(struct buffer *out, enum smtp_side side)
{
    unsigned states = smtp_table_states(side);
    buffer_put_string(out, "    subgraph cluster_");
    buffer_put_string(out, side_names[side]);
    buffer_put_string(out, " {\n        label=\"");
    buffer_put_string(out, side_names[side]);
    buffer_put_string(out, "\";\n");
    for (unsigned s = 0; s < states; s++) {
        buffer_put_string(out, "        ");
        put_dot_name(out, side, s);
        buffer_put_string(out, " [label=\"");
        put_dot_text(out, smtp_table_state_name(side, s));
        buffer_put_string(out, "\", tooltip=\"");
        put_dot_text(out, smtp_table_state_doc(side, s));
        buffer_put_string(out, "\"];\n");
    }
    for (unsigned from = 0; from < states; from++)
        for (unsigned to = 0; to < states; to++)
            put_arrow(out, side, from, to);
    buffer_put_string(out, "    }\n");
}

void explain_states_dot(struct buffer *out)
{
    buffer_put_string(out, "digraph smtp {\n"
                           "    node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
                           "    edge [fontname=\"sans-serif\", fontsize=9];\n");
    put_cluster(out, SMTP_SERVER);
    put_cluster(out, SMTP_CLIENT);
    buffer_put_string(out, "}\n");
}
