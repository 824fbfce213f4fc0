/*
 * What each side of a connection hands to TCP is kept in a stream; a segment's payload is a slice of
 * it, so a retransmission needs nothing of its own.
 */
#include "sim/export/pcap.h"

#include "sim/export/packet.h"
#include "sim/kernel/clock.h"
#include "sim/kernel/table.h"

#define MAGIC_NANOSECONDS UINT32_C(0xa1b23c4d)

enum {
    VERSION_MAJOR = 2,
    VERSION_MINOR = 4,
    SNAPLEN = 262144,
    LINKTYPE_RAW = 101, /* a packet begins with its IP header */
    RECORD_HEADER = 16,
    FLUSH_AT = 1 << 16
};

struct stream {
    uint32_t conn; /* its octets are the key in the table */
    uint32_t next_free;
    struct buffer handed[2]; /* by the client, by the server */
    bool closed[2];
};

struct pcap {
    struct memory *memory;
    struct export_output output;
    struct buffer out;
    int64_t start_s; /* of the scenario, since 1970 */
    uint64_t lacking;
    struct stream **streams;
    uint32_t stream_count, stream_capacity, free_stream; /* free ones, 1 + index; 0: none */
    struct table by_conn;
    struct table by_source; /* address -> index in ids */
    struct buffer ids;      /* of uint16_t: packets so far */
};

/* ---- connections -------------------------------------------------------------------------- */

static struct text conn_key(const uint32_t *conn)
{
    return text_from((const char *)conn, sizeof *conn);
}

static struct stream *find_stream(const struct pcap *p, uint32_t conn)
{
    uint32_t i = table_get(&p->by_conn, conn_key(&conn));

    return i == TABLE_NONE ? NULL : p->streams[i];
}

static uint32_t take_stream(struct pcap *p)
{
    uint32_t i = p->free_stream;

    if (i != 0) {
        p->free_stream = p->streams[i - 1]->next_free;
        return i - 1;
    }
    if (p->stream_count == p->stream_capacity) {
        uint32_t more = p->stream_capacity > 0 ? 2 * p->stream_capacity : 16;

        p->streams = memory_grow(p->memory, p->streams, p->stream_capacity * sizeof *p->streams,
                                 more * sizeof *p->streams);
        p->stream_capacity = more;
    }
    i = p->stream_count++;
    p->streams[i] = MEMORY_NEW(p->memory, struct stream);
    for (int side = 0; side < 2; side++)
        buffer_init(&p->streams[i]->handed[side], p->memory);
    return i;
}

static struct stream *need_stream(struct pcap *p, uint32_t conn)
{
    struct stream *s = find_stream(p, conn);

    if (s == NULL) {
        uint32_t i = take_stream(p);

        s = p->streams[i];
        s->conn = conn;
        s->closed[0] = s->closed[1] = false;
        table_set(&p->by_conn, conn_key(&s->conn), i);
    }
    return s;
}

static int side_index(const struct trace_record *r)
{
    return r->where.side == TRACE_SIDE_SERVER;
}

static void record_bytes(struct pcap *p, const struct trace_record *r)
{
    const struct trace_tcp_bytes *bytes = r->data;
    struct buffer *handed = &need_stream(p, r->where.conn)->handed[side_index(r)];

    if (bytes->offset == (int64_t)handed->size) /* else the trace lacks some: see payload_of() */
        buffer_put_text(handed, bytes->octets);
}

/* One side is over; with the other one the stream is free for the next connection. */
static void record_closed(struct pcap *p, const struct trace_record *r)
{
    struct stream *s = find_stream(p, r->where.conn);
    uint32_t i;

    if (s == NULL)
        return;
    buffer_free(&s->handed[side_index(r)]);
    s->closed[side_index(r)] = true;
    if (!s->closed[!side_index(r)])
        return;
    i = table_get(&p->by_conn, conn_key(&s->conn));
    table_remove(&p->by_conn, conn_key(&s->conn));
    s->next_free = p->free_stream;
    p->free_stream = i + 1;
}

/* ---- packets ------------------------------------------------------------------------------ */

static void put_little(struct buffer *b, uint64_t value, int octets)
{
    for (int i = 0; i < octets; i++)
        buffer_put_char(b, (char)(unsigned char)(value >> 8 * i));
}

static void put_file_header(struct buffer *b)
{
    put_little(b, MAGIC_NANOSECONDS, 4);
    put_little(b, VERSION_MAJOR, 2);
    put_little(b, VERSION_MINOR, 2);
    put_little(b, 0, 8); /* time zone and its accuracy: none */
    put_little(b, SNAPLEN, 4);
    put_little(b, LINKTYPE_RAW, 4);
}

/* The header of a record is written with the length 0; end_packet() fills it in. */
static size_t begin_packet(struct pcap *p, int64_t time_ns)
{
    size_t start = p->out.size;

    put_little(&p->out, (uint64_t)(p->start_s + time_ns / CLOCK_SECOND), 4);
    put_little(&p->out, (uint64_t)(time_ns % CLOCK_SECOND), 4);
    put_little(&p->out, 0, 8);
    return start;
}

/* Without a packet the record is taken back and counted as lacking. */
static void end_packet(struct pcap *p, size_t start, bool written)
{
    size_t size = p->out.size - start - RECORD_HEADER;

    if (!written) {
        p->out.size = start;
        p->lacking++;
        return;
    }
    for (int i = 0; i < 8; i++) /* octets captured, octets sent */
        p->out.at[start + 8 + (size_t)i] = (char)(unsigned char)(size >> 8 * (i % 4));
    if (p->out.size >= FLUSH_AT) {
        p->output.put(p->output.context, buffer_text(&p->out));
        buffer_clear(&p->out);
    }
}

/* Each source numbers its packets, as hosts did before RFC 6864 made the field idle. */
static uint16_t next_id(struct pcap *p, struct text source)
{
    uint32_t i = table_get(&p->by_source, source);

    if (i == TABLE_NONE) {
        i = (uint32_t)(p->ids.size / sizeof(uint16_t));
        buffer_put(&p->ids, &(uint16_t){0}, sizeof(uint16_t));
        table_set(&p->by_source, text_copy(p->memory, source), i);
    }
    return ++((uint16_t *)(void *)p->ids.at)[i];
}

static bool make_flow(struct pcap *p, struct packet_flow *flow, struct text source,
                      int64_t source_port, struct text destination, int64_t destination_port)
{
    flow->source_port = (uint16_t)source_port;
    flow->destination_port = (uint16_t)destination_port;
    flow->id = next_id(p, source);
    return packet_address_parse(source, &flow->source) &&
           packet_address_parse(destination, &flow->destination);
}

static uint8_t flag_bits(struct text flags)
{
    static const struct {
        char letter;
        uint8_t bit;
    } bits[] = {{'S', PACKET_SYN},
                {'A', PACKET_ACK},
                {'P', PACKET_PSH},
                {'F', PACKET_FIN},
                {'R', PACKET_RST}};
    uint8_t found = 0;

    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
        if (text_find(flags, bits[i].letter) < flags.size)
            found |= bits[i].bit;
    return found;
}

/* The octets of a segment; where the records lack them, zeros of that number in `zeros`. */
static struct text payload_of(struct pcap *p, const struct trace_record *r,
                              const struct trace_tcp_segment *segment, struct buffer *zeros)
{
    const struct stream *s = find_stream(p, r->where.conn);
    const struct buffer *handed = s != NULL ? &s->handed[side_index(r)] : NULL;
    size_t size = (size_t)segment->payload_octets;

    if (size == 0)
        return (struct text){NULL, 0};
    if (handed != NULL && segment->offset >= 0 && (uint64_t)segment->offset <= handed->size &&
        handed->size - (size_t)segment->offset >= size)
        return text_from(handed->at + segment->offset, size);
    p->lacking++;
    while (zeros->size < size)
        buffer_put_char(zeros, '\0');
    return buffer_text(zeros);
}

static uint16_t to_16(int64_t value)
{
    return value > UINT16_MAX ? UINT16_MAX : (uint16_t)value;
}

static void record_segment(struct pcap *p, const struct trace_record *r)
{
    const struct trace_tcp_segment *segment = r->data;
    size_t start = begin_packet(p, r->time_ns);
    struct packet_flow flow;
    struct buffer zeros;
    bool written = false;

    buffer_init(&zeros, p->memory);
    if (segment->payload_octets >= 0 && segment->payload_octets <= PACKET_MAX &&
        make_flow(p, &flow, segment->source, segment->source_port, segment->destination,
                  segment->destination_port)) {
        struct packet_tcp tcp = {
            .seq_no = (uint32_t)segment->seq_no,
            .ack_no = (uint32_t)segment->ack_no,
            .flags = flag_bits(segment->flags),
            .window = to_16(segment->window),
            .mss = to_16(segment->mss),
            .payload = payload_of(p, r, segment, &zeros),
        };

        written = packet_put_tcp(&p->out, &flow, &tcp);
    }
    end_packet(p, start, written);
    buffer_free(&zeros);
}

static void record_datagram(struct pcap *p, const struct trace_record *r)
{
    const struct trace_udp_datagram *datagram = r->data;
    size_t start = begin_packet(p, r->time_ns);
    struct packet_flow flow;
    bool written = make_flow(p, &flow, datagram->source, datagram->source_port,
                             datagram->destination, datagram->destination_port) &&
                   packet_put_udp(&p->out, &flow, datagram->octets);

    end_packet(p, start, written);
}

/* ---- sink --------------------------------------------------------------------------------- */

static void record(void *context, const struct trace_record *r)
{
    struct pcap *p = context;

    if (r->kind == TRACE_TCP_SEGMENT)
        record_segment(p, r);
    else if (r->kind == TRACE_TCP_BYTES)
        record_bytes(p, r);
    else if (r->kind == TRACE_UDP_DATAGRAM)
        record_datagram(p, r);
    else if (r->kind == TRACE_TCP_CLOSED)
        record_closed(p, r);
    else if (r->kind == TRACE_SIM_STARTED)
        clock_parse_utc(((const struct trace_sim_started *)r->data)->start, &p->start_s);
}

struct pcap *pcap_begin(struct memory *m, struct export_output output)
{
    struct pcap *p = MEMORY_NEW(m, struct pcap);

    p->memory = m;
    p->output = output;
    buffer_init(&p->out, m);
    table_init(&p->by_conn, m, false);
    table_init(&p->by_source, m, false);
    buffer_init(&p->ids, m);
    put_file_header(&p->out);
    return p;
}

struct trace_sink pcap_sink(struct pcap *p)
{
    return (struct trace_sink){
        .kinds = UINT64_C(1) << TRACE_TCP_SEGMENT | UINT64_C(1) << TRACE_TCP_BYTES |
                 UINT64_C(1) << TRACE_UDP_DATAGRAM | UINT64_C(1) << TRACE_TCP_CLOSED |
                 UINT64_C(1) << TRACE_SIM_STARTED,
        .record = record,
        .context = p,
    };
}

uint64_t pcap_end(struct pcap *p)
{
    struct memory *m = p->memory;
    uint64_t lacking = p->lacking;

    p->output.put(p->output.context, buffer_text(&p->out));
    for (uint32_t i = 0; i < p->stream_count; i++) {
        buffer_free(&p->streams[i]->handed[0]);
        buffer_free(&p->streams[i]->handed[1]);
        memory_give(m, p->streams[i], sizeof *p->streams[i]);
    }
    memory_give(m, p->streams, p->stream_capacity * sizeof *p->streams);
    table_free(&p->by_conn);
    table_free(&p->by_source);
    buffer_free(&p->ids);
    buffer_free(&p->out);
    memory_give(m, p, sizeof *p);
    return lacking;
}
