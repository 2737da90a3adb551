/* What is in the workers' hands, and what they died of: so that a file that kills its reader is not
 * read for ever, whatever else ends meanwhile.
 *
 * A file is known by the SHA-256 of its bytes, and by the plugin that read it and its version. Two
 * deaths of a worker quarantine it: these bytes are not read again, under no name, until the plugin
 * has another version, or somebody asks for another try. An end of the whole daemon while it was in
 * hand says less, since others were in hand too: it makes up for one of the two deaths, and by
 * itself it takes five, in a row, of ends that nobody outside made (lastrun.h), until the file is
 * suspected. But two deaths of the daemon by its own fault (a signal such as SIGSEGV) while it
 * analysed the file's text are as good as a worker's, and five that cannot be explained while it
 * did that. Whoever kills the daemon, however often, has no file quarantined.
 *
 * The journal is one small file that is mapped into memory: what is written to it is there after a
 * kill -9 with no call that could wait for a disk. After a crash of the machine it may be as it was
 * a while before. A file that is damaged, or of another version, counts as none; it may be deleted
 * while no daemon runs.
 */
#ifndef PROSPECT_JOURNAL_H
#define PROSPECT_JOURNAL_H

#include "daemon/wire.h"
#include "index/base/digest.h"

struct journal;

/* Opens PATH, or makes it; NULL: it lives in memory alone. What was in hand when the last daemon
 * ended without journal_free() is counted. */
prospect_status journal_new(struct journal **out, const char *path, struct error *error);
/* A clean end: nothing is in hand any more. */
void journal_free(struct journal **j);

/* Before CONTENT is handed to a worker. The same content may be in hand more than once. */
void journal_begin(struct journal *j, const uint8_t content[DIGEST_SIZE]);
/* It is in hand, and this plugin reads it. */
void journal_plugin(struct journal *j, const uint8_t content[DIGEST_SIZE], const char *plugin,
                    const char *version);
/* It is no longer in hand: read, whatever came of it, which makes up for what was; or a worker died
 * of it; or that says nothing of it. */
enum journal_end {
    JOURNAL_READ,
    JOURNAL_DIED,
    JOURNAL_UNKNOWN
};
void journal_end(struct journal *j, const uint8_t content[DIGEST_SIZE], enum journal_end end);

/* True if CONTENT is in quarantine, with the reason; PLUGIN and VERSION are then those that read
 * it,
 * "" if none did, and live until the next call. PLUGINS are those in use: where the one that died
 * is not among them any more, the quarantine is over. */
bool journal_quarantined(struct journal *j, const uint8_t content[DIGEST_SIZE],
                         const struct wire_plugin *plugins, size_t n, const char **plugin,
                         const char **version, struct error *why);
/* Another chance. */
void journal_forget(struct journal *j, const uint8_t content[DIGEST_SIZE]);

/* The text of the file CONTENT, or of a document inside it, is being analysed, on the calling
 * thread, until the thread's next call; NULL: nothing is. From any thread, which says NULL before
 * it ends. If the daemon dies of a signal there, it died of that; twice is enough for the
 * quarantine. (blame.h) */
void journal_analyse(struct journal *j, const uint8_t *content);
/* Its text is in the index: nobody died of that. */
void journal_analysed(struct journal *j, const uint8_t content[DIGEST_SIZE]);
/* True, once, if what is being analysed has been for more than PATIENCE_MS: an end of the daemon
 * is then put down to it. */
bool journal_analysis_hangs(struct journal *j, int64_t patience_ms);

#endif
