/* Whether the index is whole: its blocks as they were written, Xapian's own structures, and that
 * each document has its records. */
#include "index/blocks.hh"
#include "index/compartment.hh"
#include "index/generation.hh"
#include "index/hits.hh"
#include "index/put.hh"
#include "index/schema.h"
#include "index/terms.hh"

#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;
using namespace shim;

namespace
{

enum {
    ATTEMPTS = 10 /* at a compartment that is being written */
};

struct Check {
    unsigned how; /* enum index_check_how */
    void (*line)(void *ctx, const char *);
    void *ctx;
    bool bad = false, busy = false;
    std::vector<std::string> findings = {}; /* of one look at one compartment */
    std::vector<std::string> all = {};      /* that count */

    void say(const std::string &finding)
    {
        findings.push_back(finding);
    }
    void tell()
    {
        for (const std::string &finding : all)
            line(ctx, finding.c_str());
        bad = !all.empty();
    }
};

bool unit_is_good(const Xapian::Database &db, const std::string &id, uint32_t number)
{
    struct unit u;
    const std::string record = db.get_metadata(key_unit(id, number));
    bool good = record_unpack_unit(record.data(), record.size(), &u);
    if (good)
        unit_clear(&u);
    return good;
}

bool records_are_good(const Xapian::Database &db, const std::string &id)
{
    Document d;
    struct index_unit_info *infos;
    size_t count;
    const std::string record = db.get_metadata(key_document(id));
    const std::string lines = db.get_metadata(key_units(id));
    bool good = record_unpack_infos(lines.data(), lines.size(), &infos, &count);
    unit_infos_free(infos, count);
    return good && record_unpack_document(record.data(), record.size(), d.out());
}

/* What is wrong with a document; "" if nothing. */
std::string document_trouble(const Xapian::Database &db, Xapian::docid did, std::string &name)
{
    Data data;
    const std::string bytes = db.get_document(did).get_value(SLOT_RECORD);
    if (!record_unpack_data(bytes.data(), bytes.size(), &data.fields, &data.places)) {
        name = "number " + std::to_string(did);
        return "its data is damaged";
    }
    const std::string id = data.fields.id;
    name = std::string(data.fields.root) + "/" + data.fields.path;
    if (!records_are_good(db, id))
        return "its records are missing or damaged";
    for (size_t i = 0; i < data.places.count; i++)
        if (!unit_is_good(db, id, data.places.item[i].number))
            return "the text of part " + std::to_string(data.places.item[i].number) +
                   " is missing or damaged";
    return "";
}

/* The next scan finds a file whose stamp says nothing, and reads it. */
void forget_stamp(Xapian::WritableDatabase &db, Xapian::docid did)
{
    Xapian::Document doc = db.get_document(did);
    const std::string bytes = doc.get_value(SLOT_STAMP);
    struct file_stamp s = {};
    if (record_unpack_stamp(bytes.data(), bytes.size(), &s)) {
        struct document d = {};
        Bytes packed;
        d.root = s.root;
        d.path = s.path;
        record_pack_stamp(&packed, &d);
        doc.add_value(SLOT_STAMP, packed.str());
        db.replace_document(did, doc);
    }
    file_stamp_free(&s);
}

void check_documents(Check &c, const std::string &path, const std::string &name)
{
    std::vector<Xapian::docid> damaged;
    Xapian::Database db(path);
    for (Xapian::PostingIterator p = db.postlist_begin(""); p != db.postlist_end(""); ++p) {
        std::string document;
        const std::string trouble = document_trouble(db, *p, document);
        if (trouble.empty())
            continue;
        c.say(name + ": " + document + ": " + trouble);
        damaged.push_back(*p);
    }
    if (!(c.how & CHECK_REPAIR) || damaged.empty())
        return;
    Xapian::WritableDatabase writable(path, Xapian::DB_OPEN);
    for (Xapian::docid did : damaged)
        forget_stamp(writable, did);
    writable.commit();
}

bool structure_is_good(Check &c, const std::string &path, const std::string &name)
{
    struct error why = {};
    prospect_status status =
        guard(&why, [&] { return database_is_sound(path) ? PROSPECT_OK : PROSPECT_CORRUPT; });
    if (status == PROSPECT_OK)
        return true;
    c.say(name + ": damaged" + (why.line[0] ? std::string(": ") + why.line : ""));
    return false;
}

/* True if it is whole; else C has the findings. */
bool look(Check &c, const std::string &path, const std::string &name)
{
    struct error why = {};
    c.findings.clear();
    bool good = structure_is_good(c, path, name);
    prospect_status status = guard(&why, [&] {
        Labels::unpack(Xapian::Database(path).get_metadata(KEY_ACCESS));
        check_documents(c, path, name);
        return PROSPECT_OK;
    });
    if (status != PROSPECT_OK)
        c.say(name + ": cannot be read: " + why.line);
    return good && status == PROSPECT_OK;
}

/* 0 where it cannot be told. */
Xapian::rev revision_of(const std::string &path)
{
    Xapian::rev revision = 0;
    guard(nullptr, [&] {
        revision = Xapian::Database(path).get_revision();
        return PROSPECT_OK;
    });
    return revision;
}

/* False where they are not as they were written; C has the findings then. */
bool blocks_stand(Check &c, const std::string &generation, const std::string &name)
{
    struct error why = {};
    prospect_status status = guard(&why, [&] {
        return blocks_are_good(
                   generation, name, (c.how & CHECK_NOTE) != 0,
                   [&](const std::string &what) { c.all.push_back(name + ": " + what); })
                   ? PROSPECT_OK
                   : PROSPECT_CORRUPT;
    });
    if (why.status)
        c.all.push_back(name + ": cannot be read: " + why.line);
    return status == PROSPECT_OK;
}

/* While somebody writes, blocks that we are about to read are used anew, and what is found then
 * means nothing: only what is found in a revision that is still there afterwards counts. */
void check_compartment(Check &c, const std::string &generation, const std::string &name)
{
    const std::string path = generation + "/" + name;
    bool stand = blocks_stand(c, generation, name), good = false, stood_still = false;
    if (c.how & CHECK_QUICK)
        return;
    for (int attempt = 0; attempt < ATTEMPTS && !stood_still; attempt++) {
        Xapian::rev revision = revision_of(path);
        good = look(c, path, name);
        stood_still = c.findings.empty() || revision_of(path) == revision;
    }
    if (!stood_still) {
        c.busy = true;
        return;
    }
    c.all.insert(c.all.end(), c.findings.begin(), c.findings.end());
    if ((c.how & CHECK_REPAIR) && !(good && stand)) {
        fs::rename(path, generation + "/damaged-" + name);
        c.all.push_back(name + ": set aside; its documents will be read again");
    }
}

/* The modification time of a file says when all was last found whole. */
void verified_now(const std::string &dir)
{
    int fd = open((dir + "/verified").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (fd >= 0) {
        futimens(fd, nullptr);
        close(fd);
    }
}

prospect_status check_index(Check &c, const std::string &dir)
{
    unsigned current = generation_current(dir);
    if (current == 0 && !generation_list(dir).empty())
        throw Failure{PROSPECT_CORRUPT, "which generation is in use is not said"};
    if (current == 0)
        return PROSPECT_OK;
    int schema = generation_schema(dir, current);
    if (schema < 0)
        throw Failure{PROSPECT_CORRUPT, "the generation in use is gone or damaged"};
    if (schema != SCHEMA_VERSION && (c.how & CHECK_NOTE))
        return PROSPECT_SCHEMA; /* the daemon makes one of its own */
    if (schema != SCHEMA_VERSION) {
        c.all.push_back("the index has schema " + std::to_string(schema) + ", this program reads " +
                        std::to_string(SCHEMA_VERSION));
        c.tell();
        return PROSPECT_SCHEMA;
    }
    const std::string generation = generation_path(dir, current);
    for (const std::string &name : compartment_list(generation))
        check_compartment(c, generation, name);
    /* What was being looked at is gone then, which is no damage. */
    if (generation_current(dir) != current)
        return PROSPECT_BUSY;
    c.tell();
    if (!c.bad && !c.busy && c.how == CHECK_NOTE)
        verified_now(dir);
    return c.bad ? PROSPECT_CORRUPT : c.busy ? PROSPECT_BUSY : PROSPECT_OK;
}

} // namespace

extern "C" prospect_status index_check(const char *dir, unsigned how,
                                       void (*line)(void *ctx, const char *), void *ctx,
                                       struct error *error)
{
    Check c = {how, line, ctx};
    prospect_status status = guard(error, [&] { return check_index(c, dir); });
    if (status == PROSPECT_CORRUPT && !c.bad && error)
        line(ctx, error->line);
    if (status == PROSPECT_CORRUPT && c.bad)
        error_set(error, status, "the index in %s is damaged", dir);
    if (status == PROSPECT_BUSY)
        error_set(error, status,
                  "the index in %s is being written all the time: check it again later", dir);
    return status;
}
