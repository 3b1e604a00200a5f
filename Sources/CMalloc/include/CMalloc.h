// How jemalloc, which optimised builds are linked with, treats memory that is free: it keeps it for the
// next request and gives it back to the system within seconds, also where nobody calls any more. The C
// library gives the memory of an array back at once, and the system clears as much again for the next,
// or keeps it for good.

#ifndef CMALLOC_H
#define CMALLOC_H

/// Read by jemalloc as the program starts (jemalloc(3), TUNING).
extern const char *_Nonnull malloc_conf;

#endif
