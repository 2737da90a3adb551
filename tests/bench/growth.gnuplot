# growth.png of growth.tsv, both in the folder that gnuplot runs in. The columns' names are growth.py's.
set terminal pngcairo size 1100,900 font "DejaVu Sans,10"
set output "growth.png"
set datafile separator "\t"
set datafile missing "nan"
set logscale x 10
set format x "10^{%L}"
set xlabel "documents"
set xrange [700:1500000]
set grid
set key top left
is(kind, name) = strcol("collection") eq kind ? column(name) : NaN
set multiplot layout 2,2 title "Growth: documents of 3,000 words, and of 120"

set logscale y
set ylabel "full answers, ms"
plot "growth.tsv" using "documents":(is("long", "mixed p50")) with linespoints pt 7 lc 1 title "3,000 words, p50", \
     "" using "documents":(is("long", "mixed p99")) with linespoints pt 5 lc 1 dt 2 title "p99", \
     "" using "documents":(is("short", "mixed p50")) with linespoints pt 7 lc 2 title "120 words, p50", \
     "" using "documents":(is("short", "mixed p99")) with linespoints pt 5 lc 2 dt 2 title "p99"

set ylabel "p99 by kind, ms: 3,000 words (full), 120 (dashed)"
plot for [i = 1:6] "growth.tsv" using "documents":(is("long", word("middling frequent sentence phrase prefix typo", i)." p99")) \
       with linespoints pt 7 ps 0.6 lc i title word("middling frequent sentence phrase prefix typo", i), \
     for [i = 1:6] "" using "documents":(is("short", word("middling frequent sentence phrase prefix typo", i)." p99")) \
       with linespoints pt 5 ps 0.6 lc i dt 2 notitle

set ylabel "suggestions, ms"
plot "growth.tsv" using "documents":(is("long", "suggestions p50")) with linespoints pt 7 lc 1 title "3,000 words, p50", \
     "" using "documents":(is("long", "suggestions p99")) with linespoints pt 5 lc 1 dt 2 title "p99", \
     "" using "documents":(is("short", "suggestions p50")) with linespoints pt 7 lc 2 title "120 words, p50", \
     "" using "documents":(is("short", "suggestions p99")) with linespoints pt 5 lc 2 dt 2 title "p99"

set ylabel "documents a second; CPU of each, ms (dashed)"
plot "growth.tsv" using "documents":(is("long", "per second")) with linespoints pt 7 lc 1 title "3,000 words", \
     "" using "documents":(is("short", "per second")) with linespoints pt 7 lc 2 title "120 words", \
     "" using "documents":(is("long", "CPU ms")) with linespoints pt 5 lc 1 dt 2 notitle, \
     "" using "documents":(is("short", "CPU ms")) with linespoints pt 5 lc 2 dt 2 notitle
unset multiplot
