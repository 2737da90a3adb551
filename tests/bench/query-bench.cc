/* What a query costs, everything on, against plain BM25 over the same words in the same index.
 *
 * usage: query-bench INDEX QUERIES   (queries.tsv: number, tab, sentence)
 *
 * Each query is run both ways in turn, several times, and the fastest of each counts, so that what
 * else the machine does falls out. Classes: the longest word of each sentence, its three longest,
 * the whole. "all on" is index_search() without snippets: reading the query, ranking, counting and
 * the ten hits; snippets and the parts of ranking stand beside it. "BM25 OR" finds ten hits, "and
 * counted" gives the same answer as ours: exact total, no copies. The ratio is to that.
 */
#include "index/facets.hh"
#include "index/hits.hh"
#include "index/query.hh"
#include "index/rank.hh"
#include "index/schema.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>

using namespace shim;

namespace
{

enum {
    ROUNDS = 5,
    QUERIES_MAX = 150,
    HITS = 10
};

double fastest(const std::function<void()> &work)
{
    double best = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        const auto start = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - start;
        best = std::min(best, took.count());
    }
    return best;
}

/* ---- the plain way ------------------------------------------------------------------------- */

void words_of(const View &view, const struct query *q, std::vector<Xapian::Query> &out)
{
    std::vector<std::string> terms;
    for (size_t i = 0; i < q->n_terms; i++)
        terms.push_back((q->terms[i].kind == TERM_STEM ? PREFIX_STEM : "") +
                        std::string(q->terms[i].bytes, q->terms[i].length));
    if (!terms.empty())
        out.emplace_back(Xapian::Query::OP_SYNONYM, terms.begin(), terms.end());
    for (size_t i = 0; i < q->children; i++)
        words_of(view, q->child[i], out);
}

/* COUNTED: the same answer as ours, that is with an exact total and without copies. */
void plain(struct index_reader *r, const View &view, const std::string &text, bool counted)
{
    std::vector<Xapian::Query> words;
    std::vector<const char *> langs;
    const std::vector<std::string> present = view.languages();
    for (const std::string &l : present)
        langs.push_back(l.c_str());
    Owned<struct query, query_free> tree;
    struct error error = {};
    if (query_parse(tree.out(), r->analyser.get(), text.data(), text.size(), langs.data(),
                    langs.size(), &query_default_limits, &error) != PROSPECT_OK ||
        !tree.get())
        return;
    words_of(view, tree.get(), words);
    Xapian::Enquire e(view.db);
    e.set_query(Xapian::Query(Xapian::Query::OP_OR, words.begin(), words.end()));
    e.set_weighting_scheme(Xapian::BM25Weight());
    Tally tally(view.collapse(), 0);
    if (counted && view.collapse()) {
        e.set_collapse_key(SLOT_GROUP);
        e.add_matchspy(&tally);
    }
    const Xapian::MSet mset = e.get_mset(0, HITS, counted ? COUNTED + 1 : 0);
    for (Xapian::MSetIterator i = mset.begin(); i != mset.end(); ++i) {
        Data data;
        data.read(view, *i);
        if (counted && view.collapse())
            add_duplicates(view, *i, &data.fields);
    }
}

/* ---- ours ---------------------------------------------------------------------------------- */

void ours(struct index_reader *r, const std::string &text, bool snippets)
{
    struct index_search s = {};
    struct index_result *res = nullptr;
    struct error error = {};
    s.q = text.c_str();
    s.size = HITS;
    s.expand = true;
    s.snippets = snippets;
    s.timeout_ms = 2000;
    if (index_search(r, &everything, &s, &res, &error) != PROSPECT_OK)
        fprintf(stderr, "%s: %s\n", text.c_str(), error.line);
    index_result_free(&res);
}

struct Costs {
    double engine = 0, plain = 0, ours = 0, snippets = 0;
    double parse = 0, match = 0, share = 0, rank = 0;
};

Xapian::MSet match(const View &view, const Xapian::Query &q, const Xapian::Weight &w, unsigned size)
{
    Xapian::Enquire e(view.db);
    e.set_query(q);
    e.set_weighting_scheme(w);
    return e.get_mset(0, size);
}

void add_parts(struct index_reader *r, const View &view, const std::string &text, Costs &costs)
{
    Question q;
    std::vector<Ranked> list;
    costs.parse += fastest([&] {
        Tree tree;
        parse(r, view, text.c_str(), tree);
        q = query_of(view, tree.get());
    });
    costs.match += fastest([&] {
        list.clear();
        const Xapian::MSet m = match(view, q.some, Xapian::IneB2Weight(RANK_LENGTH), RANKED);
        for (Xapian::MSetIterator i = m.begin(); i != m.end(); ++i)
            list.push_back({*i, i.get_weight()});
    });
    costs.share += fastest([&] { match(view, q.share, Xapian::CoordWeight(), HITS); });
    costs.rank += fastest([&] {
        std::vector<Ranked> copy = list;
        Places places(view, q);
        rank(view, q, places, copy);
    });
}

void run(struct index_reader *r, const char *name, const std::vector<std::string> &queries)
{
    Costs sum;
    struct error error = {};
    read(r, &everything, &error, [&](const View &view) {
        for (const std::string &q : queries) {
            sum.engine += fastest([&] { plain(r, view, q, false); });
            sum.plain += fastest([&] { plain(r, view, q, true); });
            sum.ours += fastest([&] { ours(r, q, false); });
            sum.snippets += fastest([&] { ours(r, q, true); });
            add_parts(r, view, q, sum);
        }
        return PROSPECT_OK;
    });
    const double n = (double)queries.size();
    printf("| %-8s | %.3f | %.3f | %.3f | %.2f | %.3f | %.3f | %.3f | %.3f | %.3f |\n", name,
           sum.engine / n, sum.plain / n, sum.ours / n, sum.ours / sum.plain, sum.parse / n,
           sum.match / n, sum.share / n, sum.rank / n, (sum.snippets - sum.ours) / n);
}

std::string longest(const std::string &sentence, size_t n)
{
    std::istringstream in(sentence);
    std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
    std::stable_sort(words.begin(), words.end(),
                     [](const auto &a, const auto &b) { return a.size() > b.size(); });
    std::string out;
    for (size_t i = 0; i < words.size() && i < n; i++)
        out += (i ? " " : "") + words[i];
    return out;
}

} // namespace

int main(int argc, char **argv)
{
    std::vector<std::string> one, three, sentences;
    std::string line;
    struct index_reader *r = nullptr;
    struct error error = {};
    if (argc != 3 || index_reader_new(&r, argv[1], &error) != PROSPECT_OK) {
        fprintf(stderr, "usage: query-bench INDEX QUERIES %s\n", error.line);
        return 2;
    }
    std::ifstream file(argv[2]);
    while (std::getline(file, line) && sentences.size() < QUERIES_MAX) {
        sentences.push_back(line.substr(line.find('\t') + 1));
        one.push_back(longest(sentences.back(), 1));
        three.push_back(longest(sentences.back(), 3));
    }
    printf("| ms | BM25 OR | and counted | all on | ratio | reading | matching | shares | "
           "closeness | snippets |\n"
           "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    run(r, "1 word", one);
    run(r, "3 words", three);
    run(r, "sentence", sentences);
    index_reader_free(&r);
    return 0;
}
