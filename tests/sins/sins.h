/* All the sins that a plugin can commit while it reads a document. Two plugins commit them:
 * by_type.c those that the document's type names (application/x-prospect-test-NAME), text/hostile.c
 * those that begin a text.
 */
#ifndef TESTS_SINS_H
#define TESTS_SINS_H

#include <prospect/plugin.h>

#include <stdbool.h>
#include <stddef.h>

/* False if there is no sin of this NAME; some do not return. */
bool sins_commit(const char *name, size_t length, prospect_sink *sink, prospect_status *status);

#endif
