#include "index/compartment.hh"

#include "index/blocks.hh"
#include "index/generation.hh"
#include "index/schema.h"

#include <algorithm>
#include <filesystem>

namespace fs = std::filesystem;

namespace shim
{

static const char unfinished[] = "new-";

Labels Labels::of(const struct document *d)
{
    Labels l;
    l.restricted = d->restricted;
    for (size_t i = 0; d->restricted && i < d->access.count; i++)
        l.groups.emplace_back(d->access.item[i]);
    std::sort(l.groups.begin(), l.groups.end());
    l.groups.erase(std::unique(l.groups.begin(), l.groups.end()), l.groups.end());
    return l;
}

std::string Labels::name() const
{
    if (!restricted)
        return "everyone";
    if (groups.empty())
        return "admin";
    const std::string packed = pack();
    uint8_t digest[DIGEST_SIZE];
    char hex[2 * 16 + 1];
    digest_bytes(packed.data(), packed.size(), digest);
    digest_hex(digest, 16, hex);
    return std::string("r-") + hex;
}

std::string Labels::pack() const
{
    Bytes b;
    pack_u64(&b, restricted);
    pack_u64(&b, groups.size());
    for (const std::string &g : groups)
        pack_bytes(&b, g.data(), g.size());
    return b.str();
}

Labels Labels::unpack(const std::string &bytes)
{
    Labels l;
    struct unpack u = unpack_start(bytes.data(), bytes.size());
    l.restricted = unpack_u64(&u) != 0;
    uint64_t n = unpack_u64(&u);
    for (uint64_t i = 0; i < n && !u.bad; i++) {
        size_t length;
        const char *g = unpack_bytes(&u, &length);
        l.groups.emplace_back(g, length);
    }
    if (!unpack_done(&u))
        throw Failure{PROSPECT_CORRUPT, "a compartment of the index does not say who may see it"};
    return l;
}

bool Labels::visible(const struct access *who) const
{
    if (!restricted || who->admin)
        return true;
    for (const std::string &g : groups)
        if (strlist_has(&who->groups, g.c_str()))
            return true;
    return false;
}

static bool is_compartment(const std::string &name)
{
    return name == "everyone" || name == "admin" || name.compare(0, 2, "r-") == 0;
}

uint64_t compartment_bytes(const std::string &path)
{
    uint64_t bytes = 0;
    std::error_code gone;
    for (const auto &entry : fs::directory_iterator(path, gone)) {
        uint64_t n = entry.file_size(gone);
        bytes += gone ? 0 : n;
    }
    return bytes;
}

std::vector<std::string> compartment_list(const std::string &generation)
{
    std::vector<std::string> names;
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(generation, error))
        if (is_compartment(entry.path().filename().string()))
            names.push_back(entry.path().filename().string());
    /* A folder that cannot be read is not an empty one. */
    if (error && error != std::errc::no_such_file_or_directory)
        throw std::system_error(error, generation);
    std::sort(names.begin(), names.end());
    return names;
}

void compartment_create(const std::string &generation, const Labels &labels)
{
    const std::string path = generation + "/" + labels.name();
    const std::string temporary = generation + "/" + unfinished + labels.name();
    {
        Xapian::WritableDatabase db(temporary,
                                    Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_BACKEND_GLASS);
        db.set_metadata(KEY_SCHEMA, std::to_string(SCHEMA_VERSION));
        db.set_metadata(KEY_ACCESS, labels.pack());
        db.commit();
        db.close();
    }
    std::error_code none; /* of one of that name, which was set aside */
    fs::remove(blocks_sums_path(generation, labels.name()), none);
    fs::rename(temporary, path);
    sync_directory(generation);
}

void compartment_clean(const std::string &generation)
{
    std::error_code none;
    for (const auto &entry : fs::directory_iterator(generation, none))
        if (entry.path().filename().string().compare(0, sizeof unfinished - 1, unfinished) == 0)
            fs::remove_all(entry.path(), none);
}

} // namespace shim
