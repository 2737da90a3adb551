/* The search page's own files, built into the program from daemon/web/ (see daemon/web/embed.awk).
 */
#ifndef PROSPECT_WEB_H
#define PROSPECT_WEB_H

#include <stddef.h>

extern const unsigned char web_style[];
extern const size_t web_style_size;

#endif
