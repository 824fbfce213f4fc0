/*
 * transfer_ns3.cc - the work of bench_transfers.c in ns-3: the same hosts on a router, the same
 * spacing, and for each transfer the same look-ups over UDP, connection, turns and octets.  Only the
 * numbers of octets: no text is made or read, nobody decides anything.
 *
 * usage: transfer_ns3 MAILS SITES
 */
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"

using namespace ns3;

namespace
{
/* Server and client in turn: greeting, EHLO, its reply, MAIL RCPT DATA, replies, message, reply,
 * QUIT, reply.  As many octets as our dialogues have. */
const uint32_t turns[] = {58, 26, 140, 95, 75, 1650, 60, 6, 50};
const unsigned TURNS = sizeof turns / sizeof *turns;
const uint32_t QUESTION = 40, ANSWER = 80;

uint64_t finished, segments;

struct side : public SimpleRefCount<side>
{
    Ptr<Socket> socket;
    bool client;
    unsigned turn = 0;
    uint32_t got = 0;
};

void speak(Ptr<side> s)
{
    while (s->turn < TURNS && (s->turn % 2 == 1) == s->client)
        s->socket->Send(Create<Packet>(turns[s->turn++]));
}

void received(Ptr<side> s, Ptr<Socket> socket)
{
    while (Ptr<Packet> p = socket->Recv())
        s->got += p->GetSize();
    while (s->turn < TURNS && (s->turn % 2 == 1) != s->client && s->got >= turns[s->turn])
    {
        s->got -= turns[s->turn++];
        speak(s);
    }
    if (s->turn == TURNS)
    {
        finished += s->client;
        s->turn++;
        socket->Close();
    }
}

void accepted(Ptr<Socket> socket, const Address &)
{
    Ptr<side> s = Create<side>();
    s->socket = socket;
    s->client = false;
    socket->SetRecvCallback(MakeBoundCallback(&received, s));
    speak(s);
}

void connect(Ptr<Node> node, InetSocketAddress to)
{
    Ptr<side> s = Create<side>();
    s->socket = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
    s->client = true;
    s->socket->SetRecvCallback(MakeBoundCallback(&received, s));
    s->socket->Connect(to);
}

struct look_up : public SimpleRefCount<look_up>
{
    Ptr<Node> node;
    InetSocketAddress server{uint16_t(53)}, to{uint16_t(25)};
    unsigned left;
};

void ask(Ptr<look_up> l);

void answered(Ptr<look_up> l, Ptr<Socket> socket)
{
    while (socket->Recv())
        ;
    socket->Close();
    if (--l->left > 0)
        ask(l);
    else
        connect(l->node, l->to);
}

void ask(Ptr<look_up> l)
{
    Ptr<Socket> socket = Socket::CreateSocket(l->node, UdpSocketFactory::GetTypeId());
    socket->SetRecvCallback(MakeBoundCallback(&answered, l));
    socket->Connect(l->server);
    socket->Send(Create<Packet>(QUESTION));
}

void answer(Ptr<Socket> socket)
{
    Address from;
    while (socket->RecvFrom(from))
        socket->SendTo(Create<Packet>(ANSWER), 0, from);
}

void sent(Ptr<const Packet> p, Ptr<Ipv4>, uint32_t)
{
    segments += p->GetSize() > 0;
}
} // namespace

int main(int argc, char **argv)
{
    if (argc != 3)
        return 64;
    uint32_t mails = uint32_t(atol(argv[1])), sites = uint32_t(atol(argv[2]));
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1460));

    NodeContainer router(1), hosts(1 + 2 * sites); /* 0: name server; then mail and pc in turn */
    InternetStackHelper stack;
    stack.Install(router);
    stack.Install(hosts);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    link.SetChannelAttribute("Delay", StringValue("5ms"));
    Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.252");
    std::vector<Ipv4Address> at;
    for (uint32_t i = 0; i < hosts.GetN(); i++)
    {
        Ipv4InterfaceContainer ends = addresses.Assign(link.Install(router.Get(0), hosts.Get(i)));
        at.push_back(ends.GetAddress(1));
        addresses.NewNetwork();
    }
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();

    Ptr<Socket> names = Socket::CreateSocket(hosts.Get(0), UdpSocketFactory::GetTypeId());
    names->Bind(InetSocketAddress(Ipv4Address::GetAny(), 53));
    names->SetRecvCallback(MakeCallback(&answer));
    for (uint32_t i = 0; i < sites; i++)
    {
        Ptr<Socket> s = Socket::CreateSocket(hosts.Get(1 + 2 * i), TcpSocketFactory::GetTypeId());
        s->Bind(InetSocketAddress(Ipv4Address::GetAny(), 25));
        s->Listen();
        s->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address &>(),
                             MakeCallback(&accepted));
    }
    for (uint32_t i = 0; i < hosts.GetN(); i++)
        hosts.Get(i)->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext("Tx", MakeCallback(&sent));

    /* A mail is two transfers: pc to its mail host, one look-up; mail host to the next, two. */
    for (uint32_t i = 0; i < 2 * mails; i++)
    {
        uint32_t site = i / 2 % sites, to = i % 2 ? (site + 1) % sites : site;
        Ptr<look_up> l = Create<look_up>();
        l->node = hosts.Get(i % 2 ? 1 + 2 * site : 2 + 2 * site);
        l->server = InetSocketAddress(at[0], 53);
        l->to = InetSocketAddress(at[1 + 2 * to], 25);
        l->left = 1 + i % 2;
        Simulator::Schedule(MicroSeconds(int64_t(100000) * (i / 2) / sites), &ask, l);
    }
    timespec begin, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    Simulator::Run();
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    double seconds = double(end.tv_sec - begin.tv_sec) + double(end.tv_nsec - begin.tv_nsec) / 1e9;
    fprintf(stderr, "# ns-3: %llu transfers, %.1f packets sent and %.1f events for each\n",
            (unsigned long long)finished, double(segments) / double(finished),
            double(Simulator::GetEventCount()) / double(finished));
    Simulator::Destroy();
    if (finished != 2 * mails)
        return 70;
    printf("ns-3/%u-ports %llu %.2f - -\n", 1 + 2 * sites, (unsigned long long)finished,
           seconds * 1e6 / double(finished));
    return 0;
}
