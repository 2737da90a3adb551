/* The C side of CLD2, which is C++. No exception comes out. */
#ifndef PROSPECT_TEXT_CLD2_H
#define PROSPECT_TEXT_CLD2_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The language that most of TEXT (valid UTF-8) is in, by CLD2's own code ("en", "iw", "zh-Hant"),
 * static storage; "un" where it cannot tell. HINT is a code or "". *RELIABLE: CLD2 is sure. */
const char *cld2_detect(const char *text, size_t length, const char *hint, bool *reliable);

#ifdef __cplusplus
}
#endif
#endif
