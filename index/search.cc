/* A search: read, listed (listing.cc), shown; where nothing has all the words, loosened or
 * corrected.
 */
#include "index/correct.hh"
#include "index/explain.hh"
#include "index/hits.hh"
#include "index/pick.hh"
#include "index/run.hh"
#include "index/telling.hh"

#include <cstring>
#include <memory>
#include <set>

using namespace shim;

namespace
{

unsigned time_of(const struct index_search *s)
{
    return s->timeout_ms ? s->timeout_ms : 2000;
}

/* ---- showing ------------------------------------------------------------------------------- */

void show(Run &run, const Found &found, struct index_hit *hit)
{
    Data data;
    data.read(run.view, found.did);
    hit->fields = data.fields;
    data.fields = {};
    hit->score = run.loosened ? found.score / 2 : found.score;
    hit->matched = run.loosened ? MATCHED_SOME : found.matched;
    if (run.view.collapse())
        add_duplicates(run.view, found.did, &hit->fields);
    if (run.s->snippets && !run.deadline.too_late())
        pick({run.view, run.view.part(found.did), run.view.local(found.did), data.places,
              run.places.in(found.did)},
             run.question, run.s->style, hit);
}

/* OF[i] is what was found for hit i. */
void explain_all(Run &run, const std::vector<Found> &of, struct index_result *out)
{
    for (size_t pass = 0; pass < run.ranked.size(); pass++) {
        std::vector<Explained> found;
        for (size_t i = 0; i < out->n_hits; i++)
            if (of[i].pass == pass)
                found.push_back({of[i].did, of[i].weight, &out->hits[i]});
        explain(run.view, *weighting(run.sort), run.ranked[pass], run.question, run.places, found);
    }
}

void show_all(Run &run, struct index_result *out)
{
    std::set<std::string> shown;
    std::vector<Found> of;
    out->hits = (struct index_hit *)mem_zalloc((run.found.size() + 1) * sizeof *out->hits);
    run.deadline.show();
    if (run.s->snippets)
        run.places.read(dids_of(run.found), Places::ALL);
    for (const Found &f : run.found) {
        show(run, f, &out->hits[out->n_hits++]);
        /* While a document moves between compartments it is in both. */
        if (!shown.insert(out->hits[out->n_hits - 1].fields.id).second)
            index_fields_free(&out->hits[--out->n_hits].fields);
        else
            of.push_back(f);
    }
    if (run.s->explain)
        explain_all(run, of, out);
    out->total = run.total;
    out->total_is_exact = run.exact && !run.deadline.was_over() && !run.view.lacks_forms;
    out->partial = run.deadline.cut() || run.view.lacks_forms;
    out->facets_exact = true;
    if (run.s->facets)
        run.tally.report(out);
}

typedef Owned<struct index_result, index_result_free> Result;

/* Whoever types "???" wants something, and not all there is. */
bool is_asked(const char *q)
{
    return q && q[strspn(q, " \t\r\n")];
}

/* Nothing has all that was quoted in a row of words: its words will do. */
bool loosen(struct index_reader *r, const View &view, struct query *tree)
{
    if (!loosen_phrases(tree))
        return false;
    drop_stopwords(view, r->stopwords.get(), tree);
    return true;
}

/* What is found when the words are corrected, in place of what the words as typed found with some
 * of them; false if there is no correction, or nothing either. */
bool search_corrected(struct index_reader *r, const Run &typed, struct index_result *out)
{
    Tree whole; /* half a word may look like a stop word */
    Correction c;
    parse_typed(r, typed.view, typed.s->q, whole);
    if (!correct(r, typed.view, typed.s->q, whole.get(), time_of(typed.s), c))
        return false;
    Run run(typed.view, typed.s, c.tree.get(), typed.deadline);
    run.question.languages = typed.question.languages;
    list(run);
    if (run.total == 0)
        return false;
    for (Found &f : run.found)
        if (f.matched == MATCHED_ALL || c.in(run.view, f.did))
            f.matched = MATCHED_CORRECTED;
    out->did_you_mean = mem_strdup(c.text.c_str());
    show_all(run, out);
    return true;
}

void search(struct index_reader *r, View view, const struct index_search *s,
            struct index_result *out)
{
    Tree tree;
    Bytes parsed;
    std::vector<std::string> languages;
    out->query_cut = parse(r, view, s->q, tree, &languages);
    if (tree.get())
        query_print(tree.get(), &parsed);
    out->parsed = mem_strdup(parsed.str().c_str());
    out->total_is_exact = out->facets_exact = true;
    if (view.parts.empty())
        return;
    Deadline deadline(time_of(s), s->began_ns);
    view.deadline = &deadline;
    std::unique_ptr<Run> run(new Run(view, s, tree.get(), deadline));
    if (!tree.get() && is_asked(s->q))
        run->question.all = Xapian::Query();
    run->question.languages = languages;
    list(*run);
    if (run->total == 0 && tree.get() && !deadline.was_over() && loosen(r, view, tree.get())) {
        run.reset(new Run(view, s, tree.get(), deadline));
        run->question.languages = languages;
        run->loosened = true;
        list(*run);
    }
    bool lacks = tree.get() && !run->has_all && !deadline.was_over();
    if (!lacks || !s->expand || !search_corrected(r, *run, out))
        show_all(*run, out);
}

} // namespace

extern "C" prospect_status index_search(struct index_reader *r, const struct access *who,
                                        const struct index_search *s, struct index_result **out,
                                        struct error *error)
{
    *out = nullptr;
    return read(r, who, error, [&](const View &view) {
        Result result;
        *result.out() = (struct index_result *)mem_zalloc(sizeof(struct index_result));
        search(r, view, s, result.get());
        *out = result.release();
        return PROSPECT_OK;
    });
}
