/*
 * How a connection is sealed, and who says who he is.
 */
#include "sim/export/tell_parts.h"

static void say_sealed(struct buffer *b, const struct trace_record *r)
{
    const struct trace_tls_started *t = r->data;

    tell_text(b, r->where.host);
    tell_string(b, " seals its connection to ");
    tell_text(b, t->server_name.size > 0 ? t->server_name : TEXT("a server without a name"));
    tell_string(
        b, t->implicit
               ? " from the first octet (RFC 8314): an eavesdropper reads nothing of what is said."
               : " by STARTTLS: both forget what was said in clear, EHLO is said again, and "
                 "an eavesdropper reads no more (RFC 3207 4.2).");
}

static void say_not_sealed(struct buffer *b, const struct trace_record *r)
{
    tell_text(b, r->where.host);
    tell_string(b, " cannot seal the connection: ");
    tell_text(b, ((const struct trace_tls_refused *)r->data)->reason);
    tell_string(b, ".");
}

static void say_login(struct buffer *b, const struct trace_record *r)
{
    const struct trace_auth_result *a = r->data;

    tell_text(b, r->where.host);
    tell_string(b, a->accepted ? " accepts the login of " : " refuses the login of ");
    tell_text(b, a->user.size > 0 ? a->user : TEXT("nobody"));
    tell_string(b, " (");
    tell_text(b, a->mechanism);
    tell_string(b, ", RFC 4954)");
    if (a->reason.size > 0) {
        tell_string(b, ": ");
        tell_text(b, a->reason);
    }
    tell_string(b, ".");
}

bool tell_door(struct buffer *b, const struct trace_record *r)
{
    if (r->kind == TRACE_TLS_STARTED)
        say_sealed(b, r);
    else if (r->kind == TRACE_TLS_REFUSED)
        say_not_sealed(b, r);
    else if (r->kind == TRACE_AUTH_RESULT)
        say_login(b, r);
    else
        return false;
    return true;
}
