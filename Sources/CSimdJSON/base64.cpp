#include "CSimdJSON.h"

#include <cstring>

// Four groups at a time, in vectors of 16 bytes (W. Muła and D. Lemire, "Faster Base64 Encoding and
// Decoding Using AVX2 Instructions", 2018; here in SSSE3).
#if defined(__x86_64__)
#include <tmmintrin.h>

#define SSSE3 __attribute__((target("ssse3")))

// The bytes of `lookup` that the nibbles name.
SSSE3 static __m128i look_up(__m128i lookup, __m128i nibbles) {
    return _mm_shuffle_epi8(lookup, nibbles);
}

// The six bits of each character; false where one is not of the alphabet.
SSSE3 static bool values_of(__m128i characters, __m128i *values) {
    // A character is of the alphabet where the entries of its two nibbles have no bit together.
    const __m128i of_low = _mm_setr_epi8(
        0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A);
    const __m128i of_high = _mm_setr_epi8(
        0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10);
    // What makes a value of a character, by its high nibble; "/" has the entry before its own.
    const __m128i offsets =
        _mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m128i slash = _mm_set1_epi8('/');
    __m128i high = _mm_and_si128(_mm_srli_epi32(characters, 4), _mm_set1_epi8(0x0F));
    __m128i low = _mm_and_si128(characters, _mm_set1_epi8(0x0F));
    __m128i faults = _mm_and_si128(look_up(of_low, low), look_up(of_high, high));
    __m128i entries = _mm_add_epi8(_mm_cmpeq_epi8(characters, slash), high);
    *values = _mm_add_epi8(characters, look_up(offsets, entries));
    return _mm_movemask_epi8(_mm_cmpeq_epi8(faults, _mm_setzero_si128())) == 0xFFFF;
}

SSSE3 static size_t decode(const uint8_t *text, size_t groups, uint8_t *out) {
    size_t done = 0;
    // 16 bytes are written for 12, so that two groups more have to have room.
    for (; groups - done >= 6; done += 4) {
        __m128i characters, values;
        std::memcpy(&characters, text + 4 * done, sizeof characters);
        if (!values_of(characters, &values)) return done;
        __m128i twelves = _mm_maddubs_epi16(values, _mm_set1_epi32(0x01400140));
        __m128i bits = _mm_madd_epi16(twelves, _mm_set1_epi32(0x00011000));
        __m128i bytes = _mm_shuffle_epi8(
            bits, _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
        std::memcpy(out + 3 * done, &bytes, sizeof bytes);
    }
    return done;
}

SSSE3 static size_t encode(const uint8_t *bytes, size_t groups, uint8_t *out) {
    // What makes a character of a value, by the alphabet's parts: a–z, the ten digits, "+", "/", A–Z.
    const __m128i offsets = _mm_setr_epi8(
        'a' - 26, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, '+' - 62, '/' - 63, 'A', 0, 0);
    size_t done = 0;
    // 16 bytes are read for 12, so that two groups more have to be there.
    for (; groups - done >= 6; done += 4) {
        __m128i four;
        std::memcpy(&four, bytes + 3 * done, sizeof four);
        __m128i spread = _mm_shuffle_epi8(
            four, _mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
        __m128i odd = _mm_mulhi_epu16(
            _mm_and_si128(spread, _mm_set1_epi32(0x0FC0FC00)), _mm_set1_epi32(0x04000040));
        __m128i even = _mm_mullo_epi16(
            _mm_and_si128(spread, _mm_set1_epi32(0x003F03F0)), _mm_set1_epi32(0x01000010));
        __m128i values = _mm_or_si128(odd, even);
        // 13 for A–Z, 0 for a–z, and from 1 for what follows.
        __m128i parts = _mm_subs_epu8(values, _mm_set1_epi8(51));
        __m128i is_upper = _mm_cmpgt_epi8(_mm_set1_epi8(26), values);
        parts = _mm_or_si128(parts, _mm_and_si128(is_upper, _mm_set1_epi8(13)));
        __m128i characters = _mm_add_epi8(values, look_up(offsets, parts));
        std::memcpy(out + 4 * done, &characters, sizeof characters);
    }
    return done;
}

size_t csimdjson_decode_base64(const uint8_t *text, size_t groups, uint8_t *out) {
    return __builtin_cpu_supports("ssse3") ? decode(text, groups, out) : 0;
}

size_t csimdjson_encode_base64(const uint8_t *bytes, size_t groups, uint8_t *out) {
    return __builtin_cpu_supports("ssse3") ? encode(bytes, groups, out) : 0;
}
#else
size_t csimdjson_decode_base64(const uint8_t *, size_t, uint8_t *) { return 0; }

size_t csimdjson_encode_base64(const uint8_t *, size_t, uint8_t *) { return 0; }
#endif
