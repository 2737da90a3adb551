/* For plugin-fuzz.c: a page with a word, an outline and metadata; poppler mends what is missing. */
#define FUZZ_TYPES "application/pdf"
#define FUZZ_SEEDS                                                                                 \
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/Outlines 6 0 R/PageLabels<</Nums[0<</S/r>>]>>>>" \
    "endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/"  \
    "MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n4 0 obj<<"       \
    "/Length 44>>stream\nBT /F 12 Tf 20 100 Td (Pay gap law) Tj ET      \nendstream endobj\n5 0 "  \
    "obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n6 0 obj<</First 7 0 R/Last 7 0 R"   \
    "/Count 1>>endobj\n7 0 obj<</Title(Chapter)/Parent 6 0 R/Dest[3 0 R/Fit]>>endobj\n8 0 obj<<"   \
    "/Title(A title)/CreationDate(D:20161018)>>endobj\ntrailer<</Root 1 0 R/Info 8 0 "             \
    "R>>\n%%EOF\n",                                                                                \
        "%PDF-1.7\ntrailer<</Root 1 0 R/Encrypt<</Filter/Standard/V 1/R 2>>>>\n%%EOF\n"
