/* How many words the documents of a compartment have, as far as that was asked: Xapian looks it up
 * in a list of all documents, for each that has the words of a query. */
#ifndef PROSPECT_INDEX_LENGTHS_HH
#define PROSPECT_INDEX_LENGTHS_HH

#include "index/guard.hh"

#include <cstdlib>
#include <memory>

namespace shim
{

class Lengths
{
  public:
    /* Of document DID in DB, which has to be of one revision until all is forgotten. */
    Xapian::termcount of(const Xapian::Database &db, Xapian::docid did)
    {
        if (!known)
            make_room(db);
        if (did >= room)
            return db.get_doclength(did);
        Xapian::termcount &length = known[did];
        return length ? length : length = db.get_doclength(did);
    }
    void forget()
    {
        known.reset();
        room = 0;
    }

  private:
    struct Free {
        void operator()(void *p) const
        {
            free(p);
        }
    };

    /* Of pages that cost nothing until they are written to. */
    void make_room(const Xapian::Database &db)
    {
        const size_t wanted = (size_t)db.get_lastdocid() + 1;
        known.reset((Xapian::termcount *)calloc(wanted, sizeof(Xapian::termcount)));
        room = known ? wanted : 0;
    }

    std::unique_ptr<Xapian::termcount[], Free> known; /* 0: not asked yet */
    size_t room = 0;
};

} // namespace shim

#endif
