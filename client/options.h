/* Options of commands as tables, from which --help is written too. */
#ifndef PROSPECT_CLIENT_OPTIONS_H
#define PROSPECT_CLIENT_OPTIONS_H

#include "client/client.h"

/* "--name" or "--name METAVAR". */
struct option_row {
    const char *name;
    const char *metavar; /* NULL: takes no value */
    const char *help;
};

struct option_table {
    const struct option_row *rows;
    size_t count;
    /* Takes row NUMBER's VALUE (NULL where it has none). */
    void (*take)(void *ctx, size_t number, const char *value);
    void *ctx;
};

enum options_result {
    OPTIONS_GO_ON,
    OPTIONS_HELPED, /* --help was printed: exit with 0 */
    OPTIONS_WRONG   /* a line was printed: exit with STATUS_USAGE */
};

/* Reads the options of TABLE (NULL: none of its own) and those that all commands share, in any
 * order with the words between. *FIRST is then the number of the first word in ARGV, to which the
 * words have moved. */
enum options_result options_read(struct client *c, const struct option_table *table, int argc,
                                 char **argv, int *first);
/* Shared options in front of the command's name; stops at the first word. */
enum options_result options_read_shared(struct client *c, int argc, char **argv, int *first);
void options_print_shared(void);

#endif
