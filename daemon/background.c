#include "daemon/background.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static void leave_terminal(const char *log)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        return;
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    if (isatty(STDERR_FILENO)) {
        int file = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
        dup2(file >= 0 ? file : null, STDERR_FILENO);
        if (file >= 0)
            close(file);
    }
    close(null);
}

/* The parent's part: 0 once the child is ready, else the child's own exit status. */
static int wait_for(pid_t child, int fd)
{
    char ready = 0;
    ssize_t got;
    do
        got = read(fd, &ready, 1);
    while (got < 0 && errno == EINTR);
    if (got == 1)
        return 0;
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int background_start(void)
{
    int pipes[2];
    if (pipe2(pipes, O_CLOEXEC) < 0)
        return -1;
    pid_t child = fork();
    if (child < 0) {
        close(pipes[0]);
        close(pipes[1]);
        return -1;
    }
    if (child > 0) {
        close(pipes[1]);
        _exit(wait_for(child, pipes[0]));
    }
    close(pipes[0]);
    setsid();
    return pipes[1];
}

void background_ready(int fd, const char *log)
{
    if (fd < 0)
        return;
    leave_terminal(log);
    while (write(fd, "1", 1) < 0 && errno == EINTR)
        ;
    close(fd);
}
