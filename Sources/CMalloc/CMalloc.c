#include "CMalloc.h"

// An arena for each processor, where jemalloc's four would each keep pages that are half empty, and no
// caches of threads for blocks over 4 KiB. Requests take as long with these two as without. Room for
// the arenas of 1024 processors costs nothing until they are used; without it jemalloc says on standard
// error that it has none for each where the process is kept to some of the machine's processors.
const char *malloc_conf =
    "background_thread:true,max_background_threads:1,dirty_decay_ms:5000,muzzy_decay_ms:0,"
    "percpu_arena:percpu,narenas:1024,lg_tcache_max:12";
