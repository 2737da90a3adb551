#include "daemon/rules_read.h"

#include "daemon/beneath.h"
#include "index/base/buf.h"

#include <errno.h>

typedef prospect_status enter_fn(struct rules *out, const struct rules *around, const char *folder,
                                 const char *text, size_t length, struct error *error);

static prospect_status of_file(struct rules *out, const struct rules *around, const char *folder,
                               const char *text, size_t length, struct error *error)
{
    (void)folder;
    return rules_of_file(out, around, text, length, error);
}

static prospect_status read_and(enter_fn *enter, struct rules *out, const struct rules *around,
                                int root_fd, const char *folder, const char *file,
                                struct error *error)
{
    struct buf text = {0};
    prospect_status status;
    if (beneath_read(root_fd, file, RULES_FILE_MAX, &text)) {
        status = enter(out, around, folder, buf_str(&text), text.len, error);
    } else if (errno == ENOENT || errno == ENOTDIR) {
        status = enter(out, around, folder, NULL, 0, error);
    } else {
        status = error_sys(error, PROSPECT_DAMAGED, "it cannot be read: nobody may see this");
        enter(out, around, folder, NULL, 0, NULL);
        rules_hide(out);
    }
    buf_free(&text);
    return status;
}

prospect_status rules_read_folder(struct rules *out, const struct rules *parent, int root_fd,
                                  const char *folder, struct error *error)
{
    struct buf file = {0};
    buf_addf(&file, "%s%s%s", folder, *folder ? "/" : "", RULES_FOLDER_FILE);
    prospect_status status =
        read_and(rules_enter, out, parent, root_fd, folder, buf_str(&file), error);
    buf_free(&file);
    return status;
}

prospect_status rules_read_side_car(struct rules *out, const struct rules *folder, int root_fd,
                                    const char *path, struct error *error)
{
    struct buf file = {0};
    buf_addf(&file, "%s%s", path, RULES_SIDE_CAR);
    prospect_status status = read_and(of_file, out, folder, root_fd, "", buf_str(&file), error);
    buf_free(&file);
    return status;
}
