/* Putting from what is stored: a file whose bytes are known already, new rules for an unchanged
 * one, and rebuilding. A document's children are copied with it, since they lie where it lies.
 */
#include "index/schema.h"
#include "index/terms.hh"
#include "index/writer.hh"

#include <algorithm>
#include <cstring>
#include <memory>

using namespace shim;

namespace shim
{

static bool load_units(const Xapian::Database &db, const std::string &id,
                       const struct unit_places &places, struct document *d)
{
    for (size_t i = 0; i < places.count; i++) {
        struct unit u;
        const std::string record = db.get_metadata(key_unit(id, places.item[i].number));
        if (!record_unpack_unit(record.data(), record.size(), &u))
            return false;
        *document_add_unit(d) = u;
    }
    return true;
}

bool load_from(const Xapian::Database &db, Xapian::docid did, const std::string &id, Document &out)
{
    const std::string record = db.get_metadata(key_document(id));
    const std::string data = db.get_document(did).get_value(SLOT_RECORD);
    struct unit_places places = {};
    bool good = record_unpack_document(record.data(), record.size(), out.out()) &&
                record_unpack_places(data.data(), data.size(), &places) &&
                load_units(db, id, places, out.get());
    unit_places_free(&places);
    return good;
}

bool load(struct index_writer *w, const std::string &id, Document &out)
{
    for (auto &t : w->targets) {
        Xapian::docid did = w->stale.count({t.first, id}) ? 0 : find(t.second.db, id);
        if (did)
            return load_from(t.second.db, did, id, out);
    }
    return false;
}

namespace
{

typedef std::vector<std::unique_ptr<Document>> Family;

/* The children of ID at any depth, parents before theirs. */
void load_children(struct index_writer *w, const std::string &id, Family &out)
{
    const std::string term = term_exact(PREFIX_PARENT, id);
    for (auto &t : w->targets)
        for (const std::string &child : ids_of(t.second.db, term)) {
            auto d = std::make_unique<Document>();
            if (w->stale.count({t.first, child}) || !load(w, child, *d))
                continue;
            out.push_back(std::move(d));
            load_children(w, child, out);
        }
}

void set(char *&to, const char *from)
{
    char *copy = mem_strdup(from);
    free(to);
    to = copy;
}

/* What is said of a document by its place, rather than read in it. */
bool is_placed(const struct meta_value &v)
{
    return v.confidence >= META_EXPLICIT || v.confidence == META_DEFAULT;
}

/* What names one file only is not for the documents inside it. */
bool is_for_members(const struct meta_value &v)
{
    return strcmp(v.key, "title") != 0 && strcmp(v.key, "creator") != 0;
}

/* Gives D, which lies in a file or is one, what is said of that file by its place in NOW, before
 * what was read in D itself. */
void replace_placed(struct document *d, const struct meta_list &now, bool inside)
{
    struct meta_list meta = {};
    for (size_t i = 0; i < now.count; i++) {
        const struct meta_value &v = now.item[i];
        if (!inside || (is_placed(v) && is_for_members(v)))
            meta_add(&meta, v.key, v.value, v.source, v.confidence);
    }
    for (size_t i = 0; i < d->meta.count; i++) {
        const struct meta_value &v = d->meta.item[i];
        if (!is_placed(v))
            meta_add(&meta, v.key, v.value, v.source, v.confidence);
    }
    meta_free(&d->meta);
    d->meta = meta;
}

/* D's identity, stamp, rules and explicit metadata, with what was read in SOURCE. */
void merge(struct document *source, const struct document *d)
{
    replace_placed(source, d->meta, false);
    memcpy(source->id, d->id, sizeof source->id);
    set(source->root, d->root);
    set(source->path, d->path);
    set(source->container, d->container);
    struct stamp stamp = {};
    stamp_copy(&stamp, &d->stamp);
    set(stamp.plugin, source->stamp.plugin);
    set(stamp.plugin_version, source->stamp.plugin_version);
    stamp_free(&source->stamp);
    source->stamp = stamp;
    source->restricted = d->restricted;
    strlist_copy(&source->access, &d->access);
}

/* CHILD of a container that was OLD and is NOW: its path, id and rules follow from the
 * container's. */
bool rename_child(struct document *child, const std::string &old_path, const struct document *now)
{
    const std::string path = child->path, start = old_path + "!/";
    if (path.compare(0, start.size(), start) != 0)
        return false;
    const std::string member = path.substr(start.size());
    digest_child_id(now->id, member.data(), member.size(), child->id);
    set(child->path, (std::string(now->path) + "!/" + member).c_str());
    set(child->root, now->root);
    set(child->container, now->id);
    child->restricted = now->restricted;
    strlist_copy(&child->access, &now->access);
    replace_placed(child, now->meta, true);
    return true;
}

struct Ready {
    std::string id;
    Prepared prepared;
};

Ready prepare(struct index_writer *w, const struct document *d)
{
    Ready r;
    r.id = d->id;
    put_prepare(w->analyser.get(), w->stopwords.get(), d, r.prepared);
    return r;
}

/* The whole family under its new names, ready to be stored. */
std::vector<Ready> prepare_family(struct index_writer *w, const std::string &source_id,
                                  const std::string &old_path, const struct document *d)
{
    struct Parent {
        std::string old_path;
        const struct document *now;
    };
    Family family;
    std::map<std::string, Parent> parents = {{source_id, {old_path, d}}};
    std::vector<Ready> ready;
    load_children(w, source_id, family);
    ready.push_back(prepare(w, d));
    for (auto &member : family) {
        struct document *child = member->get();
        const std::string id = child->id, path = child->path;
        auto parent = parents.find(child->container ? child->container : "");
        if (parent == parents.end() ||
            !rename_child(child, parent->second.old_path, parent->second.now))
            continue;
        parents[id] = {path, child};
        ready.push_back(prepare(w, child));
    }
    return ready;
}

prospect_status prepare_copy(struct index_writer *w, const std::string &source_id,
                             const struct document *d, std::vector<Ready> &ready)
{
    Document source;
    if (!load(w, source_id, source) ||
        memcmp(source->stamp.content, d->stamp.content, DIGEST_SIZE) != 0)
        throw Failure{PROSPECT_NOT_FOUND, "the index does not hold this content"};
    const std::string old_path = source->path;
    if (source_id != d->id && source->status != PROSPECT_OK)
        source->tries = 0, source->since = 0, source->next_try = 0;
    merge(source.get(), d);
    ready = prepare_family(w, source_id, old_path, source.get());
    return PROSPECT_OK;
}

/* The next ids after CURSOR, of all compartments, in order. */
std::set<std::string> next_ids(struct index_writer *w, const std::string &cursor, unsigned limit)
{
    std::set<std::string> ids;
    for (auto &t : w->targets) {
        Xapian::TermIterator i = t.second.db.allterms_begin(PREFIX_ID);
        if (!cursor.empty())
            i.skip_to(PREFIX_ID + cursor);
        unsigned taken = 0;
        for (; i != t.second.db.allterms_end(PREFIX_ID) && taken <= limit; ++i) {
            const std::string id = (*i).substr(sizeof PREFIX_ID - 1);
            if (id > cursor && ++taken)
                ids.insert(id);
        }
    }
    while (ids.size() > limit)
        ids.erase(std::prev(ids.end()));
    return ids;
}

} // namespace

} // namespace shim

extern "C" prospect_status index_writer_put_from(struct index_writer *w, const char *source_id,
                                                 const struct document *d, struct error *error)
{
    std::vector<Ready> ready;
    Target *target = nullptr;
    prospect_status status = guard(error, [&] {
        prepare_copy(w, source_id, d, ready);
        target = &writer_target(w, Labels::of(d));
        return PROSPECT_OK;
    });
    if (status != PROSPECT_OK)
        return status;
    return change(w, error, [&] {
        for (const Ready &r : ready)
            store(w, *target, r.id, r.prepared);
        return PROSPECT_OK;
    });
}

/* The children stay where they are: each has its own turn. A document that cannot be loaded is
 * left as it is, for `prospect check`. */
static prospect_status rebuild_one(struct index_writer *w, const std::string &id,
                                   struct error *error)
{
    Prepared p;
    Target *target = nullptr;
    prospect_status status = guard(error, [&] {
        Document d;
        if (load(w, id, d)) {
            put_prepare(w->analyser.get(), w->stopwords.get(), d.get(), p);
            target = &writer_target(w, Labels::of(d.get()));
        }
        return PROSPECT_OK;
    });
    if (status != PROSPECT_OK || !target)
        return status;
    return change(w, error, [&] {
        store_alone(w, *target, id, p);
        return PROSPECT_OK;
    });
}

extern "C" prospect_status index_writer_rebuild(struct index_writer *w, char cursor[DIGEST_ID_SIZE],
                                                unsigned limit, struct error *error)
{
    std::set<std::string> ids;
    prospect_status status = guard(error, [&] {
        ids = next_ids(w, cursor, limit);
        return PROSPECT_OK;
    });
    for (const std::string &id : ids) {
        if (status != PROSPECT_OK)
            break;
        status = rebuild_one(w, id, error);
        snprintf(cursor, DIGEST_ID_SIZE, "%s", id.c_str());
    }
    if (status == PROSPECT_OK && ids.size() < limit)
        cursor[0] = '\0';
    return status;
}
