#include "index/text/function_words.h"

#include "index/text/edit.h"

#include <stdio.h>
#include <string.h>

enum {
    LONGEST = 32 /* bytes */
};

/* A blank before and behind each. Folded as the index folds: Greek without a final sigma, Cyrillic
 * without breves. */
static const char words[] =
    " "
    /* English */
    "about after all also among and any are asked because been before being between "
    "both but can could did does during each every first for from had has have her "
    "his how into its may more most must not only other our out over per said same "
    "says second shall she should some such than that the their them then there "
    "these they this those through two under until upon very was were what when "
    "where which while who whose why will with within without would you your "
    /* German */
    "aber als auch auf aus bei beim bis das dass dem den der des die dies diese "
    "diesem dieser dieses durch ein eine einem einen einer eines fur haben hat ihr "
    "ihre ihrer innerhalb ist kann mit nach nicht noch nur oder ohne sein seine sich "
    "sie sind uber und unter vom von vor wenn werden wie wird wurde wurden zum zur "
    "zwischen "
    /* French */
    "aux avec ces cet cette chez comme dans dont elle elles entre est etre ils les "
    "leur leurs mais nos notre nous par pas plus pour que qui sans ses sont sous sur "
    "une vers vous "
    /* Spanish, Portuguese, Italian */
    "alla alle anche ante aos che com como con cui dal dalla degli dei del della "
    "delle desde dos ele ella esta este esto gli hacia han hasta las los mas muy nel "
    "nella para pela pelo pero por porque quando quanto queste questo sem ser seu "
    "sin sobre sua sul sulla sus tra uma una unas uno unos "
    /* Dutch, Danish, Swedish, Norwegian */
    "aan att bij deze dit door een ett fra fran geen har het ikke inte med met naar "
    "niet och ook som till til tussen uit van ved voor zijn "
    /* Polish, Czech, Slovak, Slovene, Croatian, Romanian */
    "ale czy dla ich jako jest kako kter ktera ktere ktora ktore ktory mezi nad nie "
    "oraz pod pre pri prin przez przy sau sunt ktery care din pentru tym koji koja "
    "koje ako ili "
    /* Finnish, Estonian, Hungarian, Turkish */
    "bir egy ega eika hogy icin ile kui mis nem olan olla ovat seka tai vagy vai voi "
    /* Greek */
    "απο για δεν ειναι εχει εχουν και κατα μας μια μετα που προσ στα στη στην στισ "
    "στο στον στουσ των τησ την τισ τον του τουσ ενα οτι οπωσ "
    /* Bulgarian, Russian, Ukrainian, Macedonian, Serbian */
    "без били бъде във для его ето или има как като коя която което които както към "
    "между над него при под през про със само след съм тази тези това този чрез что "
    "являются бил беше сред які якии щодо від што кои који која које ";

bool function_word(const char *word)
{
    char wanted[LONGEST + 3];
    if (edit_characters(word, strlen(word)) <= 2)
        return true;
    if (strlen(word) > LONGEST)
        return false;
    snprintf(wanted, sizeof wanted, " %s ", word);
    return strstr(words, wanted) != NULL;
}
