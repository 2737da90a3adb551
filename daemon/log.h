/* The log: one event, one line, on standard error, which systemd and terminals both understand.
 * Control bytes and bytes that are no UTF-8 are escaped (\x1b), so that no file name can forge a
 * line. Any thread may log.
 *
 * Lines of one kind (of one format) come a hundred a minute at most, so that a flood of bad files
 * or clients cannot fill a disk. What is left out is counted, and the count logged once the minute
 * is over, with the last of it. Debugging wants everything: LOG_DEBUG has no such limit.
 */
#ifndef PROSPECT_LOG_H
#define PROSPECT_LOG_H

#include <stdbool.h>

enum log_level {
    LOG_ERROR,
    LOG_WARNING,
    LOG_INFO,
    LOG_DEBUG
};

/* PROGRAM (static) stands at the head of each line; lines above LEVEL are dropped. With
 * JOURNAL the line starts with the syslog priority in angle brackets instead of the time. */
void log_start(const char *program, enum log_level level, int journal);
void log_set_level(enum log_level level);
/* Logs the counts of what was left out in minutes that are over; ALL: in the one that runs as well,
 * for the end of a program. log_line() does the first too: to be called now and then only so that
 * they are not told long after. */
void log_left_out(bool all);
/* FORMAT is static, and the same for all lines of a kind. A line longer than 2,000 bytes is cut,
 * and says so. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
