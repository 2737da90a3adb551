/* The log: one event, one line, on standard error, which systemd and terminals both understand.
 * Control bytes and bytes that are no UTF-8 are escaped (\x1b), so that no file name can forge a
 * line. Any thread may log.
 */
#ifndef PROSPECT_LOG_H
#define PROSPECT_LOG_H

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
/* A line longer than 2,000 bytes is cut, and says so. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
