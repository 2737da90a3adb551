#include "client/options.h"

#include "index/base/mem.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const struct option_row shared[] = {
    {"socket", "PATH", "the daemon's Unix socket"},
    {"http", "ADDRESS", "reach the daemon by TCP, e.g. 127.0.0.1:7700"},
    {"token-file", "FILE", "the token for admin commands by TCP"},
    {"json", NULL, "print the answer as JSON"},
    {"help", NULL, "print this help"},
};

enum {
    SOCKET,
    HTTP,
    TOKEN_FILE,
    JSON,
    HELP,
    SHARED_COUNT,
    OWN = 1000 /* numbers of a command's own rows start here */
};

static void take_shared(struct client *c, int number, const char *value)
{
    switch (number) {
    case SOCKET:
        c->socket = value;
        break;
    case HTTP:
        c->http = value;
        break;
    case TOKEN_FILE:
        c->token_file = value;
        break;
    case JSON:
        c->json = true;
        break;
    default:
        break;
    }
}

static void print_row(const struct option_row *row)
{
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s", row->name, row->metavar ? " " : "",
             row->metavar ? row->metavar : "");
    printf("  %-22s %s\n", left, row->help);
}

void options_print_shared(void)
{
    for (size_t i = 0; i < SHARED_COUNT; i++)
        print_row(&shared[i]);
}

static void print_help(const struct command *command, const struct option_table *table)
{
    if (command)
        printf("Usage: prospect %s %s\n%s\n\n", command->name, command->synopsis, command->what);
    for (size_t i = 0; table && i < table->count; i++)
        print_row(&table->rows[i]);
    options_print_shared();
}

static void fill(struct option *out, const struct option_row *rows, size_t n, int first)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (struct option){rows[i].name, rows[i].metavar ? required_argument : no_argument,
                                 NULL, first + (int)i};
}

static struct option *long_options(const struct option_table *table)
{
    size_t own = table ? table->count : 0;
    struct option *all = mem_zalloc((SHARED_COUNT + own + 1) * sizeof *all);
    fill(all, shared, SHARED_COUNT, 0);
    if (table)
        fill(all + SHARED_COUNT, table->rows, own, OWN);
    return all;
}

static enum options_result wrong(const char *word)
{
    fprintf(stderr, "prospect: unknown option, or one without its value: %s\n", word);
    return OPTIONS_WRONG;
}

static enum options_result read_options(struct client *c, const struct option_table *table,
                                        const char *letters, int argc, char **argv, int *first)
{
    struct option *all = long_options(table);
    enum options_result result = OPTIONS_GO_ON;
    int number;
    optind = 0; /* glibc: start anew */
    opterr = 0;
    while (result == OPTIONS_GO_ON &&
           (number = getopt_long(argc, argv, letters, all, NULL)) != -1) {
        if (number >= OWN)
            table->take(table->ctx, (size_t)(number - OWN), optarg);
        else if (number == HELP || number == 'h')
            result = OPTIONS_HELPED;
        else if (number == '?')
            result = wrong(argv[optind - 1]);
        else
            take_shared(c, number, optarg);
    }
    *first = optind;
    free(all);
    return result;
}

enum options_result options_read(struct client *c, const struct option_table *table, int argc,
                                 char **argv, int *first)
{
    enum options_result result = read_options(c, table, "h", argc, argv, first);
    if (result == OPTIONS_HELPED)
        print_help(c->command, table);
    else if (result == OPTIONS_WRONG)
        fprintf(stderr, "Try 'prospect %s --help'.\n", argv[0]);
    return result;
}

enum options_result options_read_shared(struct client *c, int argc, char **argv, int *first)
{
    enum options_result result = read_options(c, NULL, "+h", argc, argv, first);
    if (result == OPTIONS_WRONG)
        fputs("Try 'prospect --help'.\n", stderr);
    return result;
}
