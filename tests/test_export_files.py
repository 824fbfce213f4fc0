#!/usr/bin/env python3
"""What `run` and `export` write, before judges made elsewhere - and the judges before what is broken,
so that their silence means something.

- Traces against scenarios/smtplab-trace.schema.json, by @sourcemeta/jsonschema; mutants must be refused.
- check_trace.py must refuse a trace in which any one rule is broken.
- check_pcap.py must refuse a capture in which a bit, a packet or an order is changed.
- Mermaid: every line is one of its grammar's for sequence diagrams (mermaid.js.org/syntax).
- The page: an HTML parser finds every element closed, nothing that is fetched, every message.
"""
import copy
import hashlib
import html.parser
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys

from script_lab import exit_status, test, validator

sys.dont_write_bytecode = True
BUILD = os.environ.get("BUILD", "build")
SMTPLAB = os.path.abspath(os.environ.get("SMTPLAB", "build/smtplab"))
WORK = os.path.join(BUILD, "export-files")
SCHEMA = "scenarios/smtplab-trace.schema.json"
ALL = "core,smtp,pop3,dns,tcp,segment,bytes"
VALIDATOR = validator()


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


def export(trace, kind):
    ran = run(SMTPLAB, "export", trace, "--to", kind)
    test(f"export --to {kind} of {os.path.basename(trace)}", ran.returncode == 0, ran.stderr)
    return ran.stdout


# ---- traces -----------------------------------------------------------------------------------

def write_trace(path, header, events, footer, rehash=True):
    """Framed JSON as smtplab writes it, with the footer's numbers made right again."""
    lines = [json.dumps(e, separators=(",", ":")) for e in events]
    if rehash:
        kinds = [e["kind"] for e in events]
        order = [k for k in footer["counts"] if k in kinds]
        footer = dict(footer, written=len(events), counts={k: kinds.count(k) for k in order})
        footer["records"] = sum(footer["counts"].values())
        footer["events_sha256"] = hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()
    with open(path, "w", encoding="ascii") as f:
        f.write('{"smtplab_trace":1,"header":' + header + ',"events":[\n' + ",\n".join(lines) +
                '\n],"footer":' + json.dumps(footer, separators=(",", ":")) + "}\n")


def read_trace(path):
    with open(path, encoding="ascii") as f:
        text = f.read()
    whole = json.loads(text)
    first = text.split("\n", 1)[0]
    return first[len('{"smtplab_trace":1,"header":'):-len(',"events":[')], whole["events"], whole["footer"]


def first(events, kind, **data):
    return next(e for e in events if e["kind"] == kind and all(e["data"].get(k) == v for k, v in data.items()))


def broken_traces(events):
    """(what is broken, events): each breaks one rule of the contract and, but for that, is whole."""
    def mutant(name, change):
        copied = copy.deepcopy(events)
        changed = change(copied)
        return name, copied if changed is None else changed

    def swap_states(all_events):
        first(all_events, "smtp.state", to="ready")["data"]["to"] = "nowhere"

    def drop(kind):
        return lambda es: [e for e in es if e is not first(es, kind)]

    def twice(kind):
        def change(es):
            e = first(es, kind)
            again = copy.deepcopy(e)
            es.insert(es.index(e) + 1, again)
            for i, later in enumerate(es[es.index(e) + 1:]):
                later["seq"] += 1
                if later.get("cause", 0) > e["seq"]:
                    later["cause"] += 1
        return change

    def report_about_report(es):
        ndr = first(es, "mail.ndr")
        ndr["data"]["about"] = ndr["mail"]

    def no_rule(es):
        first(es, "policy.relay", allowed=True)["data"]["allowed"] = False

    yield mutant("time runs back", lambda es: es[-1].update(t_ns=0))
    yield mutant("seq repeats", lambda es: es[5].update(seq=es[4]["seq"]))
    yield mutant("a cause from the future", lambda es: es[8].update(cause=es[20]["seq"]))
    yield mutant("a cause that is not there", lambda es: [e for e in es if e["kind"] != "smtp.command"])
    yield mutant("a state chain with a gap", swap_states)
    yield mutant("a custody that never closes", drop("custody.closed"))
    yield mutant("a custody that never opened", drop("custody.opened"))
    yield mutant("a custody that closes twice", twice("custody.closed"))
    yield mutant("a report about a report", report_about_report)
    yield mutant("relayed though no rule allowed it", no_rule)
    yield mutant("relayed though nobody asked", drop("policy.relay"))
    yield mutant("a recipient without a verdict", drop("mail.ended"))
    yield mutant("a second verdict", twice("mail.ended"))
    yield mutant("a number that is not whole", lambda es: first(es, "smtp.reply")["data"].update(code=250.5))


def judge_traces(trace):
    header, events, footer = read_trace(trace)
    good = f"{WORK}/good.json"
    write_trace(good, header, events, footer)
    with open(good, encoding="ascii") as a, open(trace, encoding="ascii") as b:
        test("a trace written again in Python is the same", a.read() == b.read())
    test("check_trace.py takes it", run(sys.executable, "tests/check_trace.py", good).returncode == 0)
    for name, mutant in broken_traces(events):
        path = f"{WORK}/broken.json"
        write_trace(path, header, mutant, footer)
        ran = run(sys.executable, "tests/check_trace.py", path)
        test(f"check_trace.py refuses: {name}", ran.returncode == 1 and "not ok" in ran.stdout, ran.stdout + ran.stderr)
    write_trace(f"{WORK}/broken.json", header, events, dict(footer, events_sha256="0" * 64), rehash=False)
    ran = run(sys.executable, "tests/check_trace.py", f"{WORK}/broken.json")
    test("check_trace.py refuses: another hash", ran.returncode == 1, ran.stdout)


# ---- schema -----------------------------------------------------------------------------------

def schema_mutants(header, events, footer):
    for kind in sorted({e["kind"] for e in events}):
        for change in ("drop", "add", "type"):
            mutant = copy.deepcopy(events)
            e = first(mutant, kind)
            key = sorted(e["data"])[0]
            if change == "drop":
                del e["data"][key]
            elif change == "add":
                e["data"]["surprise"] = 1
            else:
                e["data"][key] = {"not": "this"}
            yield f"{kind}-{change}", header, mutant[:events.index(first(events, kind)) + 1], footer
    yield "envelope", header, [dict(events[0], when="now")], footer
    yield "kind", header, [dict(events[0], kind="sim.paused")], footer
    yield "footer", header, events[:1], dict(footer, status="fine")
    yield "hash", header, events[:1], dict(footer, events_sha256="XYZ")


def judge_schema(traces):
    ran = run(VALIDATOR, "metaschema", SCHEMA)
    test("the trace's schema is a schema", ran.returncode == 0, ran.stdout + ran.stderr)
    for trace in traces:
        ran = run(VALIDATOR, "validate", SCHEMA, trace)
        test(f"{os.path.basename(trace)} is valid", ran.returncode == 0, (ran.stdout + ran.stderr)[-600:])
    header, events, footer = read_trace(traces[0])
    folder = f"{WORK}/mutants"
    os.makedirs(folder)
    names = []
    for name, *parts in schema_mutants(header, events, footer):
        names.append(f"{name}.json")
        write_trace(f"{folder}/{name}.json", *parts, rehash=False)
    ran = run(VALIDATOR, "validate", "--continue", SCHEMA, folder)
    refused = set(re.findall(r"^fail: .*?([^/\n]+)$", ran.stdout + ran.stderr, re.M))
    test(f"each of {len(names)} broken events is refused", refused == set(names), sorted(set(names) - refused)[:10])


# ---- captures ---------------------------------------------------------------------------------

def packets(octets):
    at, found = 24, []
    while at < len(octets):
        size = struct.unpack_from("<I", octets, at + 8)[0]
        found.append(octets[at:at + 16 + size])
        at += 16 + size
    return found


def judge_capture(trace, pcap):
    with open(pcap, "rb") as f:
        octets = f.read()
    all_packets = packets(octets)
    test("the capture is a header and whole packets", octets[:24] + b"".join(all_packets) == octets)
    test("it begins as written down", octets[:24] == bytes.fromhex("4d3cb2a10200040000000000000000000000040065000000"))
    ran = run(sys.executable, "tests/check_pcap.py", trace, pcap)
    test("check_pcap.py takes it", ran.returncode == 0, ran.stdout + ran.stderr)
    longest = max(range(len(all_packets)), key=lambda i: len(all_packets[i]))
    draw = random.Random(7)
    mutants = {"a packet is missing": all_packets[:longest] + all_packets[longest + 1:],
               "a packet stands there twice": all_packets[:longest + 1] + all_packets[longest:],
               "two packets change places": [*all_packets[:longest], all_packets[longest + 1], all_packets[longest],
                                             *all_packets[longest + 2:]]}
    for part, low, high in (("IP header", 16, 36), ("TCP header", 36, 56), ("payload", 56, len(all_packets[longest]))):
        flipped = bytearray(all_packets[longest])
        flipped[draw.randrange(low, high)] ^= 1 << draw.randrange(8)
        mutants[f"a bit of the {part} is turned"] = [*all_packets[:longest], bytes(flipped), *all_packets[longest + 1:]]
    for name, mutant in mutants.items():
        path = f"{WORK}/broken.pcap"
        with open(path, "wb") as f:
            f.write(octets[:24] + b"".join(mutant))
        ran = run(sys.executable, "tests/check_pcap.py", trace, path)
        test(f"check_pcap.py refuses: {name}", ran.returncode != 0, ran.stdout)


# ---- diagrams and pages -----------------------------------------------------------------------

TEXT = r"(?:[^#;<>&\"%\\\x00-\x1f]|#(?:35|59|37|92|lt|gt|amp|quot);)+"
DIAGRAM = [r"sequenceDiagram", r"    autonumber", rf"    title: {TEXT}", rf"    participant h\d+ as {TEXT}",
           rf"    Note over h\d+(,h\d+)?: {TEXT}", rf"    h\d+(->>|-->>)h\d+: {TEXT}"]


def judge_diagram(name, text, events):
    lines = text.splitlines()
    bad = [line for line in lines if not any(re.fullmatch(rule, line) for rule in DIAGRAM)]
    test(f"{name}: every line is Mermaid's", lines[:1] == ["sequenceDiagram"] and not bad, bad[:3])
    declared = set(re.findall(r"participant (h\d+)", text))
    used = set(re.findall(r"\bh\d+\b", "\n".join(line.split(":")[0] for line in lines if "participant" not in line)))
    test(f"{name}: participants are those who take part", declared == used, f"{declared ^ used}")
    read = sum(e["kind"] == "smtp.command" and e["side"] == "server" for e in events)
    test(f"{name}: an arrow for each command that was read", len(re.findall(r"->>h\d+: (?!DNS|\(the)", text)) -
         len(re.findall(r"-->>", text)) + len(re.findall(r"-->>h\d+: DNS", text)) == read, read)


class Page(html.parser.HTMLParser):
    """Follows which elements are open."""
    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag in ("script", "link", "img", "iframe", "object", "form", "a"):
            self.wrong.append(tag)
        self.wrong += [k for k, v in attrs if k.startswith("on") or k in ("src", "href", "style")]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")

    def handle_data(self, data):
        self.text.append(data)


def judge_page(name, text, events):
    page = Page()
    page.feed(text)
    said = "".join(page.text)
    test(f"{name}: a whole page that fetches nothing", not page.open and not page.wrong, f"{page.open} {page.wrong}")
    test(f"{name}: names every message", all(e["mail"] in said for e in events if e["kind"] == "mail.composed"))


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    traces = []
    for name in ("nobody-home", "first-letter", "three-hops", "one-house-many-roles"):
        trace, pcap = f"{WORK}/{name}.json", f"{WORK}/{name}.pcap"
        ran = run(SMTPLAB, "run", f"scenarios/{name}.json", "--quiet", "--layers", ALL, "--trace", trace, "--pcap", pcap)
        test(f"{name} runs", ran.returncode == 0, ran.stderr)
        traces.append(trace)
        events = read_trace(trace)[1]
        judge_diagram(name, export(trace, "mermaid"), events)
        judge_page(name, export(trace, "html"), events)
    changed = f"{WORK}/changed.json"
    ran = run(SMTPLAB, "run", "scenarios/first-letter.json", "-q", "--seed", "7", "--set", '/title=\\ "Café"}', "--trace", changed)
    test("a scenario that is changed runs", ran.returncode == 0, ran.stderr)
    test("check_trace.py takes its trace", run(sys.executable, "tests/check_trace.py", changed).returncode == 0)
    judge_traces(traces[0])
    judge_schema([*traces, changed])
    judge_capture(traces[0], f"{WORK}/nobody-home.pcap")
    return exit_status()


sys.exit(main())
