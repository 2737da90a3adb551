/* What every command of `prospect` has in common: where the daemon is, how to print, how to exit.
 *
 * A command is one file with a run function and a row of the table in main.c. run() gets the words
 * after the command's name, reads its options with options_read(), and returns an exit status.
 */
#ifndef PROSPECT_CLIENT_H
#define PROSPECT_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

enum {
    STATUS_OK = 0,
    STATUS_NOTHING = 1, /* nothing found, or some files failed */
    STATUS_USAGE = 2,
    STATUS_UNREACHABLE = 3
};

struct command;

struct client {
    const struct command *command; /* in hand; NULL before one is found */
    const char *socket;            /* NULL: looked for, see find.h */
    const char *http;              /* "HOST:PORT" or a URL; NULL: the Unix socket */
    const char *token_file;
    bool json;
    bool colour;   /* the terminal wants colours */
    bool terminal; /* standard output is a terminal */
};

struct command {
    const char *name;
    const char *synopsis; /* what stands behind the name in the usage line */
    const char *what;     /* one line */
    int (*run)(struct client *c, int argc, char **argv); /* argv[0] is the command's name */
};

int command_search(struct client *c, int argc, char **argv);
int command_status(struct client *c, int argc, char **argv);
int command_failures(struct client *c, int argc, char **argv);
int command_rescan(struct client *c, int argc, char **argv);
int command_retry(struct client *c, int argc, char **argv);
int command_reindex(struct client *c, int argc, char **argv);
int command_plugins(struct client *c, int argc, char **argv);
int command_extract(struct client *c, int argc, char **argv);
int command_check(struct client *c, int argc, char **argv);

#endif
