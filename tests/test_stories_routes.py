#!/usr/bin/env python3
"""Which host is tried, which next, and when none is: RFC 5321 5.1, RFC 7505; whole runs (stories.py).

usage: test_stories_routes.py [NAME...]      BUILD names the build folder (default: build)

The plain cases (R102 to R115) stand in test_stories.py; here are the ways in which they go on.
"""
from stories import SHOP, TO_BOB, Run, scenario, site, status, story, tell_all

STORE = {"store.shop.example": {"mda": {"domains": ["shop.example"], "mailboxes": ["bob"]}}}


def pair(first=None, second=None):
    """Two hosts for shop.example, one.shop.example before two.shop.example, with one store behind both."""
    return {"one.shop.example": {"mta": {"domains": ["shop.example"], "deliver": "lmtp:store.shop.example", **(first or {})}},
            "two.shop.example": {"mta": {"domains": ["shop.example"], "deliver": "lmtp:store.shop.example", **(second or {})}}, **STORE}


ONE_TWO = {"shop.example": {"mx": ["10 one.shop.example", "20 two.shop.example"]}}


def chosen(r, host="mail.uni.example", domain="shop.example"):
    return [(e["data"]["chosen"], e["data"]["reason"]) for e in r.all("dns.mx_chosen", host, domain=domain)]


def verdicts(e):
    return [(c["host"], c["verdict"], c["why"]) for c in e["data"]["candidates"]]


def told(answer, hosts=None, sends=None, **rest):
    """one.shop.example answers like that."""
    document = scenario(hosts or pair(), sends or [{**TO_BOB, "at": "1s"}], zones=ONE_TWO, **rest)
    document["timeline"].insert(0, {"at": "0s", "on": "one.shop.example", **answer})
    return document


@story
def refused_by_all():  # R107: connections refused; both are tried, at both addresses, and then it waits
    document = scenario(pair({"ports": [2525]}, {"ports": [2525]}), [TO_BOB], zones=ONE_TWO)
    r = Run(document)
    first = [c for c, reason in chosen(r)][:4]
    assert first == 2 * ["one.shop.example"] + 2 * ["two.shop.example"], first
    r.some("queue.deferred", "mail.uni.example", reason="connection refused", remote="two.shop.example")
    assert status(r) == "4.4.1"


@story
def a_first_host_that_is_silent():  # R107: nothing comes back from it; TCP gives up, the next one is tried
    document = scenario(pair(), [TO_BOB], zones=ONE_TWO, links=[
        {"between": ["mail.uni.example", "one.shop.example"], "loss": "100%"}])
    r = Run(document)
    r.some("tcp.failed", "mail.uni.example", reason="timeout")
    assert chosen(r)[-1] == ("two.shop.example", "next"), chosen(r)
    last = r.all("dns.mx_chosen", "mail.uni.example")[-1]
    assert verdicts(last) == [
        ("one.shop.example", "failed", "no answer to the connection request"),
        ("two.shop.example", "chosen", "the ones before it failed")], verdicts(last)
    r.one("mail.ended", verdict="delivered")
    r.none("queue.deferred")


@story
def a_first_host_that_defers_the_recipient():  # R107: 4yz to RCPT; the next one may know better
    r = Run(scenario(pair({"greylist": "1h"}), [TO_BOB], zones=ONE_TWO))
    r.one("smtp.reply", "one.shop.example", to="RCPT", code=lambda c: c // 100 == 4)
    assert chosen(r) == [("one.shop.example", "mx"), ("two.shop.example", "next")], chosen(r)
    r.one("mail.ended", verdict="delivered")
    r.none("queue.deferred")


@story
def a_first_host_that_refuses_the_recipient():  # R107: 5yz to RCPT is definite: the next one is not asked
    r = Run(scenario(pair(), [{"to": "nobody@shop.example"}], zones=ONE_TWO))
    assert chosen(r) == [("one.shop.example", "mx")], chosen(r)
    r.none("tcp.opened", "two.shop.example", local_port=25)
    assert status(r) == "5.1.1"


def goes_on(r, by="two.shop.example"):
    """The next host took it in the same attempt."""
    assert chosen(r) == [("one.shop.example", "mx"), (by, "next")], chosen(r)
    r.one("mail.relayed", "mail.uni.example", next_hop=by)
    r.none("queue.deferred")
    r.one("mail.ended", verdict="delivered")
    return [w for _, _, w in verdicts(r.all("dns.mx_chosen", "mail.uni.example")[-1])]


@story
def the_next_one_after_a_refusal_of_service():  # R107: 554 or 521 to the connection speaks of the host alone
    for words in ("554 5.3.2 no mail service here", "521 5.3.2 this host takes no mail"):
        r = Run(told({"answer": {"to": "connect", "with": words}}))
        assert goes_on(r)[0] == "its reply: no service", goes_on(r)


@story
def the_next_one_after_421():  # R107: whenever it comes; before the dot nobody has taken it
    for command in ("connect", "EHLO", "MAIL", "RCPT", "DATA"):
        r = Run(told({"answer": {"to": command, "with": "421 4.3.2 going down"}}))
        assert goes_on(r)[0] == "its reply: not now", command


@story
def the_next_one_after_4yz():  # R107: 4yz to the greeting, to MAIL, to RCPT, to DATA, to the message
    for command in ("MAIL", "RCPT", "DATA", "."):
        r = Run(told({"answer": {"to": command, "with": "451 4.3.0 trouble here"}}))
        assert goes_on(r)[0] == "its reply: not now", command


@story
def the_next_one_after_a_refused_hello():  # R107: neither EHLO nor HELO
    document = told({"answer": {"to": "EHLO", "with": "550 5.7.1 not you"}})
    document["timeline"].insert(1, {"at": "0s", "on": "one.shop.example", "answer": {"to": "HELO", "with": "550 5.7.1 not you"}})
    assert goes_on(Run(document))[0] == "its reply: no service"


@story
def the_next_one_after_silence():  # R107: the reply never comes in time, or the connection breaks
    for command in ("connect", "EHLO", "MAIL", "RCPT", "DATA"):
        r = Run(told({"delay": {"to": command, "by": "15m"}}, uni={"give_up_after": "5d"}))
        r.some("smtp.timeout", "mail.uni.example")
        goes_on(r)
        r = Run(told({"close": {"to": command}}))
        assert goes_on(r)[0] == "the connection was lost", command


@story
def no_next_one_when_it_is_in_doubt():  # R107, RFC 5321 6.1: after the dot a second host would make a second copy
    r = Run(told({"drop": {"to": ".", "times": 1}}))
    assert {c for c, _ in chosen(r)} == {"one.shop.example"}, chosen(r)
    r.one("queue.deferred", "mail.uni.example")
    assert len(r.all("mail.delivered", "store.shop.example")) == 2  # one host did nothing wrong, nor did the other


@story
def no_next_one_after_5yz():  # R107: a definite no to MAIL, RCPT, DATA or the message holds for all hosts
    for command in ("MAIL", "RCPT", "DATA", "."):
        r = Run(told({"answer": {"to": command, "with": "550 5.7.1 never"}}))
        assert chosen(r) == [("one.shop.example", "mx")], (command, chosen(r))
        assert status(r) == "5.7.1"


@story
def some_go_on_and_some_do_not():  # R107 R060: of two recipients one is deferred and tried at the next host
    hosts = pair()
    hosts["store.shop.example"]["mda"]["mailboxes"] = ["bob", "carol"]
    r = Run(told({"answer": {"to": "RCPT", "with": "450 4.2.1 busy", "nth": 2, "times": 1}}, hosts=hosts,
                 sends=[{"to": ["bob@shop.example", "carol@shop.example"], "at": "1s"}]))
    passed = {e["data"]["recipient"]: e["data"]["next_hop"] for e in r.all("mail.relayed", "mail.uni.example")}
    assert passed == {"bob@shop.example": "one.shop.example", "carol@shop.example": "two.shop.example"}, passed


@story
def what_is_temporary_wins():  # R107 R109: one host is away, the other has no service: the first may come back
    refuse = {"answer": {"to": "connect", "with": "554 5.3.2 no mail service here"}}
    away = told({**refuse, "on": "two.shop.example"}, hosts=pair({"ports": [2525]}))
    away["timeline"][0]["on"] = "two.shop.example"
    later = told(refuse)
    later["timeline"].insert(0, {"at": "0s", "on": "two.shop.example", "answer": {"to": "connect", "with": "421 4.3.2 later"}})
    sooner = told({"answer": {"to": "connect", "with": "421 4.3.2 later"}})
    sooner["timeline"].insert(0, {"at": "0s", "on": "two.shop.example", **refuse})
    for document in (away, later, sooner):
        r = Run(document)
        r.one("queue.deferred", "mail.uni.example")
        r.none("mail.ndr")
        r.one("mail.ended", verdict="delivered")
    both = told(refuse)
    both["timeline"].insert(0, {"at": "0s", "on": "two.shop.example", **refuse})
    r = Run(both)
    r.none("queue.deferred")
    assert status(r) == "5.3.2", status(r)


@story
def itself_by_another_name():  # R111 R112: the list does not have its name, but its address
    zones = {"shop.example": {"mx": ["10 door.shop.example", "20 two.shop.example"],
                              "names": {"door": {"a": "198.51.100.77"}}}}
    hosts = {"gate.shop.example": {"address": "198.51.100.77", "mta": {"domains": [], "relay": ["allow to shop.example", "refuse"]}},
             "two.shop.example": {"mta": {"domains": ["shop.example"], "deliver": "lmtp:store.shop.example"}}, **STORE}
    r = Run(scenario(hosts, [TO_BOB], zones=zones))
    r.one("mail.accepted", "gate.shop.example")
    choice = r.one("dns.mx_chosen", "gate.shop.example", reason="loop")
    assert verdicts(choice) == [("door.shop.example", "dropped", "this host itself, by its address"),
                                ("two.shop.example", "dropped", "no better than this host")], choice
    assert choice["data"]["chosen"] == choice["data"]["address"] == ""
    assert status(r) == "5.4.6"


@story
def a_backup_waits_for_the_best():  # R111 R107: it is second itself, and asks nobody who is no better
    zones = {"shop.example": {"mx": ["10 one.shop.example", "20 back.shop.example", "30 two.shop.example"]}}
    hosts = pair({"ports": [2525]})
    hosts["back.shop.example"] = {"mta": {"domains": [], "relay": ["allow to shop.example", "refuse"],
                                          "retry": ["10m"], "give_up_after": "25m"}}
    r = Run(scenario(hosts, [TO_BOB], zones=zones))
    r.one("mail.relayed", "mail.uni.example", next_hop="back.shop.example")
    assert {c for c, _ in chosen(r, "back.shop.example")} - {""} == {"one.shop.example"}
    r.none("tcp.opened", "two.shop.example", local_port=25)
    r.some("queue.deferred", "back.shop.example", remote="one.shop.example")
    assert status(r) == "4.4.1"


@story
def everything_dropped_is_told():  # R112: all candidates and why, though none is left
    zones = {"shop.example": {"mx": ["10 gate.shop.example", "10 two.shop.example", "20 one.shop.example"]}}
    hosts = {**pair(), "gate.shop.example": {"mta": {"domains": [], "relay": ["allow to shop.example"]}}}
    hosts["two.shop.example"] = {"mta": {"domains": ["shop.example"], "ports": [2525]}}
    r = Run(scenario(hosts, [TO_BOB], zones=zones))  # whichever is drawn first, only the gate takes it
    for choice in r.some("dns.mx_chosen", "gate.shop.example", domain="shop.example", reason="loop"):
        assert sorted(v for _, v, _ in verdicts(choice)) == 3 * ["dropped"], choice
        assert sorted(w for _, _, w in verdicts(choice)) == 2 * ["no better than this host"] + ["this host itself"]


@story
def an_mx_that_is_an_address():  # R113 R110: no name of a host, so nothing is found, and the A record does not help
    r = Run(scenario({"shop.example": {"mta": {"domains": ["shop.example"]}, "mda": {"domains": ["shop.example"], "mailboxes": ["bob"]}}},
                     [TO_BOB], zones={"shop.example": {"mx": ["10 198.51.100.10"]}}))
    choice = r.one("dns.mx_chosen", "mail.uni.example", domain="shop.example", reason="none")
    assert verdicts(choice) == [("198.51.100.10", "failed", "it has no address")], choice
    assert status(r) == "5.4.4"


@story
def an_mx_that_is_a_cname():  # R113: not allowed, warned about, and followed all the same, as real senders do
    r = Run(scenario(SHOP, [TO_BOB], zones={"shop.example": {"mx": ["10 mx.shop.example"],
                                                             "names": {"mx": {"cname": "mail.shop.example"}}}}))
    r.one("dns.mx_chosen", "mail.uni.example", domain="shop.example", chosen="mx.shop.example")
    r.one("mail.ended", verdict="delivered")


@story
def a_domain_without_anything():  # R103 R110: it exists, has neither MX nor address
    r = Run(scenario(SHOP, [{"to": "bob@text.example"}], zones={"text.example": {"mx": [], "txt": ["nothing here"]}}))
    choice = r.one("dns.mx_chosen", "mail.uni.example", domain="text.example", reason="none")
    assert verdicts(choice) == [("text.example", "failed", "it has no address")], choice
    assert status(r) == "5.4.4"


@story
def by_domain():  # transport by domain: the most exact pattern counts, and each recipient goes its own way
    hosts = {**site("shop.example"), **site("far.shop.example", users=["carol"]), **site("bank.example", users=["dave"]),
             "relay.isp.example": {"mta": {"domains": []}}}
    routes = {"*": "smarthost:relay.isp.example", ".shop.example": "mx", "shop.example": "smarthost:mail.shop.example",
              "bad.example": "refuse"}
    r = Run(scenario(hosts, [{"to": ["bob@shop.example", "carol@far.shop.example", "dave@bank.example", "x@bad.example"]}],
                     uni={"routes": routes}, zones={"bad.example": {"mx": ["10 mail.bad.example"]}}))
    ways = {e["data"]["recipients"][0]: e["data"]["route"] for e in r.all("queue.attempt", "mail.uni.example")}
    assert ways["bob@shop.example"] == "smarthost:mail.shop.example", ways
    assert ways["carol@far.shop.example"] == "mx", ways
    assert ways["dave@bank.example"] == "smarthost:relay.isp.example", ways
    r.one("queue.bounced", "mail.uni.example", recipient="x@bad.example", status="5.7.1",
          reason="this server sends no mail there")
    assert len(r.all("mail.ended", verdict="delivered")) == 4  # three, and the report
    assert [c for c, reason in chosen(r, domain="bank.example")] == ["relay.isp.example"]


@story
def out_by_the_smarthost_back_by_mx():  # RFC 5321 6.1: a report takes its own way
    hosts = {**SHOP, "relay.isp.example": {"mta": {"domains": []}}}
    r = Run(scenario(hosts, [{"to": "nobody@shop.example"}], uni={"routes": {"*": "smarthost:relay.isp.example"}}))
    r.one("mail.ndr", "relay.isp.example", to="alice@uni.example")
    r.one("dns.mx_chosen", "relay.isp.example", domain="uni.example", chosen="mail.uni.example", reason="mx")
    r.one("mail.delivered", "mail.uni.example", mailbox="alice")


@story
def a_smarthost_that_wants_a_login():  # RFC 4954, RFC 6409: the site is a user of its provider, behind TLS
    relay = {"msa": {"users": {"uni": "rabbit"}, "senders": "any"}, "mta": {"domains": [], "relay": ["allow login", "refuse"]}}
    uni = {"routes": {"*": "smarthost:relay.isp.example:587"}, "login": {"user": "uni", "password": "rabbit"}}
    r = Run(scenario({**SHOP, "relay.isp.example": relay}, [TO_BOB], uni=uni))
    r.one("auth.result", "relay.isp.example", user="uni", accepted=True)
    r.some("tls.started", "mail.uni.example")
    r.some("policy.relay", "relay.isp.example", allowed=True, reason="login")
    r.one("mail.ended", verdict="delivered")
    r = Run(scenario({**SHOP, "relay.isp.example": relay}, [TO_BOB], uni={**uni, "login": {"user": "uni", "password": "hare"}}))
    r.some("auth.result", "relay.isp.example", user="uni", accepted=False)
    r.none("mail.accepted", "relay.isp.example")


NULL_MX = {"nowhere.example": {"mx": ["0 ."]}}


@story
def a_recipient_at_a_null_mx_is_refused():  # R116 (RFC 7505 4.1, RFC 7504 4): before anybody has taken the letter
    document = scenario(SHOP, [{"to": ["x@nowhere.example", "bob@shop.example", "y@nowhere.example"]}],
                        uni={"null_mx": "refuse"}, zones=NULL_MX)
    r = Run(document)
    refused = r.all("smtp.reply", "mail.uni.example", to="RCPT", code=556, enhanced="5.1.10")
    assert len(refused) == 2, refused
    assert len(r.all("dns.query", "mail.uni.example", name="nowhere.example")) == 1, "then the cache knows"
    r.some("policy.decision", "mail.uni.example", at="recipient", verdict="refuse", rule="null MX",
           reference="RFC 7505 4.1, RFC 7504 4")
    r.none("mail.ndr")
    assert len(r.all("mail.ended", verdict="refused")) == 2
    r.one("mail.ended", recipient="bob@shop.example", verdict="delivered")
    document["hosts"]["mail.uni.example"]["mta"].pop("null_mx")  # as it is without the key: taken, then reported
    r = Run(document)
    assert r.one("mail.ndr", to="alice@uni.example")["data"]["statuses"] == ["5.1.10", "5.1.10"]


@story
def a_sender_at_a_null_mx_is_refused():  # R117 (RFC 7505 4.2): nobody could tell it anything
    hosts = site("shop.example", null_mx="refuse")
    r = Run(scenario(hosts, [{**TO_BOB, "from": "noreply@nowhere.example"}, TO_BOB], zones=NULL_MX))
    r.one("smtp.reply", "mail.shop.example", to="MAIL", code=550, enhanced="5.7.27")
    r.one("policy.decision", "mail.shop.example", at="sender", verdict="refuse", rule="null MX",
          reference="RFC 7505 4.2")
    assert len(r.all("mail.delivered", "mail.shop.example", mailbox="bob")) == 1
    # The report about the refused one has nowhere to go, and says so.
    r.one("mail.ndr", "mail.uni.example", to="noreply@nowhere.example")
    r.one("mail.discarded", recipient="noreply@nowhere.example")


@story
def a_name_server_in_trouble_refuses_nobody():  # R116 R109: not to know is no reason to refuse
    for fails in ("servfail", "silent"):
        r = Run(scenario(SHOP, [{"to": "x@nowhere.example"}], uni={"null_mx": "refuse"},
                         zones={"nowhere.example": {"fails": fails}}))
        r.one("mail.accepted", "mail.uni.example", client="[192.0.2.10]")
        r.some("queue.deferred", "mail.uni.example")


def said(r, host, **fields):
    """What this host replied as a server."""
    return [e["data"] for e in r.all("smtp.reply", host, **fields) if e["side"] == "server"]


def asking(*sends, store=None, **mx):
    hosts = {"mx.shop.example": {"mta": {"recipients": "ask", "deliver": "lmtp:store.shop.example", **mx}},
             "store.shop.example": {"mda": {"domains": ["shop.example"], "mailboxes": ["bob"], **(store or {})}}}
    return scenario(hosts, list(sends))


@story
def the_next_host_is_asked():  # "recipients": "ask": 550 at RCPT, though only the store has the list
    r = Run(asking(TO_BOB, {"to": "nobody@shop.example"}))
    r.one("mail.delivered", "store.shop.example", mailbox="bob")
    refusal = said(r, "mx.shop.example", to="RCPT", code=550, enhanced="5.1.1")
    assert len(refusal) == 1 and refusal[0]["lines"] == ["store.shop.example says: no such mailbox here"], refusal
    r.one("policy.decision", "mx.shop.example", at="recipient", verdict="accept", rule="call-out", subject="bob@shop.example")
    r.one("policy.decision", "mx.shop.example", at="recipient", verdict="refuse", rule="call-out", subject="nobody@shop.example")
    asked = [e["data"]["line"] for e in r.all("smtp.command", "store.shop.example") if e["data"]["verb"] == "MAIL"]
    assert [a.split(" SIZE")[0] for a in asked] == ["MAIL FROM:<>", "MAIL FROM:<alice@uni.example>", "MAIL FROM:<>"], asked
    assert len(r.all("smtp.command", "store.shop.example", verb="RSET")) == 2  # two questions, no message
    r.one("mail.ndr", "mail.uni.example", to="alice@uni.example")  # the report is the sender's to write
    r.none("mail.ndr", "mx.shop.example")


@story
def what_the_next_host_said_is_remembered():  # yes for a day, no for two hours
    sends = [{**TO_BOB, "at": "0s"}, {**TO_BOB, "at": "23h"}, {**TO_BOB, "at": "25h"},
             {"to": "nobody@shop.example", "at": "26h"}, {"to": "nobody@shop.example", "at": "27h"},
             {"to": "nobody@shop.example", "at": "29h"}]
    r = Run(asking(*sends))
    rules = [(e["data"]["rule"], e["data"]["verdict"]) for e in r.all("policy.decision", "mx.shop.example", at="recipient")
             if e["data"]["rule"].startswith("call-out")]
    assert rules == [("call-out", "accept"), ("call-out, remembered", "accept"), ("call-out", "accept"),
                     ("call-out", "refuse"), ("call-out, remembered", "refuse"), ("call-out", "refuse")], rules


@story
def the_next_host_cannot_be_asked():  # 450, and it is asked again later
    document = asking({**TO_BOB, "at": "1s"})
    document["timeline"] = [{"at": "0s", "on": "store.shop.example", "stop": True}] + document["timeline"] + [
        {"at": "5m", "on": "store.shop.example", "start": True}]
    r = Run(document)
    r.one("smtp.reply", "mx.shop.example", to="RCPT", code=450, enhanced="4.4.1")
    r.one("queue.deferred", "mail.uni.example", code=450)
    r.one("mail.ended", verdict="delivered")


@story
def who_asks_goes_away_meanwhile():  # the session ends while the question is under way: nobody is told
    for at in (1600, 1700, 1800):  # while its address is asked for, the connection opens, it answers
        document = asking({**TO_BOB, "at": "1s"})
        document["timeline"].append({"at": f"{at}ms", "on": "mx.shop.example", "crash": True})
        document["timeline"].append({"at": "1m", "on": "mx.shop.example", "start": True})
        r = Run(document)
        crash = r.one("host.crashed")["seq"]
        assert any(e["seq"] < crash for e in r.all("smtp.ask", "mx.shop.example", question="recipient"))
        assert all(e["seq"] > crash for e in r.all("policy.decision", rule="call-out")), at
        r.one("mail.ended", verdict="delivered")
    document = asking({**TO_BOB, "at": "1s"})
    document["timeline"].insert(0, {"at": "0s", "on": "store.shop.example", "delay": {"to": "RCPT", "by": "20m", "times": 1}})
    r = Run(document)  # the sender's time for RCPT is over first
    r.some("smtp.timeout", "mail.uni.example", phase="RCPT")
    r.one("mail.ended", verdict="delivered")


@story
def a_second_mx_asks_the_first():  # and keeps what it could not ask about away from its own queue
    zones = {"shop.example": {"mx": ["10 one.shop.example", "20 back.shop.example"]}}
    hosts = {"one.shop.example": {"mta": {"domains": ["shop.example"]}, "mda": {"domains": ["shop.example"], "mailboxes": ["bob"]}},
             "back.shop.example": {"mta": {"domains": [], "recipients": "ask", "relay": ["allow to shop.example", "refuse"]}},
             "eve-pc": {"mua": {"mailbox": "eve@bank.example", "server": "back.shop.example", "port": 25}},
             **site("bank.example", users=["eve"])}
    r = Run(scenario(hosts, [{"on": "eve-pc", "to": ["bob@shop.example", "nobody@shop.example"]}], zones=zones))
    assert len(said(r, "back.shop.example", to="RCPT", code=550)) == 1
    r.one("mail.delivered", "one.shop.example", mailbox="bob")
    r.none("mail.ndr")  # no backscatter from the second MX


@story
def an_alias_is_not_asked_about():  # this host expands it, so it knows it
    r = Run(asking({"to": "desk@shop.example"}, store={"aliases": {"desk": "bob"}}))
    r.one("mail.expanded", "mx.shop.example", by="alias")
    r.one("mail.delivered", "store.shop.example", mailbox="bob")
    r.none("policy.decision", rule="call-out")


tell_all()
