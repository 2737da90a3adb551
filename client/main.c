/* prospect: the command line. Asks the daemon, or runs the daemon's or the worker's program. */
#include "client/client.h"
#include "client/options.h"

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int command_help(struct client *c, int argc, char **argv);

static const struct command commands[] = {
    {"search", "[OPTION]... QUERY...", "Searches, and shows each hit with its best page.",
     command_search},
    {"status", "[OPTION]...", "Shows what the daemon has and does.", command_status},
    {"failures", "[OPTION]...", "Lists the files that could not be read, or not fully, and why.",
     command_failures},
    {"rescan", "[OPTION]...", "Compares the folders with the index again, now.", command_rescan},
    {"retry", "[OPTION]... PATH...", "Tries files again that could not be read.", command_retry},
    {"reindex", "[OPTION]...", "Rebuilds the index from the texts it holds, or from the files.",
     command_reindex},
    {"plugins", "[OPTION]...", "Shows the plugins found, and why one was refused.",
     command_plugins},
    {"extract", "[OPTION]... FILE", "Runs detection and plugin on a file and shows what comes out.",
     command_extract},
    {"check", "[OPTION]...", "Verifies the index, while no daemon uses it to repair it.",
     command_check},
    {"help", "[COMMAND]", "Explains a command.", command_help},
};

static const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static void print_overview(FILE *to)
{
    fputs("Usage: prospect [OPTION]... COMMAND [ARGUMENT]...\n\n", to);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(to, "  %-9s %s\n", commands[i].name, commands[i].what);
    fputs("\nExit status: 0 success, 1 nothing found or some files failed, 2 usage, 3 the daemon\n"
          "cannot be reached. 'prospect COMMAND --help' explains one command.\n",
          to);
}

static int command_run(struct client *c, const struct command *command, int argc, char **argv)
{
    c->command = command;
    return command->run(c, argc, argv);
}

static int unknown(const char *name)
{
    fprintf(stderr, "prospect: there is no command \"%s\"\n", name);
    print_overview(stderr);
    return STATUS_USAGE;
}

static int command_help(struct client *c, int argc, char **argv)
{
    const struct command *command = argc > 1 ? command_find(argv[1]) : NULL;
    if (argc > 1 && !command)
        return unknown(argv[1]);
    if (!command || command->run == command_help) {
        print_overview(stdout);
        putchar('\n');
        options_print_shared();
        return STATUS_OK;
    }
    char help[] = "--help", *words[] = {argv[1], help, NULL};
    return command_run(c, command, 2, words);
}

static void look_at_terminal(struct client *c)
{
    const char *none = getenv("NO_COLOR"), *term = getenv("TERM");
    c->terminal = isatty(STDOUT_FILENO);
    c->colour = c->terminal && !(none && *none) && !(term && strcmp(term, "dumb") == 0);
}

static int run(struct client *c, int argc, char **argv)
{
    int first;
    enum options_result result = options_read_shared(c, argc, argv, &first);
    if (result == OPTIONS_WRONG)
        return STATUS_USAGE;
    if (result == OPTIONS_HELPED)
        return command_help(c, 1, argv);
    if (first >= argc) {
        print_overview(stderr);
        return STATUS_USAGE;
    }
    const struct command *command = command_find(argv[first]);
    return command ? command_run(c, command, argc - first, argv + first) : unknown(argv[first]);
}

int main(int argc, char **argv)
{
    struct client c = {0};
    if (argc == 2 && (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)) {
        puts("prospect " PACKAGE_VERSION);
        return STATUS_OK;
    }
    look_at_terminal(&c);
    int status = run(&c, argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("prospect: standard output");
        return STATUS_NOTHING;
    }
    return status;
}
