#include "CSimdJSON.h"

#include <charconv>
#include <cmath>
#include <cstring>

// The shortest text that gives the number again. A whole number gets ".0": a reader that tells
// integers from floats, as NumPy does, would make an integer of it.
template <typename Number> static char *print(Number number, char *out) {
    char *end = std::to_chars(out, out + csimdjson_number_width, number).ptr;
    for (char *c = out; c < end; c++) {
        if (*c == '.' || *c == 'e') return end;
    }
    *end++ = '.';
    *end++ = '0';
    return end;
}

template <typename Number>
static size_t print_all(const Number *numbers, size_t begin, size_t end, const ptrdiff_t *shape,
                        size_t rank, char *out, ptrdiff_t *non_finite) {
    char *next = out;
    for (size_t i = begin; i < end; i++) {
        // So many lists begin with this number; as many ended with the one before it.
        size_t lists = 0;
        size_t length = 1;
        while (lists < rank && i % (length *= shape[rank - 1 - lists]) == 0) lists++;
        if (i > 0) {
            std::memset(next, ']', lists);
            next += lists;
            *next++ = ',';
        }
        std::memset(next, '[', lists);
        next += lists;
        if (std::isfinite(numbers[i])) {
            next = print(numbers[i], next);
        } else {
            std::memcpy(next, "null", 4);
            next += 4;
            ++*non_finite;
        }
    }
    return next - out;
}

size_t csimdjson_print_doubles(const double *numbers, size_t begin, size_t end,
                               const ptrdiff_t *shape, size_t rank, char *out,
                               ptrdiff_t *non_finite) {
    return print_all(numbers, begin, end, shape, rank, out, non_finite);
}

size_t csimdjson_print_floats(const float *numbers, size_t begin, size_t end,
                              const ptrdiff_t *shape, size_t rank, char *out,
                              ptrdiff_t *non_finite) {
    return print_all(numbers, begin, end, shape, rank, out, non_finite);
}
