# Makes a C file of the bytes of a file: od -An -v -tu1 FILE | awk -v name=NAME -f embed.awk
BEGIN {
    print "/* Made by daemon/web/embed.awk. */"
    print "#include \"daemon/web.h\""
    print ""
    print "const unsigned char " name "[] = {"
}
{
    line = "   "
    for (i = 1; i <= NF; i++) {
        line = line " " $i ","
        count++
    }
    print line
}
END {
    print "};"
    print "const size_t " name "_size = " count + 0 ";"
}
