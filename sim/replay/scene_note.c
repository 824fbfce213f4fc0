/*
 * scene_note.c - what each record does that only the records before it tell: which custody it closes,
 * how many recipients stop waiting when a try begins.
 *
 * This is found once, in the order of the records, and kept as numbers, so that a scene can be folded
 * from anywhere without tables of its own.
 */
#include "sim/replay/scene_parts.h"

#define NONE RECORDING_NONE

void scene_notes_init(struct scene_notes *n, struct memory *m)
{
    *n = (struct scene_notes){.memory = m, .wait_free = NONE};
    table_init(&n->custodies, m, false);
    table_init(&n->entries, m, false);
    table_init(&n->links, m, false);
}

static uint32_t or_none(uint32_t found)
{
    return found == TABLE_NONE ? NONE : found;
}

/* ---- who waits ----------------------------------------------------------------------------- */

enum { KEY = 300 };

/* Longer queue ids than any that are real are cut. */
static struct text entry_key(char room[KEY], const struct recording_line *line)
{
    struct text queue = line->record->where.queue;
    size_t size = queue.size < KEY - sizeof line->host ? queue.size : KEY - sizeof line->host;

    memcpy(room, &line->host, sizeof line->host);
    if (size > 0)
        memcpy(room + sizeof line->host, queue.at, size);
    return text_from(room, sizeof line->host + size);
}

static void count_out(struct scene_change *change, const struct scene_wait *wait)
{
    if (wait->held)
        change->held--;
    else
        change->deferred--;
}

/* Takes the recipient out of the list, if it is there. */
static void stop_waiting(struct scene_notes *n, uint32_t *first, struct text recipient,
                         struct scene_change *change)
{
    uint32_t *link = first;

    while (*link != NONE && !text_equal(n->waits[*link].recipient, recipient))
        link = &n->waits[*link].next;
    if (*link == NONE)
        return;

    uint32_t gone = *link;
    count_out(change, &n->waits[gone]);
    *link = n->waits[gone].next;
    n->waits[gone].next = n->wait_free;
    n->wait_free = gone;
}

static void wait(struct scene_notes *n, uint32_t *first, struct text recipient, bool held,
                 struct scene_change *change)
{
    stop_waiting(n, first, recipient, change);

    uint32_t at = n->wait_free; /* perhaps the room that has just become free */

    if (at == NONE) {
        n->waits = memory_make_room(n->memory, n->waits, n->wait_count, &n->wait_capacity,
                                    sizeof *n->waits);
        at = n->wait_count++;
    } else {
        n->wait_free = n->waits[at].next;
    }
    n->waits[at] = (struct scene_wait){.next = *first, .held = held, .recipient = recipient};
    *first = at;
    if (held)
        change->held++;
    else
        change->deferred++;
}

static void all_stop(struct scene_notes *n, uint32_t *first, struct scene_change *change)
{
    while (*first != NONE)
        stop_waiting(n, first, n->waits[*first].recipient, change);
}

static void note_queue(struct scene_notes *n, const struct recording_line *line,
                       struct scene_change *change)
{
    char room[KEY];
    struct text key = entry_key(room, line);
    uint32_t first = or_none(table_get(&n->entries, key)), before = first;
    const struct trace_queue_attempt *attempt = line->record->data;

    switch ((int)line->record->kind) {
    case TRACE_QUEUE_DEFERRED:
        wait(n, &first, RECORDING_DATA(line, queue_deferred)->recipient, false, change);
        break;
    case TRACE_QUEUE_HELD:
        wait(n, &first, RECORDING_DATA(line, queue_held)->recipient, true, change);
        break;
    case TRACE_QUEUE_ATTEMPT:
        for (uint32_t i = 0; i < attempt->recipients.count; i++)
            stop_waiting(n, &first, attempt->recipients.items[i], change);
        break;
    case TRACE_QUEUE_BOUNCED:
        stop_waiting(n, &first, RECORDING_DATA(line, queue_bounced)->recipient, change);
        break;
    case TRACE_QUEUE_EXPIRED:
        stop_waiting(n, &first, RECORDING_DATA(line, queue_expired)->recipient, change);
        break;
    case TRACE_QUEUE_REMOVED: all_stop(n, &first, change); break;
    default: break;
    }
    if (first == before)
        return;
    if (first == NONE)
        table_remove(&n->entries, key);
    else if (before == NONE)
        table_set(&n->entries, text_copy(n->memory, key), first);
    else
        table_set(&n->entries, key, first); /* the key that is there stays */
}

/* ---- records ------------------------------------------------------------------------------- */

static void note_link(struct scene_notes *n, const struct trace_link_state *link,
                      struct scene_change *change)
{
    bool down = text_equal(link->state, TEXT("down")), up = text_equal(link->state, TEXT("up"));
    bool was_down = table_get(&n->links, link->link) == 1;

    if (down == was_down || (!down && !up))
        return;
    change->links_down = down ? 1 : -1;
    table_set(&n->links, link->link, down);
}

static uint32_t keep_change(struct scene_notes *n, const struct scene_change *change)
{
    if (change->deferred == 0 && change->held == 0 && change->links_down == 0)
        return NONE;
    n->changes = memory_make_room(n->memory, n->changes, n->change_count, &n->change_capacity,
                                  sizeof *n->changes);
    n->changes[n->change_count] = *change;
    return n->change_count++;
}

static uint32_t note(struct scene_notes *n, const struct recording_line *line, uint32_t index)
{
    struct scene_change change = {0};
    uint32_t found;

    switch ((int)line->record->kind) {
    case TRACE_CUSTODY_OPENED:
        found = table_get(&n->custodies, RECORDING_DATA(line, custody_opened)->parent);
        table_set(&n->custodies, RECORDING_DATA(line, custody_opened)->custody, index);
        return or_none(found);
    case TRACE_CUSTODY_CLOSED:
        found = table_get(&n->custodies, RECORDING_DATA(line, custody_closed)->custody);
        return or_none(found);
    case TRACE_CUSTODY_OVERLAP:
        found = table_get(&n->custodies, RECORDING_DATA(line, custody_overlap)->custody);
        return or_none(found);
    case TRACE_LINK_STATE: note_link(n, line->record->data, &change); break;
    case TRACE_QUEUE_DEFERRED:
    case TRACE_QUEUE_HELD:
    case TRACE_QUEUE_ATTEMPT:
    case TRACE_QUEUE_BOUNCED:
    case TRACE_QUEUE_EXPIRED:
    case TRACE_QUEUE_REMOVED: note_queue(n, line, &change); break;
    default: break;
    }
    return keep_change(n, &change);
}

void scene_notes_add(struct scene_notes *n, const struct recording *r)
{
    n->of = memory_make_room(n->memory, n->of, n->count, &n->capacity, sizeof *n->of);
    n->of[n->count] = note(n, &r->lines[n->count], n->count);
    n->count++;
}
