#include <string.h>

#include "CMath.h"

#if defined(__x86_64__)

#define WIDE __attribute__((target("avx2,fma")))
#define WIDE_INLINE static inline __attribute__((always_inline, target("avx2,fma")))

// A tile of the product: `height` rows of up to four numbers, each a lane. The two counts are constants
// where it is called, so that the sums stay in registers.
//
// Terms are added up in the order of OpenBLAS's kernels for Haswell: one after the other, but for four
// columns of the last of an odd number of rows.
#define DEFINE_PRODUCT(name, number)                                                                \
    typedef number name##_lanes __attribute__((ext_vector_type(4)));                                \
                                                                                                    \
    WIDE_INLINE void name##_tile(const size_t height, const size_t width, size_t inner,             \
                                 const number *a, size_t a_row, size_t a_inner, const number *b,    \
                                 size_t b_inner, size_t b_column, number *c, size_t c_row) {        \
        name##_lanes sums[4] = {0};                                                                 \
        for (size_t p = 0; p < inner; p++) {                                                        \
            name##_lanes factors = 0;                                                               \
            if (width == 4 && b_column == 1) {                                                      \
                memcpy(&factors, b + p * b_inner, sizeof factors);                                  \
            } else {                                                                                \
                for (size_t j = 0; j < width; j++) factors[j] = b[p * b_inner + j * b_column];      \
            }                                                                                       \
            for (size_t i = 0; i < height; i++) {                                                   \
                const name##_lanes factor = a[i * a_row + p * a_inner];                             \
                sums[i] = __builtin_elementwise_fma(factor, factors, sums[i]);                      \
            }                                                                                       \
        }                                                                                           \
        for (size_t i = 0; i < height; i++) {                                                       \
            const name##_lanes sum = sums[i] + 0; /* No sum is -0. */                               \
            for (size_t j = 0; j < width; j++) c[i * c_row + j] = sum[j];                           \
        }                                                                                           \
    }                                                                                               \
                                                                                                    \
    WIDE_INLINE void name##_add(name##_lanes *sum, number factor, const number *b, size_t b_column) {\
        name##_lanes factors;                                                                       \
        for (size_t j = 0; j < 4; j++) factors[j] = b[j * b_column];                                \
        *sum = __builtin_elementwise_fma((name##_lanes)factor, factors, *sum);                      \
    }                                                                                               \
    /* As the tile is, but for the order: eight terms at a time go to four sums in turn. */            \
    WIDE_INLINE void name##_interleaved(size_t inner, const number *a, size_t a_inner,              \
                                        const number *b, size_t b_inner, size_t b_column,           \
                                        number *c) {                                                \
        name##_lanes sums[4] = {0};                                                                 \
        const size_t whole = inner & ~(size_t)7;                                                    \
        for (size_t p = 0; p < whole; p += 4) {                                                     \
            for (size_t i = 0; i < 4; i++) {                                                        \
                name##_add(&sums[i], a[(p + i) * a_inner], b + (p + i) * b_inner, b_column);        \
            }                                                                                       \
        }                                                                                           \
        for (size_t p = whole; p < inner; p++) {                                                    \
            name##_add(&sums[0], a[p * a_inner], b + p * b_inner, b_column);                        \
        }                                                                                           \
        const name##_lanes sum = (sums[0] + sums[1]) + (sums[2] + sums[3]) + 0;                     \
        memcpy(c, &sum, sizeof sum);                                                                \
    }                                                                                               \
                                                                                                    \
    WIDE_INLINE void name##_strip(const size_t width, size_t rows, size_t inner, const number *a,   \
                                  size_t a_row, size_t a_inner, const number *b, size_t b_inner,    \
                                  size_t b_column, number *c, size_t c_row) {                       \
        size_t i = 0;                                                                               \
        for (; i + 4 <= rows; i += 4) {                                                             \
            name##_tile(4, width, inner, a + i * a_row, a_row, a_inner, b, b_inner, b_column,       \
                        c + i * c_row, c_row);                                                      \
        }                                                                                           \
        if (width == 4 && rows % 2 == 1 && inner >= 8) {                                            \
            rows--;                                                                                 \
            name##_interleaved(inner, a + rows * a_row, a_inner, b, b_inner, b_column,              \
                               c + rows * c_row);                                                   \
        }                                                                                           \
        if (i + 2 <= rows) {                                                                        \
            name##_tile(2, width, inner, a + i * a_row, a_row, a_inner, b, b_inner, b_column,       \
                        c + i * c_row, c_row);                                                      \
            i += 2;                                                                                 \
        }                                                                                           \
        if (i < rows) {                                                                             \
            name##_tile(1, width, inner, a + i * a_row, a_row, a_inner, b, b_inner, b_column,       \
                        c + i * c_row, c_row);                                                      \
        }                                                                                           \
    }                                                                                               \
                                                                                                    \
    WIDE static void name(size_t rows, size_t columns, size_t inner, const number *a, size_t a_row, \
                          size_t a_inner, const number *b, size_t b_inner, size_t b_column,         \
                          number *c) {                                                              \
        size_t j = 0;                                                                               \
        for (; j + 4 <= columns; j += 4) {                                                          \
            if (b_column == 1) {                                                                    \
                name##_strip(4, rows, inner, a, a_row, a_inner, b + j, b_inner, 1, c + j, columns); \
            } else {                                                                                \
                name##_strip(4, rows, inner, a, a_row, a_inner, b + j * b_column, b_inner,          \
                             b_column, c + j, columns);                                             \
            }                                                                                       \
        }                                                                                           \
        b += j * b_column;                                                                          \
        c += j;                                                                                     \
        switch (columns - j) {                                                                      \
        case 3:                                                                                     \
            name##_strip(3, rows, inner, a, a_row, a_inner, b, b_inner, b_column, c, columns);      \
            break;                                                                                  \
        case 2:                                                                                     \
            name##_strip(2, rows, inner, a, a_row, a_inner, b, b_inner, b_column, c, columns);      \
            break;                                                                                  \
        case 1:                                                                                     \
            name##_strip(1, rows, inner, a, a_row, a_inner, b, b_inner, b_column, c, columns);      \
            break;                                                                                  \
        }                                                                                           \
    }

DEFINE_PRODUCT(product_of_floats, float)
DEFINE_PRODUCT(product_of_doubles, double)

#endif

bool multiply_small(size_t rows, size_t columns, size_t inner, const void *a, size_t a_row,
                    size_t a_inner, const void *b, size_t b_inner, size_t b_column, void *c,
                    size_t width) {
#if defined(__x86_64__)
    if (has_wide_products()) {
        if (width == sizeof(float)) {
            product_of_floats(rows, columns, inner, a, a_row, a_inner, b, b_inner, b_column, c);
        } else {
            product_of_doubles(rows, columns, inner, a, a_row, a_inner, b, b_inner, b_column, c);
        }
        return true;
    }
#endif
    return false;
}
