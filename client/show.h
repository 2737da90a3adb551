/* Text from the daemon on a terminal: nothing in it can move the cursor, ring the bell or turn the
 * direction of writing. */
#ifndef PROSPECT_CLIENT_SHOW_H
#define PROSPECT_CLIENT_SHOW_H

#include "client/client.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/* Control characters as \x1b, turners of direction as \u202e, bytes that are no UTF-8 as \xff; line
 * feeds and tabs as blanks. */
void show_text(FILE *to, const char *text);
/* The member "path" of OBJECT, exactly: by path_bytes where it has one. */
void show_path(FILE *to, const json_t *object);
/* A snippet: HTML-escaped text with <mark>, which becomes BEGIN and END. */
void show_marked(FILE *to, const char *html, const char *begin, const char *end);
/* "1.2 MB". */
void show_bytes(FILE *to, uint64_t bytes);

/* Colours, "" where none are wanted. */
const char *show_style(const struct client *c, const char *sgr);

#endif
