#!/usr/bin/env python3
"""Same scenario, same seed, same bytes: whatever compiled it, and whoever watches.

For every bundled scenario that runs, the trace of the program under test is compared with

  * the traces of the $VARIANTS below build/variants (made by `make variants`), and of the commands in
    $DETERMINISM_RUNNERS, one "NAME COMMAND..." a line (check-long: i386, s390x, more compilers);
  * its own trace beside a capture, mailboxes and a diagram: watching changes nothing;
  * its own traces with fewer layers: what is written has the same seq and says the same;
  * its own trace ended early by --until: the beginning of the whole one;
  * itself, read back and written again, in both forms.
"""
import glob
import json
import os
import shlex
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

SMTPLAB = os.environ.get("SMTPLAB", "build/smtplab")
BUILD = os.environ.get("BUILD", "build")
os.environ.update(ASAN_OPTIONS="exitcode=99", UBSAN_OPTIONS="exitcode=99")   # 1 has a meaning of its own
ONLY_RUNNERS = os.environ.get("DETERMINISM_ONLY_RUNNERS")
failed = 0


def report(good, name, why=""):
    global failed
    failed += not good
    print(("ok " if good else "not ok ") + name + ("" if good else f" ({why})"), flush=True)


def run(command, scenario, trace, *options):
    return subprocess.run([*command, "run", scenario, "--quiet", "--trace", trace, *options],
                          capture_output=True, text=True, check=False)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def first_difference(a, b):
    lines_a, lines_b = a.split(b"\n"), b.split(b"\n")
    for number, (x, y) in enumerate(zip(lines_a, lines_b), 1):
        if x != y:
            return f"line {number}: {x[:160]!r} is {y[:160]!r}"
    return f"{len(lines_a)} lines are {len(lines_b)}"


def runners():
    found = []
    for name in os.environ.get("VARIANTS", "").split():
        found.append((name, [f"{BUILD}/variants/{name}/smtplab"]))
    for line in os.environ.get("DETERMINISM_RUNNERS", "").splitlines():
        if line.strip():
            name, command = line.split(None, 1)
            found.append((name, shlex.split(command)))
    return found


def events(path):
    """Header, events and footer of a .jsonl trace."""
    lines = read(path).decode("ascii").splitlines()
    return json.loads(lines[0]), [json.loads(line) for line in lines[1:-1]], json.loads(lines[-1])


def check_variant(scenario, name, command, want, folder):
    trace = f"{folder}/{name}.json"
    try:
        ran = run(command, scenario, trace)
    except OSError as error:
        return False, error
    if ran.returncode not in (0, 1, 75):
        return False, f"status {ran.returncode}: {ran.stderr[-400:]}"
    got = read(trace)
    return got == want, first_difference(want, got)


def check_layers(scenario, layers, whole, folder):
    trace = f"{folder}/layers.jsonl"
    ran = run([SMTPLAB], scenario, trace, "--layers", layers)
    if ran.returncode not in (0, 1, 75):
        return False, f"status {ran.returncode}: {ran.stderr[-400:]}"
    header, some, footer = events(trace)
    kinds = {e["kind"] for e in some}
    want = [e for e in whole[1] if e["kind"] in kinds]
    seqs = {e["seq"] for e in some}
    if [strip(e) for e in some] != [strip(e) for e in want]:
        return False, "records differ"
    if any("cause" in e and e["cause"] not in seqs for e in some):
        return False, "a cause names a record that was not written"
    if footer["footer"]["counts"] != whole[2]["footer"]["counts"]:
        return False, "counts differ"
    return len(some) <= len(whole[1]) and bool(header), "more records than the whole"


def strip(event):
    return {k: v for k, v in event.items() if k != "cause"}


def check_scenario(scenario, folder):
    name = os.path.basename(scenario)[:-5]
    path = f"{folder}/whole.json"
    ran = run([SMTPLAB], scenario, path)
    if ran.returncode == 65:
        return False   # not built yet: test_cli holds what is said then
    report(ran.returncode in (0, 1, 75), f"{name}: runs", ran.stderr[-400:])
    if ran.returncode not in (0, 1, 75):
        return False
    want = read(path)
    with ThreadPoolExecutor(2) as pool:
        jobs = [(variant, pool.submit(check_variant, scenario, variant, command, want, folder))
                for variant, command in runners()]
        for variant, job in jobs:
            report(*(lambda r: (r[0], f"{name}: same bytes from {variant}", r[1]))(job.result()))
    if not ONLY_RUNNERS:
        check_alone(scenario, name, want, folder)
    return True


def check_alone(scenario, name, want, folder):
    """What needs no second build."""
    again = f"{folder}/again.json"
    run([SMTPLAB], scenario, again, "--pcap", f"{folder}/a.pcap", "--mail", f"{folder}/mail",
        "--diagram", f"{folder}/a.mmd")
    report(read(again) == want, f"{name}: same bytes while others watch", first_difference(want, read(again)))

    lines = f"{folder}/whole.jsonl"
    run([SMTPLAB], scenario, lines)
    whole = events(lines)
    for layers in ("core", "smtp", "core,smtp,dns", "tcp,segment"):
        good, why = check_layers(scenario, layers, whole, folder)
        report(good, f"{name}: same records with --layers {layers}", why)

    middle = whole[1][len(whole[1]) // 2]["t_ns"]
    early = f"{folder}/early.jsonl"
    run([SMTPLAB], scenario, early, "--until", f"{middle}ns")
    part = [e for e in events(early)[1] if e["kind"] != "sim.ended"]
    report(0 < len(part) and part == whole[1][:len(part)], f"{name}: --until writes the beginning",
           f"{len(part)} records")

    back = subprocess.run([SMTPLAB, "export", f"{folder}/whole.json", "--to", "json"],
                          capture_output=True, check=False).stdout
    report(back == want, f"{name}: read back and written again", first_difference(want, back))
    back = subprocess.run([SMTPLAB, "export", lines, "--to", "json"], capture_output=True, check=False).stdout
    report(back == want, f"{name}: from lines to frame", first_difference(want, back))
    same = subprocess.run([SMTPLAB, "diff", again, lines], capture_output=True, text=True, check=False)
    report(same.returncode == 0, f"{name}: diff finds no difference", same.stdout[-300:])


def main():
    scenarios = sys.argv[1:] or sorted(
        s for s in glob.glob("scenarios/*.json") if not s.endswith(".schema.json"))
    ran = 0
    for scenario in scenarios:
        with tempfile.TemporaryDirectory() as folder:
            ran += check_scenario(scenario, folder)
    report(ran > 0, "some scenario ran", f"{len(scenarios)} found, none ran")
    return 1 if failed else 0


sys.exit(main())
