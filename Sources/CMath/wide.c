#include <stdint.h>

#include "CMath.h"

// A product and a sum are rounded one by one, on every processor.
#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

// Defines `name`, which runs `name_loop` as it is compiled for the widest vectors there are.
#if defined(__x86_64__)
#define DEFINE_WIDEST(result, name, parameters, arguments)                                          \
    __attribute__((target("avx512f"))) static result name##_avx512 parameters {                     \
        return name##_loop arguments;                                                               \
    }                                                                                               \
    __attribute__((target("avx2"))) static result name##_avx2 parameters {                          \
        return name##_loop arguments;                                                               \
    }                                                                                               \
    static result name parameters {                                                                 \
        if (__builtin_cpu_supports("avx512f")) return name##_avx512 arguments;                      \
        if (__builtin_cpu_supports("avx2")) return name##_avx2 arguments;                           \
        return name##_loop arguments;                                                               \
    }
#else
#define DEFINE_WIDEST(result, name, parameters, arguments)                                          \
    static result name parameters { return name##_loop arguments; }
#endif

bool has_wide_products(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

// Numbers by the bits that they are in memory.
typedef uint32_t __attribute__((may_alias)) float_bits;
typedef uint64_t __attribute__((may_alias)) double_bits;

// `one` is 1 in the exponent. Added to one of nothing but ones, which infinities and NaN have and no
// other number, it is carried over into the sign.
#define DEFINE_KINDS(name, bits, one)                                                               \
    INLINE struct number_kinds name##_loop(const bits *numbers, size_t count) {                     \
        const bits sign = ~((bits)-1 >> 1);                                                         \
        bits sizes = 0, carries = 0;                                                                \
        for (size_t i = 0; i < count; i++) {                                                        \
            const bits size = numbers[i] & ~sign;                                                   \
            sizes |= size;                                                                          \
            carries |= size + one;                                                                  \
        }                                                                                           \
        return (struct number_kinds){.are_finite = !(carries & sign), .are_zero = !sizes};          \
    }                                                                                               \
    DEFINE_WIDEST(struct number_kinds, name, (const bits *numbers, size_t count), (numbers, count))

DEFINE_KINDS(kinds_of_floats, float_bits, (UINT32_C(1) << 23))
DEFINE_KINDS(kinds_of_doubles, double_bits, (UINT64_C(1) << 52))

struct number_kinds kinds_of_numbers(const void *numbers, size_t count, size_t width) {
    return width == sizeof(float) ? kinds_of_floats(numbers, count)
                                  : kinds_of_doubles(numbers, count);
}

#define DEFINE_ADAM(name, number)                                                                   \
    INLINE void name##_loop(struct adam_rule rule, number *restrict theta,                          \
                            const number *restrict gradient, number *restrict m,                    \
                            number *restrict v, size_t count) {                                     \
        const number added = rule.added, kept = rule.kept;                                          \
        const number beta1 = rule.beta1, rest1 = rule.rest1;                                        \
        const number beta2 = rule.beta2, rest2 = rule.rest2;                                        \
        const number rate = rule.rate, scale = rule.scale, epsilon = rule.epsilon;                  \
        for (size_t i = 0; i < count; i++) {                                                        \
            const number g = gradient[i] + added * theta[i];                                        \
            m[i] = beta1 * m[i] + rest1 * g;                                                        \
            v[i] = beta2 * v[i] + rest2 * g * g;                                                    \
            const number root = __builtin_elementwise_sqrt(v[i]);                                   \
            theta[i] = kept * theta[i] - rate * m[i] / (root * scale + epsilon);                    \
        }                                                                                           \
    }                                                                                               \
    DEFINE_WIDEST(void, name,                                                                       \
                  (struct adam_rule rule, number *theta, const number *g, number *m, number *v,     \
                   size_t count),                                                                   \
                  (rule, theta, g, m, v, count))

DEFINE_ADAM(step_floats_by_adam, float)
DEFINE_ADAM(step_doubles_by_adam, double)

void step_by_adam(struct adam_rule rule, void *theta, const void *g, void *m, void *v, size_t count,
                  size_t width) {
    if (width == sizeof(float)) {
        step_floats_by_adam(rule, theta, g, m, v, count);
    } else {
        step_doubles_by_adam(rule, theta, g, m, v, count);
    }
}
