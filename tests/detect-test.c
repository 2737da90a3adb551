/* Real bytes and what they are. */
#include "daemon/detect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define BYTES(s) s, sizeof(s) - 1
#define PDF      "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
#define OLE      "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#define ZIP                                                                                        \
    "PK\3\4\x14\0\0\0\0\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\5\0\0\0a.txt"                             \
    "PK\1\2\x14\0\x14\0\0\0\0\0\0\0!"                                                              \
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\5\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0a.txt"
#define ODT                                                                                        \
    "PK\3\4\x14\0\0\0\0\0\0\0!\0\x5e\xc6\x32\x0c\x27\0\0\0\x27\0\0\0\x8\0\0\0mimetype"             \
    "application/vnd.oasis.opendocument.text"

struct sample {
    const char *name;
    const char *bytes;
    size_t length;
    const char *mime;
    const char *encoding; /* NULL: any */
};

static const struct sample samples[] = {
    {"empty.pdf", BYTES(""), "inode/x-empty", ""},
    {"a.txt", BYTES("Just some words.\n"), "text/plain", NULL},
    {"a", BYTES("Just some words, and no name.\n"), "text/plain", NULL},
    {"a.txt", BYTES("Caf\xc3\xa9 na\xc3\xafve\n"), "text/plain", "utf-8"},
    {"a.txt", BYTES("Caf\xe9 na\xefve\n"), "text/plain", ""},
    {"a.txt",
     BYTES("word \x01\x02 control bytes in an old text file of some length, which is long "
           "enough for a few of them to be forgiven: we go on and on and on and on and on "
           "and on and on and on and on and on and on and on and on and on and on and on "
           "and on and on and on and on and on and on and on and on and on and on and on "
           "and on and on and on and on and on and on and on and on and on and on and on "
           "and on and on and on and on and on and on and on and on and on and on and on "
           "and on and on and on and on and on and on and on and on and on and on and on "
           "and on and on and on and on and on and on and on and on and on and on and on "
           "and on and on and on and on and on and on and on and on and on and on and on "
           "and on and on and on and on and on and on and on and on and on and on and on "
           "and on and on and on and on and on and on and on and on and on and on and on "
           "and on and on and on and on and on and on and on and on and on and on and on "
           "and on and on and on and on and on and on and on and on and on and on and on "
           "and on and on and on and on and on and on and on and on and on and on.\n"),
     "text/plain", NULL},
    {"notes.txt", BYTES("#include <stdio.h>\nint main(void) { return 0; }\n"), "text/plain", NULL},
    {"notes.txt", BYTES("From: a@b.eu\nTo: c@d.eu\nSubject: minutes\n\nText\n"), "text/plain",
     NULL},
    {"notes.txt", BYTES("BM is how a picture begins, and this sentence as well.\n"), "text/plain",
     NULL},
    {"a.eml", BYTES("From: a@b.eu\nTo: c@d.eu\nSubject: minutes\n\nText\n"), "message/rfc822",
     NULL},
    {"main.c", BYTES("#include <stdio.h>\nint main(void)\n{\n    return 0;\n}\n"), "text/x-c",
     NULL},
    {"a.py", BYTES("#!/usr/bin/env python3\nimport os\nprint(os.getcwd())\n"),
     "text/x-script.python", NULL},
    {"README.md", BYTES("# Title\n\nWords.\n"), "text/markdown", NULL},
    {"README.markdown", BYTES("<div align=center>\n\n# Title\n</div>\n"), "text/markdown", NULL},
    {"a.html", BYTES("<!DOCTYPE html><html><body>x</body></html>\n"), "text/html", NULL},
    {"a", BYTES("<p>A fragment, <b>without</b> any head.</p>\n"), "text/html", NULL},
    {"a", BYTES("\xef\xbb\xbf<!-- by hand -->\n<h2 class=x>A fragment</h2>\n"), "text/html", NULL},
    {"a.htm", BYTES("No tag at all at the beginning of this page.<br>\n"), "text/html", NULL},
    {"talk.txt", BYTES("The page began with <html> and ended with </html>.\n"), "text/plain", NULL},
    {"a", BYTES("<pagination>3</pagination>\n"), "text/plain", NULL},
    {"a.xhtml", BYTES("<?xml version=\"1.0\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\"/>\n"),
     "application/xhtml+xml", NULL},
    {"a.html",
     BYTES("<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 "
           "Strict//EN\" \"x\">\n<html xmlns=\"http://www.w3.org/1999/xhtml\"></html>\n"),
     "application/xhtml+xml", NULL},
    {"a.xml", BYTES("<?xml version=\"1.0\"?>\n<list><p>x</p></list>\n"), "text/xml", NULL},
    {"a.json", BYTES("{\"a\": [1, 2, {\"b\": null}]}\n"), "application/json", NULL},
    {"a.csv", BYTES("country,year,gap\nBE,2012,10.2\nSE,2012,15.9\n"), "text/csv", NULL},
    {"a.tsv", BYTES("country\tyear\nBE\t2012\n"), "text/tab-separated-values", NULL},
    {"a.srt", BYTES("1\n00:00:01,000 --> 00:00:02,000\nHello.\n"), "application/x-subrip", NULL},
    {"a.ics", BYTES("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"), "text/calendar", NULL},
    {"le.txt", BYTES("\xff\xfeW\0o\0r\0d\0 \0o\0n\0e\0"), "text/plain", "utf-16le"},
    {"be.txt", BYTES("\xfe\xff\0W\0o\0r\0d\0 \0o\0n\0e"), "text/plain", "utf-16be"},
    {"le", BYTES("W\0o\0r\0d\0 \0o\0n\0e\0,\0 \0t\0w\0o\0"), "text/plain", "utf-16le"},
    {"be", BYTES("\0W\0o\0r\0d\0 \0o\0n\0e\0,\0 \0t\0w\0o"), "text/plain", "utf-16be"},
    {"gr", BYTES("\x99\x03\xc3\x03\xcc\x03\xc4\x03\xb7\x03 \0\xba\x03\xb1\x03\xb9\x03 \0"),
     "text/plain", "utf-16le"},
    {"le.html", BYTES("\xff\xfe<\0h\0t\0m\0l\0>\0x\0 \0y\0"), "text/html", "utf-16le"},
    {"le", BYTES("\xff\xfe<\0p\0>\0x\0 \0y\0 \0z\0"), "text/html", "utf-16le"},
    {"noise", BYTES("\x00\x01\x02\x03\x93\xa7\xf1\xfe\x80\x81\x00\x00\x13\x99\x07\xbb"),
     "application/octet-stream", ""},
    {"noise.txt", BYTES("\x00\x01\x02\x03\x93\xa7\xf1\xfe\x80\x81\x00\x00\x13\x99\x07\xbb"),
     "application/octet-stream", ""},
    {"a.pdf", BYTES(PDF), "application/pdf", ""},
    {"a", BYTES("HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n" PDF), "application/pdf",
     ""},
    {"a.pdf", BYTES("\n\n\0\0junk\n%PDF-1.7\ncut in the middle"), "application/pdf", ""},
    {"a.txt", BYTES("A PDF begins with %PDF-1.4 and a line feed.\n"), "text/plain", NULL},
    {"a.pdf", BYTES("UPDF-1\x99\n%\xe2\xe3\n1 0 obj\n<</Kids [2 0 R]>>\n"), "application/pdf", ""},
    {"a.pdf", BYTES("not even a pdf file\n"), "application/pdf", ""},
    {"a.pdf", BYTES("<!DOCTYPE html><title>404 Not found</title>\n"), "text/html", NULL},
    {"a.zip", BYTES(ZIP), "application/zip", ""},
    {"a.docx", BYTES(ZIP),
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ""},
    {"A.PPTX", BYTES(ZIP),
     "application/vnd.openxmlformats-officedocument.presentationml.presentation", ""},
    {"a.bin", BYTES(ODT), "application/vnd.oasis.opendocument.text", ""},
    {"a.docx", BYTES("no archive at all\n"), "text/plain", NULL},
    {"a.doc", BYTES(OLE "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x3e\0\3\0\xfe\xff\x9\0"),
     "application/msword", ""},
    {"a.ppt", BYTES(OLE "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x3e\0\3\0\xfe\xff\x9\0"),
     "application/vnd.ms-powerpoint", ""},
    {"a.png", BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x8\6\0\0\0"), "image/png", ""},
    {"x.prospect-test-crash", BYTES("anything"), "application/x-prospect-test-crash", ""},
    {"x.prospect-test-Crash", BYTES("anything\n"), "text/plain", NULL},
    {"x.prospect-test-", BYTES("anything\n"), "text/plain", NULL},
};

static int file_of(const char *bytes, size_t length)
{
    int fd = memfd_create("sample", MFD_CLOEXEC);
    assert_int_equal(write(fd, bytes, length), length);
    assert_int_equal(lseek(fd, 1, SEEK_SET), 1);
    return fd;
}

static void bytes_and_names_tell_the_type(void **state)
{
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const struct sample *s = &samples[i];
        struct detection found;
        struct error error;
        int fd = file_of(s->bytes, s->length);
        assert_int_equal(detector_look(*state, fd, s->length, s->name, &found, &error),
                         PROSPECT_OK);
        assert_int_equal(lseek(fd, 0, SEEK_CUR), 1);
        close(fd);
        if (strcmp(found.mime, s->mime) == 0 &&
            (!s->encoding || strcmp(found.encoding, s->encoding) == 0))
            continue;
        print_error("row %zu, %s: %s %s, expected %s %s\n", i, s->name, found.mime, found.encoding,
                    s->mime, s->encoding ? s->encoding : "");
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void any_beginning_of_any_sample_has_some_type(void **state)
{
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        for (size_t n = 0; n < samples[i].length; n += 1 + samples[i].length / 16) {
            struct detection found;
            struct error error;
            int fd = file_of(samples[i].bytes, n);
            assert_int_equal(detector_look(*state, fd, n, samples[i].name, &found, &error),
                             PROSPECT_OK);
            assert_non_null(strchr(found.mime, '/'));
            close(fd);
        }
}

static void what_cannot_be_read_is_an_error(void **state)
{
    struct detection found;
    struct error error;
    assert_int_equal(detector_look(*state, -1, 10, "a.txt", &found, &error), PROSPECT_IO);
}

static int set_up(void **state)
{
    struct error error;
    return detector_new((struct detector **)state, &error) == PROSPECT_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    detector_free((struct detector **)state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_and_names_tell_the_type),
        cmocka_unit_test(any_beginning_of_any_sample_has_some_type),
        cmocka_unit_test(what_cannot_be_read_is_an_error),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
