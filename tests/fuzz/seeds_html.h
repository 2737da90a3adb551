/* For plugin-fuzz.c: what HTML and XML come as, and meanly. */
#define FUZZ_TYPES "text/html", "application/xhtml+xml", "text/xml"
#define FUZZ_SEEDS                                                                                 \
    "<!DOCTYPE html><html lang=\"en\"><head><title>A law &amp; more</title><meta charset=utf-8>"   \
    "<meta name=\"dc.date\" content=\"2016-10-18\"></head><body><nav>Home</nav><h1>Pay</h1><p>Gap" \
    "<table><tr><td>1<td>2</table><ul><li>one<li>two</ul><script>if (a<b)</script></body></html>", \
        "<?xml version='1.0' encoding='iso-8859-1'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;\xe9"      \
        "<![CDATA[<d>]]></a>",                                                                     \
        "<p>&#0;&#x110000;&nbsp;&bogus;<b><i></b></i><!-- --!><p hidden>gone<style>p{}</style>",   \
        "\xff\xfe<\0p\0>\0",                                                                       \
        "<meta http-equiv=content-type content='text/html;charset=utf-7'>+ADw-"
