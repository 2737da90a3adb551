#include "daemon/sandbox_note.h"

#include "daemon/sandbox_parts.h"
#include "index/base/mem.h"

#include <sys/mman.h>
#include <sys/syscall.h>

struct sandbox_note {
    volatile int call; /* its number and one; 0: none */
};

struct sandbox_note *sandbox_note_new(void)
{
    void *page = mmap(NULL, sizeof(struct sandbox_note), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? NULL : page;
}

void sandbox_note_keep_private(struct sandbox_note *note)
{
    if (note)
        madvise(note, sizeof *note, MADV_DONTFORK);
}

void sandbox_note_free(struct sandbox_note **note)
{
    if (*note)
        munmap(*note, sizeof **note);
    *note = NULL;
}

void sandbox_note_write(struct sandbox_note *note, int call)
{
    if (note)
        note->call = call + 1;
}

char *sandbox_note_read(const struct sandbox_note *note)
{
    int call = note ? note->call - 1 : -1;
    if (call < 0)
        return NULL;
    return call == SYS_rt_sigprocmask ? mem_strdup("abort") : sandbox_filter_name(call);
}
