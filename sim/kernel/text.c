/*
 * text.c - comparing, searching, hashing and building octets.
 */
#include "sim/kernel/text.h"

#include <assert.h>

#include "sim/kernel/memory.h"

enum { BUFFER_FIRST = 64 };

static bool octets_equal_nocase(const char *a, const char *b, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (ascii_lower(a[i]) != ascii_lower(b[i]))
            return false;
    return true;
}

bool text_equal_nocase(struct text a, struct text b)
{
    return a.size == b.size && octets_equal_nocase(a.at, b.at, a.size);
}

bool text_starts_nocase(struct text t, struct text prefix)
{
    return t.size >= prefix.size && octets_equal_nocase(t.at, prefix.at, prefix.size);
}

bool text_ends_nocase(struct text t, struct text suffix)
{
    return t.size >= suffix.size &&
           octets_equal_nocase(t.at + (t.size - suffix.size), suffix.at, suffix.size);
}

/* Eight octets at a time: every message is looked through once. */
bool text_is_ascii(struct text t)
{
    uint64_t seen = 0;
    size_t i = 0;

    for (; i + sizeof seen <= t.size; i += sizeof seen) {
        uint64_t word;
        memcpy(&word, t.at + i, sizeof word);
        seen |= word;
    }
    for (; i < t.size; i++)
        seen |= (unsigned char)t.at[i];
    return (seen & UINT64_C(0x8080808080808080)) == 0;
}

int text_compare(struct text a, struct text b)
{
    size_t shared = a.size < b.size ? a.size : b.size;
    int order = shared > 0 ? memcmp(a.at, b.at, shared) : 0;

    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

size_t text_find(struct text t, char c)
{
    const char *found = t.size > 0 ? memchr(t.at, c, t.size) : NULL;

    return found ? (size_t)(found - t.at) : t.size;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct text text_trim(struct text t)
{
    while (t.size > 0 && is_blank(t.at[0])) {
        t.at++;
        t.size--;
    }
    while (t.size > 0 && is_blank(t.at[t.size - 1]))
        t.size--;
    return t;
}

bool text_to_int(struct text t, int64_t *value)
{
    int64_t sum = 0;

    if (t.size == 0)
        return false;
    for (size_t i = 0; i < t.size; i++) {
        int digit = t.at[i] - '0';
        if (digit < 0 || digit > 9 || sum > (INT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

/* ---- hashing: eight octets a step, in a byte order of our own ------------------------------- */

static uint64_t load_octets(const char *at, size_t size)
{
    uint64_t word = 0;

    for (size_t i = 0; i < size; i++)
        word |= (uint64_t)(unsigned char)at[i] << 8 * i;
    return word;
}

static uint64_t load_eight(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Sets bit 5 of each octet that is an upper-case ASCII letter: eight comparisons at once.  Octets
 * are taken without their top bit, so that no sum carries into the neighbour. */
static uint64_t lower_eight(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t low = word & ~tops;
    uint64_t from_a = low + (0x80 - 'A') * ones;       /* top bit: octet >= 'A' */
    uint64_t beyond_z = low + (0x80 - 'Z' - 1) * ones; /* top bit: octet > 'Z' */

    return word | (from_a & ~beyond_z & ~word & tops) >> 2;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static uint64_t hash_octets(struct text t, bool fold)
{
    uint64_t hash = mix(UINT64_C(0x243F6A8885A308D3), t.size);
    size_t i = 0;

    for (; t.size - i >= 8; i += 8) {
        uint64_t word = load_eight(t.at + i);
        hash = mix(hash, fold ? lower_eight(word) : word);
    }
    uint64_t rest = i < t.size ? load_octets(t.at + i, t.size - i) : 0;
    hash = mix(hash, fold ? lower_eight(rest) : rest);
    return mix(hash, hash >> 32);
}

uint64_t text_hash(struct text t)
{
    return hash_octets(t, false);
}

uint64_t text_hash_nocase(struct text t)
{
    return hash_octets(t, true);
}

/* ---- building ------------------------------------------------------------------------------- */

struct text text_copy(struct memory *m, struct text t)
{
    char *at = memory_take(m, t.size + 1);

    if (t.size > 0)
        memcpy(at, t.at, t.size);
    at[t.size] = '\0';
    return (struct text){at, t.size};
}

void buffer_init(struct buffer *b, struct memory *m)
{
    *b = (struct buffer){.memory = m};
}

void buffer_free(struct buffer *b)
{
    memory_give(b->memory, b->at, b->capacity);
    buffer_init(b, b->memory);
}

void buffer_grow(struct buffer *b, size_t more)
{
    size_t capacity = b->capacity > 0 ? b->capacity : BUFFER_FIRST;

    assert(more <= SIZE_MAX / 4 && b->size <= SIZE_MAX / 4);
    while (capacity - b->size < more)
        capacity *= 2;
    b->at = memory_grow(b->memory, b->at, b->capacity, capacity);
    b->capacity = capacity;
}

void buffer_put_string(struct buffer *b, const char *string)
{
    buffer_put(b, string, strlen(string));
}

/* Two digits a step: half the divisions, which are most of the cost. */
static const char pairs[] = "00010203040506070809"
                            "10111213141516171819"
                            "20212223242526272829"
                            "30313233343536373839"
                            "40414243444546474849"
                            "50515253545556575859"
                            "60616263646566676869"
                            "70717273747576777879"
                            "80818283848586878889"
                            "90919293949596979899";

enum { DIGITS_MAX = 20 }; /* 2^64 - 1 */

/* Writes the digits up to `end`; returns where they begin. */
static char *put_digits(char *end, uint64_t value)
{
    while (value >= 100) {
        end -= 2;
        memcpy(end, pairs + 2 * (value % 100), 2);
        value /= 100;
    }
    if (value < 10) {
        *--end = (char)('0' + value);
        return end;
    }
    end -= 2;
    memcpy(end, pairs + 2 * value, 2);
    return end;
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

void buffer_put_int(struct buffer *b, int64_t value)
{
    char octets[DIGITS_MAX + 1], *end = octets + sizeof octets;
    char *at = put_digits(end, magnitude(value));

    if (value < 0)
        *--at = '-';
    buffer_put(b, at, (size_t)(end - at));
}

void buffer_put_padded(struct buffer *b, int64_t value, int digits)
{
    char octets[DIGITS_MAX], *end = octets + sizeof octets;
    char *at = put_digits(end, magnitude(value));

    assert(digits >= 0 && digits <= DIGITS_MAX);
    if (value < 0)
        buffer_put_char(b, '-');
    while (end - at < digits)
        *--at = '0';
    buffer_put(b, at, (size_t)(end - at));
}

void buffer_drop(struct buffer *b, size_t count)
{
    assert(count <= b->size);
    b->size -= count;
    if (count > 0 && b->size > 0)
        memmove(b->at, b->at + count, b->size);
}
