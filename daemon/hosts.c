#include "daemon/hosts.h"

#include "index/base/mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool hosts_sane(const char *host)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]";
    size_t length = strlen(host);
    return length > 0 && length < 256 && host[strspn(host, letters)] == '\0';
}

/* The length of the name in "name:port". */
static size_t name_length(const char *host)
{
    const char *end = host[0] == '[' ? strchr(host, ']') : NULL;
    return end != NULL ? (size_t)(end + 1 - host) : strcspn(host, ":");
}

static bool is_port(const char *text)
{
    if (*text == '\0')
        return true;
    size_t digits = strspn(text + 1, "0123456789");
    return *text == ':' && text[1 + digits] == '\0' && digits <= 5;
}

static bool is_v4(const char *name, const void *address)
{
    struct in_addr named;
    return inet_pton(AF_INET, name, &named) == 1 && memcmp(&named, address, sizeof named) == 0;
}

static bool is_v6(const char *name, const struct in6_addr *address)
{
    struct in6_addr named;
    size_t length = strlen(name);
    char bare[64];
    if (IN6_IS_ADDR_V4MAPPED(address) && is_v4(name, &address->s6_addr[12]))
        return true;
    if (length < 4 || length >= sizeof bare || name[0] != '[')
        return false;
    memcpy(bare, name + 1, length - 2);
    bare[length - 2] = '\0';
    return inet_pton(AF_INET6, bare, &named) == 1 && memcmp(&named, address, sizeof named) == 0;
}

static bool is_address(const char *name, const struct sockaddr *local)
{
    if (local->sa_family == AF_INET)
        return is_v4(name, &((const struct sockaddr_in *)local)->sin_addr);
    if (local->sa_family == AF_INET6)
        return is_v6(name, &((const struct sockaddr_in6 *)local)->sin6_addr);
    return false;
}

static bool is_allowed(const char *host, const char *name, const struct strlist *allowed)
{
    for (size_t i = 0; i < allowed->count; i++)
        if (strcasecmp(allowed->item[i], name) == 0 || strcasecmp(allowed->item[i], host) == 0)
            return true;
    return false;
}

bool hosts_accept(const char *host, const struct sockaddr *local, const struct strlist *allowed)
{
    size_t length = name_length(host);
    if (!hosts_sane(host) || length == 0 || !is_port(host + length))
        return false;
    char *name = mem_dup(host, length);
    bool accepted = strcasecmp(name, "localhost") == 0 || is_address(name, local) ||
                    is_allowed(host, name, allowed);
    free(name);
    return accepted;
}

char *hosts_of_url(const char *url)
{
    const char *start = strstr(url, "://");
    if (start == NULL)
        return NULL;
    size_t length = strcspn(start + 3, "/?#");
    return length > 0 ? mem_dup(start + 3, length) : NULL;
}
