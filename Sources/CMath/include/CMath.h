// Arithmetic for which Swift's compiler has no words.

#ifndef CMATH_H
#define CMATH_H

#include <stdbool.h>
#include <stddef.h>

// The square root as the one instruction that it is, so that loops over it are vectorized. The C
// library's sqrt, which Swift's squareRoot() goes by, has to set errno, and its loops are not.

static inline double square_root(double x) { return __builtin_elementwise_sqrt(x); }

static inline float square_rootf(float x) { return __builtin_elementwise_sqrt(x); }

// Has memory that is read next brought into the caches.

static inline void fetch_ahead(const void *memory, size_t bytes) {
    for (size_t offset = 0; offset < bytes; offset += 64) {
        __builtin_prefetch((const char *)memory + offset);
    }
}

// Whether the processor has vectors of 256 bits, and products and sums of them in one (AVX2 and FMA).
bool has_wide_products(void);

// Loops over arrays of floats or doubles, as the width of a number in bytes says. Swift's compiler
// makes a loop for the vectors that every processor has; these are made for wider ones as well, and
// those of the processor at hand are taken. The results are the same to the bit.

// Whether all numbers are finite, and whether all are 0.
struct number_kinds {
    bool are_finite, are_zero;
};
struct number_kinds kinds_of_numbers(const void *numbers, size_t count, size_t width);

// One step of Adam, whose formula stands in Adam.swift, with weight decay: its g is g + added·θ, and
// its θ is kept·θ. The numbers are rounded to those of the arrays.
struct adam_rule {
    double added, kept;
    double beta1, rest1;
    double beta2, rest2;
    double rate, scale, epsilon;
};
void step_by_adam(struct adam_rule rule, void *theta, const void *g, void *m, void *v, size_t count,
                  size_t width);

#endif
