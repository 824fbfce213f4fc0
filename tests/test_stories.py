#!/usr/bin/env python3
"""Whole runs, told by what must and must not stand in their traces (stories.py).

usage: test_stories.py [NAME...]      BUILD names the build folder (default: build)
"""
from stories import SHOP, TO_BOB, Run, scenario, site, status, story, tell_all


def two_mx(**second):
    """shop.example with a far server at 10 and a near one at 20."""
    return {
        "far.shop.example": {"mta": {"domains": ["shop.example"]},
                             "mda": {"domains": ["shop.example"], "mailboxes": ["bob"]}},
        "near.shop.example": {"mta": {"domains": ["shop.example"], **second}},
    }


ZONE_TWO_MX = {"shop.example": {"mx": ["20 near.shop.example", "10 far.shop.example"]}}


@story
def lowest_preference_first():  # R105
    r = Run(scenario(two_mx(), [TO_BOB], zones=ZONE_TWO_MX,
                     links=[{"between": ["mail.uni.example", "near.shop.example"], "latency": "1ms"}]))
    choice = r.one("dns.mx_chosen", "mail.uni.example", domain="shop.example")
    assert choice["data"]["chosen"] == "far.shop.example", choice
    assert [c["preference"] for c in choice["data"]["candidates"]] == [10, 20]
    assert [c["verdict"] for c in choice["data"]["candidates"]] == ["chosen", "later"]
    r.one("mail.ended", verdict="delivered")


@story
def next_when_the_first_is_away():  # R107
    hosts = two_mx()
    hosts["far.shop.example"]["mta"]["ports"] = [2525]  # nobody listens on 25
    hosts["near.shop.example"]["mta"]["routes"] = {"shop.example": "smarthost:far.shop.example"}
    hosts["near.shop.example"]["mta"]["domains"] = []
    hosts["near.shop.example"]["mta"]["relay"] = ["allow to shop.example", "refuse"]
    r = Run(scenario(hosts, [TO_BOB], zones=ZONE_TWO_MX), status=0)
    r.some("tcp.failed", "mail.uni.example", reason="refused")
    choices = r.some("dns.mx_chosen", "mail.uni.example", domain="shop.example")
    tried = [(c["data"]["chosen"], ":" in c["data"]["address"]) for c in choices[:3]]
    assert tried == [("far.shop.example", False), ("far.shop.example", True),
                     ("near.shop.example", False)], tried  # each host at each of its addresses
    assert choices[2]["data"]["reason"] == "next"
    r.some("mail.relayed", "mail.uni.example", next_hop="near.shop.example")


@story
def equals_are_drawn():  # R106
    zones = {"shop.example": {"mx": ["10 near.shop.example", "10 far.shop.example"]}}
    first = set()
    for seed in range(12):
        hosts = two_mx()
        for name in hosts:
            hosts[name]["mta"]["deliver"] = "lmtp:store.shop.example"
            hosts[name].pop("mda", None)
        hosts["store.shop.example"] = {"mda": {"domains": ["shop.example"], "mailboxes": ["bob"]}}
        r = Run(scenario(hosts, [TO_BOB], zones=zones), seed)
        first.add(r.some("dns.mx_chosen", "mail.uni.example", domain="shop.example")[0]["data"]["chosen"])
        r.one("mail.ended", verdict="delivered")
    assert first == {"near.shop.example", "far.shop.example"}, first


@story
def implicit_mx():  # R103
    hosts = {"shop.example": {"mta": {"domains": ["shop.example"]},
                              "mda": {"domains": ["shop.example"], "mailboxes": ["bob"]}}}
    r = Run(scenario(hosts, [TO_BOB], zones={"shop.example": {"mx": []}}))
    r.one("dns.mx_chosen", "mail.uni.example", domain="shop.example", reason="implicit_mx")
    r.one("mail.ended", verdict="delivered")


@story
def no_fallback_beside_an_mx():  # R104 R110: the MX host has no address, the domain itself has
    hosts = {"shop.example": {"mta": {"domains": ["shop.example"]},
                              "mda": {"domains": ["shop.example"], "mailboxes": ["bob"]}}}
    r = Run(scenario(hosts, [TO_BOB], zones={"shop.example": {"mx": ["10 gone.shop.example"]}}))
    assert status(r) == "5.4.4", status(r)
    r.none("tcp.opened", "shop.example", local_port=25)
    choice = r.one("dns.mx_chosen", "mail.uni.example", domain="shop.example", reason="none")["data"]
    assert choice["candidates"] == [{"preference": 10, "host": "gone.shop.example",
                                     "verdict": "failed", "why": "it has no address"}], choice


@story
def dead_host_reports_nothing():  # R134 (RFC 3464 2.3.5): a Remote-MTA is one that said something
    r = Run(scenario({"mail.shop.example": {"mta": {"ports": [25]}, "mda": {"mailboxes": ["bob"]}}},
                     [TO_BOB], uni={"routes": {"*": "smarthost:mail.shop.example:2525"}}))
    report = r.all("mail.content", "mail.uni.example", part="whole")[0]["data"]["octets"]
    assert "Remote-MTA" not in report and "Diagnostic-Code" not in report, report
    assert "\r\n      mail.shop.example: connection refused\r\n" in report, report
    told = r.story()
    assert told.count("its settings say that this mail goes to mail.shop.example") == 1, told
    assert ("mail.uni.example has no success there and tries the next address of "
            "mail.shop.example, 2001:db8:0:2::a") in told, told


@story
def temporary_trouble_wins():  # R109 R110: the best host may have an address later
    zones = {"shop.example": {"mx": ["10 a.far.example", "20 gone.shop.example"]},
             "far.example": {"fails": "servfail"}}
    r = Run(scenario(SHOP, [TO_BOB], zones=zones))
    r.some("queue.deferred", "mail.uni.example", enhanced="4.4.3")
    assert status(r) == "4.4.3", status(r)


@story
def null_mx():  # R115
    r = Run(scenario(SHOP, [TO_BOB], zones={"shop.example": {"mx": ["0 ."]}}))
    assert status(r) == "5.1.10"
    r.one("dns.mx_chosen", "mail.uni.example", domain="shop.example", reason="null_mx")
    r.none("queue.deferred")
    r.one("queue.bounced", code=0, status="5.1.10", remote="")  # nobody has replied
    assert r.all("queue.bounced")[0]["t_ns"] < 2_000_000_000, "no queueing"


@story
def no_such_domain():  # R108
    r = Run(scenario(SHOP, [{"to": "bob@nowhere.example"}]))
    assert status(r) == "5.1.2"
    r.none("queue.deferred")


@story
def name_server_fails():  # R109 R094 R095 R096
    r = Run(scenario(SHOP, [TO_BOB], zones={"shop.example": {"fails": "servfail"}}))
    tries = [e["t_ns"] for e in r.some("queue.attempt", "mail.uni.example", domain="shop.example")]
    gaps = [b - a for a, b in zip(tries, tries[1:])]
    assert all(g >= 600_000_000_000 - 1 for g in gaps[:-1]), gaps
    r.one("queue.expired", "mail.uni.example")
    assert status(r) == "4.4.3"


@story
def the_zone_above_fails():  # its trouble is not that of the zones below it
    r = Run(scenario(site("sub.shop.example"), [{"to": "bob@sub.shop.example"}],
                     zones={"shop.example": {"mx": ["10 mail.sub.shop.example"], "fails": "silent"}}))
    r.one("mail.ended", verdict="delivered")


@story
def name_server_is_silent():  # R109
    r = Run(scenario(SHOP, [TO_BOB], zones={"shop.example": {"fails": "silent"}}))
    r.some("dns.timeout", "mail.uni.example")
    r.some("queue.deferred", "mail.uni.example", enhanced="4.4.3")


@story
def cname():  # R102
    r = Run(scenario(SHOP, [{"to": "bob@old.shop.example"}],
                     zones={"shop.example": {"mx": ["10 mail.shop.example"],
                                             "names": {"old": {"cname": "shop.example"}}}}))
    r.some("dns.mx_chosen", "mail.uni.example", chosen="mail.shop.example")


@story
def backup_drops_itself():  # R111
    hosts = two_mx()
    hosts["near.shop.example"]["mta"].update({"domains": [], "relay": ["allow to shop.example", "refuse"]})
    zones = {"shop.example": {"mx": ["10 near.shop.example", "20 far.shop.example", "5 best.shop.example"]}}
    hosts["best.shop.example"] = {"mta": {"domains": ["shop.example"], "ports": [2525]}}
    r = Run(scenario(hosts, [TO_BOB], zones=zones))
    choice = r.some("dns.mx_chosen", "near.shop.example", domain="shop.example")[0]["data"]
    assert [(c["host"], c["verdict"]) for c in choice["candidates"]] == [
        ("best.shop.example", "chosen"), ("near.shop.example", "dropped"),
        ("far.shop.example", "dropped")], choice


@story
def best_host_is_itself():  # R112
    hosts = {"mail.shop.example": {"mta": {"domains": [], "relay": ["allow anyone"]}}}
    r = Run(scenario(hosts, [TO_BOB], zones={"shop.example": {"mx": ["10 mail.shop.example"]}}))
    r.one("dns.mx_chosen", "mail.shop.example", reason="loop")
    assert status(r) == "5.4.6"


@story
def ping_pong():  # R093: two hosts, each the other's smarthost
    hosts = {
        "mail.shop.example": {"mta": {"domains": [], "relay": ["allow anyone"],
                                      "routes": {"*": "smarthost:mail.bank.example"}}},
        "mail.bank.example": {"mta": {"domains": [], "relay": ["allow anyone"],
                                      "routes": {"shop.example": "smarthost:mail.shop.example",
                                                 "*": "mx"}}},
    }
    r = Run(scenario(hosts, [TO_BOB], zones={"shop.example": {"mx": ["10 mail.shop.example"]}}))
    r.one("policy.decision", at="message", verdict="refuse", rule="hop limit")
    assert status(r) == "5.4.6"


@story
def one_copy_for_two():  # R099
    hosts = site("shop.example", users=["bob", "carol"])
    r = Run(scenario(hosts, [{"to": ["bob@shop.example", "carol@shop.example"]}]))
    assert len(r.all("tcp.opened", "mail.shop.example", local_port=25)) == 1
    assert len([e for e in r.all("smtp.command", "mail.shop.example", verb="RCPT")]) == 2
    assert len(r.all("mail.ended", verdict="delivered")) == 2
    for e in r.all("mail.content", part="prepended", host="mail.shop.example"):
        assert "\tfor " not in e["data"]["octets"], "R085 R090: no FOR with two recipients"


@story
def each_is_judged_alone():  # R060 R061 R018
    r = Run(scenario(SHOP, [{"to": ["nobody@shop.example", "bob@shop.example", "none@shop.example"]}]))
    assert len(r.all("smtp.reply", "mail.shop.example", code=550)) == 2
    r.one("mail.ended", recipient="bob@shop.example", verdict="delivered")
    assert len(r.all("mail.ended", verdict="bounced")) == 2
    ndr = r.one("mail.ndr")  # R122: one report about both
    assert ndr["data"]["recipients"] == ["nobody@shop.example", "none@shop.example"]


@story
def relaying_is_refused():  # R063
    hosts = {**SHOP, **site("bank.example", users=["eve"]),
             "eve-pc": {"mua": {"mailbox": "eve@bank.example", "server": "mail.uni.example", "port": 25}}}
    document = scenario(hosts, [{"on": "eve-pc", "to": "bob@shop.example"}],
                        uni={"relay": ["allow from 192.0.2.200", "refuse"]})
    r = Run(document)
    refusal = r.one("smtp.reply", "mail.uni.example", code=550)
    assert refusal["data"]["enhanced"] == "5.7.1" and refusal["data"]["to"] == "RCPT"
    r.one("policy.relay", allowed=False, reason="denied", rule="refuse")
    r.none("mail.relayed", "mail.uni.example")
    r.one("mail.ended", verdict="refused")


@story
def accepted_then_bounced():  # R118 R072
    hosts = {"mx.shop.example": {"mta": {"recipients": "any", "deliver": "lmtp:store.shop.example"}},
             "store.shop.example": {"mda": {"mailboxes": ["bob"]}}}
    r = Run(scenario(hosts, [{"to": "nobody@shop.example"}]))
    r.one("mail.accepted", "mx.shop.example")
    r.one("mail.ndr", "mx.shop.example", about="alice-pc.1")
    assert status(r) == "5.1.1"


@story
def no_report_about_a_report():  # R120 R137
    r = Run(scenario(SHOP, [{"to": "nobody@shop.example", "from": "nobody@bank.example"}]))
    r.one("mail.ndr", to="nobody@bank.example")
    r.one("mail.discarded", recipient="nobody@bank.example")
    r.one("mail.ended", recipient="nobody@bank.example", verdict="discarded")


@story
def lmtp_answers_for_each():  # R180
    hosts = {"mx.shop.example": {"mta": {"recipients": "any", "deliver": "lmtp:store.shop.example"}},
             "store.shop.example": {"mda": {"mailboxes": ["bob", "carol"]}}}
    r = Run(scenario(hosts, [{"to": ["bob@shop.example", "carol@shop.example"]}]))
    r.some("smtp.command", "store.shop.example", verb="LHLO")
    replies = [e for e in r.all("smtp.reply", "store.shop.example", to="message") if e["side"] == "server"]
    assert len(replies) == 2, replies
    assert len(r.all("mail.delivered", "store.shop.example")) == 2
    r.some("mail.accepted", "store.shop.example", protocol="LMTP")


@story
def too_big():  # R156: the client sees the limit in EHLO and does not even ask
    r = Run(scenario(site("shop.example", max_size="20KB"), [{**TO_BOB, "size": "50KB"}]))
    assert status(r) == "5.3.4"
    r.none("smtp.command", "mail.shop.example", verb="MAIL")


@story
def outbox_is_given_up():  # R097: waiting is not being refused, in an outbox as in a queue
    hosts = {**SHOP, "eve-pc": {"mua": {"mailbox": "eve@bank.example", "server": "mail.shop.example",
                                        "port": 2525}}, **site("bank.example", users=["eve"])}
    r = Run(scenario(hosts, [{"on": "eve-pc", **TO_BOB}]))
    r.some("queue.deferred", "eve-pc")
    r.one("queue.expired", "eve-pc")
    r.one("mail.ended", verdict="expired", at="eve-pc")
    r.none("mail.ndr")  # the author sees it on the screen


@story
def quoted_or_not():  # R049 R050 (RFC 5321 4.1.2): one mailbox, and as few quotes as may be
    r = Run(scenario(SHOP, [{"to": ['"bob"@shop.example', '"no body"@shop.example']}]))
    r.one("mail.delivered", "mail.shop.example", mailbox="bob", recipient="bob@shop.example")
    r.one("mail.ended", recipient="bob@shop.example", verdict="delivered")
    r.one("smtp.command", "mail.shop.example", line="RCPT TO:<bob@shop.example>")
    r.one("smtp.command", "mail.shop.example", line='RCPT TO:<"no body"@shop.example>')
    r.one("mail.ended", recipient='"no body"@shop.example', verdict="bounced")


@story
def postmaster_is_always_there():  # R053 (RFC 5321 4.5.1)
    r = Run(scenario(SHOP, [{"to": "PostMaster@shop.example"}, {"to": "nobody@shop.example"}]))
    r.one("mail.delivered", "mail.shop.example", mailbox="postmaster")
    # A person who can help is at the address that the report comes from.
    report = r.all("mail.content", "mail.uni.example", part="whole")[0]["data"]["octets"]
    assert "\r\nFrom: Mail Delivery System <postmaster@uni.example>\r\n" in report, report
    hosts = site("shop.example", mda={"aliases": {"postmaster": ["bob"]}})
    r = Run(scenario(hosts, [{"to": "postmaster@shop.example"}]))
    r.one("mail.delivered", "mail.shop.example", mailbox="bob")


@story
def ends_when_it_was_asked_to():  # the footer and sim.ended tell the time that was asked for
    r = Run(scenario(SHOP, [TO_BOB], uni={"routes": {"*": "smarthost:mail.shop.example:2525"}}),
            more=["--until", "20m"])
    assert r.one("sim.ended", reason="until")["t_ns"] == r.footer["end_ns"] == 1200 * 10**9
    assert "The run ended, as asked, after 20 min." in r.story(), r.story()


@story
def too_many_at_once():  # R057 R058 R059
    users = [f"u{i}" for i in range(12)]
    r = Run(scenario(site("shop.example", users=users, max_recipients=5),
                     [{"to": [f"{u}@shop.example" for u in users]}]), status=0)
    assert len(r.all("mail.ended", verdict="delivered")) == 12
    r.some("smtp.reply", "mail.shop.example", code=452)
    assert len(r.all("smtp.command", "mail.shop.example", verb="DATA")) == 3
    assert len(r.all("tcp.opened", "mail.shop.example", local_port=25)) == 1, "in the same session"
    r.none("queue.deferred")  # the others are not put off for that


@story
def a_hundred_at_a_time():  # R057 R059: the client asks no server for more than all must take
    users = [f"u{i}" for i in range(250)]
    r = Run(scenario(site("shop.example", users=users, max_recipients=1000),
                     [{"to": [f"{u}@shop.example" for u in users] + ["nobody@shop.example"]}]))
    ended = r.all("mail.ended", verdict="delivered")
    assert len([e for e in ended if e["data"]["recipient"].endswith("@shop.example")]) == 250
    data = [e["seq"] for e in r.all("smtp.command", "mail.uni.example", verb="DATA")
            if e["side"] == "server"]
    rcpt = [e["seq"] for e in r.all("smtp.command", "mail.uni.example", verb="RCPT")
            if e["side"] == "server"]
    assert len(data) == 3 and len(rcpt) == 251
    assert [len([s for s in rcpt if s < d]) for d in data] == [100, 200, 251]
    assert len(r.all("tcp.opened", "mail.uni.example", local_port=587)) == 1, "one connection"


@story
def ipv6_only():
    hosts = {"mail.shop.example": {"address": "2001:db8:1::25", "mta": {}, "mda": {"mailboxes": ["bob"]}}}
    r = Run(scenario(hosts, [TO_BOB]))
    r.one("dns.mx_chosen", "mail.uni.example", domain="shop.example", address="2001:db8:1::25")
    r.one("mail.ended", verdict="delivered")


@story
def alias_elsewhere():  # R091
    hosts = site("shop.example", mda={"aliases": {"staff": ["bob", "carol@bank.example"]}})
    hosts.update(site("bank.example", users=["carol"]))
    r = Run(scenario(hosts, [{"to": "staff@shop.example"}]))
    r.one("mail.expanded", into=["bob@shop.example", "carol@bank.example"])
    r.one("mail.delivered", "mail.bank.example", mailbox="carol")
    r.one("mail.ended", recipient="staff@shop.example", verdict="delivered")


@story
def alias_of_which_one_fails():  # R091: each of those whom it stands for is told, and the report
    hosts = site("shop.example", mda={"aliases": {"staff": ["bob", "dan@bank.example"]}})
    hosts.update(site("bank.example", users=["carol"]))
    r = Run(scenario(hosts, [{"to": ["staff@shop.example", "bob@shop.example"]}]))
    told = r.story()
    assert ('dan@bank.example: failed: mail.bank.example answered 550 5.1.1 "no such user here". '
            "mail.shop.example wrote the report, mail.shop.example.1, to alice@uni.example: delivered "
            "at mail.uni.example.") in told, told


def a_megabyte(loss, tries):
    r = Run(scenario(SHOP, [{**TO_BOB, "size": "1MB"}], uni={"retry": ["5m"], "give_up_after": "2d"},
                     internet={"latency": "20ms", "rate": "100Mbit/s", "loss": loss}))
    r.one("mail.ended", verdict="delivered")
    sent = r.all("mail.content", "alice-pc", part="whole")[0]["data"]["octets"]
    received = r.all("mail.accepted", "mail.shop.example")[0]["data"]["octets"]
    prepended = r.all("mail.content", "mail.uni.example", part="prepended")[0]["data"]["octets"]
    assert received == len(sent) + len(prepended)
    assert len(r.all("queue.attempt")) <= tries, len(r.all("queue.attempt"))
    return r


@story
def a_megabyte_with_little_loss():
    r = a_megabyte("5%", 3)  # MUA, MTA, mailbox: each at the first try
    r.some("net.dropped", reason="loss")
    r.some("tcp.timeout")


@story
def a_megabyte_with_much_loss():
    a_megabyte("20%", 40)


def lines_of(r, host, part="prepended"):
    return [e["data"]["octets"] for e in r.all("mail.content", host, part=part)]


@story
def names_and_trace_fields():  # R009 R044 R048 R084 R087 R023 R101
    r = Run(scenario(SHOP, [TO_BOB]))
    assert [e["data"]["line"] for e in r.all("smtp.command", "alice-pc", verb="EHLO")] == \
        ["EHLO [192.0.2.10]"], "a host without a qualified name uses an address literal"
    r.one("smtp.command", "mail.uni.example", verb="EHLO", line="EHLO mail.uni.example")
    for e in r.all("smtp.command", verb="MAIL"):
        assert e["data"]["line"].startswith("MAIL FROM:<alice@uni.example> SIZE="), e
    for e in r.all("smtp.command", verb="RCPT"):
        assert e["data"]["line"] == "RCPT TO:<bob@shop.example>", e
    assert lines_of(r, "mail.uni.example")[0].replace("\r\n", "").startswith(
        "Received: from [192.0.2.10] ([192.0.2.10]) by mail.uni.example with ESMTP id ")
    assert "; Mon, 02 Mar 2026 09:00:00 +0000\r\n" in lines_of(r, "mail.uni.example")[0]
    assert lines_of(r, "mail.shop.example", "final") == ["Return-Path: <alice@uni.example>\r\n"]
    r.none("tcp.closed", reason="reset")


@story
def two_doors():  # R172 R063: the same stranger at 587 and at 25
    for port, command, rule in ((587, "MAIL", "sender"), (25, "RCPT", None)):
        hosts = {**SHOP, "eve-pc": {"mua": {"mailbox": "eve@bank.example",
                                            "server": "mail.uni.example", "port": port}},
                 **site("bank.example", users=["eve"])}
        r = Run(scenario(hosts, [{"on": "eve-pc", "to": "bob@shop.example"}],
                         uni={"relay": ["allow from 192.0.2.200", "refuse"]}))
        refusal = r.one("smtp.reply", "mail.uni.example", code=550)
        assert refusal["data"]["to"] == command, refusal
        if rule:
            r.one("policy.decision", "mail.uni.example", at=rule, verdict="refuse")


@story
def the_dot_is_answered_at_once():  # R074
    r = Run(scenario(SHOP, [{**TO_BOB, "size": "200KB"}]))
    for end in r.all("smtp.data", "mail.shop.example"):
        reply = r.one("smtp.reply", "mail.shop.example", to="message")
        assert reply["t_ns"] == end["t_ns"]


@story
def many_at_once():  # R101: servers serve several clients side by side
    sends = [{**TO_BOB, "at": "0s"} for _ in range(20)]
    r = Run(scenario(SHOP, sends))
    opened = [e["t_ns"] for e in r.all("tcp.opened", "mail.shop.example", local_port=25)]
    closed = [e["t_ns"] for e in r.all("tcp.closed", "mail.shop.example")]
    assert len(opened) == 20 and max(opened) < min(closed), "all open at the same time"
    assert len(r.all("mail.ended", verdict="delivered")) == 20


@story
def refused_sender_is_not_remembered():  # R100
    hosts = {**SHOP, "eve-pc": {"mua": {"mailbox": "eve@bank.example", "server": "mail.uni.example",
                                        "port": 587}}, **site("bank.example", users=["eve"])}
    r = Run(scenario(hosts, [{"on": "eve-pc", "to": "bob@shop.example", "at": "0s"},
                             {"on": "eve-pc", "to": "bob@shop.example", "at": "10s"}],
                     uni={"relay": ["allow from 192.0.2.200", "refuse"]}))
    assert len(r.all("smtp.command", "mail.uni.example", verb="MAIL")) == 2


tell_all()
