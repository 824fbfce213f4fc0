/*
 * vacation.c - may this be answered, and the answer.
 */
#include "sim/agents/mda/vacation.h"

#include <assert.h>

#include "sim/agents/mail_queue/mail_queue.h"
#include "sim/agents/mail_queue/written.h"
#include "sim/kernel/clock.h"

/* RFC 3834 2: "no more often than once in several days"; RFC 5230 4.1: seven by default. */
static const int64_t AGAIN_NS = 7 * CLOCK_DAY;

struct vacation {
    const struct mailbox_config *box;
    struct table answered; /* sender, domain and all in lower case -> index in times */
    int64_t *times_ns;
    uint32_t count, room;
};

struct vacations {
    struct table boxes; /* mailbox -> index */
    struct vacation *items;
};

struct vacations *vacations_new(struct host *h)
{
    const struct mda_config *c = &h->mda->config;
    struct memory *m = &h->world->memory;
    struct vacations *v = NULL;
    uint32_t count = 0;

    for (size_t i = 0; i < c->mailbox_count; i++)
        count += c->mailboxes[i].vacation.size > 0;
    if (count == 0)
        return NULL;
    v = MEMORY_NEW(m, struct vacations);
    v->items = memory_take_clear(m, count * sizeof *v->items);
    table_init(&v->boxes, m, true);
    count = 0;
    for (size_t i = 0; i < c->mailbox_count; i++) {
        if (c->mailboxes[i].vacation.size == 0)
            continue;
        v->items[count].box = &c->mailboxes[i];
        table_init(&v->items[count].answered, m, true);
        table_set(&v->boxes, c->mailboxes[i].name, count++);
    }
    return v;
}

void vacations_keep(struct vacations *v, const struct vacations *before)
{
    for (uint32_t i = 0; i < v->boxes.capacity; i++) {
        const struct table_slot *slot = &v->boxes.slots[i];
        if (slot->value == TABLE_NONE)
            continue;
        uint32_t old = table_get(&before->boxes, slot->key);
        struct vacation *item = &v->items[slot->value];
        const struct mailbox_config *box = item->box;
        if (old == TABLE_NONE || !text_equal(before->items[old].box->vacation, box->vacation))
            continue;
        *item = before->items[old];
        item->box = box;
    }
}

/* ---- may it be answered? ---------------------------------------------------------------------------- */

static struct text local_of(struct text address)
{
    for (size_t i = address.size; i > 0; i--)
        if (address.at[i - 1] == '@')
            return text_from(address.at, i - 1);
    return address;
}

/* Senders that are machines or lists by their name (RFC 5230 4.6). */
static bool is_machine(struct text sender)
{
    struct text local = local_of(sender);

    return text_equal_nocase(local, TEXT("mailer-daemon")) ||
           text_equal_nocase(local, TEXT("listserv")) ||
           text_equal_nocase(local, TEXT("majordomo")) ||
           text_starts_nocase(local, TEXT("owner-")) || text_ends_nocase(local, TEXT("-owner")) ||
           text_ends_nocase(local, TEXT("-request"));
}

static bool holds_nocase(struct text in, struct text what)
{
    for (size_t i = 0; i + what.size <= in.size; i++)
        if (text_equal_nocase(text_from(in.at + i, what.size), what))
            return true;
    return false;
}

/* What the header says: NULL if nothing is against an answer. */
static const char *header_against(const struct message *message, struct text recipient)
{
    struct message_fields it;
    struct mail_field f;
    bool named = false;

    message_fields_begin(&it, message);
    while (message_fields_next(&it, &f)) {
        struct text value = text_trim(f.value);
        if (text_equal_nocase(f.name, TEXT("Auto-Submitted")) &&
            !text_equal_nocase(value, TEXT("no")))
            return "vacation: it was sent automatically itself";
        if (text_starts_nocase(f.name, TEXT("List-")) ||
            (text_equal_nocase(f.name, TEXT("Precedence")) &&
             (text_equal_nocase(value, TEXT("list")) || text_equal_nocase(value, TEXT("bulk")) ||
              text_equal_nocase(value, TEXT("junk")))))
            return "vacation: it came by a mailing list";
        if (text_equal_nocase(f.name, TEXT("To")) || text_equal_nocase(f.name, TEXT("Cc")) ||
            text_equal_nocase(f.name, TEXT("Bcc")))
            named = named || holds_nocase(value, recipient);
    }
    return named ? NULL : "vacation: the owner's address is not in To or Cc";
}

static bool answered_lately(const struct vacation *v, struct text sender, int64_t now_ns)
{
    uint32_t i = table_get(&v->answered, sender);

    return i != TABLE_NONE && now_ns - v->times_ns[i] < AGAIN_NS;
}

static const char *against(const struct host *h, const struct vacation *v,
                           const struct mda_delivery *d)
{
    if (d->sender.size == 0)
        return "vacation: the reverse-path is null";
    if (is_machine(d->sender))
        return "vacation: the sender is a machine or a list";
    if (text_equal_nocase(d->sender, d->recipient))
        return "vacation: the sender is the owner";
    const char *why = header_against(d->message, d->recipient);
    if (why)
        return why;
    return answered_lately(v, d->sender, h->world->queue.now_ns)
               ? "vacation: the sender was answered less than seven days ago"
               : NULL;
}

static void remember(struct vacation *v, struct memory *m, struct text sender, int64_t now_ns)
{
    uint32_t i = table_get(&v->answered, sender);

    if (i != TABLE_NONE) {
        v->times_ns[i] = now_ns;
        return;
    }
    if (v->count == v->room) {
        uint32_t room = v->room ? 2 * v->room : 8;
        v->times_ns =
            memory_grow(m, v->times_ns, v->room * sizeof *v->times_ns, room * sizeof *v->times_ns);
        v->room = room;
    }
    v->times_ns[v->count] = now_ns;
    table_set(&v->answered, text_copy(m, sender), v->count++);
}

static uint64_t record_decision(struct host *h, const struct mda_delivery *d, const char *against,
                                uint64_t cause)
{
    struct trace_where where = host_where(h, cause);

    where.mail = d->letter->id;
    where.queue = d->queue;
    return trace_emit_policy_decision(
        &h->world->trace, &where,
        &(struct trace_policy_decision){.at = TEXT("vacation"),
                                        .verdict = against ? TEXT("refuse") : TEXT("accept"),
                                        .rule = against ? text_of(against) : TEXT("vacation"),
                                        .subject = d->sender,
                                        .reference = TEXT("RFC 3834 2")});
}

/* ---- the answer ------------------------------------------------------------------------------------- */

static void put_unfolded(struct buffer *b, const struct message *message, struct text name,
                         const char *before)
{
    struct mail_field f;

    if (!message_find_field(message, name, &f))
        return;
    buffer_put_string(b, before);
    mail_field_put_unfolded(b, f.value);
}

/* RFC 3834 3.1.4 to 3.1.7: what the answer is about, and that nobody wrote it. */
static void put_fields(struct buffer *out, const struct message *about)
{
    struct buffer line;

    buffer_init(&line, out->memory);
    mail_put_field(out, TEXT("Auto-Submitted"), TEXT("auto-replied"));
    put_unfolded(&line, about, TEXT("Message-ID"), "");
    if (line.size) {
        mail_put_field(out, TEXT("In-Reply-To"), buffer_text(&line));
        buffer_clear(&line);
        put_unfolded(&line, about, TEXT("References"), "");
        put_unfolded(&line, about, TEXT("Message-ID"), line.size ? " " : "");
        mail_put_field(out, TEXT("References"), buffer_text(&line));
    }
    buffer_free(&line);
}

static struct message *write_answer(struct host *h, const struct vacation *v,
                                    const struct mda_delivery *d, struct text subject,
                                    struct text message_id)
{
    struct buffer fields;

    buffer_init(&fields, &h->world->memory);
    put_fields(&fields, d->message);
    struct message *answer = message_compose(
        &h->world->memory, &(struct mail_draft){.from = {.address = d->recipient},
                                                .to = &(struct mail_person){.address = d->sender},
                                                .to_count = 1,
                                                .subject = subject,
                                                .message_id = message_id,
                                                .date = world_unix(h->world),
                                                .fields = buffer_text(&fields),
                                                .body = v->box->vacation});
    buffer_free(&fields);
    return answer;
}

static void send_answer(struct host *h, const struct vacation *v, const struct mda_delivery *d,
                        uint64_t cause)
{
    struct world *w = h->world;
    struct buffer subject, message_id;
    char id_octets[QUEUE_ID_MAX];
    struct text id = queue_next_id(h, id_octets);

    buffer_init(&subject, &w->memory);
    buffer_init(&message_id, &w->memory);
    buffer_put_string(&subject, "Auto:"); /* RFC 3834 3.1.5 */
    put_unfolded(&subject, d->message, TEXT("Subject"), " ");
    buffer_put_text(&message_id, id);
    buffer_put_string(&message_id, ".auto@");
    buffer_put_text(&message_id, h->name);
    struct message *answer = write_answer(h, v, d, buffer_text(&subject), buffer_text(&message_id));
    written_send(h,
                 &(struct written){.to = d->sender,
                                   .id = id,
                                   .subject = buffer_text(&subject),
                                   .message_id = buffer_text(&message_id),
                                   .message = answer},
                 cause);
    message_release(answer);
    buffer_free(&subject);
    buffer_free(&message_id);
}

void vacation_answer(struct host *h, const struct mda_delivery *d, uint64_t cause)
{
    uint32_t i = table_get(&h->mda->vacations->boxes, d->mailbox);

    if (i == TABLE_NONE || !h->mta)
        return;
    struct vacation *v = &h->mda->vacations->items[i];
    const char *why = against(h, v, d);
    cause = record_decision(h, d, why, cause);
    if (why)
        return;
    remember(v, &h->world->memory, d->sender, h->world->queue.now_ns);
    send_answer(h, v, d, cause);
}
