#!/usr/bin/env python3
"""Faults, stops, crashes, links and changes of the configuration; whole runs (stories.py).

usage: test_stories_faults.py [NAME...]      BUILD names the build folder (default: build)

T17: a fault is aimed at this host, this command, the nth time, and says in the trace when it acts.
"""
import subprocess

from stories import SHOP, TO_BOB, Run, program, scenario, site, story, tell_all

MX, UNI, PC = "mail.shop.example", "mail.uni.example", "alice-pc"
COMMANDS = ["connect", "EHLO", "MAIL", "RCPT", "DATA", ".", "QUIT"]
MINUTE = 60_000_000_000


def at(time, on, **verb):
    return {"at": time, "on": on, **verb}


def play(*entries, sends=None, hosts=None, **rest):
    document = scenario(hosts or SHOP, sends or [dict(TO_BOB)], **rest)
    document["timeline"] += entries
    return Run(document)


def copies(r, mailbox="bob"):
    return len(r.all("mail.delivered", mailbox=mailbox))


def audit(r):
    """Every custody closed, every copy the same letter (check_trace.py has looked at the rest)."""
    assert r.footer["custodies_open"] == [], r.footer
    assert len({e["mail"] for e in r.all("mail.delivered", mailbox="bob")}) <= 1
    return r


def acted(r, verb, met=None):
    """The fault's records; each is the cause of something, if anything follows at that host."""
    faults = r.some("sim.fault", verb=verb)
    assert met is None or all(e["data"]["met"].startswith(met) for e in faults), faults
    return faults


# ---- each verb at each command ---------------------------------------------------------------------------


def each(host, verb, fault, want=1, more=()):
    for to in COMMANDS:
        r = audit(play(at("0s", host, **{verb: {"to": to, **fault}}), *more))
        assert len(acted(r, verb)) == 1, to
        n = copies(r)
        expected = want(to) if callable(want) else want
        assert n == expected, f"{verb} {to}: {n} copies"
        yield to, r


@story
def another_reply_for_each_command():  # T17 R097: 4yz waits, 5yz is reported at once
    for to, r in each(MX, "answer", {"with": "451 4.3.0 come back"}):
        fault = acted(r, "answer")[0]
        reply = r.some("smtp.reply", MX, code=451)[0]
        assert reply["cause"] == fault["seq"] and reply["data"]["lines"][0].endswith("come back"), reply
        if to != "QUIT":
            r.some("queue.deferred", UNI)
        r.one("mail.ended", recipient="bob@shop.example", verdict="delivered")
    for to, r in each(MX, "answer", {"with": "550 5.7.0 never"},
                      lambda to: 1 if to in ("EHLO", "QUIT") else 0):
        if to in ("MAIL", "RCPT", "DATA", "."):
            r.none("queue.deferred", UNI)
            r.one("queue.bounced", UNI, code=550)


@story
def another_reply_at_the_submission():  # T17: the author hears of it
    r = audit(play(at("0s", UNI, answer={"to": "MAIL", "with": "550 5.7.1 not you"})))
    r.one("mail.ended", verdict="refused")
    r = audit(play(at("0s", UNI, answer={"to": "RCPT", "with": "421 4.3.2 closing"})))
    r.one("mail.ended", verdict="delivered")


@story
def a_good_word_instead_of_a_bad_one():  # T17: but a fault never lets anybody relay (meaning.txt)
    r = play(at("0s", MX, answer={"to": "MAIL", "with": "250 2.1.0 welcome"}), at("0s", MX, answer={"to": "EHLO", "with": "250 hi"}))
    assert r.one("smtp.reply", MX, to="MAIL")["data"]["lines"] == ["welcome"] and copies(r) == 1


@story
def a_lost_reply_for_each_command():  # R075: only a lost 250 to the dot makes two of one
    for to, r in each(MX, "drop", {}, lambda to: 2 if to == "." else 1):
        r.some("net.dropped", MX, reason="fault")
        r.some("tcp.closed", UNI, reason="reset")


@story
def two_copies_of_one_letter():  # R075: both sides are sure that they did right
    r = audit(play(at("0s", MX, drop={"to": "."})))
    fault = r.one("sim.fault", verb="drop", met=".", left=0)
    assert r.some("smtp.reply", MX, to="message", code=250)[0]["cause"] > fault["cause"]
    assert len(r.all("mail.accepted", MX)) == 2 and copies(r) == 2
    assert len(r.all("custody.overlap", MX)) == 2
    first, second = r.all("mail.delivered", MX)
    assert second["t_ns"] - first["t_ns"] >= 10 * MINUTE  # the next try
    r.one("queue.deferred", UNI, enhanced="4.4.2")


@story
def two_copies_by_lmtp():  # R075 (RFC 2033): the replies to both copies are lost
    hosts = {MX: {"mta": {"deliver": "lmtp:store.shop.example"}},
             "store.shop.example": {"mda": {"domains": ["shop.example"], "mailboxes": ["bob", "eve"]}}}
    r = play(at("0s", "store.shop.example", drop={"to": "."}), hosts=hosts,
             sends=[{"to": ["bob@shop.example", "eve@shop.example"]}])
    assert (copies(r), copies(r, "eve")) == (2, 2)
    for to in ("connect", "LHLO", "MAIL", "RCPT", "DATA"):
        for fault in ({"drop": {"to": to}}, {"close": {"to": to}}, {"answer": {"to": to, "with": "451 later"}},
                      {"crash": {"to": to}}):
            r = play(at("0s", "store.shop.example", **fault), at("1m", "store.shop.example", start=True),
                     hosts=hosts)
            assert copies(audit(r)) == 1, (to, fault)


@story
def a_close_instead_of_each_reply():  # T17
    for to, r in each(MX, "close", {}):
        assert to == "QUIT" or r.some("queue.deferred", UNI)


@story
def a_late_reply_for_each_command():  # R074 R081 (RFC 5321 4.5.3.2, RFC 1047)
    limits = {"connect": 5, "EHLO": 5, "MAIL": 5, "RCPT": 5, "DATA": 2, ".": 10, "QUIT": 5}
    phases = {"connect": "greeting", ".": "message"}
    for to, minutes in limits.items():
        r = audit(play(at("0s", MX, delay={"to": to, "by": f"{60 * minutes - 1}s"})))
        assert copies(r) == 1
        r.none("smtp.timeout", UNI)
        r = audit(play(at("0s", MX, delay={"to": to, "by": f"{60 * minutes + 1}s"})))
        late = r.one("smtp.timeout", UNI)
        assert late["data"] == {"phase": phases.get(to, to), "limit_ns": minutes * MINUTE}, late
        # A message that was read to its end is taken, although nobody hears of it any more.
        assert copies(r) == (2 if to == "." else 1), to
        if to == ".":
            assert len(r.all("custody.overlap", MX)) == 2


@story
def a_crash_at_each_command():  # T17 R072: before or after the reply, nothing is lost and nothing doubled
    for when in ("before", "after"):
        for server in (MX, UNI):
            for to, r in each(server, "crash", {"when": when}, more=[at("3m", server, start=True)]):
                crash = r.one("host.crashed", server)
                assert crash["cause"] == r.one("sim.fault", server)["seq"]
                replies = [e for e in r.all("smtp.reply", server) if e["cause"] == crash["cause"]]
                if when == "before" and to != "connect":
                    assert not replies, to
                r.one("mail.ended", recipient="bob@shop.example", verdict="delivered")
    r = audit(play(at("0s", MX, crash={"to": ".", "when": "after"}), at("3m", MX, start=True)))
    assert r.one("mail.delivered", MX)["t_ns"] >= 3 * MINUTE  # it was on the disk
    r.one("mail.relayed", UNI, next_hop=MX)


# ---- aims -------------------------------------------------------------------------------------------------


@story
def the_nth_and_so_many_times():  # T17: of four recipients the second and third wait
    people = ["a", "b", "c", "d"]
    r = play(at("0s", MX, answer={"to": "RCPT", "with": "450 4.2.1 busy", "nth": 2, "times": 2}),
             hosts=site("shop.example", users=people), sends=[{"to": [f"{p}@shop.example" for p in people]}])
    assert [e["data"]["met"] for e in acted(r, "answer")] == ["RCPT TO:<b@shop.example>", "RCPT TO:<c@shop.example>"]
    assert [e["data"]["left"] for e in acted(r, "answer")] == [1, 0]
    waited = {e["data"]["recipient"][0] for e in r.all("queue.deferred", UNI)}
    assert waited == {"b", "c"}
    assert sum(copies(r, p) for p in people) == 4


@story
def counted_from_its_time():  # T17: what came before "at" does not count; two faults share the commands
    r = play(at("5m", MX, answer={"to": "MAIL", "with": "451 later"}), at("5m", MX, close={"to": "MAIL"}),
             sends=[dict(TO_BOB), {"at": "6m", **TO_BOB}])
    assert len(r.all("mail.delivered", MX)) == 2
    assert [e["data"]["verb"] for e in r.all("sim.fault")] == ["answer", "close"]
    assert all(e["t_ns"] > 6 * MINUTE for e in r.all("sim.fault"))


@story
def two_faults_in_one_group():  # T17: MAIL and RCPT are pipelined, and the connection breaks at the first
    r = audit(play(at("0s", MX, drop={"to": "MAIL"}), at("0s", MX, drop={"to": "RCPT"})))
    first, second = r.all("sim.fault")
    assert first["data"]["met"].startswith("MAIL") and second["data"]["met"].startswith("RCPT")
    assert first["conn"] != second["conn"] and copies(r) == 1


@story
def only_of_one_client():  # T17
    hosts = {**SHOP, **site("bank.example", users=["carol"]),
             "carol-pc": {"mua": {"mailbox": "carol@bank.example", "server": "mail.bank.example"}}}
    r = play(at("0s", MX, answer={"to": "MAIL", "with": "451 later", "client": "mail.bank.example"}),
             hosts=hosts, sends=[dict(TO_BOB), {"on": "carol-pc", **TO_BOB}])
    assert r.one("sim.fault")["data"]["met"].startswith("MAIL FROM:<carol@bank.example>")
    r.none("queue.deferred", UNI)
    r.some("queue.deferred", "mail.bank.example")


@story
def an_open_session_sees_a_new_fault():  # T17: armed between EHLO and the end of the message
    r = play(at("2s", MX, drop={"to": "."}), sends=[{"size": "1MB", **TO_BOB}])
    opened = r.some("tcp.opened", MX)[0]["t_ns"]
    assert opened < 2_000_000_000 < r.one("sim.fault")["t_ns"] and copies(r) == 2


@story
def all_connections_closed_at_once():  # T17: a close without an aim
    r = audit(play(at("3s", MX, close=True), sends=[{"size": "2MB", **TO_BOB}]))
    assert r.one("sim.fault", verb="close")["t_ns"] == 3_000_000_000 and copies(r) == 1
    r.some("queue.deferred", UNI, enhanced="4.4.2")


# ---- stop, crash, start ------------------------------------------------------------------------------------


@story
def a_stop_says_421_and_then_refuses():  # R072 (RFC 5321 3.8)
    r = audit(play(at("3s", MX, stop=True), at("25m", MX, start=True), sends=[{"size": "2MB", **TO_BOB}],
                   uni={"give_up_after": "1h", "retry": ["10m"]}))
    stopped = r.one("host.stopped", MX, sessions=1)
    goodbye = r.one("smtp.reply", MX, code=421)
    assert goodbye["cause"] == stopped["seq"] and goodbye["data"]["enhanced"] == "4.3.2"
    assert r.some("tcp.failed", UNI, reason="refused")
    assert len(r.all("host.started", MX)) == 2 and copies(r) == 1


@story
def a_stopped_sender_waits_for_its_verdict():  # R075: stopped between the dot and its 250, yet no second copy
    r = play()
    dot = r.all("smtp.data", UNI)[-1]
    said = r.one("smtp.reply", MX, to="message")["t_ns"]
    between = (dot["t_ns"] + said) // 2
    for verb, expected in (("stop", 1), ("crash", 2)):
        r = audit(play(at(f"{between // 1000}us", UNI, **{verb: True}), at("5m", UNI, start=True)))
        assert copies(r) == expected, (verb, copies(r))
    assert r.one("host.crashed", UNI)["t_ns"] == between // 1000 * 1000


@story
def a_crash_at_any_time():  # R072 R075: 60 moments, each host; never none, two only where the reply was lost
    quiet = play()
    end = quiet.one("mail.ended")["t_ns"]
    accepted = {e["host"]: e["t_ns"] for e in quiet.all("mail.accepted")}
    passed = {e["host"]: e["t_ns"] for e in quiet.all("mail.relayed")}
    doubt = {UNI: (accepted[MX], passed[UNI]), PC: (accepted[UNI], passed[PC])}
    for host in (PC, UNI, MX):
        for step in range(20):
            moment = end * step // 20 + 1_000_003
            r = audit(play(at(f"{moment // 1000}us", host, crash=True), at("5m", host, start=True)))
            n = copies(r)
            low, high = doubt.get(host, (0, 0))
            assert n == 1 or (n == 2 and low - 60_000_000 < moment < high), (host, moment, n)


@story
def a_queue_survives():  # R072 R094: what waited is tried when it is due, what was under way at once
    r = audit(play(at("0s", MX, stop=True), at("1m", UNI, crash=True), at("2m", UNI, start=True),
                   at("5m", MX, start=True)))
    tries = [e["t_ns"] // MINUTE for e in r.all("queue.attempt", UNI, domain="shop.example")]
    assert tries == [0, 10], tries  # by its schedule, as if nothing had been
    r = audit(play(at("0s", MX, crash=True), at("1m", UNI, crash=True), at("30m", UNI, start=True),
                   at("20m", MX, start=True)))
    tries = [e["t_ns"] // MINUTE for e in r.all("queue.attempt", UNI, domain="shop.example")]
    assert tries == [0, 30] and copies(r) == 1, tries  # it was in the middle of an attempt


@story
def a_name_server_stops():  # R109: the questions run into time-outs, and later they do not
    for verb in ("stop", "crash"):
        hosts = {**SHOP, "ns.example": {"dns": {}}}
        r = audit(play(at("0s", "ns.example", **{verb: True}), at("5m", "ns.example", start=True), hosts=hosts))
        r.some("dns.timeout", PC)
        r.some("queue.deferred", PC, enhanced="4.4.3")
        assert copies(r) == 1
        assert r.all("net.dropped", "ns.example", reason="host_down") or verb == "stop"


@story
def a_computer_that_is_off():  # what its person wants waits until it is on
    r = audit(play(at("1m", PC, stop=True), at("10m", PC, start=True), sends=[{"at": "5m", **TO_BOB}]))
    assert r.one("mail.composed", PC)["t_ns"] == 10 * MINUTE and copies(r) == 1
    r = audit(play(at("0s", UNI, stop=True), at("1m", PC, crash=True), at("20m", PC, start=True),
                   at("10m", UNI, start=True)))
    assert copies(r) == 1  # the outbox is on the disk too


@story
def an_mda_away():  # LMTP: the MX keeps what it has taken
    hosts = {MX: {"mta": {"deliver": "lmtp:store.shop.example", "retry": ["10m"]}},
             "store.shop.example": {"mda": {"domains": ["shop.example"], "mailboxes": ["bob"]}}}
    for verb in ("stop", "crash"):
        r = audit(play(at("0s", "store.shop.example", **{verb: True}),
                       at("9m", "store.shop.example", start=True), hosts=hosts))
        r.some("tcp.failed", MX, reason="refused" if verb == "stop" else "timeout")
        r.some("queue.deferred", MX)
        assert copies(r) == 1


# ---- links --------------------------------------------------------------------------------------------------


@story
def a_link_cut_in_the_middle_of_data():  # R072 R081: short: TCP gets over it; long: the client gives up
    big = [{"size": "2MB", **TO_BOB}]
    for on, to in ((MX, None), (UNI, MX)):
        links = [{"between": [UNI, MX], "latency": "25ms", "rate": "10Mbit/s"}] if to else []
        cut = {"state": "down", **({"to": to} if to else {})}
        r = audit(play(at("1500ms", on, link=cut), at("20s", on, link={**cut, "state": "up"}), sends=big, links=links))
        assert [e["data"]["state"] for e in r.all("link.state")] == ["down", "up"]
        r.some("net.dropped", reason="link_down")
        assert copies(r) == 1 and not r.all("queue.deferred", UNI)
        r = audit(play(at("1500ms", on, link=cut), at("30m", on, link={**cut, "state": "up"}), sends=big, links=links,
                       uni={"retry": ["10m"], "give_up_after": "3h"}))
        r.some("queue.deferred", UNI)
        assert copies(r) == 1


@story
def a_slow_and_lossy_way():  # a host's own way to the internet
    r = audit(play(at("0s", MX, link={"latency": "2s", "loss": "20%", "rate": "64kbit/s"})))
    state = r.one("link.state", link=f"{MX} - internet", state="changed")["data"]
    assert (state["latency_ns"], state["loss_ppm"], state["rate_bits"]) == (2_000_000_000, 200000, 64000)
    assert copies(r) >= 1 and r.one("mail.ended")["t_ns"] > 10_000_000_000


# ---- set ----------------------------------------------------------------------------------------------------


@story
def a_relay_is_closed():  # R063: the same client, before and after
    hosts = {**SHOP, **site("bank.example", users=["carol"], relay=["allow anyone"]),
             "eve-pc": {"mua": {"mailbox": "eve@far.example", "server": "mail.bank.example", "port": 25}}}
    r = play(at("1m", "mail.bank.example", set={"/mta/relay": ["allow to bank.example", "refuse"]}),
             hosts=hosts, sends=[{"on": "eve-pc", **TO_BOB}, {"on": "eve-pc", "at": "2m", **TO_BOB}])
    assert [e["data"]["allowed"] for e in r.all("policy.relay", "mail.bank.example")] == [True, False]
    assert copies(r) == 1 and r.one("sim.input", verb="set")["data"]["entry"] == 2


@story
def settings_add_up():  # each is laid over those before it, in the order of time
    r = play(at("3m", UNI, set={"/mta/retry": ["1m"]}), at("1m", UNI, set={"/mta/retry": ["7m"], "/mta/give_up_after": "40m"}),
             at("0s", MX, stop=True), uni={"retry": ["2m"], "give_up_after": "4h"})
    tries = [round(e["t_ns"] / MINUTE) for e in r.all("queue.attempt", UNI, domain="shop.example")]
    assert tries[:6] == [0, 2, 9, 10, 11, 12] and tries[-1] <= 41, tries
    r.one("queue.expired", UNI)


@story
def people_come_and_go():  # mailboxes, aliases and who is known
    r = play(at("1m", MX, set={"/mda/mailboxes": ["eve"], "/mda/aliases": {"office": "eve"}}),
             sends=[dict(TO_BOB), {"to": "eve@shop.example"}, {"at": "2m", **TO_BOB},
                    {"at": "3m", "to": "eve@shop.example"}, {"at": "4m", "to": "office@shop.example"}])
    assert (copies(r, "bob"), copies(r, "eve")) == (1, 2)
    assert [e["t_ns"] // MINUTE for e in r.all("queue.bounced", UNI)] == [0, 2]


@story
def limits_are_for_sessions_to_come():
    r = play(at("1m", MX, set={"/mda/max_size": "1kB", "/mta/max_size": "1kB"}),
             sends=[{"size": "2kB", **TO_BOB}, {"at": "2m", "size": "2kB", **TO_BOB}])
    assert copies(r) == 1
    r.some("queue.bounced", UNI, status="5.3.4")


@story
def an_mx_changes():  # R105: and the old one is asked until the answer is too old
    hosts = {"old.shop.example": {"mta": {"domains": ["shop.example"]}, "mda": {"domains": ["shop.example"], "mailboxes": ["bob"]}},
             "new.shop.example": {"mta": {"domains": ["shop.example"], "deliver": "lmtp:old.shop.example"}},
             "ns.example": {"dns": {}}}
    zones = {"shop.example": {"mx": ["10 old.shop.example"], "ttl": "5m"}}
    r = play(at("1m", "ns.example", set={"/zones/shop.example/mx": ["10 new.shop.example"]}), hosts=hosts, zones=zones,
             sends=[dict(TO_BOB), {"at": "2m", **TO_BOB}, {"at": "10m", **TO_BOB}])
    chosen = [e["data"]["chosen"] for e in r.all("dns.mx_chosen", UNI, domain="shop.example")]
    assert chosen == ["old.shop.example", "old.shop.example", "new.shop.example"], chosen
    assert copies(r) == 3


@story
def a_name_server_fails_for_a_while():  # R109 T17: each failed question is a fault that acts
    hosts = {**SHOP, "ns.example": {"dns": {}}}
    zone = {"mx": [f"10 {MX}"]}
    r = play(at("0s", "ns.example", set={"/zones/shop.example/fails": "servfail"}),
             at("5m", "ns.example", set={"/zones/shop.example": zone}), hosts=hosts, zones={"shop.example": zone})
    assert r.some("sim.fault", "ns.example", entry=1)[0]["data"]["met"] == "shop.example MX"
    r.some("queue.deferred", UNI, enhanced="4.4.3")
    assert copies(r) == 1


# ---- what never acted -----------------------------------------------------------------------------------------


@story
def what_met_nothing_is_said():  # contract.md: a warning at the end of `run`
    def told(*entries):
        r = play(*entries)
        done = subprocess.run([program, "run", "--quiet", r.path], capture_output=True, text=True)
        assert done.returncode == 0
        return done.stderr

    assert "warning: this never met its command (at /timeline/1/drop)" in told(at("0s", MX, drop={"to": ".", "nth": 2}))
    assert "warning: nobody noticed this" in told(at("1h", MX, stop=True), at("2h", MX, start=True))
    assert "warning: nobody noticed this" in told(at("1h", MX, crash=True))
    assert "there was no connection to close (at /timeline/1/close)" in told(at("1h", MX, close=True))
    assert told(at("0s", MX, stop=True), at("2m", MX, start=True)) == ""
    assert told(at("0s", MX, drop={"to": "."})) == ""


tell_all()
