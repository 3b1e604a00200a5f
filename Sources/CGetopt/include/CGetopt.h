// getopt_long, which Swift's Glibc module leaves out. Its results are C globals, which Swift 6
// takes for data races; read through functions they are plain values.
#ifndef CGETOPT_SHIM_H
#define CGETOPT_SHIM_H

#include <getopt.h>

// The argument of the option that getopt_long found last, or NULL.
static inline const char *cgetopt_argument(void) { return optarg; }

// The index in argv of the first argument that is not an option, once all options are read.
static inline int cgetopt_index(void) { return optind; }

#endif
