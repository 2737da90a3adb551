/* What the tests of the journal share: one journal, and what happens to files. */
#ifndef PROSPECT_TESTS_JOURNAL_H
#define PROSPECT_TESTS_JOURNAL_H

#include "daemon/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];
static struct journal *journal;
static struct wire_plugin plugins[] = {
    {.file = "p.so", .name = "pdf", .version = "1"},
    {.file = "t.so", .name = "text", .version = "1"},
    {.file = "r.so", .name = "pdf", .version = "3", .refused = "for a reason"}};

static inline void open_journal(void)
{
    struct error error;
    assert_int_equal(journal_new(&journal, path, &error), PROSPECT_OK);
}

static inline int start(void **state)
{
    (void)state;
    strcpy(path, "/tmp/prospect-journal-XXXXXX");
    int fd = mkstemp(path);
    if (fd < 0 || close(fd) != 0)
        return -1;
    open_journal();
    return 0;
}

static inline int stop(void **state)
{
    (void)state;
    journal_free(&journal);
    return unlink(path);
}

static inline const uint8_t *content(unsigned number)
{
    static uint8_t bytes[DIGEST_SIZE];
    memset(bytes, 0, sizeof bytes);
    memcpy(bytes + 7, &number, sizeof number);
    return bytes;
}

static inline void hand_out(unsigned number, const char *plugin)
{
    journal_begin(journal, content(number));
    if (plugin)
        journal_plugin(journal, content(number), plugin, "1");
}

static inline void die(unsigned number, const char *plugin)
{
    hand_out(number, plugin);
    journal_end(journal, content(number), JOURNAL_DIED);
}

static inline bool quarantined(unsigned number)
{
    struct error why;
    const char *plugin, *version;
    return journal_quarantined(journal, content(number), plugins, 3, &plugin, &version, &why);
}

#endif
