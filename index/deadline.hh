/* An end to a search that takes too long: Xapian's own time limit does not stop a query. This
 * stands as a filter in the query's AND, and beside each phrase in it, before whose places are read
 * for a document. It matches every document, and once the time is over none any more, so that the
 * search ends with what it has found. To show that there is a quarter of the time beside. The time
 * runs from when the search was asked for, so that what it waited is not added to it. */
#ifndef PROSPECT_INDEX_DEADLINE_HH
#define PROSPECT_INDEX_DEADLINE_HH

#include "index/guard.hh"

#include <algorithm>
#include <chrono>

namespace shim
{

class Deadline
{
  public:
    /* MS from BEGAN_NS on, which is clock_steady_ns(); 0: from now on. */
    explicit Deadline(unsigned ms, int64_t began_ns = 0)
        : looked(std::chrono::steady_clock::now()),
          end((began_ns ? Time(std::chrono::nanoseconds(began_ns)) : looked) +
              std::chrono::milliseconds(ms)),
          shown(end + std::chrono::milliseconds(ms / 4))
    {
    }
    /* Asked for every candidate: looks at the clock now and then only, the less often the faster
     * they come. */
    bool over()
    {
        if (!passed && left-- == 0)
            look();
        return passed;
    }
    bool was_over() const
    {
        return passed;
    }
    /* From here on what was found is shown. */
    void show()
    {
        showing = true;
    }
    /* It is too late for one hit more: to rank it, or to show and explain it. */
    bool too_late()
    {
        const Time now = std::chrono::steady_clock::now();
        if (!showing)
            return passed = passed || now >= end;
        return hurried = hurried || now >= shown;
    }
    /* Something was left out of what is found, or of what is shown of it. */
    bool cut() const
    {
        return passed || hurried;
    }

  private:
    enum {
        RARELY = 15
    };
    typedef std::chrono::steady_clock::time_point Time;

    void look()
    {
        const Time now = std::chrono::steady_clock::now();
        const bool fast = now - looked < std::chrono::microseconds(200);
        passed = now >= end;
        looked = now;
        left = stride = fast ? std::min<unsigned>(RARELY, 2 * stride + 1) : stride / 4;
    }

    Time looked, end, shown;
    unsigned left = 0, stride = 0;
    bool passed = false, hurried = false, showing = false;
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
