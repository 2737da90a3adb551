#include "client/http.h"

#include "client/find.h"
#include "client/show.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MAX (256u * 1024 * 1024)
#define TOKEN_MAX  1024

void http_add(struct buf *url, const char *name, const char *value)
{
    buf_addf(url, "%c%s=", url->data && strchr(url->data, '?') ? '&' : '?', name);
    for (const unsigned char *c = (const unsigned char *)value; *c; c++) {
        if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
            strchr("-._~", *c))
            buf_addc(url, (char)*c);
        else
            buf_addf(url, "%%%02X", *c);
    }
}

static size_t receive(char *bytes, size_t size, size_t count, void *ctx)
{
    struct buf *body = ctx;
    if (body->len + size * count > ANSWER_MAX)
        return 0; /* curl then gives up */
    buf_add(body, bytes, size * count);
    return size * count;
}

/* "Authorization: Bearer ..." from the file; false, with a line printed, if it cannot be read. */
static bool add_token(const char *file, struct curl_slist **headers)
{
    char token[TOKEN_MAX] = "", line[TOKEN_MAX + 32];
    FILE *in = fopen(file, "re");
    if (!in || !fgets(token, sizeof token, in)) {
        fprintf(stderr, "prospect: no token can be read from %s\n", file);
        if (in)
            fclose(in);
        return false;
    }
    fclose(in);
    token[strcspn(token, "\r\n")] = '\0';
    snprintf(line, sizeof line, "Authorization: Bearer %s", token);
    *headers = curl_slist_append(*headers, line);
    return true;
}

/* The address in front of the path; with a Unix socket any host will do. */
static void add_base(const struct client *c, struct buf *url)
{
    if (!c->http)
        buf_adds(url, "http://localhost");
    else if (strstr(c->http, "://"))
        buf_add(url, c->http, strlen(c->http) - (c->http[strlen(c->http) - 1] == '/'));
    else
        buf_addf(url, "http://%s", c->http);
}

struct exchange {
    CURL *curl;
    struct curl_slist *headers;
    struct buf url, body;
    char *socket; /* that was looked for and found */
    long status;
};

static int prepare(struct exchange *x, const struct client *c, const char *method, const char *path,
                   bool quiet)
{
    struct error error = {0};
    if (!c->http && !c->socket && find_socket(&x->socket, &error) != PROSPECT_OK) {
        if (!quiet)
            fprintf(stderr, "prospect: %s\n", error.line);
        return STATUS_UNREACHABLE;
    }
    if (c->token_file && !add_token(c->token_file, &x->headers))
        return STATUS_USAGE;
    add_base(c, &x->url);
    buf_adds(&x->url, path);
    x->curl = curl_easy_init();
    curl_easy_setopt(x->curl, CURLOPT_URL, x->url.data);
    if (!c->http)
        curl_easy_setopt(x->curl, CURLOPT_UNIX_SOCKET_PATH, c->socket ? c->socket : x->socket);
    curl_easy_setopt(x->curl, CURLOPT_PROXY, ""); /* the daemon is never behind one */
    curl_easy_setopt(x->curl, CURLOPT_CUSTOMREQUEST, method);
    if (strcmp(method, "POST") == 0)
        curl_easy_setopt(x->curl, CURLOPT_POSTFIELDS, "");
    curl_easy_setopt(x->curl, CURLOPT_HTTPHEADER, x->headers);
    curl_easy_setopt(x->curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(x->curl, CURLOPT_WRITEDATA, &x->body);
    curl_easy_setopt(x->curl, CURLOPT_CONNECTTIMEOUT, 5L);
    curl_easy_setopt(x->curl, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(x->curl, CURLOPT_NOSIGNAL, 1L);
    return STATUS_OK;
}

static int talk(struct exchange *x, const struct client *c, bool quiet)
{
    CURLcode code = curl_easy_perform(x->curl);
    if (code != CURLE_OK) {
        if (!quiet)
            fprintf(stderr, "prospect: the daemon at %s cannot be reached: %s\n",
                    c->http     ? c->http
                    : c->socket ? c->socket
                                : x->socket,
                    curl_easy_strerror(code));
        return STATUS_UNREACHABLE;
    }
    curl_easy_getinfo(x->curl, CURLINFO_RESPONSE_CODE, &x->status);
    return STATUS_OK;
}

/* What went wrong, in the daemon's words. */
static int refuse(const struct exchange *x, const json_t *answer)
{
    const char *detail = json_string_value(json_object_get(answer, "detail"));
    fprintf(stderr, "prospect: ");
    if (detail)
        show_text(stderr, detail);
    else
        fprintf(stderr, "the daemon answers %ld", x->status);
    fputc('\n', stderr);
    return x->status == 400 ? STATUS_USAGE : x->status == 503 ? STATUS_UNREACHABLE : STATUS_NOTHING;
}

static int understand(const struct exchange *x, json_t **out)
{
    json_error_t error;
    json_t *answer = json_loadb(buf_str(&x->body), x->body.len, JSON_REJECT_DUPLICATES, &error);
    int result = STATUS_OK;
    if (x->status >= 400) {
        result = refuse(x, answer);
    } else if (!json_is_object(answer)) {
        fputs("prospect: the answer is no JSON; is this prospectd?\n", stderr);
        result = STATUS_UNREACHABLE;
    }
    if (result == STATUS_OK)
        *out = answer;
    else
        json_decref(answer);
    return result;
}

int http_ask(const struct client *c, const char *method, const char *path, bool quiet, json_t **out)
{
    struct exchange x = {0};
    int result = prepare(&x, c, method, path, quiet);
    if (result == STATUS_OK)
        result = talk(&x, c, quiet);
    if (result == STATUS_OK)
        result = understand(&x, out);
    curl_easy_cleanup(x.curl);
    curl_slist_free_all(x.headers);
    buf_free(&x.url);
    buf_free(&x.body);
    free(x.socket);
    return result;
}

int http_order(const struct client *c, const char *path, const char *line)
{
    json_t *answer = NULL;
    int result = http_ask(c, "POST", path, false, &answer);
    if (result != STATUS_OK)
        return result;
    if (c->json)
        http_print(answer);
    else
        puts(line);
    json_decref(answer);
    return STATUS_OK;
}

void http_print(const json_t *json)
{
    json_dumpf(json, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
}
