#!/usr/bin/env python3
"""The window itself, under Xvfb, by keys and clicks of xdotool: a lesson is played, its questions are
answered, one seeks, changes something, compares and saves; what --log writes is what is expected, and
what was saved is a scenario whose run is the one that was watched.  Screenshots stay in
$BUILD/screens."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

from script_lab import exit_status, test

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
SMTPLAB = os.path.abspath(os.environ.get("SMTPLAB", BUILD + "/smtplab"))
SCREENS = BUILD + "/screens"
WIDTH, HEIGHT = 1280, 720


def start_display():
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x900x24", "-nolisten", "tcp"],
                              pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as f:
        os.environ["DISPLAY"] = ":" + f.readline().strip()
    return server


class Window:
    """smtplab-view with its log, which is read line by line as it grows."""

    def __init__(self, *arguments):
        self.log = open("log", "w+", encoding="utf-8")
        # Of leaks, what belongs to others is left alone; a driver for graphics would have its own.
        with open("leaks", "w", encoding="utf-8") as f:
            f.write("leak:libdbus\nleak:libfontconfig\nleak:libX\n")
        if "san" in os.path.basename(BUILD) or "asan" in SMTPLAB:
            os.environ.update(LSAN_OPTIONS="suppressions=" + os.path.abspath("leaks") + ":print_suppressions=0", SDL_RENDER_DRIVER="software", SDL_FRAMEBUFFER_ACCELERATION="0")
        self.program = subprocess.Popen([SMTPLAB, "view", *arguments, "--log", "log", "--size", f"{WIDTH}x{HEIGHT}"],
                                        stderr=subprocess.PIPE, text=True)
        self.lines = []
        found = subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--name", "smtplab"],
                               capture_output=True, text=True, timeout=30, check=False)
        self.window = found.stdout.split()[0] if found.stdout else None
        subprocess.run(["xdotool", "windowfocus", self.window], check=False)
        time.sleep(0.3)

    def until(self, wanted, seconds=30):
        """The next line of the log that has it; the lines before are passed over."""
        begin, half = time.monotonic(), ""
        while time.monotonic() < begin + seconds:
            line = self.log.readline()
            half += line
            if not line.endswith("\n"):
                time.sleep(0.01)
                continue
            line, half = half.rstrip("\n").split(" ", 1)[1], ""
            self.lines.append(line)
            if re.search(wanted, line):
                return line
        return ""

    def does(self, name, wanted, *command):
        subprocess.run(["xdotool", *command], check=False, stderr=subprocess.DEVNULL)
        line = self.until(wanted, 20)
        test(name, line != "", f"xdotool {' '.join(command)}: no {wanted!r} in {self.lines[-5:]}")
        return line

    def key(self, key, wanted):
        return self.does(f"key {key}: {wanted}", wanted, "key", key)

    def screenshot(self, name):
        time.sleep(0.15)
        subprocess.run(["ffmpeg", "-loglevel", "error", "-y", "-f", "x11grab", "-video_size", "1600x900", "-i",
                        os.environ["DISPLAY"], "-frames:v", "1", f"{SCREENS}/{name}.png"], check=False)
        test(f"screenshot {name}", os.path.exists(f"{SCREENS}/{name}.png"))

    def end(self):
        try:
            _, said = self.program.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.program.kill()
            _, said = self.program.communicate()
        test("the window ends with 0", self.program.returncode == 0, f"{self.program.returncode} {said}")
        test("and says nothing", said == "", said)
        return said


def place(w, x, y):
    """A point of the window, whose own place on the screen is not ours to choose."""
    return ["mousemove", "--window", w.window, str(int(x)), str(int(y))]


def play_a_lesson():
    w = Window("first-letter", "--answers", "answers.json")
    test("there is a window", w.window is not None)
    w.screenshot("cards")
    w.key("Return", "^reveal: .* card 1$")
    w.key("Page_Down", "^next-stop: .* card 2$")
    w.key("Page_Up", "^back-stop: .* card 1$")
    w.key("x", "^skip: .* playing$")
    w.key("plus", "^faster: ")
    w.key("plus", "^faster: ")
    w.key("plus", "^faster: ")
    w.key("plus", "^faster: ")
    test("it stops at the first question by itself", w.until("^stopped: .* paused question who-crosses$", 60) != "", w.lines)
    w.screenshot("question")
    w.key("2", "^answer 1: .* question who-crosses$")
    w.key("v", "^vote: ")
    w.key("3", "^answer 2: ")
    w.key("Return", "^reveal: .* paused question who-crosses$")
    w.screenshot("answer")
    answers = json.load(open("answers.json", encoding="utf-8"))
    test("both votes are in the answers", [(a["vote"], a["correct"]) for a in answers["answers"]] == [(1, False), (2, True)], answers)
    w.key("Return", "^reveal: .* playing$")
    w.key("space", "^play: .* paused$")
    before = w.key("Right", "^next: ")
    test("the next step comes by itself", w.until("^stopped: .* paused$") != "", before)
    w.key("Left", "^back: .* paused$")
    w.key("shift+r", "^back-reply: ")
    w.key("slash", "^search: .* search$")
    subprocess.run(["xdotool", "type", "--delay", "40", "RCPT"], check=False)
    found = w.key("Return", "^search RCPT: record ")
    w.screenshot("found")
    again = w.key("F3", "^search-next: record ")
    test("found again, elsewhere", found.split(":")[1] != again.split(":")[1], again)

    # By mouse: the bar, from which one drags on, then the wheel on the map.
    bar = HEIGHT * 0.915
    line = w.does("a click on the bar seeks", "^seek ", *place(w, WIDTH * 0.3, bar), "click", "1")
    at = int(line.split()[1].rstrip(":"))
    line = w.does("dragging goes on", "^seek ", *place(w, WIDTH * 0.3, bar), "mousedown", "1",
                  *place(w, WIDTH * 0.24, bar), *place(w, WIDTH * 0.22, bar), "mouseup", "1")
    while line:
        last, line = line, w.until("^seek ", 1)
    test("to an earlier time", int(last.split()[1].rstrip(":")) < at, (at, last))
    w.does("the wheel enlarges the map", "^zoom-in: ", *place(w, WIDTH * 0.3, HEIGHT * 0.3), "click", "4")
    w.screenshot("zoomed")
    w.key("0", "^zoom-fit: ")

    # What if.
    w.key("w", "^what-if: .* what-if$")
    w.screenshot("what-if")
    subprocess.run(["xdotool", "key", "Down"], check=False)
    done = w.key("Return", "^do \\{.*\\}: record .* paused$")
    w.key("c", "^compare: .* compare$")
    w.screenshot("compare")
    w.key("Down", "^compare-line [0-9]+: .* compare$")
    w.key("Left", "^compare-line [0-9]+: .* compare$")
    w.key("Right", "^compare-line [0-9]+: .* compare$")
    w.key("Escape", "^release: .* paused$")
    w.key("ctrl+s", "^save: ")
    test("it is saved", os.path.exists("first-letter-what-if.json"))

    # How it looks; another size; other lessons.
    for name, key, wanted in (("dark", "l", "^theme: "), ("contrast", "l", "^theme: "), ("light", "l", "^theme: "),
                              ("large", "bracketright", "^text-larger: "), ("room", "b", "^room: ")):
        w.key(key, wanted)
        w.screenshot(name)
    w.key("bracketleft", "^text-smaller: ")
    for _ in range(3):
        w.key("b", "^room: ")
    subprocess.run(["xdotool", "windowsize", "--sync", w.window, "900", "600"], check=False)
    w.key("F1", "^help: .* help$")
    w.screenshot("help-small")
    w.key("Escape", "^release: ")
    w.key("g", "^gallery: .* gallery$")
    w.screenshot("gallery-small")
    subprocess.run(["xdotool", "windowsize", "--sync", w.window, str(WIDTH), str(HEIGHT)], check=False)
    subprocess.run(["xdotool", "key", "Right"], check=False)
    w.screenshot("gallery")
    w.key("Return", "^open 1: .* card 0$")
    w.key("F11", "^full-screen: ")
    w.screenshot("full")
    w.key("ctrl+q", "^quit: ")
    w.end()
    return done


def the_saved_one(done):
    ran = subprocess.run([SMTPLAB, "check", "first-letter-what-if.json"], capture_output=True, text=True, check=False)
    test("what was saved passes check", ran.returncode == 0, ran.stdout + ran.stderr)
    entry = json.loads(re.search(r"\{.*\}", done).group(0))
    saved = json.load(open("first-letter-what-if.json", encoding="utf-8"))
    test("it asks none of the lesson's questions", "cards" in saved["lesson"] and "prompts" not in saved["lesson"], saved["lesson"])
    test("its last entry is the change", saved["timeline"][-1] == entry, saved["timeline"])
    subprocess.run([SMTPLAB, "run", "-q", "first-letter-what-if.json", "--trace", "changed.jsonl"], check=False, stderr=subprocess.DEVNULL)
    subprocess.run([SMTPLAB, "run", "-q", "first-letter", "--trace", "first.jsonl"], check=False)
    a, b = (open(n, encoding="utf-8").read().splitlines()[1:-1] for n in ("first.jsonl", "changed.jsonl"))
    differs = next(i for i, (x, y) in enumerate(zip(a, b)) if x != y)
    test("the first thing that differs is the change itself",
         json.loads(b[differs])["kind"] == "sim.input" and json.loads(b[differs])["data"]["verb"] in entry, b[differs])
    answers = json.load(open("answers.json", encoding="utf-8"))
    footer = json.loads(open("first.jsonl", encoding="utf-8").read().splitlines()[-1])["footer"]
    test("the answers name the trace's hash", answers["trace_sha256"] == footer["events_sha256"], answers["trace_sha256"])


def a_growing_trace():
    lines = open("first.jsonl", encoding="utf-8").read().splitlines(True)
    with open("growing.jsonl", "w", encoding="utf-8") as f:
        f.writelines(lines[:40])
    w = Window("growing.jsonl", "--no-prompts")
    w.key("End", "^last: record ")
    first = w.lines[-1]
    with open("growing.jsonl", "a", encoding="utf-8") as f:
        f.writelines(lines[40:])
    time.sleep(0.6)
    then = w.key("End", "^last: record ")
    test("a trace that grows is followed", int(re.search(r"record (\d+)", then).group(1)) > int(re.search(r"record (\d+)", first).group(1)),
         (first, then))
    w.key("ctrl+q", "^quit: ")
    w.end()


def unsaved():
    """A changed run that nobody saved: one is asked, and a signal is not kept waiting."""
    w = Window("first-letter", "--no-prompts", "--at", "10s")
    w.key("w", "^what-if: .* what-if$")
    subprocess.run(["xdotool", "key", "Down"], check=False)
    w.key("Return", "^do \\{.*\\}: record .* paused$")
    subprocess.run(["xdotool", "key", "ctrl+q"], check=False)
    w.screenshot("unsaved")
    test("it is still there", w.program.poll() is None)
    w.key("Escape", "^release: .* paused$")
    subprocess.run(["xdotool", "key", "ctrl+q"], check=False)
    w.key("d", "^quit: ")
    w.end()
    w = Window("first-letter", "--no-prompts", "--at", "10s")
    w.key("w", "^what-if: .* what-if$")
    w.key("Return", "^do \\{.*\\}: record .* paused$")
    os.kill(w.program.pid, signal.SIGTERM)
    w.end()


def held():
    """The X server repeats a key that is held down: it turns one card and no more."""
    w = Window("open-door")
    subprocess.run(["xdotool", "keydown", "Page_Down"], check=False)
    time.sleep(1.5)
    subprocess.run(["xdotool", "keyup", "Page_Down"], check=False)
    w.key("Page_Up", "^back-stop: .* card 0$")
    test("one card", sum(line.startswith("next") for line in w.lines) == 1, w.lines)
    w.key("ctrl+q", "^quit: ")
    w.end()


def idle():
    """Paused, it costs nothing."""
    w = Window("first-letter", "--no-prompts")
    time.sleep(1)

    def used():
        fields = open(f"/proc/{w.program.pid}/stat", encoding="utf-8").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    begin = used()
    time.sleep(2)
    test("paused, it burns no processor", used() - begin <= 0.05, used() - begin)
    os.kill(w.program.pid, signal.SIGTERM)
    w.program.wait(10)


def main():
    server = start_display()
    os.makedirs(SCREENS, exist_ok=True)
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            done = play_a_lesson()
            the_saved_one(done)
            a_growing_trace()
            unsaved()
            held()
            idle()
        finally:
            os.chdir(here)
            server.terminate()
            server.wait()
    return exit_status()


sys.exit(main())
