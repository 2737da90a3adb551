#include "daemon/mailbox.h"

#include "index/base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct mailbox {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct message *first, **last;
    size_t count, limit;
    bool closed;
    int fd; /* readable while count is not 0 */
};

void mailbox_new(struct mailbox **out, size_t limit)
{
    struct mailbox *m = mem_zalloc(sizeof *m);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&m->changed, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&m->lock, NULL);
    m->last = &m->first;
    m->limit = limit;
    m->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (m->fd < 0)
        mem_die();
    *out = m;
}

void mailbox_free(struct mailbox **m)
{
    if (!*m)
        return;
    close((*m)->fd);
    pthread_cond_destroy(&(*m)->changed);
    pthread_mutex_destroy(&(*m)->lock);
    free(*m);
    *m = NULL;
}

static void raise_fd(struct mailbox *m)
{
    uint64_t one = 1;
    while (write(m->fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

static void clear_fd(struct mailbox *m)
{
    uint64_t count;
    while (read(m->fd, &count, sizeof count) < 0 && errno == EINTR)
        ;
}

bool mailbox_post(struct mailbox *m, struct message *message)
{
    pthread_mutex_lock(&m->lock);
    bool taken = !m->closed && (m->limit == 0 || m->count < m->limit);
    if (taken) {
        message->next = NULL;
        *m->last = message;
        m->last = &message->next;
        if (m->count++ == 0)
            raise_fd(m);
        pthread_cond_signal(&m->changed);
    }
    pthread_mutex_unlock(&m->lock);
    return taken;
}

static struct message *unlink_first(struct mailbox *m)
{
    struct message *message = m->first;
    if (!message)
        return NULL;
    m->first = message->next;
    if (!m->first)
        m->last = &m->first;
    if (--m->count == 0)
        clear_fd(m);
    message->next = NULL;
    return message;
}

struct message *mailbox_take(struct mailbox *m)
{
    pthread_mutex_lock(&m->lock);
    struct message *message = unlink_first(m);
    pthread_mutex_unlock(&m->lock);
    return message;
}

static struct timespec after_ms(int ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

struct message *mailbox_wait(struct mailbox *m, int timeout_ms)
{
    struct timespec until = after_ms(timeout_ms > 0 ? timeout_ms : 0);
    int timed_out = 0;
    pthread_mutex_lock(&m->lock);
    while (!m->first && !m->closed && !timed_out) {
        if (timeout_ms < 0)
            pthread_cond_wait(&m->changed, &m->lock);
        else
            timed_out = pthread_cond_timedwait(&m->changed, &m->lock, &until) == ETIMEDOUT;
    }
    struct message *message = unlink_first(m);
    pthread_mutex_unlock(&m->lock);
    return message;
}

void mailbox_close(struct mailbox *m)
{
    pthread_mutex_lock(&m->lock);
    m->closed = true;
    pthread_cond_broadcast(&m->changed);
    pthread_mutex_unlock(&m->lock);
}

size_t mailbox_count(struct mailbox *m)
{
    pthread_mutex_lock(&m->lock);
    size_t count = m->count;
    pthread_mutex_unlock(&m->lock);
    return count;
}

int mailbox_fd(struct mailbox *m)
{
    return m->fd;
}
