/* An end to a search that takes too long: Xapian's own time limit does not stop a query. This
 * stands as a filter in the query's AND, matches every document, and once the time is over none
 * any more, so that the search ends with what it has found. */
#ifndef PROSPECT_INDEX_DEADLINE_HH
#define PROSPECT_INDEX_DEADLINE_HH

#include "index/guard.hh"

#include <chrono>

namespace shim
{

class Deadline
{
  public:
    explicit Deadline(unsigned ms)
        : end(std::chrono::steady_clock::now() + std::chrono::milliseconds(ms))
    {
    }
    /* Asked for every candidate: looks at the clock now and then only. */
    bool over()
    {
        if (!passed && ++asked % 64 == 1)
            passed = std::chrono::steady_clock::now() >= end;
        return passed;
    }
    bool was_over() const
    {
        return passed;
    }

  private:
    std::chrono::steady_clock::time_point end;
    unsigned asked = 0;
    bool passed = false;
};

class DeadlineSource : public Xapian::PostingSource
{
  public:
    explicit DeadlineSource(Deadline &d) : deadline(d)
    {
    }
    /* As many as there are documents: Xapian then asks this one last. */
    Xapian::doccount get_termfreq_min() const override
    {
        return documents;
    }
    Xapian::doccount get_termfreq_est() const override
    {
        return documents;
    }
    Xapian::doccount get_termfreq_max() const override
    {
        return documents;
    }
    Xapian::docid get_docid() const override
    {
        return at;
    }
    void next(double) override
    {
        move(at + 1);
    }
    void skip_to(Xapian::docid did, double) override
    {
        if (did > at)
            move(did);
    }
    bool check(Xapian::docid did, double) override
    {
        move(did);
        return true;
    }
    bool at_end() const override
    {
        return ended;
    }
    DeadlineSource *clone() const override
    {
        return new DeadlineSource(deadline);
    }
    void init(const Xapian::Database &db) override
    {
        documents = db.get_doccount();
        last = db.get_lastdocid();
        at = 0;
        ended = false;
    }

  private:
    void move(Xapian::docid did)
    {
        at = did;
        ended = did > last || deadline.over();
    }
    Deadline &deadline;
    Xapian::doccount documents = 0;
    Xapian::docid last = 0, at = 0;
    bool ended = false;
};

} // namespace shim

#endif
