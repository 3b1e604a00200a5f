#include "CSimdJSON.h"

#define FMT_HEADER_ONLY 1
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

// The numbers from 00 to 99.
static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                            "25262728293031323334353637383940414243444546474849"
                            "50515253545556575859606162636465666768697071727374"
                            "75767778798081828384858687888990919293949596979899";

static void put_pair(char *out, uint32_t number) { std::memcpy(out, pairs + 2 * number, 2); }

static void put_eight(char *out, uint32_t number) {
    uint32_t high = number / 10000, low = number % 10000;
    put_pair(out, high / 100);
    put_pair(out + 2, high % 100);
    put_pair(out + 4, low / 100);
    put_pair(out + 6, low % 100);
}

enum { most_digits = 17 };

// The digits of a decimal, without zeros in front, and how many of them.
struct Digits {
    char text[2 * most_digits];  // Read in whole strides of `most_digits`.
    const char *first;
    int count;

    explicit Digits(uint64_t significand) {
        uint64_t high = significand / 100000000;
        text[0] = static_cast<char>('0' + high / 100000000);
        put_eight(text + 1, high % 100000000);
        put_eight(text + 9, significand % 100000000);
        count = fmt::detail::count_digits(significand);
        first = text + most_digits - count;
    }
};

static char *print_fixed(const Digits &digits, int point, char *out) {
    int count = digits.count;
    if (point >= count) {
        // A whole number gets ".0": a reader that tells integers from floats, as NumPy does, would
        // make an integer of it.
        std::memcpy(out, digits.first, most_digits);
        std::memset(out + count, '0', point - count);
        std::memcpy(out + point, ".0", 2);
        return out + point + 2;
    }
    if (point > 0) {
        std::memcpy(out, digits.first, most_digits);
        std::memcpy(out + point + 1, digits.first + point, most_digits);
        out[point] = '.';
        return out + count + 1;
    }
    std::memcpy(out, "0.000000", 8);
    std::memcpy(out + 2 - point, digits.first, most_digits);
    return out + 2 - point + count;
}

static char *print_scientific(const Digits &digits, int power, char *out) {
    *out++ = digits.first[0];
    if (digits.count > 1) {
        *out++ = '.';
        std::memcpy(out, digits.first + 1, most_digits - 1);
        out += digits.count - 1;
    }
    *out++ = 'e';
    *out++ = power < 0 ? '-' : '+';
    power = std::abs(power);
    if (power >= 100) {
        *out++ = static_cast<char>('0' + power / 100);
        power %= 100;
    }
    put_pair(out, power);
    return out + 2;
}

// The fewest digits that give the number again, by Dragonbox (J. Jeon, "Dragonbox: A New
// Floating-Point Binary-to-Decimal Conversion Algorithm", 2020), in the shorter of the two notations
// as std::to_chars has it.
template <typename Number> static char *print(Number number, char *out) {
    if (std::signbit(number)) *out++ = '-';
    if (number == 0) {
        std::memcpy(out, "0.0", 3);
        return out + 3;
    }
    auto decimal = fmt::detail::dragonbox::to_decimal(std::abs(number));
    Digits digits(decimal.significand);
    // Where the point is, in digits from the first.
    int point = digits.count + decimal.exponent;
    int power = point - 1;
    int scientific = digits.count + (digits.count > 1) + (std::abs(power) < 100 ? 4 : 5);
    int fixed = point >= digits.count ? point
                : point > 0           ? digits.count + 1
                                      : 2 - point + digits.count;
    return fixed <= scientific ? print_fixed(digits, point, out)
                               : print_scientific(digits, power, out);
}

template <typename Number>
static char *print_or_null(Number number, char *out, ptrdiff_t *non_finite) {
    if (std::isfinite(number)) return print(number, out);
    ++*non_finite;
    std::memcpy(out, "null", 4);
    return out + 4;
}

template <typename Number>
static size_t print_all(const Number *numbers, size_t begin, size_t end, const ptrdiff_t *shape,
                        size_t rank, char *out, ptrdiff_t *non_finite) {
    char *next = out;
    size_t row = rank > 0 ? shape[rank - 1] : 1;
    for (size_t i = begin; i < end;) {
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
        next = print_or_null(numbers[i], next, non_finite);
        size_t row_end = std::min(end, i - i % row + row);
        for (i++; i < row_end; i++) {
            *next++ = ',';
            next = print_or_null(numbers[i], next, non_finite);
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
