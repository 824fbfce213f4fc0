#include "sim/explain/print.h"

/* Stands for a blank that may not be broken; becomes one when printed. */
static const char firm_blank = '\x01';

static void put_blanks(struct buffer *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_put_char(out, ' ');
}

void print_wrapped(struct buffer *out, size_t first, size_t next, struct text t)
{
    size_t column = 0;
    put_blanks(out, first);
    size_t indent = first;
    for (size_t i = 0, end; i < t.size; i = end + 1) {
        end = i + text_find(text_after(t, i), ' ');
        size_t size = end - i;
        if (size == 0)
            continue;
        if (column > 0 && indent + column + 1 + size > PRINT_WIDTH) {
            buffer_put_char(out, '\n');
            put_blanks(out, next);
            indent = next;
            column = 0;
        }
        if (column > 0)
            buffer_put_char(out, ' ');
        for (size_t k = i; k < end; k++)
            buffer_put_char(out, t.at[k] == firm_blank ? ' ' : t.at[k]);
        column += size + (column > 0);
    }
    buffer_put_char(out, '\n');
}

void print_item(struct buffer *out, const char *name)
{
    if (out->size > 0)
        buffer_put_string(out, ", ");
    for (; *name; name++)
        buffer_put_char(out, *name == ' ' ? firm_blank : *name);
}

void print_padded(struct buffer *out, struct text t, size_t width)
{
    buffer_put_text(out, t);
    for (size_t i = t.size; i < width; i++)
        buffer_put_char(out, ' ');
}

/* ---- kinds --------------------------------------------------------------------------------------- */

static void put_choices(struct buffer *out, const char *choices)
{
    struct text rest = text_of(choices);
    while (rest.size > 0) {
        size_t end = text_find(rest, '|');
        bool last = end == rest.size;
        buffer_put_text(out, (struct text){rest.at, end});
        rest = text_after(rest, end + 1);
        if (!last)
            buffer_put_string(out, text_find(rest, '|') == rest.size ? " or " : ", ");
    }
}

static void put_type(struct buffer *out, const struct trace_field *f)
{
    switch (f->type) {
    case TRACE_INT: buffer_put_string(out, "number"); break;
    case TRACE_BOOL: buffer_put_string(out, "true or false"); break;
    case TRACE_TEXT: buffer_put_string(out, "text"); break;
    case TRACE_TEXTS: buffer_put_string(out, "list of texts"); break;
    case TRACE_WORD: put_choices(out, f->choices); break;
    case TRACE_ROWS:
        buffer_put_string(out, "list of rows, each of: ");
        for (size_t i = 0; i < f->rows->field_count; i++) {
            buffer_put_string(out, i > 0 ? ", " : "");
            buffer_put_string(out, f->rows->fields[i].name);
        }
        break;
    }
}

enum { FIELD_WIDTH = 18 };

/* "  code              three digits (number)" */
static void put_field(struct buffer *out, const struct trace_field *f)
{
    struct buffer line;
    buffer_init(&line, out->memory);
    buffer_put_string(out, "  ");
    print_padded(out, text_of(f->name), FIELD_WIDTH);
    if (f->doc[0] != '\0') {
        buffer_put_string(&line, f->doc);
        buffer_put_string(&line, " (");
        put_type(&line, f);
        buffer_put_char(&line, ')');
    } else {
        put_type(&line, f);
    }
    /* the name is on the line already, so the first line has its indentation */
    size_t start = out->size;
    print_wrapped(out, 2 + FIELD_WIDTH, 2 + FIELD_WIDTH, buffer_text(&line));
    memmove(out->at + start, out->at + start + 2 + FIELD_WIDTH,
            out->size - start - 2 - FIELD_WIDTH);
    out->size -= 2 + FIELD_WIDTH;
    buffer_free(&line);
}

void print_kind(struct buffer *out, enum trace_kind kind)
{
    const struct trace_kind_info *info = trace_kind_info(kind);
    const struct trace_layer_info *layer = trace_layer_info(info->layer);
    if (out->size > 0)
        buffer_put_char(out, '\n');
    buffer_put_string(out, info->name);
    buffer_put_string(out, " - ");
    buffer_put_string(out, info->doc);
    buffer_put_string(out, " (kind of record; layer ");
    buffer_put_string(out, layer->name);
    buffer_put_string(out, ")\n");
    for (size_t i = 0; i < info->field_count; i++)
        put_field(out, &info->fields[i]);
}
