#!/usr/bin/env python3
"""Extensions of SMTP between hosts: BDAT; and what a bare LF can do; whole runs (stories.py).

usage: test_stories_extensions.py [NAME...]      BUILD names the build folder (default: build)
"""
import json, os, subprocess, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "swarm"))
import judge
from check_trace import Checker
from stories import Run, SHOP, TO_BOB, program, scenario, site, story, tell_all

UNI, SHOP_HOST = "mail.uni.example", "mail.shop.example"


def commands(r, host):
    return [e["data"]["verb"] for e in r.all("smtp.command", host)]


@story
def a_status_that_nobody_said_is_not_quoted():  # RFC 2034: without the extension a reply has none; the report still needs one
    r = Run(scenario(site("shop.example", without=["ENHANCEDSTATUSCODES"]), [{"to": "nobody@shop.example"}]))
    r.one("queue.bounced", code=550, status="5.0.0", enhanced="")
    assert 'mail.shop.example answered 550 "no such user here", status 5.0.0.' in r.story()
    r = Run(scenario(site("shop.example"), [{"to": "nobody@shop.example"}]))
    r.one("queue.bounced", code=550, status="5.1.1", enhanced="5.1.1")
    assert 'mail.shop.example answered 550 5.1.1 "no such user here".' in r.story()


@story
def chunks_where_both_know_them():  # R162 R065
    for both in (True, False):
        r = Run(scenario(site("shop.example", chunking=both), [TO_BOB], uni={"chunking": True}))
        assert ("BDAT" in commands(r, SHOP_HOST)) == both and ("DATA" in commands(r, SHOP_HOST)) != both
        r.one("mail.delivered", SHOP_HOST, mailbox="bob")
        r.none("mail.ndr")


@story
def only_who_offers_chunks_takes_them():  # R162
    r = Run(scenario(site("shop.example", chunking=True), [TO_BOB]))
    greeting = next(e for e in r.all("smtp.reply", SHOP_HOST) if e["data"]["to"] == "EHLO")
    assert "CHUNKING" in greeting["data"]["lines"], greeting
    assert "BDAT" not in commands(r, SHOP_HOST)  # the client was not told to use it
    r.one("mail.delivered", SHOP_HOST, mailbox="bob")


# ---- addresses beyond ASCII --------------------------------------------------------------------------

def raw(text):
    """UTF-8 as a trace has it: an octet is a character."""
    return text.encode().decode("latin-1")


@story
def an_address_beyond_ascii_is_not_sent_and_comes_back():  # R171 R056 (RFC 6531 3.1, 3.5): nobody offers SMTPUTF8
    zoe = "zoë@shop.example"
    blind = Run(scenario(SHOP, [{**TO_BOB, "bcc": zoe}]))  # the header is ASCII, and so Bob gets his
    blind.one("queue.bounced", "alice-pc", recipient=raw(zoe), code=0, status="5.6.7")
    assert blind.one("mail.ended", recipient=raw(zoe))["data"]["verdict"] == "refused"
    blind.one("mail.delivered", SHOP_HOST, mailbox="bob")
    seen = Run(scenario(SHOP, [{"to": [zoe, "bob@shop.example"]}]))  # here it is not: RFC 6532
    seen.one("queue.bounced", "alice-pc", recipient=raw(zoe), status="5.6.7")
    seen.one("queue.bounced", "alice-pc", recipient="bob@shop.example", status="5.6.9")
    probed = Run(scenario(SHOP, [{"to": zoe, "server": SHOP_HOST, "port": 25}]))  # past our own server: the same
    probed.one("queue.bounced", "alice-pc", recipient=raw(zoe), status="5.6.7")
    for r in (blind, seen, probed):
        r.none("mail.ndr")  # its author sees it on the screen
        lines = [e["data"].get("line", "") + " ".join(e["data"].get("lines", []))
                 for e in r.all("smtp.command") + r.all("smtp.reply")]
        assert lines and all(x.isascii() for x in lines), lines
        assert not any("SMTPUTF8" in x for x in lines), lines


# ---- bare LF (RFC 5321 2.3.8, 4.1.1.4): R033 R067 ----------------------------------------------------

INSIDE = ("From: boss@uni.example\r\nSubject: Two\r\n\r\nPay.\r\n")
HIDDEN = "MAIL FROM:<boss@uni.example>\r\nRCPT TO:<bob@shop.example>\r\nDATA\r\n" + INSIDE


def smuggling(body, sender=None, receiver=None, line_ends="as_written", **more):
    """One letter, judged by the swarm's judge as well; `sender` and `receiver` are habits with bare LF."""
    def mta(habit):
        return {"bare_lf": habit} if habit else {}
    r = Run(scenario(site("shop.example", **mta(receiver), **more), [{"to": "bob@shop.example", "body": body, "line_ends": line_ends}],
                     uni=mta(sender)))
    framed = subprocess.run([program, "run", r.path, "-q", "--trace", "-", "--layers", "core,smtp,tcp"], capture_output=True)
    wrong, _ = judge.judge(framed.stdout)
    assert not wrong, wrong[:3]
    r.one("mail.composed", "alice-pc")
    r.none("mail.ndr", to="boss@uni.example")
    return r


def in_mailbox(r):
    """The messages in mailboxes, as the export has them; LF for CRLF."""
    out = os.path.join(r.folder.name, "mbox")
    subprocess.run([program, "run", r.path, "-q", "--trace", os.path.join(r.folder.name, "m.json")], check=True)
    subprocess.run([program, "export", "--to", "mbox", os.path.join(r.folder.name, "m.json"), "-o", out], check=True)
    with open(out, encoding="latin-1", newline="") as f:
        return ("\n" + f.read()).removesuffix("\n").split("\nFrom ")[1:]


@story
def two_out_of_one():  # R067: a careless client, then a careless server
    for dot in ("\n.\r\n", "\n.\n"):
        r = smuggling("One." + dot + HIDDEN, "kept", "ends_line")
        found = r.one("mail.content", SHOP_HOST, part="whole")
        assert found["mail"] == "mail.shop.example.1" and found["data"]["octets"] == INSIDE, found
        custody = [e for e in r.all("custody.opened", SHOP_HOST) if e["mail"] == found["mail"]]
        assert [(c["data"]["how"], c["data"]["parent"]) for c in custody] == [("accepted", "")], custody
        taken = r.one("mail.accepted", SHOP_HOST, sender="boss@uni.example")["data"]
        assert taken["client"] == UNI and taken["address"] == "192.0.2.11", taken
        r.none("mail.accepted", UNI, sender="boss@uni.example")
        first, second = in_mailbox(r)
        assert first.endswith("\n\nOne.\n") and "boss" not in first, first
        assert second.endswith(INSIDE.replace("\r\n", "\n")) and second.count("Received:") == 1, second
        assert "It is text inside alice-pc.1" in r.story()


@story
def strict_servers_see_one():  # R033 R067: whatever the other does
    for sender, receiver in ((None, None), ("kept", None), ("kept", "kept"), (None, "ends_line"), (None, "kept")):
        r = smuggling("One.\n.\r\n" + HIDDEN, sender, receiver)
        r.one("mail.delivered", SHOP_HOST)
        r.none("mail.accepted", sender="boss@uni.example")
        (only,) = in_mailbox(r)
        assert only.endswith("\n\nOne.\n.\n" + HIDDEN.replace("\r\n", "\n")), only
        # Whoever ends lines with CRLF has to double the dot behind it (RFC 5321 4.5.2).
        (sent,) = r.all("smtp.data", UNI, dots=lambda n: n == (0 if sender else 1))[-1:]
        changed = r.all("mail.content", SHOP_HOST, part="received")
        assert len(changed) == (0 if sender else 1), changed
        assert not changed or "\r\n.\r\nMAIL FROM" in changed[0]["data"]["octets"]


@story
def an_honest_author_ends_lines():  # R033: CRLF from the start, so nothing is there to be misread
    r = smuggling("One.\n.\r\n" + HIDDEN, "kept", "ends_line", "crlf")
    r.one("mail.delivered", SHOP_HOST)
    r.none("mail.content", part="received")


@story
def a_careless_door_is_enough():  # the first server reads two: it would not let the second one out, were it strict
    r = smuggling("One.\n.\r\n" + HIDDEN, "ends_line")
    assert r.one("mail.content", UNI, part="whole")["mail"] == "mail.uni.example.1"
    r.one("mail.accepted", UNI, sender="boss@uni.example", client="[192.0.2.10]")
    assert len(r.all("mail.delivered", SHOP_HOST)) == 2


@story
def three_out_of_one():  # one of whose recipients is refused
    body = ("One.\n.\n" + HIDDEN + "\n.\r\nMAIL FROM:<>\r\nRCPT TO:<nobody@shop.example>\r\nRCPT TO:<bob@shop.example>\r\n"
            "DATA\r\nSubject: Three\r\n\r\n.dot\n.dot\r\n")
    r = smuggling(body, "kept", "ends_line")
    assert len(r.all("mail.delivered", SHOP_HOST)) == 3 and len(r.all("mail.content", SHOP_HOST, part="whole")) == 2
    assert in_mailbox(r)[2].endswith("Subject: Three\n\n.dot\ndot\n")  # it takes the dot behind LF away as well
    assert r.story().count("It is text inside alice-pc.1") == 2


@story
def what_is_smuggled_may_fail():  # the server that took it reports to whom it names, who wrote nothing
    hidden = HIDDEN.replace("bob@", "none@")
    r = smuggling("One.\n.\r\n" + hidden, "kept", "ends_line")
    r.one("smtp.reply", SHOP_HOST, code=550)
    r.none("mail.content", part="whole", host=SHOP_HOST)
    r.one("mail.delivered", SHOP_HOST)


@story
def strangers_smuggle_too():  # R067
    hosts = {**site("shop.example", bare_lf="ends_line"), "mallory.test": {"stranger": {}}}
    r = Run(scenario(hosts, [{"on": "mallory.test", "server": SHOP_HOST, "from": "m@mallory.test", "to": "bob@shop.example",
                              "body": "One.\n.\n" + HIDDEN, "line_ends": "as_written"}]))
    r.one("mail.accepted", SHOP_HOST, sender="boss@uni.example", client=lambda name: name != UNI)
    assert len(r.all("mail.delivered", SHOP_HOST)) == 2


@story
def only_what_was_smuggled_comes_from_nobody():  # the checkers of traces, each held to it
    def wrong(change):
        with open(path, "rb") as f:
            whole = json.loads(f.read())
        for e in whole["events"]:
            change(e, e["data"])
        octets = json.dumps(whole).encode()
        checker = Checker(judge.Trace(octets))
        checker.rule_found()
        swarm = judge.Judge(judge.Trace(octets)).judge()
        return bool(checker.wrong), bool(swarm)

    def letter(e, d, **new):
        if e["kind"] == "mail.content" and d["part"] == "whole" and e["host"] == "alice-pc":
            d.update(octets=d["octets"].replace(*new["replace"]))

    def custody(e, d, host, parent):
        if e["kind"] == "custody.opened" and e["host"] == host and d["how"] == "accepted":
            d["parent"] = parent if (d["parent"] == "") != (parent == "") else d["parent"]

    def written(e, d):
        if e["kind"] == "mail.composed":
            e.pop("side", None)

    r = smuggling("One.\n.\r\n" + HIDDEN, "kept", "ends_line")
    path = os.path.join(r.folder.name, "framed.json")
    subprocess.run([program, "run", r.path, "-q", "--trace", path, "--layers", "core,smtp,tcp"], check=True)
    assert wrong(lambda e, d: None) == (False, False)
    assert wrong(lambda e, d: letter(e, d, replace=("\n.\r\nMAIL", "\nMAIL"))) == (True, True)
    assert wrong(lambda e, d: letter(e, d, replace=("Pay.", "Play."))) == (True, True)
    assert wrong(lambda e, d: custody(e, d, SHOP_HOST, UNI + "/1"))[0]
    assert wrong(lambda e, d: custody(e, d, UNI, "")) == (True, True)
    assert wrong(written)[0]


@story
def other_line_ends():  # R033: CR alone, CR CR LF, dots behind them
    body = "one\n.two\n..three\r\n.four\n\rfive\r\r\n.\r\nsix\r"
    for sender in (None, "kept", "ends_line"):
        for receiver in (None, "kept", "ends_line"):
            for line_ends in ("as_written", "crlf"):
                r = smuggling(body, sender, receiver, line_ends)
                r.one("mail.delivered", SHOP_HOST)


tell_all()
