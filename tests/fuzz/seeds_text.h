/* For plugin-fuzz.c: texts of each kind that the plugin knows. */
#define FUZZ_TYPES                                                                                 \
    "text/plain", "text/markdown", "text/csv", "application/json", "text/x-log",                   \
        "text/tab-separated-values"
#define FUZZ_SEEDS                                                                                 \
    "First page\fSecond page\r\nwith a line\n\n\fThird\n",                                         \
        "---\ntitle: A plan\n---\n# One\n\ntext *and* [link](http://x)\n\n## Two\n\n| a | b |\n|-" \
        "--|---|\n| 1 | 2 |\n\n```\ncode\n```\n",                                                  \
        "name,\"a, b\",c\n1,\"two\nlines\",3\n", "a\tb\tc\n1\t2\t3\n",                             \
        "{\"title\": \"x\", \"list\": [1, 2.5e3, null, \"\\u00e9\\ud800\"], \"o\": {\"k\": "       \
        "true}}",                                                                                  \
        "caf\xe9 \x93quoted\x94 \xe1\xe2\xe3", "\xef\xbb\xbfwith a mark", "\xff\xfew\x01o\x01"
