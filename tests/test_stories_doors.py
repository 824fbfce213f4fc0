#!/usr/bin/env python3
"""Doors: logins, TLS and collecting, as whole runs (stories.py); and what somebody on the way can read.

The recordings are read by tshark, which knows TLS and our program does not know tshark.
"""
import json, os, subprocess, tempfile

from stories import Run, SHOP, TO_BOB, program, scenario, site, story, tell_all

SECOND = 10**9


def uni(msa=None, mua=None, mda=None, sends=(TO_BOB,), hosts=SHOP, **rest):
    """Alice's site with these settings on top of the usual ones."""
    d = scenario(hosts, list(sends), **rest)
    d["hosts"]["alice-pc"]["mua"].update(mua or {})
    d["hosts"]["mail.uni.example"]["msa"].update(msa or {})
    d["hosts"]["mail.uni.example"]["mda"].update(mda or {})
    return d


USERS = {"users": {"alice": "rabbit"}}
COLLECT = {"collect": {"from": "mail.uni.example"}}


class Wire:
    """A run with every layer and its recording."""

    def __init__(self, document):
        self.folder = tempfile.TemporaryDirectory()
        at = lambda name: os.path.join(self.folder.name, name)
        json.dump(document, open(at("s.json"), "w"))
        subprocess.run([program, "run", at("s.json"), "--quiet", "--trace", at("t.jsonl"), "--pcap", at("t.pcap"),
                        "--layers", "core,smtp,pop3,dns,tcp,segment,bytes"], check=True)
        lines = [json.loads(l) for l in open(at("t.jsonl"))]
        self.events = [e for e in lines if "kind" in e]
        self.pcap = at("t.pcap")

    def said(self, port):
        """The octets that both sides handed to TCP on connections to that port."""
        conns = {e["conn"] for e in self.events if e["kind"] == "tcp.opened" and e["side"] == "client" and e["data"]["remote_port"] == port}
        return "".join(e["data"]["octets"] for e in self.events if e["kind"] == "tcp.bytes" and e["conn"] in conns)

    def tshark(self, what, *fields):
        command = ["tshark", "-r", self.pcap, "-Y", what, "-T", "fields"]
        for f in fields or ["frame.number"]:
            command += ["-e", f]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return [l.split("\t") for l in done.stdout.splitlines()]


def sealed_well(wire, name):
    """TLS 1.3 as tshark sees it: the name in the hello, nothing malformed, and data behind it."""
    assert [name] in wire.tshark("tls.handshake.type==1", "tls.handshake.extensions_server_name")
    assert wire.tshark("tls.handshake.type==2 && tls.handshake.extensions.supported_version==0x0304")
    assert len(wire.tshark("tls.app_data")) >= 4
    assert not wire.tshark("_ws.malformed || tls.alert_message.desc || _ws.expert.severity==error")


# ---- submission --------------------------------------------------------------------------------

@story
def login_and_tls_are_implied():  # R086, R164, R168, R172, R173
    r = Run(uni(USERS))
    for side in "client", "server":
        assert [e for e in r.all("tls.started", implicit=False, server_name="mail.uni.example") if e["side"] == side]
    r.one("auth.result", "mail.uni.example", user="alice", mechanism="PLAIN", accepted=True)
    r.one("policy.relay", "mail.uni.example", reason="login", rule="allow login", allowed=True)
    r.one("mail.accepted", "mail.uni.example", protocol="ESMTPSA")
    r.one("mail.accepted", "mail.shop.example", protocol="ESMTP")
    assert len([e for e in r.all("smtp.command", "alice-pc", verb="EHLO")]) == 2, "EHLO again after TLS (RFC 3207 4.2)"
    r.none("smtp.command", verb="AUTH", line=lambda l: "***" not in l)
    offers = [e["data"]["lines"] for e in r.all("smtp.reply", "alice-pc", to="EHLO")]
    assert "STARTTLS" in offers[0] and not [l for l in offers[0] if l.startswith("AUTH")], offers[0]  # R169
    assert "STARTTLS" not in offers[1] and [l for l in offers[1] if l.startswith("AUTH")], offers[1]  # R165, R178
    assert not [l for l in offers[1] if l.startswith("ETRN")]
    received = [e["data"]["octets"] for e in r.all("mail.content", "mail.uni.example", part="prepended")]
    assert "with ESMTPSA" in received[0].replace("\r\n\t", " ").replace("\r\n", ""), received


@story
def five_protocols():  # R086, RFC 3848
    for msa, mua, want in (({"users": {"alice": "x"}}, {}, "ESMTPSA"),
                           ({"users": {"alice": "x"}, "tls": "none"}, {}, "ESMTPA"),
                           ({"tls": "offered"}, {}, "ESMTPS"),
                           ({}, {}, "ESMTP")):
        Run(uni(msa, mua)).one("mail.accepted", "mail.uni.example", protocol=want)


@story
def nobody_logged_in():  # R173: 530 at MAIL
    r = Run(uni({**USERS, "tls": "none"}, {"login": {"user": "alice", "password": "rabbit"}}))
    r.one("mail.ended", verdict="delivered")
    d = uni({**USERS, "tls": "none"}, {"mailbox": "carol@uni.example"})  # no user of that name: no login
    r = Run(d)
    r.one("smtp.reply", "mail.uni.example", code=530, enhanced="5.7.0", to="MAIL")
    r.one("policy.decision", "mail.uni.example", at="sender", verdict="refuse", code=530, reference="RFC 6409 4.3")
    r.one("mail.ended", verdict="refused")


@story
def nothing_goes_before_tls():  # RFC 3207 4: 530 to MAIL in clear
    r = Run(uni({**USERS, "tls": "required"}, {"tls": "none", "mailbox": "carol@uni.example"}))
    r.one("smtp.reply", "mail.uni.example", code=530, to="MAIL")
    r.none("auth.result")


@story
def a_network_may_still_be_allowed():  # users and networks side by side
    r = Run(uni({**USERS, "tls": "none"}, {"mailbox": "carol@uni.example"},
                uni={"relay": ["allow login", "allow from 192.0.2.0/24", "refuse"]}))
    r.one("policy.relay", "mail.uni.example", reason="network", allowed=True)
    r.none("auth.result")


@story
def wrong_password():  # R168: 535, and no mail
    r = Run(uni(USERS, {"login": {"user": "alice", "password": "hare"}}))
    r.one("auth.result", accepted=False, reason="the password is another one")
    r.one("smtp.reply", "mail.uni.example", code=535, enhanced="5.7.8")
    r.none("mail.accepted")
    r.none("smtp.command", verb="MAIL")


@story
def a_server_that_is_only_an_address():  # no name goes out in the clear, and none is told (RFC 6066 3)
    d = uni(hosts=site("shop.example", tls="offered"), sends=[{"to": "bob@[198.51.100.10]"}])
    r = Run(d)
    r.one("tls.started", "mail.uni.example", server_name="")
    assert "mail.uni.example seals its connection to a server without a name by STARTTLS" in r.story()


@story
def no_password_in_clear():  # R169: the client does not send it, the server would not take it
    r = Run(uni({**USERS, "tls": "offered"}, {"tls": "none"}))
    r.none("smtp.command", verb="AUTH")
    r.none("mail.accepted")
    r = Run(uni({**USERS, "tls": "none"}))
    r.one("smtp.command", "alice-pc", verb="AUTH", line="AUTH PLAIN ***")
    r.one("mail.accepted", "mail.uni.example", protocol="ESMTPA")


@story
def starttls_stripped():  # somebody takes the offer away: the client does not go on in clear
    d = uni({**USERS}, {"tls": "starttls"})
    d["hosts"]["mail.uni.example"]["msa"]["tls"] = "none"
    r = Run(d)
    r.some("tls.refused", "alice-pc", reason="the server does not offer STARTTLS")
    r.none("smtp.command", verb="MAIL")
    r.none("smtp.command", verb="AUTH")


@story
def alice_sends_as_bob():  # R175
    r = Run(uni(USERS, sends=[{**TO_BOB, "from": "bob@uni.example"}], mda={"mailboxes": ["alice", "bob"]}))
    r.one("smtp.reply", "mail.uni.example", code=550, enhanced="5.7.1", to="MAIL")
    r.one("policy.decision", rule="own addresses", subject="bob@uni.example", verdict="refuse")
    r.one("mail.ended", verdict="refused")
    r = Run(uni({**USERS, "senders": "any"}, sends=[{**TO_BOB, "from": "bob@uni.example"}], mda={"mailboxes": ["alice", "bob"]}))
    r.one("mail.ended", verdict="delivered")


@story
def own_aliases():  # R175: what leads to her mailbox is hers
    mda = {"mailboxes": ["alice", "bob"], "aliases": {"dean": "alice", "chief": "dean", "boss": "bob"}}
    for name, verdict in (("chief", "delivered"), ("boss", "refused"), ("nobody", "refused")):
        r = Run(uni(USERS, sends=[{**TO_BOB, "from": name + "@uni.example"}], mda=mda))
        r.one("mail.ended", verdict=verdict)


@story
def null_sender_after_login():  # R177
    r = Run(uni(USERS, sends=[{**TO_BOB, "from": "<>"}]))
    r.one("mail.accepted", "mail.uni.example", sender="", protocol="ESMTPSA")


@story
def unqualified_sender():  # R174
    r = Run(uni({**USERS, "senders": "any"}, sends=[{**TO_BOB, "from": "alice@localhost"}]))
    r.one("smtp.reply", "mail.uni.example", code=554, to="MAIL")


@story
def implicit_tls():  # R172: port 465
    r = Run(uni({**USERS, "ports": [465]}))
    assert len(r.all("tls.started", implicit=True)) == 2
    r.none("smtp.command", verb="STARTTLS")
    r.one("mail.accepted", "mail.uni.example", protocol="ESMTPSA")


@story
def two_doors():  # R172: 587 lets her in, 25 does not relay
    d = uni(USERS, sends=[TO_BOB, {**TO_BOB, "on": "old-pc"}])
    d["hosts"]["old-pc"] = {"mua": {"mailbox": "alice@uni.example", "server": "mail.uni.example", "port": 25}}
    r = Run(d)
    assert sorted(e["data"]["verdict"] for e in r.all("mail.ended")) == ["delivered", "refused"]
    r.one("policy.relay", "mail.uni.example", allowed=False)
    assert len(r.all("auth.result")) == 1


@story
def clear_client_at_a_sealed_port():  # what is no TLS is refused, not misunderstood
    r = Run(uni({**USERS, "ports": [465]}, {"tls": "none"}, limits={"time": "1h"}), status=75)
    r.none("mail.accepted")
    r = Run(uni({**USERS}, {"tls": "implicit", "port": 587}, limits={"time": "1h"}), status=75)
    r.some("tls.refused", reason="what the other side said is no TLS")
    r.none("smtp.command", verb="MAIL")


# ---- between servers ----------------------------------------------------------------------------

@story
def servers_seal_where_it_is_offered():  # RFC 3207, RFC 7435
    r = Run(uni(hosts=site("shop.example", tls="offered")))
    r.one("mail.accepted", "mail.shop.example", protocol="ESMTPS")
    r.one("mail.accepted", "mail.uni.example", protocol="ESMTP")
    r.none("auth.result")


@story
def refused_starttls_goes_on_in_clear():  # opportunistic
    d = uni(hosts=site("shop.example", tls="offered"))
    d["timeline"].append({"at": "0s", "on": "mail.shop.example", "answer": {"to": "STARTTLS", "with": "454 4.7.0 not now"}})
    r = Run(d)
    r.one("tls.refused", "mail.uni.example", reason="the server refused STARTTLS")
    r.one("mail.accepted", "mail.shop.example", protocol="ESMTP")


# ---- what an eavesdropper reads -----------------------------------------------------------------

@story
def the_road_in_clear_and_sealed():  # R163, R164, R166: octets on the wire against the dialogue
    clear, sealed = Wire(uni({**USERS, "tls": "none"})), Wire(uni(USERS))
    assert "AGFsaWNlAHJhYmJpdA==" in clear.said(587), "the password, for everybody to read"
    assert "RCPT TO:<bob@shop.example>" in clear.said(587)
    said = sealed.said(587)
    assert "STARTTLS" in said and "go ahead with TLS" in said and "mail.uni.example" in said
    for secret in "AGFsaWNlAHJhYmJpdA==", "MAIL FROM", "bob@shop.example", "Hello.":
        assert secret not in said, secret
    for wire in clear, sealed:  # the hosts themselves know what was said
        assert [e for e in wire.events if e["kind"] == "smtp.command" and e["data"]["line"] == "RCPT TO:<bob@shop.example>"]
    sealed_well(sealed, "mail.uni.example")


@story
def dissected_by_tshark():  # STARTTLS, implicit TLS and STLS, on their usual ports
    sealed_well(Wire(uni({**USERS, "ports": [465]}, hosts=site("shop.example", tls="offered"))), "mail.shop.example")
    sealed_well(Wire(uni(mua=COLLECT, sends=[{"to": "alice@uni.example"}])), "mail.uni.example")
    sealed_well(Wire(uni(mua=COLLECT, mda={"pop3": {"ports": [995]}}, sends=[{"to": "alice@uni.example"}])), "mail.uni.example")


@story
def a_large_letter_under_tls():  # many records, and still the same letter
    r = Run(uni(USERS, sends=[{**TO_BOB, "size": "300KB"}]))
    sizes = {e["data"]["octets"] for e in r.all("smtp.data") if e["conn"] == 1}
    assert len(sizes) == 1 and sizes.pop() > 300000
    r.one("mail.ended", verdict="delivered")


# ---- collecting ---------------------------------------------------------------------------------

@story
def a_report_is_collected():  # as any mail in her mailbox
    r = Run(uni(mua=COLLECT, sends=[{"to": "nobody@shop.example"}]), layers="core,smtp,pop3,tcp")
    got = r.one("mail.collected", "alice-pc", mailbox="alice", server="mail.uni.example")
    assert got["mail"] == "mail.uni.example.1"
    r.one("tls.started", "mail.uni.example", implicit=False)
    r.one("auth.result", "mail.uni.example", user="alice", accepted=True)
    r.none("pop3.command", line=lambda l: l.startswith("PASS") and l != "PASS ***")
    assert got["t_ns"] // SECOND == 300


@story
def collecting_does_not_keep_a_run_alive():  # one last visit to each mailbox, and the end
    hosts = site("shop.example")
    hosts["bob-pc"] = {"mua": {"mailbox": "bob@shop.example", "server": "mail.shop.example",
                               "collect": {"from": "mail.shop.example", "every": "7s"}}}
    r = Run(uni(mua=COLLECT, hosts=hosts, sends=[TO_BOB, {"to": "alice@uni.example", "at": "20s"}]))
    assert len(r.all("mail.collected")) == 2
    assert r.events[-1]["data"]["reason"] == "quiet" and r.events[-1]["t_ns"] < 302 * SECOND
    r = Run(uni(mua={"collect": {"from": "mail.uni.example", "every": "1h"}}, sends=[{"to": "alice@nowhere.example"}]))
    assert r.one("mail.collected")["t_ns"] // SECOND == 3600


@story
def it_is_collected_while_others_wait():  # visits go on as long as something is pending
    d = uni(mua=COLLECT, sends=[{"to": "alice@uni.example"}, {**TO_BOB, "at": "1s"}])
    d["timeline"] += [{"at": "0s", "on": "mail.shop.example", "stop": True}, {"at": "30m", "on": "mail.shop.example", "start": True}]
    r = Run(d)
    assert r.one("mail.collected")["t_ns"] // SECOND == 300
    assert len(r.all("auth.result", user="alice")) >= 7, "every five minutes"


@story
def left_on_the_server():  # keep: by unique-id, once
    d = uni(mua={"collect": {"from": "mail.uni.example", "keep": True, "every": "1m"}}, sends=[{"to": "alice@uni.example"}] * 2)
    d["timeline"].append({"at": "10m", "on": "alice-pc", "send": {"to": "alice@uni.example"}})
    r = Run(d, layers="core,smtp,pop3")
    assert len(r.all("mail.collected")) == 3
    assert len({e["mail"] for e in r.all("mail.collected")}) == 3
    r.none("pop3.command", line=lambda l: l.startswith("DELE"))


@story
def read_by_the_timeline():  # only when she does
    d = uni(mua=COLLECT, sends=[{"to": "alice@uni.example"}])
    d["timeline"].append({"at": "42s", "on": "alice-pc", "read": True})
    r = Run(d)
    got = r.one("mail.collected")
    assert got["t_ns"] // SECOND == 42
    assert len(r.all("auth.result")) == 1


@story
def pop3_in_clear_only_if_the_scenario_says_so():  # the same rule as for submission
    letter = [{"to": "alice@uni.example"}]
    clear = Wire(uni(mua=COLLECT, mda={"pop3": {"tls": "none"}, "mailboxes": {"alice": {"password": "rabbit"}}}, sends=letter))
    assert "PASS rabbit" in clear.said(110)
    refused = Wire(uni(mua={"collect": {"from": "mail.uni.example", "tls": "none"}},
                       mda={"pop3": {"tls": "offered"}, "mailboxes": {"alice": {"password": "rabbit"}}}, sends=letter))
    assert "say STLS first" in refused.said(110) and "rabbit" not in refused.said(110)
    assert not [e for e in refused.events if e["kind"] == "mail.collected"]
    stripped = Wire(uni(mua={"collect": {"from": "mail.uni.example", "tls": "starttls"}},
                        mda={"pop3": {"tls": "none"}, "mailboxes": {"alice": {"password": "rabbit"}}}, sends=letter))
    assert "rabbit" not in stripped.said(110)
    assert [e for e in stripped.events if e["kind"] == "tls.refused" and e["host"] == "alice-pc"]


@story
def a_wrong_password_collects_nothing():
    r = Run(uni(mua={"collect": {"from": "mail.uni.example", "login": {"user": "alice", "password": "hare"}}},
                mda={"mailboxes": {"alice": {"password": "rabbit"}}}, sends=[{"to": "alice@uni.example"}]))
    r.some("auth.result", accepted=False, reason="the password is another one")
    r.none("mail.collected")


@story
def a_crash_between_retr_and_quit():  # RFC 1939 6: nothing is removed before QUIT, and nothing is fetched twice
    d = uni(mua={"collect": {"from": "mail.uni.example", "every": "1m"}}, sends=[{"to": "alice@uni.example", "size": "40KB"}])
    d["timeline"] += [{"at": "60.47s", "on": "mail.uni.example", "crash": True}, {"at": "2m", "on": "mail.uni.example", "start": True}]
    r = Run(d, layers="core,smtp,pop3")
    r.one("mail.collected")
    assert len([e for e in r.all("pop3.reply", "mail.uni.example", ok=True, line=lambda l: l.endswith("octets")) ]) >= 1
    r.one("mail.delivered")


@story
def away_from_home():  # out of the range, but with a login
    d = uni(USERS)
    d["hosts"]["alice-pc"]["address"] = "203.0.113.77"
    r = Run(d)
    r.one("policy.relay", "mail.uni.example", reason="login", client="203.0.113.77")
    r.one("mail.ended", verdict="delivered")


@story
def added_by_the_msa():  # R176: a letter gets Date and Message-ID of its own; what is there stays
    r = Run(uni(USERS))
    whole = r.one("mail.content", "alice-pc", part="whole")["data"]["octets"]
    prepended = r.one("mail.content", "mail.uni.example", part="prepended")["data"]["octets"]
    for name in "Date:", "Message-ID:":
        assert (whole + prepended).count("\n" + name) + (whole + prepended).startswith(name) == 1, name


tell_all()
