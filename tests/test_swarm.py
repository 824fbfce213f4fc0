#!/usr/bin/env python3
"""2,000 random worlds, each judged by its trace alone (tests/swarm).  More: make swarm N=100000."""
import os, subprocess, sys

here = os.path.dirname(os.path.abspath(__file__))
N, SLICES = 2000, 8
failed = 0
for k in range(SLICES):
    count = N // SLICES
    ran = subprocess.run([sys.executable, os.path.join(here, "swarm", "run"), "-n", str(count), "--first", str(k * count)],
                         capture_output=True, text=True)
    lines = ran.stdout.strip().splitlines() or [ran.stderr[-500:]]
    failed += ran.returncode != 0
    print(f"{'not ok' if ran.returncode else 'ok'} worlds {k * count} to {(k + 1) * count - 1}: {lines[-1]}")
    for line in lines[:-1]:
        print("    " + line)
sys.exit(failed != 0)
