#include "sim/export/tell_circle.h"

#include "sim/export/tell.h"
#include "sim/export/tell_parts.h"

enum { ROUNDS_TOLD = 2 };

static const struct trace_record *at(const struct view_mail *mail, size_t index)
{
    return mail->steps.items[index].record;
}

/* The custody of that id, or of that queue entry; NULL: the story does not go back so far. */
static const struct trace_record *find_custody(const struct view_mail *mail, struct text custody,
                                               const struct trace_record *entry)
{
    for (size_t i = 0; i < mail->steps.count; i++) {
        const struct trace_record *r = at(mail, i);

        if (r->kind != TRACE_CUSTODY_OPENED)
            continue;
        if (entry ? text_equal(r->where.host, entry->where.host) &&
                        text_equal(r->where.queue, entry->where.queue)
                  : text_equal(((const struct trace_custody_opened *)r->data)->custody, custody))
            return r;
    }
    return NULL;
}

/* How often the host of this acceptance had accepted the very same copy before: a duplicate has other
 * forebears. */
static unsigned rounds_before(const struct view_mail *mail, size_t index)
{
    const struct trace_record *r = find_custody(mail, TEXT(""), at(mail, index));
    unsigned rounds = 0;

    for (size_t steps = 0; r && steps < mail->steps.count; steps++) {
        const struct trace_custody_opened *c = r->data;

        r = c->parent.size > 0 ? find_custody(mail, c->parent, NULL) : NULL;
        c = r ? r->data : NULL;
        rounds += r && text_equal(r->where.host, at(mail, index)->where.host) &&
                  text_equal(c->how, TEXT("accepted"));
    }
    return rounds;
}

static bool is_further_round(const struct view_mail *mail, size_t index)
{
    return at(mail, index)->kind == TRACE_MAIL_ACCEPTED &&
           rounds_before(mail, index) >= ROUNDS_TOLD;
}

bool tell_circle_repeats(const struct view_mail *mail, size_t index)
{
    const struct trace_record *r = at(mail, index);

    if (r->kind == TRACE_MAIL_ACCEPTED)
        return is_further_round(mail, index);
    if (r->kind != TRACE_MAIL_RELAYED && r->kind != TRACE_DNS_MX_CHOSEN)
        return false;
    /* What became of what was taken in a further round; but of the last one it is told. */
    for (size_t i = 0; i < index; i++)
        if (at(mail, i)->kind == TRACE_MAIL_ACCEPTED &&
            text_equal(at(mail, i)->where.host, r->where.host) &&
            text_equal(at(mail, i)->where.queue, r->where.queue))
            return is_further_round(mail, i);
    return false;
}

bool tell_circle_row(struct buffer *b, const struct view_mail *mail, size_t index)
{
    uint64_t more = 0;
    int64_t last_ns = 0;

    if (!is_further_round(mail, index))
        return false;
    for (size_t i = 0; i < mail->steps.count; i++) {
        if (!is_further_round(mail, i))
            continue;
        if (i < index)
            return false;
        more++;
        last_ns = at(mail, i)->time_ns;
    }
    tell_string(b, "The message runs in a circle: ");
    tell_count(b, more, "more time", "more times");
    tell_string(b, " a host takes it that has had it before, writes one more Received line and "
                   "passes it on; the last of them after ");
    tell_duration(b, last_ns);
    tell_string(b, ".");
    return true;
}
