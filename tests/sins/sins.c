/* The sins themselves. */
#include "tests/sins/sins.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* So that no compiler sees what will happen. */
static volatile int for_ever = 1;

static prospect_status begin(prospect_sink *sink, uint32_t number)
{
    return sink->unit_begin(sink, &(prospect_unit){.number = number, .kind = PROSPECT_SECTION});
}

static prospect_status say(prospect_sink *sink, const char *text)
{
    return sink->text(sink, PROSPECT_BODY, text, strlen(text));
}

static prospect_status page(prospect_sink *sink, uint32_t number, const char *text)
{
    prospect_status status = begin(sink, number);
    if (status == PROSPECT_OK)
        status = say(sink, text);
    return status == PROSPECT_OK ? sink->unit_end(sink) : status;
}

static prospect_status crash(prospect_sink *sink)
{
    static int *volatile nowhere;
    page(sink, 1, "kept");
    *nowhere = 1;
    return PROSPECT_OK;
}

static prospect_status give_up(prospect_sink *sink)
{
    page(sink, 1, "kept");
    abort();
}

static int deeper(volatile char *above)
{
    volatile char here[4096];
    here[0] = above[0];
    return (for_ever ? deeper(here) : 0) + here[0];
}

static prospect_status overflow(prospect_sink *sink)
{
    volatile char here[1] = {0};
    page(sink, 1, "kept");
    return (prospect_status)deeper(here);
}

static prospect_status hang(prospect_sink *sink)
{
    page(sink, 1, "kept");
    while (for_ever)
        sleep(1000);
    return PROSPECT_OK;
}

static prospect_status spin(prospect_sink *sink)
{
    page(sink, 1, "kept");
    while (for_ever)
        ;
    return PROSPECT_OK;
}

/* Stops when it is told to. */
static prospect_status flood(prospect_sink *sink)
{
    prospect_status status = begin(sink, 1);
    while (status == PROSPECT_OK)
        status = say(sink, "again and again and again, ");
    return status;
}

/* Never listens. */
static prospect_status deaf(prospect_sink *sink)
{
    for (uint32_t n = 1; for_ever; n++)
        page(sink, n, "again and again and again");
    return PROSPECT_OK;
}

static prospect_status endless_units(prospect_sink *sink)
{
    prospect_status status = PROSPECT_OK;
    for (uint32_t n = 1; status == PROSPECT_OK; n++) {
        status = begin(sink, n);
        if (status == PROSPECT_OK)
            status = sink->unit_end(sink);
    }
    return status;
}

static prospect_status chatter(prospect_sink *sink)
{
    while (for_ever) {
        sink->warning(sink, "odd");
        sink->cut(sink, "cut");
        sink->meta(sink, "title", "title", "x", PROSPECT_GUESS);
    }
    return PROSPECT_OK;
}

static prospect_status eat_memory(prospect_sink *sink)
{
    enum {
        PIECE = 16 << 20
    };
    page(sink, 1, "kept");
    for (char *piece; (piece = malloc(PIECE));)
        memset(piece, 1, PIECE);
    return PROSPECT_MEMORY;
}

static prospect_status leave(prospect_sink *sink)
{
    page(sink, 1, "kept");
    _exit(0);
}

static prospect_status garbage(prospect_sink *sink)
{
    static const char bytes[] = "no frame at all, but long enough to look like the head of one";
    page(sink, 1, "kept");
    for (int fd = 3; fd < 16; fd++)
        if (write(fd, bytes, sizeof bytes) < 0)
            continue;
    return PROSPECT_OK;
}

static prospect_status close_all(prospect_sink *sink)
{
    page(sink, 1, "kept");
    close_range(0, ~0U, 0);
    return page(sink, 2, "lost");
}

static prospect_status write_file(prospect_sink *sink)
{
    int fd = memfd_create("x", 0);
    page(sink, 1, "kept");
    if (write(fd, "x", 1) == 1)
        return PROSPECT_OK;
    return PROSPECT_IO;
}

/* Leaves a process behind that holds everything open. */
static prospect_status orphan(prospect_sink *sink)
{
    if (fork() == 0)
        while (for_ever)
            sleep(1000);
    return page(sink, 1, "kept");
}

static prospect_status family(prospect_sink *sink)
{
    if (fork() == 0)
        while (for_ever)
            sleep(1000);
    return hang(sink);
}

static prospect_status bad_utf8(prospect_sink *sink)
{
    sink->meta(sink, "title", "caf\xe9", "x", PROSPECT_GUESS);
    return page(sink, 1, "caf\xe9 \xed\xa0\x80 \xc0\x80");
}

static prospect_status wrong_order(prospect_sink *sink)
{
    page(sink, 3, "three");
    page(sink, 1, "one");
    return PROSPECT_OK;
}

static prospect_status unit_in_unit(prospect_sink *sink)
{
    begin(sink, 1);
    begin(sink, 2);
    return PROSPECT_OK;
}

static prospect_status two_kinds(prospect_sink *sink)
{
    page(sink, 1, "section");
    sink->unit_begin(sink, &(prospect_unit){.number = 2, .kind = PROSPECT_PAGE});
    return PROSPECT_OK;
}

static prospect_status stray_text(prospect_sink *sink)
{
    say(sink, "nowhere");
    return PROSPECT_OK;
}

static prospect_status more_of_nothing(prospect_sink *sink)
{
    begin(sink, 1);
    sink->text_more(sink, "more", 4);
    return PROSPECT_OK;
}

static prospect_status bad_meta(prospect_sink *sink)
{
    sink->meta(sink, NULL, NULL, NULL, (prospect_confidence)9);
    return PROSPECT_OK;
}

static prospect_status bad_boxes(prospect_sink *sink)
{
    static const prospect_box box[] = {{0, 4, 0, 0, 1, 1},          {4, 1, 0, 0, 1, 1},
                                       {0, 0xFFFFFFFF, 0, 0, 1, 1}, {0, 1, -9, 0, -8, 1},
                                       {0, 1, 1, 0, 0, 1},          {0, 1, NAN, 0, INFINITY, 1}};
    begin(sink, 1);
    say(sink, "word");
    sink->boxes(sink, box, sizeof box / sizeof *box);
    return sink->unit_end(sink);
}

static prospect_status children(prospect_sink *sink)
{
    prospect_status status = page(sink, 1, "kept");
    for (int i = 0; status == PROSPECT_OK && i < 2; i++) {
        status = sink->child_begin(sink, "in/a.txt", 8, "text/plain");
        if (status == PROSPECT_OK)
            status = sink->child_data(sink, "hello", 5);
        if (status == PROSPECT_OK)
            status = sink->child_end(sink);
    }
    return status;
}

static prospect_status many_children(prospect_sink *sink)
{
    prospect_status status = page(sink, 1, "kept");
    while (status == PROSPECT_OK) {
        status = sink->child_begin(sink, "a", 1, NULL);
        if (status == PROSPECT_OK)
            status = sink->child_end(sink);
    }
    return status;
}

static prospect_status large_child(prospect_sink *sink)
{
    static const char block[65536];
    prospect_status status = page(sink, 1, "kept");
    if (status == PROSPECT_OK)
        status = sink->child_begin(sink, "a", 1, NULL);
    while (status == PROSPECT_OK)
        status = sink->child_data(sink, block, sizeof block);
    return status;
}

static prospect_status odd_status(prospect_sink *sink)
{
    page(sink, 1, "kept");
    return (prospect_status)77;
}

static prospect_status explained(prospect_sink *sink)
{
    page(sink, 1, "kept");
    return sink->fail(sink, PROSPECT_ENCRYPTED, "needs the password of the archive");
}

static prospect_status unexplained(prospect_sink *sink)
{
    page(sink, 1, "kept");
    return PROSPECT_DAMAGED;
}

/* One text over many frames, and strings longer than any frame. */
static prospect_status huge(prospect_sink *sink)
{
    size_t length = 3 << 20;
    char *text = malloc(length + 1);
    for (size_t i = 0; i < length; i += 2)
        memcpy(text + i, "\xc3\xa9", 2);
    text[length] = '\0';
    prospect_status status = sink->unit_begin(
        sink, &(prospect_unit){.number = 1, .label = text, .heading = text, .lang = text});
    if (status == PROSPECT_OK)
        status = sink->text(sink, PROSPECT_BODY, text, length);
    if (status == PROSPECT_OK)
        status = sink->unit_end(sink);
    sink->meta(sink, "title", text, text, PROSPECT_GUESS);
    free(text);
    return status;
}

static const struct {
    const char *name;
    prospect_status (*commit)(prospect_sink *);
} sins[] = {
    {"crash", crash},
    {"abort", give_up},
    {"stack", overflow},
    {"hang", hang},
    {"spin", spin},
    {"flood", flood},
    {"deaf", deaf},
    {"units", endless_units},
    {"chatter", chatter},
    {"memory", eat_memory},
    {"exit", leave},
    {"garbage", garbage},
    {"close", close_all},
    {"write", write_file},
    {"orphan", orphan},
    {"family", family},
    {"utf8", bad_utf8},
    {"order", wrong_order},
    {"nested", unit_in_unit},
    {"kinds", two_kinds},
    {"stray", stray_text},
    {"more", more_of_nothing},
    {"meta", bad_meta},
    {"boxes", bad_boxes},
    {"children", children},
    {"many-children", many_children},
    {"large-child", large_child},
    {"status", odd_status},
    {"explained", explained},
    {"unexplained", unexplained},
    {"huge", huge},
};

bool sins_commit(const char *name, size_t length, prospect_sink *sink, prospect_status *status)
{
    for (size_t i = 0; i < sizeof sins / sizeof *sins; i++) {
        if (strlen(sins[i].name) != length || memcmp(sins[i].name, name, length) != 0)
            continue;
        *status = sins[i].commit(sink);
        return true;
    }
    return false;
}
