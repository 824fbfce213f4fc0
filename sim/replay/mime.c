/*
 * mime.c - decoding for people who read.
 */
#include "sim/replay/mime.h"

#include "sim/mail/message.h"

/* ---- octets from letters ------------------------------------------------------------------------ */

static int hex_value(char c)
{
    char lower = ascii_lower(c);

    return c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool hex_octet(struct text t, size_t i, char *octet)
{
    int high = i + 2 < t.size ? hex_value(t.at[i + 1]) : -1,
        low = i + 2 < t.size ? hex_value(t.at[i + 2]) : -1;

    if (high < 0 || low < 0)
        return false;
    *octet = (char)(high * 16 + low);
    return true;
}

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static void put_base64(struct buffer *b, struct text t)
{
    uint32_t bits = 0;
    int count = 0;

    for (size_t i = 0; i < t.size && t.at[i] != '='; i++) {
        int value = base64_value(t.at[i]);

        if (value < 0)
            continue;
        bits = bits << 6 | (uint32_t)value;
        if ((count += 6) >= 8) {
            count -= 8;
            buffer_put_char(b, (char)(bits >> count & 255));
        }
    }
}

static void put_q(struct buffer *b, struct text t)
{
    for (size_t i = 0; i < t.size; i++) {
        char octet;

        if (t.at[i] == '=' && hex_octet(t, i, &octet)) {
            buffer_put_char(b, octet);
            i += 2;
        } else {
            buffer_put_char(b, t.at[i] == '_' ? ' ' : t.at[i]);
        }
    }
}

/* ---- encoded words ------------------------------------------------------------------------------ */

/* "=?charset?Q?text?=" at the front: its octets; 0 if there is none that can be read. */
static size_t word_size(struct text t, struct text *text, bool *base64)
{
    if (!text_starts_nocase(t, TEXT("=?")))
        return 0;
    struct text charset = text_after(t, 2);
    size_t mark = text_find(charset, '?');
    struct text rest = text_after(charset, mark + 1);
    charset.size = mark;
    if (rest.size < 2 || rest.at[1] != '?' ||
        !(text_equal_nocase(charset, TEXT("utf-8")) ||
          text_equal_nocase(charset, TEXT("us-ascii"))))
        return 0;
    char way = ascii_lower(rest.at[0]);
    *base64 = way == 'b';
    *text = text_after(rest, 2);
    text->size = text_find(*text, '?');
    size_t end = (size_t)(text->at - t.at) + text->size;
    bool whole = end + 1 < t.size && t.at[end + 1] == '=';
    return whole && (way == 'b' || way == 'q') ? end + 2 : 0;
}

struct text mime_words(struct memory *m, struct text value)
{
    struct buffer line, out;
    bool after_word = false;

    buffer_init(&line, m);
    buffer_init(&out, m);
    mail_field_put_unfolded(&line, value);
    struct text t = buffer_text(&line);
    for (size_t i = 0; i < t.size;) {
        struct text text;
        bool base64;
        size_t blanks = i;
        while (after_word && blanks < t.size && (t.at[blanks] == ' ' || t.at[blanks] == '\t'))
            blanks++; /* those between two encoded words are not part of the text */
        size_t size = word_size(text_after(t, blanks), &text, &base64);

        if (size == 0) {
            buffer_put_char(&out, t.at[i++]);
            after_word = false;
            continue;
        }
        if (base64)
            put_base64(&out, text);
        else
            put_q(&out, text);
        i = blanks + size;
        after_word = true;
    }
    return buffer_text(&out);
}

/* ---- bodies ------------------------------------------------------------------------------------- */

static struct text next_line(struct text *rest)
{
    size_t end = text_find(*rest, '\n');
    struct text line = text_from(rest->at, end);

    *rest = text_after(*rest, end + 1);
    if (line.size > 0 && line.at[line.size - 1] == '\r')
        line.size--;
    return line;
}

/* RFC 2045 6.7: "=41" is an octet, "=" at the end joins two lines. */
static void put_quoted_printable(struct buffer *b, struct text t)
{
    while (t.size > 0) {
        struct text line = next_line(&t);
        bool joined = false;

        for (size_t i = 0; i < line.size; i++) {
            char octet;

            joined = line.at[i] == '=' && i + 1 == line.size;
            if (line.at[i] == '=' && hex_octet(line, i, &octet)) {
                buffer_put_char(b, octet);
                i += 2;
            } else if (!joined) {
                buffer_put_char(b, line.at[i]);
            }
        }
        buffer_put_string(b, joined ? "" : "\r\n");
    }
}

struct text mime_body(struct memory *m, struct text body, struct text encoding)
{
    struct buffer out;

    buffer_init(&out, m);
    encoding = text_trim(encoding);
    if (text_equal_nocase(encoding, TEXT("quoted-printable")))
        put_quoted_printable(&out, body);
    else if (text_equal_nocase(encoding, TEXT("base64")))
        put_base64(&out, body);
    else
        return body;
    return buffer_text(&out);
}

struct text mime_parameter(struct memory *m, struct text value, struct text name)
{
    struct buffer line;

    buffer_init(&line, m);
    mail_field_put_unfolded(&line, value);
    struct text rest = buffer_text(&line);
    while ((rest = text_after(rest, text_find(rest, ';') + 1)).size > 0) {
        struct text word = text_trim(rest);
        size_t equals = text_find(word, '=');

        if (equals == word.size || !text_equal_nocase(text_trim(text_from(word.at, equals)), name))
            continue;
        word = text_trim(text_after(word, equals + 1));
        if (word.size > 0 && word.at[0] == '"') {
            word = text_after(word, 1);
            word.size = text_find(word, '"');
        } else {
            word.size = text_find(word, ';');
        }
        return word;
    }
    return TEXT("");
}

/* ---- reports ------------------------------------------------------------------------------------ */

/* "--boundary", or at the end of all parts "--boundary--". */
static bool is_boundary(struct text line, struct text boundary)
{
    return line.size >= boundary.size + 2 && line.at[0] == '-' && line.at[1] == '-' &&
           memcmp(line.at + 2, boundary.at, boundary.size) == 0;
}

/* The next part of a multipart body: between two boundaries, without the line end before the second
 * (RFC 2046 5.1.1).  False: no more. */
static bool next_part(struct text *rest, struct text boundary, struct text *part)
{
    struct text line = TEXT("");

    while (rest->size > 0 && !is_boundary(line = next_line(rest), boundary))
        ;
    if (rest->size == 0 || !is_boundary(line, boundary) ||
        text_starts_nocase(text_after(line, boundary.size + 2), TEXT("--")))
        return false;
    *part = text_from(rest->at, 0);
    struct text ahead = *rest;
    while (ahead.size > 0) {
        const char *start = ahead.at;

        line = next_line(&ahead);
        if (is_boundary(line, boundary)) {
            part->size = (size_t)(start - part->at);
            while (part->size > 0 &&
                   (part->at[part->size - 1] == '\n' || part->at[part->size - 1] == '\r'))
                part->size--;
            *rest = text_from(start, (size_t)(rest->at + rest->size - start));
            return true;
        }
    }
    part->size = rest->size;
    *rest = TEXT("");
    return true;
}

/* A part's Content-Type and what stands behind its header. */
static struct text part_type(struct memory *m, struct text part, struct text *body)
{
    struct message *msg = message_new(m, part);
    struct mail_field f;
    struct text type = TEXT("text/plain");

    if (message_find_field(msg, TEXT("Content-Type"), &f))
        type = mime_words(m, f.value);
    *body = text_after(part, message_header_size(msg));
    message_release(msg);
    return type;
}

static void read_fields(struct mime_report *report, struct memory *m, struct text octets)
{
    uint32_t group = 0, room = 0;

    while (octets.size > 0) {
        struct message *msg = message_new(m, octets);
        struct message_fields it;
        struct mail_field f;
        uint32_t before = report->field_count;

        message_fields_begin(&it, msg);
        while (message_fields_next(&it, &f)) {
            report->fields = memory_make_room(m, report->fields, report->field_count, &room,
                                              sizeof *report->fields);
            report->fields[report->field_count++] = (struct mime_field){
                .name = text_from(octets.at + f.offset, f.name.size),
                .value = mime_words(m, f.value),
                .group = group,
            };
        }
        size_t size = message_header_size(msg);
        message_release(msg);
        if (size == 0) /* no field and no empty line: whatever it is, it is not ours */
            break;
        octets = text_after(octets, size);
        group += report->field_count > before;
    }
    report->group_count = group;
}

bool mime_report(struct mime_report *report, struct memory *m, struct text type, struct text body)
{
    struct text boundary = mime_parameter(m, type, TEXT("boundary")), part;
    uint32_t count = 0;

    *report = (struct mime_report){0};
    if (!text_starts_nocase(text_trim(type), TEXT("multipart/report")) || boundary.size == 0)
        return false;
    while (next_part(&body, boundary, &part)) {
        struct text content, is = part_type(m, part, &content);

        if (text_starts_nocase(is, TEXT("message/delivery-status"))) {
            read_fields(report, m, content);
        } else if (text_starts_nocase(is, TEXT("message/rfc822")) ||
                   text_starts_nocase(is, TEXT("text/rfc822-headers"))) {
            report->returned = content;
            report->headers_only = text_starts_nocase(is, TEXT("text/"));
        } else if (count == 0) {
            report->words = content;
        }
        count++;
    }
    return report->field_count > 0;
}
