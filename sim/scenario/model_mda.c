/*
 * model_mda.c - from the completed tree to the struct of an MDA: who has which name, and where it leads.
 */
#include "sim/scenario/model_parts.h"

/* A target without a domain is a mailbox of the same MDA. */
static struct text whole_address(struct check *c, struct text target, struct text domain)
{
    struct buffer b;
    struct text copy;

    if (text_find(target, '@') < target.size || domain.size == 0)
        return target;
    buffer_init(&b, c->memory);
    buffer_put_text(&b, target);
    buffer_put_char(&b, '@');
    buffer_put_text(&b, domain);
    copy = text_copy(c->memory, buffer_text(&b));
    buffer_free(&b);
    return copy;
}

static struct targets_config make_targets(struct check *c, const cJSON *list, struct text domain)
{
    struct targets_config out = {.count = 0};
    struct text *targets = model_texts(c, list, &out.count);

    for (size_t i = 0; i < out.count; i++)
        targets[i] = model_least_quoted(c, whole_address(c, targets[i], domain));
    out.at = targets;
    return out;
}

static void make_aliases(struct check *c, const cJSON *map, struct mda_config *out,
                         struct text domain)
{
    struct alias_config *aliases = model_take(c, model_length(map), sizeof *aliases);

    for (const cJSON *child = map ? map->child : NULL; child; child = child->next)
        aliases[out->alias_count++] = (struct alias_config){
            .name = text_of(child->string), .targets = make_targets(c, child, domain)};
    out->aliases = aliases;
}

static void make_lists(struct check *c, const cJSON *map, struct mda_config *out,
                       struct text domain)
{
    struct list_config *lists = model_take(c, model_length(map), sizeof *lists);

    for (const cJSON *child = map ? map->child : NULL; child; child = child->next)
        lists[out->list_count++] = (struct list_config){
            .name = text_of(child->string),
            .owner = model_least_quoted(c, check_text(c, child, "owner")),
            .members = make_targets(c, check_list(c, child, "members"), domain)};
    out->lists = lists;
}

static void make_boxes(struct check *c, const cJSON *map, struct mda_config *out,
                       struct text domain)
{
    struct mailbox_config *mailboxes = model_take(c, model_length(map), sizeof *mailboxes);

    for (const cJSON *box = map ? map->child : NULL; box; box = box->next)
        if (cJSON_IsObject(box)) /* not the note */
            mailboxes[out->mailbox_count++] = (struct mailbox_config){
                .name = text_of(box->string),
                .quota_octets = check_amount(c, box, "quota", UNIT_SIZE, 0),
                .forward = make_targets(c, check_list(c, box, "forward"), domain),
                .keep_copy = check_bool(c, box, "keep_copy", false),
                .password = model_text(check_text(c, box, "password")),
                .complains = model_complains(c, box),
                .vacation = model_text(check_text(c, box, "vacation"))};
    out->mailboxes = mailboxes;
}

static void make_names(struct check *c, const cJSON *mda, struct mda_config *out)
{
    struct text domain = out->domain_count > 0 ? out->domains[0] : TEXT("");
    struct text catch_all = check_text(c, mda, "catch_all");
    struct text subaddress = check_text(c, mda, "subaddress");

    make_boxes(c, check_object(c, mda, "mailboxes"), out, domain);
    make_aliases(c, check_object(c, mda, "aliases"), out, domain);
    make_lists(c, check_object(c, mda, "lists"), out, domain);
    if (catch_all.at) {
        struct text *target = model_take(c, 1, sizeof *target);
        *target = model_least_quoted(c, whole_address(c, catch_all, domain));
        out->catch_all.targets = (struct targets_config){target, 1};
    }
    if (subaddress.at && subaddress.size == 1)
        out->subaddress = subaddress.at[0];
}

const struct mda_config *model_mda(struct check *c, const cJSON *mda)
{
    struct mda_config *out = model_take(c, 1, sizeof *out);
    const cJSON *pop3 = check_object(c, mda, "pop3");
    struct text keep = check_text(c, mda, "keep");

    out->domains = model_texts(c, check_list(c, mda, "domains"), &out->domain_count);
    make_names(c, mda, out);
    out->lmtp_ports = model_ports(c, check_list(c, mda, "ports"), &out->lmtp_port_count);
    out->pop3.ports = model_ports(c, check_list(c, pop3, "ports"), &out->pop3.port_count);
    out->pop3.tls = model_tls_policy(c, pop3);
    out->keep = text_equal(keep, TEXT("none"))      ? KEEP_NONE
                : text_equal(keep, TEXT("headers")) ? KEEP_HEADERS
                                                    : KEEP_ALL;
    out->size_limit_octets = check_amount(c, mda, "max_size", UNIT_SIZE, 0);
    out->recipients_limit = (uint32_t)check_int(c, mda, "max_recipients", 1000);
    out->without = model_extensions(check_list(c, mda, "without"));
    return out;
}
