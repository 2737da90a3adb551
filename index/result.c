/* Freeing what the index hands out. */
#include "index/record.h"

#include <stdlib.h>

static void pick_clear(struct index_pick *p)
{
    free(p->label);
    free(p->heading);
    free(p->snippet);
}

static void explanation_free(struct index_explanation *e)
{
    for (size_t i = 0; e && i < e->count; i++) {
        for (size_t f = 0; f < e->reasons[i].n_forms; f++)
            free(e->reasons[i].forms[f].form);
        free(e->reasons[i].forms);
        free(e->reasons[i].word);
    }
    if (e)
        free(e->reasons);
    free(e);
}

static void hit_clear(struct index_hit *h)
{
    index_fields_free(&h->fields);
    pick_clear(&h->best);
    for (unsigned i = 0; i < h->n_more; i++)
        pick_clear(&h->more[i]);
    explanation_free(h->explanation);
}

static void facet_clear(struct index_facet *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->values[i].value);
    free(f->values);
}

void index_result_free(struct index_result **res)
{
    struct index_result *r = *res;
    if (!r)
        return;
    free(r->parsed);
    free(r->did_you_mean);
    for (size_t i = 0; i < r->n_hits; i++)
        hit_clear(&r->hits[i]);
    free(r->hits);
    for (size_t i = 0; i < r->n_facets; i++)
        facet_clear(&r->facets[i]);
    free(r->facets);
    for (size_t i = 0; i < r->n_expansions; i++) {
        free(r->expansions[i].term);
        strlist_free(&r->expansions[i].also);
    }
    free(r->expansions);
    free(r);
    *res = NULL;
}

void index_description_free(struct index_description **d)
{
    struct index_description *x = *d;
    if (!x)
        return;
    index_fields_free(&x->fields);
    unit_infos_free(x->units, x->n_units);
    meta_free(&x->sources);
    strlist_free(&x->cuts);
    strlist_free(&x->warnings);
    strlist_free(&x->children);
    free(x->reason);
    stamp_free(&x->stamp);
    free(x);
    *d = NULL;
}

void index_unit_hits_free(struct index_unit_hits **h)
{
    if (!*h)
        return;
    for (size_t i = 0; i < (*h)->count; i++) {
        pick_clear(&(*h)->item[i].pick);
        free((*h)->item[i].spans);
    }
    free((*h)->item);
    free(*h);
    *h = NULL;
}

void index_failures_free(struct index_failures **f)
{
    if (!*f)
        return;
    for (size_t i = 0; i < (*f)->count; i++) {
        free((*f)->item[i].root);
        free((*f)->item[i].path);
        free((*f)->item[i].detail);
    }
    free((*f)->item);
    free(*f);
    *f = NULL;
}

void index_stats_free(struct index_stats **s)
{
    if (!*s)
        return;
    for (size_t i = 0; i < (*s)->n_roots; i++)
        free((*s)->roots[i].name);
    free((*s)->roots);
    free(*s);
    *s = NULL;
}
