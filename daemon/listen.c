#include "daemon/listen.h"

#include "index/base/buf.h"
#include "index/base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG  512
#define FIRST_FD 3 /* SD_LISTEN_FDS_START */

/* What is accepted from a TCP socket has its options: without a delay, or the last part of a long
 * answer waits for the client to confirm the first. A Unix socket has no such option. */
static struct listen_socket *add(struct listen_set *s, int fd)
{
    const int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    s->item[s->count] = (struct listen_socket){.fd = fd};
    return &s->item[s->count++];
}

/* ---- what systemd passed ----------------------------------------------------------------------
 */

static unsigned passed(void)
{
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    if (pid == NULL || count == NULL || strtol(pid, NULL, 10) != (long)getpid())
        return 0;
    long n = strtol(count, NULL, 10);
    return n > 0 && n <= LISTEN_MAX ? (unsigned)n : 0;
}

static prospect_status take_passed(struct listen_set *s, unsigned n, struct error *error)
{
    for (unsigned i = 0; i < n; i++) {
        int fd = FIRST_FD + (int)i, listening = 0;
        socklen_t length = sizeof listening;
        if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0 || !listening)
            return error_set(error, PROSPECT_ARGUMENT,
                             "descriptor %d in LISTEN_FDS is no listening stream socket", fd);
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
        add(s, fd);
    }
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    return PROSPECT_OK;
}

/* ---- the Unix socket --------------------------------------------------------------------------
 */

static bool answers(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return false;
    int failed = connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 ? errno : 0;
    close(fd);
    return failed == 0 || failed == EAGAIN;
}

/* Makes way at the path: only a socket is ever removed, and only if nobody answers there. */
static prospect_status make_way(const struct sockaddr_un *address, struct error *error)
{
    struct stat st;
    if (lstat(address->sun_path, &st) != 0)
        return PROSPECT_OK;
    if (!S_ISSOCK(st.st_mode))
        return error_set(error, PROSPECT_ARGUMENT, "%s is there already, and no socket",
                         address->sun_path);
    if (answers(address))
        return error_set(error, PROSPECT_LOCKED, "somebody else listens on %s", address->sun_path);
    if (unlink(address->sun_path) != 0)
        return error_sys(error, PROSPECT_IO, "cannot remove the old socket %s", address->sun_path);
    return PROSPECT_OK;
}

static void make_folder(const char *path)
{
    char *folder = mem_strdup(path);
    char *slash = strrchr(folder, '/');
    if (slash != NULL && slash > folder) {
        *slash = '\0';
        mkdir(folder, 0755); /* where it fails, bind() tells */
    }
    free(folder);
}

static prospect_status start_listening(struct listen_socket *l, const char *path,
                                       struct error *error)
{
    struct stat st;
    if (lstat(path, &st) != 0 || chmod(path, 0666) != 0 || listen(l->fd, BACKLOG) != 0)
        return error_sys(error, PROSPECT_IO, "cannot listen on %s", path);
    l->path = mem_strdup(path);
    l->device = st.st_dev;
    l->inode = st.st_ino;
    return PROSPECT_OK;
}

static prospect_status open_unix(struct listen_set *s, const char *path, struct error *error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return error_set(error, PROSPECT_ARGUMENT,
                         "the path of the socket is longer than %zu bytes: %s",
                         sizeof address.sun_path - 1, path);
    strcpy(address.sun_path, path);
    make_folder(path);
    prospect_status status = make_way(&address, error);
    if (status != PROSPECT_OK)
        return status;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return error_sys(error, PROSPECT_IO, "cannot make a socket");
    struct listen_socket *l = add(s, fd);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0)
        return error_sys(error, errno == EADDRINUSE ? PROSPECT_LOCKED : PROSPECT_IO,
                         "cannot make the socket %s", path);
    return start_listening(l, path, error);
}

/* ---- TCP --------------------------------------------------------------------------------------
 */

/* Splits "host:port", "[::1]:port", ":port" in place. */
static bool split(char *text, char **host, char **port)
{
    char *colon = strrchr(text, ':');
    if (colon == NULL || colon[1] == '\0')
        return false;
    *colon = '\0';
    *host = text;
    *port = colon + 1;
    size_t length = strlen(text);
    if (text[0] == '[' && length > 2 && text[length - 1] == ']') {
        text[length - 1] = '\0';
        *host = text + 1;
    }
    return true;
}

static int bind_tcp(const struct addrinfo *a)
{
    int one = 1, fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (a->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int failed = errno;
    close(fd);
    errno = failed;
    return -1;
}

/* A name may have addresses of both kinds; one of them is enough, as where IPv6 is off. */
static prospect_status bind_all(struct listen_set *s, const struct addrinfo *list, const char *http,
                                struct error *error)
{
    unsigned before = s->count;
    int failed = 0;
    for (const struct addrinfo *a = list; a != NULL && s->count < LISTEN_MAX; a = a->ai_next) {
        int fd = bind_tcp(a);
        if (fd >= 0)
            add(s, fd);
        else if (failed == 0 || errno == EADDRINUSE)
            failed = errno;
    }
    if (failed == EADDRINUSE)
        return error_set(error, PROSPECT_LOCKED, "another program listens on %s", http);
    errno = failed;
    return s->count > before ? PROSPECT_OK
                             : error_sys(error, PROSPECT_IO, "cannot listen on %s", http);
}

static prospect_status open_tcp(struct listen_set *s, const char *http, struct error *error)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *list = NULL;
    char *text = mem_strdup(http), *host, *port;
    prospect_status status = PROSPECT_OK;
    if (!split(text, &host, &port)) {
        status = error_set(error, PROSPECT_ARGUMENT,
                           "listen.http is not of the form ADDRESS:PORT: %s", http);
    } else {
        int failed = getaddrinfo(host[0] != '\0' ? host : NULL, port, &hints, &list);
        status = failed != 0 ? error_set(error, PROSPECT_ARGUMENT, "listen.http: %s: %s", http,
                                         gai_strerror(failed))
                             : bind_all(s, list, http, error);
    }
    if (list != NULL)
        freeaddrinfo(list);
    free(text);
    return status;
}

/* ---- all of them ------------------------------------------------------------------------------
 */

static char *print_address(const struct sockaddr *sa)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)sa;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)sa;
    char text[INET6_ADDRSTRLEN];
    struct buf out = {0};
    if (sa->sa_family == AF_INET) {
        struct in_addr shown = v4->sin_addr;
        if (shown.s_addr == htonl(INADDR_ANY))
            shown.s_addr = htonl(INADDR_LOOPBACK);
        inet_ntop(AF_INET, &shown, text, sizeof text);
        buf_addf(&out, "http://%s:%u/", text, (unsigned)ntohs(v4->sin_port));
    } else {
        struct in6_addr shown = v6->sin6_addr;
        if (IN6_IS_ADDR_UNSPECIFIED(&shown))
            shown = in6addr_loopback;
        inet_ntop(AF_INET6, &shown, text, sizeof text);
        buf_addf(&out, "http://[%s]:%u/", text, (unsigned)ntohs(v6->sin6_port));
    }
    return buf_take(&out);
}

static void find_address(struct listen_set *s)
{
    for (unsigned i = 0; i < s->count && s->address == NULL; i++) {
        struct sockaddr_storage sa;
        socklen_t length = sizeof sa;
        if (getsockname(s->item[i].fd, (struct sockaddr *)&sa, &length) == 0 &&
            (sa.ss_family == AF_INET || sa.ss_family == AF_INET6))
            s->address = print_address((struct sockaddr *)&sa);
    }
}

prospect_status listen_open(struct listen_set *out, const struct config *config,
                            struct error *error)
{
    prospect_status status = PROSPECT_OK;
    unsigned n = passed();
    *out = (struct listen_set){0};
    if (n > 0) {
        status = take_passed(out, n, error);
    } else {
        if (config->socket != NULL && config->socket[0] != '\0')
            status = open_unix(out, config->socket, error);
        if (status == PROSPECT_OK && config->http != NULL && config->http[0] != '\0')
            status = open_tcp(out, config->http, error);
    }
    if (status == PROSPECT_OK)
        find_address(out);
    else
        listen_close(out);
    return status;
}

static void remove_own(const struct listen_socket *l)
{
    struct stat st;
    if (lstat(l->path, &st) == 0 && st.st_dev == l->device && st.st_ino == l->inode)
        unlink(l->path);
}

void listen_close(struct listen_set *s)
{
    for (unsigned i = 0; i < s->count; i++) {
        if (s->item[i].path != NULL)
            remove_own(&s->item[i]);
        if (s->item[i].fd >= 0)
            close(s->item[i].fd);
        free(s->item[i].path);
    }
    free(s->address);
    *s = (struct listen_set){0};
}
