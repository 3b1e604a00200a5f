#include "CSimdJSON.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

using namespace simdjson;

struct csimdjson_reader {
    dom::parser parser;
    std::unique_ptr<uint8_t[]> text;
    size_t room = 0;
};

csimdjson_reader *csimdjson_reader_new(void) { return new (std::nothrow) csimdjson_reader; }

void csimdjson_reader_free(csimdjson_reader *reader) { delete reader; }

bool csimdjson_read_elements(csimdjson_reader *reader, const uint8_t *text, size_t length,
                             double *numbers, size_t count, csimdjson_shape *shape) {
    size_t whole = length + 2;  // With the brackets of an array.
    if (reader->room < whole + SIMDJSON_PADDING) {
        reader->room = whole + SIMDJSON_PADDING;
        reader->text.reset(new (std::nothrow) uint8_t[reader->room]);
        if (!reader->text) {
            reader->room = 0;
            return false;
        }
    }
    uint8_t *own = reader->text.get();
    own[0] = '[';
    std::memcpy(own + 1, text, length);
    own[whole - 1] = ']';
    std::memset(own + whole, ' ', SIMDJSON_PADDING);
    dom::element root;
    if (reader->parser.parse(own, whole, false).get(root) != SUCCESS) return false;
    csimdjson_element element;
    static_assert(sizeof element == sizeof root);
    std::memcpy(&element, &root, sizeof element);
    csimdjson_fault fault;
    if (!csimdjson_shape_of(element, shape, &fault)) return false;
    size_t product = 1;
    for (size_t axis = 0; axis < shape->rank; axis++) {
        if (shape->counts[axis] > count) return false;
        product *= shape->counts[axis];
        if (product > count) return false;
    }
    return product == count && csimdjson_numbers_of(element, shape, numbers, &fault);
}

size_t csimdjson_count_commas(const uint8_t *text, size_t length) {
    constexpr size_t lanes = 64, most = 255;
    size_t commas = 0;
    while (length >= lanes) {
        // As many as a byte can count, side by side in vectors.
        uint8_t counts[lanes] = {};
        size_t strides = std::min(length / lanes, most);
        for (size_t i = 0; i < strides; i++, text += lanes) {
            for (size_t lane = 0; lane < lanes; lane++) counts[lane] += text[lane] == ',';
        }
        for (uint8_t count : counts) commas += count;
        length -= strides * lanes;
    }
    return commas + std::count(text, text + length, ',');
}
