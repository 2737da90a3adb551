#include "daemon/reply.h"

int reply_code(prospect_status status)
{
    switch (status) {
    case PROSPECT_OK:
        return 200;
    case PROSPECT_ARGUMENT:
    case PROSPECT_LIMIT:
        return 400;
    case PROSPECT_FORBIDDEN:
        return 403;
    case PROSPECT_NOT_FOUND:
        return 404;
    case PROSPECT_BUSY:
    case PROSPECT_LOCKED:
    case PROSPECT_SCHEMA:
    case PROSPECT_TIMEOUT:
    case PROSPECT_CANCELLED:
        return 503;
    default:
        return 500;
    }
}

const char *reply_phrase(int code)
{
    static const struct {
        int code;
        const char *phrase;
    } phrases[] = {
        {200, "OK"},
        {202, "Accepted"},
        {206, "Partial Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {410, "Gone"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {416, "Range Not Satisfiable"},
        {421, "Misdirected Request"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (phrases[i].code == code)
            return phrases[i].phrase;
    return "Unknown";
}

void reply_problem(struct buf *out, int code, const char *detail)
{
    struct emit j;
    emit_start(&j, out);
    emit_object(&j, NULL);
    /* with about:blank the title is the phrase of the status, as RFC 9457 has it */
    emit_string(&j, "type", "about:blank");
    emit_string(&j, "title", reply_phrase(code));
    emit_int(&j, "status", code);
    emit_string(&j, "detail", detail);
    emit_end(&j);
}
