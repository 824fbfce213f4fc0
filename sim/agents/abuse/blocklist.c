/*
 * blocklist.c - complaints in, records of a zone out.
 */
#include "sim/agents/abuse/blocklist.h"

#include <assert.h>

#include "sim/agents/delivery/probe.h"
#include "sim/dns/blocklist_name.h"
#include "sim/mail/feedback.h"

void blocklist_add(struct host *h, const struct blocklist_config *config)
{
    struct blocklist *l = h->blocklist = MEMORY_NEW(&h->world->memory, struct blocklist);

    l->host = h;
    l->config = *config;
    l->mailbox = text_from(config->mailbox.at, text_find(config->mailbox, '@'));
    table_init(&l->addresses, &h->world->memory, false);
}

/* ---- the zone -------------------------------------------------------------------------------------- */

/* What the TXT says, and the record. */
static void put_reason(struct buffer *b, const struct blocklist_entry *e)
{
    buffer_put_text(b, e->text);
    buffer_put_string(b, ": ");
    buffer_put_int(b, e->complaints);
    buffer_put_string(b, e->complaints == 1 ? " complaint" : " complaints");
    buffer_put_string(b, e->open ? ", relays for anyone" : ", does not relay for strangers");
}

static void enter(struct blocklist_entry *e)
{
    struct blocklist *l = e->list;
    struct world *w = l->host->world;
    struct buffer name, reason, strings;
    struct trace_where where = host_where(l->host, e->cause);

    buffer_init(&name, &w->memory);
    buffer_init(&reason, &w->memory);
    buffer_init(&strings, &w->memory);
    blocklist_put_name(&name, &e->address, l->config.zone);
    put_reason(&reason, e);
    dns_txt_put(&strings, buffer_text(&reason));
    struct dns_record record = {.name = buffer_text(&name),
                                .type = DNS_A,
                                .ttl_s = l->config.ttl_s,
                                .address = {.octets = {127, 0, 0, 2}, .family = ADDRESS_IPV4}};
    enum dns_zone_error error = dns_zone_add_record(&w->zones, &record);
    record.type = DNS_TXT;
    record.strings = buffer_text(&strings);
    if (error == DNS_ZONE_OK)
        error = dns_zone_add_record(&w->zones, &record);
    assert(error == DNS_ZONE_OK);
    (void)error;
    e->listed = true;
    e->cause = trace_emit_list_listed(&w->trace, &where,
                                      &(struct trace_list_listed){.list = l->config.zone,
                                                                  .address = e->text,
                                                                  .reason = buffer_text(&reason)});
    buffer_free(&strings);
    buffer_free(&reason);
    buffer_free(&name);
}

static void strike(struct blocklist_entry *e, struct text reason)
{
    struct blocklist *l = e->list;
    struct world *w = l->host->world;
    struct buffer name;
    struct trace_where where = host_where(l->host, e->cause);

    buffer_init(&name, &w->memory);
    blocklist_put_name(&name, &e->address, l->config.zone);
    dns_zone_remove(&w->zones, buffer_text(&name), DNS_A);
    dns_zone_remove(&w->zones, buffer_text(&name), DNS_TXT);
    buffer_free(&name);
    e->listed = false;
    e->complaints = 0;
    idle_clear(w, &e->due);
    e->cause =
        trace_emit_list_delisted(&w->trace, &where,
                                 &(struct trace_list_delisted){
                                     .list = l->config.zone, .address = e->text, .reason = reason});
}

/* ---- tests ----------------------------------------------------------------------------------------- */

static void plan(struct blocklist_entry *e)
{
    struct world *w = e->list->host->world;
    int64_t end_ns = e->last_ns + e->list->config.window_ns;

    if (end_ns < w->queue.now_ns) /* it ran out while a slow server was being tested */
        end_ns = w->queue.now_ns;
    if (e->listed)
        idle_set(w, &e->due, e->open && e->test_ns < end_ns ? e->test_ns : end_ns);
}

static void tested(void *context, struct host *h, const struct probe_answer *answer)
{
    struct blocklist_entry *e = context;
    bool was_open = e->open;

    e->testing = false;
    e->cause = answer->cause;
    e->test_ns = h->world->queue.now_ns + e->list->config.test_ns;
    if (answer->fate == SMTP_FATE_WELCOME)
        e->open = true;
    else if (answer->fate == SMTP_FATE_REFUSED)
        e->open = false;
    if (!e->listed)
        enter(e);
    else if (was_open && !e->open) {
        strike(e, TEXT("it does not relay for strangers any more"));
        return;
    }
    plan(e);
}

/* From nobody's mailbox at the list to another: no business of the server that is tested. */
static void test(struct blocklist_entry *e)
{
    struct blocklist *l = e->list;

    e->testing = true;
    probe_start(l->host,
                &(struct probe_question){.address = &e->address,
                                         .server = e->text,
                                         .port = 25,
                                         .sender = l->config.mailbox,
                                         .recipient = l->config.mailbox,
                                         .told = tested,
                                         .context = e},
                e->cause);
}

static void due(struct world *w, struct idle_event *event)
{
    struct blocklist_entry *e = EVENT_OWNER(event, struct blocklist_entry, due);

    if (w->queue.now_ns >= e->last_ns + e->list->config.window_ns)
        strike(e, TEXT("no more complaints"));
    else if (!e->testing)
        test(e);
}

/* ---- complaints ------------------------------------------------------------------------------------- */

static struct blocklist_entry *entry_of(struct blocklist *l, struct text address)
{
    struct memory *m = &l->host->world->memory;
    uint32_t index = table_get(&l->addresses, address);
    struct blocklist_entry *e;

    if (index != TABLE_NONE)
        return l->entries[index];
    if (l->count == l->room) {
        uint32_t more = l->room ? 2 * l->room : 8;
        l->entries =
            memory_grow(m, l->entries, l->room * sizeof *l->entries, more * sizeof *l->entries);
        l->room = more;
    }
    e = l->entries[l->count] = MEMORY_NEW(m, struct blocklist_entry);
    e->list = l;
    e->text = text_copy(m, address);
    address_parse(address, &e->address);
    e->due.due = due;
    table_set(&l->addresses, e->text, l->count++);
    return e;
}

static void count(struct blocklist *l, struct text address, uint64_t cause)
{
    int64_t now_ns = l->host->world->queue.now_ns;
    struct blocklist_entry *e = entry_of(l, address);

    if (e->complaints == 0 || (!e->listed && now_ns - e->since_ns >= l->config.window_ns)) {
        e->since_ns = now_ns;
        e->complaints = 0;
    }
    e->complaints++;
    e->last_ns = now_ns;
    e->cause = cause;
    if (e->testing)
        return;
    if (e->listed)
        plan(e);
    else if (e->complaints >= l->config.threshold)
        test(e);
}

void blocklist_read(struct host *h, const struct mda_delivery *d, uint64_t cause)
{
    struct blocklist *l = h->blocklist;
    struct text domain = text_after(d->sender, text_find(d->sender, '@') + 1);
    struct buffer source;
    struct address address;

    if (!text_equal_nocase(d->mailbox, l->mailbox) || domain.size == 0)
        return;
    buffer_init(&source, &h->world->memory);
    if (mail_feedback_source(d->message, domain, &source) &&
        address_parse(buffer_text(&source), &address))
        count(l, buffer_text(&source), cause);
    buffer_free(&source);
}

/* ---- the host ---------------------------------------------------------------------------------------- */

void blocklist_host_up(struct host *h)
{
    struct blocklist *l = h->blocklist;
    int64_t now_ns = h->world->queue.now_ns;

    for (uint32_t i = 0; l && i < l->count; i++) {
        struct blocklist_entry *e = l->entries[i];
        if (e->listed)
            idle_set(h->world, &e->due, now_ns);
        else if (e->complaints >= l->config.threshold)
            test(e);
    }
}

void blocklist_host_down(struct host *h)
{
    struct blocklist *l = h->blocklist;

    for (uint32_t i = 0; l && i < l->count; i++) {
        l->entries[i]->testing = false;
        idle_clear(h->world, &l->entries[i]->due);
    }
}
