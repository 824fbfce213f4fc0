/* What was drawn where, for tests, clicks and the pointer. */
#include "render/canvas/canvas_parts.h"

const struct mark *canvas_marks(const struct canvas *c, size_t *count)
{
    *count = c->mark_count;
    return c->marks;
}

struct text canvas_mark_text(const struct canvas *c, const struct mark *m)
{
    if (m->kind != MARK_TEXT && m->kind != MARK_CUT)
        return TEXT("");
    return text_of(c->texts.at + m->argument);
}

static struct rect in_points(const struct canvas *c, struct device_rect d)
{
    return (struct rect){d.x0 / c->scale, d.y0 / c->scale, (d.x1 - d.x0) / c->scale,
                         (d.y1 - d.y0) / c->scale};
}

void mark_add(struct canvas *c, enum mark_kind kind, struct device_rect device, uint32_t verb,
              int64_t argument)
{
    struct box clip = clip_of(c);

    /* What a clip hides does not exist.  A sprite has no place yet: its clip is its own. */
    if (!device.drawn || device.x1 <= clip.x0 || device.y1 <= clip.y0 || device.x0 >= clip.x1 ||
        device.y0 >= clip.y1)
        return;
    c->marks =
        memory_make_room(&c->memory, c->marks, c->mark_count, &c->mark_room, sizeof *c->marks);
    c->marks[c->mark_count++] =
        (struct mark){kind, in_points(c, device), verb, argument, c->moving};
}

void mark_text(struct canvas *c, enum mark_kind kind, struct device_rect device, struct text text)
{
    size_t count = c->mark_count;

    mark_add(c, kind, device, 0, (int64_t)c->texts.size);
    if (c->mark_count > count) {
        buffer_put_text(&c->texts, text);
        buffer_put_char(&c->texts, '\0');
    }
}

void marks_take(struct canvas *c, size_t from, size_t octets, struct kept *k)
{
    k->mark_count = c->mark_count - from;
    k->marks = k->mark_count ? memory_take(&c->memory, k->mark_count * sizeof *k->marks) : NULL;
    if (k->mark_count)
        memcpy(k->marks, c->marks + from, k->mark_count * sizeof *k->marks);
    for (size_t i = 0; i < k->mark_count; i++)
        if (k->marks[i].kind == MARK_TEXT || k->marks[i].kind == MARK_CUT)
            k->marks[i].argument -= (int64_t)octets;
    k->octets = c->texts.size - octets;
    k->texts = k->octets ? memory_take(&c->memory, k->octets) : NULL;
    if (k->octets)
        memcpy(k->texts, c->texts.at + octets, k->octets);
    c->mark_count = from;
    c->texts.size = octets;
}

void marks_again(struct canvas *c, const struct kept *k, double dx, double dy)
{
    int64_t octets = (int64_t)c->texts.size;

    for (size_t i = 0; i < k->mark_count; i++) {
        struct mark m = k->marks[i];
        m.r.x += dx;
        m.r.y += dy;
        m.moving = m.moving || c->moving;
        if (m.kind == MARK_TEXT || m.kind == MARK_CUT)
            m.argument += octets;
        c->marks =
            memory_make_room(&c->memory, c->marks, c->mark_count, &c->mark_room, sizeof *c->marks);
        c->marks[c->mark_count++] = m;
    }
    buffer_put(&c->texts, k->texts, k->octets);
}

void canvas_panel(struct canvas *c, uint32_t panel, struct rect r)
{
    mark_add(c, MARK_PANEL, device_rect(c, r), panel, 0);
}

void canvas_hit(struct canvas *c, struct rect r, uint32_t verb, int64_t argument)
{
    struct device_rect d = device_rect(c, r);
    struct box clip = clip_of(c);

    /* What is hidden cannot be clicked. */
    d.x0 = d.x0 > clip.x0 ? d.x0 : clip.x0;
    d.y0 = d.y0 > clip.y0 ? d.y0 : clip.y0;
    d.x1 = d.x1 < clip.x1 ? d.x1 : clip.x1;
    d.y1 = d.y1 < clip.y1 ? d.y1 : clip.y1;
    mark_add(c, MARK_HIT, d, verb, argument);
}

void canvas_box(struct canvas *c, struct rect r)
{
    mark_add(c, MARK_BOX, device_rect(c, r), 0, 0);
}

void canvas_moving(struct canvas *c, bool moving)
{
    c->moving = moving;
}
