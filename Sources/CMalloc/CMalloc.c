#include "CMalloc.h"

// An arena for each processor, where jemalloc's four would each keep pages that are half empty, and no
// caches of threads for blocks over 4 KiB. Requests take as long with these two as without.
const char *malloc_conf =
    "background_thread:true,max_background_threads:1,dirty_decay_ms:5000,muzzy_decay_ms:0,"
    "percpu_arena:percpu,lg_tcache_max:12";
