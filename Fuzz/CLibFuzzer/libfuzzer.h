// What is used of libFuzzer's run time, which has no header of its own for it.
#ifndef LIBFUZZER_H
#define LIBFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// Changes an input in place, in libFuzzer's own ways; returns its new size.
size_t LLVMFuzzerMutate(uint8_t *_Nonnull data, size_t size, size_t maximum_size);

#endif
