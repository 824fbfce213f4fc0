#!/usr/bin/env python3
"""The course: each bundled scenario tells its story, holds what it expects, and would not if its point were lost.

usage: test_lessons.py [NAME...]      BUILD names the build folder (default: build); UPDATE_GOLDEN=1 writes
tests/golden/traces instead of comparing

For each lesson: `run` ends with 0 and without a warning; its trace satisfies check_trace.py and leaves no
custody open; it is the golden one (core layer, and the sha256 of all events); each change of BREAKS, which
spoils the point of the lesson, makes an expectation fail (status 1), and each expectation fails with one.
"""
import json, os, re, subprocess, sys, tempfile

from check_trace import Checker, Trace

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.join(here, "..")
build = os.environ.get("BUILD", "build")
program = os.path.join(build if os.path.isabs(build) else os.path.join(root, build), "smtplab")
golden = os.path.join(here, "golden", "traces")

# The course of scenarios/README.md, in its order; then what else is bundled.
COURSE = """first-letter receipts the-right-door sealed-road one-house-many-roles three-hops signpost not-the-shortest
plan-b nobody-here-takes-mail two-of-three closed-for-lunch two-copies too-late nobody-home maybe-here the-way-back
bounce-of-a-bounce ping-pong open-door backscatter blamed closed-door away-from-home""".split()
EXTRAS = ["grey", "the-list", "smuggled"]
OTHERS = ["my-first-letter", "borrowed-server"]

# What spoils the point: settings for one run each; beside the name, the requirements that it shows.
SHOP = "/hosts/mail.shop.example"
BREAKS = {
    "first-letter": [  # R083 R179
        ['/hosts/submit.uni.example/mta/routes={"*":"refuse"}'],
        ["/hosts/alice-pc/mua/server=mx.shop.example", "/hosts/alice-pc/mua/port=25"],
        ["/hosts/alice-pc/mua/server=mail.uni.example", '/hosts/mail.uni.example/mta/relay=["allow anyone"]'],
    ],
    "receipts": [  # R024 R027 R071 R072
        ['/hosts/store.shop.example/mda/mailboxes=["dora"]'],
        ["/timeline/0/at=2h"],
        ["/timeline/3/crash/to=DATA", "/timeline/3/crash/when=before"],
    ],
    "the-right-door": [  # R063 R172
        ['/hosts/alice-pc/mua/login={"user":"alice","password":"wrong"}'],
        ['/hosts/smtp.uni.example/mta/relay=["allow anyone"]'],
        ["/hosts/old-pc/mua/port=587"],
        ["/hosts/alice-phone/mua/port=25", "/hosts/alice-phone/mua/tls=none"],
    ],
    "sealed-road": [  # R163 R164 R169
        ['/hosts/mail.museum.example/mda/mailboxes=["x"]', SHOP + '/mda/mailboxes=["x"]'],
        [SHOP + "/mta/tls=none"],
        ["/hosts/mail.uni.example/msa/tls=none", "/hosts/alice-pc/mua/tls=none"],
        ["/hosts/mail.museum.example/mta/tls=required"],
    ],
    "one-house-many-roles": [  # R063 R172
        ['/hosts/mail.uni.example/mta/relay=["refuse"]'],
        ["/hosts/mail.uni.example/mta/deliver=lmtp:mail.shop.example",
         SHOP + '/mda/mailboxes=["bob","carol"]',
         SHOP + '/mda/domains=["shop.example","uni.example"]'],
        ["/hosts/mail.uni.example/mta/routes/*=mx",
         "/hosts/mail.uni.example/mta/domains=[]",
         "/hosts/mail.uni.example/mta/deliver=lmtp:mail.shop.example"],
        ['/hosts/mail.uni.example/mta/routes={"*":"refuse"}'],
    ],
    "three-hops": [  # R068 R069 R083 R089
        ['/hosts/mail.uni.example/mta/routes={"*":"mx"}'],
        ["/timeline/0/send/body=Hi"],
        ['/hosts/out.isp.example/mta/relay=["refuse"]'],
    ],
    "signpost": [  # R102
        ["/zones/shop.example/ttl=1m"],
        ['/zones/shop.example/mx=["10 198.51.100.25"]'],
    ],
    "not-the-shortest": [  # R105
        ['/hosts/far.shop.example/mda/mailboxes=["x"]'],
        ['/zones/shop.example/mx=["20 far.shop.example","10 near.shop.example"]'],
    ],
    "plan-b": [  # R097 R107
        ["/timeline/0/answer/with=550 5.7.1 no"],
        ["/timeline/2/answer/with=451 4.3.0 later"],
        ['/zones/shop.example/mx=["10 first.shop.example"]'],
    ],
    "nobody-here-takes-mail": [  # R104 R115
        ["/zones/news.example/mx=[]"],
    ],
    "two-of-three": [  # R060 R061 R090
        [SHOP + '/mda/mailboxes=["x"]'],
        [SHOP + '/mda/mailboxes=["bob","carol","nobody"]'],
        [SHOP + "/mta/recipients=any"],
        [SHOP + "/mta/max_recipients=1", SHOP + '/mda/mailboxes=["carol"]'],
    ],
    "closed-for-lunch": [  # R094 R095 R097
        ["/timeline/0/answer/with=550 5.2.1 closed"],
        ['/hosts/mail.uni.example/mta/retry=["1h"]'],
        ["/hosts/mail.uni.example/mta/give_up_after=30m"],
    ],
    "two-copies": [  # R075
        ['/hosts/mail.uni.example/mta/relay=["refuse"]'],
        [SHOP + '/mda/mailboxes=["x"]'],
        ["/timeline/0/drop/to=DATA"],
        ["/timeline/0/at=1h"],
    ],
    "too-late": [  # R094 R096 R132
        ["/timeline/0/stop=true", "/timeline/0/at=2s"],
        ["/hosts/mail.uni.example/mta/warn_after=6d"],
        ["/hosts/mail.uni.example/mta/give_up_after=1d"],
    ],
    "nobody-home": [  # R060 R118 R119
        [SHOP + '/mda/mailboxes=["x"]'],
        [SHOP + "/mta/recipients=any"],
        [SHOP + '/mda/mailboxes=["bob","nobody"]'],
    ],
    "maybe-here": [  # R072 R118
        ['/hosts/mail.uni.example/mda/mailboxes=["carol"]'],
        ["/hosts/mx.shop.example/mta/recipients=known"],
    ],
    "the-way-back": [  # R119 R123
        ['/hosts/out.isp.example/mta/relay=["refuse"]'],
        ['/zones/uni.example/mx=["10 store.uni.example"]', "/hosts/store.uni.example/mta={}"],
        ['/zones/uni.example/mx=["10 out.isp.example"]',
         '/hosts/out.isp.example/mta/relay=["allow from 192.0.2.20","allow to uni.example"]',
         '/hosts/out.isp.example/mta/routes={"uni.example":"smarthost:mx.uni.example"}'],
    ],
    "bounce-of-a-bounce": [  # R120 R137
        ['/hosts/mail.uni.example/mda/mailboxes=["alice","alise"]'],
        [SHOP + "/mta/recipients=known"],
    ],
    "ping-pong": [  # R093
        ['/hosts/ping.isp.example/mta/routes={"*":"mx"}'],
        ['/hosts/pong.isp.example/mta/routes={"*":"mx"}'],
        ["/hosts/ping.isp.example/mta/max_hops=1000", "/hosts/pong.isp.example/mta/max_hops=1000"],
    ],
    "open-door": [  # R063
        [SHOP + '/mda/mailboxes=["dora"]'],
        ['/hosts/mail.uni.example/mta/relay=["allow from 192.0.2.0/24","refuse"]'],
    ],
    "backscatter": [  # R118 R149
        ["/timeline/0/on=carol-pc"],
        [SHOP + "/mta/recipients=known"],
    ],
    "blamed": [  # R063
        ['/hosts/mail.uni.example/mta/relay=["allow from 192.0.2.0/24","refuse"]'],
        ["/timeline/2/at=4h"],
        ["/hosts/mail.bank.example/mta/blocklists=[]"],
    ],
    "closed-door": [  # R063
        ['/hosts/mail.isp.example/mda/mailboxes=["alice"]'],
        ['/hosts/mail.isp.example/mta/relay=["allow anyone"]'],
        ['/hosts/mail.isp.example/mta/relay=["refuse"]'],
        ['/hosts/mail.isp.example/mta/relay=["allow from 192.0.2.0/28","refuse"]'],
    ],
    "away-from-home": [  # R063 R168
        ["/hosts/alice-laptop/address=192.0.2.77"],
        ["/hosts/alice-phone/mua/login/password=rabit"],
        ['/hosts/smtp.uni.example/mta/relay=["allow login","allow from 203.0.113.0/24","refuse"]'],
    ],
    "grey": [  # R094 R097
        [SHOP + "/mta={}"],
        ['/hosts/mail.uni.example/mta/retry=["1h"]'],
        [SHOP + "/mta/greylist=3h"],
    ],
    "the-list": [  # R092
        ['/hosts/mail.uni.example/mda/lists/chess/members=["gone@shop.example"]'],
        ["/hosts/mail.uni.example/mda/lists={}",
         '/hosts/mail.uni.example/mda/aliases={"chess":["alice@uni.example","bob@shop.example","gone@shop.example"]}'],
    ],
    "smuggled": [  # R033 R067
        ['/hosts/mail.uni.example/mta/relay=["refuse"]'],
        [SHOP + "/mta={}"],
        ["/hosts/mail.uni.example/mta={}"],
        ["/hosts/mail.uni.example/mta/bare_lf=ends_line"],
        ["/timeline/0/send/line_ends=crlf"],
    ],
}

# What no change of the scenario can make fail, because the engine never does it.
EVER = {"bounce-of-a-bounce": {"no-second"}}

# What its story says of the point, whatever else it says.
SAYS = {
    "first-letter": ["MX 10 mx.shop.example", 'puts it into the mailbox "bob": 841 octets, four Received lines'],
    "one-house-many-roles": ['as its rule "allow from 192.0.2.0/24" allows'],
    "three-hops": ["its settings say that this mail goes to out.isp.example", "three Received lines"],
    "signpost": ["looks up the mail hosts of shop.example: MX 10 post.shop.example. It asks for the address of "
                 "post.shop.example and tries 198.51.100.25", "remembers the mail hosts of shop.example"],
    "not-the-shortest": ["far.shop.example, the lowest preference of all, and tries"],
    "nobody-here-takes-mail": ["its null MX says that the domain takes no mail at all (RFC 7505)"],
    "two-of-three": ["is responsible for bob@shop.example and carol@shop.example",
                     "nobody@shop.example: failed: mail.shop.example answered 550 5.1.1"],
    "nobody-home": ["Decided at RCPT by: mailbox", "mail.uni.example wrote the report"],
    "maybe-here": ["mx.shop.example is responsible for nobody@shop.example", "mx.shop.example wrote the report"],
    "the-way-back": ["mail goes to out.isp.example", "looks up the mail hosts of uni.example: MX 10 mx.uni.example"],
    "bounce-of-a-bounce": ["null reverse-path: no report is written about it", "no return address to report to"],
    "ping-pong": ["The message runs in a circle: five more times", "Decided at the end of the message by: hop limit"],
    "receipts": ["mx.shop.example loses power, with one connection open", "it will lose power at the end of the message",
                 "the connection was lost (mx.shop.example)",
                 "mx.shop.example is up again, with the message still in its queue: it may not lose it for such a reason "
                 "(RFC 5321 6.1)",
                 "mx.shop.example is responsible for bob@shop.example"],
    "the-right-door": ["by STARTTLS", "from the first octet (RFC 8314)", "accepts the login of alice (PLAIN, RFC 4954)",
                       'Decided at RCPT by the rule "refuse" (RFC 5321 7.9)'],
    "sealed-road": ["mail.uni.example seals its connection to mail.shop.example by STARTTLS: both forget what was said in clear, "
                    "EHLO is said again", "takes it from mail.uni.example (192.0.2.11) by ESMTPS"],
    "away-from-home": ['as its rule "allow from 192.0.2.0/24" allows', "alice-laptop gives up on bob@shop.example",
                       'as its rule "allow login" allows'],
    "plan-b": ["goes on to the next host, second.shop.example", "first.shop.example answered 550 5.7.1"],
    "closed-for-lunch": ["A 4yz means: later", "gets the same in attempts 3 and 4", "1 h 15 min after it was written"],
    "two-copies": ["its reply to the end of the message will be lost on its way, and the connection with it",
                   "mail.shop.example has taken it; its 250 was not read. Now both have the message, and each did right",
                   "(RFC 5321 6.1; RFC 1047)", "It is the second copy there", "in all there are two copies"],
    "too-late": ["mail.shop.example stops", "tells the sender that the message for bob@shop.example is late: 4 h",
                 "gets the same in attempts 3 to", "not yet delivered, but still tried", "after 5 d and"],
    "open-door": ['as its rule "allow anyone" allows', "takes it from mail.uni.example (192.0.2.25)", "as if it were ceo@bank.example",
                  "It goes the same way as bulk.test.2", "too many mails in a short time"],
    "backscatter": ["as if it were carol@uni.example", "mail.shop.example writes a report to carol@uni.example",
                    "carol-pc fetches it", "It goes the same way as bulk.test."],
    "blamed": ["bl.example lists 192.0.2.25: 4 complaints, relays for anyone", "mail.uni.example gets new settings",
               "Decided at RCPT by: blocklist bl.example (RFC 5782", "bl.example no longer lists 192.0.2.25"],
    "closed-door": ['from infected-pc (192.0.2.99) by ESMTP, as its rule "allow from 192.0.2.0/25" allows',
                    'bulk.test gives up on bob@shop.example: mail.isp.example answered 550 5.7.1',
                    "takes it from bulk.test (203.0.113.66)"],
    "smuggled": ["mail.shop.example reads a message that no host here has written as one: from boss@uni.example",
                 "It is text inside eve-pc.1", "mail.uni.example (RFC 5321 2.3.8, 4.1.1.4), which does not know that it sent two",
                 "can tell this one from mail.uni.example's own mail"],
    "grey": ["Decided at RCPT by: greylist (RFC 6647", "tries again for bob@shop.example, attempt 3"],
    "the-list": ["it is a list, and reports go to its owner from here on, carol@uni.example (RFC 5321 3.9.2)"],
}

failures = 0


def report(good, what, why=""):
    global failures
    print(("ok " if good else "not ok ") + what + ("" if good else f": {why}"), flush=True)
    failures += not good


def run(name, *options):
    return subprocess.run([program, "run", f"{root}/scenarios/{name}.json", *options], capture_output=True, text=True)


def scenario(name):
    with open(f"{root}/scenarios/{name}.json", encoding="utf-8") as f:
        return json.load(f)


# ---- each lesson ----------------------------------------------------------------------------------


def check_lesson(name, folder, sums):
    whole, core = f"{folder}/{name}.jsonl", f"{folder}/{name}.core.jsonl"
    ran = run(name, "--trace", whole)
    report(ran.returncode == 0, f"{name}: holds what it expects", ran.stdout[-1500:] + ran.stderr)
    report(ran.stderr == "", f"{name}: nothing to warn of", ran.stderr)
    if ran.returncode not in (0, 1):
        return
    story = " ".join(ran.stdout.split())
    for words in SAYS.get(name, []):
        report(words in story, f"{name}: the story says: {words}", story[:400] + " ...")
    trace = Trace(whole)
    wrong = Checker(trace).check()
    report(not wrong, f"{name}: the trace keeps the contract", wrong[:3])
    report(trace.footer["custodies_open"] == [] and trace.footer["status"] == "complete",
           f"{name}: every custody is closed", trace.footer["custodies_open"])
    check_breaks(name)
    run(name, "-q", "--trace", core, "--layers", "core")
    check_golden(name, core, trace.footer["events_sha256"], sums)


def check_breaks(name):
    """Each change makes something fail, and each expectation fails with one of them."""
    failed = set()
    for i, change in enumerate(BREAKS.get(name, [])):
        broken = run(name, "-q", *[word for one in change for word in ("--set", one)])
        report(broken.returncode == 1, f"{name}: change {i + 1} spoils the point", f"{broken.returncode} {broken.stderr}")
        failed |= set(re.findall(r'expectation "([^"]+)" failed', broken.stderr))
    never = {e["id"] for e in scenario(name)["expect"]} - failed - EVER.get(name, set())
    report(not never or name in OTHERS, f"{name}: each expectation can fail", sorted(never))


def check_golden(name, core, sha256, sums):
    with open(core, encoding="ascii") as f:
        got = f.read()
    path = os.path.join(golden, name + ".jsonl")
    if os.environ.get("UPDATE_GOLDEN"):
        with open(path, "w", encoding="ascii") as f:
            f.write(got)
        sums[name] = sha256
        return
    with open(path, encoding="ascii") as f:
        want = f.read()
    at = next((i for i, (a, b) in enumerate(zip(want.splitlines(), got.splitlines())) if a != b), "at the end")
    report(got == want, f"{name}: the trace is the golden one", f"line {at} differs; UPDATE_GOLDEN=1 writes it")
    report(sums.get(name) == sha256, f"{name}: and so are all its records", "UPDATE_GOLDEN=1 writes their sum")


def read_sums():
    path = os.path.join(golden, "sha256.txt")
    if not os.path.exists(path):
        return {}
    with open(path, encoding="ascii") as f:
        return dict(line.split() for line in f)


# ---- the course as a whole ------------------------------------------------------------------------


def check_course():
    listed = subprocess.run([program, "list"], capture_output=True, text=True,
                            env=dict(os.environ, SMTPLAB_SCENARIOS=f"{root}/scenarios")).stdout.splitlines()
    there = [line.split()[0] for line in listed]
    report(there[:len(COURSE)] == COURSE, "list goes by the course", there)
    report(set(there) == set(COURSE + EXTRAS + OTHERS), "list has them all", there)
    for name in COURSE:
        line = next(l for l in listed if l.split()[0] == name)
        report(line.split()[1] == str(COURSE.index(name) + 1), f"{name}: its number", line)
        report(all(e.get("id") for e in scenario(name)["expect"]) and len(scenario(name)["expect"]) >= 2 and name in BREAKS,
               f"{name}: expects something, and the test knows what would spoil it")
        size = len(open(f"{root}/scenarios/{name}.json", encoding="utf-8").read().splitlines())
        report(size <= 75, f"{name}: small enough to be read", f"{size} lines")
        report(scenario(name).get("note"), f"{name}: says what it is about")


def check_readme():
    """scenarios/README.md: each statement of the text has its lesson, each lesson its row."""
    with open(f"{root}/scenarios/README.md", encoding="utf-8") as f:
        text = f.read()
    rows = {m[0]: m[2] for m in re.findall(r"^\| (S\d+) \| (.*?) \| ([\d, ]+) \|", text, re.M)}
    report(sorted(rows, key=lambda s: int(s[1:])) == [f"S{i}" for i in range(1, 20)], "S1 to S19 have their rows", list(rows))
    for statement, lessons in rows.items():
        numbers = [int(n) for n in lessons.split(",")]
        report(numbers and all(1 <= n <= len(COURSE) for n in numbers), f"{statement}: a lesson shows it", lessons)
    course = re.findall(r"^\| (\d+) \| `([a-z-]+)` \|", text, re.M)
    report([name for _, name in course] == COURSE and [int(n) for n, _ in course] == list(range(1, 25)),
           "the course stands in the README", course)
    report(all(f"`{name}`" in text for name in EXTRAS), "and so do the extras")


def main(names):
    sums = read_sums()
    if not names:
        check_course()
        check_readme()
    if os.environ.get("UPDATE_GOLDEN"):
        os.makedirs(golden, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in names or COURSE + EXTRAS + OTHERS:
            check_lesson(name, folder, sums)
    if os.environ.get("UPDATE_GOLDEN"):
        with open(os.path.join(golden, "sha256.txt"), "w", encoding="ascii") as f:
            f.writelines(f"{name} {sums[name]}\n" for name in sorted(sums))
    elif not names:
        size = sum(os.path.getsize(os.path.join(at, f)) for at, _, files in os.walk(golden) for f in files)
        report(size < 6e6, "the golden traces stay small", size)
    return failures > 0


sys.exit(main(sys.argv[1:]))
