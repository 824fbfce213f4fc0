#!/usr/bin/env python3
"""Whole runs against judges that we did not write: the contract's invariants (check_trace.py), tshark
(check_pcap.py), and Python's email package for what lies in the mailboxes.

Every bundled scenario that runs, as it is, under another seed, and over lossy links; and a message of
a megabyte, which must arrive to the octet."""
import email
import email.policy
import glob
import json
import mailbox
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

SMTPLAB = os.path.abspath(os.environ.get("SMTPLAB", "build/smtplab"))
ROOT = os.getcwd()
STRICT = email.policy.default.clone(raise_on_defect=True)
failed = 0


def report(name, good, why=""):
    global failed
    failed += not good
    print(f"ok {name}" if good else f"not ok {name}\n    {why}", flush=True)


class Run:
    """One run and everything that it wrote."""

    def __init__(self, scenario, folder, *options):
        self.folder = folder
        self.trace, self.pcap, self.mail = (f"{folder}/{n}" for n in ("trace.jsonl", "run.pcap", "mail"))
        self.ran = subprocess.run([SMTPLAB, "run", scenario, "--trace", self.trace, "--pcap", self.pcap,
                                   "--mail", self.mail, *options],
                                  capture_output=True, text=True, check=False, timeout=300)
        self.events = []
        if self.ran.returncode in (0, 1, 75):
            with open(self.trace, encoding="ascii") as f:
                lines = f.read().splitlines()
            self.events = [json.loads(line) for line in lines[1:-1]]
            self.footer = json.loads(lines[-1])["footer"]

    def of(self, kind):
        return [e for e in self.events if e["kind"] == kind]

    def letters(self):
        """(host, mailbox, octets as delivered) of every mailbox, in order."""
        for path in sorted(glob.glob(f"{self.mail}/*/*.mbox")):
            host, name = path.split("/")[-2], os.path.basename(path)[:-5]
            box = mailbox.mbox(path, create=False)
            for key in box.keys():
                octets = box.get_bytes(key)
                lines = octets.split(b"\n")
                yield host, name, b"\n".join(l[1:] if l.startswith(b">") and l.lstrip(b">").startswith(b"From ")
                                             else l for l in lines)
            box.close()


def judge(tool, *arguments):
    ran = subprocess.run([sys.executable, f"{ROOT}/tests/{tool}", *arguments], capture_output=True, text=True,
                         check=False, timeout=300)
    return ran.returncode == 0, (ran.stdout + ran.stderr)[-800:]


def check_mail(run):
    """Every delivery is in its mailbox, without defects, and its Received lines name the hops in order."""
    letters = list(run.letters())
    delivered = run.of("mail.delivered")
    if len(letters) != len(delivered):
        return False, f"{len(delivered)} deliveries, {len(letters)} letters in mailboxes"
    for host, name, octets in letters:
        message = email.message_from_bytes(octets, policy=STRICT)
        for part in message.walk():
            if part.defects:
                return False, f"{host}/{name}: {part.defects}"
        if message["Return-Path"] is None or message["Message-ID"] is None or message["Date"] is None:
            return False, f"{host}/{name}: a header field is missing"
        lines = [str(line).split() for line in message.get_all("Received", [])]
        hops = [line[line.index("by") + 1] for line in lines if "by" in line]
        came = [line[1] for line in lines if line[0] == "from"]
        ours = not hops and str(message["Return-Path"]) == "<>"   # a report, written on this very host
        if not ours and (len(hops) == 0 or hops[0] != host):
            return False, f"{host}/{name}: Received by {hops}"
        # Newest first: who a line came from is who wrote the line below it.
        for upper, lower in zip(came, hops[1:]):
            if upper != lower:
                return False, f"{host}/{name}: from {upper} stands above by {lower}"
    return True, ""


def check_run(name, scenario, folder, *options):
    run = Run(scenario, folder, *options)
    if run.ran.returncode == 65:
        return None
    results = [(f"{name}: runs", run.ran.returncode in (0, 1, 75), run.ran.stderr[-500:])]
    if run.events:
        results.append((f"{name}: every invariant holds", *judge("check_trace.py", run.trace)))
        results.append((f"{name}: tshark agrees", *judge("check_pcap.py", run.trace, run.pcap)))
        results.append((f"{name}: letters are without defects", *check_mail(run)))
    return results


def check_scenarios():
    jobs = []
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        for scenario in sorted(glob.glob("scenarios/*.json")):
            if scenario.endswith(".schema.json"):
                continue
            name = os.path.basename(scenario)[:-5]
            for variant, options in (("", ()), (", seed 7", ("--seed", "7")),
                                     (", one packet in ten lost", ("--set", "/internet/loss=10%", "--seed", "3"))):
                here = f"{folder}/{len(jobs)}"
                os.mkdir(here)
                jobs.append(pool.submit(check_run, name + variant, scenario, here, *options))
        ran = 0
        for job in jobs:
            results = job.result()
            ran += results is not None
            for result in results or []:
                report(*result)
    report("bundled scenarios ran", ran >= 4, f"{ran} runs")


def megabyte(loss, seed):
    lines = [f"{n:06d} {'.' * (n % 7)} From here it was a long way {'x' * (n % 53)}" for n in range(1, 19000)]
    lines[5], lines[6], lines[7] = ".", "..", "From the beginning of a line"
    body = "\n".join(lines) + "\n"
    return body, {
        "smtplab": 1, "title": "A megabyte", "seed": seed, "internet": {"loss": loss},
        "hosts": {"alice-pc": {"mua": {"mailbox": "alice@uni.example", "server": "mail.uni.example"}},
                  "mail.uni.example": {"msa": {}, "mta": {}, "mda": {"mailboxes": ["alice"]}},
                  "mail.shop.example": {"mta": {}, "mda": {"mailboxes": ["bob"]}}},
        "timeline": [{"at": "0s", "on": "alice-pc",
                      "send": {"to": "bob@shop.example", "subject": "Long", "body": body}}]}


def check_megabyte(loss, first_try):
    with tempfile.TemporaryDirectory() as folder:
        body, scenario = megabyte(loss, 11)
        with open(f"{folder}/megabyte.json", "w", encoding="utf-8") as f:
            json.dump(scenario, f)
        run = Run(f"{folder}/megabyte.json", folder, "--quiet")
        name = f"a megabyte, {loss} lost"
        report(f"{name}: runs", run.ran.returncode == 0, run.ran.stderr[-500:])
        if not run.events:
            return
        letters = [octets for _, box, octets in run.letters() if box.startswith("bob")]
        got = letters[0].split(b"\n\n", 1)[1] if letters else b""
        report(f"{name}: arrives once, to the octet", len(letters) == 1 and got.rstrip(b"\n") == body.encode().rstrip(b"\n"),
               f"{len(letters)} letters, {len(got)} of {len(body)} octets")
        report(f"{name}: {len(body)} octets are enough", len(body) > 1_000_000 * 0.9)
        deferred = len(run.of("queue.deferred"))
        report(f"{name}: at the first try" if first_try else f"{name}: within the schedule",
               not first_try or deferred == 0, f"deferred {deferred} times")
        if loss == "0%":
            report(f"{name}: nothing is sent again", not any(e["data"]["again"] for e in run.of("tcp.segment")))
        report(f"{name}: tshark agrees", *judge("check_pcap.py", run.trace, run.pcap))


def main():
    check_scenarios()
    for loss, first_try in (("0%", True), ("5%", True), ("20%", False)):
        check_megabyte(loss, first_try)
    return 1 if failed else 0


sys.exit(main())
