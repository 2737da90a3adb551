/* What stands between Xapian's C++ and prospect's C: no exception passes guard(). Every function
 * of index.h that can throw is one call of it.
 *
 * Also here: the C headers as C++ sees them, and owners for the C types that a throw would lose.
 */
#ifndef PROSPECT_INDEX_GUARD_HH
#define PROSPECT_INDEX_GUARD_HH

#include <new>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string>
#include <system_error>
#include <xapian.h>

#define _Noreturn [[noreturn]] /* C's word for it */
extern "C" {
#include "index/base/mem.h"
#include "index/base/pack.h"
#include "index/base/strlist.h"
#include "index/index.h"
#include "index/record.h"
#include "index/text/analyse.h"
}
#undef _Noreturn

namespace shim
{

/* An error of ours on its way to guard(). */
struct Failure {
    prospect_status status;
    std::string line;
};

/* The status that belongs to what Xapian says. */
inline prospect_status status_of(const Xapian::Error &e)
{
    const std::string type = e.get_type();
    if (type == "DatabaseLockError")
        return PROSPECT_LOCKED;
    /* What is asked for by number, or opened by name, was said to be there. */
    if (type == "DatabaseCorruptError" || type == "DocNotFoundError" ||
        type == "DatabaseNotFoundError")
        return PROSPECT_CORRUPT;
    if (type == "DatabaseVersionError")
        return PROSPECT_SCHEMA;
    if (type.compare(0, 8, "Database") == 0)
        return PROSPECT_IO;
    return PROSPECT_INTERNAL;
}

/* Runs WORK, which returns a status, and turns whatever it throws into one with its line. */
template <typename Work> prospect_status guard(struct error *error, Work work) noexcept
{
    try {
        return work();
    } catch (const Failure &f) {
        return error_set(error, f.status, "%s", f.line.c_str());
    } catch (const Xapian::Error &e) {
        return error_set(error, status_of(e), "index: %s", e.get_description().c_str());
    } catch (const std::system_error &e) {
        return error_set(error, PROSPECT_IO, "index: %s", e.what());
    } catch (const std::bad_alloc &) {
        return error_set(error, PROSPECT_MEMORY, "index: out of memory");
    } catch (const std::exception &e) {
        return error_set(error, PROSPECT_INTERNAL, "index: %s", e.what());
    } catch (...) {
        return error_set(error, PROSPECT_INTERNAL, "index: unknown exception");
    }
}

/* A struct buf that frees itself. */
class Bytes
{
  public:
    Bytes() = default;
    Bytes(const Bytes &) = delete;
    Bytes &operator=(const Bytes &) = delete;
    ~Bytes()
    {
        buf_free(&b);
    }
    struct buf *operator&()
    {
        return &b;
    }
    std::string str() const
    {
        return std::string(buf_str(&b), b.len);
    }

  private:
    struct buf b = {};
};

/* Anything with an x_free(T **), kept by an Owned<T, x_free>. */
template <typename T, void (*free_it)(T **)> class Owned
{
  public:
    Owned() = default;
    Owned(const Owned &) = delete;
    Owned &operator=(const Owned &) = delete;
    ~Owned()
    {
        free_it(&p);
    }
    T **out()
    {
        return &p;
    }
    T *get() const
    {
        return p;
    }
    T *operator->() const
    {
        return p;
    }
    T *release()
    {
        T *x = p;
        p = nullptr;
        return x;
    }

  private:
    T *p = nullptr;
};
using Document = Owned<struct document, document_free>;

} // namespace shim

#endif
