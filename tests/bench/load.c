/* Asks a daemon as fast as it answers, over so many connections at once, and tells how it went.
 *
 * usage: load PORT CONNECTIONS SECONDS TARGETS
 *
 * TARGETS is a file with a request target in each line, asked in turn for ever. A connection has
 * one request on its way at any time and is kept. Prints one line of JSON: requests, those that
 * were not answered with 200, requests a second, and milliseconds from sending to the last byte.
 */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
    TARGETS_MAX = 100000,
    LINE = 8192,
    HEAD_MAX = 16384
};

struct load {
    struct event_base *base;
    char *target[TARGETS_MAX];
    size_t targets, next;
    float *took; /* milliseconds of each answer */
    size_t answers, room, failed;
};

struct client {
    struct load *load;
    struct bufferevent *bev;
    double sent;
    size_t left; /* of the body; SIZE_MAX: the head is not there yet */
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void ask(struct client *c)
{
    struct load *l = c->load;
    c->left = SIZE_MAX;
    c->sent = now();
    evbuffer_add_printf(bufferevent_get_output(c->bev),
                        "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n",
                        l->target[l->next++ % l->targets]);
}

static void note(struct load *l, double seconds)
{
    if (l->answers == l->room) {
        l->room = l->room ? 2 * l->room : 65536;
        l->took = realloc(l->took, l->room * sizeof *l->took);
        if (l->took == NULL)
            abort();
    }
    l->took[l->answers++] = (float)(1000 * seconds);
}

/* Takes the head off, where it is whole, and notes how long the body is. */
static void read_head(struct client *c, struct evbuffer *in)
{
    char head[HEAD_MAX + 1];
    struct evbuffer_ptr end = evbuffer_search(in, "\r\n\r\n", 4, NULL);
    if (end.pos < 0 || end.pos > HEAD_MAX - 4)
        return;
    evbuffer_remove(in, head, (size_t)end.pos + 4);
    head[end.pos + 4] = '\0';
    const char *length = strcasestr(head, "\r\nContent-Length:");
    c->left = length ? strtoul(length + 17, NULL, 10) : 0;
    c->load->failed += strncmp(head, "HTTP/1.1 200 ", 13) != 0;
}

static void readable(struct bufferevent *bev, void *ctx)
{
    struct client *c = ctx;
    struct evbuffer *in = bufferevent_get_input(bev);
    if (c->left == SIZE_MAX)
        read_head(c, in);
    if (c->left == SIZE_MAX)
        return;
    const size_t have = evbuffer_get_length(in), take = have < c->left ? have : c->left;
    evbuffer_drain(in, take);
    c->left -= take;
    if (c->left > 0)
        return;
    note(c->load, now() - c->sent);
    ask(c);
}

static void ended(struct bufferevent *bev, short what, void *ctx)
{
    (void)bev;
    (void)ctx;
    if (what & BEV_EVENT_CONNECTED)
        return;
    fprintf(stderr, "load: a connection was closed\n");
    exit(1);
}

static void connect_one(struct load *l, struct client *c, int port)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int one = 1;
    c->load = l;
    c->bev = bufferevent_socket_new(l->base, -1, BEV_OPT_CLOSE_ON_FREE);
    bufferevent_setcb(c->bev, readable, NULL, ended, c);
    if (bufferevent_socket_connect(c->bev, (const struct sockaddr *)&to, sizeof to) != 0) {
        fprintf(stderr, "load: cannot connect to port %d\n", port);
        exit(1);
    }
    setsockopt(bufferevent_getfd(c->bev), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    bufferevent_enable(c->bev, EV_READ | EV_WRITE);
    ask(c);
}

static void read_targets(struct load *l, const char *path)
{
    char line[LINE];
    FILE *file = fopen(path, "r");
    while (file && l->targets < TARGETS_MAX && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '/')
            l->target[l->targets++] = strdup(line);
    }
    if (file)
        fclose(file);
    if (l->targets == 0) {
        fprintf(stderr, "load: %s has no targets\n", path);
        exit(1);
    }
}

static int rising(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void tell(struct load *l, double seconds)
{
    if (l->answers == 0) {
        fprintf(stderr, "load: nothing was answered\n");
        exit(1);
    }
    qsort(l->took, l->answers, sizeof *l->took, rising);
    const size_t last = l->answers - 1;
    printf("{\"requests\": %zu, \"failed\": %zu, \"per_second\": %.0f, \"p50\": %.2f, "
           "\"p95\": %.2f, \"p99\": %.2f, \"max\": %.2f}\n",
           l->answers, l->failed, (double)l->answers / seconds, l->took[last / 2],
           l->took[last * 95 / 100], l->took[last * 99 / 100], l->took[last]);
}

int main(int argc, char **argv)
{
    static struct load l;
    if (argc != 5) {
        fprintf(stderr, "usage: load PORT CONNECTIONS SECONDS TARGETS\n");
        return 2;
    }
    const int port = atoi(argv[1]), connections = atoi(argv[2]);
    const struct timeval end = {.tv_sec = atoi(argv[3])};
    struct client *clients = calloc((size_t)connections + 1, sizeof *clients);
    l.base = event_base_new();
    if (clients == NULL || l.base == NULL)
        return 1;
    read_targets(&l, argv[4]);
    for (int i = 0; i < connections; i++)
        connect_one(&l, &clients[i], port);
    const double start = now();
    event_base_loopexit(l.base, &end);
    event_base_dispatch(l.base);
    tell(&l, now() - start);
    for (int i = 0; i < connections; i++)
        bufferevent_free(clients[i].bev);
    event_base_free(l.base);
    return 0;
}
