"""What the whole-run stories share: scenarios in few words, runs, and looking into their traces.

Each story is a scenario, the requirements it shows, and matchers: a matcher is a kind with some of
its fields (and `host`), and says how many records must fit (a number, or at least one).  Every trace is
also held against its contract (check_trace.py).

BUILD names the build folder (default: build).
"""
import json, os, subprocess, sys, tempfile

from check_trace import Checker, Trace

here = os.path.dirname(os.path.abspath(__file__))
program = os.path.join(here, "..", os.environ.get("BUILD", "build"), "smtplab")
if os.path.isabs(os.environ.get("BUILD", "build")):
    program = os.path.join(os.environ["BUILD"], "smtplab")


def site(name, **mta):
    """One site: a host that is MSA, MTA and MDA for its domain."""
    users = mta.pop("users", ["bob"])
    mda = mta.pop("mda", {})
    return {f"mail.{name}": {"mta": mta, "mda": {"mailboxes": users, **mda}}}


def scenario(hosts, sends, **rest):
    """Alice's site, the others, and what she sends."""
    base = {
        "alice-pc": {"mua": {"mailbox": "alice@uni.example", "server": "mail.uni.example"}},
        "mail.uni.example": {"msa": {}, "mta": {"give_up_after": "2h", "retry": ["10m"]},
                             "mda": {"mailboxes": ["alice"]}},
    }
    uni = rest.pop("uni", {})
    base["mail.uni.example"]["mta"].update(uni)
    base.update(hosts)
    timeline = [{"at": s.pop("at", f"{i}s"), "on": s.pop("on", "alice-pc"),
                 "send": {"subject": "Hi", **({} if "size" in s else {"body": "Hello.\n"}), **s}} for i, s in enumerate(sends)]
    return {"smtplab": 1, "title": "story", "hosts": base, "timeline": timeline, **rest}


class Run:
    def __init__(self, document, seed=None, status=0, more=(), layers="core,smtp,dns,tcp"):
        self.more = list(more)
        self.folder = tempfile.TemporaryDirectory()
        path = self.path = os.path.join(self.folder.name, "s.json")
        json.dump(document, open(path, "w"))
        out = os.path.join(self.folder.name, "t.jsonl")
        command = [program, "run", path, "--quiet", "--trace", out, "--layers",
                   layers] + (["--seed", str(seed)] if seed is not None else []) + list(more)
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == status, f"status {done.returncode}\n{done.stderr}"
        trace = Trace(out)
        wrong = Checker(trace).check()
        assert not wrong, f"the trace breaks its contract: {wrong[:3]}"
        self.events, self.footer = trace.events, trace.footer

    def story(self):
        """What `run` tells, as one line of words."""
        done = subprocess.run([program, "run", self.path, *self.more], capture_output=True, text=True)
        return " ".join(done.stdout.split())

    def all(self, kind, host=None, **fields):
        def fits(e):
            return e["kind"] == kind and (host is None or e.get("host") == host) and all(
                v(e["data"].get(k)) if callable(v) else e["data"].get(k) == v
                for k, v in fields.items())
        return [e for e in self.events if fits(e)]

    def one(self, kind, host=None, **fields):
        found = self.all(kind, host, **fields)
        assert len(found) == 1, f"{len(found)} records {kind} {host or ''} {fields}"
        return found[0]

    def some(self, kind, host=None, **fields):
        found = self.all(kind, host, **fields)
        assert found, f"no record {kind} {host or ''} {fields}"
        return found

    def none(self, kind, host=None, **fields):
        found = self.all(kind, host, **fields)
        assert not found, f"{len(found)} records {kind} {host or ''} {fields}: {found[0]}"


def status(r):
    """The status in the first report, and that it reached Alice."""
    ndr = r.some("mail.ndr", to="alice@uni.example")[0]
    r.some("mail.delivered", "mail.uni.example", mailbox="alice")
    return ndr["data"]["statuses"][0]


STORIES = []


def story(function):
    STORIES.append(function)
    return function


TO_BOB = {"to": "bob@shop.example"}
SHOP = site("shop.example")


def tell_all():
    """All stories of the file, or those named on the command line; ends the program."""
    failed = 0
    for tell in STORIES:
        if len(sys.argv) > 1 and tell.__name__ not in sys.argv[1:]:
            continue
        try:
            tell()
            print(f"ok {tell.__name__}")
        except AssertionError as e:
            failed += 1
            print(f"not ok {tell.__name__}: {str(e)[:600]}")
    sys.exit(bool(failed))
