#!/usr/bin/env python3
"""What waits, for how long and for whom: queues, retries, dead hosts, limits, hold; whole runs (stories.py).

usage: test_stories_queue.py [NAME...]      BUILD names the build folder (default: build)
"""
import json, subprocess

from stories import Run, TO_BOB, program, scenario, site, status, story, tell_all

SECOND, MINUTE, HOUR, DAY = 10**9, 60 * 10**9, 3600 * 10**9, 86400 * 10**9
UNI, SHOP_HOST = "mail.uni.example", "mail.shop.example"


def ipv4(hosts, first=1):
    """Each with one address only, so that a host is asked once."""
    return {name: {"address": f"198.51.100.{first + i}", **h} for i, (name, h) in enumerate(hosts.items())}


SHOP = ipv4(site("shop.example"))


def down(at="0s", host=SHOP_HOST):
    return {"at": at, "on": host, "stop": True}


def up(at, host=SHOP_HOST):
    return {"at": at, "on": host, "start": True}


def letters(sends, *timeline, hosts=None, **rest):
    """Alice's letters, with other entries of the timeline before them."""
    document = scenario(hosts or SHOP, sends, **rest)
    document["timeline"] = [*timeline, *document["timeline"]]
    return document


def attempts(r, host=UNI, mail=None):
    return [e for e in r.all("queue.attempt", host) if mail in (None, e["mail"])]


def connects(r, host=UNI):
    """Connections that this host tried to open to another server, with what came of it."""
    return [e for e in r.events if e["kind"] in ("tcp.opened", "tcp.failed")
            and e.get("host") == host and e["side"] == "client"]


# ---- retry -----------------------------------------------------------------------------------------

@story
def what_cannot_be_sent_waits_and_is_tried_again():  # R094 R095 R097
    r = Run(letters([{**TO_BOB, "at": "1s"}], down(), up("12m"), uni={"retry": ["5m", "10m"]}))
    times = [e["t_ns"] for e in attempts(r)]
    gaps = [b - a for a, b in zip(times, times[1:])]
    assert [g // MINUTE for g in gaps] == [5, 10], gaps
    assert len(r.all("queue.deferred", UNI, remote=SHOP_HOST)) == 2
    r.one("mail.delivered", SHOP_HOST, mailbox="bob")
    r.none("mail.ndr")


@story
def what_waits_too_long_is_given_up_and_reported():  # R072 R096
    # The next host is gone for good after our 250: the report is owed.
    for retry, give_up, tries in ((["30m"], "2h", 5), (["1h"], "3h", 4)):
        r = Run(letters([{**TO_BOB, "at": "1s"}], down(), uni={"retry": retry, "give_up_after": give_up}))
        r.one("mail.accepted", UNI, sender="alice@uni.example")
        expired = r.one("queue.expired", UNI, recipient="bob@shop.example", attempts=tries)
        assert expired["data"]["age_ns"] // HOUR == int(give_up[:-1]), expired
        assert status(r) == "4.4.1"  # RFC 3463 3.5: the actual problem, not 4.4.7
        r.one("custody.closed", UNI, how="expired")


DOCUMENTED = {
    # postconf(5): 300 s to 4000 s, the message's age, a queue run every 300 s, 5 d
    "postfix": [0, 300, 600, 1200, 2400, 4800, *range(9000, 432001 + 4200, 4200)],
    # Exim specification, default configuration: F,2h,15m; G,16h,1h,1.5; F,4d,6h
    "exim": [*range(0, 8101, 900), 11700, 17100, 25200, 37350, 55575, 82912,
             *range(82912 + 21600, 345600 + 21601, 21600)],
    # scheduler_ramqueue.c: 400 s times the square of the tries; smtpd.conf(5): ttl 4d
    "opensmtpd": [400 * n * n for n in range(30)],
}


@story
def personalities_try_as_documented():  # R095 R096; the arithmetic itself: test_retry.c
    for personality, want in DOCUMENTED.items():
        document = letters([{**TO_BOB, "at": "0s"}], down())
        document["hosts"][UNI]["mta"] = {"personality": personality}
        document["limits"] = {"time": "30d"}
        r = Run(document)
        times = [e["t_ns"] for e in attempts(r)]
        own = [e["t_ns"] for e in attempts(r) if e["data"]["domain"] == "shop.example"]
        assert len(own) == len(want), (personality, len(own), len(want))
        entered = r.all("queue.entered", UNI)[0]["t_ns"]
        slow = 60 * SECOND  # what the tries themselves and the letter's way here take
        for got, expected in zip(own, want):
            expected *= SECOND
            if personality == "opensmtpd":
                assert got == entered + expected, (personality, got, expected)
            elif personality == "postfix" and expected:
                assert got == expected, (personality, got, expected)
            else:
                assert 0 <= got - expected < slow, (personality, got / SECOND, expected / SECOND)
        expired = r.one("queue.expired", UNI)
        age = expired["data"]["age_ns"]
        assert {"postfix": 5 * DAY <= age < 5 * DAY + 4300 * SECOND, "exim": 4 * DAY < age < 4 * DAY + 6 * HOUR,
                "opensmtpd": age == 4 * DAY}[personality], (personality, age)
        warned = r.all("queue.warned", UNI)
        assert len(warned) == {"postfix": 0, "exim": 1, "opensmtpd": 1}[personality], (personality, warned)


@story
def written_keys_win_over_the_personality():
    r = Run(letters([{**TO_BOB, "at": "1s"}], down(),
                    uni={"personality": "exim", "retry": ["20m"], "give_up_after": "1h", "warn_after": "30m"}))
    times = [e["t_ns"] for e in attempts(r) if e["data"]["domain"] == "shop.example"]
    assert [(b - a) // MINUTE for a, b in zip(times, times[1:])] == [20, 20, 20], times
    warned = r.one("queue.warned", UNI)
    assert 40 <= warned["data"]["age_ns"] // MINUTE < 41, warned  # after the first failed try from then on


@story
def what_is_implied_is_shown():
    document = scenario(SHOP, [TO_BOB])
    shown = {}
    for personality in ("rfc", "postfix", "exim", "opensmtpd"):
        document["hosts"][UNI]["mta"] = {"personality": personality}
        r = Run(document)
        out = subprocess.run([program, "check", "--show-defaults", r.path], capture_output=True, text=True)
        mta = json.loads(out.stdout)["hosts"][UNI]["mta"]
        shown[personality] = {k: mta.get(k) for k in (
            "retry", "warn_after", "give_up_after", "parallel", "parallel_per_host")}
    assert shown == {
        "rfc": {"retry": ["5m", "15m", "30m", "1h"], "warn_after": "4h", "give_up_after": "5d",
                "parallel": None, "parallel_per_host": None},
        "postfix": {"retry": None, "warn_after": "0s", "give_up_after": "5d",
                    "parallel": 100, "parallel_per_host": 20},
        "exim": {"retry": None, "warn_after": "1d", "give_up_after": "4d",
                 "parallel": None, "parallel_per_host": None},
        "opensmtpd": {"retry": None, "warn_after": "4h", "give_up_after": "4d",
                      "parallel": 100, "parallel_per_host": 10}}, shown


# ---- the final dot ---------------------------------------------------------------------------------

def fault(verb, at="0s", on=SHOP_HOST, **what):
    return {"at": at, "on": on, verb: what}


@story
def refused_at_the_dot_is_not_delivered():  # R073 R097
    r = Run(letters([{**TO_BOB, "at": "1s"}], fault("answer", to=".", **{"with": "554 5.6.0 not like this"})))
    r.none("mail.delivered", SHOP_HOST)
    r.none("mail.accepted", SHOP_HOST)
    assert status(r) == "5.6.0" and len(attempts(r, mail="alice-pc.1")) == 1
    r = Run(letters([{**TO_BOB, "at": "1s"}], fault("answer", to=".", **{"with": "451 4.3.0 later"})))
    assert len(attempts(r)) == 2
    taken = r.one("mail.delivered", SHOP_HOST)
    assert taken["t_ns"] > 10 * MINUTE, taken  # of the first try nothing


@story
def a_lost_reply_to_the_dot_makes_a_second_copy():  # R075
    r = Run(letters([{**TO_BOB, "at": "1s"}], fault("drop", to=".")))
    copies = r.all("mail.delivered", SHOP_HOST, mailbox="bob")
    assert len(copies) == 2 and {e["mail"] for e in copies} == {"alice-pc.1"}, copies
    assert len(r.all("custody.overlap", SHOP_HOST)) == 2
    r.one("mail.ended", recipient="bob@shop.example", verdict="delivered")
    r.none("mail.ndr")


@story
def a_refusal_of_the_sender_is_not_remembered():  # R100
    r = Run(letters([{**TO_BOB, "at": "1s"}, {**TO_BOB, "at": "1m"}],
                    fault("answer", to="MAIL", **{"with": "550 5.7.1 not from you"})))
    r.one("mail.ndr", UNI, action="failed")
    delivered = r.one("mail.delivered", SHOP_HOST)
    assert delivered["mail"] == "alice-pc.2" and delivered["t_ns"] < 2 * MINUTE, delivered


# ---- dead hosts ------------------------------------------------------------------------------------

@story
def a_dead_host_is_asked_once_for_all():  # R098
    sends = [{**TO_BOB, "at": "1s"}, {"to": "bob@shop.example", "at": "1m"}, {"to": "bob@shop.example", "at": "2m"}]
    r = Run(letters(sends, down(), up("25m"), uni={"retry": ["10m", "20m"]}))
    tried = [(e["kind"], e["t_ns"] // MINUTE) for e in connects(r)]
    # at once, after 10 minutes, after 20 more; the last one answers, and all three letters go
    assert tried == [("tcp.failed", 0), ("tcp.failed", 10)] + [("tcp.opened", 30)] * 3, tried
    known = r.all("queue.deferred", UNI, reason=lambda t: t.startswith("not asked"))
    first = [e for e in known if e["t_ns"] < 5 * MINUTE]
    assert len(first) == 2, known
    host = r.all("queue.deferred", UNI)[0]["data"]["next_try_ns"]
    assert all(e["data"]["next_try_ns"] == host and e["data"]["remote"] == SHOP_HOST for e in first), first
    assert len(r.all("mail.delivered", SHOP_HOST)) == 3


@story
def a_dead_host_does_not_keep_from_the_next():  # R098 R105
    hosts = ipv4({
        "a.shop.example": {"mta": {"domains": ["shop.example"], "deliver": "lmtp:store.shop.example"}},
        "b.shop.example": {"mta": {"domains": ["shop.example"], "deliver": "lmtp:store.shop.example"}},
        "store.shop.example": {"mda": {"domains": ["shop.example"], "mailboxes": ["bob"]}},
    })
    zones = {"shop.example": {"mx": ["10 a.shop.example", "20 b.shop.example"]}}
    r = Run(letters([{**TO_BOB, "at": "1s"}, {**TO_BOB, "at": "1m"}], down(host="a.shop.example"),
                    hosts=hosts, zones=zones))
    assert len(r.all("mail.delivered", "store.shop.example")) == 2
    assert [e["kind"] for e in connects(r)] == ["tcp.failed", "tcp.opened", "tcp.opened"]
    second = r.all("dns.mx_chosen", UNI)[-1]["data"]
    assert second["chosen"] == "b.shop.example", second
    why = {c["host"]: c["why"] for c in second["candidates"]}["a.shop.example"]
    assert why.startswith("not asked"), why


@story
def each_address_has_its_own_memory_and_it_ends():  # R098
    # Postfix remembers for 300 s (the first letter is tried at 0, 300, 600 and 1200 s): a letter after 16
    # minutes is tried at once, one after a minute is not.
    sends = [{**TO_BOB, "at": "1s"}, {**TO_BOB, "at": "1m"}, {**TO_BOB, "at": "16m"}]
    document = letters(sends, down())
    document["hosts"][UNI]["mta"] = {"personality": "postfix", "give_up_after": "1h"}
    r = Run(document)
    third = [e for e in r.all("tcp.failed", UNI) if 16 * MINUTE <= e["t_ns"] < 17 * MINUTE]
    assert len(third) == 1, third
    second = [e for e in r.all("tcp.failed", UNI) if MINUTE <= e["t_ns"] < 2 * MINUTE]
    assert not second, second


@story
def exim_returns_at_once_what_is_for_a_host_given_up():  # Exim specification, "Long-term failures"
    sends = [{**TO_BOB, "at": "1s"}, {**TO_BOB, "at": "102h"}]
    document = letters(sends, down())
    document["hosts"][UNI]["mta"] = {"personality": "exim"}
    r = Run(document)
    late = [e for e in r.all("queue.expired", UNI) if e["t_ns"] >= 102 * HOUR]
    assert len(late) == 1 and late[0]["data"]["age_ns"] < MINUTE, late
    assert not [e for e in connects(r) if e["t_ns"] >= 102 * HOUR], "it was asked before its time"


# ---- several at a time -----------------------------------------------------------------------------

def at_once(r, server=None, host=UNI):
    """The largest number of connections that this host had open as a client."""
    most = now = 0
    for e in r.events:
        if e.get("host") == host and e.get("side") == "client" and e["kind"] in ("tcp.opened", "tcp.closed"):
            now += 1 if e["kind"] == "tcp.opened" else -1
            most = max(most, now)
    return most


@story
def deliveries_have_their_limits():
    bank = ipv4(site("bank.example", users=["carol"]), 2)
    sends = [{"to": to, "at": "1s"} for to in ["bob@shop.example", "carol@bank.example"] * 4]
    for keys, most in (({}, 8), ({"parallel": 3}, 3), ({"parallel": 1}, 1), ({"parallel_per_host": 1}, 2),
                       ({"parallel_per_host": 2, "parallel": 3}, 3)):
        r = Run(scenario({**SHOP, **bank}, [dict(s) for s in sends], uni=keys))
        assert len(r.all("mail.delivered", SHOP_HOST)) == len(r.all("mail.delivered", "mail.bank.example")) == 4
        assert at_once(r) == most, (keys, at_once(r))
        for domain in ("shop.example", "bank.example"):  # nobody overtakes
            entered = [e["queue"] for e in r.all("queue.entered", UNI, recipients=lambda t: t[0].endswith(domain))]
            tried = [e["queue"] for e in r.all("queue.attempt", UNI, domain=domain)]
            assert entered == tried, (keys, entered, tried)


@story
def a_server_serves_several_at_once():  # R101
    hosts = {**SHOP, **{f"pc-{i}": {"mua": {"mailbox": "alice@uni.example", "server": UNI}} for i in range(3)}}
    r = Run(scenario(hosts, [{**TO_BOB, "on": f"pc-{i}", "at": "1s"} for i in range(3)]))
    open_now, most = set(), 0
    for e in r.events:
        if e.get("host") == UNI and e.get("side") == "server" and e["kind"] in ("tcp.opened", "tcp.closed"):
            (open_now.add if e["kind"] == "tcp.opened" else open_now.discard)(e["conn"])
            most = max(most, len(open_now))
    assert most == 3, most
    assert len(r.all("mail.delivered", SHOP_HOST)) == 3


# ---- warnings --------------------------------------------------------------------------------------

@story
def a_late_message_is_told_of_once():  # RFC 3461 4.1, RFC 3464 2.3.3
    uni = {"retry": ["3h"], "give_up_after": "1d", "warn_after": "4h"}
    r = Run(letters([{"to": ["bob@shop.example", "dave@shop.example"], "at": "0s"}], down(), uni=uni,
                    hosts=ipv4(site("shop.example", users=["bob", "dave"]))))
    warned = r.all("queue.warned", UNI)
    assert sorted(e["data"]["recipient"] for e in warned) == ["bob@shop.example", "dave@shop.example"], warned
    assert {e["data"]["age_ns"] for e in warned} == {4 * HOUR}, warned
    r.one("mail.ndr", UNI, action="delayed")
    r.one("mail.ndr", UNI, action="failed")
    r = Run(letters([{**TO_BOB, "at": "0s"}], down(), uni={**uni, "warn_after": "0s"}))
    r.none("queue.warned")
    r = Run(letters([{**TO_BOB, "at": "0s", "notify": ["failure"]}], down(), uni=uni))
    r.none("queue.warned")
    r = Run(letters([{**TO_BOB, "at": "0s", "from": "<>"}], down(), uni=uni))
    r.none("queue.warned")


# ---- hold ------------------------------------------------------------------------------------------

@story
def what_enters_on_hold_stays():
    r = Run(scenario(SHOP, [TO_BOB], uni={"hold": True}))
    r.one("queue.held", UNI, recipient="bob@shop.example")
    assert not attempts(r)
    assert [c["host"] for c in r.footer["custodies_open"]] == [UNI], r.footer
    # released, it goes at once, and what enters from then on is not held
    r = Run(letters([{**TO_BOB, "at": "1s"}, {**TO_BOB, "at": "2h"}], fault("set", at="1h", on=UNI, **{"/mta/hold": False}),
                    uni={"hold": True}))
    r.one("queue.held", UNI)
    assert [e["t_ns"] // HOUR for e in r.all("mail.delivered", SHOP_HOST)] == [1, 2]
    r.none("queue.warned")  # nobody was told of the hour on hold, and nothing expired
    # what waits when the hold begins goes on being tried
    r = Run(letters([{**TO_BOB, "at": "1s"}], down(), fault("set", at="1m", on=UNI, **{"/mta/hold": True}), up("5m")))
    r.none("queue.held")
    r.one("mail.delivered", SHOP_HOST)


# ---- full queues -----------------------------------------------------------------------------------

@story
def a_full_queue_takes_no_more_and_says_so():  # R154 (RFC 1870 6.1)
    sends = [{**TO_BOB, "at": "1s", "size": "50kB"}, {**TO_BOB, "at": "1m", "size": "70kB"}]
    r = Run(letters(sends, down(), up("20m"), uni={"max_queue": "100kB", "retry": ["10m", "5m"]}))
    refused = r.all("policy.decision", UNI, rule="queue limit", verdict="defer")
    assert len(refused) >= 1, refused
    reply = [e for e in r.all("smtp.reply", UNI, code=452, enhanced="4.3.1") if e["side"] == "server"]
    assert reply and all(e["data"]["to"] == "MAIL" for e in reply), reply
    assert len(r.all("mail.delivered", SHOP_HOST)) == 2  # the second waited in Alice's outbox
    r = Run(letters([{**TO_BOB, "at": "1s"}, {**TO_BOB, "at": "1m"}], down(), up("20m"),
                    uni={"max_messages": 1, "retry": ["10m", "5m"]}))
    reply = [e for e in r.all("smtp.reply", UNI, code=452, enhanced="4.3.1") if e["side"] == "server"]
    assert reply and len(r.all("mail.delivered", SHOP_HOST)) == 2, reply


@story
def a_run_that_holds_too_much_mail_is_stopped():
    sends = [{**TO_BOB, "at": f"{i}m", "size": "300kB"} for i in range(5)]
    r = Run(letters(sends, down(), limits={"queue": "1MB"}), status=75)
    r.one("sim.ended", reason="queue_limit")
    r = Run(scenario(SHOP, sends[:1], limits={"message": "200kB"}), status=75)
    r.one("sim.ended", reason="message_limit")


# ---- restart ---------------------------------------------------------------------------------------

@story
def what_was_queued_survives():  # RFC 5321 4.2.5, 6.1
    for verb in ("stop", "crash"):
        sends = [{**TO_BOB, "at": f"{i}s"} for i in range(4)]
        r = Run(letters(sends, down(), {"at": "5m", "on": UNI, verb: True}, up("6m", UNI), up("7m"),
                        uni={"retry": ["10m"], "parallel_per_host": 1}))
        assert len(r.all("mail.delivered", SHOP_HOST)) == 4, verb
        assert r.footer["custodies_open"] == [], verb
        # its memory of the dead host is gone with the rest of what was not on the disk
        again = [e for e in r.all("queue.attempt", UNI) if e["t_ns"] > 6 * MINUTE]
        assert again, verb


@story
def a_stop_or_crash_at_any_moment_loses_nothing():  # RFC 5321 6.1; with places that are waited for
    for verb in ("stop", "crash"):
        for at in ("1300ms", "1380ms", "1450ms", "1500ms", "1590ms", "1700ms", "2s"):
            r = Run(letters([{**TO_BOB, "at": "1s"} for _ in range(4)], {"at": at, "on": UNI, verb: True}, up("6m", UNI),
                            uni={"parallel": 2, "parallel_per_host": 1}))
            assert r.footer["custodies_open"] == [], (verb, at, r.footer["custodies_open"])
            arrived = {e["mail"] for e in r.all("mail.delivered", SHOP_HOST)}
            assert len(arrived) == 4, (verb, at, arrived)


tell_all()
