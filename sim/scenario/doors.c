/*
 * doors.c - what is implied about logins, TLS and collecting.
 *
 * The rule behind all of it: whoever has a password needs TLS, unless the scenario says
 * "tls": "none".  Runs on whatever the check of structure left standing, as complete.c does; the
 * passwords of mailboxes come after everything has one form, since a list of names has no room for them.
 */
#include "sim/scenario/check.h"

static bool has(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key) != NULL;
}

/* A member by a name that is not a C string of ours; {NULL, 0} if it is not a good text. */
static struct text text_named(const struct check *c, const cJSON *object, struct text name)
{
    for (const cJSON *item = object ? object->child : NULL; item; item = item->next)
        if (cJSON_IsString(item) && !check_is_bad(c, item) &&
            text_equal(text_of(item->string), name))
            return check_string(item);
    return (struct text){NULL, 0};
}

static struct text local_part(struct text mailbox)
{
    size_t size = mailbox.size;

    while (size > 0 && mailbox.at[size - 1] != '@')
        size--;
    return text_from(mailbox.at, size > 0 ? size - 1 : 0);
}

static struct text user_password(const struct check *c, uint32_t host, struct text user)
{
    return text_named(c, check_object(c, c->hosts[host].msa, "users"), user);
}

static void put_login(struct check *c, cJSON *object, struct text user, struct text password)
{
    cJSON *login = check_put(object, "login", cJSON_CreateObject());

    check_put_text(c, login, "user", user);
    check_put_text(c, login, "password", password);
}

/* ---- servers ------------------------------------------------------------------------------- */

static void complete_servers(struct check *c)
{
    for (uint32_t i = 0; i < c->host_count; i++) {
        cJSON *msa = c->hosts[i].msa, *users = check_object(c, msa, "users");

        if (msa && !has(msa, "tls"))
            check_put_text(c, msa, "tls", users && users->child ? TEXT("required") : TEXT("none"));
    }
}

/* ---- MUAs: sending ------------------------------------------------------------------------- */

struct text check_tls_at(const struct check *c, uint32_t host, int64_t port)
{
    const struct check_host *h = &c->hosts[host];
    struct text tls =
        check_text(c, h->msa && check_has_port(c, h->msa, port, 587) ? h->msa : h->mta, "tls");

    return tls.at ? tls : TEXT("none");
}

static struct text wish_for(bool implicit, struct text offer)
{
    if (implicit)
        return TEXT("implicit");
    return text_equal(offer, TEXT("none")) ? TEXT("none") : TEXT("starttls");
}

static void complete_sending(struct check *c, cJSON *mua)
{
    uint32_t server = check_host(c, check_text(c, mua, "server"));
    int64_t port = check_int(c, mua, "port", 587);
    struct text mailbox = check_text(c, mua, "mailbox");

    if (!has(mua, "tls"))
        check_put_text(c, mua, "tls",
                       server == TABLE_NONE ? TEXT("none")
                                            : wish_for(port == 465, check_tls_at(c, server, port)));
    if (has(mua, "login") || server == TABLE_NONE || !mailbox.at)
        return;
    struct text password = user_password(c, server, local_part(mailbox));
    if (password.at && check_has_port(c, c->hosts[server].msa, port, 587))
        put_login(c, mua, local_part(mailbox), password);
}

/* ---- MUAs: collecting ---------------------------------------------------------------------- */

static struct text password_for(const struct check *c, const cJSON *mua, uint32_t server,
                                struct text user)
{
    const cJSON *boxes = check_object(c, c->hosts[server].mda, "mailboxes");
    const cJSON *login = check_object(c, mua, "login");
    struct text own = check_text(c, login, "user"), password = {NULL, 0};

    for (const cJSON *box = boxes ? boxes->child : NULL; box && !password.at; box = box->next)
        if (text_equal(text_of(box->string), user))
            password = check_text(c, box, "password");
    if (!password.at)
        password = user_password(c, server, user);
    if (!password.at && own.at && text_equal(own, user))
        password = check_text(c, login, "password");
    return password.at ? password : TEXT("secret");
}

static void find_readers(struct check *c)
{
    const cJSON *timeline = check_list(c, c->root, "timeline");

    for (const cJSON *entry = timeline ? timeline->child : NULL; entry; entry = entry->next) {
        uint32_t host = check_host(c, check_text(c, entry, "on"));

        if (host != TABLE_NONE && check_member(c, entry, "read"))
            c->hosts[host].reads = true;
    }
}

static void complete_collecting(struct check *c, const struct check_host *h, cJSON *collect)
{
    uint32_t server = check_host(c, check_text(c, collect, "from"));
    struct text mailbox = check_text(c, h->mua, "mailbox");

    if (!has(collect, "every") && !h->reads)
        check_put_text(c, collect, "every", TEXT("5m"));
    if (server == TABLE_NONE || !c->hosts[server].mda)
        return;
    cJSON *mda = c->hosts[server].mda;
    if (!has(mda, "pop3"))
        check_put(mda, "pop3", cJSON_CreateObject());
    const cJSON *pop3 = check_object(c, mda, "pop3"), *ports = check_list(c, pop3, "ports");
    struct text tls = check_text(c, pop3, "tls");
    if (!has(collect, "port"))
        check_put(collect, "port",
                  cJSON_CreateNumber(ports && cJSON_IsNumber(ports->child)
                                         ? (int)check_number(c, ports->child)
                                         : 110));
    if (!has(collect, "tls"))
        check_put_text(
            c, collect, "tls",
            wish_for(check_int(c, collect, "port", 110) == 995, tls.at ? tls : TEXT("required")));
    if (!has(collect, "login") && mailbox.at)
        put_login(c, collect, local_part(mailbox),
                  password_for(c, h->mua, server, local_part(mailbox)));
}

void check_complete_doors(struct check *c)
{
    complete_servers(c);
    find_readers(c);
    for (uint32_t i = 0; i < c->host_count; i++) {
        cJSON *collect = check_object(c, c->hosts[i].mua, "collect");

        if (c->hosts[i].mua)
            complete_sending(c, c->hosts[i].mua);
        if (collect)
            complete_collecting(c, &c->hosts[i], collect);
    }
}

/* ---- passwords of mailboxes ---------------------------------------------------------------- */

void check_complete_passwords(struct check *c)
{
    for (uint32_t i = 0; i < c->host_count; i++) {
        cJSON *boxes = check_object(c, c->hosts[i].mda, "mailboxes");

        if (!boxes || !has(c->hosts[i].mda, "pop3") || !check_object(c, c->hosts[i].msa, "users"))
            continue;
        for (cJSON *box = boxes->child; box; box = box->next) {
            struct text password = user_password(c, i, text_of(box->string));

            if (cJSON_IsObject(box) && password.at && !has(box, "password"))
                check_put_text(c, box, "password", password);
        }
    }
    for (uint32_t i = 0; i < c->host_count; i++) {
        const cJSON *collect = check_object(c, c->hosts[i].mua, "collect");
        const cJSON *login = check_object(c, collect, "login");
        uint32_t server = check_host(c, check_text(c, collect, "from"));
        struct text user = check_text(c, login, "user");
        cJSON *boxes =
            server == TABLE_NONE ? NULL : check_object(c, c->hosts[server].mda, "mailboxes");
        cJSON *box = boxes && user.at ? cJSON_GetObjectItemCaseSensitive(boxes, user.at) : NULL;

        if (cJSON_IsObject(box) && !has(box, "password"))
            check_put_text(c, box, "password", check_text(c, login, "password"));
    }
}
