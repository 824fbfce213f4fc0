"""The HOLD model of bench_kernel.c in SimPy: each of N processes sleeps, wakes and sleeps again.

usage: hold_simpy.py SHAPE DELAYS     (DELAYS: what `bench_kernel delays SHAPE` prints)
"""

import statistics
import sys
import time

import simpy

RUNS = 3


def measure(shape, delays, pending, count):
    env = simpy.Environment()
    drawn = 0
    digest = 0

    def holder(ident):
        nonlocal drawn, digest
        while True:
            delay = delays[drawn & 65535]
            drawn += 1
            yield env.timeout(delay)
            digest = (digest * 31 + env.now + ident) & 0xFFFFFFFFFFFFFFFF

    def hold(times):
        step = env.step
        for _ in range(times):
            step()

    for ident in range(pending):
        env.process(holder(ident))
    hold(pending)  # the processes start: each draws its first delay
    hold(100000)
    popped = digest
    ns = []
    for _ in range(RUNS):
        begin = time.process_time()
        hold(count)
        ns.append((time.process_time() - begin) * 1e9 / count)
    print("SimPy", shape, pending, count, "%.1f" % statistics.median(ns), "%016x" % popped, flush=True)


def main():
    shape, path = sys.argv[1:]
    with open(path) as lines:
        delays = [int(line) for line in lines]
    for pending in (100, 10000, 1000000):
        measure(shape, delays, pending, 50000 if pending == 1000000 else 200000)


main()
