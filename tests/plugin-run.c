/* Runs a plugin on files and prints what it sends: a tool for by hand, and for the corpora.
 *
 *     plugin-run [-q] [-c] [-b] PLUGIN MIME FILE...
 *
 * -q prints one line for each file; -c does not even look at the text, to measure the plugin
 * alone; -b asks for word boxes. Exits 1 if a plugin broke the contract.
 */
#include "tests/plugin_host.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    bool quiet = false, boxes = false, count = false;
    int option, bad = 0;
    while ((option = getopt(argc, argv, "qcb")) != -1) {
        quiet |= option == 'q' || option == 'c';
        count |= option == 'c';
        boxes |= option == 'b';
    }
    if (argc - optind < 3)
        return 2;
    const prospect_plugin *plugin = plugin_load(argv[optind]);
    for (int i = optind + 2; i < argc; i++) {
        struct plugin_record r = {.count_only = count};
        struct plugin_input input = {.mime = argv[optind + 1],
                                     .fd = open(argv[i], O_RDONLY | O_CLOEXEC),
                                     .job = {PROSPECT_JOB_EXTRACT, 1, UINT32_MAX, boxes}};
        double start = now();
        plugin_run(plugin, &input, &r);
        if (quiet)
            printf("%-9s %6.2f s %6zu units %9zu bytes %zu children %s %s\n",
                   prospect_status_name(r.status), now() - start, r.n_units, r.text_bytes,
                   r.children, argv[i], r.nonsense);
        else
            printf("%s%s\n", buf_str(&r.lines), r.nonsense);
        fflush(stdout);
        bad |= *r.nonsense != '\0';
        plugin_record_free(&r);
        close(input.fd);
    }
    return bad;
}
