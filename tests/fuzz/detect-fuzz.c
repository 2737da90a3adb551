/* Any bytes as a file: what the rules beside libmagic say of them. */
#include "daemon/detect_text.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

const char *const fuzz_seeds[] = {"<!-- x --><?pi?> <!DOCTYPE html><html>",
                                  "<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html xmlns='y'>",
                                  "\xff\xfeW\x01o\x01r\x01 \x01",
                                  "\xef\xbb\xbf<p class=x>words</p>",
                                  "plain words\n",
                                  NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    const char *wide = detect_utf16(bytes, size);
    FUZZ_CHECK(!wide || strncmp(wide, "utf-16", 6) == 0);
    FUZZ_CHECK(!detect_is_text(bytes, size) || !memchr(bytes, 0, size));
    detect_is_html(bytes, size, false);
    detect_is_html(bytes, size, true);
    FUZZ_CHECK(!detect_is_xhtml(bytes, size) || memmem(bytes, size, "<?xml", 5));
    return 0;
}
