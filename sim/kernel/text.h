/*
 * text.h - octets with a length: slices and growable buffers.
 *
 * A `struct text` is a borrowed slice; it owns nothing and may hold any octet, NUL included.
 * A `struct buffer` owns its storage, which comes from a `struct memory` (memory.h).
 * Nothing here depends on the locale: mail is octets.
 *
 * Units   sizes in octets.
 * Errors  none to handle: memory that runs out ends in memory.h's one door.
 * Owner   whoever calls buffer_init() calls buffer_free().
 */
#ifndef SIM_KERNEL_TEXT_H
#define SIM_KERNEL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct memory;

struct text {
    const char *at;
    size_t size;
};

/* A slice of a string literal: no strlen at run time. */
#define TEXT(literal) ((struct text){"" literal "", sizeof(literal) - 1})
/* The same, for static initialisers, where a compound literal is not a constant. */
#define TEXT_INIT(literal)                                                                         \
    {                                                                                              \
        "" literal "", sizeof(literal) - 1                                                         \
    }
/* For printf-like calls in the command line and the tests: "%.*s". */
#define TEXT_ARG(t) (int)(t).size, (t).at

static inline struct text text_of(const char *string)
{
    return (struct text){string, strlen(string)};
}

static inline struct text text_from(const char *at, size_t size)
{
    return (struct text){at, size};
}

static inline bool text_equal(struct text a, struct text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

/* Octets from `start` (clamped) to the end. */
static inline struct text text_after(struct text t, size_t start)
{
    if (start > t.size)
        start = t.size;
    return (struct text){start > 0 ? t.at + start : t.at, t.size - start};
}

/* ASCII only: the rest of the octets compare as they are (RFC 5321 2.4, RFC 4343). */
static inline char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}
bool text_equal_nocase(struct text a, struct text b);
bool text_starts_nocase(struct text t, struct text prefix);
bool text_ends_nocase(struct text t, struct text suffix);
/* <0, 0, >0 by octets, the shorter first on a tie: the order for everything that is sorted by name. */
int text_compare(struct text a, struct text b);
/* No octet above 127. */
bool text_is_ascii(struct text t);
/* Index of the first `c`, or t.size. */
size_t text_find(struct text t, char c);
/* Without blanks and tabs at both ends. */
struct text text_trim(struct text t);
/* Decimal digits only, no sign; false if empty, not all digits, or beyond INT64_MAX. */
bool text_to_int(struct text t, int64_t *value);
/* A stable hash of the octets (never decides an order, only a bucket). */
uint64_t text_hash(struct text t);
/* The same for ASCII case folded octets. */
uint64_t text_hash_nocase(struct text t);

/* A copy that lives as long as `m`, or until memory_give() of its size + 1 octets; always
 * NUL-terminated beyond its size, for the C library's sake. */
struct text text_copy(struct memory *m, struct text t);

struct buffer {
    char *at;
    size_t size, capacity;
    struct memory *memory;
};

void buffer_init(struct buffer *b, struct memory *m);
void buffer_free(struct buffer *b);
/* Not for callers: moves to a larger block. */
void buffer_grow(struct buffer *b, size_t more);

/* Room for `more` octets beyond the size; what was there stays. */
static inline void buffer_reserve(struct buffer *b, size_t more)
{
    if (b->capacity - b->size < more)
        buffer_grow(b, more);
}

static inline void buffer_put(struct buffer *b, const void *octets, size_t size)
{
    if (size == 0) /* octets may be NULL then */
        return;
    buffer_reserve(b, size);
    memcpy(b->at + b->size, octets, size);
    b->size += size;
}

static inline void buffer_put_text(struct buffer *b, struct text t)
{
    buffer_put(b, t.at, t.size);
}

static inline void buffer_put_char(struct buffer *b, char c)
{
    buffer_reserve(b, 1);
    b->at[b->size++] = c;
}

void buffer_put_string(struct buffer *b, const char *string);
void buffer_put_int(struct buffer *b, int64_t value);
/* Decimal, at least `digits` wide, padded with zeros. */
void buffer_put_padded(struct buffer *b, int64_t value, int digits);
/* Drops `count` octets from the front. */
void buffer_drop(struct buffer *b, size_t count);

static inline void buffer_clear(struct buffer *b)
{
    b->size = 0;
}

static inline struct text buffer_text(const struct buffer *b)
{
    return (struct text){b->at, b->size};
}

#endif
