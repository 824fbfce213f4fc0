"""What ought to become of a letter, worked out from the scenario alone: rules, names and ways.

For calm worlds only (no loss, no faults, nobody down): there, everything is decided by who may relay,
who exists, and where MX records and routes lead (RFC 5321 3.6, 5.1, 6.3).  May-be's are answers too: where
the seed draws among equals, every outcome is allowed.
"""
import ipaddress

HOPS_MAX = 120


def split(address):
    local, _, domain = address.rpartition("@") if "@" in address else (address, "", "")
    return local, domain.lower()


def domains(host):
    return [d.lower() for role in ("mta", "mda") for d in host.get(role, {}).get("domains", [])]


def home(host):
    return (domains(host) or [""])[0]


def is_local(host, recipient):
    domain = split(recipient)[1]
    return domain == "" or domain in domains(host)


def rules(host):
    return host.get("mta", {}).get("relay") or host.get("msa", {}).get("relay") or []


def fits(rule, address, login, domain):
    words = rule.split()
    if words == ["refuse"] or words[1:] == ["anyone"]:
        return True
    if words[1] == "login":
        return login
    if words[1] == "from":
        net, ip = ipaddress.ip_network(words[2], strict=False), ipaddress.ip_address(address)
        return ip.version == net.version and ip in net
    return domain == words[2].lower() or domain.endswith("." + words[2].lower())


def may_relay(host, address, login, recipient):
    """(allowed, the rule that says so or None)"""
    if is_local(host, recipient):
        return True, "local domain"
    for rule in rules(host):
        if fits(rule, address, login, split(recipient)[1]):
            return rule.startswith("allow"), rule
    return False, None


def directory(hosts):
    """address -> (host of the MDA, mailbox) or (host, list of targets)"""
    found = {}
    for name, host in hosts.items():
        mda = host.get("mda")
        for domain in (mda or {}).get("domains", []):
            for local, targets in mda.get("aliases", {}).items():
                found.setdefault(f"{local}@{domain}".lower(),
                                 (name, [t if "@" in t else f"{t}@{domain}" for t in ([targets] if isinstance(targets, str) else targets)]))
            for box in mda.get("mailboxes", {}):
                found.setdefault(f"{box}@{domain}".lower(), (name, box))
    for name, host in hosts.items():
        for domain in host.get("mda", {}).get("domains", []):
            found.setdefault(f"postmaster@{domain}".lower(), (name, "postmaster"))
    return found


def known(hosts, recipient, at_home):
    """Has this address a mailbox, an alias, a list, a detail of a name, or somebody who catches all?"""
    local, domain = split(recipient.lower())
    domain = domain or at_home
    if f"{local}@{domain}" in directory(hosts):
        return True
    for mda in [h["mda"] for h in hosts.values() if domain in h.get("mda", {}).get("domains", [])]:
        sign = mda.get("subaddress", "none")
        if local in mda.get("lists", {}) or mda.get("catch_all"):
            return True
        if sign != "none" and sign in local and f"{local.split(sign)[0]}@{domain}" in directory(hosts):
            return True
    return False


def listed(value):
    return value if isinstance(value, list) else [value]


class Ways:
    """Where a letter can go, host by host."""

    def __init__(self, scenario):
        self.hosts, self.zones = scenario["hosts"], scenario["zones"]
        self.people = directory(self.hosts)
        self.addresses = {n: listed(h["address"]) for n, h in self.hosts.items()}

    def possible(self):
        """Is this world simple enough to be foretold?"""
        def plain(mta):
            return (mta.get("max_recipients", 1000) >= 100 and mta.get("max_size") == "50MB" and mta.get("recipients") != "ask" and mta.get("null_mx", "report") == "report"
                    and not set(mta) & {"greylist", "blocklists", "rate", "tarpit", "parallel", "parallel_per_host", "max_queue",
                                        "max_messages", "max_connections"}
                    and not mta.get("hold") and mta.get("spf", "off") == "off" and mta.get("tls", "none") == "none")
        for host in self.hosts.values():
            for role in ("mta", "msa"):
                if role in host and not plain({"max_size": "50MB", **host[role]}):
                    return False
            if host.get("msa", {}).get("users") or "stranger" in host or "blocklist" in host:
                return False
            mda = host.get("mda", {})
            if mda.get("lists") or mda.get("catch_all") or mda.get("subaddress", "none") != "none":
                return False
            if any(set(box) - {"note", "password"} for box in mda.get("mailboxes", {}).values()):
                return False
        return not any("fails" in z or any("fails" in n for n in z.get("names", {}).values()) for z in self.zones.values())

    def source(self, name):
        return [a for a in self.addresses[name] if "." in a][0]

    def exists(self, domain):
        return any(domain == z or (domain.endswith("." + z) and domain[:-len(z) - 1] in self.zones[z].get("names", {}))
                   for z in self.zones)

    def find_host(self, name):
        return next((n for n in self.hosts if n.lower() == name.lower()), None)

    def offered(self, name, client, recipient, port, hops):
        """Outcomes of handing it to `name` at RCPT and beyond."""
        host = self.hosts[name]
        mta = host.get("mta") or host.get("msa")
        submission = port in host.get("msa", {}).get("ports", [])
        if not submission and port not in host.get("mta", {}).get("ports", []):
            return None  # nobody listens
        if submission and not any(fits(r, self.source(client), False, "") and r.startswith("allow")
                                  for r in [next((r for r in rules(host) if " to " not in r
                                                  and fits(r, self.source(client), False, "")), "refuse")]):
            return {"refused"}
        if not may_relay(host, self.source(client), False, recipient)[0]:
            return {"refused"}
        if is_local(host, recipient) and mta.get("recipients", "known") == "known" and not known(self.hosts, recipient, home(host)):
            return {"refused"}
        if hops >= mta["max_hops"]:
            return {"refused"}
        return self.held(name, recipient, hops + 1, frozenset())

    def held(self, name, recipient, hops, expanding):
        """Outcomes when `name` has it in its queue."""
        host = self.hosts[name]
        local, domain = split(recipient)
        if hops > HOPS_MAX:
            return {"failed"}
        if is_local(host, recipient):
            there = self.people.get(f"{local}@{domain or home(host)}".lower())
            if there and isinstance(there[1], list):
                out = set()
                for target in there[1]:
                    out |= self.held(name, target, hops, expanding)
                return out
            deliver = (host.get("mta") or {}).get("deliver", "local")
            if deliver.startswith("lmtp:"):
                store = self.find_host(deliver.split(":")[1])
                return {"delivered"} if there and there[0] == store else {"failed"}
            return {"delivered"} if there and there[0] == name else {"failed"}
        mta = host.get("mta") or host.get("msa")
        way = self.way(mta.get("routes", {}), domain)
        if way == "refuse":
            return {"failed"}
        if way.startswith("smarthost:"):
            parts = way.split(":")
            return self.hand_over(name, [(0, parts[1])], int(parts[2]) if len(parts) > 2 else 25, recipient, hops)
        if way.startswith("lmtp:"):
            return {"?"}
        return self.by_mx(name, domain, recipient, hops)

    @staticmethod
    def way(routes, domain):
        found = [(len(p) + (10**6 if not p.startswith(".") and p != "*" else 0), w) for p, w in routes.items()
                 if p == "*" or p.lower() == domain or (p.startswith(".") and domain.endswith(p.lower()))]
        return max(found)[1] if found else "mx"

    def by_mx(self, name, domain, recipient, hops):
        if not self.exists(domain):
            return {"failed"}
        zone = self.zones.get(domain, {})
        mx = [(int(m.split()[0]), m.split()[1]) for m in zone.get("mx", [])]
        if [h for _, h in mx] == ["."]:
            return {"failed"}
        if not mx:  # the domain's own address, if it has one (RFC 5321 5.1)
            there = [n for n, a in self.addresses.items() if zone.get("a") and set(a) & set(listed(zone["a"]))]
            mx = [(0, there[0] if there else domain)]
            return self.hand_over(name, mx, 25, recipient, hops)
        own = min([p for p, h in mx if h.lower() == name.lower()], default=None)
        if own is not None:
            mx = [(p, h) for p, h in mx if p < own]
        return self.hand_over(name, mx, 25, recipient, hops)

    def hand_over(self, name, hosts, port, recipient, hops):
        """Each host in turn, until one answers for the recipient (5.1)."""
        preferences = [p for p, _ in hosts]
        if len(set(preferences)) < len(preferences):
            return {"?"}
        for _, next_name in sorted(hosts):
            target = self.find_host(next_name)
            if not target:
                continue
            out = self.offered(target, name, recipient, port, hops)
            if out is not None:
                return {"failed" if o == "refused" else o for o in out}
        # Nobody has an address: fails for good.  Nobody listens: waits, and expires in the end.
        return {"failed", "late"} if hosts else {"failed"}


def compare(judge):
    """Sentences on letters that ended otherwise than they ought to."""
    ways = Ways(judge.scenario)
    if not ways.possible():
        return
    ended = {(e["mail"], e["data"]["recipient"]): e["data"]["verdict"] for e in judge.t.events if e["kind"] == "mail.ended"}
    means = {"delivered": {"delivered"}, "failed": {"bounced", "discarded"}, "refused": {"refused"},
             "late": {"expired", "discarded", "bounced"}, "?": {"delivered", "bounced", "discarded", "expired", "refused"}}
    for e in judge.composed.values():
        host = judge.hosts[e["host"]]
        if "mua" not in host or e["mail"] in judge.reports:
            continue
        for recipient in set(e["data"]["to"]) - judge.merged.get(e["mail"], set()):
            out = ways.offered(host["mua"]["server"], e["host"], recipient, host["mua"]["port"], 0)
            if out is None:
                continue
            if "forged" in e["data"]["from"] or e["data"]["from"] == "":
                allowed = set().union(*(means[o] for o in out)) | ({"discarded"} if "failed" in out else set())
            else:
                allowed = set().union(*(means[o] for o in out))
            judge.counts["foretold"] += "?" not in out
            got = ended.get((e["mail"], recipient))
            if got not in allowed:
                yield f"{recipient} of {e['mail']}: foretold {sorted(out)}, but the verdict is {got}"
            if out == {"delivered"} and got != "delivered":
                yield f"{recipient} of {e['mail']}: ought to be delivered, but is {got}"
