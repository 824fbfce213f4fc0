/*
 * One line at a time: cut it off, see what it is, have it read.  A line without LF at the end of the
 * file is not read at all.
 */
#include "sim/replay/read.h"

#include "sim/replay/read_parts.h"

/* The next line without its LF; false at the end, or if what is left has none. */
static bool next_line(struct replay_reader *r, struct text *line)
{
    struct text left = text_after(r->octets, r->at);
    size_t end = text_find(left, '\n');

    if (end == left.size) {
        r->truncated = true;
        return false;
    }
    *line = text_from(left.at, end);
    r->at += end + 1;
    r->line++;
    return true;
}

bool replay_read_open(struct replay_reader *r, struct memory *m, struct text octets,
                      const struct replay_digest *digest)
{
    struct text line;
    size_t data_size = 0;

    *r = (struct replay_reader){.memory = m, .octets = octets};
    if (digest != NULL)
        r->digest = *digest;
    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++)
        if (trace_kind_info((enum trace_kind)kind)->size > data_size)
            data_size = trace_kind_info((enum trace_kind)kind)->size;
    r->data_size = data_size;
    r->data = memory_take(m, data_size);
    buffer_init(&r->texts, m);
    holders_init(&r->holders, m);
    json_reader_init(&r->json, m, JSON_OCTETS);
    if (!next_line(r, &line)) {
        r->line = 1;
        return replay_mistake(r, "not a trace: it has no whole first line");
    }
    r->comma = true;
    r->has_header = replay_read_header(r, line);
    return r->has_header;
}

/* When framed, the first event follows "[" as if a comma had been there. */
static bool is_footer(const struct replay_reader *r, struct text line)
{
    return r->framed ? line.size > 0 && line.at[0] == ']'
                     : text_starts_nocase(line, TEXT("{\"footer\""));
}

static bool read_frame_end(struct replay_reader *r, struct text line)
{
    struct text rest = text_after(line, 2);

    r->json.token_at = 0;
    if (line.size < 2 || line.at[1] != ',' || (r->comma && r->written > 0))
        return replay_mistake(r, "expected ],\"footer\" after an event without a comma");
    buffer_clear(&r->texts);
    buffer_put_char(&r->texts, '{');
    buffer_put_text(&r->texts, rest);
    if (replay_read_footer(r, buffer_text(&r->texts)))
        return true;
    r->error.column++; /* the line has one octet more */
    return false;
}

bool replay_read_next(struct replay_reader *r, struct trace_record *record)
{
    struct text line;

    if (r->error.line != 0 || r->has_footer || !r->has_header || !next_line(r, &line))
        return false;
    if (is_footer(r, line)) {
        if (r->framed)
            read_frame_end(r, line);
        else
            replay_read_footer(r, line);
        return false;
    }
    if (r->framed && !r->comma) {
        r->json.token_at = 0;
        return replay_mistake(r, "an event without a comma before it");
    }
    r->comma = line.size > 0 && line.at[line.size - 1] == ',';
    if (r->framed && r->comma)
        line.size--;
    if (r->digest.add != NULL) {
        r->digest.add(r->digest.context, line);
        r->digest.add(r->digest.context, TEXT("\n"));
    }
    return replay_read_event(r, line, record);
}

void replay_read_more(struct replay_reader *r, struct text octets)
{
    r->octets = octets;
    r->truncated = false;
}

void replay_read_close(struct replay_reader *r)
{
    for (size_t i = 0; i < REPLAY_LISTS_MAX; i++)
        memory_give(r->memory, r->lists[i].items, r->lists[i].size);
    memory_give(r->memory, r->data, r->data_size);
    json_reader_free(&r->json);
    holders_free(&r->holders);
    buffer_free(&r->texts);
}

bool replay_read_feed(struct replay_reader *r, const struct trace_sink *sinks, size_t sink_count)
{
    struct trace_record record = {.seq = 0};

    while (replay_read_next(r, &record))
        for (size_t i = 0; i < sink_count; i++)
            if (sinks[i].kinds >> record.kind & 1)
                sinks[i].record(sinks[i].context, &record);
    return r->error.line == 0;
}
