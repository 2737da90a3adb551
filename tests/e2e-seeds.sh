#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Documents dropped into a watched folder are found by what people ask.
. "$(dirname "$0")/e2e.sh"

start_daemon
seeds=$TOP_SRCDIR/../shared/seeds
if [ -d "$seeds" ]; then
    cp "$seeds"/*.txt "$root"
    check "a dropped file is found" within 15 first_is mutual-learning-programme.txt 'pay gap law belgium'
    settled
    check "a phrase and a word" first_is mutual-learning-programme.txt '"tax systems" sweden'
    check "words in another order" first_is pact-for-skills-event.txt 'upskilling gender balance'
    check "a word with a footnote number glued on" first_is pact-for-skills-event.txt Agenda
    check "a number without its separator" first_is eige-cooperation-presentation.txt 5196
    check "a name in small letters" first_is eige-cooperation-presentation.txt 'mira banerjee'
    check "a compound with a hyphen" first_is eige-cooperation-presentation.txt 'gender-based violence'
else
    echo "ok $((number += 1)) # SKIP no seed documents beside the sources"
fi

# On a busy machine one drop may take long; one of five shows what prospectd itself needs.
in_two_seconds()
{
    local i dropped
    for i in one two three four five; do
        printf 'The word to look for is zebra%s.\n' "$i" >"$root/zebra$i.txt"
        dropped=$(now_ms)
        within 15 finds "zebra$i.txt" "zebra$i" || return 1
        [ $(($(now_ms) - dropped)) -ge $((2000 * slow)) ] || return 0
        echo "$(($(now_ms) - dropped)) ms"
    done
    return 1
}
settled
check "a closed file is found within two seconds" in_two_seconds

cp -r --no-preserve=mode "$programme" "$root"
settled
check "all of the sample programme can be read" json '.roots[0].failed == 0' < <(get /status)
check "all of it is searchable" counts_add_up

p=programme
while IFS='|' read -r query path; do
    check "$query" finds "$p/$path" "$query" </dev/null
done <<'LIST'
pay gap law belgium|2016-10-be/pay-gap-law.pdf
"tax systems" sweden|2017-06-se/individual-taxation.pdf
upskilling gender balance|2021-03-online/peer-learning.html
Agenda|2021-03-online/peer-learning.html
5196|reports/documentation-centre-visits.txt
5196|reports/annual-report-2018.pdf
ilze ozola|mobility/recognition-study.pdf
gender-based violence|2018-02-gr/discussion-paper.md
individual taxation|2017-06-se/event.html
segregation carpentry|2015-09-dk/host-paper-denmark.pdf
schooling apprentices|2015-09-dk/host-paper-denmark.pdf
egalite|strategy/chemins-egaux-fr.pdf
écart salarial|2016-10-be/loi-ecart-salarial.pdf
strassenbahnbetriebe|2022-06-de/wiedereinstieg.pdf
Gleichstellung|strategy/gleiche-wege-de.pdf
πρωτοκολλο συνεργασιας|2018-02-gr/protokollo-synergasias.pdf
εμπειρογνωμονες ασυλο|2018-02-gr/deltio-typou.txt
равнопоставеността|2018-11-bg/zheni-v-it.pdf
детската градина|2018-11-bg/belezhki.txt
fiscalité individuelle|newsletter/lettre-4.txt
solder sew|newsletter/issue-9.txt
licença parental|2019-05-es/comentario-portugal.txt
declaración conjunta|2017-06-se/comentario-espana.md
przygraniczni doradcy|2019-10-pl/doradcy-przygraniczni.pdf
interpretariato telefonico|2018-02-gr/commento-italia.txt
natlinjen|2017-09-dk/newsletter-extract.html
LIST
check "scripts and hidden text are not found" json '.total == 0' < <(search unfindable expand=0)
check "navigation is not found" json '.total == 0' < <(search webmaster expand=0)
stopped
finish
