/*
 * test_directory.c - who is behind an address: names, details, who catches all, postmaster.
 */
#include <criterion/criterion.h>

#include "sim/agents/host/directory.h"

static const struct text domains[] = {TEXT_INIT("shop.example"), TEXT_INIT("Shop.TEST")};
static const struct text carol[] = {TEXT_INIT("carol@bank.example")};
static const struct mailbox_config boxes[] = {
    {.name = TEXT_INIT("bob")},
    {.name = TEXT_INIT("eve+work")},
    {.name = TEXT_INIT("away"), .forward = {carol, 1}},
};
static const struct alias_config aliases[] = {{.name = TEXT_INIT("desk"), .targets = {carol, 1}}};
static const struct list_config lists[] = {
    {.name = TEXT_INIT("all"), .owner = TEXT_INIT("bob@shop.example"), .members = {carol, 1}}};

static struct mda_config mda(void)
{
    return (struct mda_config){.domains = domains,
                               .domain_count = 2,
                               .mailboxes = boxes,
                               .mailbox_count = 3,
                               .aliases = aliases,
                               .alias_count = 1,
                               .lists = lists,
                               .list_count = 1};
}

enum { NOBODY = -1 };

static const struct {
    const char *name, *address;
    char sign;
    bool catches;
    int want;            /* enum directory_kind, or NOBODY */
    const char *mailbox; /* of a mailbox */
} rows[] = {
    {"a name", "bob@shop.example", 0, false, DIRECTORY_MAILBOX, "bob"},
    {"case does not count", "BOB@SHOP.example", 0, false, DIRECTORY_MAILBOX, "bob"},
    {"quotes do not count", "\"b\\ob\"@shop.example", 0, false, DIRECTORY_MAILBOX, "bob"},
    {"the other domain", "bob@shop.test", 0, false, DIRECTORY_MAILBOX, "bob"},
    {"another domain", "bob@bank.example", '+', true, NOBODY, NULL},
    {"nobody", "dan@shop.example", 0, false, NOBODY, NULL},
    {"no sign, no detail", "bob+x@shop.example", 0, false, NOBODY, NULL},
    {"a detail", "bob+x@shop.example", '+', false, DIRECTORY_MAILBOX, "bob"},
    {"an empty detail", "bob+@shop.test", '+', false, DIRECTORY_MAILBOX, "bob"},
    {"a detail in quotes", "\"bob+x@y\"@shop.example", '+', false, DIRECTORY_MAILBOX, "bob"},
    {"another sign", "bob-x@shop.example", '+', false, NOBODY, NULL},
    {"cut at the first sign", "bob+x+y@shop.example", '+', false, DIRECTORY_MAILBOX, "bob"},
    {"a whole name before a detail", "eve+work@shop.example", '+', false, DIRECTORY_MAILBOX,
     "eve+work"},
    {"no name before the sign", "+bob@shop.example", '+', false, NOBODY, NULL},
    {"the detail of a list", "all+x@shop.example", '+', false, DIRECTORY_LIST, NULL},
    {"an alias", "Desk@shop.example", 0, false, DIRECTORY_ALIAS, NULL},
    {"who catches all", "dan@shop.example", 0, true, DIRECTORY_CATCH_ALL, NULL},
    {"a detail before who catches all", "bob+x@shop.example", '+', true, DIRECTORY_MAILBOX, "bob"},
    {"postmaster before who catches all", "PostMaster@shop.example", 0, true, DIRECTORY_MAILBOX,
     "postmaster"},
    {"a bare postmaster", "Postmaster", 0, false, DIRECTORY_MAILBOX, "postmaster"},
};

/* R053 R091 R092 */
Test(directory, who_is_behind_an_address)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mda_config config = mda();
        struct directory d;
        struct memory m;

        config.subaddress = rows[i].sign;
        if (rows[i].catches)
            config.catch_all.targets = (struct targets_config){carol, 1};
        memory_init(&m, 0);
        directory_init(&d, &m);
        directory_add_mda(&d, 7, &config);
        cr_expect(directory_add_postmaster(&d, 7, &config));
        const struct directory_entry *e =
            directory_find(&d, text_of(rows[i].address), TEXT("shop.example"));
        cr_expect_eq(e ? (int)e->kind : NOBODY, rows[i].want, "%s", rows[i].name);
        if (e) {
            cr_expect_eq(e->host, 7, "%s", rows[i].name);
            cr_expect(text_equal(e->mailbox, rows[i].mailbox ? text_of(rows[i].mailbox) : TEXT("")),
                      "%s: %.*s", rows[i].name, TEXT_ARG(e->mailbox));
        }
        memory_end(&m);
    }
}

/* A mailbox stands for others only if it is forwarded; all the others do always. */
Test(directory, whom_it_stands_for)
{
    static const struct {
        const char *address;
        bool others;
    } names[] = {{"bob@shop.example", false}, {"postmaster@shop.example", false},
                 {"away@shop.example", true}, {"desk@shop.example", true},
                 {"all@shop.example", true},  {"dan@shop.example", true}};
    struct mda_config config = mda();
    struct directory d;
    struct memory m;

    config.catch_all.targets = (struct targets_config){carol, 1};
    memory_init(&m, 0);
    directory_init(&d, &m);
    directory_add_mda(&d, 0, &config);
    directory_add_postmaster(&d, 0, &config);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct targets_config *t =
            directory_targets(directory_find(&d, text_of(names[i].address), TEXT("shop.example")));
        cr_expect_eq(t != NULL, names[i].others, "%s", names[i].address);
        cr_expect(!t || text_equal(t->at[0], carol[0]), "%s", names[i].address);
    }
    memory_end(&m);
}
