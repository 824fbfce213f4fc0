#!/usr/bin/python3
"""smtplab view without a display: the same messages and statuses as the other commands, pictures, films,
scripts and their log, answers; and that what is written is whole or is not there."""
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

from script_lab import need_pictures, run_parts, test

need_pictures()
from PIL import Image

SMTPLAB = os.path.abspath(os.environ.get("SMTPLAB", "build/smtplab"))
ROOT = os.getcwd()
QUIET = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}


def view(*arguments, command="view", **options):
    options.setdefault("env", QUIET)
    return subprocess.run([SMTPLAB, command, *arguments], capture_output=True, text=True, check=False, timeout=300,
                          stdin=subprocess.DEVNULL, **options)


def ends(name, status, *arguments, says="", **options):
    ran = view(*arguments, **options)
    test(name, ran.returncode == status and says in ran.stderr, f"{' '.join(arguments)}: {ran.returncode} {ran.stderr!r}")
    return ran


def write(name, text):
    with open(name, "w", encoding="utf-8") as f:
        f.write(text)
    return name


# ---- the same as the other commands ---------------------------------------------------------------


def messages():
    with open(ROOT + "/scenarios/first-letter.json", encoding="utf-8") as f:
        broken = write("broken.json", f.read().replace('"server"', '"sever"'))
    for what in (broken, write("empty.json", ""), "nowhere.json", "nosuch", "frist-letter"):
        one, other = view(what, "--png", "x.png"), view(what, command="check")
        test(f"{what} is refused as check refuses it", (one.returncode, one.stderr) == (other.returncode, other.stderr)
             and one.returncode in (65, 66), (one.returncode, one.stderr, other.stderr))
    write("bridge.json", '{"smtplab":1,"hosts":{"a":{"bridge":{"to":"127.0.0.1:25"}}}}')
    one, other = view("bridge.json", "--png", "x.png"), view("bridge.json", command="run")
    test("what is not built yet is told as run tells it", (one.returncode, one.stderr) == (other.returncode, other.stderr), one.stderr)
    write("cut.json", '{"smtplab_trace":1,')
    test("a broken trace is refused as export refuses it",
         view("cut.json", "--png", "x.png").stderr == view("cut.json", "--to", "jsonl", command="export").stderr, view("cut.json", "--png", "x.png").stderr)
    for arguments, says in ((["--size", "12"], "--size wants"), (["--theme", "drak"], "did you mean 'dark'"), (["--text", "9"], "--text wants"),
                            (["--at", "soon"], "--at wants"), (["--at", "1s", "--record", "3"], "both"), (["--record", "x"], "--record wants"),
                            (["--record", "99999999"], "no record"), (["--speed", "0"], "--speed wants"), (["--fps", "0", "--video", "x.mp4"], "--fps wants"),
                            (["--video", "x.avi"], ".mp4, .webm or .gif"), (["--for", "0s", "--frames", "d"], "--for wants"),
                            (["--seed", "x"], "--seed wants"), (["--pgn", "x"], "did you mean --png")):
        ends(f"usage: {' '.join(arguments)}", 64, "first-letter", "--png", "x.png", *arguments, says=says)
    ends("no display", 66, "first-letter", says="--png and --video need no display")
    ends("--set changes what is shown", 0, "first-letter", "--set", "/timeline/0/send/to=alice@uni.example", "--png", "set.png")
    test("nothing else was written", sorted(os.listdir(".")) == ["bridge.json", "broken.json", "cut.json", "empty.json", "set.png"], os.listdir("."))
    os.makedirs("alone")
    shutil.copy(SMTPLAB, "alone/smtplab")
    ran = subprocess.run(["alone/smtplab", "view", "x"], capture_output=True, text=True, check=False, env={"PATH": "/nowhere"})
    test("where there is no window, it says so", ran.returncode == 66 and "there is no window here" in ran.stderr, ran.stderr)


# ---- pictures and films ---------------------------------------------------------------------------


def same(a, b):
    with open(a, "rb") as f, open(b, "rb") as g:
        return f.read() == g.read()


def pictures():
    for n, (size, theme) in enumerate((((1600, 900), "light"), ((1280, 720), "dark"), ((1000, 800), "contrast"))):
        ends(f"a picture {size} {theme}", 0, "two-of-three", "--png", f"{n}.png", "--at", "20s", "--size", f"{size[0]}x{size[1]}", "--theme", theme)
        test("of that size", Image.open(f"{n}.png").size == size, Image.open(f"{n}.png").size)
    view("two-of-three", "--png", "again.png", "--at", "20s")
    test("the same picture each time", same("0.png", "again.png"))
    view("two-of-three", "--trace", "t.json", "-q", command="run")
    ends("a saved trace", 0, "t.json", "--png", "trace.png", "--at", "20s")
    test("gives the same picture without its scenario", same("0.png", "trace.png"))
    for change in (("--seed", "5"), ("--set", "/seed=5")):
        ends(f"a trace is what it is: {change[0]}", 64, "t.json", "--png", "x.png", *change, says="t.json is a trace")
    # A run that was changed asks nothing, wherever it was made, and its first card says why.
    write("asked.txt", "skip\nwait 600000\n")
    for name, change in (("seed", ("--seed", "7")), ("set", ("--set", "/internet/latency=60ms"))):
        view("two-of-three", *change, "--trace", f"{name}.json", "-q", command="run")
        for what in ((f"{name}.json",), ("two-of-three", *change)):
            ends(f"a film of {' '.join(what)}", 0, *what, "--png", f"{name}-card.png")
            ends("plays", 0, *what, "--script", "asked.txt", "--log", "log.txt")
            with open("log.txt", encoding="utf-8") as f:
                lines = f.read().splitlines()
            test("to its end without a question", len(lines) == 2 and "stopped" in lines[1] and "question" not in lines[1], lines)
        ends("the first card of the trace", 0, f"{name}.json", "--png", "card.png")
        test("is that of the run", same("card.png", f"{name}-card.png"))
    ends("answers that could not be kept", 73, "two-of-three", "--png", "x.png", "--answers", "no/answers.json", says="cannot create no/answers.json")
    ends("a picture that cannot be written", 73, "two-of-three", "--png", "no/where.png", says="cannot create no/where.png")
    ends("the gallery", 0, "--png", "gallery.png")
    test("has many colours", len(Image.open("gallery.png").convert("RGB").quantize(256).getcolors()) > 20)


    with open(ROOT + "/Makefile", encoding="utf-8") as f:
        shown = int(re.search(r"^DEMO_RECORD = (\d+)$", f.read(), re.M).group(1))
    view("first-letter", "--trace", "letter.json", "-q", command="run")
    with open("letter.json", encoding="utf-8") as f:
        record = next(e for e in json.load(f)["events"] if e["seq"] == shown)
    test("make demo draws the hand-over from site to site", (record["kind"], record["host"]) == ("custody.opened", "mx.shop.example")
         or record["kind"] == "custody.overlap" and record["host"] == "mx.shop.example", record)


def probe(path):
    ran = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-show_entries",
                          "stream=width,height,avg_frame_rate,nb_read_frames,pix_fmt,color_space", "-of", "json", path],
                         capture_output=True, text=True, check=False)
    return json.loads(ran.stdout)["streams"][0]


TWO_LETTERS = """{ "smtplab": 1, "title": "Two letters",
  "hosts": { "alice-pc": { "mua": { "mailbox": "alice@uni.example", "server": "mail.uni.example" } },
             "mail.uni.example": { "msa": {}, "mta": {}, "mda": { "mailboxes": ["alice"] } },
             "mail.shop.example": { "mta": {}, "mda": { "mailboxes": ["bob"] } } },
  "timeline": [ { "at": "0s", "on": "alice-pc", "send": { "to": "bob@shop.example", "subject": "One" } },
                { "at": "1m", "on": "alice-pc", "send": { "to": "bob@shop.example", "subject": "Two" } } ],
  "expect": [ { "id": "arrives", "delivered": { "to": "bob@shop.example", "subject": "Two" } } ] }
"""


def films():
    ends("numbered pictures", 0, "first-letter", "--frames", "pictures", "--for", "500ms", "--fps", "10", "--size", "640x360", "--at", "8s")
    test("as many as asked for", sorted(os.listdir("pictures")) == [f"frame-{n:06}.png" for n in range(1, 7)], os.listdir("pictures"))
    test("they move", not same("pictures/frame-000001.png", "pictures/frame-000006.png"))
    for name, fps in (("film.mp4", 30), ("film.webm", 30), ("film.gif", 15)):
        ends(name, 0, "first-letter", "--video", name, "--for", "1s", "--size", "641x361")
        seen = probe(name)
        wide = 642 if name == "film.mp4" else 641
        test(f"{name} is a film", int(seen["nb_read_frames"]) == fps + 1 and int(seen["width"]) == wide, seen)
        if name == "film.mp4":
            test("its colours are named", seen["color_space"] == "bt709" and seen["pix_fmt"] == "yuv420p", seen)
    os.makedirs("empty")
    # Only the programs that the dynamic loader does not need are away.
    ends("without ffmpeg", 66, "first-letter", "--video", "none.mp4", "--for", "1s", says="a video needs ffmpeg", env={**QUIET, "PATH": os.getcwd() + "/empty"})
    ends("a film nowhere", 73, "first-letter", "--video", "no/film.mp4", says="cannot create")
    # Its own words, the last of them; and nothing stays.
    os.makedirs("bin")
    write("bin/ffmpeg", "#!/bin/sh\nfor i in $(seq 2000); do echo line $i of many >&2; done\necho no such codec >&2\nexit 3\n")
    os.chmod("bin/ffmpeg", 0o755)
    ran = ends("an ffmpeg that fails", 74, "first-letter", "--video", "failed.mp4", "--for", "1s", says="ffmpeg could not make failed.mp4",
               env={**QUIET, "PATH": os.getcwd() + "/bin:" + os.environ["PATH"]})
    test("says why in its own words", "ffmpeg: no such codec\n" in ran.stderr and "line 1 of" not in ran.stderr and
         all(line.startswith(("smtplab", "ffmpeg: line ", "ffmpeg: no such")) for line in ran.stderr.splitlines()), ran.stderr)
    test("leaves no film", not [n for n in os.listdir(".") if "failed" in n], os.listdir("."))
    program = subprocess.Popen([SMTPLAB, "view", "too-late", "--video", "long.mp4", "--frames", "long"], env=QUIET, stderr=subprocess.DEVNULL)
    time.sleep(1)
    program.send_signal(signal.SIGTERM)
    test("a film that is stopped ends by the signal", program.wait(30) == -signal.SIGTERM, program.returncode)
    test("nothing half written stays", not [n for n in os.listdir(".") if "long" in n or n.startswith(".")], os.listdir("."))
    ends("a ladder", 0, "first-letter", "--ladder", "ladder.svg")
    with open("ladder.svg", encoding="utf-8") as f:
        test("is a drawing", f.read(200).lstrip().startswith(("<?xml", "<svg")))
    write("two.json", TWO_LETTERS)
    view("two.json", "-q", "--trace", "two-trace.json", command="run")
    with open("two-trace.json", encoding="utf-8") as f:
        composed = [e["seq"] for e in json.load(f)["events"] if e["kind"] == "mail.composed"]
    for name, which in (("none", ()), ("first", ("--message", "alice-pc.1")), ("second", ("--message", "alice-pc.2")),
                        ("there", ("--record", str(composed[1] + 1))), ("both", ("--record", str(composed[1]), "--message", "alice-pc.1"))):
        ends(f"the ladder of two: {name}", 0, "two.json", "--ladder", f"{name}.svg", *which)
    test("without a choice the first message's", same("none.svg", "first.svg") and same("both.svg", "first.svg"))
    test("--record chooses the message that is in view there", same("there.svg", "second.svg") and not same("first.svg", "second.svg"))
    os.remove("none.svg")
    ends("no such message", 64, "two.json", "--ladder", "none.svg", "--message", "bob-pc.1", says="no message bob-pc.1; there are alice-pc.1, alice-pc.2")
    ends("a moment before any message", 64, "two.json", "--ladder", "none.svg", "--record", "1", says="no message is in view there; there are alice-pc.1")
    ends("nobody writes", 64, "two.json", "--ladder", "none.svg", "--set", "/timeline=[]", "--set", "/expect=[]", says="no message; there are none")
    ends("a message without a ladder", 64, "two.json", "--message", "alice-pc.1", "--png", "x.png", says="there is no --ladder")
    test("is not written, nor are those", not os.path.exists("none.svg") and not os.path.exists("x.png"))
    ends("a ladder of another kind", 64, "first-letter", "--ladder", "ladder.pdf", says="ends in .svg or .png")
    test("is not written", not os.path.exists("ladder.pdf"))


# ---- places ---------------------------------------------------------------------------------------


def where_hosts_are(scenario):
    """The middle of each host, by feeling for it: host -> x, y in shares of the map."""
    wide, high, step = 760, 340, 20
    found = {}
    with open("feel.txt", "w", encoding="utf-8") as f:
        points = [(x, y) for y in range(110, 110 + high, step) for x in range(20, 20 + wide, step)]
        for n, (x, y) in enumerate(points):
            f.write(f"seek {n % 2}\nclick {x} {y}\nkey Escape\n")
    view(scenario, "--no-prompts", "--script", "feel.txt", "--log", "feel.log", "--size", "1280x720", "--still")
    at = -1
    with open("feel.log", encoding="utf-8") as f:
        for line in f:
            words = line.split()
            if words[1] == "seek":
                at += 1
            elif words[1] == "host" and "host" in words[3:]:
                found.setdefault(words[words.index("host", 3) + 1], []).append(points[at])
    return {host: (sum(x for x, _ in p) / len(p) / wide, (sum(y for _, y in p) / len(p) - 110) / high) for host, p in found.items()}


def places():
    """A host stands where its scenario says: hundredths from the left and from the top."""
    asked = {"alice-pc": [85, 25], "mail.uni.example": [85, 75], "mail.shop.example": [15, 50]}
    scenario = json.loads(TWO_LETTERS)
    for host, place in asked.items():
        scenario["hosts"][host]["position"] = place
    write("placed.json", json.dumps(scenario))
    ends("positions are right", 0, "placed.json", command="check")
    seen = where_hosts_are("placed.json")
    for host, (x, y) in asked.items():
        there = seen.get(host, (9, 9))
        test(f"{host} stands at {x}, {y}", abs(there[0] - x / 100) < 0.12 and abs(there[1] - y / 100) < 0.17, there)
    test("who has none finds a place", "ns" in seen, seen)


# ---- what cannot be written -----------------------------------------------------------------------


def small_files():
    # Files of more than 100 octets are refused, without the signal that would end the program.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


def unwritable():
    """73: it cannot be created; 74: it can, but the writing fails."""
    write("file", "")
    os.symlink("/dev/full", "full.svg")
    write("save.txt", "seek 9000\nwhat-if\nkey 2\nsave changed.json\n")
    write("save-below.txt", "seek 9000\nwhat-if\nkey 2\nsave file/changed.json\n")
    write("save-full.txt", "seek 9000\nwhat-if\nkey 2\nsave /dev/full\n")
    write("picture-full.txt", "picture /dev/full\n")
    write("picture-below.txt", "picture file/x.png\n")
    write("answer.txt", "skip\nwait 60000\nanswer 1\n")
    for arguments in (["--png", "file/x.png"], ["--png", "."], ["--frames", "file/x", "--for", "100ms"], ["--frames", "file", "--for", "100ms"],
                      ["--video", "file/x.mp4", "--for", "100ms"], ["--ladder", "file/x.svg"], ["--ladder", "file/x.png"],
                      ["--answers", "file/x", "--png", "x.png"], ["--answers", ".", "--png", "x.png"], ["--log", "file/x", "--png", "x.png"],
                      ["--script", "save-below.txt"], ["--script", "picture-below.txt"]):
        ends(f"cannot be created: {' '.join(arguments)}", 73, "first-letter", *arguments, says="cannot create")
    for arguments in (["--png", "/dev/full"], ["--ladder", "full.svg"], ["--answers", "/dev/full", "--script", "answer.txt"],
                      ["--log", "/dev/full", "--script", "answer.txt"], ["--script", "save-full.txt"], ["--script", "picture-full.txt"]):
        ends(f"cannot be written: {' '.join(arguments)}", 74, "first-letter", *arguments, says="No space left")
    os.remove("full.svg")
    for arguments in (["--png", "x.png"], ["--frames", "x", "--for", "100ms"], ["--video", "x.mp4", "--for", "100ms"], ["--ladder", "x.svg"],
                      ["--script", "save.txt"], ["--script", "answer.txt", "--answers", "x.json"]):
        ends(f"breaks off: {' '.join(arguments)}", 74, "first-letter", *arguments, preexec_fn=small_files)
    left = sorted(name for name in os.listdir(".") if not name.endswith(".txt"))
    test("nothing half written stays", left == ["file"], left)
    test("nor has what was there changed", os.path.getsize("file") == 0)


# ---- scripts --------------------------------------------------------------------------------------

LESSON = """# a lesson, as a class sees it
next
skip
wait 60000
answer 1
vote
answer 2
reveal
next
play
picture answered.png
next-hop
wait 5000
key Shift+H
type /550
key Escape
type /queued
key Return
speak
"""


def scripts():
    write("lesson.txt", LESSON)
    ran = view("first-letter", "--script", "lesson.txt", "--log", "log.txt", "--answers", "answers.json", "--size", "800x450")
    test("a line that is no action ends it", ran.returncode == 65 and 'lesson.txt:19: error: no action "speak"' in ran.stderr, ran.stderr)
    with open("log.txt", encoding="utf-8") as f:
        lines = [line.split(" ", 1)[1].split(":")[0] for line in f]
    want = ["next", "skip", "stopped", "answer 1", "vote", "answer 2", "reveal", "next", "play", "picture answered.png", "next-hop", "stopped",
            "back-hop", "search", "release", "search", "search queued"]
    test("the log says what was done", lines == want, lines)
    with open("answers.json", encoding="utf-8") as f:
        answers = json.load(f)
    view("first-letter", "-q", "--trace", "t.jsonl", command="run")
    with open("t.jsonl", encoding="utf-8") as f:
        footer = json.loads(f.readlines()[-1])["footer"]
    test("the answers name the trace", answers["trace_sha256"] == footer["events_sha256"], answers)
    test("and both votes", [(a["vote"], a["choice"]) for a in answers["answers"]] ==
         [(1, "submit.uni.example"), (2, "mail.uni.example")], answers)
    write("film.txt", "skip\nwait 1000\nnext-reply\nwait 1000\n")
    ends("a film of a script", 0, "first-letter", "--script", "film.txt", "--frames", "script", "--fps", "10", "--size", "640x360")
    test("is as long as its waits", len(os.listdir("script")) == 20, os.listdir("script"))
    write("change.txt", 'seek 9000\nwhat-if\nkey 2\nsave changed.json\n')
    ends("a change", 0, "first-letter", "--no-prompts", "--script", "change.txt")
    ends("is saved as a scenario", 0, "changed.json", command="check")
    with open("changed.json", encoding="utf-8") as f:
        lesson = json.load(f)["lesson"]
    test("with the lesson's cards, without its questions", "cards" in lesson and "prompts" not in lesson, list(lesson))
    write("bad.txt", 'do { "at": "1s", "on": "nobody", "stop": true }\n')
    ends("a change that cannot be is told", 65, "first-letter", "--script", "bad.txt", says="bad.txt:1: error: that cannot be")


sys.exit(run_parts(messages, pictures, films, places, unwritable, scripts))
