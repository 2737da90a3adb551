/* Filling an index anew that is damaged, while the damaged one is searched where it can be. */
#include "index/compartment.hh"
#include "index/generation.hh"
#include "index/schema.h"

#include <filesystem>
#include <sys/stat.h>

namespace fs = std::filesystem;
using namespace shim;

namespace
{

uint64_t bytes_of(const std::string &generation)
{
    uint64_t bytes = 0;
    for (const std::string &name : compartment_list(generation))
        bytes += compartment_bytes(generation + "/" + name);
    return bytes;
}

/* The new one may become as large as the old, and others need room as well. */
bool has_room_for_two(const std::string &dir, const std::string &generation)
{
    const fs::space_info disk = fs::space(dir);
    return disk.available > disk.capacity / 20 + bytes_of(generation);
}

/* Whether anything can be asked of the generation in use. */
bool can_be_searched(const std::string &dir)
{
    return guard(nullptr, [&] {
               unsigned current = generation_current(dir);
               const std::string generation = generation_path(dir, current);
               if (!current || generation_schema(dir, current) != SCHEMA_VERSION)
                   return PROSPECT_CORRUPT;
               for (const std::string &name : compartment_list(generation))
                   Labels::unpack(
                       Xapian::Database(generation + "/" + name).get_metadata(KEY_ACCESS));
               return has_room_for_two(dir, generation) ? PROSPECT_OK : PROSPECT_LIMIT;
           }) == PROSPECT_OK;
}

/* Searches use what is being filled from now on. */
void give_up_current(const std::string &dir, unsigned filling)
{
    generation_switch(dir, filling);
    generation_fill(dir, 0);
    generation_remove_others(dir, filling);
}

} // namespace

extern "C" prospect_status index_begin_anew(const char *dir, const char *reason, bool at_once,
                                            struct error *error)
{
    return guard(error, [&] {
        unsigned filling = generation_filling(dir);
        if (damage_noted(dir).empty() || !filling)
            damage_note(dir, *reason ? reason : "damaged");
        if (!filling) {
            filling = generation_create(dir);
            generation_fill(dir, filling);
        }
        if (at_once || !can_be_searched(dir))
            give_up_current(dir, filling);
        return PROSPECT_OK;
    });
}

extern "C" void index_health(const char *dir, struct index_health *out)
{
    struct stat st;
    *out = {};
    guard(nullptr, [&] {
        snprintf(out->damage, sizeof out->damage, "%s", damage_noted(dir).c_str());
        out->beside = generation_filling(dir) != 0;
        out->bytes = bytes_of(generation_path(dir, generation_current(dir)));
        return PROSPECT_OK;
    });
    if (stat((std::string(dir) + "/verified").c_str(), &st) == 0)
        out->verified = st.st_mtime;
}
