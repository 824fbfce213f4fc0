"""A random world from a seed: sites, policies, routes, zones, faults, loss, letters.

What comes out is a scenario that `smtplab check` accepts.  Small on purpose: many small worlds meet
more corners than a few big ones.  The same seed gives the same world for ever (random.Random).
"""
import random

USERS = ("ann", "ben", "cat", "dan")
FILLERS = ("Hello.", ".", "..", ". a dot first", "", "x" * 78, "From here on", "-- ", "tab\there")
NETWORKS = ("192.0.2", "198.51.100", "203.0.113", "10.0.1")
REPLIES = ("421 4.3.2 closing now", "450 4.2.1 not now", "451 4.3.0 later", "452 4.3.1 full", "550 5.7.1 no",
           "554 5.3.0 never")


class World:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.seed = seed
        self.hosts, self.zones, self.links, self.timeline = {}, {}, [], []
        self.forwarding = set()
        self.sites = []  # (domain, mail host, its users)

    def maybe(self, share):
        return self.r.random() < share

    def duration(self, low_s, high_s):
        return f"{self.r.randint(low_s, high_s)}s"

    # ---- hosts ----

    def queue_keys(self):
        keys = {"retry": [self.duration(60, 3600) for _ in range(self.r.randint(1, 3))],
                "give_up_after": self.duration(1800, 36000)}
        if self.maybe(0.1):
            keys["max_recipients"] = self.r.randint(1, 4)
        if self.maybe(0.2):
            keys["max_hops"] = self.r.randint(2, 8)
        if self.maybe(0.1):
            keys["max_size"] = "2kB"
        return keys

    def relay_rules(self, domain):
        others = [d for d, _, _ in self.sites] or [domain]
        rules = []
        for _ in range(self.r.randint(1, 3)):
            rules.append(self.r.choice([
                "allow from 192.0.2.0/24", "allow from 198.51.100.0/24", "refuse", "allow anyone",
                f"allow to {self.r.choice(others)}", "allow from 10.0.0.0/8"]))
        return rules

    def mailboxes(self, users):
        boxes = {u: {} for u in users}
        return boxes if self.maybe(0.5) else users

    def address(self, number):
        """One for each host of a site; other sites are in other networks."""
        self.last = getattr(self, "last", 9) + 1
        return f"{NETWORKS[number]}.{self.last}"

    def site(self, number):
        """A domain with a server; some stand below another domain, or only look as if they did."""
        domain = self.r.choice([f"s{number}.example"] * 3 + ["sub.s0.example", "xs0.example"]) if number else "s0.example"
        if domain in [d for d, _, _ in self.sites]:
            domain = f"s{number}.example"
        users = list(USERS[:self.r.randint(1, 4)])
        mail = f"mail.{domain}"
        mta = self.queue_keys()
        if self.maybe(0.3):
            mta["recipients"] = "any"
        if self.maybe(0.35):
            mta["relay"] = self.relay_rules(domain)
        mda = {"mailboxes": self.mailboxes(users)}
        if self.maybe(0.4):
            mda["aliases"] = self.aliases(domain, users)
        if self.maybe(0.3):  # the mailboxes stand on a host of their own, by LMTP
            store = f"store.{domain}"
            mta["domains"], mta["deliver"] = [domain], f"lmtp:{store}"
            self.hosts[mail] = {"msa": {}, "mta": mta}
            self.hosts[store] = {"address": self.address(number), "mda": {"domains": [domain], **mda}}
        else:
            self.hosts[mail] = {"msa": {}, "mta": mta, "mda": mda}
        self.hosts[mail]["address"] = self.address(number)
        self.sites.append((domain, mail, users))

    def aliases(self, domain, users):
        """Names for others, never in a circle (check refuses those): each leads to users here, to
        users of sites that are there already, or to somebody who is nobody."""
        others = [(d, u) for d, _, us in self.sites for u in us]
        found = {}
        for name in self.r.sample(["team", "info", "all", "boss"], self.r.randint(1, 3)):
            targets = []
            for _ in range(self.r.randint(1, 3)):
                if others and self.maybe(0.4):
                    there, user = self.r.choice(others)
                    targets.append(f"{user}@{there}")
                elif self.maybe(0.1):
                    targets.append("who@nowhere.example")
                elif found and self.maybe(0.2):
                    targets.append(self.r.choice(sorted(found)))
                else:
                    targets.append(self.r.choice(users))
            found[name] = sorted(set(targets))
        return found

    def routes(self):
        """Smarthosts, some of which lead in circles; refusals."""
        for domain, mail, _ in self.sites:
            others = [s for s in self.sites if s[1] != mail]
            if not others or not self.maybe(0.3):
                continue
            other = self.r.choice(others)
            pattern = self.r.choice(["*", other[0], ".example"])
            way = self.r.choice([f"smarthost:{other[1]}", f"smarthost:{other[1]}", "mx", "refuse"])
            self.hosts[mail]["mta"]["routes"] = {pattern: way}

    # ---- names ----

    def zone(self, domain, mail):
        kind = self.r.randrange(12)
        others = [m for d, m, _ in self.sites if d != domain]
        if kind == 0:
            self.zones[domain] = {"mx": ["0 ."]}
        elif kind == 1:
            self.zones[domain] = {"fails": self.r.choice(["servfail", "silent"])}
        elif kind == 2:
            self.zones[domain] = {"mx": [f"10 {mail}", "5 gone.example"]}
        elif kind == 3 and others:  # a backup at another site, sometimes the better one
            self.zones[domain] = {"mx": [f"10 {mail}", f"{self.r.choice([5, 10, 20])} {self.r.choice(others)}"]}
        elif kind == 4 and others:
            self.zones[domain] = {"mx": [f"10 {self.r.choice(others)}"]}
        elif kind == 5:
            self.zones[domain] = {"mx": []}
            if self.maybe(0.7):  # an implicit one (RFC 5321 5.1)
                self.zones[domain]["a"] = self.hosts[mail]["address"]
        if domain in self.zones and "fails" not in self.zones[domain] and self.maybe(0.3):
            self.zones[domain]["ttl"] = self.duration(1, 7200)

    # ---- what happens ----

    def recipient(self):
        domain, _, users = self.r.choice(self.sites)
        local = self.r.choice(users + users + ["nobody", "team", "info", "all", "postmaster", "news", "ann+lab"])
        if self.maybe(0.05):
            domain = self.r.choice(["nowhere.example", "gone.invalid"])
        return f"{local}@{domain}"

    def body(self):
        return "".join(self.r.choice(FILLERS) + "\n" for _ in range(self.r.randint(0, 6)))

    def send(self, number):
        send = {"to": sorted({self.recipient() for _ in range(self.r.choice([1, 1, 1, 2, 3, 5]))}),
                "subject": f"letter {number}"}
        if self.maybe(0.15):
            send["size"] = f"{self.r.choice([1, 5, 40])}kB"
        else:
            send["body"] = self.body()
        if self.maybe(0.1):
            send["from"] = self.r.choice(["<>", "forged@" + self.r.choice(self.sites)[0], "who@nowhere.example"])
        if self.maybe(0.1):
            send["times"], send["every"] = self.r.randint(2, 6), self.duration(0, 60)
        return {"at": self.duration(0, 7200), "on": self.r.choice(self.writers), "send": send}

    def writers_of(self, number):
        domain, mail, users = self.sites[number]
        pc = f"pc-{number}"
        mua = {"mailbox": f"{users[0]}@{domain}", "server": mail}
        if self.maybe(0.15):  # somebody else's server, by the front door
            mua["server"], mua["port"] = self.r.choice(self.sites)[1], 25
        self.hosts[pc] = {"address": self.address(number), "mua": mua}
        self.writers.append(pc)

    def network(self):
        net = {"latency": self.r.choice(["1ms", "20ms", "300ms"])}
        if self.maybe(0.4):
            net["loss"] = f"{self.r.choice([1, 2, 5, 10])}%"
        if self.maybe(0.2):
            net["rate"] = self.r.choice(["64kbit/s", "1Mbit/s"])
        return net

    def scenario(self):
        self.writers = []
        for number in range(self.r.randint(1, 4)):
            self.site(number)
        for number in range(len(self.sites)):
            self.writers_of(number)
        self.routes()
        for domain, mail, _ in self.sites:
            if self.maybe(0.5):
                self.zone(domain, mail)
        for number in range(self.r.randint(1, 5)):
            self.timeline.append(self.send(number))
        if self.maybe(0.65):  # the others can be foretold
            for more in EXTRAS:
                more(self)
        self.timeline.sort(key=lambda e: time_ms(e["at"]))
        return {"smtplab": 1, "title": f"swarm {self.seed}", "seed": self.r.randint(0, 10**6),
                "limits": {"time": "20d", "events": 300000}, "hosts": self.hosts, "zones": self.zones,
                "internet": self.network(), "timeline": self.timeline}


def time_ms(text):
    return int(text[:-2]) if text.endswith("ms") else int(text[:-1]) * 1000


# ---- more, each in a share of the worlds ----

def mailbox_habits(w):
    """Lists with an owner, forwards, who catches all, details of names."""
    for domain, mail, users in w.sites:
        mda = next(h["mda"] for h in w.hosts.values() if domain in h.get("mda", {}).get("domains", [domain]) and "mda" in h
                   and (h is w.hosts[mail] or h["mda"].get("domains") == [domain]))
        if w.maybe(0.2):
            far, _, theirs = w.r.choice(w.sites)
            members = sorted({w.r.choice([f"{w.r.choice(users)}@{domain}", f"{w.r.choice(theirs)}@{far}", "who@nowhere.example"])
                              for _ in range(3)})
            mda["lists"] = {"news": {"members": members, "owner": f"{w.r.choice(users)}@{domain}"}}
        if w.maybe(0.1):
            mda["catch_all"] = w.r.choice(users)
        if w.maybe(0.1):
            mda["subaddress"] = "+"
        if w.maybe(0.15) and isinstance(mda["mailboxes"], dict):
            there, _, theirs = w.r.choice(w.sites)
            target = f"{w.r.choice(theirs)}@{there}"
            box = mda["mailboxes"][users[-1]]
            if target != f"{users[-1]}@{domain}" and target not in w.forwarding:
                box["forward"] = target
                w.forwarding |= {target, f"{users[-1]}@{domain}"}
                if w.maybe(0.5):
                    box["keep_copy"] = True


def report_wishes(w):
    """NOTIFY, RET, ENVID (RFC 3461), and servers that do not know them."""
    for e in w.timeline:
        if "send" in e and w.maybe(0.25):
            e["send"]["notify"] = w.r.choice(["never", ["success"], ["failure"], ["delay"], ["success", "failure"],
                                              ["success", "failure", "delay"]])
        if "send" in e and w.maybe(0.15):
            e["send"]["ret"] = w.r.choice(["full", "hdrs"])
        if "send" in e and w.maybe(0.15):
            e["send"]["envid"] = f"QQ{w.r.randint(1, 999)}"
    for _, mail, _ in w.sites:
        if w.maybe(0.15):
            w.hosts[mail]["mta"]["without"] = ["DSN"]


def outages(w):
    """Hosts that stop or lose power, most of them in the middle of something."""
    if not w.maybe(0.35):
        return
    for host in w.r.sample(sorted(w.hosts), min(len(w.hosts), w.r.randint(1, 2))):
        at = time_ms(w.r.choice([e for e in w.timeline if "send" in e])["at"]) + w.r.randint(0, w.r.choice([800, 3000, 600000]))
        for _ in range(w.r.choice([1, 1, 2])):
            w.timeline.append({"at": f"{at}ms", "on": host, w.r.choice(["stop", "crash"]): True})
            at += w.r.choice([50, 5000, 900000, 20000000])
            if w.maybe(0.05):
                break  # for ever
            w.timeline.append({"at": f"{at}ms", "on": host, "start": True})
            at += w.r.choice([10, 100, 1000, 3600000])


def cut_links(w):
    if not w.maybe(0.2):
        return
    host = w.r.choice(sorted(w.hosts))
    at = time_ms(w.r.choice([e for e in w.timeline if "send" in e])["at"]) + w.r.randint(0, 2000)
    w.timeline.append({"at": f"{at}ms", "on": host, "link": {"state": "down"}})
    w.timeline.append({"at": f"{at + w.r.choice([500, 60000, 7200000])}ms", "on": host, "link": {"state": "up"}})


def aimed_faults(w):
    """At a command of a server: another reply, a lost one, a late one, a close, a loss of power."""
    if not w.maybe(0.45):
        return
    servers = [h for h in w.hosts if "mta" in w.hosts[h] or "mda" in w.hosts[h]]
    for _ in range(w.r.randint(1, 4)):
        host = w.r.choice(servers)
        hello = "LHLO" if "mta" not in w.hosts[host] else "EHLO"
        aim = {"to": w.r.choice(["connect", hello, "MAIL", "RCPT", "RCPT", "DATA", ".", ".", ".", "QUIT"])}
        if w.maybe(0.3):
            aim["nth"] = w.r.randint(1, 3)
        if w.maybe(0.4):
            aim["times"] = w.r.randint(1, 5)
        verb = w.r.choice(["answer", "answer", "drop", "drop", "delay", "close", "crash"])
        if verb == "answer":
            aim["with"] = w.r.choice(REPLIES)
        elif verb == "delay":
            aim["by"] = w.r.choice(["2s", "4m", "11m"])
        elif verb == "crash":
            aim.pop("times", None)
            aim["when"] = w.r.choice(["before", "after"])
        at = time_ms(w.r.choice([e for e in w.timeline if "send" in e])["at"])
        w.timeline.append({"at": f"{max(0, at - w.r.randint(0, 1000))}ms", "on": host, verb: aim})
        if verb == "crash":
            w.timeline.append({"at": f"{at + w.r.choice([60000, 9000000])}ms", "on": host, "start": True})


def twins(w):
    """A second mail host before the same mailboxes, and replies lost by the first (RFC 5321 6.1)."""
    for number, (domain, mail, _) in enumerate(w.sites):
        if f"store.{domain}" in w.hosts and w.maybe(0.6):
            twin = f"mx2.{domain}"
            w.hosts[twin] = {"address": w.address(number), "mta": {"domains": [domain], "deliver": f"lmtp:store.{domain}"}}
            w.zones[domain] = {"mx": [f"10 {mail}", f"{w.r.choice([10, 20])} {twin}"]}
            if w.maybe(0.6):
                w.timeline.append({"at": w.duration(0, 3000), "on": w.r.choice([mail, twin]),
                                   w.r.choice(["drop", "close"]): {"to": w.r.choice([".", ".", "DATA"]), "times": w.r.randint(1, 6)}})


def guards(w):
    """What a server defers by rule, and the limits that it sets itself."""
    for _, mail, _ in w.sites:
        mta = w.hosts[mail]["mta"]
        if w.maybe(0.1):
            mta["greylist"] = w.duration(30, 1000)
        if w.maybe(0.1):
            mta["parallel"] = w.r.randint(1, 3)
        if w.maybe(0.1):
            mta["parallel_per_host"] = w.r.randint(1, 2)
        if w.maybe(0.05):
            mta["max_messages"] = w.r.randint(1, 4)
        if w.maybe(0.05):
            mta["tarpit"] = w.duration(1, 20)
        if w.maybe(0.05):
            mta["max_connections"] = w.r.randint(1, 2)
        if w.maybe(0.1):
            mta["warn_after"] = w.duration(60, 3600)
        if w.maybe(0.1):
            mta["personality"] = w.r.choice(["postfix", "exim", "opensmtpd"])
            if w.maybe(0.5):
                mta.pop("retry")
                mta.pop("give_up_after")
        if w.maybe(0.1):
            mta["null_mx"] = "refuse"


def doors(w):
    """Logins and sealed roads: submission with users, STARTTLS between servers, POP3."""
    for number, (domain, mail, users) in enumerate(w.sites):
        host = w.hosts[mail]
        if w.maybe(0.2):
            host["mta"]["tls"] = "offered"
        if w.maybe(0.25):
            host["msa"]["users"] = {u: "rabbit" for u in users if w.maybe(0.8)} or {users[0]: "rabbit"}
            if w.maybe(0.2):
                host["msa"]["ports"] = [587, 465]
            if w.maybe(0.3):
                host["msa"]["senders"] = "any"
            if "relay" not in host["mta"] and w.maybe(0.3):
                host["mta"]["relay"] = ["allow login", "allow from 192.0.2.0/24", "refuse"]
    for pc in w.writers:
        mua = w.hosts[pc]["mua"]
        server = w.hosts[mua["server"]]
        if "users" in server.get("msa", {}) and "port" not in mua:
            if 465 in server["msa"].get("ports", []) and w.maybe(0.5):
                mua["port"] = 465
            if w.maybe(0.1):
                mua["login"], mua["tls"] = {"user": "ann", "password": "wrong"}, "starttls"
                mua["port"] = 587
        elif w.maybe(0.2) and mua["server"].endswith(mua["mailbox"].split("@")[1]) and "mda" in server:
            mua["collect"] = {"from": mua["server"], "every": w.r.choice(["5m", "1h"])}


def strangers(w):
    """Somebody from outside, by the timeline or by habit; who is blamed; doors that are closed later."""
    if not w.maybe(0.3):
        return
    w.hosts["bulk.test"] = {"address": "203.0.113.200", "stranger": {}}
    domain, mail, users = w.r.choice(w.sites)
    far, _, theirs = w.r.choice(w.sites)
    victims = sorted({f"{u}@{far}" for u in theirs[:2]})
    if w.maybe(0.25):
        w.hosts["bulk.test"]["stranger"] = {"abuse": {"every": w.r.choice(["2h", "6h"]), "letters": w.r.randint(1, 4), "to": victims}}
    if w.maybe(0.7):
        w.timeline.append({"at": w.duration(0, 3600), "on": "bulk.test", "send": {
            "server": mail, "from": f"ceo@{w.r.choice(w.sites)[0]}", "to": victims, "subject": "You won",
            "times": w.r.randint(1, 5), "every": "10s"}})
    if w.maybe(0.3):
        w.timeline.append({"at": w.duration(0, 3600), "on": "bulk.test", "probe": {"server": mail, "to": victims}})
    if w.maybe(0.5):
        w.hosts[mail]["mta"]["relay"] = ["allow anyone"]
        w.timeline.append({"at": w.duration(60, 7200), "on": mail, "set": {"/mta/relay": ["allow from 192.0.2.0/24", "refuse"]}})
    if w.maybe(0.4):
        w.hosts["lists.bl.example"] = {"blocklist": {"threshold": w.r.randint(1, 3), "window": "1h", "test": "10m"}}
        for _, other, _ in w.sites:
            if w.maybe(0.4):
                w.hosts[other]["mta"]["blocklists"] = ["bl.example"]
        for h in w.hosts.values():
            boxes = h.get("mda", {}).get("mailboxes")
            if isinstance(boxes, dict) and w.maybe(0.6):
                boxes[sorted(boxes)[0]]["complains"] = {"to": "complaints@bl.example", "about": w.r.choice(["You won", "letter"])}


def other_settings(w):
    """A server's rules change while it runs."""
    for _, mail, _ in w.sites:
        if w.maybe(0.15):
            change = w.r.choice([{"/mta/relay": ["refuse"]}, {"/mta/relay": ["allow anyone"]}, {"/mta/recipients": "any"},
                                 {"/mta/retry": ["90s"]}, {"/mta/hold": True}])
            at = w.r.randint(0, 7200)
            w.timeline.append({"at": f"{at}s", "on": mail, "set": change})
            if "/mta/hold" in change:
                w.timeline.append({"at": f"{at + 5000}s", "on": mail, "set": {"/mta/hold": False}})


EXTRAS = [mailbox_habits, report_wishes, outages, cut_links, aimed_faults, twins, guards, doors, strangers, other_settings]


def scenario(seed):
    return World(seed).scenario()
