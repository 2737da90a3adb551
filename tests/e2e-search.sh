#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Filters, sorting, paging, facets, pages and snippets over the sample programme.
. "$(dirname "$0")/e2e.sh"

cp -r --no-preserve=mode "$programme/." "$root"
start_daemon
settled

# says QUERY [NAME=VALUE...] -- FILTER: the answer is so.
says()
{
    local arguments=()
    while [ "$1" != -- ]; do
        arguments+=("$1")
        shift
    done
    search "${arguments[@]}" | json "$2"
}

all=$(find "$root" -type f ! -name '.prospect' ! -name '*.meta' -printf x | wc -c)
belgian=$(find "$root/2016-10-be" -type f ! -name '.prospect' ! -name '*.meta' -printf x | wc -c)
report=reports/annual-report-2018.pdf

check "no query: all documents" says '' -- ".total == $all and .total_is_exact"
check "newest first" says '' size=5 -- '[.hits[].date // ""] as $d | $d == ($d | sort | reverse)'
check "a country" says '' country=BE size=50 -- ".total == $belgian and all(.hits[]; .countries == [\"BE\"])"
check "one country or another" says '' country=BE country=SE size=50 -- 'all(.hits[]; .countries | inside(["BE", "SE"])) and ([.hits[].countries[0]] | unique | length == 2)'
check "two filters: both" says '' country=BE lang=fr size=50 -- '.total == 1 and .hits[0].path == "2016-10-be/loi-ecart-salarial.pdf"'
check "a country in the query" says 'country:BE' -- ".total == $belgian"
check "a country by its name" says 'country:"belgium"' -- ".total == $belgian"
check "or as the Union writes it" says '' country=EL -- '.total > 0 and all(.hits[]; .countries == ["GR"])'
check "a country that a side-car lists" says '' folder=mobility country=PL -- '[.hits[].path] == ["mobility/posted-workers.txt"]'
check "a type" says '' type=presentation -- 'any(.hits[]; .path == "2016-10-be/pay-gap-law.pdf")'
check "a year" says '' year=2017 size=50 -- '.total > 5 and all(.hits[]; .date | startswith("2017"))'
check "a programme, also in a folder that names another" says '' 'programme=Workers on the Move' size=50 -- 'all(.hits[]; .programme == "Workers on the Move") and .total >= 4'
check "an event" says '' 'event=Seminar on the gender pay gap law' -- ".total == $belgian"
check "a folder" says '' folder=strategy -- '.total == 3'
check "a MIME type" says '' mime=application/pdf size=50 -- '.total == 18'
check "not before" says '' after=2021 size=50 -- '.total > 4 and all(.hits[]; .date >= "2021")'
check "not after" says '' before=2016-04 size=50 -- 'all(.hits[]; .date[0:7] <= "2016-04")'
check "between" says '' after=2017-06-01 before=2017-06-30 size=50 -- '.total >= 4 and all(.hits[]; .date[0:7] == "2017-06")'
check "dates in the query" says 'date:2017-06..2017-09' size=50 -- '.total >= 6 and all(.hits[]; .date[0:4] == "2017")'
check "oldest first" says programme sort=date size=50 -- '[.hits[].date | select(.)] as $d | $d == ($d | sort)'
check "undated last" says '' sort=date size=100 -- '[.hits[].date == null] as $n | $n == ($n | sort)'
check "by title" says '' sort=title size=20 -- '[.hits[].title | ascii_downcase | gsub("[^a-z]"; "")[0:1] | select(. != "")] as $t | $t == ($t | sort)'

check "a phrase" says '"maintenance advance fund"' -- "[.hits[].path] == [\"$report\"]"
check "words that are no phrase" says '"fund advance maintenance"' expand=0 -- '.total == 0'
check "AND NOT" says 'interpreters -shelter' size=50 -- 'all(.hits[]; .path != "2018-02-gr/discussion-paper.md")'
check "OR" says 'Kardamyli OR natlinjen' -- '[.hits[].path] | sort == ["2017-09-dk/newsletter-extract.html", "reports/annual-report-2018.pdf"]'
check "NEAR" says 'mountain NEAR/3 village' -- "any(.hits[]; .path == \"$report\")"
check "a prefix" says 'Kardam*' -- ".hits[0].path == \"$report\""
check "a title" says 'title:glossary' -- '.hits[0].path == "glossary/terms-en.html"'
check "an author" says 'author:sandqvist' -- '.total == 2'
check "what has no words finds nothing" says '???' -- '.total == 0 and .hits == [] and .parsed == ""'
check "no syntax is an error" says '((" AND OR NOT ) NEAR/ "x' -- 'has("hits")'

check "the report has 60 pages" says 'Kardamyli' -- '.hits[0].pages == 60'
check "the page and its label" says 'Kardamyli' -- '.hits[0] | .page == 42 and .page_label == "36" and (.url | contains("#page=42"))'
check "a page in Roman figures" says 'drawer brochures cabinet' -- ".hits[0] | .path == \"$report\" and .page == 3 and .page_label == \"iii\""
check "further pages" says 'interpreters' "folder=reports" -- ".hits[] | select(.path == \"$report\") | .more | length >= 1"
check "a slide" says 'bakery Swindon' -- '.hits[0] | .path == "2016-04-uk/right-to-request-slides.pdf" and .page == 5'
check "a section and its heading" says 'carer fridge' folder=2019-10-pl lang=en -- '.hits[0] | .page == null and .section == 2 and .heading == "Live-in carers"'
check "the words are marked" says 'Kardamyli' -- '.hits[0].snippet | contains("<mark>Kardamyli</mark>")'
check "or not" says 'Kardamyli' highlight=none -- '.hits[0].snippet | contains("Kardamyli") and (contains("<mark>") | not)'
check "no snippets" says 'Kardamyli' snippets=0 -- '.hits[0].snippet // "" == ""'
check "an explanation adds up" says 'gender pay gap report' explain=1 -- 'all(.hits[]; .explanation | ([.parts[].weight] | add) - .weight | . < 0.001 and . > -0.001)'
check "and only who asks gets one" says 'gender pay gap' -- 'all(.hits[]; has("explanation") | not)'
check "further pages are others" says 'participants belgium partner' folder=reports -- '.hits[] | select(.pages == 60) | [.page, .more[].page] | length > 1 and length == (unique | length)'
check "an unaccented word marks the accented one" says 'fiscalite' folder=newsletter -- '.hits[0].snippet | contains("<mark>fiscalité</mark>")'
check "a number marks its separated form" says '5870' -- '.hits[0].snippet | contains("<mark>5,870</mark>")'

check "facets count all matches" says '' facet=country,lang size=1 -- "[.facets.country[] | select(.value == \"BE\")][0].count == $belgian and (.facets.lang | length > 5)"
check "facets are sorted" says '' facet=all -- 'all(.facets[]; [.[].count] as $c | $c == ($c | sort | reverse))'
check "facets count what is filtered" says '' facet=country country=SE -- '.facets.country == [{"value": "SE", "count": .total}]'

pages_are_disjoint()
{
    local from
    for ((from = 0; from < all; from += 7)); do
        paths '' from=$from size=7
    done | sort | uniq -c | awk -v all="$all" '$1 != 1 { exit 1 } END { exit NR != all }'
}
check "pages of hits hold each document once" pages_are_disjoint
check "beyond the end is empty" says '' from=900 size=10 -- '.hits == [] and .total > 0'

id=$(search Kardamyli | jq -r '.hits[0].id')
check "a document" json '.pages | length == 60 and .[5].label == "vi" and .[41].heading == "Greece" and .[41].lang == "en"' < <(get "/documents/$id")
check "its metadata" json '.title == "Annual report 2018 of the Shared Practice Programme" and .date == "2019-03-08" and .programme == "Shared Practice Programme"' < <(get "/documents/$id")
check "one page's text" grep -q 'village of Kardamyli' < <(get "/documents/$id/text?page=42")
only_this_page()
{
    ! get "/documents/$id/text?page=42" | grep -q 'ceramics\|band clubs'
}
check "no other page's" only_this_page
check "every page that matches" json '[.hits[]?, .pages[]?] | length > 3' < <(get "/documents/$id/hits?q=interpreters")
check "explicit metadata wins" json '.title == "The Belgian gender pay gap law: presentation of the host country"' < <(get "/documents/$(search '' country=BE type=presentation | jq -r '.hits[0].id')")
check "a mistyped word finds what was meant" says 'interpretrs Kardamyli' -- '.did_you_mean == "interpreters Kardamyli" and .hits[0].matched == "corrected" and (.hits[0].snippet | contains("<mark>Kardamyli</mark>"))'
check "in other scripts" says 'ισοτιτα' -- '.did_you_mean == "ισότητα" and .total > 0'
check "and not with expand=0" says 'interpretrs' expand=0 -- '.did_you_mean == null and .total == 0'
check "what is spelt well is left alone" says 'interpreters Kardamyli' -- '.did_you_mean == null and .hits[0].matched == "all"'
check "the page offers the correction" grep -q 'Did you mean <a href="[^"]*q=interpreters' < <(get '/?q=interpretrs')
check "suggestions have what was typed inside" json '.[1] | index("Seminar on the gender pay gap law") != null' < <(get '/suggest?q=pay+ga')
check "suggestions" json '.[0] == "upskil" and (.[1] | length > 0)' < <(get '/suggest?q=upskil')
check "CSV" grep -q 'annual-report-2018.pdf' < <(get '/search?q=Kardamyli&format=csv')
check "the page for people" grep -q 'Kardamyli' < <(get '/?q=Kardamyli')
check "OpenSearch" grep -q '<OpenSearchDescription' < <(get /opensearch.xml)
stopped
finish
