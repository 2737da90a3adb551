/* A real server on a Unix socket and an ephemeral TCP port, over a real small index, with its loop
 * on a thread of its own; and a client that speaks raw HTTP.
 */
#ifndef PROSPECT_TESTS_SERVER_FIXTURE_H
#define PROSPECT_TESTS_SERVER_FIXTURE_H

#include "daemon/server.h"

#include <jansson.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stddef.h>

#define TOKEN "0123456789abcdef0123456789abcdef"

struct fixture {
    char dir[64]; /* holds files/, index/, socket and token */
    struct config config;
    struct config_root root;
    struct event_base *base;
    struct server *server;
    unsigned port;
    pthread_t thread;
    int commands[2];
    struct event *command_event;
    sem_t drained;
    /* what the hooks saw, and how they are to behave */
    atomic_int rescans, retries, reindexes, searches;
    atomic_bool block_open; /* open waits for `gate` */
    atomic_int opening;
    sem_t gate;
    atomic_bool boxes; /* extraction works */
};

/* The ids of what is in the index. */
extern char pdf_id[DIGEST_ID_SIZE], html_id[DIGEST_ID_SIZE], secret_id[DIGEST_ID_SIZE];
/* The content of the PDF's file. */
#define PDF_BYTES "%PDF-1.4 0123456789 not really\n"

void fixture_start(struct fixture *f, const char *trusted);
/* Whoever waits in open, or will, goes on. */
void fixture_open_gate(struct fixture *f);
void fixture_stop(struct fixture *f);
/* Runs on the loop: 'd' drains with a deadline of 5 s, 'D' of 50 ms, 'r' reconfigures. */
void fixture_command(struct fixture *f, char command);

struct response {
    int code; /* 0: the connection was closed without one */
    char *head;
    char *body;
    size_t length;
};

int connect_unix(const struct fixture *f);
int connect_tcp(const struct fixture *f);
void send_text(int fd, const char *text);
/* One answer from FD. BODILESS: to a HEAD. */
struct response receive(int fd, bool bodiless);
void response_free(struct response *r);
/* The value of a header in BUFFER; "" if there is none. */
const char *header_of(const struct response *r, const char *name, char buffer[512]);
/* GET over the Unix socket, on a connection of its own. */
struct response get(const struct fixture *f, const char *target);
/* A whole request (but for the last empty line) over TCP or the Unix socket. */
struct response ask(const struct fixture *f, bool tcp, const char *head);

json_t *json_of(const struct response *r);
json_int_t number(const json_t *v, const char *key);
const char *text(const json_t *v, const char *key); /* "" if it is none */
/* A problem of this status, whose detail says SAID; frees R. */
void expect_problem(struct response r, int code, const char *said);
/* How many documents about "gender" the sender of this header line sees. */
json_int_t total_for(const struct fixture *f, bool tcp, const char *header);
/* "/documents/ID" and REST; valid until the next call. */
char *target_of(const char *id, const char *rest);

#endif
