/*
 * schema_parts.h - how the rows of the table of keys are written, and what its files use of each other.
 *
 * Owner   nothing: initialisers of constant data.  Errors  none.
 */
#ifndef SIM_SCENARIO_SCHEMA_PARTS_H
#define SIM_SCENARIO_SCHEMA_PARTS_H

#include <stddef.h>

#include "sim/scenario/schema.h"

#define TEXT_TYPE(id)                                                                              \
    {                                                                                              \
        .kind = SCHEMA_TEXT, .form = (id)                                                          \
    }
#define OBJECT(table)                                                                              \
    {                                                                                              \
        .kind = SCHEMA_OBJECT, .keys = (table)                                                     \
    }
#define LIST(of, limit)                                                                            \
    {                                                                                              \
        .kind = SCHEMA_LIST, .item = (of), .most = (limit)                                         \
    }
#define EITHER(...)                                                                                \
    {                                                                                              \
        .kind = SCHEMA_EITHER, .types = (const struct schema_type *const[])                        \
        {                                                                                          \
            __VA_ARGS__, NULL                                                                      \
        }                                                                                          \
    }
#define REQUIRED SCHEMA_REQUIRED
#define UNBUILT  SCHEMA_UNBUILT
#define IMPLIED  SCHEMA_IMPLIED
#define END                                                                                        \
    {                                                                                              \
        NULL, NULL, 0, NULL, NULL, NULL, NULL                                                      \
    }
#define NOTE                                                                                       \
    {                                                                                              \
        "note", &schema_any_text, 0, NULL, NULL, "\"why this is so\"",                             \
            "A remark for whoever reads the file; it changes nothing."                             \
    }

/* schema_timeline.c */
extern const struct schema_type schema_timeline, schema_sender;
/* schema_lesson.c */
extern const struct schema_type schema_lesson, schema_expect;

#endif
