/* A shared object that is no plugin. */
extern __attribute__((visibility("default"))) int something_else;
int something_else = 1;
