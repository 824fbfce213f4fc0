/*
 * hold_ns3.cc - the HOLD model of bench_kernel.c in ns-3, with its default scheduler (a map) and its
 * fastest (a priority queue).
 *
 * usage: hold_ns3 SHAPE DELAYS     (DELAYS: what `bench_kernel delays SHAPE` prints)
 */
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "ns3/core-module.h"

namespace
{
const unsigned RUNS = 3;

std::vector<int64_t> delays;
uint64_t drawn, held, digest, popped, count, next_mark;
uint32_t pending_events;
double begun;
std::vector<double> ns;

double cpu_seconds()
{
    timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return double(t.tv_sec) + double(t.tv_nsec) / 1e9;
}

/* The first run begins after 100,000 HOLDs, which the digest covers, and as many as are pending. */
void mark()
{
    double now = cpu_seconds();

    if (next_mark > 100000 + pending_events)
        ns.push_back((now - begun) * 1e9 / double(count));
    if (ns.size() == RUNS)
        ns3::Simulator::Stop();
    begun = now;
    next_mark += count;
}

void hold_again(uint32_t id)
{
    digest = digest * 31 + uint64_t(ns3::Simulator::Now().GetNanoSeconds()) + id;
    ns3::Simulator::Schedule(ns3::NanoSeconds(delays[drawn++ % delays.size()]), &hold_again, id);
    held++;
    if (held == 100000)
        popped = digest;
    if (held == next_mark)
        mark();
}

void measure(const char *name, const char *scheduler, const char *shape, uint32_t pending,
             uint64_t holds)
{
    ns3::ObjectFactory factory;

    factory.SetTypeId(scheduler);
    ns3::Simulator::SetScheduler(factory);
    drawn = held = digest = popped = 0;
    ns.clear();
    count = holds;
    pending_events = pending;
    next_mark = 100000 + pending;
    for (uint32_t id = 0; id < pending; id++)
        ns3::Simulator::Schedule(ns3::NanoSeconds(delays[drawn++ % delays.size()]), &hold_again, id);
    ns3::Simulator::Run();
    ns3::Simulator::Destroy();
    std::sort(ns.begin(), ns.end());
    printf("%s %s %u %llu %.1f %016llx\n", name, shape, pending, (unsigned long long)count,
           ns[RUNS / 2], (unsigned long long)popped);
    fflush(stdout);
}
} // namespace

int main(int argc, char **argv)
{
    if (argc != 3)
        return 64;
    std::ifstream file(argv[2]);
    for (int64_t delay; file >> delay;)
        delays.push_back(delay);
    for (uint32_t pending : {100U, 10000U, 1000000U})
        measure("ns-3/map", "ns3::MapScheduler", argv[1], pending, 1000000);
    for (uint32_t pending : {100U, 10000U, 1000000U})
        measure("ns-3/pqueue", "ns3::PriorityQueueScheduler", argv[1], pending, 1000000);
    return 0;
}
