/* Clients of every kind, and the server's beginning and end. */
#include "tests/server_fixture.h"

#include "daemon/listen.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static struct fixture fixture;

static int start(void **state)
{
    (void)state;
    fixture_start(&fixture, NULL);
    return 0;
}

static int start_trusting_root(void **state)
{
    (void)state;
    fixture_start(&fixture, "root");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    fixture_stop(&fixture);
    return 0;
}

static void a_trusted_user_sees_by_the_header(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    assert_int_equal(total_for(&fixture, false, ""), 2);
    assert_int_equal(total_for(&fixture, false, "X-Prospect-Groups: staff, board\r\n"), 3);
    assert_int_equal(total_for(&fixture, false, "X-Prospect-Groups: board\r\n"), 2);
    expect_problem(ask(&fixture, false,
                       "GET /search HTTP/1.1\r\nHost: x\r\nX-Prospect-Groups: board\r\n"
                       "X-Prospect-Groups: staff\r\n"),
                   400, "more than once");
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    (void)state;
    int fd = connect_unix(&fixture);
    for (int i = 0; i < 20; i++)
        send_text(fd, i % 2 ? "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
                            : "GET /search?q=gender HTTP/1.1\r\nHost: x\r\n\r\n");
    for (int i = 0; i < 20; i++) {
        struct response r = receive(fd, false);
        assert_int_equal(r.code, 200);
        assert_int_equal(r.body[0], i % 2 ? 'o' : '{');
        response_free(&r);
    }
    close(fd);
}

static void clients_that_leave_harm_nobody(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        int fd = i % 2 ? connect_unix(&fixture) : connect_tcp(&fixture);
        if (i % 4 > 0)
            send_text(fd, "GET /search?q=gender HTTP/1.1\r\nHost: localhost\r\n\r\n");
        if (i % 4 == 2)
            send_text(fd, "GET /search?q=gender HTTP/1.1\r\nHost: localhost\r\n\r\nGET /sea");
        close(fd);
    }
    struct response r = get(&fixture, "/healthz");
    assert_int_equal(r.code, 200);
    response_free(&r);
}

/* Nothing more comes, whatever we send. */
static void expect_closed(int fd)
{
    char byte;
    assert_true(read(fd, &byte, 1) <= 0);
    close(fd);
}

static void nonsense_is_refused_and_closed(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        int code;
        const char *said;
    } bad[] = {
        {"\r\n\r\n", 400, "first line"},
        {"GET /\r\n\r\n", 400, "first line"},
        {"GET / HTTP/9.9.9\r\n\r\n", 400, "version"},
        {"GET / HTTP/1.1\nHost: x\n\n", 400, "CR LF"},
        {"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400, "NAME: VALUE"},
        {"POST /rescan HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400, "no number"},
        {"POST /rescan HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413, "64 KiB"},
        {"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
         "Transfer-Encoding"},
        {"BREW /tea HTTP/1.1\r\nHost: x\r\n\r\n", 501, "method"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int fd = i % 2 ? connect_unix(&fixture) : connect_tcp(&fixture);
        send_text(fd, bad[i].bytes);
        expect_problem(receive(fd, false), bad[i].code, bad[i].said);
        expect_closed(fd);
    }
    char head[10000] = "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ";
    memset(head + strlen(head), 'a', 9000);
    strcat(head, "\r\n");
    expect_problem(ask(&fixture, false, head), 431, "8 KiB");
}

static void what_comes_before_nonsense_is_answered(void **state)
{
    (void)state;
    int fd = connect_unix(&fixture);
    char value[512];
    send_text(fd, "GET /search?q=gender HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n");
    struct response r = receive(fd, false);
    assert_int_equal(r.code, 200);
    assert_string_equal(header_of(&r, "Connection", value), "close");
    response_free(&r);
    expect_closed(fd);
}

/* Each sends a byte now and then, so that no wait between two bytes is ever long. */
static void who_drips_is_told_that_it_took_too_long(void **state)
{
    (void)state;
    static const char head[] = "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Drip: ";
    static const char body[] = "POST /rescan HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n";
    int fd[] = {connect_unix(&fixture), connect_tcp(&fixture), connect_unix(&fixture)};
    send_text(fd[0], head);
    send_text(fd[1], body);
    send_text(fd[2], "G");
    struct pollfd in[3];
    unsigned told = 0;
    for (int i = 0; i < 200 && told < 7; i++) {
        for (int k = 0; k < 3; k++)
            if (!(told & 1u << k))
                send(fd[k], "a", 1, MSG_NOSIGNAL);
        for (int k = 0; k < 3; k++)
            in[k] = (struct pollfd){.fd = told & 1u << k ? -1 : fd[k], .events = POLLIN};
        if (poll(in, 3, 100) > 0)
            for (int k = 0; k < 3; k++)
                told |= in[k].revents ? 1u << k : 0;
    }
    assert_int_equal(told, 7);
    for (int k = 0; k < 3; k++) {
        expect_problem(receive(fd[k], false), 408, "in time");
        expect_closed(fd[k]);
    }
}

static void pages_of_other_sites_may_not_ask(void **state)
{
    (void)state;
    static const struct {
        bool tcp;
        const char *origin;
        int code;
    } cases[] = {{true, "http://evil.example", 403},     {true, "null", 403},
                 {true, "http://localhost", 200},        {true, "https://find.example", 200},
                 {true, "http://find.example.org", 403}, {false, "http://evil.example", 200}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char head[200];
        snprintf(head, sizeof head, "GET /search HTTP/1.1\r\nHost: localhost\r\nOrigin: %s\r\n",
                 cases[i].origin);
        struct response r = ask(&fixture, cases[i].tcp, head);
        if (r.code != cases[i].code)
            fail_msg("%s: %d", cases[i].origin, r.code);
        response_free(&r);
    }
}

static void wait_for_opens(int n)
{
    for (int ms = 0; fixture.opening < n; ms++) {
        const struct timespec one = {.tv_nsec = 1000000};
        if (ms > 10000)
            fail_msg("%d files are being opened, not %d", fixture.opening, n);
        nanosleep(&one, NULL);
    }
}

enum {
    MANY = 1024
};

/* While no file can be opened, all that is answered is refused. */
static void wait_for_a_refusal(const int fd[MANY])
{
    struct pollfd answer[MANY];
    for (int i = 0; i < MANY; i++)
        answer[i] = (struct pollfd){.fd = fd[i], .events = POLLIN};
    assert_true(poll(answer, MANY, 60 * 1000) > 0);
}

static bool is_refused(struct response *r)
{
    char value[512];
    if (r->code != 503)
        return false;
    assert_string_equal(header_of(r, "Retry-After", value), "1");
    assert_non_null(strstr(r->body, "try again"));
    return true;
}

/* All search threads stand still in open(), spare ones too, and the queue fills. */
static void too_many_searches_are_told_to_come_again(void **state)
{
    (void)state;
    static int fd[MANY];
    char request[200];
    int refused = 0, answered = 0;
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n",
             target_of(pdf_id, "/content"));
    fixture.block_open = true;
    for (int i = 0; i < MANY; i++) {
        fd[i] = connect_unix(&fixture);
        send_text(fd[i], request);
    }
    wait_for_a_refusal(fd);
    struct response r = get(&fixture, "/healthz");
    assert_int_equal(r.code, 200);
    response_free(&r);
    fixture_open_gate(&fixture);
    for (int i = 0; i < MANY; i++) {
        r = receive(fd[i], false);
        answered += r.code == 200;
        refused += is_refused(&r);
        response_free(&r);
        close(fd[i]);
    }
    assert_int_equal(answered + refused, MANY);
    assert_true(answered >= 256 && refused > 0);
}

static void draining_answers_what_is_in_hand(void **state)
{
    (void)state;
    char request[200], value[512];
    int idle = connect_unix(&fixture), fd = connect_unix(&fixture);
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n",
             target_of(pdf_id, "/content"));
    send_text(idle, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    struct response r = receive(idle, false);
    response_free(&r);
    fixture.block_open = true;
    send_text(fd, request);
    wait_for_opens(1);
    fixture_command(&fixture, 'd');
    for (r.code = 200; r.code == 200;) { /* until the command has come through */
        send_text(idle, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        response_free(&r);
        r = receive(idle, false);
    }
    assert_string_equal(header_of(&r, "Connection", value), "close");
    expect_problem(r, 503, "stopping");
    sem_post(&fixture.gate);
    r = receive(fd, false);
    assert_int_equal(r.code, 200);
    assert_string_equal(r.body, PDF_BYTES);
    response_free(&r);
    sem_wait(&fixture.drained);
    close(fd);
    close(idle);
}

static void draining_ends_at_its_deadline(void **state)
{
    (void)state;
    char request[200];
    int fd = connect_unix(&fixture);
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n",
             target_of(pdf_id, "/content"));
    fixture.block_open = true;
    send_text(fd, request);
    wait_for_opens(1);
    fixture_command(&fixture, 'D');
    sem_wait(&fixture.drained);
    expect_problem(receive(fd, false), 503, "stopping");
    sem_post(&fixture.gate);
    close(fd);
}

static void a_second_server_does_not_take_the_socket(void **state)
{
    (void)state;
    struct server *second;
    struct error error = {0};
    struct server_hooks hooks = {0};
    char path[100];
    struct event_base *base = event_base_new();
    snprintf(path, sizeof path, "%s/index", fixture.dir);
    assert_int_equal(server_new(&second, base, &fixture.config, path, &hooks, &error),
                     PROSPECT_LOCKED);
    assert_null(second);
    assert_non_null(strstr(error.line, "somebody else listens on"));
    struct response r = get(&fixture, "/healthz");
    assert_int_equal(r.code, 200);
    response_free(&r);
    event_base_free(base);
}

static void a_left_over_socket_is_replaced_and_removed(void **state)
{
    (void)state;
    char path[100], file[100];
    struct stat st;
    struct listen_set set;
    struct error error = {0};
    snprintf(path, sizeof path, "%s/other", fixture.dir);
    snprintf(file, sizeof file, "%s/files/page.html", fixture.dir);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    struct config config = {.socket = path, .http = ""};
    if (listen_open(&set, &config, &error) != PROSPECT_OK)
        fail_msg("%s", error.line);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0666);
    assert_null(set.address);
    listen_close(&set);
    assert_int_not_equal(stat(path, &st), 0);
    config.socket = file;
    assert_int_equal(listen_open(&set, &config, &error), PROSPECT_ARGUMENT);
    assert_int_equal(stat(file, &st), 0);
}

static void a_port_in_use_is_told(void **state)
{
    (void)state;
    char http[40];
    struct listen_set set;
    struct error error = {0};
    struct config config = {.http = http};
    snprintf(http, sizeof http, "127.0.0.1:%u", fixture.port);
    assert_int_equal(listen_open(&set, &config, &error), PROSPECT_LOCKED);
    assert_non_null(strstr(error.line, http));
    strcpy(http, "nonsense");
    assert_int_equal(listen_open(&set, &config, &error), PROSPECT_ARGUMENT);
    assert_non_null(strstr(error.line, "ADDRESS:PORT"));
}

static void expect_health(int fd)
{
    send_text(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    struct response r = receive(fd, false);
    assert_int_equal(r.code, 200);
    response_free(&r);
}

static void beyond_what_is_allowed_the_longest_idle_are_closed(void **state)
{
    (void)state;
    enum {
        ALLOWED = 10,
        MORE = 15
    };
    int fd[MORE];
    fixture.config.max_connections = ALLOWED;
    fixture_command(&fixture, 'r');
    struct response r = get(&fixture, "/healthz"); /* the command came before it */
    response_free(&r);
    for (int i = 0; i < MORE; i++) {
        fd[i] = connect_unix(&fixture);
        if (i == 0)
            continue; /* it never asks anything */
        expect_health(fd[i]);
        expect_health(fd[1]); /* and this one again and again */
    }
    for (int i = 0; i < MORE; i++) {
        if (i == 1 || i > MORE - ALLOWED) {
            expect_health(fd[i]);
            close(fd[i]);
        } else {
            expect_closed(fd[i]);
        }
    }
}

static void a_new_configuration_is_taken_up(void **state)
{
    (void)state;
    int fd = connect_tcp(&fixture);
    send_text(fd, "GET /healthz HTTP/1.1\r\nHost: new.example\r\n\r\n");
    expect_problem(receive(fd, false), 421, "Host");
    strlist_add(&fixture.config.allowed_hosts, "new.example");
    fixture_command(&fixture, 'r');
    struct response r = {.code = 421};
    for (int i = 0; i < 1000 && r.code == 421; i++) {
        response_free(&r);
        send_text(fd, "GET /healthz HTTP/1.1\r\nHost: new.example\r\n\r\n");
        r = receive(fd, false);
    }
    assert_int_equal(r.code, 200);
    response_free(&r);
    close(fd);
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_trusted_user_sees_by_the_header, start_trusting_root,
                                        stop),
        WITH_SERVER(pipelined_requests_are_answered_in_order),
        WITH_SERVER(clients_that_leave_harm_nobody),
        WITH_SERVER(nonsense_is_refused_and_closed),
        WITH_SERVER(what_comes_before_nonsense_is_answered),
        WITH_SERVER(who_drips_is_told_that_it_took_too_long),
        WITH_SERVER(pages_of_other_sites_may_not_ask),
        WITH_SERVER(too_many_searches_are_told_to_come_again),
        WITH_SERVER(draining_answers_what_is_in_hand),
        WITH_SERVER(draining_ends_at_its_deadline),
        WITH_SERVER(a_second_server_does_not_take_the_socket),
        WITH_SERVER(a_new_configuration_is_taken_up),
        WITH_SERVER(a_left_over_socket_is_replaced_and_removed),
        WITH_SERVER(a_port_in_use_is_told),
        WITH_SERVER(beyond_what_is_allowed_the_longest_idle_are_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
