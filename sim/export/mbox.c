/*
 * For each mail that is under way: its content as composed, the lines that hosts prepended, and its
 * hops, each with the hop that its custody came from.  A delivered message is the lines of final
 * delivery, those of each hop back to the first, and the content.
 */
#include "sim/export/mbox.h"

#include "sim/kernel/clock.h"
#include "sim/kernel/table.h"

#define NONE UINT32_MAX

struct part {
    struct text host, queue, octets;
    uint32_t conn; /* on which the message came */
    bool whole;    /* "received": nothing of the hops before it is needed */
};

/* A message in one queue. */
struct hop {
    struct text host, queue;
    uint32_t part, parent; /* index or NONE */
};

struct custody {
    struct text id;
    uint32_t hop;
};

struct mail {
    struct text id;
    struct text content; /* NULL: not known */
    struct part *parts;
    struct hop *hops;
    struct custody *custodies;
    size_t part_count, hop_count, custody_count;
    uint32_t part_capacity, hop_capacity, custody_capacity;
    size_t open;        /* custodies */
    struct text last;   /* of final delivery, for the mail.delivered that follows */
    bool last_is_whole; /* "stored": nothing else is needed */
    uint32_t next_free;
};

struct mbox {
    struct memory *memory;
    struct mbox_output output;
    int64_t start_s;
    uint64_t lacking;
    struct mail **mails; /* slots */
    size_t mail_count;
    uint32_t mail_capacity;
    uint32_t free_mail; /* 1 + slot; 0: none */
    struct table by_id;
    struct buffer message, octets;
};

/* ---- storage ------------------------------------------------------------------------------ */

static void give_text(struct mbox *box, struct text *t)
{
    if (t->at != NULL)
        memory_give(box->memory, (void *)(uintptr_t)t->at, t->size + 1);
    *t = (struct text){NULL, 0};
}

static void set_text(struct mbox *box, struct text *t, struct text from)
{
    give_text(box, t);
    *t = text_copy(box->memory, from);
}

static struct mail *find_mail(const struct mbox *box, struct text id)
{
    uint32_t i = table_get(&box->by_id, id);

    return i == TABLE_NONE ? NULL : box->mails[i];
}

static struct mail *need_mail(struct mbox *box, struct text id)
{
    struct mail *mail = find_mail(box, id);
    uint32_t slot = box->free_mail;

    if (mail != NULL)
        return mail;
    if (slot != 0) {
        slot--;
        box->free_mail = box->mails[slot]->next_free;
    } else {
        slot = (uint32_t)box->mail_count;
        box->mails = memory_make_room(box->memory, box->mails, box->mail_count, &box->mail_capacity,
                                      sizeof *box->mails);
        box->mails[box->mail_count++] = memory_take(box->memory, sizeof *mail);
    }
    mail = box->mails[slot];
    *mail = (struct mail){.id = text_copy(box->memory, id)};
    table_set(&box->by_id, mail->id, slot);
    return mail;
}

static void empty_mail(struct mbox *box, struct mail *mail)
{
    struct memory *m = box->memory;

    for (size_t i = 0; i < mail->part_count; i++) {
        give_text(box, &mail->parts[i].host);
        give_text(box, &mail->parts[i].queue);
        give_text(box, &mail->parts[i].octets);
    }
    for (size_t i = 0; i < mail->hop_count; i++) {
        give_text(box, &mail->hops[i].host);
        give_text(box, &mail->hops[i].queue);
    }
    for (size_t i = 0; i < mail->custody_count; i++)
        give_text(box, &mail->custodies[i].id);
    memory_give(m, mail->parts, mail->part_capacity * sizeof *mail->parts);
    memory_give(m, mail->hops, mail->hop_capacity * sizeof *mail->hops);
    memory_give(m, mail->custodies, mail->custody_capacity * sizeof *mail->custodies);
    give_text(box, &mail->content);
    give_text(box, &mail->last);
    give_text(box, &mail->id);
}

static void drop_mail(struct mbox *box, struct mail *mail)
{
    uint32_t slot = table_get(&box->by_id, mail->id);

    table_remove(&box->by_id, mail->id);
    empty_mail(box, mail);
    *mail = (struct mail){.next_free = box->free_mail};
    box->free_mail = slot + 1;
}

/* ---- the way of a mail -------------------------------------------------------------------- */

static uint32_t find_hop(const struct mail *mail, struct text host, struct text queue)
{
    for (size_t i = mail->hop_count; i-- > 0;)
        if (text_equal(mail->hops[i].queue, queue) && text_equal(mail->hops[i].host, host))
            return (uint32_t)i;
    return NONE;
}

static struct hop *need_hop(struct mbox *box, struct mail *mail, const struct trace_record *r)
{
    uint32_t i = find_hop(mail, r->where.host, r->where.queue);

    if (i != NONE)
        return &mail->hops[i];
    mail->hops = memory_make_room(box->memory, mail->hops, mail->hop_count, &mail->hop_capacity,
                                  sizeof *mail->hops);
    mail->hops[mail->hop_count] = (struct hop){
        .host = text_copy(box->memory, r->where.host),
        .queue = text_copy(box->memory, r->where.queue),
        .part = NONE,
        .parent = NONE,
    };
    return &mail->hops[mail->hop_count++];
}

/* The newest lines that this host prepended in that queue, or, `conn` given, to what came by that
 * connection: by LMTP the line is written before there is an id for each copy. */
static uint32_t find_part(const struct mail *mail, const struct trace_record *r, uint32_t conn)
{
    for (size_t i = mail->part_count; i-- > 0;) {
        const struct part *p = &mail->parts[i];

        if (text_equal(p->host, r->where.host) &&
            (conn != 0 ? p->conn == conn : text_equal(p->queue, r->where.queue)))
            return (uint32_t)i;
    }
    return NONE;
}

static void record_content(struct mbox *box, const struct trace_record *r)
{
    const struct trace_mail_content *c = r->data;
    struct mail *mail = need_mail(box, r->where.mail);

    if (text_equal(c->part, TEXT("whole"))) {
        set_text(box, &mail->content, c->octets);
    } else if (text_equal(c->part, TEXT("prepended")) || text_equal(c->part, TEXT("received"))) {
        mail->parts = memory_make_room(box->memory, mail->parts, mail->part_count,
                                       &mail->part_capacity, sizeof *mail->parts);
        mail->parts[mail->part_count++] = (struct part){
            .host = text_copy(box->memory, r->where.host),
            .queue = text_copy(box->memory, r->where.queue),
            .octets = text_copy(box->memory, c->octets),
            .conn = r->where.conn,
            .whole = text_equal(c->part, TEXT("received")),
        };
    } else {
        set_text(box, &mail->last, c->octets);
        mail->last_is_whole = text_equal(c->part, TEXT("stored"));
    }
}

static void record_accepted(struct mbox *box, const struct trace_record *r)
{
    struct mail *mail = need_mail(box, r->where.mail);
    uint32_t part = find_part(mail, r, r->where.conn);

    if (part != NONE)
        need_hop(box, mail, r)->part = part;
}

static void record_opened(struct mbox *box, const struct trace_record *r)
{
    const struct trace_custody_opened *o = r->data;
    struct mail *mail = need_mail(box, r->where.mail);
    struct hop *hop = need_hop(box, mail, r);
    uint32_t self = (uint32_t)(hop - mail->hops);

    if (hop->part == NONE)
        hop->part = find_part(mail, r, 0);
    for (size_t i = 0; i < mail->custody_count && hop->parent == NONE; i++)
        if (text_equal(mail->custodies[i].id, o->parent) && mail->custodies[i].hop != self)
            hop->parent = mail->custodies[i].hop;
    mail->custodies = memory_make_room(box->memory, mail->custodies, mail->custody_count,
                                       &mail->custody_capacity, sizeof *mail->custodies);
    mail->custodies[mail->custody_count++] =
        (struct custody){.id = text_copy(box->memory, o->custody), .hop = self};
    mail->open++;
}

static void record_closed(struct mbox *box, const struct trace_record *r)
{
    struct mail *mail = find_mail(box, r->where.mail);

    if (mail != NULL && mail->open > 0 && --mail->open == 0)
        drop_mail(box, mail);
}

/* ---- a delivered message ------------------------------------------------------------------ */

/* Puts it together in box->message; false if the records lack its content. */
static bool make_message(struct mbox *box, const struct mail *mail, const struct trace_record *r)
{
    uint32_t hop = find_hop(mail, r->where.host, r->where.queue);

    buffer_clear(&box->message);
    buffer_put_text(&box->message, mail->last);
    if (mail->last.at != NULL && mail->last_is_whole)
        return true;
    if (mail->content.at == NULL || hop == NONE)
        return false;
    /* Parents are older: each step back has a smaller index, so this ends. */
    for (uint32_t last = NONE; hop != NONE && hop < last; hop = mail->hops[hop].parent) {
        if (mail->hops[hop].part != NONE) {
            buffer_put_text(&box->message, mail->parts[mail->hops[hop].part].octets);
            if (mail->parts[mail->hops[hop].part].whole)
                return true;
        }
        last = hop;
    }
    buffer_put_text(&box->message, mail->content);
    return true;
}

/* Of "Return-Path: <alice@uni.example>", the first line after final delivery. */
static struct text reverse_path(struct text message)
{
    struct text line = text_from(message.at, text_find(message, '\r'));
    struct text path = text_after(line, text_find(line, '<') + 1);

    path.size = text_find(path, '>');
    if (!text_starts_nocase(line, TEXT("Return-Path:")) || path.size == 0)
        return TEXT("MAILER-DAEMON");
    return path;
}

/* "From alice@uni.example Mon Mar  2 09:00:00 2026" */
static void put_separator(struct buffer *b, struct text sender, int64_t unix_seconds)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct clock_civil c = clock_civil(unix_seconds);

    buffer_put_string(b, "From ");
    buffer_put_text(b, sender);
    buffer_put_char(b, ' ');
    buffer_put(b, days + 3 * c.weekday, 3);
    buffer_put_char(b, ' ');
    buffer_put(b, months + 3 * (c.month - 1), 3);
    buffer_put_string(b, c.day < 10 ? "  " : " ");
    buffer_put_int(b, c.day);
    buffer_put_char(b, ' ');
    clock_put_time_of_day(b, &c);
    buffer_put_char(b, ' ');
    buffer_put_padded(b, c.year, 4);
    buffer_put_char(b, '\n');
}

/* "From ", ">From ", ">>From ", ... */
static bool needs_quote(struct text line)
{
    size_t i = 0;

    while (i < line.size && line.at[i] == '>')
        i++;
    line = text_after(line, i);
    return line.size >= 5 && memcmp(line.at, "From ", 5) == 0;
}

static void put_lines(struct buffer *b, struct text message)
{
    while (message.size > 0) {
        size_t end = text_find(message, '\n');
        struct text line = text_from(message.at, end);

        if (needs_quote(line))
            buffer_put_char(b, '>');
        if (end < message.size && line.size > 0 && line.at[line.size - 1] == '\r')
            line.size--;
        buffer_put_text(b, line);
        buffer_put_char(b, '\n');
        message = text_after(message, end + 1);
    }
    buffer_put_char(b, '\n');
}

static void record_delivered(struct mbox *box, const struct trace_record *r)
{
    const struct trace_mail_delivered *d = r->data;
    struct mail *mail = find_mail(box, r->where.mail);

    if (mail == NULL || !make_message(box, mail, r)) {
        box->lacking++;
        return;
    }
    buffer_clear(&box->octets);
    put_separator(&box->octets, reverse_path(buffer_text(&box->message)),
                  box->start_s + r->time_ns / CLOCK_SECOND);
    put_lines(&box->octets, buffer_text(&box->message));
    box->output.append(box->output.context, r->where.host, d->mailbox, buffer_text(&box->octets));
    give_text(box, &mail->last);
}

/* ---- sink --------------------------------------------------------------------------------- */

static void record(void *context, const struct trace_record *r)
{
    struct mbox *box = context;

    if (r->kind == TRACE_MAIL_CONTENT)
        record_content(box, r);
    else if (r->kind == TRACE_MAIL_ACCEPTED)
        record_accepted(box, r);
    else if (r->kind == TRACE_MAIL_DELIVERED)
        record_delivered(box, r);
    else if (r->kind == TRACE_CUSTODY_OPENED)
        record_opened(box, r);
    else if (r->kind == TRACE_CUSTODY_CLOSED)
        record_closed(box, r);
    else if (r->kind == TRACE_SIM_STARTED)
        clock_parse_utc(((const struct trace_sim_started *)r->data)->start, &box->start_s);
}

struct mbox *mbox_begin(struct memory *m, struct mbox_output output)
{
    struct mbox *box = MEMORY_NEW(m, struct mbox);

    box->memory = m;
    box->output = output;
    table_init(&box->by_id, m, false);
    buffer_init(&box->message, m);
    buffer_init(&box->octets, m);
    return box;
}

struct trace_sink mbox_sink(struct mbox *box)
{
    return (struct trace_sink){
        .kinds = UINT64_C(1) << TRACE_SIM_STARTED | UINT64_C(1) << TRACE_MAIL_CONTENT |
                 UINT64_C(1) << TRACE_MAIL_ACCEPTED | UINT64_C(1) << TRACE_MAIL_DELIVERED |
                 UINT64_C(1) << TRACE_CUSTODY_OPENED | UINT64_C(1) << TRACE_CUSTODY_CLOSED,
        .record = record,
        .context = box,
    };
}

uint64_t mbox_end(struct mbox *box)
{
    struct memory *m = box->memory;
    uint64_t lacking = box->lacking;

    for (size_t i = 0; i < box->mail_count; i++) {
        empty_mail(box, box->mails[i]);
        memory_give(m, box->mails[i], sizeof *box->mails[i]);
    }
    memory_give(m, box->mails, box->mail_capacity * sizeof *box->mails);
    table_free(&box->by_id);
    buffer_free(&box->message);
    buffer_free(&box->octets);
    memory_give(m, box, sizeof *box);
    return lacking;
}

/* Letters, digits and a few signs stand for themselves; never "." or ".." alone. */
static void put_path_part(struct buffer *b, struct text name)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < name.size; i++) {
        unsigned char c = (unsigned char)name.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     (c != '\0' && strchr("-_+=@,~!", c) != NULL) || (c == '.' && i > 0);

        if (plain) {
            buffer_put_char(b, (char)c);
        } else {
            buffer_put_char(b, '%');
            buffer_put_char(b, hex[c >> 4]);
            buffer_put_char(b, hex[c & 15]);
        }
    }
}

void mbox_put_path(struct buffer *b, struct text host, struct text mailbox)
{
    put_path_part(b, host);
    buffer_put_char(b, '/');
    put_path_part(b, mailbox);
    buffer_put_string(b, ".mbox");
}
