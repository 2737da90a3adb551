/* The real prospect-worker, driven over its socket as prospectd does it, with plugins that commit
 * every sin that we could think of: each ends in an outcome, and the next job is done well.
 */
#include <config.h>

#include "index/base/pack.h"
#include "tests/zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static const struct wire_limits usual = {20000, 20, 128ULL << 20, 100000, 5, 1 << 20, 0};
static const struct wire_limits hasty = {500, 20, 128ULL << 20, 100000, 5, 1 << 20, 0};
static const struct wire_limits lazy = {20000, 1, 128ULL << 20, 100000, 5, 1 << 20, 0};

static void a_good_job_is_done(struct zygote *z)
{
    struct extraction *e = zygote_run(z, "x.prospect-test-good", "some text", &usual, false);
    assert_int_equal(e->document->status, PROSPECT_OK);
    assert_string_equal(e->document->units[0].text, "Hello\nsome text");
    extraction_free(&e);
}

static void hello_names_every_plugin(void **state)
{
    (void)state;
    struct zygote z = zygote_exec("tests/sins", NULL);
    struct wire_plugin *plugins;
    struct wire_frame frame;
    uint64_t version;
    size_t n, used = 0, refused = 0;
    assert_true(zygote_frame(&z, &frame));
    assert_true(wire_get_hello(frame.payload, frame.length, &version, &z.sandbox, &plugins, &n));
    for (size_t i = 0; i < n; i++) {
        *(plugins[i].refused ? &refused : &used) += 1;
        wire_plugin_free(&plugins[i]);
    }
    free(plugins);
    assert_int_equal(used, 3);
    assert_int_equal(refused, 7);
    assert_int_equal(zygote_stop(&z), 0);
}

static void a_job_yields_units_metadata_and_boxes(void **state)
{
    (void)state;
    struct zygote z = zygote_start("tests/sins", NULL);
    struct extraction *e = zygote_run(&z, "x.prospect-test-good", "some text", &usual, true);
    struct document *d = e->document;
    assert_int_equal(d->status, PROSPECT_OK);
    assert_true(document_complete(d));
    assert_string_equal(d->mime, "application/x-prospect-test-good");
    assert_string_equal(d->stamp.plugin, "good");
    assert_string_equal(d->stamp.plugin_version, "1.0");
    assert_int_equal(d->unit_kind, PROSPECT_PAGE);
    assert_string_equal(d->units[0].label, "i");
    assert_string_equal(d->units[0].lang, "en");
    assert_int_equal(d->units[0].n_spans, 2);
    assert_string_equal(meta_best(&d->meta, "title")->value, "x.prospect-test-good");
    assert_int_equal(e->n_boxes, 1);
    assert_true(e->boxes[0].box[0].x1 == 1.0F && e->boxes[0].box[0].y0 < 0.51F);
    extraction_free(&e);
    assert_int_equal(zygote_stop(&z), 0);
}

/* What each sin comes to. KEPT: the text that was sent before it is still there. */
static const struct sin {
    const char *name;
    prospect_status status;
    const char *reason; /* a part of it; NULL: no reason, the document is OK */
    bool kept, complete;
    bool plain_only; /* sanitizers see to it themselves, or open the sandbox */
} sins[] = {
    {"crash", PROSPECT_CRASHED, "", true, false, false},
    {"crash", PROSPECT_CRASHED, "segmentation fault", true, false, true},
    {"abort", PROSPECT_CRASHED, "aborted", true, false, false},
    {"stack", PROSPECT_CRASHED, "", true, false, false},
    {"hang", PROSPECT_TIMEOUT, "killed", true, false, false},
    {"spin", PROSPECT_TIMEOUT, "out of CPU time", true, false, false},
    {"flood", PROSPECT_OK, NULL, false, false, false},
    {"deaf", PROSPECT_TIMEOUT, "", false, false, false},
    {"units", PROSPECT_OK, NULL, false, false, false},
    {"chatter", PROSPECT_TIMEOUT, "", false, false, false},
    {"memory", PROSPECT_MEMORY, "over the memory limit", true, false, true},
    {"exit", PROSPECT_CRASHED, "before it was done", true, false, false},
    {"garbage", PROSPECT_PROTOCOL, "", true, false, false},
    {"close", PROSPECT_CRASHED, "", true, false, false},
    {"close", PROSPECT_CRASHED, "forbidden: close_range", true, false, true},
    {"write", PROSPECT_CRASHED, "forbidden: memfd_create", false, false, true},
    {"orphan", PROSPECT_CRASHED, "forbidden: clone", false, false, true},
    {"family", PROSPECT_CRASHED, "forbidden: clone", false, false, true},
    {"utf8", PROSPECT_OK, NULL, false, false, false},
    {"order", PROSPECT_PROTOCOL, "units out of order", false, false, false},
    {"nested", PROSPECT_PROTOCOL, "a unit inside a unit", false, false, false},
    {"kinds", PROSPECT_PROTOCOL, "units of two kinds", false, false, false},
    {"stray", PROSPECT_PROTOCOL, "text outside a unit", false, false, false},
    {"more", PROSPECT_PROTOCOL, "goes on with none", false, false, false},
    {"meta", PROSPECT_PROTOCOL, "bad metadata", false, false, false},
    {"boxes", PROSPECT_OK, NULL, false, true, false},
    {"children", PROSPECT_OK, NULL, true, true, false},
    {"many-children", PROSPECT_OK, NULL, true, false, false},
    {"large-child", PROSPECT_OK, NULL, true, false, false},
    {"status", PROSPECT_INTERNAL, "no known status", true, false, false},
    {"explained", PROSPECT_ENCRYPTED, "needs the password of the archive", true, false, false},
    {"unexplained", PROSPECT_DAMAGED, "the file is damaged", true, false, false},
    {"huge", PROSPECT_OK, NULL, false, false, false},
    {"unheard-of", PROSPECT_UNSUPPORTED, "cannot be read", false, false, false},
};

static void check_sin(const struct sin *sin, const struct extraction *e)
{
    const struct document *d = e->document;
    if (d->status != sin->status || (sin->reason && !strstr(d->reason, sin->reason)))
        fail_msg("%s: %s: %s", sin->name, prospect_status_name(d->status),
                 d->reason ? d->reason : "");
    if (sin->kept && (d->n_units == 0 || strcmp(d->units[0].text, "kept") != 0))
        fail_msg("%s: nothing was kept", sin->name);
    if (document_complete(d) != sin->complete)
        fail_msg("%s: complete or not", sin->name);
    for (size_t i = 0; i < d->n_units; i++)
        assert_true(d->units[i].length <= 3 * usual.text);
}

static void every_sin_has_its_outcome_and_the_next_job_is_done_well(void **state)
{
    (void)state;
    struct zygote z = zygote_start("tests/sins", NULL);
    for (size_t i = 0; i < sizeof sins / sizeof *sins; i++) {
        char name[64];
#ifdef PROSPECT_SANITIZED
        if (sins[i].plain_only || strcmp(sins[i].name, "memory") == 0)
            continue;
#endif
        snprintf(name, sizeof name, "x.prospect-test-%s", sins[i].name);
        const struct wire_limits *limits = strcmp(sins[i].name, "spin") == 0    ? &lazy
                                           : sins[i].status == PROSPECT_TIMEOUT ? &hasty
                                                                                : &usual;
        struct extraction *e = zygote_run(&z, name, "bytes", limits, true);
        check_sin(&sins[i], e);
        extraction_free(&e);
        a_good_job_is_done(&z);
    }
    assert_int_equal(zygote_stop(&z), 0);
}

static void details_of_what_was_cut_and_kept(void **state)
{
    (void)state;
    struct zygote z = zygote_start("tests/sins", NULL);
    struct extraction *e = zygote_run(&z, "x.prospect-test-flood", "x", &usual, false);
    assert_int_equal(e->text_bytes, usual.text);
    assert_int_equal(e->document->cuts.count, 1);
    extraction_free(&e);
    e = zygote_run(&z, "x.prospect-test-units", "x", &usual, false);
    assert_int_equal(e->document->n_units, EXTRACTION_UNITS);
    extraction_free(&e);
    e = zygote_run(&z, "x.prospect-test-children", "x", &usual, false);
    assert_int_equal(e->n_children, 2);
    assert_int_equal(e->children[1].size, 5);
    extraction_free(&e);
    e = zygote_run(&z, "x.prospect-test-many-children", "x", &usual, false);
    assert_int_equal(e->n_children, usual.children);
    extraction_free(&e);
    e = zygote_run(&z, "x.prospect-test-large-child", "x", &usual, false);
    assert_int_equal(e->n_children, 0);
    extraction_free(&e);
    e = zygote_run(&z, "x.prospect-test-boxes", "x", &usual, true);
    assert_int_equal(e->boxes[0].count, 1);
    assert_int_equal(e->document->warnings.count, 1);
    extraction_free(&e);
    struct wire_limits tight = usual;
    tight.expanded = 5000;
    e = zygote_run(&z, "x.prospect-test-flood", "x", &tight, false);
    assert_int_equal(e->text_bytes, tight.expanded);
    assert_string_equal(e->document->cuts.item[0], EXTRACTION_EXPANDED);
    extraction_free(&e);
    e = zygote_run(&z, "x.prospect-test-large-child", "x", &tight, false);
    assert_int_equal(e->document->status, PROSPECT_OK);
    assert_string_equal(e->document->cuts.item[0], EXTRACTION_EXPANDED);
    extraction_free(&e);
    struct wire_limits roomy = usual;
    roomy.text = 4 << 20;
    e = zygote_run(&z, "x.prospect-test-huge", "x", &roomy, true);
    assert_int_equal(e->document->units[0].length, 3 << 20);
    assert_int_equal(e->document->units[0].n_spans, 1);
    assert_int_equal(e->document->warnings.count, 0); /* no character was torn */
    extraction_free(&e);
    assert_int_equal(zygote_stop(&z), 0);
}

static void a_child_that_nobody_kills_ends_by_itself(void **state)
{
    (void)state;
    struct zygote z = zygote_start("tests/sins", NULL);
    struct wire_job job = {.id = 9,
                           .job = {PROSPECT_JOB_EXTRACT, 1, UINT32_MAX, 0},
                           .size = 1,
                           .name = "x.prospect-test-hang",
                           .limits = usual};
    struct error exit;
    int ends[2], document = zygote_document("x");
    job.limits.wall_ms = 10;
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
    zygote_send(&z, &job, document, ends[1]);
    close(ends[1]);
    close(document);
    assert_int_equal(zygote_exited(&z, 9, &exit), PROSPECT_TIMEOUT);
    close(ends[0]);
    assert_int_equal(zygote_stop(&z), 0);
}

static void detection_and_missing_plugins_have_their_outcome(void **state)
{
    (void)state;
    struct zygote z = zygote_start("tests/sins", NULL);
    struct extraction *e = zygote_run(&z, "a.txt", "plain words\n", &usual, false);
    assert_int_equal(e->document->status, PROSPECT_UNSUPPORTED);
    assert_string_equal(e->document->reason, "no plugin reads text/plain");
    assert_string_equal(e->document->mime, "text/plain");
    assert_null(e->document->stamp.plugin);
    extraction_free(&e);
    e = zygote_run(&z, "a.txt", "", &usual, false);
    assert_int_equal(e->document->status, PROSPECT_OK);
    assert_string_equal(e->document->mime, "inode/x-empty");
    assert_int_equal(e->document->n_units, 0);
    extraction_free(&e);
    assert_int_equal(zygote_stop(&z), 0);
}

static void many_jobs_run_at_once(void **state)
{
    (void)state;
    enum {
        N = 20
    };
    struct zygote z = zygote_start("tests/sins", NULL);
    int ends[N][2], seen = 0;
    for (int i = 0; i < N; i++) {
        struct wire_job job = {.id = (uint64_t)i + 100,
                               .job = {PROSPECT_JOB_EXTRACT, 1, UINT32_MAX, 0},
                               .size = 4,
                               .name = "x.prospect-test-good",
                               .limits = usual};
        int document = zygote_document("text");
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends[i]);
        zygote_send(&z, &job, document, ends[i][1]);
        close(ends[i][1]);
        close(document);
    }
    for (int i = 0; i < N; i++) {
        struct wire_frame frame;
        assert_true(zygote_frame(&z, &frame));
        struct unpack u = unpack_start(frame.payload, frame.length);
        assert_in_range(unpack_u64(&u), 100, 100 + N - 1);
        assert_int_equal(unpack_i64(&u), 0);
        seen++;
    }
    for (int i = 0; i < N; i++) {
        char bytes[1024];
        assert_true(recv(ends[i][0], bytes, sizeof bytes, MSG_WAITALL) > WIRE_HEADER);
        close(ends[i][0]);
    }
    assert_int_equal(seen, N);
    assert_int_equal(zygote_stop(&z), 0);
}

static void nonsense_on_the_control_socket_ends_the_zygote(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {
        {"\x10\0\0\0\xff\xff\xff\xff", 8}, /* too long */
        {"\x63\0\0\0\0\0\0\0", 8},         /* unknown */
        {"\x10\0\0\0\1\0\0\0x", 9},        /* no job */
        {"\x11\0\0\0\0\0\0\0", 8},         /* kills nobody */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct zygote z = zygote_start("tests/sins", NULL);
        struct wire_frame frame;
        assert_int_equal(send(z.control, cases[i].bytes, cases[i].length, 0), cases[i].length);
        assert_false(zygote_frame(&z, &frame));
        int status = zygote_stop(&z);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    }
    struct zygote z = zygote_start("tests/sins", NULL);
    struct wire_frame frame;
    struct wire_job job = {.id = 1, .name = "no descriptors", .limits = usual};
    struct buf out = {0};
    wire_put_job(&out, &job);
    assert_int_equal(send(z.control, out.data, out.len, 0), out.len);
    assert_false(zygote_frame(&z, &frame));
    assert_int_equal(WEXITSTATUS(zygote_stop(&z)), 1);
    buf_free(&out);
}

static void children_die_with_the_zygote(void **state)
{
    (void)state;
    for (int kill_it = 0; kill_it < 2; kill_it++) {
        struct zygote z = zygote_start("tests/sins", NULL);
        struct wire_job job = {.id = 1,
                               .job = {PROSPECT_JOB_EXTRACT, 1, UINT32_MAX, 0},
                               .size = 1,
                               .name = "x.prospect-test-hang",
                               .limits = usual};
        char bytes[4096];
        int ends[2], document = zygote_document("x");
        job.limits.wall_ms = 60000;
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
        zygote_send(&z, &job, document, ends[1]);
        close(ends[1]);
        close(document);
        assert_true(read(ends[0], bytes, sizeof bytes) > 0); /* it runs */
        if (kill_it)
            kill(z.pid, SIGKILL);
        zygote_stop(&z);
        struct pollfd p = {.fd = ends[0], .events = POLLIN};
        do
            assert_int_equal(poll(&p, 1, ZYGOTE_PATIENCE_MS), 1);
        while (read(ends[0], bytes, sizeof bytes) > 0);
        close(ends[0]);
    }
}

/* Runs prospect-worker with ARGUMENTS in a shell; its output is the caller's to free(). */
static char *output_of(const char *arguments, int *status)
{
    char command[2000];
    struct buf out = {0};
    const char *top = getenv("TOP_BUILDDIR");
    snprintf(command, sizeof command,
             "%s/prospect-worker --plugin-dir '%s/tests/sins/.libs' %s 2>&1", top ? top : ".",
             top ? top : ".", arguments);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    for (int c; (c = getc(f)) != EOF;)
        buf_addc(&out, (char)c);
    *status = WEXITSTATUS(pclose(f));
    return buf_take(&out);
}

/* The process ids of PID's children, at most N; how many. */
static size_t children_of(pid_t pid, pid_t *out, size_t n)
{
    char path[64];
    size_t found = 0;
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)pid, (long)pid);
    FILE *file = fopen(path, "r");
    for (long child; file && found < n && fscanf(file, "%ld", &child) == 1;)
        out[found++] = (pid_t)child;
    if (file)
        fclose(file);
    return found;
}

static void the_zygote_ends_with_that_of_heavy_plugins(void **state)
{
    (void)state;
    struct zygote z = zygote_start("tests/sins", NULL);
    struct wire_frame frame;
    pid_t heavy[2];
    a_good_job_is_done(&z);
    size_t n = children_of(z.pid, heavy, 2);
    for (int i = 0; i < 1000 && n > zygote_has_heavy; i++) { /* the job's own is about to go */
        usleep(10000);
        n = children_of(z.pid, heavy, 2);
    }
    assert_int_equal(n, zygote_has_heavy);
    if (n) {
        kill(heavy[0], SIGKILL);
        assert_false(zygote_frame(&z, &frame));
    }
    zygote_stop(&z);
}

static void by_hand_it_shows_what_a_file_yields(void **state)
{
    (void)state;
    static const struct {
        const char *arguments;
        int status;
        const char *said;
    } cases[] = {
        {"--extract --set good.greeting=Hi %s/x.prospect-test-good", 0, "[heading] Hi\nsome"},
        {"--extract %s/x.prospect-test-good", 0, "log: time left: some"},
        {"--extract --boxes %s/x.prospect-test-good", 0, "(1 boxes)"},
        {"--extract --json %s/x.prospect-test-good", 0, "\"text\": \"some text\\u001B[2J\""},
        {"--extract %s/x.prospect-test-good", 0, "some text\\x1b[2J"},
        {"--extract -- %s/x.prospect-test-good", 0, "outcome    ok"},
        {"--extract %s/x.prospect-test-exit", 1, "crashed: the plugin ended the worker"},
        {"--extract --seconds 1 %s/x.prospect-test-hang", 1, "timeout: killed after 1 s"},
        {"--extract %s/x.prospect-test-order", 1, "units out of order"},
        {"--extract %s/none", 1, "No such file"},
        {"--extract %s", 1, "no regular file"},
        {"--extract", 2, "Usage"},
        {"--nonsense", 2, "Usage"},
        {"%s/x.prospect-test-good", 2, "Usage"},
        {"</dev/null 3</dev/null", 2, "Usage"},
        {"--plugins", 1, "refused: built for ABI 99"},
        {"--plugins --json", 1, "\"name\": \"good\""},
        {"--help", 0, "--extract"},
    };
    char folder[] = "/tmp/prospect-worker-XXXXXX", command[600];
    assert_non_null(mkdtemp(folder));
    for (const char *const *name = (const char *const[]){"good", "exit", "hang", "order", NULL};
         *name; name++) {
        snprintf(command, sizeof command, "printf 'some text\\033[2J' >%s/x.prospect-test-%s",
                 folder, *name);
        assert_int_equal(system(command), 0);
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char arguments[600];
        int status;
        snprintf(arguments, sizeof arguments, cases[i].arguments, folder);
        char *out = output_of(arguments, &status);
        if (status != cases[i].status || !strstr(out, cases[i].said))
            fail_msg("%s: %d\n%s", arguments, status, out);
        free(out);
    }
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hello_names_every_plugin),
        cmocka_unit_test(a_job_yields_units_metadata_and_boxes),
        cmocka_unit_test(every_sin_has_its_outcome_and_the_next_job_is_done_well),
        cmocka_unit_test(details_of_what_was_cut_and_kept),
        cmocka_unit_test(a_child_that_nobody_kills_ends_by_itself),
        cmocka_unit_test(detection_and_missing_plugins_have_their_outcome),
        cmocka_unit_test(many_jobs_run_at_once),
        cmocka_unit_test(nonsense_on_the_control_socket_ends_the_zygote),
        cmocka_unit_test(children_die_with_the_zygote),
        cmocka_unit_test(the_zygote_ends_with_that_of_heavy_plugins),
        cmocka_unit_test(by_hand_it_shows_what_a_file_yields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
