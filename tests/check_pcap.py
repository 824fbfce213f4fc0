#!/usr/bin/env python3
"""Whether tshark finds in a capture what the trace of the same run says.

usage: tests/check_pcap.py TRACE PCAP     status 0: it does; 1: said what differs

The trace must hold the layers core, smtp, dns, tcp, segment and bytes.
A  no malformed packet, no bad checksum, no warning, nothing lost or sent again - but for what the
   trace says was lost, sent again or reset.  Sent again: the very frames.  (tshark tells a segment
   sent again from one out of order by how much time has passed; here every segment stands in the
   order in which it was sent, so both names mean the former.)
B  the SMTP dialogue of each connection on 24, 25 and 587, command by command and reply by reply.
C  one Internet message for each that was sent: what was smuggled in one (RFC 5321 2.3.8) is part of it to
   tshark, for which only CR LF, a dot, CR LF end a message.
D  each DNS question and answer.
E  the octets of each direction of each connection (of the first 20).
F  what is sealed: TLS 1.3 where the trace says so, and no dialogue behind it (B, C: up to there).
"""
import collections
import importlib.util
import os
import subprocess
import sys

sys.dont_write_bytecode = True
SEPARATOR, AGGREGATOR = "\x1e", "\x1f"
PORTS = (24, 25, 587)
OPTIONS = ["-n", "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
           "-o", "tcp.reassemble_out_of_order:TRUE", "-d", "tcp.port==24,smtp"]


def load_trace(path):
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "check_trace.py")
    spec = importlib.util.spec_from_file_location("check_trace", here)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Trace(path)


def tshark(pcap, *more):
    result = subprocess.run(["tshark", "-r", pcap, *OPTIONS, *more], capture_output=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"not ok tshark: {result.stderr.decode(errors='replace').strip()}")
    return result.stdout.decode("utf-8", "surrogateescape")


def fields(pcap, where, *names):
    """One row a frame that matches: a list of values for each name."""
    args = ["-Y", where, "-T", "fields", "-E", f"separator={SEPARATOR}", "-E", f"aggregator={AGGREGATOR}"]
    for name in names:
        args += ["-e", name]
    for line in tshark(pcap, *args).split("\n")[:-1]:
        yield [v.split(AGGREGATOR) if v else [] for v in line.split(SEPARATOR)]


class Check:
    def __init__(self, trace, pcap):
        self.t, self.pcap = load_trace(trace), pcap
        self.wrong = []
        # Frame n of the capture is the n-th record that is a packet.
        self.packets = [e for e in self.t.events if e["kind"] in ("tcp.segment", "udp.datagram")]
        self.conns = collections.OrderedDict()  # number -> first segment
        for e in self.packets:
            if e["kind"] == "tcp.segment":
                self.conns.setdefault(e["conn"], e["data"])
        closed = collections.Counter(e["conn"] for e in self.t.events
                                     if e["kind"] == "tcp.closed" and e["data"]["reason"] == "fin")
        # (connection, side) -> seq from which on it is sealed, so that tshark reads no dialogue.
        self.sealed = {(e["conn"], e["side"]): e["seq"] for e in self.t.events if e["kind"] == "tls.started"}
        self.whole = {c for c, count in closed.items() if count == 2}

    def need(self, condition, what):
        if not condition:
            self.wrong.append(what)

    def same(self, what, got, want, whole=True):
        """Lists are equal, or (a connection that broke off) the capture holds a beginning."""
        if got == want or (not whole and got == want[:len(got)]):
            return
        at = next((i for i, (g, w) in enumerate(zip(got, want)) if g != w), min(len(got), len(want)))
        self.wrong.append(f"{what}: {len(got)} in the capture, {len(want)} in the trace; number {at + 1} is "
                          f"{got[at] if at < len(got) else None!r} and {want[at] if at < len(want) else None!r}")

    def conn_of(self, frame):
        return self.packets[int(frame) - 1]["conn"]

    # ---- A ----

    def cleanliness(self):
        count = len(tshark(self.pcap, "-T", "fields", "-e", "frame.number").split())
        self.need(count == len(self.packets), f"A: {count} frames, {len(self.packets)} packets in the trace")
        bad = ('_ws.malformed || ip.checksum.status=="Bad" || tcp.checksum.status=="Bad" || '
               'udp.checksum.status=="Bad"')
        for row in fields(self.pcap, bad, "frame.number", "_ws.expert.message"):
            self.wrong.append(f"A: frame {row[0][0]}: malformed or a bad checksum: {row[1]}")
        lossy = any(e["kind"] in ("net.dropped", "tcp.timeout") or
                    (e["kind"] == "tcp.segment" and e["data"]["again"]) for e in self.t.events)
        suspect = ('_ws.expert.severity >= "Warning" || tcp.analysis.lost_segment || '
                   'tcp.analysis.retransmission || tcp.analysis.out_of_order || tcp.analysis.ack_lost_segment || '
                   'tcp.analysis.zero_window || tcp.analysis.duplicate_ack')
        again = set()
        for row in fields(self.pcap, suspect, "frame.number", "tcp.analysis.retransmission",
                          "tcp.analysis.out_of_order", "_ws.expert.message"):
            frame = int(row[0][0])
            packet = self.packets[frame - 1]["data"]
            if row[1] or row[2]:
                again.add(frame)
            elif "R" in packet.get("flags", ""):
                continue  # tshark warns of every reset
            elif not lossy:
                self.wrong.append(f"A: frame {frame}: {row[3]}")
        want = {i + 1 for i, e in enumerate(self.packets) if e["kind"] == "tcp.segment" and e["data"]["again"]}
        self.need(again == want, f"A: tshark names as sent again {sorted(again - want)[:10]} that the trace does not, "
                                 f"and the trace {sorted(want - again)[:10]} that tshark does not")

    # ---- B ----

    def dialogue(self):
        commands, replies, codes = (collections.defaultdict(list) for _ in range(3))
        for frame, line, code, parameter in fields(self.pcap, "smtp", "frame.number", "smtp.command_line",
                                                   "smtp.response.code", "smtp.rsp.parameter"):
            conn = self.conn_of(frame[0])
            commands[conn] += [text.replace("\\r\\n", "\n").rstrip("\n") for text in line]
            codes[conn] += code
            replies[conn] += parameter
        for conn, first in self.conns.items():
            if first["destination_port"] not in PORTS:
                continue
            mine = [e for e in self.t.events if e.get("conn") == conn and
                    e["seq"] < self.sealed.get((conn, e.get("side")), e["seq"] + 1)]
            want = [e["data"]["line"] for e in mine if e["kind"] == "smtp.command" and e["side"] == "client"]
            said = [e["data"] for e in mine if e["kind"] == "smtp.reply" and e["side"] == "server"]
            lines = [(r["enhanced"] + " " if r["enhanced"] else "") + line for r in said for line in r["lines"]]
            whole = conn in self.whole
            # Passwords are in the capture, where they were said in clear, and never in the trace.
            commands[conn] = ["AUTH PLAIN ***" if c.upper().startswith("AUTH PLAIN ") else c for c in commands[conn]]
            # tshark takes what follows a DATA that was sent in a group for the message, whatever the
            # server answers: after a refused DATA it misses the commands.
            refused = any(r["to"] == "DATA" and r["code"] != 354 for r in said)
            self.same(f"B: commands of connection {conn}", commands[conn], want, whole and not refused)
            self.same(f"B: codes of connection {conn}", codes[conn], [str(r["code"]) for r in said], whole)
            self.same(f"B: reply lines of connection {conn}", replies[conn], lines, whole)

    # ---- C ----

    def messages(self):
        got = collections.Counter(self.conn_of(row[0][0]) for row in fields(self.pcap, "imf", "frame.number"))
        ours = {e["conn"] for e in self.t.events if e["kind"] == "tcp.opened" and e.get("side") == "client"}
        smuggled = collections.Counter(e["conn"] for e in self.t.events if e["kind"] == "mail.composed" and
                                       e.get("side") == "server" and e.get("conn") in ours)
        quit = {e.get("conn") for e in self.t.events if e["kind"] == "smtp.command" and e["data"]["verb"] == "QUIT"}
        for conn in self.whole & quit:  # a message that broke off is one to tshark
            if self.conns.get(conn, {"destination_port": 0})["destination_port"] in PORTS:
                want = sum(e["kind"] == "smtp.data" and e["side"] == "server" and e["data"]["octets"] > 0
                           for e in self.t.events if e.get("conn") == conn and (conn, "server") not in self.sealed)
                want -= smuggled[conn]
                self.need(got[conn] == want, f"C: connection {conn}: {got[conn]} messages, {want} in the trace")

    def sealing(self):
        """What the trace calls sealed is TLS 1.3 to tshark, with data behind the handshake; nothing else is."""
        hello = {self.conn_of(row[0][0]) for row in fields(
            self.pcap, "tls.handshake.type==2 && tls.handshake.extensions.supported_version==0x0304", "frame.number")}
        data = collections.Counter(self.conn_of(row[0][0]) for row in fields(self.pcap, "tls.app_data", "frame.number"))
        want = {conn for conn, side in self.sealed if side == "client"}
        self.need(want <= hello, f"F: connections {sorted(want - hello)} are sealed, and tshark finds no TLS 1.3")
        for conn in want & self.whole:
            self.need(data[conn] >= 3, f"F: connection {conn}: {data[conn]} frames of sealed data")

    # ---- D ----

    def dns(self):
        rcodes = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"]
        types = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
        got, want = collections.Counter(), collections.Counter()
        for row in fields(self.pcap, "dns", "dns.id", "dns.flags.response", "dns.qry.name", "dns.qry.type",
                          "dns.flags.rcode"):
            number, answer, name, kind, rcode = ([*v, ""][0] for v in row)
            is_answer = answer in ("1", "True")
            got[(int(number, 16), is_answer, name.lower(), int(kind), int(rcode) if is_answer else 0)] += 1
        for e in self.t.events:
            d = e["data"]
            if e["kind"] == "dns.query" and d["attempt"] > 0:
                want[(d["id"], False, d["name"].lower(), types[d["type"]], 0)] += 1
            elif e["kind"] == "dns.answer" and d["waited_ns"] == 0 and e.get("side") != "client":
                want[(d["id"], True, d["name"].lower(), types[d["type"]], rcodes.index(d["rcode"]))] += 1
        self.need(got == want, f"D: only in the capture {dict(got - want)}, only in the trace {dict(want - got)}")

    # ---- E ----

    def octets(self):
        streams = {}
        for frame, stream in fields(self.pcap, "tcp.flags.syn==1 && tcp.flags.ack==0", "frame.number", "tcp.stream"):
            streams.setdefault(self.conn_of(frame[0]), stream[0])
        for conn in list(self.conns)[:20]:
            if conn not in self.whole:
                continue
            got = {"client": "", "server": ""}
            flow = tshark(self.pcap, "-q", "-z", f"follow,tcp,raw,{streams[conn]}").splitlines()
            nodes = {i: line.split(": ", 1)[1] for i, line in enumerate(flow) if line.startswith("Node ")}
            first = self.conns[conn]
            client = f"{first['source']}:{first['source_port']}"
            client = "".join(client.replace("[", "").replace("]", ""))
            swapped = list(nodes.values())[0].replace("[", "").replace("]", "") != client
            for line in flow:
                if line and all(c in "0123456789abcdef\t" for c in line):
                    got["server" if line.startswith("\t") != swapped else "client"] += line.strip()
            for side in got:
                want = "".join(e["data"]["octets"] for e in self.t.events
                               if e["kind"] == "tcp.bytes" and e.get("conn") == conn and e["side"] == side)
                self.need(got[side] == want.encode("latin-1").hex(),
                          f"E: connection {conn}: the {side}'s octets differ ({len(got[side]) // 2} and {len(want)})")

    def run(self):
        for layer in ("core", "smtp", "dns", "tcp", "segment", "bytes"):
            self.need(layer in self.t.header["layers"], f"the trace lacks the layer {layer}")
        if not self.wrong:
            for part in (self.cleanliness, self.dialogue, self.messages, self.sealing, self.dns, self.octets):
                part()
        return self.wrong


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    check = Check(sys.argv[1], sys.argv[2])
    wrong = check.run()
    for what in wrong[:20]:
        print(f"not ok {sys.argv[2]}: {what}")
    if not wrong:
        print(f"ok {sys.argv[2]}: {len(check.packets)} packets, {len(check.conns)} connections")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
