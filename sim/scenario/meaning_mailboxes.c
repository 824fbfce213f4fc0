/*
 * meaning_mailboxes.c - what it means together: who has which name at an MDA, and where that leads.
 */
#include "sim/scenario/check.h"

/* ---- names ----------------------------------------------------------------------------------- */

static void check_boxes(struct check *c, const cJSON *mda)
{
    const cJSON *boxes = check_member(c, mda, "mailboxes");
    struct table seen;

    if (!cJSON_IsArray(boxes))
        return;
    table_init(&seen, c->memory, false);
    for (const cJSON *item = boxes->child; item; item = item->next) {
        if (!cJSON_IsString(item) || check_is_bad(c, item))
            continue;
        if (table_get(&seen, check_string(item)) != TABLE_NONE)
            check_report_twice(c, item);
        table_set(&seen, check_string(item), 1);
    }
    table_free(&seen);
}

static void note_names(struct check *c, struct table *names, const cJSON *container)
{
    for (const cJSON *item = container ? container->child : NULL; item; item = item->next) {
        if (item->string)
            table_set(names, text_of(item->string), 1);
        else if (cJSON_IsString(item) && !check_is_bad(c, item))
            table_set(names, check_string(item), 1);
    }
}

/* The part before the last @. */
static struct text local_of(struct text address)
{
    struct text domain = check_domain_of(address);

    return domain.size > 0 ? text_from(address.at, address.size - domain.size - 1) : address;
}

struct names {
    struct check *c;
    const cJSON *mda;
    struct table all;   /* mailboxes, aliases and lists of the MDA */
    struct table index; /* alias -> number in items */
    const cJSON **items;
    uint8_t *state; /* 1 on the way, 2 done */
    uint32_t count;
};

static bool is_local(const struct names *a, struct text target)
{
    struct text domain = check_domain_of(target);

    return domain.size == 0 || check_domains_hold(a->c, a->mda, domain);
}

/* Of the MDA itself, of who catches the rest apart. */
static bool is_name(const struct names *a, struct text local)
{
    struct text sign = check_text(a->c, a->mda, "subaddress");

    if (table_get(&a->all, local) != TABLE_NONE || text_equal_nocase(local, TEXT("postmaster")))
        return true;
    for (size_t i = 1; sign.at && sign.size == 1 && i < local.size; i++)
        if (local.at[i] == sign.at[0])
            return table_get(&a->all, text_from(local.at, i)) != TABLE_NONE;
    return false;
}

/* How the sentence about a target begins, with %q for whose it is; and what follows if nobody is there. */
struct leads {
    const char *to, *nowhere;
};

static const struct leads by_alias = {"the alias %q leads to", "so this alias leads nowhere"};
static const struct leads by_list = {"the list %q has the member", "so this member gets nothing"};
static const struct leads by_owner = {"the owner of the list %q is",
                                      "so the list's reports cannot come"};
static const struct leads by_forward = {"the mailbox %q is forwarded to",
                                        "so what is forwarded is lost"};
static const struct leads by_catch_all = {"\"catch_all\" leads to", "so what it catches is lost"};

static void check_target(struct names *a, const struct leads *leads, struct text name,
                         const cJSON *target)
{
    struct check_nearest nearest;
    const cJSON *boxes = check_member(a->c, a->mda, "mailboxes");
    struct buffer what;

    if (!cJSON_IsString(target) || check_is_bad(a->c, target))
        return;
    if (!is_local(a, check_string(target))) {
        check_mailbox_domain(a->c, target, leads->nowhere);
        return;
    }
    if (is_name(a, local_of(check_string(target))))
        return;
    if (name.size && check_member(a->c, a->mda, "catch_all"))
        return;
    buffer_init(&what, a->c->memory);
    buffer_put_string(&what, leads->to);
    buffer_put_string(&what, " %q, which is neither a mailbox nor an alias");
    buffer_put_char(&what, '\0');
    if (name.size)
        check_error(a->c, target, what.at, name, check_string(target));
    else
        check_error(a->c, target, what.at, check_string(target));
    buffer_free(&what);
    check_nearest_init(&nearest, local_of(check_string(target)));
    for (const cJSON *box = boxes ? boxes->child : NULL; box; box = box->next)
        if (box->string || cJSON_IsString(box)) /* else: a mistake of its own */
            check_nearest_try(&nearest, box->string ? text_of(box->string) : check_string(box));
    check_suggest_nearest(a->c, &nearest);
}

static void check_targets(struct names *a, const struct leads *leads, struct text name,
                          cJSON *targets)
{
    for (const cJSON *t = check_first(targets); t; t = check_next(targets, t))
        check_target(a, leads, name, t);
}

/* ---- aliases that lead to each other --------------------------------------------------------- */

/* Follows an alias to the aliases behind it.  A chain may be long, so a stack of our own. */
static void follow(struct names *a, uint32_t start, uint32_t *stack, const cJSON **next)
{
    uint32_t depth = 0;

    stack[0] = start;
    next[start] = check_first((cJSON *)a->items[start]);
    a->state[start] = 1;
    for (;;) {
        uint32_t at = stack[depth], other = TABLE_NONE;
        const cJSON *target = next[at];

        if (!target) {
            a->state[at] = 2;
            if (depth-- == 0)
                return;
            continue;
        }
        next[at] = check_next(a->items[at], target);
        if (cJSON_IsString(target) && is_local(a, check_string(target)))
            other = table_get(&a->index, local_of(check_string(target)));
        if (other == TABLE_NONE || a->state[other] == 2)
            continue;
        if (a->state[other] == 1) {
            check_error(a->c, target, "the alias %q leads back to itself",
                        text_of(a->items[other]->string));
            check_suggest(a->c, "let one of them lead to a mailbox");
            continue;
        }
        a->state[other] = 1;
        next[other] = check_first((cJSON *)a->items[other]);
        stack[++depth] = other;
    }
}

static void check_cycles(struct names *a)
{
    struct memory *m = a->c->memory;
    size_t size = (a->count + 1) * sizeof(uint32_t), more = (a->count + 1) * sizeof(cJSON *);
    uint32_t *stack = memory_take(m, size);
    const cJSON **next = memory_take(m, more);

    for (uint32_t i = 0; i < a->count; i++)
        if (a->state[i] == 0)
            follow(a, i, stack, next);
    memory_give(m, stack, size);
    memory_give(m, next, more);
}

/* ---- each kind ----------------------------------------------------------------------------------- */

static void check_aliases(struct names *a, const struct table *boxes)
{
    cJSON *map = check_object(a->c, a->mda, "aliases");
    uint32_t room = 0;

    for (const cJSON *alias = map ? map->child : NULL; alias; alias = alias->next)
        room++;
    a->items = memory_take(a->c->memory, (room + 1) * sizeof *a->items);
    a->state = memory_take_clear(a->c->memory, room + 1);
    for (cJSON *alias = map ? map->child : NULL; alias; alias = alias->next) {
        if (check_is_bad(a->c, alias))
            continue;
        if (table_get(boxes, text_of(alias->string)) != TABLE_NONE) {
            check_error_at_key(a->c, alias, "%q is a mailbox and an alias", text_of(alias->string));
            check_suggest(a->c, "take one of them away");
        }
        check_targets(a, &by_alias, text_of(alias->string), alias);
        table_set(&a->index, text_of(alias->string), a->count);
        a->items[a->count++] = alias;
    }
    check_cycles(a);
    memory_give(a->c->memory, a->items, (room + 1) * sizeof *a->items);
    memory_give(a->c->memory, a->state, room + 1);
}

static void check_lists(struct names *a, const struct table *boxes)
{
    const cJSON *map = check_object(a->c, a->mda, "lists");

    for (cJSON *list = map ? map->child : NULL; list; list = list->next) {
        struct text name = text_of(list->string);
        cJSON *owner = check_member(a->c, list, "owner");
        bool alias = check_member(a->c, check_object(a->c, a->mda, "aliases"), list->string);

        if (!cJSON_IsObject(list) || check_is_bad(a->c, list))
            continue;
        if (alias || table_get(boxes, name) != TABLE_NONE) {
            check_error_at_key(a->c, list,
                               alias ? "%q is an alias and a list" : "%q is a mailbox and a list",
                               name);
            check_suggest(a->c, "take one of them away");
        }
        check_targets(a, &by_list, name, check_list(a->c, list, "members"));
        if (!cJSON_IsString(owner))
            continue;
        if (is_local(a, check_string(owner)) &&
            text_equal_nocase(local_of(check_string(owner)), name)) {
            check_error(a->c, owner,
                        "the list %q is its own owner, so reports would go to all members", name);
            check_suggest(a->c, "name the person who takes care of it (RFC 5321 3.9.2)");
            continue;
        }
        check_target(a, &by_owner, name, owner);
    }
}

static void check_forward(struct names *a, const cJSON *box)
{
    cJSON *forward = check_member(a->c, box, "forward");
    const cJSON *copy = check_member(a->c, box, "keep_copy");
    struct text name = text_of(box->string);

    check_targets(a, &by_forward, name, forward);
    for (const cJSON *t = check_first(forward); t; t = check_next(forward, t))
        if (cJSON_IsString(t) && is_local(a, check_string(t)) &&
            text_equal_nocase(local_of(check_string(t)), name)) {
            check_error(a->c, t, "the mailbox %q is forwarded to itself", name);
            check_suggest(a->c, "\"keep_copy\": true keeps what is forwarded here as well");
        }
    if (copy && cJSON_IsTrue(copy) && !forward) {
        check_warning(a->c, copy, "the mailbox %q keeps everything anyway: nothing is forwarded",
                      name);
        check_suggest(a->c, "write \"forward\" beside it");
    }
}

static void check_box(struct names *a, const struct check_host *h, const cJSON *box)
{
    const cJSON *quota = check_member(a->c, box, "quota");
    const cJSON *vacation = check_member(a->c, box, "vacation");
    struct text keep = check_text(a->c, a->mda, "keep");

    check_forward(a, box);
    check_positive(a->c, box, "quota", UNIT_SIZE);
    if (quota && keep.at && text_equal(keep, TEXT("none")))
        check_warning(a->c, quota, "this quota is never met: the mailboxes keep nothing");
    if (vacation && !check_queue_of(h)) {
        check_error(a->c, vacation, "nothing on %q can send an automatic answer", h->name);
        check_suggest(a->c, "an mta on the same host can");
    }
    if (vacation && check_member(a->c, box, "forward") &&
        !check_bool(a->c, box, "keep_copy", false)) {
        check_warning(a->c, vacation, "nobody is answered: all mail for %q is forwarded",
                      text_of(box->string));
        check_suggest(a->c, "\"keep_copy\": true lets it come here as well");
    }
}

static void check_names(struct check *c, const struct check_host *h)
{
    struct names a = {.c = c, .mda = h->mda};
    const cJSON *map = check_object(c, h->mda, "mailboxes");
    struct table boxes;

    table_init(&a.all, c->memory, true);
    table_init(&a.index, c->memory, true);
    table_init(&boxes, c->memory, true);
    note_names(c, &boxes, check_member(c, h->mda, "mailboxes"));
    note_names(c, &a.all, check_member(c, h->mda, "mailboxes"));
    note_names(c, &a.all, check_object(c, h->mda, "aliases"));
    note_names(c, &a.all, check_object(c, h->mda, "lists"));
    check_aliases(&a, &boxes);
    check_lists(&a, &boxes);
    for (const cJSON *box = map ? map->child : NULL; box; box = box->next)
        if (cJSON_IsObject(box) && !check_is_bad(c, box))
            check_box(&a, h, box);
    check_target(&a, &by_catch_all, TEXT(""), check_member(c, h->mda, "catch_all"));
    table_free(&a.all);
    table_free(&a.index);
    table_free(&boxes);
}

void check_meaning_mda(struct check *c, const struct check_host *h)
{
    const cJSON *domains = check_list(c, h->mda, "domains");

    check_boxes(c, h->mda);
    check_names(c, h);
    check_domain_list(c, h->mda);
    check_positive(c, h->mda, "max_size", UNIT_SIZE);
    if (domains && !domains->child && !c->broken) {
        check_error(c, h->mda, "\"domains\" is missing: %q has no parent to take it from", h->name);
        check_suggest(c, "such as \"domains\": [\"uni.example\"]");
    }
}
