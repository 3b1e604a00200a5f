// The square root as the one instruction that it is, so that loops over it are vectorized. The C
// library's sqrt, which Swift's squareRoot() goes by, has to set errno, and its loops are not.

#ifndef CMATH_H
#define CMATH_H

static inline double square_root(double x) { return __builtin_elementwise_sqrt(x); }

static inline float square_rootf(float x) { return __builtin_elementwise_sqrt(x); }

#endif
