#include "index/blocks.hh"

#include "index/compartment.hh"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <unistd.h>
#include <vector>

extern "C" {
#include "index/base/sum.h"
}

namespace fs = std::filesystem;

namespace shim
{

namespace
{

enum : size_t {
    BLOCK = 8192,
    AT_ONCE = 128 * BLOCK,
    SUMS_MAX = 1u << 30 /* of a compartment of a terabyte */
};
enum {
    LEVEL_AT = 4,
    LEVEL_FREELIST = 254,
    LOOKS = 3, /* at a block that somebody may be writing just now */
    PAUSE_US = 20000,
    FORMAT = 2,
    BEGUN = 16 /* revisions that writers can have begun since the last commit, and given up */
};

const char *const ALWAYS[] = {"postlist.glass", "termlist.glass"}; /* others come when needed */

struct Sum {
    uint32_t revision = 0; /* 0: not noted */
    uint32_t sum = 0;
};
typedef std::vector<Sum> Table;

struct Sums {
    uint32_t revision = 0; /* of the database, when they were noted */
    uint32_t version_sum = 0;
    std::map<std::string, Table> tables;
};

uint32_t revision_of(const uint8_t *block)
{
    return (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 | block[3];
}

struct File {
    int fd;
    explicit File(const std::string &path) : fd(open(path.c_str(), O_RDONLY | O_CLOEXEC))
    {
        if (fd < 0)
            throw std::system_error(errno, std::generic_category(), path);
    }
    File(const File &) = delete;
    ~File()
    {
        close(fd);
    }
    /* Less than LENGTH at the end only. */
    size_t read(uint8_t *to, size_t length, uint64_t at) const
    {
        size_t have = 0;
        while (have < length) {
            ssize_t n = pread(fd, to + have, length - have, (off_t)(at + have));
            if (n < 0 && errno != EINTR)
                throw std::system_error(errno, std::generic_category(), "a table of the index");
            if (n == 0)
                break;
            have += n > 0 ? (size_t)n : 0;
        }
        return have;
    }
};

std::string read_all(const std::string &path, size_t most)
{
    File file(path);
    std::error_code none;
    uintmax_t size = fs::file_size(path, none);
    std::string bytes(none || size > most ? 0 : (size_t)size, '\0');
    bytes.resize(file.read((uint8_t *)&bytes[0], bytes.size(), 0));
    return bytes;
}

/* ---- the file of checksums ------------------------------------------------------------------ */

Table unpack_table(struct unpack *u)
{
    size_t length;
    const char *bytes = unpack_bytes(u, &length);
    Table table(length / sizeof(Sum));
    if (!table.empty())
        memcpy(table.data(), bytes, table.size() * sizeof(Sum));
    return table;
}

Sums load(const std::string &path)
{
    Sums sums;
    std::error_code none;
    if (!fs::exists(path, none))
        return sums;
    const std::string bytes = read_all(path, SUMS_MAX);
    struct unpack u = unpack_sealed(bytes.data(), bytes.size());
    if (unpack_u64(&u) != FORMAT)
        return sums;
    sums.revision = unpack_u32(&u);
    sums.version_sum = unpack_u32(&u);
    while (!u.bad && !unpack_done(&u)) {
        size_t length;
        const char *name = unpack_bytes(&u, &length);
        sums.tables[std::string(name, length)] = unpack_table(&u);
    }
    return u.bad ? Sums() : sums;
}

/* The tables in this machine's byte order: another has to make its own. */
std::string pack(const Sums &sums)
{
    Bytes b;
    pack_u64(&b, FORMAT);
    pack_u64(&b, sums.revision);
    pack_u64(&b, sums.version_sum);
    for (const auto &t : sums.tables) {
        pack_bytes(&b, t.first.data(), t.first.size());
        pack_bytes(&b, t.second.data(), t.second.size() * sizeof(Sum));
    }
    pack_seal(&b, 0);
    return b.str();
}

/* It need not be durable: it can be made again. */
void save(const std::string &path, const Sums &sums)
{
    const std::string bytes = pack(sums), temporary = path + ".new";
    int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    bool good = fd >= 0 && write(fd, bytes.data(), bytes.size()) == (ssize_t)bytes.size();
    if (fd >= 0)
        close(fd);
    if (!good || rename(temporary.c_str(), path.c_str()) != 0) {
        unlink(temporary.c_str());
        throw Failure{PROSPECT_IO, "cannot write " + path + ": " + strerror(errno)};
    }
}

/* ---- holding tables against it -------------------------------------------------------------- */

struct Look {
    std::string path;       /* of the compartment */
    uint32_t committed = 0; /* before anything was read */
    bool good = true;
    std::function<void(const std::string &)> say;

    uint32_t revision() const
    {
        return (uint32_t)Xapian::Database(path).get_revision();
    }
    void find(const std::string &what)
    {
        good = false;
        say(what);
    }
};

/* Whether a block as it is now can be what has become of the one that WAS noted. */
bool follows(const Look &l, const Sum &was, const Sum &now)
{
    if (now.revision == was.revision)
        return now.sum == was.sum || was.revision == 0;
    return now.revision > was.revision &&
           (now.revision <= l.committed + BEGUN || now.revision <= l.revision() + BEGUN);
}

/* Somebody may have been writing it while it was read. */
bool follows_later(const Look &l, const File &file, uint64_t number, const Sum &was)
{
    uint8_t block[BLOCK];
    for (int i = 0; i < LOOKS; i++) {
        usleep(PAUSE_US);
        size_t n = file.read(block, BLOCK, number * BLOCK);
        if (n >= 4 && follows(l, was, {revision_of(block), sum_of(block, n)}))
            return true;
    }
    return false;
}

/* What is to be noted of it. */
Sum look_at_block(Look &l, const File &file, const std::string &table, uint64_t number,
                  const Sum &was, const uint8_t *block, size_t length)
{
    const Sum now = {length < 4 ? 0 : revision_of(block), sum_of(block, length)};
    if (!follows(l, was, now) && !follows_later(l, file, number, was)) {
        l.find(table + ": block " + std::to_string(number) + " is not as it was written");
        return was;
    }
    bool lasting = now.revision <= l.committed && block[LEVEL_AT] != LEVEL_FREELIST;
    return lasting ? now : Sum();
}

Table look_at_table(Look &l, const std::string &name, const Table &was)
{
    Table now;
    File file(l.path + "/" + name);
    std::vector<uint8_t> room(AT_ONCE);
    size_t have;
    uint64_t at = 0;
    while (l.good && (have = file.read(room.data(), AT_ONCE, at)) > 0) {
        for (size_t i = 0; i < have && l.good; i += BLOCK) {
            uint64_t number = (at + i) / BLOCK;
            now.push_back(look_at_block(l, file, name, number,
                                        number < was.size() ? was[number] : Sum(), &room[i],
                                        std::min<size_t>(BLOCK, have - i)));
        }
        at += have;
    }
    if (l.good && now.size() < was.size())
        l.find(name + ": cut off after block " + std::to_string(now.size()));
    return now;
}

std::vector<std::string> table_names(const std::string &path)
{
    std::vector<std::string> names;
    for (const auto &entry : fs::directory_iterator(path))
        if (entry.path().extension() == ".glass")
            names.push_back(entry.path().filename().string());
    return names;
}

/* 0 where a commit came in between. */
uint32_t version_sum(const Look &l)
{
    const std::string bytes = read_all(l.path + "/" + VERSION_FILE, BLOCK * 8);
    uint32_t sum = sum_of(bytes.data(), bytes.size());
    return l.revision() == l.committed ? sum : 0;
}

void look_at_version(Look &l, const Sums &was, Sums &now)
{
    now.revision = l.committed;
    now.version_sum = version_sum(l);
    if (was.revision > l.committed || (was.revision == l.committed && was.version_sum &&
                                       now.version_sum && was.version_sum != now.version_sum))
        l.find(std::string(VERSION_FILE) + " is not as it was written");
}

} // namespace

std::string blocks_sums_path(const std::string &generation, const std::string &name)
{
    return generation + "/sums-" + name;
}

bool blocks_are_good(const std::string &generation, const std::string &name, bool note,
                     const std::function<void(const std::string &)> &say)
{
    Look l;
    Sums now;
    l.path = generation + "/" + name;
    l.say = say;
    Sums was = load(blocks_sums_path(generation, name));
    l.committed = l.revision();
    look_at_version(l, was, now);
    for (const std::string &table : table_names(l.path))
        now.tables[table] = look_at_table(l, table, was.tables[table]);
    for (const char *table : ALWAYS)
        was.tables[table];
    for (const auto &t : was.tables)
        if (!now.tables.count(t.first))
            l.find(t.first + " is gone");
    if (l.good && note)
        save(blocks_sums_path(generation, name), now);
    return l.good;
}

} // namespace shim
