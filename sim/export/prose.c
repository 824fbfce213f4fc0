#include "sim/export/prose.h"

#include "sim/export/clean.h"

static const char *const tones[] = {
    [TELL_PLAIN] = "",        [TELL_DUTY] = "\033[36m", [TELL_GOOD] = "\033[32m",
    [TELL_WAIT] = "\033[33m", [TELL_BAD] = "\033[31m",
};

static void put_style(const struct prose *p, const char *style)
{
    if (p->colour && style[0] != '\0')
        buffer_put_string(p->out, style);
}

static void put_end(const struct prose *p, const char *style)
{
    if (style[0] != '\0')
        put_style(p, "\033[0m");
}

/* Characters: octets that do not continue one. */
static int columns_of(struct text t)
{
    int columns = 0;

    for (size_t i = 0; i < t.size; i++)
        columns += ((unsigned char)t.at[i] & 0xc0) != 0x80;
    return columns;
}

static void put_blanks(const struct prose *p, int count)
{
    while (count-- > 0)
        buffer_put_char(p->out, ' ');
}

void prose_title(const struct prose *p, struct text text)
{
    put_style(p, "\033[1m");
    clean_put(p->out, text);
    put_style(p, "\033[0m");
    buffer_put_char(p->out, '\n');
}

void prose_line(const struct prose *p, int indent, struct text label, struct text text,
                enum tell_tone tone)
{
    int column = indent;

    if (indent > 0) {
        put_blanks(p, indent - 2 - columns_of(label));
        put_style(p, "\033[2m");
        clean_put(p->out, label);
        put_style(p, "\033[0m");
        put_blanks(p, 2);
    }
    put_style(p, tones[tone]);
    while (text.size > 0) {
        struct text word = text_from(text.at, text_find(text, ' '));
        int size = columns_of(word);

        if (column > indent && column + 1 + size > PROSE_COLUMNS) {
            put_end(p, tones[tone]);
            buffer_put_char(p->out, '\n');
            put_blanks(p, indent);
            put_style(p, tones[tone]);
            column = indent;
        } else if (column > indent) {
            buffer_put_char(p->out, ' ');
            column++;
        }
        clean_put(p->out, word);
        column += size;
        text = text_after(text, word.size + 1);
    }
    put_end(p, tones[tone]);
    buffer_put_char(p->out, '\n');
}

void prose_gap(const struct prose *p)
{
    buffer_put_char(p->out, '\n');
}
