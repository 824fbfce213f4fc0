"""The work of bench_transfers.c as SimPy would have it: a process for each transfer, links as resources.

Each packet waits for a line, is sent, and travels, twice, since it passes two links.  The packets
are those of our transfers: look-ups, handshake, turns with their acknowledgements, FINs.  No TCP, no
loss, no text: what remains is the cost of the simulator.

usage: transfer_simpy.py MAILS SITES
"""

import sys
import time

import simpy

RATE_BITS, LATENCY_NS, HEADERS = 100_000_000, 5_000_000, 40
# Server and client in turn, as in transfer_ns3.cc.
TURNS = (58, 26, 140, 95, 75, 1650, 60, 6, 50)
MSS = 1460

packets = 0
finished = 0


def hop(env, line, octets):
    with line.request() as turn:
        yield turn
        yield env.timeout(octets * 8 * 1_000_000_000 // RATE_BITS)
    yield env.timeout(LATENCY_NS)


def packet(env, source, destination, octets):
    global packets
    packets += 1
    yield from hop(env, source["out"], octets + HEADERS)
    yield from hop(env, destination["in"], octets + HEADERS)


def transfer(env, start, client, server, names, look_ups):
    global finished
    yield env.timeout(start)
    for _ in range(look_ups):
        yield from packet(env, client, names, 40)
        yield from packet(env, names, client, 80)
    for source, destination in ((client, server), (server, client), (client, server)):
        yield from packet(env, source, destination, 0)
    for turn, octets in enumerate(TURNS):
        source, destination = (client, server) if turn % 2 else (server, client)
        while octets > MSS:  # a full segment, and the acknowledgement that travels meanwhile
            yield from packet(env, source, destination, MSS)
            env.process(packet(env, destination, source, 0))
            octets -= MSS
        yield from packet(env, source, destination, octets)
    for source, destination in ((server, client), (client, server), (client, server), (server, client)):
        yield from packet(env, source, destination, 0)
    finished += 1


def main():
    mails, sites = int(sys.argv[1]), int(sys.argv[2])
    env = simpy.Environment()
    hosts = [{"out": simpy.Resource(env), "in": simpy.Resource(env)} for _ in range(1 + 2 * sites)]
    for i in range(2 * mails):
        site = i // 2 % sites
        mail, pc, after = 1 + 2 * site, 2 + 2 * site, 1 + 2 * ((site + 1) % sites)
        client, server = (mail, after) if i % 2 else (pc, mail)
        start = 100_000_000 * (i // 2) // sites
        env.process(transfer(env, start, hosts[client], hosts[server], hosts[0], 1 + i % 2))
    begin = time.process_time()
    env.run()
    seconds = time.process_time() - begin
    print("# SimPy: %d transfers, %.1f packets for each" % (finished, packets / finished), file=sys.stderr)
    print("SimPy %d %.2f - -" % (finished, seconds * 1e6 / finished))


main()
