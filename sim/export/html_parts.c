#include "sim/export/html_parts.h"

#include "sim/export/clean.h"

void html_put(struct html *h, const char *markup)
{
    buffer_put_string(&h->out, markup);
}

void html_put_text(struct html *h, struct text t)
{
    buffer_clear(&h->clean);
    clean_put(&h->clean, t);
    for (size_t i = 0; i < h->clean.size; i++) {
        char c = h->clean.at[i];

        if (c == '<')
            html_put(h, "&lt;");
        else if (c == '>')
            html_put(h, "&gt;");
        else if (c == '&')
            html_put(h, "&amp;");
        else if (c == '"')
            html_put(h, "&quot;");
        else
            buffer_put_char(&h->out, c);
    }
}

void html_put_said(struct html *h)
{
    html_put_text(h, buffer_text(&h->words));
    buffer_clear(&h->words);
}

void html_put_int(struct html *h, int64_t value)
{
    buffer_put_int(&h->out, value);
}

void html_put_time(struct html *h, int64_t time_ns)
{
    html_put(h, "<time>");
    tell_duration(&h->words, time_ns);
    html_put_said(h);
    html_put(h, "</time>");
}

void html_put_moment(struct html *h, int64_t time_ns)
{
    html_put(h, "<time>");
    tell_moment(&h->words, &h->told_ns, time_ns);
    html_put_said(h);
    html_put(h, "</time>");
}

const char *html_tone(enum tell_tone tone)
{
    static const char *const names[] = {[TELL_PLAIN] = "plain",
                                        [TELL_DUTY] = "duty",
                                        [TELL_GOOD] = "good",
                                        [TELL_WAIT] = "wait",
                                        [TELL_BAD] = "bad"};

    return names[tone];
}

void html_put_cell(struct html *h, struct text t)
{
    html_put(h, "<td>");
    html_put_text(h, t);
    html_put(h, "</td>");
}
