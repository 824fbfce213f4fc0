/*
 * compose.c - what an MUA writes: header fields with folds and encoded words, and a body.
 */
#include "sim/mail/message.h"

#include <assert.h>

#include "sim/kernel/clock.h"

/* ---- UTF-8 and what a header may hold ------------------------------------------------------- */

static bool is_atext_or_blank(char c)
{
    char lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr(" !#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool is_control(char c)
{
    return (unsigned char)c < ' ' || c == 0x7f;
}

/* Octets of the character at `i`; 1 for an octet that begins none. */
static size_t character_size(struct text t, size_t i)
{
    unsigned char lead = (unsigned char)t.at[i];
    size_t size = lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
    if (lead > 0xf4 || i + size > t.size)
        return 1;
    for (size_t k = 1; k < size; k++)
        if (((unsigned char)t.at[i + k] & 0xc0) != 0x80)
            return 1;
    return size;
}

/* Longer forms than needed and surrogates pass: the readers of scenarios refuse them earlier. */
static bool is_utf8(struct text t)
{
    for (size_t i = 0, size; i < t.size; i += size) {
        size = character_size(t, i);
        if (size == 1 && (unsigned char)t.at[i] >= 0x80)
            return false;
    }
    return true;
}

static struct text charset_of(struct text t)
{
    return text_is_ascii(t) ? TEXT("us-ascii") : is_utf8(t) ? TEXT("utf-8") : TEXT("unknown-8bit");
}

/* ---- encoded words (RFC 2047) --------------------------------------------------------------- */

enum { ENCODED_WORD_MAX = 75, ENCODED_LINE_MAX = 76 };

static const char hex_digits[] = "0123456789ABCDEF";

static void put_hex(struct buffer *b, char c)
{
    buffer_put_char(b, '=');
    buffer_put_char(b, hex_digits[(unsigned char)c >> 4]);
    buffer_put_char(b, hex_digits[(unsigned char)c & 15]);
}

/* The octets that "Q" leaves as they are even inside a phrase (RFC 2047 5 (3)). */
static bool is_q_plain(char c)
{
    char lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!*+-/", c) != NULL);
}

static size_t q_size(struct text t)
{
    size_t size = 0;
    for (size_t i = 0; i < t.size; i++)
        size += is_q_plain(t.at[i]) || t.at[i] == ' ' ? 1 : 3;
    return size;
}

static void put_q(struct buffer *b, struct text t)
{
    for (size_t i = 0; i < t.size; i++) {
        if (t.at[i] == ' ' || is_control(t.at[i]))
            buffer_put_char(b, '_');
        else if (is_q_plain(t.at[i]))
            buffer_put_char(b, t.at[i]);
        else
            put_hex(b, t.at[i]);
    }
}

static void put_base64(struct buffer *b, struct text t)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < t.size; i += 3) {
        uint32_t group = 0;
        for (size_t k = 0; k < 3; k++) {
            char c = i + k < t.size ? t.at[i + k] : '\0';
            group = group << 8 | (unsigned char)(is_control(c) && i + k < t.size ? ' ' : c);
        }
        for (size_t k = 0; k < 4; k++)
            buffer_put_char(b, i + k <= t.size ? digits[group >> (18 - 6 * k) & 63] : '=');
    }
}

/* As many whole characters from `i` on as fit in `room` octets once encoded; at least one. */
static size_t word_end(struct text t, size_t i, size_t room, bool base64)
{
    size_t end = i;
    while (end < t.size) {
        size_t next = end + character_size(t, end);
        struct text piece = {t.at + i, next - i};
        size_t size = base64 ? (piece.size + 2) / 3 * 4 : q_size(piece);
        if (size > room && end > i)
            break;
        end = next;
    }
    return end;
}

/* Words of at most 75 octets, each on a line of its own but the first, which begins at `column`. */
static void put_encoded(struct buffer *b, struct text t, size_t column)
{
    struct text charset = charset_of(t);
    bool base64 = q_size(t) > 2 * t.size; /* "Q" stays readable where most of it is ASCII */
    size_t frame = strlen("=?"
                          "?Q?"
                          "?=") +
                   charset.size;
    for (size_t i = 0, end; i < t.size; i = end) {
        if (i > 0) {
            buffer_put_string(b, "\r\n ");
            column = 1;
        }
        size_t room = ENCODED_WORD_MAX;
        if (column + room > ENCODED_LINE_MAX)
            room = column < 36 ? ENCODED_LINE_MAX - column : 40;
        end = word_end(t, i, room - frame, base64);
        buffer_put_string(b, "=?");
        buffer_put_text(b, charset);
        buffer_put_string(b, base64 ? "?B?" : "?Q?");
        struct text piece = {t.at + i, end - i};
        if (base64)
            put_base64(b, piece);
        else
            put_q(b, piece);
        buffer_put_string(b, "?=");
    }
}

/* ---- fields --------------------------------------------------------------------------------- */

/* A longer run without blanks cannot be folded. */
enum { WORD_MAX = MESSAGE_LINE_MAX - 100 };

/* Would a reader not give back the same text?  Then it is written in encoded words. */
static bool needs_encoding(struct text value)
{
    size_t word = 0;
    for (size_t i = 0; i < value.size; i++) {
        char c = value.at[i];
        word = c == ' ' ? 0 : word + 1;
        bool looks_encoded = c == '?' && i > 0 && value.at[i - 1] == '=';
        if ((unsigned char)c >= 0x80 || word > WORD_MAX || looks_encoded)
            return true;
    }
    return false;
}

/* Folds before runs of blanks; a word beyond all measure is cut.  A control character (a line
 * end, above all) becomes a blank. */
static void put_folded(struct buffer *b, struct text value, size_t column)
{
    size_t i = 0;
    while (i < value.size) {
        size_t blanks = i;
        while (blanks < value.size && (value.at[blanks] == ' ' || is_control(value.at[blanks])))
            blanks++;
        size_t end = blanks;
        while (end < value.size && value.at[end] != ' ' && !is_control(value.at[end]) &&
               end - blanks < WORD_MAX)
            end++;
        if (i > 0 && column + (end - i) > MESSAGE_LINE_SHOULD) {
            buffer_put_string(b, blanks > i ? "\r\n" : "\r\n ");
            column = blanks > i ? 0 : 1;
        }
        for (size_t k = i; k < end; k++)
            buffer_put_char(b, k < blanks ? ' ' : value.at[k]);
        column += end - i;
        i = end;
    }
}

static struct text trim(struct text value)
{
    while (value.size > 0 && (value.at[0] == ' ' || is_control(value.at[0])))
        value = text_after(value, 1);
    while (value.size > 0 &&
           (value.at[value.size - 1] == ' ' || is_control(value.at[value.size - 1])))
        value.size--;
    return value;
}

void mail_put_field(struct buffer *b, struct text name, struct text value)
{
    value = trim(value);
    buffer_put_text(b, name);
    buffer_put_string(b, ": ");
    if (needs_encoding(value))
        put_encoded(b, value, name.size + 2);
    else
        put_folded(b, value, name.size + 2);
    buffer_put_string(b, "\r\n");
}

static void put_ascii(struct buffer *b, struct text value, size_t column)
{
    size_t start = b->size;

    put_folded(b, trim(value), column);
    for (size_t i = start; i < b->size; i++)
        if ((unsigned char)b->at[i] >= 0x80)
            b->at[i] = '?';
    buffer_put_string(b, "\r\n");
}

void mail_put_ascii_field(struct buffer *b, const char *name, const char *type, struct text value)
{
    buffer_put_string(b, name);
    buffer_put_string(b, ": ");
    buffer_put_string(b, type);
    put_ascii(b, value, strlen(name) + 2 + strlen(type));
}

void mail_put_ascii_more(struct buffer *b, struct text value)
{
    buffer_put_char(b, ' ');
    put_ascii(b, value, 1);
}

static void put_quoted(struct buffer *b, struct text name)
{
    buffer_put_char(b, '"');
    for (size_t i = 0; i < name.size; i++) {
        if (name.at[i] == '"' || name.at[i] == '\\')
            buffer_put_char(b, '\\');
        buffer_put_char(b, name.at[i]);
    }
    buffer_put_char(b, '"');
}

/* A phrase: as it is if it is of atoms, else quoted, else in encoded words (RFC 5322 3.2.5). */
static void put_phrase(struct buffer *b, struct text name, size_t column)
{
    bool atoms = true;
    for (size_t i = 0; i < name.size; i++)
        atoms = atoms && is_atext_or_blank(name.at[i]);
    if (needs_encoding(name)) {
        put_encoded(b, name, column);
    } else if (atoms) {
        put_folded(b, name, column);
    } else {
        struct buffer quoted;
        buffer_init(&quoted, b->memory);
        put_quoted(&quoted, name);
        put_folded(b, buffer_text(&quoted), column);
        buffer_free(&quoted);
    }
}

/* Octets since the last line end. */
static size_t column_of(const struct buffer *b)
{
    size_t i = b->size;
    while (i > 0 && b->at[i - 1] != '\n')
        i--;
    return b->size - i;
}

static void put_person(struct buffer *b, const struct mail_person *person)
{
    struct text name = trim(person->name);
    if (name.size == 0) {
        buffer_put_text(b, person->address);
        return;
    }
    put_phrase(b, name, column_of(b));
    bool fits = column_of(b) + person->address.size + 4 <= MESSAGE_LINE_SHOULD;
    buffer_put_string(b, fits ? " <" : "\r\n <");
    buffer_put_text(b, person->address);
    buffer_put_char(b, '>');
}

static void put_people(struct buffer *b, const char *field, const struct mail_person *people,
                       size_t count)
{
    if (count == 0)
        return;
    buffer_put_string(b, field);
    buffer_put_string(b, ": ");
    for (size_t i = 0; i < count; i++) {
        struct text name = trim(people[i].name);
        size_t size = people[i].address.size + (name.size > 0 ? name.size + 3 : 0);
        /* 3: the comma and blank before it, and a comma behind */
        bool fits = column_of(b) + size + 3 <= MESSAGE_LINE_SHOULD;
        if (i > 0)
            buffer_put_string(b, fits ? ", " : ",\r\n ");
        put_person(b, &people[i]);
    }
    buffer_put_string(b, "\r\n");
}

/* ---- the body ------------------------------------------------------------------------------- */

/* The next line of `body` from *i on, without its end; LF, CR LF and CR alone all end one. */
static struct text next_line(struct text body, size_t *i)
{
    size_t start = *i, end = start + text_find(text_after(body, start), '\n');

    end = start + text_find(text_from(body.at + start, end - start), '\r');
    *i = end + 1;
    if (end + 1 < body.size && body.at[end] == '\r' && body.at[end + 1] == '\n')
        ++*i;
    return (struct text){body.at + start, end - start};
}

static bool has_long_line(struct text body)
{
    for (size_t i = 0; i < body.size;)
        if (next_line(body, &i).size > MESSAGE_LINE_MAX)
            return true;
    return false;
}

/* Quoted-printable (RFC 2045 6.7): lines of at most 76, a blank at the end of a line encoded. */
static void put_quoted_line(struct buffer *b, struct text line)
{
    size_t column = 0;
    for (size_t i = 0; i < line.size; i++) {
        char c = line.at[i];
        bool last = i + 1 == line.size;
        bool blank = c == ' ' || c == '\t';
        bool plain = blank ? !last : c > ' ' && c < 0x7f && c != '=';
        size_t size = plain ? 1 : 3;
        if (column + size > (last ? 76U : 75U)) {
            buffer_put_string(b, "=\r\n");
            column = 0;
        }
        if (plain)
            buffer_put_char(b, c);
        else
            put_hex(b, c);
        column += size;
    }
}

static void put_body(struct buffer *b, struct text body, bool quoted)
{
    for (size_t i = 0; i < body.size;) {
        struct text line = next_line(body, &i);
        if (quoted)
            put_quoted_line(b, line);
        else
            buffer_put_text(b, line);
        buffer_put_string(b, "\r\n");
    }
}

static void put_as_written(struct buffer *b, struct text body)
{
    buffer_put_text(b, body);
    if (body.size > 0 && !text_ends_nocase(body, TEXT("\r\n")))
        buffer_put_string(b, "\r\n");
}

static void put_mime(struct buffer *b, struct text body, bool quoted)
{
    buffer_put_string(b, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=");
    buffer_put_text(b, charset_of(body));
    buffer_put_string(b, "\r\nContent-Transfer-Encoding: ");
    buffer_put_string(b, quoted ? "quoted-printable\r\n" : "8bit\r\n");
}

struct message *message_compose(struct memory *m, const struct mail_draft *d)
{
    struct buffer b;
    buffer_init(&b, m);
    buffer_reserve(&b, 512 + d->body.size + d->body.size / 32);
    buffer_put_string(&b, "Date: ");
    clock_put_rfc5322(&b, d->date);
    buffer_put_string(&b, "\r\n");
    put_people(&b, "From", &d->from, 1);
    put_people(&b, "To", d->to, d->to_count);
    put_people(&b, "Cc", d->cc, d->cc_count);
    buffer_put_string(&b, "Message-ID: <");
    buffer_put_text(&b, d->message_id);
    buffer_put_string(&b, ">\r\n");
    if (d->subject.size > 0)
        mail_put_field(&b, TEXT("Subject"), d->subject);
    buffer_put_text(&b, d->fields);
    bool quoted = !d->as_written && has_long_line(d->body);
    if (quoted || !text_is_ascii(d->body))
        put_mime(&b, d->body, quoted);
    buffer_put_string(&b, "\r\n");
    if (d->as_written)
        put_as_written(&b, d->body);
    else
        put_body(&b, d->body, quoted);
    struct message *msg = message_new(m, buffer_text(&b));
    buffer_free(&b);
    return msg;
}
