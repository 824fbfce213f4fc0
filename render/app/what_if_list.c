/*
 * what_if_list.c - what can be changed at this moment, in words and as an entry of a timeline; what_if_mx.c
 * has the DNS.
 */
#include "render/app/what_if_parts.h"

#include "sim/kernel/clock.h"

static const struct cast_host *host_of(const struct what_if_listing *l, uint32_t host)
{
    return &l->ui->moment.cast->hosts[host];
}

/* The time ------------------------------------------------------------------------------------ */

void what_if_put_time(struct buffer *out, const struct moment *m)
{
    static const struct {
        int64_t size;
        const char *unit;
    } units[] = {{CLOCK_DAY, "d"},
                 {CLOCK_HOUR, "h"},
                 {CLOCK_MINUTE, "m"},
                 {CLOCK_SECOND, "s"},
                 {CLOCK_MILLISECOND, "ms"},
                 {CLOCK_MICROSECOND, "us"},
                 {1, "ns"}};
    const struct recording *r = m->recording;
    uint32_t index = m->place.index;
    int64_t from = index == RECORDING_NONE ? 0 : r->lines[index].record->time_ns;
    uint32_t next = index == RECORDING_NONE ? 0 : index + 1;
    int64_t before = INT64_MAX;

    while (next < r->count && r->lines[next].record->time_ns <= from)
        next++;
    if (next < r->count)
        before = r->lines[next].record->time_ns;
    if (m->place.now_ns > from && m->place.now_ns < before)
        from = m->place.now_ns - 1;
    /* The largest unit of which a multiple lies between the two; the next instant always does, if only
     * together with what happens then. */
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        int64_t times = from / units[u].size + 1;

        if (times * units[u].size < before || units[u].size == 1) {
            buffer_put_int(out, times);
            buffer_put_string(out, units[u].unit);
            return;
        }
    }
}

/* One item ------------------------------------------------------------------------------------ */

struct text what_if_words(const struct what_if_listing *l, const char *format, struct text host,
                          struct text more)
{
    struct buffer b;

    buffer_init(&b, &l->w->memory);
    for (; *format; format++) {
        if (format[0] == '%' && format[1] == 'h')
            buffer_put_text(&b, host);
        else if (format[0] == '%' && format[1] == 's')
            buffer_put_text(&b, more);
        else
            buffer_put_char(&b, *format);
        format += format[0] == '%' && (format[1] == 'h' || format[1] == 's');
    }
    return buffer_text(&b);
}

struct text what_if_entry(const struct what_if_listing *l, uint32_t host, const char *verb,
                          struct text value)
{
    struct buffer b;

    buffer_init(&b, &l->w->memory);
    buffer_put_string(&b, "{ \"at\": \"");
    buffer_put_text(&b, l->at);
    buffer_put_string(&b, "\", \"on\": \"");
    buffer_put_text(&b, host_of(l, host)->name);
    buffer_put_string(&b, "\", \"");
    buffer_put_string(&b, verb);
    buffer_put_string(&b, "\": ");
    buffer_put_text(&b, value);
    buffer_put_string(&b, " }");
    return buffer_text(&b);
}

void what_if_add(const struct what_if_listing *l, const char *group, enum icon icon,
                 struct text said, struct text json)
{
    if (l->w->count < WHAT_IF_MAX)
        l->w->items[l->w->count++] =
            (struct what_if_item){.group = group, .words = said, .entry = json, .icon = icon};
}

/* Hosts and links ----------------------------------------------------------------------------- */

static void list_power(const struct what_if_listing *l, uint32_t host)
{
    struct text name = host_of(l, host)->label;
    uint8_t power = l->ui->moment.scene->hosts[host].power;

    if (power == SCENE_STOPPED || power == SCENE_CRASHED) {
        what_if_add(l, "Host", ICON_PLAY, what_if_words(l, "Start %h again", name, TEXT("")),
                    what_if_entry(l, host, "start", TEXT("true")));
        return;
    }
    bool server = host_of(l, host)->roles & (CAST_MSA | CAST_MTA | CAST_MDA);

    what_if_add(l, "Host", ICON_PAUSE,
                what_if_words(l,
                              server
                                  ? "Stop %h in good order: it says 421, then takes no connection"
                                  : "Shut %h down",
                              name, TEXT("")),
                what_if_entry(l, host, "stop", TEXT("true")));
    what_if_add(l, "Host", ICON_CLOSE, what_if_words(l, "Cut the power of %h", name, TEXT("")),
                what_if_entry(l, host, "crash", TEXT("true")));
}

static bool has_link(const struct cast *c, uint32_t a, uint32_t b)
{
    for (uint32_t i = 0; i < c->link_count; i++)
        if ((c->links[i].a == a && c->links[i].b == b) ||
            (c->links[i].a == b && c->links[i].b == a))
            return true;
    return false;
}

/* "a - b" or "a - internet", as a record link.state names it. */
static bool names_link(struct text link, struct text a, struct text b)
{
    struct text end = b.size > 0 ? b : TEXT("internet");

    return link.size == a.size + 3 + end.size &&
           ((text_starts_nocase(link, a) && text_ends_nocase(link, end)) ||
            (text_starts_nocase(link, end) && text_ends_nocase(link, a)));
}

/* Was it taken down, and not brought up since? */
static bool is_down(const struct what_if_listing *l, struct text a, struct text b)
{
    const struct recording *r = l->ui->moment.recording;
    uint32_t i = l->ui->moment.place.index;
    uint64_t kinds = UINT64_C(1) << TRACE_LINK_STATE;

    for (i = i == RECORDING_NONE ? i : i + 1; i != RECORDING_NONE;) {
        i = recording_next(r, i, -1, kinds);
        if (i == RECORDING_NONE)
            break;
        const struct trace_link_state *s = RECORDING_DATA(&r->lines[i], link_state);

        if (names_link(s->link, a, b) && !text_equal(s->state, TEXT("changed")))
            return text_equal(s->state, TEXT("down"));
    }
    return false;
}

/* { "to": "b", KEY: VALUE } */
static struct text link_value(const struct what_if_listing *l, struct text to, const char *key,
                              const char *value)
{
    struct buffer b;

    buffer_init(&b, &l->w->memory);
    buffer_put_string(&b, "{ ");
    if (to.size > 0) {
        buffer_put_string(&b, "\"to\": \"");
        buffer_put_text(&b, to);
        buffer_put_string(&b, "\", ");
    }
    buffer_put_char(&b, '"');
    buffer_put_string(&b, key);
    buffer_put_string(&b, "\": \"");
    buffer_put_string(&b, value);
    buffer_put_string(&b, "\" }");
    return buffer_text(&b);
}

bool what_if_find_key(struct json_reader *r, struct text key)
{
    while (json_read(r) == JSON_KEY) {
        if (text_equal(r->string, key))
            return true;
        if (!json_read_skip(r))
            return false;
    }
    return false;
}

static bool on_internet(const struct what_if_listing *l, uint32_t host)
{
    struct json_reader r;

    json_reader_init(&r, &l->w->memory, JSON_UTF8);
    json_reader_open(&r, l->scenario);
    bool is = json_read(&r) == JSON_OBJECT_BEGIN && what_if_find_key(&r, TEXT("hosts")) &&
              json_read(&r) == JSON_OBJECT_BEGIN && what_if_find_key(&r, host_of(l, host)->name) &&
              json_read(&r) == JSON_OBJECT_BEGIN && what_if_find_key(&r, TEXT("internet")) &&
              json_read(&r) == JSON_TRUE;

    json_reader_free(&r);
    return is;
}

/* The host at the other end of a link of this one: of that to `other`, if it is written, of any; the
 * internet comes before any other (NONE). */
static uint32_t link_end(const struct what_if_listing *l, uint32_t host, uint32_t other)
{
    const struct cast *c = l->ui->moment.cast;

    if (other != RECORDING_NONE && has_link(c, host, other))
        return other;
    for (uint32_t i = 0; i < c->link_count && !on_internet(l, host); i++)
        if (c->links[i].a == host || c->links[i].b == host)
            return c->links[i].a == host ? c->links[i].b : c->links[i].a;
    return RECORDING_NONE;
}

/* The link between the two ends in view, or else the server's own. */
static void list_link(const struct what_if_listing *l, uint32_t client, uint32_t server)
{
    uint32_t other = link_end(l, server, client);
    struct text name = host_of(l, server)->name,
                to = other == RECORDING_NONE ? TEXT("") : host_of(l, other)->name;
    struct text near = host_of(l, server)->label,
                end = to.size > 0 ? host_of(l, other)->label : TEXT("the internet");

    if (to.size == 0 && !on_internet(l, server))
        return;
    if (is_down(l, name, to)) {
        what_if_add(l, "Link", ICON_PLAY,
                    what_if_words(l, "Mend the link between %h and %s", near, end),
                    what_if_entry(l, server, "link", link_value(l, to, "state", "up")));
        return;
    }
    what_if_add(l, "Link", ICON_CLOSE,
                what_if_words(l, "Cut the link between %h and %s", near, end),
                what_if_entry(l, server, "link", link_value(l, to, "state", "down")));
    what_if_add(l, "Link", ICON_ROUTER,
                what_if_words(l, "Slow it: 5 s a packet between %h and %s", near, end),
                what_if_entry(l, server, "link", link_value(l, to, "latency", "5s")));
}

/* Replies and rules --------------------------------------------------------------------------- */

static void list_replies(const struct what_if_listing *l, uint32_t server)
{
    struct text name = host_of(l, server)->label;

    if (l->ui->moment.scene->hosts[server].power > SCENE_UP)
        return;
    what_if_add(
        l, "Reply", ICON_SERVER,
        what_if_words(l, "%h answers the next RCPT with 451: try again later", name, TEXT("")),
        what_if_entry(l, server, "answer",
                      TEXT("{ \"to\": \"RCPT\", \"with\": \"451 4.3.0 try again later\" }")));
    what_if_add(
        l, "Reply", ICON_SERVER,
        what_if_words(l, "%h answers the next RCPT with 550: no such mailbox", name, TEXT("")),
        what_if_entry(l, server, "answer",
                      TEXT("{ \"to\": \"RCPT\", \"with\": \"550 5.1.1 no such mailbox\" }")));
    what_if_add(
        l, "Reply", ICON_CLOSE,
        what_if_words(l, "%h's next reply to a whole message is lost on its way", name, TEXT("")),
        what_if_entry(l, server, "drop", TEXT("{ \"to\": \".\" }")));
}

/* "allow from 192.0.2.0/24": where the host itself stands. */
static void put_own_network(struct buffer *b, const struct cast_host *h)
{
    for (uint32_t i = 0; i < h->addresses.count; i++) {
        struct text a = h->addresses.items[i];
        size_t end = a.size;

        while (end > 0 && a.at[end - 1] != '.')
            end--;
        if (end == 0)
            continue;
        buffer_put_string(b, "\"allow from ");
        buffer_put(b, a.at, end);
        buffer_put_string(b, "0/24\", ");
        return;
    }
}

static void list_rules(const struct what_if_listing *l, uint32_t host)
{
    const struct cast_host *h = host_of(l, host);
    bool open = h->relay.count > 0 && text_equal(h->relay.items[0], TEXT("allow anyone"));
    struct buffer value;

    if (!(h->roles & CAST_MTA))
        return;
    /* Rules may have been set since the beginning: both ways are offered. */
    if (!open)
        what_if_add(
            l, "Rule", ICON_GATE,
            what_if_words(l, "Open the door of %h: it relays for anyone", h->label, TEXT("")),
            what_if_entry(l, host, "set", TEXT("{ \"/mta/relay\": [\"allow anyone\"] }")));
    buffer_init(&value, &l->w->memory);
    buffer_put_string(&value, "{ \"/mta/relay\": [");
    put_own_network(&value, h);
    buffer_put_string(&value, "\"refuse\"] }");
    what_if_add(l, "Rule", ICON_GATE,
                what_if_words(l, "Close the door of %h: it relays only for its own network",
                              h->label, TEXT("")),
                what_if_entry(l, host, "set", buffer_text(&value)));
}

/* A letter ------------------------------------------------------------------------------------ */

/* The person in view: the host's own, the message's writer, or the first that there is. */
static uint32_t writer_in_view(const struct what_if_listing *l, uint32_t host)
{
    const struct cast *c = l->ui->moment.cast;
    const struct recording *r = l->ui->moment.recording;
    uint32_t mail = ui_mail(l->ui);

    if (host != RECORDING_NONE && c->hosts[host].roles & CAST_MUA)
        return host;
    if (mail != RECORDING_NONE && r->mails[mail].composed != RECORDING_NONE) {
        uint32_t writer = r->lines[r->mails[mail].composed].host;

        if (writer != RECORDING_NONE && c->hosts[writer].roles & CAST_MUA)
            return writer;
    }
    for (uint32_t i = 0; i < c->host_count; i++)
        if (c->hosts[i].roles & CAST_MUA)
            return i;
    return RECORDING_NONE;
}

static void list_letter(const struct what_if_listing *l, uint32_t host)
{
    uint32_t writer = writer_in_view(l, host);

    if (writer == RECORDING_NONE)
        return;
    const struct cast_host *h = host_of(l, writer);
    struct text who = h->person.size > 0 ? h->person : h->mailbox;

    if (l->w->count == WHAT_IF_MAX)
        return;
    what_if_add(l, "Letter", ICON_ENVELOPE,
                what_if_words(l, "%h writes a letter, to whom you like", who, TEXT("")),
                what_if_entry(l, writer, "send", TEXT("{ \"subject\": \"What if\", \"to\": \"")));
    struct what_if_item *item = &l->w->items[l->w->count - 1];

    item->letter = true;
    item->entry.size -= 2; /* the bracket that ends it comes behind the address */
}

/* All of it ----------------------------------------------------------------------------------- */

void what_if_list(struct what_if *w, const struct ui *ui, struct text scenario, struct text at,
                  bool changed)
{
    struct what_if_listing l = {.w = w, .ui = ui, .scenario = scenario};
    const struct cast *c = ui->moment.cast;
    uint32_t conn = ui_conn(ui), host = ui_host(ui);
    uint32_t client = RECORDING_NONE, server = RECORDING_NONE;

    memory_end(&w->memory);
    memory_init(&w->memory, 0);
    w->count = w->chosen = 0;
    w->writing = false;
    l.at = text_copy(&w->memory, at);
    if (conn != RECORDING_NONE) {
        client = ui->moment.recording->conns[conn].client;
        server = ui->moment.recording->conns[conn].server;
    }
    if (host != RECORDING_NONE && c->hosts[host].roles & (CAST_MSA | CAST_MTA | CAST_MDA))
        server = ui->choice.host != RECORDING_NONE || server == RECORDING_NONE ? host : server;
    if (changed)
        what_if_add(&l, "Change", ICON_BACK, TEXT("Back to the run before the change"), TEXT(""));
    if (host != RECORDING_NONE)
        list_power(&l, host);
    if (server != RECORDING_NONE) {
        list_link(&l, client == server ? RECORDING_NONE : client, server);
        list_replies(&l, server);
        list_rules(&l, server);
    }
    what_if_list_mx(&l);
    list_letter(&l, host);
}
