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

// c ← a·b for a few numbers, where to call a library for it takes longer than the product: c[i][j] is the
// sum over p of a[i·a_row + p·a_inner]·b[p·b_inner + j·b_column], made term by term, each product and
// sum rounded once. Nothing is done, and false told, where the processor has no instruction for that.
bool multiply_small(size_t rows, size_t columns, size_t inner, const void *a, size_t a_row,
                    size_t a_inner, const void *b, size_t b_inner, size_t b_column, void *c,
                    size_t width);

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
