/* Putting, moving, copying, rebuilding; what is kept of files. */
#include "tests/index.h"

#include "index/schema.h"

static struct index_description *describe(struct fixture *f, const char *path)
{
    char id[DIGEST_ID_SIZE];
    struct index_description *d = NULL;
    digest_file_id("r", path, id);
    fine(f, index_describe(f->reader, &admin, id, &d, &f->error));
    return d;
}

static struct document *child_of(const struct document *container, const char *member,
                                 const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s!/%s", container->path, member);
    struct document *d = doc(path, NULL, text);
    d->container = mem_strdup(container->id);
    digest_child_id(container->id, member, strlen(member), d->id);
    d->restricted = container->restricted;
    strlist_copy(&d->access, &container->access);
    return d;
}

static void nothing_is_seen_before_the_commit(void **state)
{
    struct fixture *f = *state;
    size_t documents, bytes;
    put(f, doc("a.txt", "A", "red"));
    index_writer_pending(f->writer, &documents, &bytes);
    assert_int_equal(documents, 1);
    assert_int_equal(bytes, 3);
    expect(f, "red", "-");
    commit(f);
    expect(f, "red", "a.txt");
    index_writer_pending(f->writer, &documents, &bytes);
    assert_int_equal(documents + bytes, 0);
}

static void a_new_version_takes_the_place_of_the_old(void **state)
{
    struct fixture *f = *state;
    put(f, doc("a.txt", "A", "red\fgreen\fblue"));
    commit(f);
    put(f, doc("a.txt", "A", "yellow"));
    commit(f);
    expect(f, "red", "-");
    expect(f, "yellow", "a.txt");
    struct index_stats *s = stats(f);
    assert_int_equal(s->documents, 1);
    assert_int_equal(s->pages, 1);
    assert_true(s->last_commit > 0 && s->bytes > 0);
    index_stats_free(&s);
    char id[DIGEST_ID_SIZE];
    digest_file_id("r", "a.txt", id);
    fine(f, index_writer_remove(f->writer, id, &f->error));
    fine(f, index_writer_remove(f->writer, id, &f->error));
    commit(f);
    expect(f, "", "-");
    s = stats(f);
    assert_int_equal(s->documents + s->pages, 0);
    index_stats_free(&s);
}

static void text_and_description_come_back(void **state)
{
    struct fixture *f = *state;
    struct document *d = doc("a.txt", "A", "first page\fsecond p\xc3\xa0ge");
    d->units[1].heading = mem_strdup("Two");
    d->units[1].ocr = true;
    strlist_add(&d->cuts, "page 3 cannot be read");
    strlist_add(&d->warnings, "odd");
    put(f, d);
    commit(f);
    struct index_description *x = describe(f, "a.txt");
    assert_int_equal(x->n_units, 2);
    assert_int_equal(x->units[1].chars, 11);
    assert_string_equal(x->units[1].heading, "Two");
    assert_true(x->units[1].ocr);
    assert_false(x->fields.complete);
    assert_string_equal(x->cuts.item[0], "page 3 cannot be read");
    assert_string_equal(x->warnings.item[0], "odd");
    assert_string_equal(x->stamp.plugin, "text");
    struct buf text = {0};
    fine(f, index_unit_text(f->reader, &anybody, x->fields.id, 2, &text, &f->error));
    assert_string_equal(buf_str(&text), "second p\xc3\xa0ge");
    buf_clear(&text);
    fine(f, index_unit_text(f->reader, &anybody, x->fields.id, 0, &text, &f->error));
    assert_string_equal(buf_str(&text), "first page\fsecond p\xc3\xa0ge");
    assert_int_equal(index_unit_text(f->reader, &anybody, x->fields.id, 3, &text, &f->error),
                     PROSPECT_NOT_FOUND);
    buf_free(&text);
    index_description_free(&x);
}

/* ---- stamps -------------------------------------------------------------------------------- */

struct seen {
    unsigned count;
    char path[64];
    uint64_t size;
    prospect_status status;
};

static void see(void *ctx, const char *path, const struct stamp *stamp, const char *mime,
                prospect_status status, int64_t next_try)
{
    struct seen *s = ctx;
    (void)mime;
    (void)next_try;
    s->count++;
    s->size += stamp->size;
    s->status = status;
    snprintf(s->path, sizeof s->path, "%s", path);
}

static void stamps_of_a_root_and_of_a_file(void **state)
{
    struct fixture *f = *state;
    struct seen s = {0};
    struct index_file file;
    char id[DIGEST_ID_SIZE];
    struct document *d = doc("a.txt", "A", "red"), *other = doc("b.txt", "B", "green");
    free(other->root);
    other->root = mem_strdup("other");
    d->status = PROSPECT_DAMAGED;
    d->tries = 3;
    d->since = 1234;
    d->stamp.inode = 77;
    put(f, child_of(d, "x.txt", "inside"));
    put(f, only_for(other, "x"));
    put(f, only_for(d, "x"));
    commit(f);
    fine(f, index_stamps(f->reader, "r", see, &s, &f->error));
    assert_int_equal(s.count, 1);
    assert_int_equal(s.size, 3);
    assert_string_equal(s.path, "a.txt");
    assert_int_equal(s.status, PROSPECT_DAMAGED);
    digest_file_id("r", "a.txt", id);
    fine(f, index_file(f->reader, id, &file, &f->error));
    assert_int_equal(file.stamp.inode, 77);
    assert_int_equal(file.tries, 3);
    assert_int_equal(file.since, 1234);
    assert_string_equal(file.mime, "text/plain");
    index_file_free(&file);
    digest_file_id("r", "z.txt", id);
    assert_int_equal(index_file(f->reader, id, &file, &f->error), PROSPECT_NOT_FOUND);
}

static void content_is_found_again(void **state)
{
    struct fixture *f = *state;
    uint8_t content[DIGEST_SIZE];
    char wanted[DIGEST_ID_SIZE];
    struct index_file file;
    struct document *bad = doc("bad.txt", "B", "cannot be read");
    bad->status = PROSPECT_DAMAGED;
    put(f, bad);
    put(f, doc("a.txt", "A", "red"));
    commit(f);
    digest_bytes("red", 3, content);
    digest_file_id("r", "a.txt", wanted);
    fine(f, index_find_content(f->reader, content, &file, &f->error));
    assert_string_equal(file.id, wanted);
    assert_string_equal(file.stamp.plugin_version, "1");
    index_file_free(&file);
    digest_bytes("cannot be read", 14, content);
    assert_int_equal(index_find_content(f->reader, content, &file, &f->error), PROSPECT_NOT_FOUND);
}

/* ---- moving and copying -------------------------------------------------------------------- */

static void a_document_moves_between_compartments_with_its_children(void **state)
{
    struct fixture *f = *state;
    struct access staff = {0};
    strlist_add(&staff.groups, "staff");
    struct document *d = doc("mail.eml", "Mail", "red");
    put(f, child_of(d, "a/b.txt", "green inside"));
    struct document *child = child_of(d, "a/b.txt", "green inside");
    fine(f, index_writer_put(f->writer, d, &f->error));
    put(f, child); /* after its container, as it has to be */
    commit(f);
    expect(f, "green", "mail.eml!/a/b.txt");

    only_for(d, "staff");
    fine(f, index_writer_put_from(f->writer, d->id, d, &f->error));
    commit(f);
    struct index_search all = {.q = "", .sort = SORT_TITLE};
    expect_of(f, &anybody, all, "-");
    expect_of(f, &staff, all, "mail.eml!/a/b.txt mail.eml");
    struct index_description *x = describe(f, "mail.eml");
    assert_int_equal(x->children.count, 1);
    index_description_free(&x);

    /* And back, by reading it anew: the child is gone until it is put. */
    d->restricted = false;
    put(f, d);
    commit(f);
    expect(f, "", "mail.eml");
    expect_of(f, &staff, all, "mail.eml");
    struct index_stats *s = stats(f);
    assert_int_equal(s->documents, 1);
    assert_int_equal(s->pages, 1);
    index_stats_free(&s);
    strlist_free(&staff.groups);
}

static void there_and_back_within_one_commit(void **state)
{
    struct fixture *f = *state;
    put(f, doc("a.txt", "A", "red"));
    commit(f);
    put(f, only_for(doc("a.txt", "A", "red two"), "x"));
    put(f, doc("a.txt", "A", "red three"));
    commit(f);
    expect(f, "red", "a.txt");
    expect(f, "three", "a.txt");
    expect_of(f, &admin, (struct index_search){.q = "red"}, "a.txt");
    struct index_stats *s = stats(f);
    assert_int_equal(s->documents, 1);
    index_stats_free(&s);
}

static void a_copy_takes_what_was_read_and_not_what_was_said(void **state)
{
    struct fixture *f = *state;
    struct document *a = doc("be/a.txt", "In the file", "red\fgreen");
    with_meta(a, "country", "BE");
    char source[DIGEST_ID_SIZE];
    strcpy(source, a->id);
    put(f, a);
    commit(f);
    struct document *b = doc("se/b.txt", NULL, NULL);
    with_meta(b, "country", "SE");
    digest_bytes("red\fgreen", 9, b->stamp.content);
    free(b->stamp.plugin);
    b->stamp.plugin = NULL;
    fine(f, index_writer_put_from(f->writer, source, b, &f->error));
    commit(f);
    expect(f, "green country:se", "se/b.txt");
    struct index_description *x = describe(f, "se/b.txt");
    assert_string_equal(x->fields.title, "In the file");
    assert_int_equal(x->n_units, 2);
    assert_string_equal(x->fields.mime, "text/plain");
    assert_string_equal(x->stamp.plugin, "text");
    assert_int_equal(x->fields.countries.count, 1);
    assert_string_equal(x->fields.duplicates.item[0], "r/be/a.txt");
    index_description_free(&x);

    digest_bytes("other", 5, b->stamp.content);
    assert_int_equal(index_writer_put_from(f->writer, source, b, &f->error), PROSPECT_NOT_FOUND);
    source[0] ^= 1;
    assert_int_equal(index_writer_put_from(f->writer, source, b, &f->error), PROSPECT_NOT_FOUND);
    document_free(&b);
    commit(f); /* a refusal loses nothing */
}

static void new_rules_hold_for_what_is_inside_too(void **state)
{
    struct fixture *f = *state;
    struct document *d = with_meta(doc("x.pdf", "Cover", "red"), "country", "SE");
    struct document *child = with_meta(child_of(d, "a.txt", "green"), "country", "SE");
    const char *key[] = {"title", "country", "programme"}, *now[] = {"New cover", "FI", "P"};
    char id[DIGEST_ID_SIZE];
    memcpy(id, child->id, sizeof id);
    fine(f, index_writer_put(f->writer, d, &f->error));
    put(f, child);
    commit(f);
    meta_free(&d->meta);
    for (size_t i = 0; i < 3; i++)
        with_meta(d, key[i], now[i]);
    fine(f, index_writer_put_from(f->writer, d->id, d, &f->error));
    commit(f);
    expect(f, "country:SE", "-");
    expect(f, "green country:FI", "x.pdf!/a.txt");
    struct index_description *x = NULL;
    fine(f, index_describe(f->reader, &admin, id, &x, &f->error));
    assert_string_not_equal(x->fields.title, "New cover");
    assert_string_equal(x->fields.programme, "P");
    index_description_free(&x);
    document_free(&d);
}

static void rebuilding_changes_nothing_that_is_seen(void **state)
{
    struct fixture *f = *state;
    struct document *d = doc("mail.eml", "Mail", "red\fpage two");
    fine(f, index_writer_put(f->writer, d, &f->error));
    put(f, child_of(d, "in.txt", "red inside"));
    document_free(&d);
    put(f, only_for(doc("b.txt", "B", "red secret"), "x"));
    for (int i = 0; i < 20; i++) {
        char path[16];
        snprintf(path, sizeof path, "n%02d", i);
        put(f, doc(path, path, path));
    }
    commit(f);
    char cursor[DIGEST_ID_SIZE] = "";
    int slices = 0;
    do {
        fine(f, index_writer_rebuild(f->writer, cursor, 5, &f->error));
        commit(f);
        assert_true(++slices < 10);
    } while (cursor[0]);
    assert_true(slices >= 5);
    struct index_stats *s = stats(f);
    assert_int_equal(s->documents, 22);
    assert_int_equal(s->pages, 24);
    index_stats_free(&s);
    expect(f, "red", "mail.eml!/in.txt mail.eml");
    expect(f, "n07", "n07");
    struct index_description *x = describe(f, "mail.eml");
    assert_int_equal(x->children.count, 1);
    index_description_free(&x);
}

static void roots_that_are_not_kept_go(void **state)
{
    struct fixture *f = *state;
    static const char *const keep[] = {"r"};
    struct document *d = doc("b.txt", "B", "red");
    free(d->root);
    d->root = mem_strdup("gone");
    put(f, d);
    put(f, doc("a.txt", "A", "red too"));
    commit(f);
    fine(f, index_writer_keep_roots(f->writer, keep, 1, &f->error));
    commit(f);
    expect(f, "red", "a.txt");
    fine(f, index_writer_keep_roots(f->writer, NULL, 0, &f->error));
    commit(f);
    expect(f, "red", "-");
}

/* ---- failures ------------------------------------------------------------------------------ */

static void every_trouble_is_listed_and_counts_add_up(void **state)
{
    struct fixture *f = *state;
    struct document *broken = doc("z/broken.pdf", NULL, NULL), *half = doc("half.pdf", "H", "some");
    struct document *unknown = doc("film.mp4", NULL, NULL), *cut = doc("cut.txt", "C", "cut text");
    broken->status = PROSPECT_ENCRYPTED;
    broken->reason = mem_strdup("It needs a password");
    broken->tries = 2;
    broken->since = 99;
    broken->next_try = 100;
    half->status = PROSPECT_CRASHED;
    half->reason = mem_strdup("The reader died");
    unknown->status = PROSPECT_UNSUPPORTED;
    unknown->reason = mem_strdup("No plugin reads video/mp4");
    strlist_add(&cut->cuts, "page 7 cannot be read");
    strlist_add(&cut->cuts, "page 9 cannot be read");
    put(f, broken);
    put(f, half);
    put(f, unknown);
    put(f, cut);
    put(f, doc("good.txt", "G", "good"));
    commit(f);
    struct index_failures *x;
    fine(f, index_failures(f->reader, &anybody, 0, 100, 20000, &x, &f->error));
    assert_int_equal(x->total, 4);
    assert_int_equal(x->count, 4);
    assert_string_equal(x->item[0].path, "cut.txt");
    assert_string_equal(x->item[0].detail, "page 7 cannot be read; page 9 cannot be read");
    assert_true(x->item[0].partial && x->item[1].partial && x->item[2].partial);
    assert_string_equal(x->item[1].path, "film.mp4");
    assert_string_equal(x->item[2].path, "half.pdf");
    assert_string_equal(x->item[3].path, "z/broken.pdf");
    assert_int_equal(x->item[3].status, PROSPECT_ENCRYPTED);
    assert_string_equal(x->item[3].detail, "It needs a password");
    assert_false(x->item[3].partial);
    assert_int_equal(x->item[3].tries, 2);
    assert_int_equal(x->item[3].next_try, 100);
    index_failures_free(&x);
    fine(f, index_failures(f->reader, &anybody, 3, 100, 20000, &x, &f->error));
    assert_int_equal(x->count, 1);
    index_failures_free(&x);
    fine(f, index_failures(f->reader, &anybody, UINT64_MAX, 100, 20000, &x, &f->error));
    assert_int_equal(x->count, 0);
    assert_false(x->partial);
    index_failures_free(&x);
    fine(f, index_failures(f->reader, &anybody, 0, 100, 0, &x, &f->error)); /* no time at all */
    assert_int_equal(x->total, 4);
    assert_true(x->partial);
    index_failures_free(&x);
    struct index_stats *s = stats(f);
    assert_int_equal(s->n_roots, 1);
    assert_string_equal(s->roots[0].name, "r");
    assert_int_equal(s->roots[0].indexed, 4);
    assert_int_equal(s->roots[0].failed, 1);
    assert_int_equal(s->documents, 5);
    index_stats_free(&s);
    expect(f, "broken", "z/broken.pdf");
    expect(f, "film", "film.mp4");
    put(f, doc("z/broken.pdf", "Mended", "mended"));
    commit(f);
    fine(f, index_failures(f->reader, &anybody, 0, 1, 20000, &x, &f->error));
    assert_int_equal(x->total, 3);
    index_failures_free(&x);
}

/* ---- limits -------------------------------------------------------------------------------- */

static void the_65th_set_of_groups_is_refused(void **state)
{
    struct fixture *f = *state;
    char group[16], path[16];
    for (int i = 0; i < COMPARTMENTS_MAX; i++) {
        snprintf(group, sizeof group, "g%d", i);
        snprintf(path, sizeof path, "%d", i);
        put(f, only_for(doc(path, path, "red"), group));
    }
    struct document *d = only_for(doc("over", "over", "red"), "one,more");
    assert_int_equal(index_writer_put(f->writer, d, &f->error), PROSPECT_LIMIT);
    assert_non_null(strstr(f->error.line, "64"));
    document_free(&d);
    commit(f);
    struct index_result *res = ask(f, &admin, (struct index_search){.q = "red"});
    assert_int_equal(res->n_hits, 1); /* all of one content */
    index_result_free(&res);
    struct index_stats *s = stats(f);
    assert_int_equal(s->documents, COMPARTMENTS_MAX);
    index_stats_free(&s);
}

static void any_path_and_name_can_be_indexed(void **state)
{
    struct fixture *f = *state;
    char path[4097], all[256] = "";
    for (int i = 1; i < 256; i++)
        all[i - 1] = (char)i;
    for (size_t i = 0; i < sizeof path - 1; i++)
        path[i] = i % 100 == 99 ? '/' : (char)('a' + i % 26);
    path[sizeof path - 1] = '\0';
    struct document *d = doc(all, NULL, "red one");
    with_meta(with_meta(d, "programme", path), "event", all);
    with_meta(with_meta(d, "creator", all), "concept", path);
    put(f, d);
    put(f, doc(path, NULL, "red two"));
    commit(f);
    struct index_description *x = describe(f, all);
    assert_string_equal(x->fields.path, all);
    index_description_free(&x);
    x = describe(f, path);
    assert_string_equal(x->fields.path, path);
    index_description_free(&x);
    struct index_result *res =
        ask(f, &anybody, (struct index_search){.q = "red", .facets = ~0u, .snippets = true});
    assert_int_equal(res->n_hits, 2);
    index_result_free(&res);
    char id[DIGEST_ID_SIZE];
    digest_file_id("r", all, id);
    fine(f, index_writer_remove(f->writer, id, &f->error));
    commit(f);
    expect(f, "red", path);
}

static void odd_ids_find_nothing(void **state)
{
    struct fixture *f = *state;
    struct index_description *d;
    char longest[5000];
    memset(longest, 'f', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    put(f, doc("a.txt", "A", "red"));
    commit(f);
    const char *const ids[] = {"", "x", "../../etc/passwd", longest, "\x01\xff"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        assert_int_equal(index_describe(f->reader, &admin, ids[i], &d, &f->error),
                         PROSPECT_NOT_FOUND);
}

#define with_index(test) cmocka_unit_test_setup_teardown(test, fixture_new, fixture_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_index(nothing_is_seen_before_the_commit),
        with_index(a_new_version_takes_the_place_of_the_old),
        with_index(text_and_description_come_back),
        with_index(stamps_of_a_root_and_of_a_file),
        with_index(content_is_found_again),
        with_index(a_document_moves_between_compartments_with_its_children),
        with_index(there_and_back_within_one_commit),
        with_index(a_copy_takes_what_was_read_and_not_what_was_said),
        with_index(new_rules_hold_for_what_is_inside_too),
        with_index(rebuilding_changes_nothing_that_is_seen),
        with_index(roots_that_are_not_kept_go),
        with_index(every_trouble_is_listed_and_counts_add_up),
        with_index(the_65th_set_of_groups_is_refused),
        with_index(any_path_and_name_can_be_indexed),
        with_index(odd_ids_find_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
