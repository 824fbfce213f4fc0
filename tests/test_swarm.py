#!/usr/bin/env python3
"""2,000 random worlds, each judged by its trace alone (tests/swarm).  More: make swarm N=100000.

Before them those that once found something, as they were (tests/swarm/found)."""
import glob, os, subprocess, sys

here = os.path.dirname(os.path.abspath(__file__))
N, SLICES = 2000, 8
failed = 0
sys.path.insert(0, os.path.join(here, "swarm"))
import judge

program = os.path.join(os.environ.get("BUILD", "build"), "smtplab")
for path in sorted(glob.glob(os.path.join(here, "swarm", "found", "*.json"))):
    ran = subprocess.run([program, "run", path, "--quiet", "--trace", "-", "--layers", "core,smtp,tcp"], capture_output=True)
    wrong = [f"status {ran.returncode}: {ran.stderr[-300:]}"] if ran.returncode else judge.judge(ran.stdout)[0]
    failed += bool(wrong)
    print(f"{'not ok' if wrong else 'ok'} {os.path.basename(path)[:-5]}", *wrong[:4], sep="\n    ")
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
