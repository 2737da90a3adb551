#include "tests/server_fixture.h"

#include "daemon/inspect.h"
#include "index/base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static const uint8_t pdf_content[DIGEST_SIZE] = {1, 2, 3};
char pdf_id[DIGEST_ID_SIZE], html_id[DIGEST_ID_SIZE], secret_id[DIGEST_ID_SIZE];

/* ---- the index and the files ------------------------------------------------------------------
 */

static void write_file(const struct fixture *f, const char *path, const char *text)
{
    char full[200];
    snprintf(full, sizeof full, "%s/%s", f->dir, path);
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void add_unit(struct document *d, const char *text, const char *heading)
{
    struct unit *u = document_add_unit(d);
    u->number = (uint32_t)d->n_units;
    u->heading = mem_strdup(heading);
    u->text = mem_strdup(text);
    u->length = strlen(text);
    u->n_spans = 1;
    u->spans = mem_zalloc(sizeof *u->spans);
    u->spans[0].length = (uint32_t)u->length;
}

static struct document *new_document(const struct fixture *f, const char *path, const char *mime,
                                     char id[DIGEST_ID_SIZE])
{
    char full[200];
    struct stat st;
    struct document *d;
    document_new(&d);
    digest_file_id("files", path, d->id);
    memcpy(id, d->id, DIGEST_ID_SIZE);
    d->root = mem_strdup("files");
    d->path = mem_strdup(path);
    d->mime = mem_strdup(mime);
    snprintf(full, sizeof full, "%s/files/%s", f->dir, path);
    if (stat(full, &st) == 0)
        inspect_stamp(&d->stamp, &st);
    d->stamp.plugin = mem_strdup("test");
    d->stamp.plugin_version = mem_strdup("1");
    return d;
}

static void put(struct index_writer *w, struct document *d)
{
    struct error error = {0};
    if (index_writer_put(w, d, &error) != PROSPECT_OK)
        fail_msg("%s", error.line);
    document_free(&d);
}

static void fill_index(const struct fixture *f)
{
    struct error error = {0};
    struct index_writer *w;
    char dir[100], notice[256];
    snprintf(dir, sizeof dir, "%s/index", f->dir);
    if (index_writer_new(&w, dir, notice, sizeof notice, &error) != PROSPECT_OK)
        fail_msg("%s", error.line);
    struct document *d = new_document(f, "pay gap.pdf", "application/pdf", pdf_id);
    add_unit(d, "An introduction to the seminar", NULL);
    add_unit(d, "one gender two pay gap six", NULL);
    add_unit(d, "The <b>gender</b> law of Belgium & others", NULL);
    memcpy(d->stamp.content, pdf_content, DIGEST_SIZE);
    meta_add(&d->meta, "title", "<i>The pay gap</i>", "test", META_EXPLICIT);
    put(w, d);
    d = new_document(f, "page.html", "text/html", html_id);
    d->unit_kind = PROSPECT_SECTION;
    add_unit(d, "Findings about gender in many countries", "Findings");
    put(w, d);
    d = new_document(f, "secret.txt", "text/plain", secret_id);
    d->restricted = true;
    strlist_add(&d->access, "staff");
    add_unit(d, "The secret gender plan", NULL);
    put(w, d);
    if (index_writer_commit(w, &error) != PROSPECT_OK)
        fail_msg("%s", error.line);
    index_writer_free(&w);
}

/* ---- hooks ------------------------------------------------------------------------------------
 */

static void state(void *ctx, struct daemon_state *out)
{
    static const struct root_state roots[] = {
        {.name = "files", .path = "/files", .watch = "inotify", .ignored = 4}};
    (void)ctx;
    *out = (struct daemon_state){.roots = roots, .n_roots = 1, .sandbox = {.rlimits = true}};
}

static void rescan(void *ctx)
{
    ((struct fixture *)ctx)->rescans++;
}

static void searched(void *ctx)
{
    ((struct fixture *)ctx)->searches++;
}

static prospect_status retry(void *ctx, const char *root, const char *path, struct error *error)
{
    (void)root;
    if (path != NULL && strcmp(path, "unknown") == 0)
        return error_set(error, PROSPECT_NOT_FOUND, "no failure is known of “%s”", path);
    ((struct fixture *)ctx)->retries++;
    return PROSPECT_OK;
}

static void reindex(void *ctx, bool read)
{
    ((struct fixture *)ctx)->reindexes += read ? 100 : 1;
}

static void extract(void *ctx, int fd, const char *name, const uint8_t content[DIGEST_SIZE],
                    uint32_t first, uint32_t last,
                    void (*done)(void *, struct extraction *, const struct error *), void *done_ctx)
{
    static const prospect_box boxes[] = {{0, 3, 0, 0, .1f, .1f}, {4, 6, .2f, .2f, .3f, .3f}};
    const struct wire_limits limits = {.text = 1000};
    const struct error gone = {PROSPECT_IO, "gone"};
    struct extraction *e;
    assert_string_equal(name, "pay gap.pdf");
    assert_memory_equal(content, pdf_content, DIGEST_SIZE);
    assert_int_equal(close(fd), 0);
    assert_true(first == 2 && last == 3);
    if (!((struct fixture *)ctx)->boxes) {
        done(done_ctx, NULL, &gone);
        return;
    }
    extraction_new(&e, &limits);
    add_unit(e->document, "one gender two pay gap six", NULL);
    e->document->units[0].number = 2;
    e->boxes = mem_zalloc(sizeof *e->boxes);
    e->boxes[0] = (struct extraction_boxes){2, mem_dup(boxes, sizeof boxes), 2};
    e->n_boxes = 1;
    done(done_ctx, e, NULL);
}

static prospect_status open_file(void *ctx, const char *root, const char *path, int *fd,
                                 struct error *error)
{
    struct fixture *f = ctx;
    char full[200];
    (void)root;
    f->opening++;
    if (f->block_open)
        sem_wait(&f->gate);
    snprintf(full, sizeof full, "%s/files/%s", f->dir, path);
    *fd = open(full, O_RDONLY | O_CLOEXEC);
    return *fd >= 0 ? PROSPECT_OK : error_sys(error, PROSPECT_NOT_FOUND, "cannot open %s", path);
}

static prospect_status ignored(void *ctx, struct ignored_list *list, struct error *error)
{
    struct fixture *f = ctx;
    char folder[600];
    struct rules rules = {0};
    snprintf(folder, sizeof folder, "%s/files", f->dir);
    return ignored_walk(list, "files", folder, &rules, error);
}

/* ---- the loop ---------------------------------------------------------------------------------
 */

static void drained(void *ctx)
{
    sem_post(&((struct fixture *)ctx)->drained);
}

static void on_command(evutil_socket_t fd, short what, void *ctx)
{
    struct fixture *f = ctx;
    char command = 0;
    (void)what;
    assert_int_equal(read(fd, &command, 1), 1);
    if (command == 'q')
        event_base_loopbreak(f->base);
    else if (command == 'r')
        server_reconfigure(f->server, &f->config);
    else
        server_drain(f->server, command == 'd' ? 5000 : 50, drained, f);
}

void fixture_command(struct fixture *f, char command)
{
    assert_int_equal(write(f->commands[1], &command, 1), 1);
}

static void *loop(void *ctx)
{
    event_base_dispatch(((struct fixture *)ctx)->base);
    return NULL;
}

static void configure(struct fixture *f, const char *trusted)
{
    static char socket[100], token[100];
    snprintf(socket, sizeof socket, "%s/socket", f->dir);
    snprintf(token, sizeof token, "%s/token", f->dir);
    f->root = (struct config_root){.name = "files", .path = "/files"};
    f->config = (struct config){.socket = socket,
                                .http = "127.0.0.1:0",
                                .token_file = token,
                                .max_connections = 2000,
                                .roots = &f->root,
                                .n_roots = 1};
    strlist_add(&f->config.allowed_hosts, "find.example");
    if (trusted != NULL)
        strlist_add(&f->config.trusted, trusted);
}

void fixture_start(struct fixture *f, const char *trusted)
{
    struct server_hooks hooks = {.ctx = f,
                                 .state = state,
                                 .rescan = rescan,
                                 .retry = retry,
                                 .reindex = reindex,
                                 .extract = extract,
                                 .open = open_file,
                                 .searched = searched,
                                 .ignored = ignored};
    struct error error = {0};
    char path[100];
    *f = (struct fixture){0};
    strcpy(f->dir, "/tmp/prospect-server-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    snprintf(path, sizeof path, "%s/files", f->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    write_file(f, "files/pay gap.pdf", PDF_BYTES);
    write_file(f, "files/page.html", "<script>alert(1)</script>");
    write_file(f, "files/~$page.html", "x");
    write_file(f, "token", TOKEN "\n");
    fill_index(f);
    configure(f, trusted);
    f->boxes = true;
    sem_init(&f->drained, 0, 0);
    sem_init(&f->gate, 0, 0);
    f->base = event_base_new();
    snprintf(path, sizeof path, "%s/index", f->dir);
    if (server_new(&f->server, f->base, &f->config, path, &hooks, &error) != PROSPECT_OK)
        fail_msg("%s", error.line);
    assert_int_equal(sscanf(server_address(f->server), "http://127.0.0.1:%u/", &f->port), 1);
    assert_int_equal(pipe(f->commands), 0);
    f->command_event = event_new(f->base, f->commands[0], EV_READ | EV_PERSIST, on_command, f);
    event_add(f->command_event, NULL);
    assert_int_equal(pthread_create(&f->thread, NULL, loop, f), 0);
}

void fixture_open_gate(struct fixture *f)
{
    f->block_open = false;
    for (int i = 0; i < f->opening; i++)
        sem_post(&f->gate);
}

void fixture_stop(struct fixture *f)
{
    char command[200];
    fixture_open_gate(f); /* a test that failed has left it closed */
    fixture_command(f, 'q');
    pthread_join(f->thread, NULL);
    server_free(&f->server);
    event_free(f->command_event);
    event_base_free(f->base);
    close(f->commands[0]);
    close(f->commands[1]);
    strlist_free(&f->config.allowed_hosts);
    strlist_free(&f->config.trusted);
    sem_destroy(&f->drained);
    sem_destroy(&f->gate);
    snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
    assert_int_equal(system(command), 0);
}

/* ---- the client -------------------------------------------------------------------------------
 */

static int connected(int fd, const struct sockaddr *address, socklen_t length)
{
    const struct timeval limit = {.tv_sec = 20};
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(fd, address, length) != 0)
        fail_msg("connect: %s", strerror(errno));
    return fd;
}

int connect_unix(const struct fixture *f)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s/socket", f->dir);
    return connected(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), (struct sockaddr *)&a,
                     sizeof a);
}

int connect_tcp(const struct fixture *f)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)f->port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connected(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), (struct sockaddr *)&a,
                     sizeof a);
}

void send_text(int fd, const char *text)
{
    size_t length = strlen(text);
    assert_int_equal(send(fd, text, length, MSG_NOSIGNAL), length);
}

/* Byte by byte, so that nothing of a following answer is taken. */
static bool read_head(int fd, struct buf *head)
{
    char c;
    while (head->len < 4 || memcmp(head->data + head->len - 4, "\r\n\r\n", 4) != 0) {
        if (read(fd, &c, 1) != 1)
            return false;
        buf_addc(head, c);
    }
    return true;
}

struct response receive(int fd, bool bodiless)
{
    struct response r = {0};
    struct buf head = {0};
    char value[512];
    bool whole = read_head(fd, &head);
    r.head = buf_take(&head);
    if (!whole || sscanf(r.head, "HTTP/1.%*d %d", &r.code) != 1)
        return r;
    size_t length = bodiless ? 0 : strtoul(header_of(&r, "Content-Length", value), NULL, 10);
    r.body = mem_zalloc(length + 1);
    while (r.length < length) {
        ssize_t n = read(fd, r.body + r.length, length - r.length);
        if (n <= 0)
            fail_msg("the body ends after %zu of %zu bytes", r.length, length);
        r.length += (size_t)n;
    }
    return r;
}

void response_free(struct response *r)
{
    free(r->head);
    free(r->body);
    *r = (struct response){0};
}

const char *header_of(const struct response *r, const char *name, char buffer[512])
{
    size_t length = strlen(name);
    buffer[0] = '\0';
    for (const char *line = strstr(r->head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, length) == 0 && line[length] == ':')
            snprintf(buffer, 512, "%.*s", (int)strcspn(line + length + 2, "\r"), line + length + 2);
    }
    return buffer;
}

struct response ask(const struct fixture *f, bool tcp, const char *head)
{
    int fd = tcp ? connect_tcp(f) : connect_unix(f);
    struct buf whole = {0};
    buf_addf(&whole, "%s\r\n", head);
    send_text(fd, whole.data);
    buf_free(&whole);
    struct response r = receive(fd, strncmp(head, "HEAD", 4) == 0);
    close(fd);
    return r;
}

struct response get(const struct fixture *f, const char *target)
{
    char head[9000];
    snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nHost: x\r\n", target);
    return ask(f, false, head);
}

json_t *json_of(const struct response *r)
{
    json_error_t error;
    json_t *v = json_loadb(r->body, r->length, 0, &error);
    if (v == NULL)
        fail_msg("%s in %s", error.text, r->body);
    return v;
}

json_int_t number(const json_t *v, const char *key)
{
    return json_integer_value(json_object_get(v, key));
}

const char *text(const json_t *v, const char *key)
{
    const char *t = json_string_value(json_object_get(v, key));
    return t != NULL ? t : "";
}

/* A problem of this status, whose detail says SAID. */
void expect_problem(struct response r, int code, const char *said)
{
    char value[512];
    if (r.code != code)
        fail_msg("%d, not %d: %s", r.code, code, r.body != NULL ? r.body : "closed");
    assert_string_equal(header_of(&r, "Content-Type", value), "application/problem+json");
    assert_string_equal(header_of(&r, "Prospect-API", value), "1");
    json_t *v = json_of(&r);
    assert_int_equal(number(v, "status"), code);
    if (strstr(text(v, "detail"), said) == NULL)
        fail_msg("said “%s”, not “%s”", text(v, "detail"), said);
    json_decref(v);
    response_free(&r);
}

char *target_of(const char *id, const char *rest)
{
    static char target[200];
    snprintf(target, sizeof target, "/documents/%s%s", id, rest);
    return target;
}

json_int_t total_for(const struct fixture *f, bool tcp, const char *header)
{
    char head[300];
    snprintf(head, sizeof head, "GET /search?q=gender HTTP/1.1\r\nHost: localhost\r\n%s", header);
    struct response r = ask(f, tcp, head);
    assert_int_equal(r.code, 200);
    json_t *v = json_of(&r);
    json_int_t total = number(v, "total");
    json_decref(v);
    response_free(&r);
    return total;
}
