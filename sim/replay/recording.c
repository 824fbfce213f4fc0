/*
 * recording.c - lines, chains, connections, mails and queues of a recording; see recording.h.
 */
#include "sim/replay/recording.h"

#include <assert.h>
#include <limits.h>

#include "sim/replay/recording_parts.h"

#define NONE      RECORDING_NONE
#define BIT(kind) (UINT64_C(1) << TRACE_##kind)

uint64_t recording_kinds(void)
{
    uint64_t all = UINT64_MAX >> (64 - TRACE_KIND_COUNT);

    return all & ~(BIT(TCP_SEGMENT) | BIT(TCP_BYTES) | BIT(UDP_DATAGRAM));
}

void recording_init(struct recording *r, struct memory *m, const struct cast *cast)
{
    size_t hosts = cast->host_count + 1;
    struct recording_own *own = MEMORY_NEW(m, struct recording_own);

    *r = (struct recording){.memory = m, .cast = cast, .own = own};
    own->keep.memory = m;
    own->question_free = NONE;
    table_init(&own->mails, m, false);
    table_init(&own->conns, m, false);
    table_init(&own->entries, m, false);
    r->host_first = memory_take(m, hosts * sizeof *r->host_first);
    r->host_last = memory_take(m, hosts * sizeof *r->host_last);
    r->host_entry = memory_take(m, hosts * sizeof *r->host_entry);
    own->host_question = memory_take(m, hosts * sizeof *own->host_question);
    for (size_t i = 0; i < hosts; i++)
        r->host_first[i] = r->host_last[i] = r->host_entry[i] = own->host_question[i] = NONE;
}

/* ---- seq and time ------------------------------------------------------------------------- */

/* How many lines have a seq up to this one: what is asked for is mostly among the last. */
static uint32_t lines_up_to(const struct recording *r, uint64_t seq)
{
    uint32_t low = 0, high = r->count, back = 1;

    while (back < r->count && r->lines[r->count - back].record->seq > seq) {
        high = r->count - back;
        back = back > UINT32_MAX / 2 ? r->count : back * 2;
    }
    if (back < r->count)
        low = r->count - back;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (r->lines[middle].record->seq <= seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t recording_seq(const struct recording *r, uint64_t seq)
{
    uint32_t count = lines_up_to(r, seq);

    return count > 0 && r->lines[count - 1].record->seq == seq ? count - 1 : NONE;
}

static uint32_t aside_cause(const struct recording_own *own, uint64_t seq)
{
    uint32_t low = 0, high = own->aside_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (own->asides[middle].seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low < own->aside_count && own->asides[low].seq == seq ? own->asides[low].cause : NONE;
}

/* The nearest record that is kept among those that led to this one. */
static uint32_t find_cause(const struct recording *r, uint64_t seq)
{
    uint32_t index = seq > 0 ? recording_seq(r, seq) : NONE;

    return index == NONE && seq > 0 ? aside_cause(r->own, seq) : index;
}

/* ---- mails and connections ---------------------------------------------------------------- */

uint32_t recording_find_mail(const struct recording *r, struct text id)
{
    uint32_t mail = id.size > 0 ? table_get(&r->own->mails, id) : TABLE_NONE;

    return mail == TABLE_NONE ? NONE : mail;
}

/* `id` must stay. */
static uint32_t know_mail(struct recording *r, struct text id)
{
    uint32_t mail = recording_find_mail(r, id);

    if (mail != NONE || id.size == 0)
        return mail;
    r->mails =
        memory_make_room(r->memory, r->mails, r->mail_count, &r->mail_capacity, sizeof *r->mails);
    r->mails[r->mail_count] = (struct recording_mail){
        .id = id, .first = NONE, .last = NONE, .composed = NONE, .about = NONE, .ndr = NONE};
    table_set(&r->own->mails, id, r->mail_count);
    return r->mail_count++;
}

static struct text number_key(const uint32_t *number)
{
    return text_from((const char *)(const void *)number, sizeof *number);
}

static uint32_t know_conn(struct recording *r, uint32_t number)
{
    if (number == 0)
        return NONE;
    uint32_t known = table_get(&r->own->conns, number_key(&number));
    if (known != TABLE_NONE)
        return known;
    r->conns =
        memory_make_room(r->memory, r->conns, r->conn_count, &r->conn_capacity, sizeof *r->conns);
    r->conns[r->conn_count] = (struct recording_conn){
        .number = number, .client = NONE, .server = NONE, .first = NONE, .last = NONE};
    table_set(&r->own->conns, replay_keep_text(&r->own->keep, number_key(&number)), r->conn_count);
    recording_pair_conn(r, r->conn_count);
    return r->conn_count++;
}

/* Who is asked: what the look-up that led to this connection has chosen. */
static uint32_t chosen_host(const struct recording *r, uint32_t cause)
{
    enum { FAR = 16 };

    for (int i = 0; i < FAR && cause != NONE; i++, cause = r->lines[cause].cause)
        if (r->lines[cause].record->kind == TRACE_DNS_MX_CHOSEN)
            return cast_address(r->cast, RECORDING_DATA(&r->lines[cause], dns_mx_chosen)->address);
    return NONE;
}

static void learn_from_opening(struct recording_conn *c, const struct recording *r,
                               const struct recording_line *line)
{
    const struct trace_tcp_opened *opened = line->record->data;
    uint32_t remote = cast_address(r->cast, opened->remote);

    if (line->record->where.side == TRACE_SIDE_SERVER) {
        c->port = opened->local_port;
        if (c->client == NONE)
            c->client = remote;
    } else {
        c->port = opened->remote_port;
        c->server = remote;
    }
}

/* What this record says about its connection. */
static void learn_conn(struct recording *r, const struct recording_line *line)
{
    struct recording_conn *c = &r->conns[line->conn];
    const struct trace_record *record = line->record;

    if (record->kind == TRACE_NET_DROPPED) /* seen where it was lost, by no side of it */
        return;
    if (record->where.side == TRACE_SIDE_CLIENT)
        c->client = line->host;
    else if (record->where.side == TRACE_SIDE_SERVER)
        c->server = line->host;
    if (record->kind == TRACE_TCP_OPENED)
        learn_from_opening(c, r, line);
    else if (record->kind == TRACE_TCP_FAILED) {
        c->server = cast_address(r->cast, RECORDING_DATA(line, tcp_failed)->remote);
        c->port = RECORDING_DATA(line, tcp_failed)->remote_port;
    } else if (record->kind == TRACE_SMTP_COMMAND) {
        c->lmtp |= text_equal(RECORDING_DATA(line, smtp_command)->verb, TEXT("LHLO"));
    } else if (record->kind == TRACE_POP3_COMMAND || record->kind == TRACE_POP3_REPLY) {
        c->pop3 = true;
    }
    if (c->server == NONE)
        c->server = chosen_host(r, line->cause);
}

static void learn_mail(struct recording *r, uint32_t index)
{
    const struct recording_line *line = &r->lines[index];
    struct recording_mail *mail = &r->mails[line->mail];

    if (line->record->kind == TRACE_MAIL_COMPOSED && mail->composed == NONE) {
        mail->composed = index;
    } else if (line->record->kind == TRACE_MAIL_NDR && mail->ndr == NONE) {
        uint32_t about = know_mail(r, RECORDING_DATA(line, mail_ndr)->about);

        mail = &r->mails[line->mail];
        mail->ndr = index;
        mail->about = about;
    }
}

/* ---- queues ------------------------------------------------------------------------------- */

enum { QUEUE_KEY = 300 };

/* A queue id is unique at its host; longer ones than any that are real are cut. */
static struct text entry_key(char room[QUEUE_KEY], uint32_t host, struct text queue)
{
    size_t size = queue.size < QUEUE_KEY - sizeof host ? queue.size : QUEUE_KEY - sizeof host;

    memcpy(room, &host, sizeof host);
    if (size > 0)
        memcpy(room + sizeof host, queue.at, size);
    return text_from(room, sizeof host + size);
}

static void enter(struct recording *r, uint32_t index)
{
    const struct recording_line *line = &r->lines[index];
    struct text queue = line->record->where.queue, key;
    char room[QUEUE_KEY];

    r->entries = memory_make_room(r->memory, r->entries, r->entry_count, &r->entry_capacity,
                                  sizeof *r->entries);
    r->entries[r->entry_count] = (struct recording_entry){.host = line->host,
                                                          .mail = line->mail,
                                                          .entered = index,
                                                          .removed = NONE,
                                                          .before = r->host_entry[line->host],
                                                          .queue = queue};
    r->host_entry[line->host] = r->entry_count;
    key = entry_key(room, line->host, queue);
    table_remove(&r->own->entries, key);
    table_set(&r->own->entries, replay_keep_text(&r->own->keep, key), r->entry_count);
    r->entry_count++;
}

static void leave(struct recording *r, uint32_t index)
{
    const struct recording_line *line = &r->lines[index];
    char room[QUEUE_KEY];
    struct text key = entry_key(room, line->host, line->record->where.queue);
    uint32_t entry = table_get(&r->own->entries, key);

    if (entry == TABLE_NONE)
        return;
    r->entries[entry].removed = index;
    table_remove(&r->own->entries, key);
}

/* ---- adding ------------------------------------------------------------------------------- */

/* Hangs a line behind the last of its host, connection or mail. */
#define CHAIN(r, index, name, first, last)                                                         \
    do {                                                                                           \
        (r)->lines[index].name##_before = *(last);                                                 \
        if (*(last) == NONE)                                                                       \
            *(first) = (index);                                                                    \
        else                                                                                       \
            (r)->lines[*(last)].name##_after = (index);                                            \
        *(last) = (index);                                                                         \
    } while (0)

static void chain(struct recording *r, uint32_t index)
{
    uint32_t host = r->lines[index].host, conn = r->lines[index].conn, mail = r->lines[index].mail;

    if (host != NONE)
        CHAIN(r, index, host, &r->host_first[host], &r->host_last[host]);
    if (conn != NONE)
        CHAIN(r, index, conn, &r->conns[conn].first, &r->conns[conn].last);
    if (mail != NONE)
        CHAIN(r, index, mail, &r->mails[mail].first, &r->mails[mail].last);
}

static void remember_cause(struct recording *r, const struct trace_record *record)
{
    struct recording_own *own = r->own;
    uint32_t cause = find_cause(r, record->where.cause);

    own->asides = memory_make_room(r->memory, own->asides, own->aside_count, &own->aside_capacity,
                                   sizeof *own->asides);
    own->asides[own->aside_count++] = (struct recording_aside){record->seq, cause};
}

static uint32_t append(struct recording *r, const struct trace_record *kept)
{
    uint32_t index = r->count;

    r->lines = memory_make_room(r->memory, r->lines, r->count, &r->capacity, sizeof *r->lines);
    r->lines[index] = (struct recording_line){
        .record = kept,
        .host = cast_host(r->cast, kept->where.host),
        .other = NONE,
        .mail = know_mail(r, kept->where.mail),
        .conn = know_conn(r, kept->where.conn),
        .pair = NONE,
        .over = NONE,
        .cause = find_cause(r, kept->where.cause),
        .host_before = NONE,
        .host_after = NONE,
        .conn_before = NONE,
        .conn_after = NONE,
        .mail_before = NONE,
        .mail_after = NONE,
    };
    r->count++;
    return index;
}

void recording_add(struct recording *r, const struct trace_record *record)
{
    uint32_t index;

    if (!(recording_kinds() >> record->kind & 1)) {
        remember_cause(r, record);
        return;
    }
    assert(r->count < UINT32_MAX - 1);
    index = append(r, replay_keep_record(&r->own->keep, record));
    if (r->lines[index].conn != NONE)
        learn_conn(r, &r->lines[index]);
    recording_pair_line(r, index);
    if (r->lines[index].mail != NONE)
        learn_mail(r, index);
    chain(r, index);
    if (r->lines[index].host == NONE)
        return;
    if (record->kind == TRACE_QUEUE_ENTERED)
        enter(r, index);
    else if (record->kind == TRACE_QUEUE_REMOVED)
        leave(r, index);
}

void recording_end(struct recording *r)
{
    r->whole = true;
}

/* ---- finding ------------------------------------------------------------------------------ */

/* The line after `from` in that direction, or NONE. */
static uint32_t neighbour(const struct recording *r, uint32_t from, int step)
{
    if (step < 0)
        return from == NONE || from == 0 ? NONE : from - 1;
    if (from == NONE)
        return r->count > 0 ? 0 : NONE;
    return from + 1 < r->count ? from + 1 : NONE;
}

uint32_t recording_next(const struct recording *r, uint32_t from, int step, uint64_t kinds)
{
    do
        from = neighbour(r, from, step);
    while (from != NONE && !(kinds >> r->lines[from].record->kind & 1));
    return from;
}

static bool text_has(struct text t, struct text words)
{
    for (size_t i = 0; i + words.size <= t.size; i++)
        if (text_equal_nocase(text_from(t.at + i, words.size), words))
            return true;
    return false;
}

/* A number is found only whole, or 25 would find every size that has it inside. */
static bool number_is(int64_t number, struct text words)
{
    int64_t wanted;

    return text_to_int(words, &wanted) && wanted == number;
}

static bool field_has(const struct trace_field *f, const void *data, struct text words)
{
    const void *at = (const char *)data + f->offset;
    const struct trace_texts *texts = at;

    if (f->type == TRACE_TEXT || f->type == TRACE_WORD)
        return text_has(*(const struct text *)at, words);
    if (f->type == TRACE_INT)
        return number_is(*(const int64_t *)at, words);
    for (uint32_t i = 0; f->type == TRACE_TEXTS && i < texts->count; i++)
        if (text_has(texts->items[i], words))
            return true;
    return false;
}

static bool rows_have(const struct trace_dns_mx_chosen *chosen, struct text words)
{
    for (uint32_t i = 0; i < chosen->candidates.count; i++)
        if (text_has(chosen->candidates.items[i].host, words) ||
            text_has(chosen->candidates.items[i].why, words))
            return true;
    return false;
}

static bool record_has(const struct trace_record *record, struct text words)
{
    const struct trace_kind_info *info = trace_kind_info(record->kind);

    for (size_t i = 0; i < info->field_count; i++)
        if (field_has(&info->fields[i], record->data, words))
            return true;
    return (record->kind == TRACE_DNS_MX_CHOSEN && rows_have(record->data, words)) ||
           text_has(text_of(info->name), words) || text_has(record->where.host, words);
}

uint32_t recording_search(const struct recording *r, uint32_t from, int step, struct text words)
{
    do
        from = neighbour(r, from, step);
    while (from != NONE && (words.size == 0 || !record_has(r->lines[from].record, words)));
    return from;
}
