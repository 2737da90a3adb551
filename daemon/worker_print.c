#include "daemon/worker_print.h"

#include "index/text/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What a document says must not move the cursor. */
static void put(const char *s, size_t length)
{
    for (const char *at = s, *end = s + length; at < end;) {
        const char *from = at;
        uint32_t c = utf8_next(&at, end);
        bool safe = c == '\n' || c == '\t' || (c >= ' ' && (c < 0x7F || c > 0x9F));
        if (safe && utf8_valid(from, (size_t)(at - from)))
            fwrite(from, 1, (size_t)(at - from), stdout);
        else
            for (; from < at; from++)
                printf("\\x%02x", (unsigned char)*from);
    }
}

static void puts_safe(const char *s)
{
    put(s, strlen(s));
}

static void field(const char *name, const char *value)
{
    if (!value)
        return;
    printf("%-10s ", name);
    puts_safe(value);
    putchar('\n');
}

static void print_meta(const struct meta_list *l)
{
    static const char *const sure[] = {"?", "guess", "likely", "declared", "explicit"};
    for (size_t i = 0; i < l->count; i++) {
        const struct meta_value *m = &l->item[i];
        printf("meta       %s: ", m->key);
        puts_safe(m->value);
        printf("  (");
        puts_safe(m->source);
        printf(", %s)\n", m->confidence <= META_EXPLICIT ? sure[m->confidence] : "?");
    }
}

static void print_children(const struct extraction *e)
{
    for (size_t i = 0; i < e->n_children; i++) {
        const struct extraction_child *c = &e->children[i];
        printf("child      ");
        put(c->name, c->name_length);
        printf("  (%s, %" PRIu64 " bytes)\n", c->mime ? c->mime : "type unknown", c->size);
    }
}

static size_t boxes_of(const struct extraction *e, uint32_t unit)
{
    for (size_t i = 0; i < e->n_boxes; i++)
        if (e->boxes[i].unit == unit)
            return e->boxes[i].count;
    return 0;
}

static void print_text(const struct unit *u)
{
    static const char *const marks[] = {"", "[heading] ", "[row] ", "[note] "};
    const char *at = u->text;
    for (size_t i = 0; i < u->n_spans; at += u->spans[i++].length) {
        printf("%s", u->spans[i].kind < 4 ? marks[u->spans[i].kind] : "");
        put(at, u->spans[i].length);
    }
    if (u->length && u->text[u->length - 1] != '\n')
        putchar('\n');
}

static void print_unit(const struct extraction *e, const struct unit *u)
{
    static const char *const kinds[] = {"page", "slide", "sheet", "chapter", "section"};
    size_t boxes = boxes_of(e, u->number);
    printf("\n--- %s %u", kinds[e->document->unit_kind], u->number);
    if (u->label) {
        printf(" \"");
        puts_safe(u->label);
        putchar('"');
    }
    if (*u->lang)
        printf(" [%s]", u->lang);
    if (u->heading) {
        printf(" ");
        puts_safe(u->heading);
    }
    if (boxes)
        printf(" (%zu boxes)", boxes);
    printf("\n");
    print_text(u);
}

void worker_print_extraction(const char *file, const struct extraction *e,
                             const struct worker_cost *cost)
{
    const struct document *d = e->document;
    field("file", file);
    field("type", d->mime);
    if (d->stamp.plugin)
        printf("plugin     %s %s\n", d->stamp.plugin,
               d->stamp.plugin_version ? d->stamp.plugin_version : "");
    printf("outcome    %s%s%s%s\n", prospect_status_name(d->status), d->reason ? ": " : "",
           d->reason ? d->reason : "",
           d->status == PROSPECT_OK && !document_complete(d) ? ", incomplete" : "");
    printf("cost       %" PRIu64 " ms, %" PRIu64 " ms of CPU, %" PRIu64 " KiB of memory\n",
           cost->wall_ms, cost->cpu_ms, cost->peak_kib);
    print_meta(&d->meta);
    for (size_t i = 0; i < d->cuts.count; i++)
        field("cut", d->cuts.item[i]);
    for (size_t i = 0; i < d->warnings.count; i++)
        field("warning", d->warnings.item[i]);
    print_children(e);
    printf("units      %zu, %" PRIu64 " bytes of text\n", d->n_units, e->text_bytes);
    for (size_t i = 0; i < d->n_units; i++)
        print_unit(e, &d->units[i]);
}

void worker_print_plugins(const struct wire_plugin *plugins, size_t n)
{
    for (const struct wire_plugin *p = plugins; p < plugins + n; p++) {
        if (p->refused) {
            puts_safe(p->file);
            printf("\n    refused: ");
            puts_safe(p->refused);
            printf("\n");
            continue;
        }
        printf("%s %s (ABI %u, %s)\n    types: %s\n    file: ", p->name, p->version, p->abi,
               p->licence ? p->licence : "no licence given", p->types);
        puts_safe(p->file);
        printf("\n");
    }
    if (n == 0)
        printf("no plugins\n");
}
