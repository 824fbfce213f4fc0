#!/usr/bin/env python3
"""Whole runs about trust: who may relay, blocklists, greylists, SPF, limits, strangers (stories.py).

usage: test_stories_policy.py [NAME...]      BUILD names the build folder (default: build)
"""
from stories import SHOP, TO_BOB, Run, scenario, site, status, story, tell_all

SECOND = 10**9
BULK = {"bulk.test": {"address": "203.0.113.66", "stranger": {}}}


def shop(**mta):
    return site("shop.example", **mta)


def listing(*addresses, text="open relay, see bl.example", **zone):
    """A blocklist's zone as somebody wrote it: nothing but DNS."""
    def name(address):
        if ":" in address:
            import ipaddress
            return ".".join(reversed(ipaddress.ip_address(address).exploded.replace(":", "")))
        return ".".join(reversed(address.split(".")))
    names = {name(a): {"a": "127.0.0.2", "txt": text} for a in addresses}
    return {"zones": {"bl.example": {"names": names, **zone}}}


UNI = "192.0.2.25"


def from_uni(run_hosts, sends, **rest):
    """Alice writes by way of mail.uni.example, whose address is UNI."""
    document = scenario(run_hosts, sends, **rest)
    document["hosts"]["mail.uni.example"]["address"] = UNI
    return document


# ---- blocklists --------------------------------------------------------------------------------------

@story
def listed_and_refused():  # R063, R149: refused during the session; the sender's own MTA writes the report
    r = Run(from_uni(shop(blocklists=["bl.example"]), [TO_BOB], **listing(UNI)))
    r.one("dns.query", "mail.shop.example", name="25.2.0.192.bl.example", type="A")
    r.one("dns.query", "mail.shop.example", name="25.2.0.192.bl.example", type="TXT")
    verdict = r.one("policy.decision", "mail.shop.example", verdict="refuse")
    assert verdict["data"]["rule"] == "blocklist bl.example" and verdict["data"]["subject"] == UNI
    reply = r.one("smtp.reply", "mail.shop.example", code=550)
    assert reply["data"]["enhanced"] == "5.7.1" and "open relay" in reply["data"]["lines"][0], reply
    assert status(r) == "5.7.1"
    r.none("mail.ndr", "mail.shop.example")


@story
def listed_in_ipv6():  # RFC 5782 2.4: nibbles
    document = scenario(shop(blocklists=["bl.example"]), [TO_BOB], **listing("2001:db8:7::25"))
    document["hosts"]["mail.uni.example"]["address"] = "2001:db8:7::25"
    document["hosts"]["mail.shop.example"]["address"] = ["198.51.100.25", "2001:db8:8::25"]
    document["hosts"]["alice-pc"]["address"] = "2001:db8:7::10"
    document["hosts"]["ns"] = {"address": ["203.0.113.53", "2001:db8:9::53"], "dns": {}}
    r = Run(document)
    r.one("dns.query", "mail.shop.example", type="A",
          name="5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.0.0.0.8.b.d.0.1.0.0.2.bl.example")
    assert r.one("policy.decision", verdict="refuse")["data"]["reference"] == "RFC 5782 2.4"


@story
def not_listed():  # the verdict of a list that says nothing is a record too
    r = Run(from_uni(shop(blocklists=["bl.example"]), [TO_BOB, {**TO_BOB, "at": "1m"}], **listing("192.0.2.99")))
    assert len(r.all("policy.decision", rule="blocklist bl.example: not listed", verdict="accept")) == 2
    r.one("dns.query", "mail.shop.example", name="25.2.0.192.bl.example")  # the second time from the cache
    assert len(r.all("mail.ended", verdict="delivered")) == 2


@story
def the_list_is_silent():  # fails open: a list that is down must not stop mail
    r = Run(from_uni(shop(blocklists=["bl.example"]), [TO_BOB], **listing(UNI, fails="silent")))
    r.some("dns.timeout", "mail.shop.example")
    r.one("policy.decision", rule="blocklist bl.example: no answer", verdict="accept")
    r.one("mail.ended", verdict="delivered")


@story
def two_lists_one_listing():
    zones = listing(UNI)["zones"]
    zones["white.example"] = {"names": {}}
    r = Run(from_uni(shop(blocklists=["white.example", "bl.example"]), [TO_BOB], zones=zones))
    r.one("policy.decision", rule="blocklist white.example: not listed")
    r.one("policy.decision", rule="blocklist bl.example", verdict="refuse")


@story
def postmaster_can_be_asked_why():  # R053, RFC 5321 4.5.1: even by those who are listed
    r = Run(from_uni(shop(blocklists=["bl.example"]), [{"to": "postmaster@shop.example"}], **listing(UNI)))
    r.one("mail.ended", verdict="delivered")


# ---- greylists ---------------------------------------------------------------------------------------

@story
def greylisted_and_back():  # RFC 6647, R094: a real server comes back and is let in
    r = Run(from_uni(shop(greylist="5m"), [TO_BOB, {**TO_BOB, "at": "1h"}], uni={"retry": ["2m", "10m"]}))
    first, second = r.all("policy.decision", "mail.shop.example", rule="greylist", verdict="defer")
    reply = r.some("smtp.reply", "mail.shop.example", code=451)[0]["data"]
    assert reply["enhanced"] == "4.7.1"
    assert second["t_ns"] - first["t_ns"] < 300 * SECOND, "too early is deferred again"
    back = r.one("policy.decision", rule="greylist: came back", verdict="accept")
    assert back["t_ns"] - first["t_ns"] >= 300 * SECOND
    r.one("policy.decision", rule="greylist: known", verdict="accept")  # the second letter waits no more
    assert len(r.all("mail.ended", verdict="delivered")) == 2
    r.none("mail.ndr")


@story
def greylist_is_on_disk():  # survives a crash of the server
    document = from_uni(shop(greylist="5m"), [TO_BOB], uni={"retry": ["10m"]})
    document["timeline"] += [{"at": "2m", "on": "mail.shop.example", "crash": True},
                             {"at": "3m", "on": "mail.shop.example", "start": True}]
    r = Run(document)
    r.one("policy.decision", rule="greylist", verdict="defer")
    r.one("policy.decision", rule="greylist: came back")
    r.one("mail.ended", verdict="delivered")


@story
def greylist_forgets():  # who comes back after the window is unknown again
    r = Run(from_uni(shop(greylist={"delay": "5m", "window": "20m"}), [TO_BOB], uni={"retry": ["30m", "10m"]}))
    assert len(r.all("policy.decision", rule="greylist", verdict="defer")) == 2
    r.one("mail.ended", verdict="delivered")


# ---- limits ------------------------------------------------------------------------------------------

@story
def too_many_connections():  # R101: served side by side, up to the limit
    r = Run(scenario(shop(max_connections=3), [{**TO_BOB, "at": "0s"} for _ in range(8)]))
    refused = r.some("policy.decision", "mail.shop.example", rule="connection limit", code=421)
    assert len(refused) == 5 + 2, "five at first, two of them again ten minutes later"
    assert len(r.all("mail.ended", verdict="delivered")) == 8, "later is soon enough"


@story
def too_many_mails():  # by address, since nobody logged in
    r = Run(scenario(shop(rate={"mails": 2, "per": "30m"}), [TO_BOB] * 4))
    assert len(r.all("policy.decision", "mail.shop.example", rule="rate limit", code=450)) >= 2
    assert len(r.all("mail.ended", verdict="delivered")) == 4
    delivered = sorted(e["t_ns"] for e in r.all("mail.delivered"))
    assert delivered[1] < 60 * SECOND < 1800 * SECOND <= delivered[2], delivered


@story
def tarpit():  # the refusal comes, but not soon
    r = Run(scenario(shop(tarpit="20s"), [{"to": "nobody@shop.example"}]))
    ask = r.one("smtp.ask", "mail.shop.example", question="recipient")
    reply = r.one("smtp.reply", "mail.shop.example", code=550)
    assert reply["t_ns"] - ask["t_ns"] == 20 * SECOND
    r.one("policy.decision", rule="tarpit", verdict="refuse")
    assert status(r) == "5.1.1"


# ---- a session that dies while its question is open ----------------------------------------------------

@story
def crash_while_waiting():  # the verdict comes too late for everybody
    document = from_uni(shop(blocklists=["bl.example"]), [TO_BOB], **listing(UNI, fails="silent"))
    document["timeline"] += [{"at": "5s", "on": "mail.shop.example", "crash": True},
                             {"at": "2m", "on": "mail.shop.example", "start": True}]
    r = Run(document)
    r.one("mail.ended", verdict="delivered")


@story
def stop_while_waiting():  # RFC 5321 3.8: 421, whatever was being asked
    document = from_uni(shop(blocklists=["bl.example"]), [TO_BOB], **listing(UNI, fails="silent"))
    document["timeline"] += [{"at": "5s", "on": "mail.shop.example", "stop": True},
                             {"at": "2m", "on": "mail.shop.example", "start": True}]
    r = Run(document)
    r.some("smtp.reply", "mail.shop.example", code=421)
    r.one("mail.ended", verdict="delivered")


# ---- SPF ---------------------------------------------------------------------------------------------

def spf(record, mode, letters=None, **more):
    hosts = {**shop(spf=mode), **BULK, **site("bank.example", users=["ceo"])}
    hosts["mail.bank.example"]["address"] = "198.51.100.77"
    names = more.pop("names", {})
    return Run(from_uni(hosts, letters or [
        {"on": "bulk.test", "server": "mail.shop.example", "from": "ceo@bank.example", "to": "bob@shop.example"}],
        zones={"bank.example": {**({"txt": record} if record else {}), "names": names, **more}}))


@story
def spf_fails_and_is_refused():  # RFC 7208 8.4, RFC 7372: the owner of the name says who may use it
    r = spf("v=spf1 mx -all", "refuse")
    r.one("policy.decision", "mail.shop.example", at="sender", verdict="refuse", rule="SPF fail: -all")
    reply = r.one("smtp.reply", "mail.shop.example", code=550)
    assert reply["data"]["enhanced"] == "5.7.23" and reply["data"]["to"] == "MAIL", reply
    assert [e["data"]["type"] for e in r.all("dns.query", "mail.shop.example")] == ["TXT", "MX", "A"]


@story
def spf_fails_and_is_marked():
    r = spf("v=spf1 mx -all", "mark")
    r.one("policy.decision", at="sender", verdict="accept", rule="SPF fail: -all")
    lines = r.one("mail.content", "mail.shop.example", part="prepended")["data"]["octets"]
    assert lines.startswith("Received-SPF: fail\r\n\treceiver=mail.shop.example; client-ip=203.0.113.66;"), lines
    assert 'envelope-from="ceo@bank.example"' in lines and lines.index("Received-SPF") < lines.index("Received: ")
    r.one("mail.delivered", mailbox="bob")


@story
def spf_says_why():  # exp=, with a macro
    r = spf("v=spf1 exp=why.bank.example -all", "refuse",
            names={"why": {"txt": "%{i} is none of ours"}})
    assert "203.0.113.66 is none of ours" in r.one("smtp.reply", "mail.shop.example", code=550)["data"]["lines"][0]


@story
def spf_passes():
    letters = [{"on": "ceo-pc", "to": "bob@shop.example"}]
    hosts = {**shop(spf="refuse"), "ceo-pc": {"mua": {"mailbox": "ceo@bank.example"}},
             "mail.bank.example": {"msa": {}, "mta": {}, "mda": {"mailboxes": ["ceo"]}}}
    r = Run(scenario(hosts, letters, zones={"bank.example": {"txt": "v=spf1 mx -all"}}))
    r.one("policy.decision", at="sender", verdict="accept", rule="SPF pass: mx")
    r.one("mail.delivered", mailbox="bob")


@story
def spf_is_not_there():
    r = spf(None, "refuse")
    r.one("policy.decision", at="sender", verdict="accept", rule="SPF none")
    r.one("mail.delivered", mailbox="bob")


@story
def spf_and_silence():  # temperror is no reason to refuse
    r = spf("v=spf1 include:other.test -all", "refuse", fails="silent")
    r.one("policy.decision", at="sender", verdict="accept", rule="SPF temperror")
    r.one("mail.delivered", mailbox="bob")


@story
def spf_of_the_null_sender():  # 2.4: the name in HELO stands for it
    r = spf("v=spf1 -all", "mark", [{"on": "bulk.test", "server": "mail.shop.example", "from": "<>",
                                     "to": "bob@shop.example"}])
    assert "identity=helo" in r.one("mail.content", "mail.shop.example", part="prepended")["data"]["octets"]


# ---- strangers ---------------------------------------------------------------------------------------


@story
def a_stranger_writes():  # R063: to users of the server he may, through it he may not
    r = Run(scenario({**SHOP, **BULK}, [
        {"on": "bulk.test", "server": "mail.shop.example", "from": "ceo@bank.example", "to": "bob@shop.example"},
        {"on": "bulk.test", "server": "mail.shop.example", "from": "ceo@bank.example", "to": "alice@uni.example"}]))
    r.one("policy.relay", allowed=True, reason="local", recipient="bob@shop.example", client="203.0.113.66")
    denied = r.one("policy.relay", allowed=False, reason="denied", recipient="alice@uni.example")
    assert denied["data"]["reference"] == "RFC 5321 7.9"
    reply = r.one("smtp.reply", "mail.shop.example", code=550)
    assert reply["data"]["enhanced"] == "5.7.1"
    r.one("mail.delivered", mailbox="bob")
    r.none("mail.ndr")
    content = r.some("mail.content", "bulk.test", part="whole")[0]["data"]["octets"]
    assert "From: ceo@bank.example" in content, content


@story
def a_stranger_does_not_come_back():  # why greylists help
    r = Run(scenario({**shop(greylist="5m"), **BULK}, [
        {"on": "bulk.test", "server": "mail.shop.example", "from": "ceo@bank.example", "to": "bob@shop.example"}]))
    r.one("policy.decision", rule="greylist", verdict="defer")
    r.one("queue.expired", "bulk.test")
    r.none("mail.delivered")


@story
def probed():  # the verb: MAIL and RCPT, no message
    document = scenario({**SHOP, **BULK}, [])
    document["timeline"] = [{"at": "0s", "on": "bulk.test", "probe": {
        "server": "mail.shop.example", "from": "ceo@bank.example", "to": ["alice@uni.example", "bob@shop.example"]}}]
    r = Run(document)
    r.one("policy.decision", "bulk.test", verdict="refuse", code=550, subject="alice@uni.example")
    r.one("policy.decision", "bulk.test", verdict="accept", subject="bob@shop.example")
    assert not r.all("smtp.command", verb="DATA") and not r.all("mail.composed")
    r.one("sim.input", verb="probe")


@story
def asked_by_a_server():  # which would seal the road for mail, and has nothing to hide in a question
    hosts = {"mx.shop.example": {"mta": {"domains": [], "relay": ["allow to shop.example", "refuse"], "recipients": "ask",
                                         "routes": {"shop.example": "smarthost:mail.shop.example"}}},
             "mail.shop.example": {"mta": {"tls": "offered"}, "mda": {"mailboxes": ["bob"]}}}
    r = Run(scenario(hosts, [{"to": "bob@shop.example"}], zones={"shop.example": {"mx": ["10 mx.shop.example"]}}))
    r.one("mail.ended", verdict="delivered")
    assert len(r.all("tcp.opened", "mail.shop.example", local_port=25)) == 2
    r.one("tls.started", "mail.shop.example")


@story
def the_table_of_eight():  # S13, S15, R063: four clients, two recipients; strangers may write to our users
    clients = {"desk.uni.example": ("192.0.2.10", True), "lab.uni.example": ("192.0.2.200", True),
               "hotel.test": ("198.51.100.9", False), "bulk.test": ("203.0.113.66", False)}
    document = from_uni(SHOP, [], uni={"relay": ["allow from 192.0.2.0/24", "refuse"]})
    for i, (name, (address, _)) in enumerate(clients.items()):
        document["hosts"][name] = {"address": address, "stranger": {}}
        document["timeline"].append({"at": f"{i}m", "on": name, "probe": {
            "server": "mail.uni.example", "to": ["alice@uni.example", "bob@shop.example"]}})
    r = Run(document)
    for name, (address, inside) in clients.items():
        verdicts = {to: r.one("policy.decision", name, subject=to)["data"]["verdict"]
                    for to in ("alice@uni.example", "bob@shop.example")}
        assert verdicts == {"alice@uni.example": "accept",
                            "bob@shop.example": "accept" if inside else "refuse"}, (name, verdicts)
        r.one("policy.relay", client=address, recipient="alice@uni.example", allowed=True, reason="local")
        r.one("policy.relay", client=address, recipient="bob@shop.example", allowed=inside,
              reason="network" if inside else "denied")


def abuse(**more):
    return {"bulk.test": {"address": "203.0.113.66", "stranger": {"abuse": {
        "every": "10m", "letters": 3, "to": [f"u{i}@shop.example" for i in range(100)], **more}}}}


CROWD = site("shop.example", users=[f"u{i}" for i in range(100)])


@story
def open_door():  # S12, S20: one in, a hundred out; the probe comes first
    r = Run(scenario({**CROWD, **abuse(servers=["mail.uni.example"])}, [{"to": "u0@shop.example", "at": "1m"}],
                     uni={"relay": ["allow anyone"]}))
    found = r.one("policy.decision", "bulk.test", rule="probe mail.uni.example", verdict="accept")
    accepted = r.all("mail.accepted", "mail.uni.example", address="203.0.113.66")
    assert len(accepted) == 3 and all(e["t_ns"] > found["t_ns"] for e in accepted)
    assert all(len(e["data"]["recipients"]) == 100 for e in accepted)
    assert len(r.all("mail.delivered", "mail.shop.example")) == 301, "100 each, and Alice's own"
    assert {e["data"]["rule"] for e in r.all("policy.relay", "mail.uni.example", client="203.0.113.66")} == {"allow anyone"}


@story
def shut_door():  # the same stranger, and nothing comes of it
    r = Run(scenario({**CROWD, **abuse()}, [{"to": "u0@shop.example", "at": "25m"}]))
    refused = r.all("policy.decision", "bulk.test", rule="probe mail.uni.example", verdict="refuse")
    assert [e["t_ns"] // (600 * SECOND) for e in refused] == [0, 1, 2], "every ten minutes, and not for ever"
    assert len(r.all("mail.composed")) == 1, "nothing was poured"


# ---- a blocklist that is fed by complaints ------------------------------------------------------------

def victims(*names, about="You won", **mta):
    complains = {"complains": {"to": "complaints@bl.example", "about": about}}
    return {"mail.shop.example": {"mta": mta, "mda": {"mailboxes": {n: complains for n in names}}}}


LIST = {"lists.bl.example": {"blocklist": {"threshold": 3, "window": "4h", "test": "30m"}}}
CROOK = {"bulk.test": {"address": "203.0.113.66", "stranger": {"abuse": {
    "every": "10m", "letters": 2, "servers": ["mail.uni.example"], "to": ["v1@shop.example", "v2@shop.example"]}}}}


def blamed(*later, sends=(), until="3h", relay=("allow anyone",), hosts=()):
    bank = site("bank.example", users=["carol"], blocklists=["bl.example"])
    document = from_uni({**victims("v1", "v2"), **LIST, **CROOK, **bank, **dict(hosts)},
                        [{"to": "carol@bank.example", "subject": "Hi", "at": "1h"}, *sends],
                        uni={"relay": list(relay)})
    document["timeline"] += [*later, {"at": until, "on": "alice-pc", "send": {"to": "alice@uni.example"}}]
    return document


@story
def listed_for_what_it_relays():  # S14, S20, S22; R063, R149
    r = Run(blamed(until="70m"))
    complaint = r.some("mail.composed", "mail.shop.example", subject="Abuse report")[0]
    assert complaint["data"]["from"] in ("v1@shop.example", "v2@shop.example")
    listed = r.one("list.listed", "lists.bl.example", list="bl.example", address=UNI)
    assert "relays for anyone" in listed["data"]["reason"]
    probe = r.some("policy.decision", "lists.bl.example", rule="probe " + UNI, verdict="accept")[0]
    assert probe["seq"] < listed["seq"]
    r.none("list.listed", address="203.0.113.66")  # the stranger stands behind the relay
    # Its own users pay: Alice's honest letter is refused during the session, and she hears of it.
    refused = r.one("smtp.reply", "mail.bank.example", code=550)
    assert "relays for anyone" in refused["data"]["lines"][0], refused
    r.one("policy.decision", "mail.bank.example", verdict="refuse", rule="blocklist bl.example")
    assert status(r) == "5.7.1"


@story
def traced_by_received_lines():  # S14: what the stranger forged below is not believed
    r = Run(blamed(until="70m"))
    letter = [e["data"]["octets"] for e in r.all("mail.content", "mail.shop.example", part="whole")
              if "report-type=feedback-report" in e["data"]["octets"]][0]
    import email
    parts = list(email.message_from_string(letter).walk())
    assert parts[0].get_content_type() == "multipart/report"
    kinds = [p.get_content_type() for p in parts]
    assert "message/feedback-report" in kinds and "message/rfc822" in kinds, kinds
    fields = email.message_from_string(parts[kinds.index("message/feedback-report")].get_payload()[0].as_string())
    assert fields["Feedback-Type"] == "abuse" and fields["Version"] == "1", fields.items()
    original = parts[kinds.index("message/rfc822")].get_payload()[0]
    first = " ".join(original.get_all("Received")[0].split())
    assert f"[{UNI}]" in first and "by mail.shop.example" in first, first
    assert "203.0.113.66" in " ".join(original.get_all("Received")[1].split())


@story
def a_seal_that_is_broken_later():  # closed and delisted; S22: what comes after is taken
    r = Run(blamed({"at": "70m", "on": "mail.uni.example",
                    "set": {"/mta/relay": ["allow from 192.0.2.0/24", "refuse"]}},
                   sends=[{"to": "carol@bank.example", "subject": "Again", "at": "150m"}]))
    delisted = r.one("list.delisted", "lists.bl.example", address=UNI)
    assert delisted["data"]["reason"] == "it does not relay for strangers any more"
    assert 70 * 60 * SECOND < delisted["t_ns"] < 101 * 60 * SECOND
    r.one("mail.delivered", "mail.bank.example", mailbox="carol")  # only the second letter
    assert status(r) == "5.7.1"


@story
def the_pc_inside():  # S13: a range of addresses keeps strangers out, and an infected PC in
    document = blamed(until="70m", relay=("allow from 192.0.2.0/24", "refuse"))
    document["hosts"]["alice-pc"]["address"] = "192.0.2.10"
    document["hosts"]["alice-pc"]["stranger"] = document["hosts"].pop("bulk.test")["stranger"]
    r = Run(document)
    rules = {e["data"]["rule"] for e in r.all("policy.relay", "mail.uni.example", client="192.0.2.10", allowed=True)}
    assert "allow from 192.0.2.0/24" in rules, rules
    listed = r.one("list.listed", address=UNI)
    assert "does not relay for strangers" in listed["data"]["reason"], listed


@story
def a_rate_helps_against_the_pc_inside():
    document = blamed(until="70m", relay=("allow from 192.0.2.0/24", "refuse"))
    document["hosts"]["alice-pc"]["address"] = "192.0.2.10"
    document["hosts"]["alice-pc"]["stranger"] = document["hosts"].pop("bulk.test")["stranger"]
    document["hosts"]["mail.uni.example"]["mta"]["rate"] = {"mails": 1, "per": "2h"}
    r = Run(document)
    r.some("policy.decision", "mail.uni.example", rule="rate limit")
    r.none("list.listed")


@story
def complaints_cease():  # taken off without a test: nothing came for a window
    document = blamed(until="6h", relay=("allow from 192.0.2.0/24", "refuse"))
    document["hosts"]["lists.bl.example"]["blocklist"]["window"] = "2h"
    document["hosts"].pop("bulk.test")
    document["timeline"] += [{"at": f"{i}m", "on": "alice-pc", "send": {"to": "v1@shop.example", "subject": "You won"}}
                             for i in range(3)]
    r = Run(document)
    listed = r.one("list.listed", address=UNI)
    delisted = r.one("list.delisted", address=UNI, reason="no more complaints")
    assert 2 * 3600 * SECOND - 120 * SECOND < delisted["t_ns"] - listed["t_ns"] <= 2 * 3600 * SECOND


tell_all()
