/*
 * what_if_mx.c - other MX records for the domain to which the message in view goes.
 */
#include "render/app/what_if_parts.h"

enum { MX_MAX = 8 };

struct mx {
    struct text zone, hosts[MX_MAX]; /* names, without their preference */
    uint32_t count;
};

/* "10 mx.shop.example" */
static struct text mx_name(struct text record)
{
    return text_trim(text_after(record, text_find(record, ' ')));
}

static bool read_mx(const struct what_if_listing *l, struct json_reader *r, struct mx *mx)
{
    mx->count = 0;
    if (json_read(r) != JSON_OBJECT_BEGIN || !what_if_find_key(r, TEXT("mx")) ||
        json_read(r) != JSON_ARRAY_BEGIN)
        return false;
    while (json_read(r) == JSON_STRING)
        if (mx->count < MX_MAX)
            mx->hosts[mx->count++] = mx_name(text_copy(&l->w->memory, r->string));
    return true;
}

/* The MX records of that zone, as the scenario has them at its beginning. */
static bool find_mx(const struct what_if_listing *l, struct text zone, struct mx *mx)
{
    struct json_reader r;

    json_reader_init(&r, &l->w->memory, JSON_UTF8);
    json_reader_open(&r, l->scenario);
    bool found = json_read(&r) == JSON_OBJECT_BEGIN && what_if_find_key(&r, TEXT("zones")) &&
                 json_read(&r) == JSON_OBJECT_BEGIN && what_if_find_key(&r, zone) &&
                 read_mx(l, &r, mx);

    json_reader_free(&r);
    mx->zone = zone;
    return found;
}

/* The domain to which the message in view goes. */
static struct text domain_in_view(const struct what_if_listing *l)
{
    const struct recording *r = l->ui->moment.recording;
    uint32_t mail = ui_mail(l->ui);

    if (mail == RECORDING_NONE || r->mails[mail].composed == RECORDING_NONE)
        return TEXT("");
    const struct trace_mail_composed *c =
        RECORDING_DATA(&r->lines[r->mails[mail].composed], mail_composed);

    if (c->to.count == 0)
        return TEXT("");
    struct text to = c->to.items[c->to.count - 1];

    return text_after(to, text_find(to, '@') + 1);
}

static uint32_t name_server(const struct what_if_listing *l)
{
    const struct cast *c = l->ui->moment.cast;

    for (uint32_t i = 0; i < c->host_count; i++)
        if (c->hosts[i].roles & CAST_DNS)
            return i;
    return RECORDING_NONE;
}

/* {"/zones/ZONE/mx": ["10 b", "20 a"]} */
static struct text mx_value(const struct what_if_listing *l, const struct mx *mx, bool null)
{
    struct buffer b;

    buffer_init(&b, &l->w->memory);
    buffer_put_string(&b, "{ \"/zones/");
    buffer_put_text(&b, mx->zone);
    buffer_put_string(&b, "/mx\": [");
    if (null)
        buffer_put_string(&b, "\"0 .\"");
    for (uint32_t i = 0; !null && i < mx->count; i++) {
        if (i > 0)
            buffer_put_string(&b, ", ");
        buffer_put_char(&b, '"');
        buffer_put_int(&b, 10 * ((int64_t)i + 1));
        buffer_put_char(&b, ' ');
        buffer_put_text(&b, mx->hosts[mx->count - 1 - i]);
        buffer_put_char(&b, '"');
    }
    buffer_put_string(&b, "] }");
    return buffer_text(&b);
}

void what_if_list_mx(const struct what_if_listing *l)
{
    struct text zone = domain_in_view(l);
    uint32_t server = name_server(l);
    struct mx mx;

    if (zone.size == 0 || server == RECORDING_NONE || !find_mx(l, zone, &mx) || mx.count == 0)
        return;
    if (mx.count > 1)
        what_if_add(l, "MX", ICON_DNS,
                    what_if_words(l, "Turn the MX preferences of %h round: %s comes first", zone,
                                  mx.hosts[mx.count - 1]),
                    what_if_entry(l, server, "set", mx_value(l, &mx, false)));
    what_if_add(l, "MX", ICON_DNS,
                what_if_words(l, "%h says by a null MX that it takes no mail", zone, TEXT("")),
                what_if_entry(l, server, "set", mx_value(l, &mx, true)));
}
