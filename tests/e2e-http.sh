#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# HTTP: headers, ranges, problems, hosts, who may do what.
. "$(dirname "$0")/e2e.sh"

cp -r --no-preserve=mode "$programme/2016-10-be" "$programme/README.md" "$root"
printf '<script>alert(1)</script><p>hostile page</p>' >"$root/hostile.html"
start_daemon
settled

# head PATH [CURL OPTION...]: status line and headers of a GET, without carriage returns.
head_of()
{
    get "$1" -D - -o /dev/null "${@:2}" | tr -d '\r'
}

tcp()
{
    curl -sS --max-time 30 "${@:2}" "http://$http$1"
}

code()
{
    [ "$("${@:2}" -o /dev/null -w '%{http_code}')" = "$1" ] || {
        echo "answered $("${@:2}" -o /dev/null -w '%{http_code}')"
        return 1
    }
}

# A problem: JSON of RFC 9457 with this status and a detail.
problem()
{
    head_of "$2" | grep -qi '^content-type: application/problem+json' &&
        get "$2" | json ".status == $1 and (.title | length > 0) and (.detail | length > 10)"
}

answers_both()
{
    tcp /search?q=pay | json '.total > 0' && get /search?q=pay | json '.total > 0'
}
check "both sockets answer" answers_both
check "the version of the interface" grep -qi '^prospect-api: 1$' < <(head_of /status)
check "JSON is called so" grep -qi '^content-type: application/json' < <(head_of /status)
check "nothing is sniffed" grep -qi '^x-content-type-options: nosniff' < <(head_of /)
check "the page has a policy" grep -qi '^content-security-policy:' < <(head_of /)
check "healthz" code 200 get /healthz
check "keep-alive" test "$(curl -sS -v --unix-socket "$sock" http://x/healthz http://x/healthz 2>&1 | grep -ci 're-using existing connection')" = 1

for bad in 'size=0' 'size=101' 'size=ten' 'from=-1' 'from=1001' 'sort=up' 'highlight=blink' 'after=yesterday' 'facet=colour' 'timeout_ms=3000' 'q=a&q=b' 'q=%00'; do
    check "$bad is refused with a reason" problem 400 "/search?$bad"
done
check "no such resource" problem 404 /nowhere
check "no such document" problem 404 /documents/00000000000000000000000000000000
check "a part that is not there yet" problem 404 /events
check "not by this method" code 405 get /search -X DELETE
check "an order is a POST" code 405 get /rescan
check "a query that is too long" code 400 get "/search?q=$(printf 'a%.0s' {1..2000})"
check "a target that is too long" grep -q '^HTTP/1.1 4' < <(head_of "/search?q=$(printf 'a%.0s' {1..60000})")

pdf=$(search '' mime=application/pdf type=presentation | jq -r '.hits[0].id')
file=$root/2016-10-be/pay-gap-law.pdf
size=$(stat -c %s "$file")
same_file()
{
    get "/documents/$pdf/content" | cmp - "$file"
}
range_is()
{
    cmp <(get "/documents/$pdf/content" -r "$1") <(tail -c +$(($2 + 1)) "$file" | head -c "$3")
}
check "the file itself" same_file
check "its type" grep -qi '^content-type: application/pdf' < <(head_of "/documents/$pdf/content")
check "ranges are offered" grep -qi '^accept-ranges: bytes' < <(head_of "/documents/$pdf/content")
check "a range" range_is 10-109 10 100
check "a range to the end" range_is $((size - 50))- $((size - 50)) 50
check "a range from the end" range_is -20 $((size - 20)) 20
check "partial content" code 206 get "/documents/$pdf/content" -r 0-0
check "which part" grep -qi "^content-range: bytes 0-3/$size" < <(head_of "/documents/$pdf/content" -r 0-3)
check "no such range" code 416 get "/documents/$pdf/content" -r $((size + 1))-
page=$(search 'hostile page' | jq -r '.hits[] | select(.path == "hostile.html") | .id')
served_safely()
{
    head_of "/documents/$page/content" | grep -qiE '^content-disposition: attachment|^content-security-policy:.*sandbox'
}
check "HTML of strangers is never ours" served_safely
check "nor is its text" grep -qi '^content-type: text/plain' < <(head_of "/documents/$page/text?unit=1")
snippet_is_escaped()
{
    printf '<p>beforehand &lt;img src=x onerror=alert(1)&gt; afterwards</p>' >"$root/markup.html"
    within 20 finds markup.html beforehand
    search beforehand | json '.hits[0].snippet | contains("<img") | not' &&
        ! get '/?q=beforehand' | grep -q '<img src=x'
}
check "snippets are escaped" snippet_is_escaped

foreign()
{
    tcp /status -H 'Host: evil.example' -o /dev/null -w '%{http_code}' | grep -q '^4'
}
check "a foreign Host is refused on TCP" foreign
check "localhost is not" code 200 tcp /status -H "Host: localhost:${http##*:}"
check "on the Unix socket any Host will do" code 200 get /status -H 'Host: evil.example'
check "an order by TCP needs the token" code 403 tcp /rescan -X POST
check "on the Unix socket its own user needs none" code 202 post /rescan
stopped

printf 'secret-token-of-the-admin\n' >"$work/token"
chmod 600 "$work/token"
printf '[daemon]\nstate = %s\n[access]\ntoken_file = %s\n[root files]\npath = %s\n' \
    "$state" "$work/token" "$root" >"$work/conf"
http=127.0.0.1:$(free_port)
launch -c "$work/conf" --socket "$sock" --http "$http" --worker "$TOP_BUILDDIR/prospect-worker" \
    --plugin-dir "$plugin_dirs"
check "it starts with a token" within 20 answering
check "a wrong token is refused" code 403 tcp /rescan -X POST -H 'Authorization: Bearer wrong'
check "the token is accepted" code 202 tcp /rescan -X POST -H 'Authorization: Bearer secret-token-of-the-admin'
stopped
finish
