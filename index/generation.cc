#include "index/generation.hh"

#include "index/schema.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;

#ifdef __SANITIZE_ADDRESS__
/* Xapian 1.4.22 deletes tables as another type when it checks a database: not for us to mend, and
 * not to end our tests by. */
extern "C" __attribute__((weak, visibility("default"))) const char *__asan_default_options(void)
{
    return "new_delete_type_mismatch=0";
}
#endif

namespace shim
{

[[noreturn]] static void fail(const std::string &what, const std::string &path)
{
    throw Failure{PROSPECT_IO, what + " " + path + ": " + strerror(errno)};
}

/* A descriptor that closes itself. */
struct Descriptor {
    int fd;
    explicit Descriptor(int n) : fd(n)
    {
    }
    Descriptor(const Descriptor &) = delete;
    ~Descriptor()
    {
        if (fd >= 0)
            close(fd);
    }
};

void sync_directory(const std::string &path)
{
    Descriptor d(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (d.fd < 0 || fsync(d.fd) != 0)
        fail("cannot sync", path);
}

bool database_is_sound(const std::string &path)
{
    std::ostringstream findings; /* Xapian's own words: for its developers */
    return Xapian::Database::check(path, 0, &findings) == 0;
}

/* Written beside, made durable, renamed. */
static void write_file(const std::string &path, const std::string &text)
{
    const std::string temporary = path + ".new";
    {
        Descriptor d(open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640));
        if (d.fd < 0 || write(d.fd, text.data(), text.size()) != (ssize_t)text.size() ||
            fsync(d.fd) != 0)
            fail("cannot write", temporary);
    }
    if (rename(temporary.c_str(), path.c_str()) != 0)
        fail("cannot rename", temporary);
    sync_directory(fs::path(path).parent_path().string());
}

/* A short file's text; false where there is none. */
static bool read_file(const std::string &path, std::string &text)
{
    Descriptor d(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (d.fd < 0 && errno == ENOENT)
        return false;
    char bytes[256];
    ssize_t n = d.fd < 0 ? -1 : read(d.fd, bytes, sizeof bytes);
    if (n < 0)
        fail("cannot read", path);
    text.assign(bytes, (size_t)n);
    return true;
}

/* The number in "g00000007" (a line feed may follow); 0 for anything else. */
static unsigned parse_name(const std::string &name)
{
    if (name.size() < 9 || name[0] != 'g' || (name.size() > 9 && name.substr(9) != "\n"))
        return 0;
    unsigned n = 0;
    for (size_t i = 1; i < 9; i++) {
        if (name[i] < '0' || name[i] > '9')
            return 0;
        n = n * 10 + (unsigned)(name[i] - '0');
    }
    return n;
}

static std::string name_of(unsigned number)
{
    char name[16];
    snprintf(name, sizeof name, "g%08u", number % 100000000);
    return name;
}

std::string generation_path(const std::string &dir, unsigned number)
{
    return dir + "/" + name_of(number);
}

std::string generation_pointer(const std::string &dir)
{
    return dir + "/current";
}

unsigned generation_current(const std::string &dir)
{
    std::string text;
    if (!read_file(generation_pointer(dir), text))
        return 0;
    unsigned n = parse_name(text);
    if (n == 0)
        throw Failure{PROSPECT_CORRUPT, dir + "/current does not name a generation of the index"};
    return n;
}

unsigned generation_filling(const std::string &dir)
{
    std::string text;
    return read_file(dir + "/filling", text) ? parse_name(text) : 0;
}

unsigned generation_written(const std::string &dir)
{
    unsigned filling = generation_filling(dir);
    return filling ? filling : generation_current(dir);
}

std::vector<unsigned> generation_list(const std::string &dir)
{
    std::vector<unsigned> all;
    std::error_code none;
    for (const auto &entry : fs::directory_iterator(dir, none))
        if (unsigned n = parse_name(entry.path().filename().string()))
            all.push_back(n);
    std::sort(all.begin(), all.end());
    return all;
}

int generation_schema(const std::string &dir, unsigned number)
{
    std::string text;
    if (!read_file(generation_path(dir, number) + "/schema", text) || text.empty())
        return -1;
    int n = 0;
    for (char c : text) {
        if (c == '\n')
            break;
        if (c < '0' || c > '9' || n > 1000000)
            return -1;
        n = n * 10 + (c - '0');
    }
    return n;
}

/* 0 also where the pointer is damaged: a new one is then made all the same. */
static unsigned generation_named(const std::string &dir)
{
    std::string text;
    return read_file(generation_pointer(dir), text) ? parse_name(text) : 0;
}

unsigned generation_create(const std::string &dir)
{
    std::vector<unsigned> all = generation_list(dir);
    unsigned number = std::max(all.empty() ? 0 : all.back(), generation_named(dir)) + 1;
    const std::string path = generation_path(dir, number);
    if (mkdir(path.c_str(), 0750) != 0)
        fail("cannot create", path);
    write_file(path + "/schema", std::to_string(SCHEMA_VERSION) + "\n");
    sync_directory(dir);
    return number;
}

void generation_switch(const std::string &dir, unsigned number)
{
    write_file(generation_pointer(dir), name_of(number) + "\n");
}

static void remove_file(const std::string &path)
{
    if (unlink(path.c_str()) != 0 && errno != ENOENT)
        fail("cannot remove", path);
    sync_directory(fs::path(path).parent_path().string());
}

void generation_fill(const std::string &dir, unsigned number)
{
    if (number)
        write_file(dir + "/filling", name_of(number) + "\n");
    else
        remove_file(dir + "/filling");
}

void damage_note(const std::string &dir, const std::string &reason)
{
    if (reason.empty())
        remove_file(dir + "/damage");
    else
        write_file(dir + "/damage", reason.substr(0, 250) + "\n");
}

std::string damage_noted(const std::string &dir)
{
    std::string text;
    if (read_file(dir + "/damage", text))
        while (!text.empty() && text.back() == '\n')
            text.pop_back();
    return text;
}

void generation_remove(const std::string &dir, unsigned number)
{
    std::error_code none; /* what is left is tried again at the next start */
    fs::remove_all(generation_path(dir, number), none);
}

void generation_remove_others(const std::string &dir, unsigned keep)
{
    for (unsigned n : generation_list(dir))
        if (n != keep)
            generation_remove(dir, n);
}

} // namespace shim
