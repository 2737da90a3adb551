/* The preparing of documents outside the writer's thread. */
#include "index/put.hh"
#include "index/stoplist.hh"

#include <memory>

extern "C" {
#include "index/dictionaries.h"
}

using namespace shim;

struct index_preparer {
    Owned<struct analyser, analyser_free> analyser;
    Stoplist stopwords;
};

extern "C" prospect_status index_preparer_new(struct index_preparer **out, struct error *error)
{
    *out = nullptr;
    return guard(error, [&] {
        auto p = std::make_unique<index_preparer>();
        analyser_new(p->analyser.out(), dictionaries_shared());
        *out = p.release();
        return PROSPECT_OK;
    });
}

extern "C" void index_preparer_free(struct index_preparer **p)
{
    delete *p;
    *p = nullptr;
}

extern "C" prospect_status index_prepare(struct index_preparer *p, const struct document *d,
                                         struct index_prepared **out, struct error *error)
{
    *out = nullptr;
    return guard(error, [&] {
        auto prepared = std::make_unique<index_prepared>();
        put_prepare(p->analyser.get(), p->stopwords.get(), d, prepared->p);
        *out = prepared.release();
        return PROSPECT_OK;
    });
}

extern "C" void index_prepared_free(struct index_prepared **prepared)
{
    delete *prepared;
    *prepared = nullptr;
}
