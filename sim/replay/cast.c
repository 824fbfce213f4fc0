/*
 * cast.c - reads the cast from the scenario of a trace's header, then decides what it leaves open.
 *
 * The scenario is read as a stream: whatever has another type than it should have, or a name that is not
 * known, is skipped, since a trace may come from a foreign program or a later version.
 */
#include "sim/replay/cast.h"

#include "sim/json/read.h"
#include "sim/replay/cast_parts.h"

struct reading {
    struct cast *cast;
    struct memory *memory;
    struct json_reader json;
    struct buffer *what;
    struct table domains; /* local to an MTA or MDA, or of a person's mailbox */
    uint32_t host_capacity, link_capacity;
    /* ---- of the host that is being read ---- */
    struct text server; /* of its MUA */
    bool mta_rules;     /* its rules are the MTA's */
    bool all_zones;
};

/* ---- values ------------------------------------------------------------------------------- */

static bool is_key(const struct reading *g, const char *key)
{
    return text_equal(g->json.string, text_of(key));
}

/* After a BEGIN, or a whole value: what is left of it.  False on a mistake. */
static bool skip_value(struct reading *g, enum json_token token)
{
    switch (token) {
    case JSON_OBJECT_BEGIN:
    case JSON_ARRAY_BEGIN: return json_read_skip(&g->json);
    case JSON_STRING:
    case JSON_NUMBER:
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL: return true;
    case JSON_END:
    case JSON_OBJECT_END:
    case JSON_ARRAY_END:
    case JSON_KEY:
    case JSON_MISTAKE: break;
    }
    return false;
}

static bool read_text(struct reading *g, struct text *out)
{
    enum json_token token = json_read(&g->json);

    if (token == JSON_STRING)
        *out = text_copy(g->memory, g->json.string);
    return skip_value(g, token);
}

static bool read_number(struct reading *g, int64_t *out)
{
    enum json_token token = json_read(&g->json);

    if (token == JSON_NUMBER)
        *out = g->json.number;
    return skip_value(g, token);
}

static void add_text(struct reading *g, struct trace_texts *texts, uint32_t *capacity)
{
    struct text *items = (struct text *)(uintptr_t)texts->items;

    items = memory_make_room(g->memory, items, texts->count, capacity, sizeof *items);
    items[texts->count++] = text_copy(g->memory, g->json.string);
    texts->items = items;
}

/* A list of texts, one text, or the keys of an object: all that a scenario writes for a few names. */
static bool read_texts(struct reading *g, struct trace_texts *out)
{
    enum json_token token = json_read(&g->json), end = JSON_ARRAY_END;
    uint32_t capacity = 0;

    *out = (struct trace_texts){0};
    if (token == JSON_STRING)
        add_text(g, out, &capacity);
    if (token == JSON_OBJECT_BEGIN)
        end = JSON_OBJECT_END;
    else if (token != JSON_ARRAY_BEGIN)
        return skip_value(g, token);
    while ((token = json_read(&g->json)) != end) {
        if (token == JSON_STRING || token == JSON_KEY)
            add_text(g, out, &capacity);
        if (token == JSON_KEY ? !json_read_skip(&g->json) : !skip_value(g, token))
            return false;
    }
    return true;
}

typedef bool read_key(struct reading *g, void *into);

/* Calls `each` at every key of an object; it reads the value. */
static bool read_object(struct reading *g, read_key *each, void *into)
{
    enum json_token token = json_read(&g->json);

    if (token != JSON_OBJECT_BEGIN)
        return skip_value(g, token);
    while ((token = json_read(&g->json)) == JSON_KEY)
        if (!each(g, into))
            return false;
    return token == JSON_OBJECT_END;
}

/* ---- a host ------------------------------------------------------------------------------- */

static void know_domain(struct reading *g, struct text domain)
{
    if (domain.size > 0)
        table_set(&g->domains, domain, 1);
}

static bool read_mua(struct reading *g, void *into)
{
    struct cast_host *host = into;

    if (is_key(g, "mailbox"))
        return read_text(g, &host->mailbox);
    if (is_key(g, "name"))
        return read_text(g, &host->person);
    if (is_key(g, "server"))
        return read_text(g, &g->server);
    return json_read_skip(&g->json);
}

static bool read_domains(struct reading *g, struct cast_host *host)
{
    struct trace_texts domains;

    if (!read_texts(g, &domains))
        return false;
    for (uint32_t i = 0; i < domains.count; i++)
        know_domain(g, domains.items[i]);
    if (host->domains.count == 0) /* an MDA's are those of its MTA, or its own if there is none */
        host->domains = domains;
    return true;
}

static bool read_msa(struct reading *g, void *into)
{
    struct cast_host *host = into;

    if (is_key(g, "relay") && !g->mta_rules)
        return read_texts(g, &host->relay);
    return json_read_skip(&g->json);
}

static bool read_mta(struct reading *g, void *into)
{
    struct cast_host *host = into;

    if (is_key(g, "relay")) {
        g->mta_rules = true;
        return read_texts(g, &host->relay);
    }
    return is_key(g, "domains") ? read_domains(g, host) : json_read_skip(&g->json);
}

static bool read_mda(struct reading *g, void *into)
{
    struct cast_host *host = into;

    if (is_key(g, "mailboxes"))
        return read_texts(g, &host->mailboxes);
    return is_key(g, "domains") ? read_domains(g, host) : json_read_skip(&g->json);
}

static bool read_dns(struct reading *g, void *into)
{
    struct text zones = TEXT("");

    (void)into;
    if (!is_key(g, "zones"))
        return json_read_skip(&g->json);
    if (!read_text(g, &zones))
        return false;
    g->all_zones = text_equal(zones, TEXT("all"));
    return true;
}

static bool read_nothing(struct reading *g, void *into)
{
    (void)into;
    return json_read_skip(&g->json);
}

static bool read_position(struct reading *g, struct cast_host *host)
{
    enum json_token token = json_read(&g->json);
    int64_t numbers[2] = {0, 0};
    size_t count = 0;

    if (token != JSON_ARRAY_BEGIN)
        return skip_value(g, token);
    while ((token = json_read(&g->json)) != JSON_ARRAY_END) {
        if (token == JSON_NUMBER && count < 2)
            numbers[count++] = g->json.number;
        if (!skip_value(g, token))
            return false;
    }
    host->placed = count == 2;
    host->x = (double)numbers[0];
    host->y = (double)numbers[1];
    return true;
}

static const struct role {
    const char *key;
    unsigned role;
    read_key *read;
} roles[] = {
    {"mua", CAST_MUA, read_mua},
    {"msa", CAST_MSA, read_msa},
    {"mta", CAST_MTA, read_mta},
    {"mda", CAST_MDA, read_mda},
    {"dns", CAST_DNS, read_dns},
    {"stranger", CAST_STRANGER, read_nothing},
    {"blocklist", CAST_BLOCKLIST, read_nothing},
};
enum { ROLES = sizeof roles / sizeof roles[0] };

static bool read_router(struct reading *g, struct cast_host *host)
{
    enum json_token token = json_read(&g->json);

    if (token == JSON_TRUE)
        host->roles |= CAST_ROUTER;
    return skip_value(g, token);
}

static bool read_host_key(struct reading *g, void *into)
{
    struct cast_host *host = into;

    for (size_t i = 0; i < ROLES; i++)
        if (is_key(g, roles[i].key)) {
            host->roles |= roles[i].role;
            return read_object(g, roles[i].read, host);
        }
    if (is_key(g, "address"))
        return read_texts(g, &host->addresses);
    if (is_key(g, "router"))
        return read_router(g, host);
    if (is_key(g, "position"))
        return read_position(g, host);
    if (is_key(g, "note"))
        return read_text(g, &host->note);
    return json_read_skip(&g->json);
}

static bool read_host(struct reading *g, void *into)
{
    struct buffer *loose = into;
    struct cast *c = g->cast;
    struct cast_host *host;

    c->hosts =
        memory_make_room(g->memory, c->hosts, c->host_count, &g->host_capacity, sizeof *c->hosts);
    host = &c->hosts[c->host_count];
    *host = (struct cast_host){.name = text_copy(g->memory, g->json.string), .server = CAST_NONE};
    g->server = TEXT("");
    g->mta_rules = g->all_zones = false;
    if (!read_object(g, read_host_key, host))
        return false;
    know_domain(g, cast_domain_of(host->mailbox));
    table_set(&c->by_name, host->name, c->host_count);
    for (uint32_t i = 0; i < host->addresses.count; i++)
        table_set(&c->by_address, host->addresses.items[i], c->host_count);
    buffer_put(loose, &(struct cast_loose){g->server, g->all_zones}, sizeof(struct cast_loose));
    c->host_count++;
    return true;
}

/* ---- links, lesson, scenario -------------------------------------------------------------- */

static bool read_link_key(struct reading *g, void *into)
{
    struct trace_texts *ends = into;

    return is_key(g, "between") ? read_texts(g, ends) : json_read_skip(&g->json);
}

/* Names of both ends, two by two; they become numbers when all hosts are known. */
static bool read_links(struct reading *g, struct buffer *names)
{
    enum json_token token = json_read(&g->json);

    if (token != JSON_ARRAY_BEGIN)
        return skip_value(g, token);
    while ((token = json_read(&g->json)) == JSON_OBJECT_BEGIN) {
        struct trace_texts ends = {0};

        while ((token = json_read(&g->json)) == JSON_KEY)
            if (!read_link_key(g, &ends))
                return false;
        if (token != JSON_OBJECT_END)
            return false;
        if (ends.count == 2)
            buffer_put(names, ends.items, 2 * sizeof *ends.items);
    }
    return token == JSON_ARRAY_END;
}

static bool read_lesson_key(struct reading *g, void *into)
{
    (void)into;
    return is_key(g, "number") ? read_number(g, &g->cast->lesson) : json_read_skip(&g->json);
}

static bool read_scenario(struct reading *g, struct buffer *loose, struct buffer *links)
{
    struct cast *c = g->cast;
    enum json_token token;
    bool going = json_read_expect(&g->json, JSON_OBJECT_BEGIN);

    while (going && (token = json_read(&g->json)) == JSON_KEY) {
        if (is_key(g, "title"))
            going = read_text(g, &c->title);
        else if (is_key(g, "note"))
            going = read_text(g, &c->note);
        else if (is_key(g, "start"))
            going = read_text(g, &c->start);
        else if (is_key(g, "hosts"))
            going = read_object(g, read_host, loose);
        else if (is_key(g, "links"))
            going = read_links(g, links);
        else if (is_key(g, "lesson"))
            going = read_object(g, read_lesson_key, NULL);
        else
            going = json_read_skip(&g->json);
    }
    return going && token == JSON_OBJECT_END;
}

static void join_links(struct reading *g, const struct buffer *links)
{
    struct cast *c = g->cast;
    struct text ends[2];

    for (size_t at = 0; at < links->size; at += sizeof ends) {
        struct cast_link link;

        memcpy(ends, links->at + at, sizeof ends);
        link = (struct cast_link){cast_host(c, ends[0]), cast_host(c, ends[1])};
        if (link.a == CAST_NONE || link.b == CAST_NONE)
            continue;
        c->links = memory_make_room(g->memory, c->links, c->link_count, &g->link_capacity,
                                    sizeof *c->links);
        c->links[c->link_count++] = link;
    }
}

/* ---- the cast ----------------------------------------------------------------------------- */

static void find_servers(struct cast *c, const struct cast_loose *loose)
{
    for (uint32_t i = 0; i < c->host_count; i++)
        if (c->hosts[i].roles & CAST_MUA)
            c->hosts[i].server = cast_host(c, loose[i].server);
}

static void complain(const struct reading *g)
{
    buffer_put_string(g->what, "the header's scenario: ");
    buffer_put_string(g->what, g->json.error ? g->json.error : "is no object");
}

bool cast_read(struct cast *c, struct memory *m, const struct replay_header *header,
               struct buffer *what)
{
    struct reading g = {.cast = c, .memory = m, .what = what};
    struct buffer loose, links;
    bool good;

    *c = (struct cast){.title = TEXT(""), .note = TEXT(""), .start = TEXT("")};
    table_init(&c->by_name, m, true);
    table_init(&c->by_address, m, true);
    table_init(&g.domains, m, true);
    buffer_init(&loose, m);
    buffer_init(&links, m);
    json_reader_init(&g.json, m, JSON_UTF8);
    json_reader_open(&g.json, header->scenario);
    good = read_scenario(&g, &loose, &links);
    if (good) {
        join_links(&g, &links);
        find_servers(c, (const struct cast_loose *)(const void *)loose.at);
        cast_find_sites(c, m, &g.domains, (const struct cast_loose *)(const void *)loose.at);
        cast_find_labels(c, m);
    } else {
        complain(&g);
    }
    json_reader_free(&g.json);
    buffer_free(&links);
    buffer_free(&loose);
    table_free(&g.domains);
    return good;
}

uint32_t cast_host(const struct cast *c, struct text name)
{
    uint32_t host = table_get(&c->by_name, name);

    if (host == TABLE_NONE && name.size > 0)
        host = table_get(&c->by_address, name);
    return host == TABLE_NONE ? CAST_NONE : host;
}

uint32_t cast_address(const struct cast *c, struct text address)
{
    uint32_t host = table_get(&c->by_address, address);

    return host == TABLE_NONE ? CAST_NONE : host;
}

void cast_put_roles(struct buffer *b, unsigned set)
{
    static const char *const words[] = {"MUA", "MSA",      "MTA",       "MDA",
                                        "DNS", "stranger", "blocklist", "router"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (set >> i & 1) {
            if (set & ((1U << i) - 1))
                buffer_put_char(b, ' ');
            buffer_put_string(b, words[i]);
        }
}
