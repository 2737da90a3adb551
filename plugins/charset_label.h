/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The labels that documents put on their encodings ("latin2", "x-cp1250", "MS_Kanji"), and the
 * names that converters have. Pure.
 */
#ifndef PROSPECT_PLUGINS_CHARSET_LABEL_H
#define PROSPECT_PLUGINS_CHARSET_LABEL_H

#include <stddef.h>

/* The name of the encoding that LABEL stands for: static, or LABEL itself where it is none that is
 * known. Some mean a wider encoding than they say, as the Encoding Standard of the WHATWG has it:
 * "iso-8859-1" is windows-1252. Case and punctuation do not matter. */
const char *charset_real_name(const char *label);

/* Every name that charset_real_name() may give and that takes a converter, ended by NULL. */
extern const char *const charset_names[];

#endif
