/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugins/pdf.h"

#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX 20000
#define DEPTH_MAX   12
#define HEADING_MAX 500

struct walk {
    PopplerDocument *document;
    char **heading;
    int n_pages, entries;
};

/* The page that DEST leads to, from 1; 0 if none. */
static int page_of(PopplerDocument *document, PopplerDest *dest)
{
    if (!dest)
        return 0;
    if (dest->type != POPPLER_DEST_NAMED)
        return dest->page_num;
    PopplerDest *found =
        dest->named_dest ? poppler_document_find_dest(document, dest->named_dest) : NULL;
    int page = found ? found->page_num : 0;
    if (found)
        poppler_dest_free(found);
    return page;
}

static void take_entry(struct walk *w, PopplerIndexIter *iter)
{
    PopplerAction *action = poppler_index_iter_get_action(iter);
    if (!action)
        return;
    if (action->type == POPPLER_ACTION_GOTO_DEST) {
        int page = page_of(w->document, action->goto_dest.dest);
        if (page >= 1 && page <= w->n_pages && !w->heading[page - 1] && action->any.title) {
            char *valid = g_utf8_make_valid(action->any.title, -1);
            w->heading[page - 1] = text_squeeze(valid, HEADING_MAX);
            g_free(valid);
        }
    }
    poppler_action_free(action);
}

static void walk(struct walk *w, PopplerIndexIter *iter, int depth)
{
    do {
        take_entry(w, iter);
        PopplerIndexIter *child = depth < DEPTH_MAX && w->entries < ENTRIES_MAX
                                      ? poppler_index_iter_get_child(iter)
                                      : NULL;
        if (child) {
            walk(w, child, depth + 1);
            poppler_index_iter_free(child);
        }
    } while (++w->entries < ENTRIES_MAX && poppler_index_iter_next(iter));
}

char **pdf_outline_new(PopplerDocument *document, int n_pages)
{
    PopplerIndexIter *iter = n_pages > 0 ? poppler_index_iter_new(document) : NULL;
    if (!iter)
        return NULL;
    struct walk w = {document, calloc((size_t)n_pages, sizeof(char *)), n_pages, 0};
    if (w.heading)
        walk(&w, iter, 0);
    poppler_index_iter_free(iter);
    return w.heading;
}

void pdf_outline_free(char ***outline, int n_pages)
{
    for (int i = 0; *outline && i < n_pages; i++)
        free((*outline)[i]);
    free(*outline);
    *outline = NULL;
}
