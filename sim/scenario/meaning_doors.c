/*
 * meaning_doors.c - what it means together: logins, TLS and collecting.
 *
 * Most of it are warnings: a wrong password or a missing STARTTLS is a lesson too.
 */
#include "sim/scenario/check.h"

static struct text password_of(const struct check *c, uint32_t host, struct text user)
{
    const cJSON *users = check_object(c, c->hosts[host].msa, "users");

    return check_text(c, users, user.at); /* texts of the tree end with a zero */
}

/* ---- sending ------------------------------------------------------------------------------- */

static void check_login(struct check *c, const cJSON *mua, uint32_t server)
{
    const cJSON *login = check_member(c, mua, "login");
    struct text user = check_text(c, login, "user"), password = check_text(c, login, "password");
    struct text known;

    if (!user.at || !password.at)
        return;
    known = password_of(c, server, user);
    if (known.at && text_equal(known, password))
        return;
    check_warning(c, login, known.at ? "%q knows %q by another password" : "%q has no user %q",
                  c->hosts[server].name, user);
    check_suggest(c, "the login will be refused");
}

/* What the client wants and what that port gives. */
static void check_fit(struct check *c, const cJSON *client, struct text server, int64_t port,
                      int64_t sealed_port, struct text policy)
{
    const cJSON *tls = check_member(c, client, "tls");
    bool implicit, none;

    if (!cJSON_IsString(tls))
        return;
    implicit = text_equal(check_string(tls), TEXT("implicit"));
    none = text_equal(check_string(tls), TEXT("none"));
    if (implicit != (port == sealed_port)) {
        check_warning(c, tls, "port %d of %q is %s", port, server,
                      implicit ? "not sealed from the first octet" : "sealed from the first octet");
        check_suggest(c,
                      implicit ? "that is port %d; here they would not understand each other"
                               : "write \"implicit\"; else they would not understand each other",
                      sealed_port);
    } else if (none && text_equal(policy, TEXT("required"))) {
        check_warning(c, tls, "%q requires TLS", server);
        check_suggest(c, "write \"starttls\", or \"tls\": \"none\" at the server");
    } else if (!none && !implicit && text_equal(policy, TEXT("none"))) {
        check_warning(c, tls, "%q does not offer STARTTLS there", server);
        check_suggest(c, "nothing will be sent: the client does not go on in clear");
    }
}

static void check_sending(struct check *c, const cJSON *mua)
{
    uint32_t server = check_host(c, check_text(c, mua, "server"));
    int64_t port = check_int(c, mua, "port", 587);

    if (server == TABLE_NONE || (!c->hosts[server].msa && !c->hosts[server].mta))
        return;
    if (!c->broken)
        check_login(c, mua, server);
    check_fit(c, mua, c->hosts[server].name, port, 465, check_tls_at(c, server, port));
}

/* ---- collecting ---------------------------------------------------------------------------- */

static bool has_box(const struct check *c, const cJSON *mda, struct text name)
{
    const cJSON *boxes = check_member(c, mda, "mailboxes");

    for (const cJSON *box = boxes ? boxes->child : NULL; box; box = box->next) {
        struct text box_name = box->string           ? text_of(box->string)
                               : cJSON_IsString(box) ? check_string(box)
                                                     : TEXT("");
        if (text_equal_nocase(box_name, name))
            return true;
    }
    return text_equal_nocase(name, TEXT("postmaster"));
}

static void check_collecting(struct check *c, const cJSON *collect, uint32_t host)
{
    const struct check_host *h = &c->hosts[host];
    const cJSON *login = check_object(c, collect, "login");
    const cJSON *pop3 = check_object(c, h->mda, "pop3"), *port_item;
    struct text user = check_text(c, login, "user"), tls = check_text(c, pop3, "tls");
    int64_t port = check_int(c, collect, "port", 110);

    port_item = check_member(c, collect, "port");
    if (cJSON_IsNumber(port_item) && !check_has_port(c, pop3, port, 110)) {
        check_warning(c, port_item, "%q does not listen for POP3 on port %d", h->name, port);
        check_suggest(c, "connections will be refused");
    }
    if (user.at && !c->broken && !has_box(c, h->mda, user)) {
        check_warning(c, json_document_node(c->d, login) ? login : collect,
                      "%q has no mailbox %q to collect from", h->name, user);
        check_suggest(c, "the login will be refused");
    }
    if (!text_equal(check_text(c, h->mda, "keep").at ? check_text(c, h->mda, "keep") : TEXT("all"),
                    TEXT("all"))) {
        check_warning(c, check_member(c, collect, "from"),
                      "%q keeps no whole messages, so there is little to collect", h->name);
        check_suggest(c, "write \"keep\": \"all\" in its mda");
    }
    check_fit(c, collect, h->name, port, 995, tls.at ? tls : TEXT("required"));
}

static void check_collect(struct check *c, const cJSON *mua)
{
    const cJSON *collect = check_object(c, mua, "collect"), *from;
    uint32_t host;

    if (!collect)
        return;
    from = check_member(c, collect, "from");
    host = check_need_host(c, from);
    if (host != TABLE_NONE && !c->hosts[host].mda) {
        check_error(c, from, "%q has no mda, so there is nothing to collect", c->hosts[host].name);
        check_suggest_role(c, check_has_mda);
    } else if (host != TABLE_NONE) {
        check_collecting(c, collect, host);
    }
    check_positive(c, collect, "every", UNIT_DURATION);
}

void check_meaning_doors(struct check *c)
{
    for (uint32_t i = 0; i < c->host_count; i++) {
        if (!c->hosts[i].mua)
            continue;
        check_sending(c, c->hosts[i].mua);
        check_collect(c, c->hosts[i].mua);
    }
}
