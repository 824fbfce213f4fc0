/*
 * net_pair.c - see net_pair.h.
 */
#include "tests/net_pair.h"

#include <criterion/criterion.h>

#define MS CLOCK_MILLISECOND

void pair_init(struct pair *p)
{
    lab_init(&p->lab, 7);
    p->a = lab_host(&p->lab, "a", "192.0.2.1");
    p->b = lab_host(&p->lab, "b", "192.0.2.2");
    lab_tcp_init(&p->client, &p->lab);
    lab_tcp_init(&p->server, &p->lab);
    cr_assert(tcp_listen(&p->lab.net, p->b, 25, &lab_handlers, &p->server));
}

void pair_connect(struct pair *p)
{
    lab_connect(&p->client, p->a, p->b, 25);
}

void pair_end(struct pair *p)
{
    cr_assert(p->lab.causes_fine);
    lab_end(&p->lab);
}

void want_log(struct pair *p, const char *want)
{
    const char *got = lab_log(&p->lab);

    cr_assert(strcmp(got, want) == 0, "got:\n%swant:\n%s", got, want);
}

static enum net_drop drop_some(void *context, const struct net_sight *sight, int64_t *delay_ns,
                               uint64_t cause)
{
    struct dropper *d = context;

    (void)sight;
    (void)delay_ns;
    (void)cause;
    d->seen++;
    for (int i = 0; d->numbers[i] != 0; i++)
        if (d->numbers[i] == d->seen)
            return NET_FAULT;
    return NET_PASSED;
}

void pair_drop(struct pair *p, struct dropper *d)
{
    p->lab.net.filter = drop_some;
    p->lab.net.filter_context = d;
}

void take_internet_down(struct pair *p)
{
    struct link_traits traits = *link_internet(&p->lab.net);

    traits.down = true;
    link_change_internet(&p->lab.net, &traits, 0);
}

void open_pair(struct pair *p)
{
    pair_connect(p);
    cr_assert(lab_run(&p->lab, 75 * MS));
    cr_assert(p->client.opened == 1 && p->server.opened == 1);
    buffer_clear(&p->lab.log);
}
