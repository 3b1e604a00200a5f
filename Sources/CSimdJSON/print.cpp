#include "CSimdJSON.h"

#define FMT_HEADER_ONLY 1
// All powers of ten in a table of 10 kB instead of some, from which the others are worked out for each
// number: a fifth less time.
#define FMT_USE_FULL_CACHE_DRAGONBOX 1
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

enum { most_digits = 17 };

static const uint64_t powers_of_ten[most_digits] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
};

// Eight digits of a number below 10⁸ in one store: first by twos, then each by itself, all side by side
// in one word (as in P. Khuong, "How to print integers really fast", 2017). Little-endian, as all
// processors are that this runs on.
static void put_eight(char *out, uint32_t number) {
    static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
    uint64_t halves = number / 10000 | static_cast<uint64_t>(number % 10000) << 32;
    // 10486 / 2²⁰ is 1/100 as far as four digits go, and 103 / 2¹⁰ is 1/10 as far as two.
    uint64_t hundreds = halves * 10486 >> 20 & 0x0000007F0000007F;
    uint64_t pairs = (halves - 100 * hundreds) << 16 | hundreds;
    uint64_t tens = pairs * 103 >> 10 & 0x000F000F000F000F;
    uint64_t digits = (pairs - 10 * tens) << 8 | tens | 0x3030303030303030;
    std::memcpy(out, &digits, sizeof digits);
}

// Writes the significand, of `count` digits, and zeros behind it up to `most_digits`.
static void put_digits(char *out, uint64_t significand, int count) {
    uint64_t all = significand * powers_of_ten[most_digits - count];
    uint64_t high = all / 100000000;
    out[0] = static_cast<char>('0' + high / 100000000);
    put_eight(out + 1, high % 100000000);
    put_eight(out + 9, all % 100000000);
}

static char *print_fixed(uint64_t significand, int count, int point, char *out) {
    if (point <= 0) {
        std::memcpy(out, "0.000000", 8);
        put_digits(out + 2 - point, significand, count);
        return out + 2 - point + count;
    }
    if (point < count) {
        put_digits(out + 1, significand, count);
        std::memmove(out, out + 1, point);
        out[point] = '.';
        return out + count + 1;
    }
    // A whole number gets ".0": a reader that tells integers from floats, as NumPy does, would make an
    // integer of it.
    put_digits(out, significand, count);
    std::memset(out + count, '0', point - count);
    std::memcpy(out + point, ".0", 2);
    return out + point + 2;
}

static char *print_scientific(uint64_t significand, int count, int power, char *out) {
    put_digits(out + 1, significand, count);
    out[0] = out[1];
    out[1] = '.';
    out += count > 1 ? count + 1 : 1;
    *out++ = 'e';
    *out++ = power < 0 ? '-' : '+';
    power = std::abs(power);
    if (power >= 100) {
        *out++ = static_cast<char>('0' + power / 100);
        power %= 100;
    }
    out[0] = static_cast<char>('0' + power / 10);
    out[1] = static_cast<char>('0' + power % 10);
    return out + 2;
}

// The fewest digits that give the number again, by Dragonbox (J. Jeon, "Dragonbox: A New
// Floating-Point Binary-to-Decimal Conversion Algorithm", 2020), in the shorter of the two notations
// as std::to_chars has it.
template <typename Number> static char *print(Number number, char *out) {
    *out = '-';
    out += std::signbit(number);  // No branch, as nobody can foresee it.
    if (number == 0) {
        std::memcpy(out, "0.0", 3);
        return out + 3;
    }
    auto decimal = fmt::detail::dragonbox::to_decimal(std::abs(number));
    int count = fmt::detail::count_digits(static_cast<uint64_t>(decimal.significand));
    // Where the point is, in digits from the first.
    int point = count + decimal.exponent;
    int power = point - 1;
    int scientific = count + (count > 1) + (std::abs(power) < 100 ? 4 : 5);
    int fixed = point >= count ? point : point > 0 ? count + 1 : 2 - point + count;
    return fixed <= scientific ? print_fixed(decimal.significand, count, point, out)
                               : print_scientific(decimal.significand, count, power, out);
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
