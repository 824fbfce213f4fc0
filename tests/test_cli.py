#!/usr/bin/env python3
"""The outside of smtplab: every command, option and exit status, bad input, outputs that cannot be
written, readers that leave, and that the help, the man page and the completion say the same."""
import glob
import json
import os
import pty
import re
import signal
import subprocess
import sys

from script_lab import run_parts, test

SMTPLAB = os.path.abspath(os.environ.get("SMTPLAB", "build/smtplab"))
ROOT = os.getcwd()
FIRST = ROOT + "/scenarios/first-letter.json"
COMMANDS = ["run", "check", "list", "new", "export", "diff", "explain", "version", "view"]
LATER = ["step", "grade", "batch", "serve"]
OPTIONS = {  # frozen by contract.md; --help is everywhere
    "run": {"trace", "layers", "pcap", "mail", "diagram", "seed", "until", "set", "quiet"},
    "check": {"show-defaults"}, "export": {"to"}, "explain": {"dot"}, "version": {"json"},
}


def lab(*arguments, **options):
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run([SMTPLAB, *arguments], stderr=subprocess.PIPE, text=True, check=False,
                          timeout=120, **options)


def ends(name, status, *arguments, says="", out=None, **options):
    """Runs smtplab, expects an exit status, something on stderr and something on stdout."""
    ran = lab(*arguments, **options)
    good = ran.returncode == status and says in ran.stderr and (out is None or out in ran.stdout)
    test(name, good, f"smtplab {' '.join(arguments)}: {ran.returncode} {ran.stderr!r} {(ran.stdout or '')[:300]!r}")
    return ran


def options_of(command):
    return set(re.findall(r"--([a-z-]+)", lab(command, "--help").stdout.split("\nOptions:")[1])) - {"help"}


def write(name, text):
    with open(name, "w", encoding="utf-8") as f:
        f.write(text)
    return name


# ---- what can be typed ----------------------------------------------------------------------------


def usage():
    ran = ends("no command: help and 64", 64, says="Usage: smtplab COMMAND")
    test("no command: nothing on stdout", ran.stdout == "", ran.stdout)
    for word in ("--help", "-h", "help"):
        ends(f"{word} is help", 0, word, out="Usage: smtplab COMMAND")
    ran = lab("--help")
    test("help names every command", all(re.search(rf"^  {c} ", ran.stdout, re.M) for c in COMMANDS + LATER),
         ran.stdout)
    ends("an unknown command with a near one", 64, "rum", says="did you mean 'run'?")
    ends("an unknown command without", 64, "frobnicate", says="no command 'frobnicate'")
    ends("an option before the command", 64, "--quiet", "run", says="a command comes first")
    ends("help of an unknown command", 64, "help", "exprot", says="did you mean 'export'?")
    for command in COMMANDS + LATER:
        ran = lab(command, "--help")
        test(f"{command} --help", ran.returncode == 0 and f"Usage: smtplab {command}" in ran.stdout
             and ran.stderr == "", ran.stdout + ran.stderr)
        test(f"help {command} says the same", lab("help", command).stdout == ran.stdout)
        test(f"{command} --help fits a terminal", max(map(len, ran.stdout.splitlines())) <= 100)
    for command in LATER:
        ends(f"{command} is not built yet", 64, command, "x", says="not built yet")
    for command, options in OPTIONS.items():
        test(f"{command} has its options", options <= options_of(command), options - options_of(command))
        for option in sorted(options_of(command)):
            ran = lab(command, f"--{option}q")
            test(f"{command} --{option}q: 64 and a suggestion",
                 ran.returncode == 64 and f"did you mean --{option}?" in ran.stderr, ran.stderr)
        ends(f"{command} --zebra", 64, command, "--zebra", says="no option --zebra")
    ends("an option without its value", 64, "run", FIRST, "--trace", says="option --trace needs a value")
    ends("a value that is not wanted", 64, "run", FIRST, "--quiet=yes", says="option --quiet takes no value")
    ends("an unknown letter", 64, "run", "-x", FIRST, says="no option -x")
    ends("an option twice", 64, "run", FIRST, "--until", "1h", "--until", "2h", says="given twice")
    ends("run without a scenario", 64, "run", says="SCENARIO is missing")
    ends("run with two", 64, "run", FIRST, FIRST, says="one operand too many")
    ends("an option swallowed the scenario", 64, "run", "--seed", FIRST, says=f"'{FIRST}' is taken as the value of --seed")
    ends("an option did not", 64, "run", "--seed=5", says="SCENARIO is missing\n")
    ends("diff of stdin and stdin", 64, "diff", "-", "-", says="only one of the two")
    ends("a bundled scenario as if it were a file", 66, "run", "x/first-letter.json",
         says="No such file or directory; the bundled scenario is called 'first-letter'")
    ends("check without any", 64, "check", says="SCENARIO... is missing")
    ends("diff with one", 64, "diff", FIRST, says="A B is missing")
    ends("new without a name", 64, "new", says="NAME is missing")
    ends("list with an operand", 64, "list", "x", says="one operand too many")
    for value in ("soon", "5", "", "-1s", "1h-", "99999999999999d", "1.5", "1x"):
        ends(f"--until '{value}'", 64, "run", FIRST, "--until", value, says="--until wants a duration")
    for value in ("x", "-1", "", "1e3", "99999999999999999999"):
        ends(f"--seed '{value}'", 64, "run", FIRST, f"--seed={value}", says="--seed wants a whole number")
    for value in ("seed", "seed=1", "/seed"):
        ends(f"--set '{value}'", 64, "run", FIRST, "--set", value, says="--set wants /json/pointer=VALUE")
    ends("--layers with a mistyped one", 64, "run", FIRST, "--trace", "-", "--layers", "core,smpt",
         says="did you mean 'smtp'?")
    ends("--layers without --trace", 64, "run", FIRST, "--layers", "core", says="there is no --trace")
    ends("--dot of something else", 64, "explain", "--dot", "550", says="--dot draws")
    ends("export without --to", 64, "export", FIRST, says="--to is missing")
    ends("export to a mistyped form", 64, "export", FIRST, "--to", "pacp", says="did you mean 'pcap'?")
    ends("-- ends the options", 66, "run", "--", "--quiet", says="--quiet")


# ---- commands -------------------------------------------------------------------------------------


def small_commands():
    version = re.search(r'SMTPLAB_VERSION "(.*)"', open(ROOT + "/sim/version.h", encoding="utf-8").read()).group(1)
    ends("version", 0, "version", out=f"smtplab {version}\n")
    ends("--version", 0, "--version", out=f"smtplab {version}\n")
    ran = ends("version --json", 0, "version", "--json")
    test("version --json is JSON", json.loads(ran.stdout)["version"] == version)
    listed = ends("list", 0, "list", out="first-letter").stdout
    names = [os.path.basename(p)[:-5] for p in glob.glob(ROOT + "/scenarios/*.json") if ".schema" not in p]
    test("list names every scenario once", sorted(l.split()[0] for l in listed.splitlines()) == sorted(names), listed)
    rows = [(int(l[25:27].strip() or 1000), l.split()[0]) for l in listed.splitlines()]
    test("list goes by the course, then by name", rows == sorted(rows), listed)
    test("list has titles", all(len(l) > 29 and l[29] != " " for l in listed.splitlines()), listed)
    unbuilt = [n for n in names if "is not built yet" in lab("run", "--quiet", n).stderr]
    test("list says what cannot be run yet", sorted(l.split()[0] for l in listed.splitlines()
         if l.endswith("is not built yet)")) == sorted(unbuilt), listed)
    by_name, by_number = ends("a lesson by name", 0, "run", "two-copies"), ends("a lesson by number", 0, "run", "13")
    test("the number is the one of list", by_name.stdout == by_number.stdout, by_number.stdout)
    cut = lab("run", "two-copies", "--set", "/timeline/0/drop/to=DATA").stdout
    test("no doubt is told where none is", "its 250 was not" in " ".join(by_name.stdout.split()) and
         "connection was lost" in cut and "its 250" not in cut and "It is the second copy" not in cut, cut)
    ends("check takes a number", 0, "check", "1", out="first-letter")
    ends("a number that no lesson has", 66, "run", "99", says="no bundled scenario '99'")
    ends("list finds no folder", 66, "list", env=dict(os.environ, SMTPLAB_SCENARIOS="/nowhere"),
         says="not beside this program")
    ends("explain a code", 0, "explain", "550", out="RFC 5321")
    ends("explain a verb", 0, "explain", "rcpt", out="RFC")
    ends("explain a kind", 0, "explain", "smtp.reply", out="enhanced")
    ends("explain states", 0, "explain", "states", out="RCPT")
    ends("explain states --dot", 0, "explain", "states", "--dot", out="digraph")
    ends("explain simplifications", 0, "explain", "simplifications", out="TLS")
    ends("explain lists its words", 0, "explain", out="550")
    ends("explain a digit", 0, "explain", "5", out="5yz")
    ends("explain a part of a word", 64, "explain", "timeout", says="smtp.timeout")
    ran = ends("explain what nobody knows", 64, "explain", "xyzzyx", says="nothing is known")
    test("explain what nobody knows: no data", ran.stdout == "", ran.stdout)


def scenarios():
    borrowed = ROOT + "/scenarios/borrowed-server.json"
    ends("the full example is right", 0, "check", borrowed, out="ok")
    ends("the full example runs", 0, "run", borrowed, out="Expected: 4 of 4 held, 7 of 7 points")
    probe = write("probe.json", json.dumps({"smtplab": 1, "hosts": {
        "spy": {"stranger": {}}, "off": {"stranger": {}}, "mail.x.example": {"mta": {}, "mda": {"mailboxes": ["a"]}},
        "ns.example": {"dns": {"zones": "all"}}}, "timeline": [
            {"at": at, "on": "spy", "probe": {"server": server, "to": to}} for at, server, to in (
                ("0s", "mail.x.example", "a@x.example"), ("1m", "mail.x.example", "b@y.example"),
                ("2m", "mail.x.example", "b@y.example"), ("3m", "off", "b@y.example"))]}))
    told = " ".join(lab("run", probe).stdout.split())
    test("the story tells what a probe asked and what it was answered", all(words in told for words in (
        "spy asks mail.x.example (198.51.100.10, port 25) by MAIL and RCPT, without sending a message: would it take one "
        'for a@x.example? Yes. Decided at RCPT by the rule "local domain" (RFC 5321 3.6.2). 1 min spy',
        'for b@y.example? No: 550 5.7.1. Decided at RCPT by the rule "refuse" (RFC 5321 7.9). Asked again, one time, it '
        "gets the same. 3 min spy", "spy asks off", "It gets no answer.")), told)
    bridge = write("bridge.json", '{ "smtplab": 1, "hosts": { "a": { "bridge": { "to": "127.0.0.1:2525" } } } }')
    ran = lab("run", bridge)
    test("run names the first thing that is not built, to the letter",
         ran.returncode == 65 and ran.stdout == "" and ran.stderr.endswith(
             'bridge.json:1:35: error: "bridge" is not built yet (at /hosts/a/bridge); '
             "this version checks it but cannot run it\n"), repr(ran.stderr))
    for path in sorted(glob.glob(ROOT + "/scenarios/*.json")):
        if ".schema" not in path:
            ends(f"check {os.path.basename(path)}", 0, "check", path, out=": ok\n")
    ends("check several", 0, "check", "first-letter", FIRST, out=f"{FIRST}: ok\n")
    ends("check a missing one", 66, "check", "nowhere.json", says="cannot read nowhere.json")
    ends("check goes on after a missing one", 66, "check", "nowhere.json", FIRST, out=f"{FIRST}: ok\n")
    ends("run a name that is near", 66, "run", "first-leter", says="did you mean 'first-letter'?")
    ends("run a folder", 66, "run", "/", says="cannot read /")
    broken = write("broken.json", '{ "smtplab": 1,\n  "titel": "x",\n  "hosts": { } }\n')
    ran = ends("check a broken one", 65, "check", broken, says='broken.json:2:3: error: ')
    test("check suggests", 'did you mean "title"' in ran.stderr, ran.stderr)
    test("check says where", "(at /titel)" in ran.stderr, ran.stderr)
    ends("check a broken and a missing one", 66, "check", broken, "nowhere.json")
    ends("run a broken one", 65, "run", broken, says="broken.json:2:3: error: ")
    ends("run an empty file", 65, "run", write("empty.json", ""), says="empty.json:1:1: error: ")
    ends("run what is no JSON", 65, "run", SMTPLAB, says=": error: ")
    with open(FIRST, encoding="utf-8") as f:
        ends("run standard input", 0, "run", "-", stdin=f)
    shown = ends("check --show-defaults", 0, "check", "--show-defaults", FIRST).stdout
    write("shown.json", shown)
    again = ends("what it shows is a scenario", 0, "check", "--show-defaults", "shown.json").stdout
    test("showing again shows the same", again == shown)
    test("defaults are written out", len(json.loads(shown)["hosts"]) >= len(json.load(open(FIRST))["hosts"]))
    ran = ends("--set changes a value", 0, "check", "--show-defaults", FIRST, "--set", "/title=Another")
    test("--set took it as a string", json.loads(ran.stdout)["title"] == "Another", ran.stdout[:200])
    ran = ends("--seed changes the seed", 0, "check", "--show-defaults", FIRST, "--seed", "42")
    test("--seed is written out", json.loads(ran.stdout)["seed"] == 42, ran.stdout[:200])
    ran = ends("--set with a bad value", 65, "run", FIRST, "--set", "/hosts=3", says=" error: ")
    test("--set with a bad value: its place", "/hosts" in ran.stderr, ran.stderr)


def new():
    ran = ends("new", 0, "new", "mine", says="smtplab run mine.json")
    test("new: no data on stdout", ran.stdout == "", ran.stdout)
    with open(ROOT + "/scenarios/smtplab.schema.json", "rb") as a, open("smtplab.schema.json", "rb") as b:
        test("new: the schema is the bundled one", a.read() == b.read())
    ends("new: its scenario is right", 0, "check", "mine.json", out="mine.json: ok")
    ends("new: its scenario delivers", 0, "run", "mine.json", out="bob@shop.example")
    before = os.stat("mine.json").st_mtime_ns
    ends("new with a space: what it says can be typed", 0, "new", "my lab", says='smtplab run "my lab.json"\n')
    os.remove("my lab.json")
    ends("new does not overwrite", 73, "new", "mine", says="mine.json is there already")
    test("new left the old one alone", os.stat("mine.json").st_mtime_ns == before)
    ends("new NAME.json is NAME", 73, "new", "mine.json", says="mine.json is there already")
    ends("new in a folder that is not there", 73, "new", "nowhere/mine", says="cannot create nowhere/mine.json")
    ends("new without a name in the folder", 64, "new", "folder/", says="is no name")
    ends("new with a second name", 0, "new", "other")
    test("new leaves only its files", sorted(os.listdir(".")) == ["mine.json", "other.json", "smtplab.schema.json"],
         os.listdir("."))


# ---- runs and outputs -----------------------------------------------------------------------------


def expectations():
    """A line for each, status 1 if one failed; what failed is said by a quiet run too."""
    with open(ROOT + "/scenarios/nobody-home.json", encoding="utf-8") as file:
        judged = write("judged.json", json.dumps(dict(json.load(file), expect=[
            {"id": "bob-has-it", "delivered": {"to": "bob@shop.example", "subject": "Is anybody there?", "copies": 1}},
            {"id": "report", "ndr": {"to": "alice@uni.example", "about": "nobody@shop.example", "status": "5.1.1"}}])))
    ran = ends("run judges what is expected", 0, "run", judged, out="Expected: 2 of 2 held, 2 of 2 points.")
    test("one that held is a line", "        held  report (1 point): " in ran.stdout, ran.stdout[-400:])
    test("and nothing is said besides", ran.stderr == "", ran.stderr)
    test("a quiet run that holds says nothing", lab("run", judged, "-q").stdout + ran.stderr == "")
    late = ("--set", "/expect/0/delivered/within=1ms", "--set", "/expect/0/say=too slow",
            "--set", '/expect/1/needs=["bob-has-it"]')
    ran = ends("an expectation fails", 1, "run", judged, *late, out="Expected: 0 of 2 held, 0 of 2 points.")
    story = " ".join(ran.stdout.split())
    test("what was wanted, what was found, and what it means", " failed bob-has-it (0 of 1 point): one letter with the "
         'subject "Is anybody there?" to bob@shop.example reaches a mailbox within 1 ms. But it came too late: too slow. '
         in story, story[-700:])
    test("the record that shows it", re.search(r"too slow\. record \d+ at 602\.\d+ ms, mail\.shop\.example: mail\.delivered",
                                               story), story[-700:])
    test("what needs it does not count", "not counted report (0 of 1 point)" in story and
         "But it needs what has not held: bob-has-it." in story, story[-400:])
    ran = ends("quiet, and an expectation fails", 1, "run", "-q", judged, *late)
    test("quiet: in one line", (ran.stdout, ran.stderr) == ("", 'smtplab: error: expectation "bob-has-it" failed: one '
         'letter with the subject "Is anybody there?" to bob@shop.example reaches a mailbox within 1 ms; but it came too '
         'late: too slow\n'), ran.stderr)
    ran = ends("data on stdout, the verdicts on stderr", 1, "run", judged, *late, "--trace", "-",
               says="Expected: 0 of 2 held")
    test("and the trace is whole", json.loads(ran.stdout)["footer"]["status"] == "complete")
    ends("layers change no verdict", 0, "run", judged, "-q", "--trace", "core.json", "--layers", "tcp", "--set",
         '/expect/2={"id":"r","happens":{"reply_to":"RCPT","code":550}}')
    os.remove("core.json")
    os.remove("judged.json")
    ran = ends("what nothing could fail is a warning", 0, "run", "-q", "my-first-letter", "--set",
               '/expect/1={"id":"n","not_relayed":{"from":"mail.shop.example"}}')
    test("to the letter", ran.stderr == 'smtplab: warning: expectation "n": nothing in this run could have made it fail\n',
         ran.stderr)
    ends("what --until leaves undecided has not failed", 0, "run", "my-first-letter", "--until", "1ms",
         out="unknown  arrives (0 of 1 point)")
    ends("what has failed by then has", 1, "run", "-q", "my-first-letter", "--until", "1s", "--set",
         '/expect/0={"id":"n","never":{"kind":"mail.delivered"}}', says="it happened once")
    ends("a limit is", 75, "run", "-q", "my-first-letter", "--set", "/limits/events=20", says="limit")
    plain = lab("run", "-q", FIRST, "--trace", "-").stdout
    taught = ends("a lesson changes nothing in a run", 0, "run", "-q", FIRST, "--trace", "-", "--set",
                  '/lesson={"cards":[{"title":"A","text":"B"}],"notes":[{"on":{"kind":"mail.ndr"},"say":"C"}],"prompts":[]}').stdout
    test("not one record", plain.splitlines()[1:] == taught.splitlines()[1:])


def outputs():
    ends("run tells the story", 0, "run", "first-letter", out="bob@")
    ran = ends("run without expectations", 0, "run", FIRST, "--set", "/expect=[]", out="bob@")
    test("run talks only when there is something to say", ran.stderr == "", ran.stderr)
    expectations()
    ends("run --quiet", 0, "run", FIRST, "--quiet")
    told = " ".join(lab("run", "backscatter").stdout.split())
    test("a status that all recipients share is told once",
         "not delivered to anna@shop.example and otto@shop.example, status 5.1.1. It travels" in told, told[:2000])
    test("run --quiet is quiet", lab("run", FIRST, "-q").stdout == "")
    ends("all outputs at once", 0, "run", FIRST, "--trace", "t.json", "--pcap", "t.pcap", "--mail", "mail",
         "--diagram", "t.mmd", "--seed", "7", "--until", "2h", "--set", "/title=T")
    with open("t.json", encoding="ascii") as f:
        trace = json.load(f)
    test("the trace is JSON and complete", trace["footer"]["status"] == "complete", trace["footer"])
    test("the trace names its seed", trace["header"]["seed"] == "7", trace["header"]["seed"])
    test("and what was typed to change it", trace["header"]["changed"] == "--seed 7 --set /title=T", trace["header"].keys())
    ends("a run of what was written", 0, "run", FIRST, "-q", "--trace", "plain.json")
    with open("plain.json", encoding="ascii") as f:
        test("was not changed", list(json.load(f)["header"]) == ["version", "seed", "layers", "scenario", "scenario_sha256"])
    ran = ends("diff reads both", 1, "diff", "t.json", "plain.json")
    test("and tells the seeds apart", "seed: 7 and 1" in ran.stdout, ran.stdout[:300])
    for form in ("json", "jsonl"):
        ends(f"exported as {form}", 0, "export", "t.json", "--to", form, "-o", "again.json")
        test("it is still said", '"changed":"--seed 7 --set /title=T"}' in open("again.json", encoding="ascii").readline())
    os.remove("plain.json")
    os.remove("again.json")
    test("the capture is one", open("t.pcap", "rb").read(4) == b"\x4d\x3c\xb2\xa1")
    boxes = glob.glob("mail/*/*.mbox")
    test("a mailbox is there", len(boxes) > 0 and open(boxes[0], "rb").read(5) == b"From ", boxes)
    test("the diagram is one", open("t.mmd", encoding="utf-8").readline().startswith("sequenceDiagram"))
    test("nothing else is left", sorted(os.listdir(".")) == ["mail", "t.json", "t.mmd", "t.pcap"], os.listdir("."))
    mask = os.umask(0)
    os.umask(mask)
    test("files have the usual mode", os.stat("t.json").st_mode & 0o777 == 0o666 & ~mask)

    box = open(boxes[0], "rb").read()
    ends("mailboxes again, in the same folder", 0, "run", FIRST, "-q", "--mail", "mail", "--set", "/title=T", "--seed", "7")
    test("mailboxes are replaced, not added to", open(boxes[0], "rb").read() == box)

    ran = ends("--trace - is data", 0, "run", FIRST, "--trace", "-")
    test("--trace - on stdout is the trace alone", json.loads(ran.stdout)["header"]["version"] != "")
    test("--trace - : the story is talk", "bob@" in ran.stderr, ran.stderr)
    ran = ends("--diagram - : the story is talk", 0, "run", FIRST, "--diagram", "-", says="bob@")
    test("--diagram - on stdout is the diagram alone", ran.stdout == open("t.mmd", encoding="utf-8").read()
         .replace("title: T", "title: The first letter: who is who") and "Outcome" not in ran.stdout, ran.stdout[-300:])
    ends("two outputs in one file", 64, "run", FIRST, "--trace", "both", "--pcap", "both",
         says="--trace and --pcap cannot both write to 'both'")
    ends("two outputs on stdout", 64, "run", FIRST, "--diagram", "-", "--trace", "-", says="cannot both write to '-'")
    ends("--trace x.jsonl", 0, "run", FIRST, "-q", "--trace", "t.jsonl")
    lines = open("t.jsonl", encoding="ascii").read().splitlines()
    test("JSON lines are JSON each", all(isinstance(json.loads(l), dict) for l in lines), lines[0][:80])
    ends("--layers", 0, "run", FIRST, "-q", "--trace", "core.jsonl", "--layers", "core")
    test("--layers writes less", 2 < len(open("core.jsonl").readlines()) < len(lines))

    ends("a scenario is no trace", 65, "export", FIRST, "--to", "html", says=f"{FIRST}:1:1: error: not a trace; ")
    for trace in ("t.json", "t.jsonl"):
        ran = ends(f"{trace} is no scenario", 65, "run", trace)
        test(f"{trace} is no scenario, in one line", ran.stderr == f"{trace}:1:1: error: this is a trace, not a "
             "scenario; `smtplab export` and `smtplab diff` read it\n", ran.stderr)

    for form, begins in (("json", '{"smtplab_trace"'), ("jsonl", '{"smtplab_trace"'), ("mbox", "From "),
                         ("mermaid", "sequenceDiagram"), ("html", "<!")):
        ran = ends(f"export --to {form}", 0, "export", "t.json", "--to", form)
        test(f"export --to {form} looks like it", ran.stdout.startswith(begins), ran.stdout[:80])
    ends("export --to pcap -o", 0, "export", "t.json", "--to", "pcap", "-o", "again.pcap")
    test("the capture is the same as that of run", open("again.pcap", "rb").read() == open("t.pcap", "rb").read())
    ends("export over its own input", 64, "export", "t.json", "--to", "html", "-o", "t.json", says="over itself")
    ends("a capture needs layers", 65, "export", "core.jsonl", "--to", "pcap", "-o", "no.pcap", says="without the layers")
    test("and is not made without them", not os.path.exists("no.pcap"))
    ends("export a missing trace", 66, "export", "nowhere.json", "--to", "json", says="cannot read nowhere.json")
    ends("export what is no trace", 65, "export", FIRST, "--to", "json", says=":1:")
    write("cut.jsonl", "\n".join(lines[:10]) + "\n")
    ends("export a trace without an end", 0, "export", "cut.jsonl", "--to", "mermaid", says="has no footer")
    write("bad.jsonl", "\n".join(lines[:5] + ['{"seq":"x"}'] + lines[6:]) + "\n")
    ends("a broken record: its line", 65, "export", "bad.jsonl", "--to", "json", "-o", "no.json", says="bad.jsonl:6:")
    test("and nothing is written", not os.path.exists("no.json"))

    ends("diff: the same", 0, "diff", "t.jsonl", "t.jsonl")
    lab("run", FIRST, "-q", "--trace", "u.json", "--set", "/timeline/0/send/subject=Other")
    ran = ends("diff: another", 1, "diff", "t.jsonl", "u.json")
    test("diff says what differs", "Other" in ran.stdout, ran.stdout)
    ends("diff: a missing one", 66, "diff", "t.jsonl", "nowhere.json", says="cannot read nowhere.json")


def statuses():
    ends("--until is no limit", 0, "run", FIRST, "-q", "--until", "1ms", "--trace", "until.json")
    test("--until: complete", json.load(open("until.json"))["footer"]["status"] == "complete")
    ran = ends("a limit of events", 75, "run", FIRST, "--trace", "limit.json", "--set", "/limits/events=20",
               says="stopped at a limit")
    test("a limit: the trace says so", json.load(open("limit.json"))["footer"]["status"] == "limit")
    test("a limit: the story is told", ran.stdout != "")
    ends("a limit of time", 75, "run", FIRST, "-q", "--set", "/limits/time=1ms", says="stopped at a limit")
    before = sorted(os.listdir("."))
    for option in ("--trace", "--pcap", "--diagram", "--mail"):
        ends(f"{option} into a folder that is not there", 73, "run", FIRST, option, "nowhere/x", says="cannot create nowhere/x")
        ends(f"{option} below a file", 73, "run", FIRST, option, "until.json/x", says="cannot create")
    ends("--trace onto a folder", 73, "run", FIRST, "--trace", ".", says="cannot create")
    ends("--mail onto a file", 73, "run", FIRST, "--mail", "until.json", says="cannot create until.json")
    for option in ("--trace", "--pcap", "--diagram"):
        ends(f"{option} on a full device", 74, "run", FIRST, option, "/dev/full", says="cannot write /dev/full")
    ran = ends("one output fails: none appears", 74, "run", FIRST, "--trace", "whole.json", "--pcap", "/dev/full")
    test("and no story is told as if all were well", ran.stdout == "", ran.stdout)
    ends("the last cannot be created: none appears", 73, "run", FIRST, "--trace", "whole.json", "--pcap", "nowhere/x")
    test("no half-written file, no hidden one", sorted(os.listdir(".")) == before, os.listdir("."))
    with open("/dev/full", "w", encoding="ascii") as full:
        for arguments in (["list"], ["version"], ["--help"], ["explain", "550"], ["run", FIRST],
                          ["run", FIRST, "--trace", "-"], ["check", "--show-defaults", FIRST],
                          ["export", "until.json", "--to", "json"]):
            ends(f"stdout on a full device: {arguments[0]} {arguments[-1]}", 74, *arguments, stdout=full, says="cannot write")
    write("old.json", "precious")
    ends("an old file is replaced as a whole", 0, "run", FIRST, "-q", "--trace", "old.json")
    test("and is the new one", open("old.json").read(16).startswith('{"smtplab_trace"'))
    write("old.json", "precious")
    ends("an old file stays when the run fails", 74, "run", FIRST, "--trace", "old.json", "--pcap", "/dev/full")
    test("and is still the old one", open("old.json").read() == "precious")


LONG = {  # letters for simulated years: only a signal ends it soon
    "smtplab": 1, "title": "long", "limits": {"time": "3650d", "events": 2000000000},
    "hosts": {"alice-pc": {"mua": {"mailbox": "alice@uni.example", "server": "mail.uni.example"}},
              "mail.uni.example": {"msa": {}, "mta": {}, "mda": {"mailboxes": ["alice", "bob"]}}},
    "timeline": [{"at": "0s", "on": "alice-pc", "send": {"to": "bob@uni.example", "subject": "Hi", "times": 1000000, "every": "1s"}}],
}


def signals():
    write("long.json", json.dumps(LONG))
    checked = lab("check", "long.json")
    test("the long scenario is one", checked.returncode == 0, checked.stderr)
    before = sorted(os.listdir("."))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with subprocess.Popen([SMTPLAB, "run", "long.json", "--trace", "long.jsonl", "--mail", "mail", "--pcap", "p"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
            for _ in range(200):
                if any(name.startswith(".long.jsonl.") for name in os.listdir(".")) and any(
                        name.startswith(".p.") for name in os.listdir(".")):
                    break
                try:
                    program.wait(0.05)
                except subprocess.TimeoutExpired:
                    pass
            program.send_signal(number)
            try:
                program.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                program.kill()
            test(f"{number.name} ends it as a signal does", program.returncode == -number, program.returncode)
        test(f"{number.name}: nothing is left", sorted(os.listdir(".")) == before, os.listdir("."))
    ran = subprocess.run(["bash", "-c", f'"{SMTPLAB}" run long.json --trace - --pcap p 2>err | head -3 >got; '
                          'echo ${PIPESTATUS[0]}'], stdout=subprocess.PIPE, text=True, check=False, timeout=60)
    test("a reader that leaves ends it as SIGPIPE does", ran.stdout.strip() == "141",
         ran.stdout + open("err").read())
    test("a reader that leaves is no error to talk of", open("err").read() == "", open("err").read())
    test("a reader that leaves got its lines", len(open("got").readlines()) == 3)
    os.remove("err")
    os.remove("got")
    test("and nothing is left", sorted(os.listdir(".")) == before, os.listdir("."))


def colours():
    def on_terminal(**variables):
        environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")} | variables
        master, slave = pty.openpty()
        with subprocess.Popen([SMTPLAB, "run", "nowhere.json"], stdin=subprocess.DEVNULL, stdout=slave, stderr=slave,
                              env=environment) as program:
            os.close(slave)
            seen = b""
            while True:
                try:
                    more = os.read(master, 4096)
                except OSError:
                    break
                if not more:
                    break
                seen += more
            program.wait()
        os.close(master)
        return b"\x1b[" in seen and b"nowhere.json" in seen

    try:
        os.close(pty.openpty()[1])
    except OSError:
        print("no terminal can be had here: colours are not tested")
        return
    test("colour on a terminal", on_terminal(TERM="xterm"))
    test("no colour with NO_COLOR", not on_terminal(TERM="xterm", NO_COLOR="1"))
    test("an empty NO_COLOR does not count", on_terminal(TERM="xterm", NO_COLOR=""))
    test("no colour on a dumb terminal", not on_terminal(TERM="dumb"))
    test("no colour in a pipe", "\x1b[" not in lab("run", "nowhere.json", env=dict(os.environ, TERM="xterm")).stderr)


# ---- documents ------------------------------------------------------------------------------------


def documents():
    page = open(ROOT + "/assets/smtplab.1", encoding="utf-8").read()
    sections = dict(re.findall(r"^\.Ss (\w+)\n(.*?)(?=^\.S[sh] )", page, re.M | re.S))
    for command in COMMANDS:
        described = set(re.findall(r"^\.It Fl (?:\w , )?-([a-z-]+)", sections.get(command, ""), re.M))
        test(f"man page and --help of {command} agree", described == options_of(command),
             f"man page {sorted(described)}, help {sorted(options_of(command))}")
        synopsis = re.search(rf"^\.Cm {command}\n(.*?)(?=^\.Nm|^\.Sh)", page, re.M | re.S).group(1)
        test(f"synopsis of {command} agrees", set(re.findall(r"Fl -([a-z-]+)", synopsis)) == options_of(command), synopsis)
    # F1 is made of the same table (render/widgets/action.h).
    with open(ROOT + "/render/widgets/action.h", encoding="utf-8") as f:
        table = re.findall(r'X\((?!NONE|SUFFIX)\w+, "([^"]+)", (\w+), "([^"]*)"', f.read())
    listed = re.findall(r"^\.It Cm ([a-z-]+)((?: Ar \w+)?)\n(.*)\.$", sections["view"], re.M)
    takes = {"NOTHING": "", "NUMBER": " Ar N", "TEXT": " Ar TEXT"}
    keys = [(name, argument, (re.search(r" \(([^()]*)\)$", words.replace("\\-", "-")) or ["", ""])[1]) for name, argument, words in listed]
    test("man page has every action and its keys", len(table) > 50 and keys == [(name, takes[takes_what], k) for name, takes_what, k in table],
         set(keys) ^ {(name, takes[takes_what], k) for name, takes_what, k in table})
    with open(ROOT + "/README.md", encoding="utf-8") as f:
        known = {key for _, _, k in table for key in k.split()}
        named = set(re.findall(r"`([A-Z])`|\b(Ctrl\+[A-Z])\b|\b(F\d+|Space|PageDown|PageUp|End|Home)\b", f.read().split("## The window")[1].split("\n## ")[0]))
        named = {key for keys_found in named for key in keys_found if key}
        test("README names keys that there are", named and named <= known, named - known)
    for status in (0, 1, 64, 65, 66, 70, 73, 74, 75):
        test(f"man page has status {status}", f"\n.It {status}\n" in page)
    for command in LATER:
        test(f"man page says that {command} is not built yet", f"\n.Cm {command}" in page.split(".Ss Named, not built yet")[1])
    lint = subprocess.run(["mandoc", "-Tlint", "-W", "warning", ROOT + "/assets/smtplab.1"], capture_output=True, text=True, check=False)
    test("man page has no mistakes", lint.returncode == 0, lint.stdout)
    complete = 'PATH="%s:$PATH"; source "%s/assets/completion.bash"; COMP_WORDS=(%s); COMP_CWORD=%d; _smtplab; echo "${COMPREPLY[*]}"'
    for words, want in ((["smtplab", "ex"], "export"), (["smtplab", "run", "--tr"], "--trace"),
                        (["smtplab", "run", "first-l"], "first-letter"), (["smtplab", "export", "x", "--to", "mer"], "mermaid"),
                        (["smtplab", "check", "--sh"], "--show-defaults")):
        script = complete % (os.path.dirname(SMTPLAB), ROOT, " ".join(f"'{w}'" for w in words), len(words) - 1)
        ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
        test(f"bash completes {' '.join(words)}", want in ran.stdout.split(), ran.stdout + ran.stderr)


def install():
    here = os.getcwd()
    ran = subprocess.run(["make", "-s", "-C", ROOT, "install", f"DESTDIR={here}/dest", "PREFIX=/opt/lab",
                          f"BUILD={os.environ.get('BUILD', 'build')}"], capture_output=True, text=True, check=False)
    test("make install", ran.returncode == 0, ran.stdout + ran.stderr)
    program = here + "/dest/opt/lab/bin/smtplab"
    test("the installed one finds its scenarios",
         subprocess.run([program, "list"], capture_output=True, text=True, check=False).stdout == lab("list").stdout)
    test("and runs one by name",
         subprocess.run([program, "run", "first-letter"], capture_output=True, text=True, check=False).stdout
         == lab("run", "first-letter").stdout)
    ran = subprocess.run([program, "view", "first-letter", "--png", "x.png", "--at", "9s"], capture_output=True, text=True, check=False)
    test("the installed window finds its icons and draws", ran.returncode == 0 and os.path.getsize("x.png") > 20000, ran.stderr)
    for name in ("bin/smtplab-view", "lib/libsmtplab.a", "share/man/man1/smtplab.1", "share/smtplab/scenarios/smtplab.schema.json",
                 "include/smtplab/sim/lab.h", "lib/pkgconfig/smtplab.pc"):
        test(f"installed: {name}", os.path.exists(f"{here}/dest/opt/lab/{name}"))
    write("use.c", '#include "sim/lab.h"\n#include "sim/version.h"\n#include <stdio.h>\n'
          'int main(void)\n{\n    struct memory m;\n    struct scenario s;\n    memory_init(&m, 0);\n'
          '    scenario_read(&s, &m, text_of("{}"), text_of("x"), NULL);\n'
          '    printf("%s %u\\n", SMTPLAB_VERSION, (unsigned)s.mistakes.errors);\n    scenario_free(&s);\n    memory_end(&m);\n}\n')
    built = subprocess.run(
        f"cc -std=c11 -Wall -Werror -I{here}/dest/opt/lab/include/smtplab use.c -o use -L{here}/dest/opt/lab/lib -lsmtplab "
        f"$(pkg-config --libs libcjson libcrypto libidn2) {os.environ.get('USE_CFLAGS', '')} && ./use",
        shell=True, capture_output=True, text=True, check=False)
    if "asan" not in os.environ.get("BUILD", ""):
        test("a program builds against what is installed", built.returncode == 0 and built.stdout.startswith("0."), built.stderr)
    ran = subprocess.run(["make", "-s", "-C", ROOT, "uninstall", f"DESTDIR={here}/dest", "PREFIX=/opt/lab"],
                         capture_output=True, text=True, check=False)
    left = [os.path.join(d, f) for d, _, files in os.walk("dest") for f in files]
    test("make uninstall leaves nothing", ran.returncode == 0 and left == [], left)


sys.exit(run_parts(usage, small_commands, scenarios, new, outputs, statuses, signals, colours, documents, install))
