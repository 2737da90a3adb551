#include "tests/plugin_host.h"
#include "index/base/mem.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void breach(struct plugin_record *r, const char *what)
{
    if (!*r->nonsense)
        snprintf(r->nonsense, sizeof r->nonsense, "%s", what);
}

static bool is_utf8(const char *bytes, size_t n)
{
    iconv_t check = iconv_open("UTF-32", "UTF-8");
    char out[4096], *in = (char *)bytes;
    bool good = true;
    while (n && good) {
        char *to = out;
        size_t room = sizeof out;
        good = iconv(check, &in, &n, &to, &room) != (size_t)-1 || to != out;
    }
    iconv_close(check);
    return good;
}

static void check_string(struct plugin_record *r, const char *s)
{
    if (s && !is_utf8(s, strlen(s)))
        breach(r, "a string is no UTF-8");
}

static void add_shown(struct plugin_record *r, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_addc(&r->lines, bytes[i] == '\n' ? '|' : bytes[i] == '\t' ? '>' : bytes[i]);
    buf_addc(&r->lines, '\n');
}

static prospect_status on_unit_begin(prospect_sink *sink, const prospect_unit *unit)
{
    static const char *const kinds[] = {"page", "slide", "sheet", "chapter", "section"};
    struct plugin_record *r = sink->host;
    if (r->in_unit || r->in_child)
        breach(r, "a unit begins inside another or inside a child");
    if (unit->number <= r->units)
        breach(r, "numbers of units do not rise");
    if (r->n_units && unit->kind != r->kind)
        breach(r, "units of different kinds");
    if (unit->kind > PROSPECT_SECTION)
        breach(r, "no such kind of unit");
    check_string(r, unit->label);
    check_string(r, unit->heading);
    check_string(r, unit->lang);
    r->units = unit->number;
    r->kind = unit->kind;
    r->n_units++;
    r->in_unit = true;
    r->has_span = false;
    buf_clear(&r->text);
    if (r->stop_at && unit->number >= r->stop_at)
        return PROSPECT_LIMIT;
    buf_addf(&r->lines, "[%s %u", kinds[unit->kind], unit->number);
    if (unit->label)
        buf_addf(&r->lines, " \"%s\"", unit->label);
    if (unit->heading)
        buf_addf(&r->lines, " %s", unit->heading);
    if (unit->lang)
        buf_addf(&r->lines, " (%s)", unit->lang);
    buf_adds(&r->lines, "]\n");
    return PROSPECT_OK;
}

static prospect_status take(struct plugin_record *r, const char *text, size_t n)
{
    if (!r->in_unit)
        breach(r, "text outside a unit");
    r->text_bytes += n;
    if (r->count_only)
        return PROSPECT_OK;
    if (!is_utf8(text, n))
        breach(r, "text is no UTF-8");
    if (memchr(text, '\0', n))
        breach(r, "NUL in text");
    buf_add(&r->text, text, n);
    add_shown(r, text, n);
    return PROSPECT_OK;
}

static prospect_status on_text(prospect_sink *sink, prospect_span span, const char *text, size_t n)
{
    struct plugin_record *r = sink->host;
    if (span > PROSPECT_NOTE)
        breach(r, "no such kind of span");
    r->has_span = true;
    buf_addf(&r->lines, "%c ", "BHRN"[span & 3]);
    return take(r, text, n);
}

static prospect_status on_text_more(prospect_sink *sink, const char *text, size_t n)
{
    struct plugin_record *r = sink->host;
    if (!r->has_span)
        breach(r, "a continuation of nothing");
    buf_adds(&r->lines, "+ ");
    return take(r, text, n);
}

static prospect_status on_boxes(prospect_sink *sink, const prospect_box *box, size_t count)
{
    struct plugin_record *r = sink->host;
    if (!r->in_unit)
        breach(r, "boxes outside a unit");
    for (size_t i = 0; i < count; i++) {
        const prospect_box *b = box + i;
        if (b->start > r->text.len || b->length > r->text.len - b->start)
            breach(r, "a box outside the text");
        if (!(b->x0 >= 0 && b->x0 <= b->x1 && b->x1 <= 1 && b->y0 >= 0 && b->y0 <= b->y1 &&
              b->y1 <= 1))
            breach(r, "a box outside the page");
        r->box = mem_resize(r->box, r->n_boxes + 1, sizeof *r->box);
        r->box[r->n_boxes++] = (struct plugin_box){r->units, *b};
    }
    return PROSPECT_OK;
}

static prospect_status on_unit_end(prospect_sink *sink)
{
    struct plugin_record *r = sink->host;
    if (!r->in_unit)
        breach(r, "a unit ends that did not begin");
    r->in_unit = false;
    return PROSPECT_OK;
}

static prospect_status on_meta(prospect_sink *sink, const char *key, const char *value,
                               const char *source, prospect_confidence confidence)
{
    struct plugin_record *r = sink->host;
    check_string(r, key);
    check_string(r, value);
    if (confidence < PROSPECT_GUESS || confidence > PROSPECT_DECLARED)
        breach(r, "no such confidence");
    buf_addf(&r->lines, "%s = %s (%s %d)\n", key, value, source, confidence);
    return PROSPECT_OK;
}

static prospect_status on_cut(prospect_sink *sink, const char *reason)
{
    struct plugin_record *r = sink->host;
    check_string(r, reason);
    buf_addf(&r->lines, "cut: %s\n", reason);
    return PROSPECT_OK;
}

static prospect_status on_warning(prospect_sink *sink, const char *line)
{
    struct plugin_record *r = sink->host;
    check_string(r, line);
    buf_addf(&r->lines, "warning: %s\n", line);
    return PROSPECT_OK;
}

static prospect_status on_child_begin(prospect_sink *sink, const char *name, size_t n,
                                      const char *mime)
{
    struct plugin_record *r = sink->host;
    if (r->in_unit || r->in_child)
        breach(r, "a child begins inside a unit or another");
    r->in_child = true;
    r->child_bytes = 0;
    r->children++;
    buf_addf(&r->lines, "child %.*s %s", (int)n, name, mime ? mime : "-");
    return PROSPECT_OK;
}

static prospect_status on_child_data(prospect_sink *sink, const void *bytes, size_t n)
{
    struct plugin_record *r = sink->host;
    (void)bytes;
    if (!r->in_child)
        breach(r, "bytes of no child");
    r->child_bytes += n;
    return PROSPECT_OK;
}

static prospect_status on_child_end(prospect_sink *sink)
{
    struct plugin_record *r = sink->host;
    if (!r->in_child)
        breach(r, "a child ends that did not begin");
    r->in_child = false;
    buf_addf(&r->lines, " %zu\n", r->child_bytes);
    return PROSPECT_OK;
}

static prospect_status on_fail(prospect_sink *sink, prospect_status status, const char *line)
{
    struct plugin_record *r = sink->host;
    check_string(r, line);
    buf_addf(&r->lines, "fail: %s\n", line);
    return status;
}

static const char *no_config(const prospect_source *source, const char *key)
{
    (void)source;
    (void)key;
    return NULL;
}

static int64_t remaining(const prospect_source *source)
{
    return *(int64_t *)source->host;
}

static void no_log(const prospect_source *source, const char *line)
{
    (void)source;
    if (getenv("PLUGIN_LOG"))
        fprintf(stderr, "# %s\n", line);
}

const prospect_plugin *plugin_load(const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/plugins/.libs/%s.so", getenv("TOP_BUILDDIR"), name);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        fail_msg("%s", dlerror());
    const prospect_plugin *plugin = dlsym(library, PROSPECT_PLUGIN_SYMBOL);
    assert_non_null(plugin);
    assert_int_equal(plugin->abi, PROSPECT_PLUGIN_ABI);
    assert_string_equal(plugin->name, name);
    if (plugin->warm_up)
        assert_int_equal(plugin->warm_up(), PROSPECT_OK);
    return plugin;
}

static int fd_of(const struct plugin_input *input)
{
    if (!input->bytes)
        return input->fd;
    int fd = memfd_create("input", MFD_CLOEXEC);
    size_t n = input->length ? input->length : strlen(input->bytes);
    if (fd < 0 || write(fd, input->bytes, n) != (ssize_t)n)
        fail_msg("no memory file");
    lseek(fd, 0, SEEK_SET);
    return fd;
}

void plugin_run(const prospect_plugin *plugin, const struct plugin_input *input,
                struct plugin_record *record)
{
    static const prospect_job all = {.first_unit = 1, .last_unit = UINT32_MAX};
    prospect_sink sink = {.host = record,
                          .unit_begin = on_unit_begin,
                          .text = on_text,
                          .text_more = on_text_more,
                          .boxes = on_boxes,
                          .unit_end = on_unit_end,
                          .meta = on_meta,
                          .cut = on_cut,
                          .warning = on_warning,
                          .child_begin = on_child_begin,
                          .child_data = on_child_data,
                          .child_end = on_child_end,
                          .fail = on_fail};
    int64_t left = input->remaining_ms ? input->remaining_ms : 60000;
    int fd = fd_of(input);
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    prospect_source source = {.fd = fd,
                              .size = (uint64_t)st.st_size,
                              .name = input->name ? input->name : "file",
                              .mime = input->mime,
                              .encoding = input->encoding,
                              .host = &left,
                              .config = no_config,
                              .remaining_ms = remaining,
                              .log = no_log};
    const prospect_job *job = input->job.last_unit ? &input->job : &all;
    record->status = plugin->run(job, &source, &sink);
    buf_addf(&record->lines, "= %s\n", prospect_status_name(record->status));
    if (record->status == PROSPECT_OK && (record->in_unit || record->in_child))
        breach(record, "a unit or child has no end");
    if (fcntl(fd, F_GETFD) < 0)
        breach(record, "the host's descriptor was closed");
    else if (input->bytes)
        close(fd);
}

void plugin_record_free(struct plugin_record *record)
{
    buf_free(&record->lines);
    buf_free(&record->text);
    free(record->box);
    *record = (struct plugin_record){0};
}

void assert_record(const struct plugin_record *record, const char *const *lines)
{
    const char *all = buf_str(&record->lines), *at = all;
    if (*record->nonsense)
        fail_msg("%s in:\n%s", record->nonsense, all);
    for (; *lines; lines++) {
        if (**lines == '!') {
            if (strstr(all, *lines + 1))
                fail_msg("'%s' stands in:\n%s", *lines + 1, all);
            continue;
        }
        const char *found = strstr(at, *lines);
        if (!found)
            fail_msg("'%s' is missing (at its place) in:\n%s", *lines, all);
        at = found + strlen(*lines);
    }
}
