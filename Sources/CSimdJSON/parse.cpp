#include "CSimdJSON.h"

#include <simdjson.h>

#include <cstring>
#include <memory>
#include <new>
#include <type_traits>

using namespace simdjson;

struct csimdjson_document {
    dom::document text;
    dom::element root;
};

// C keeps the bytes of simdjson's elements and iterators, all of which are a document and a place on
// its tape, and hands them back as they were.
template <typename Value> static Value in(const csimdjson_element &bytes) {
    static_assert(sizeof(Value) == sizeof bytes && std::is_trivially_copyable_v<Value>);
    Value value;
    std::memcpy(static_cast<void *>(&value), &bytes, sizeof bytes);
    return value;
}

template <typename Value> static csimdjson_element out(const Value &value) {
    csimdjson_element bytes;
    static_assert(sizeof(Value) == sizeof bytes && std::is_trivially_copyable_v<Value>);
    std::memcpy(&bytes, &value, sizeof bytes);
    return bytes;
}

csimdjson_document *csimdjson_parse(const uint8_t *bytes, size_t length, size_t capacity,
                                    size_t maximum_depth) {
    auto document = std::unique_ptr<csimdjson_document>(new (std::nothrow) csimdjson_document);
    dom::parser parser;
    // Not less than 64: simdjson would allocate again, with a depth of its own. It counts the text
    // itself as the first level.
    if (!document || parser.allocate(length < 64 ? 64 : length, maximum_depth + 1) != SUCCESS) {
        return nullptr;
    }
    bool copy = capacity < length || capacity - length < SIMDJSON_PADDING;
    auto error = parser.parse_into_document(document->text, bytes, length, copy).get(document->root);
    return error == SUCCESS ? document.release() : nullptr;
}

void csimdjson_free(csimdjson_document *document) { delete document; }

csimdjson_element csimdjson_root(const csimdjson_document *document) { return out(document->root); }

static csimdjson_kind kind_of(const dom::element &element) {
    switch (element.type()) {
    case dom::element_type::ARRAY: return csimdjson_array;
    case dom::element_type::OBJECT: return csimdjson_object;
    case dom::element_type::STRING: return csimdjson_string;
    case dom::element_type::BOOL: return csimdjson_boolean;
    case dom::element_type::NULL_VALUE: return csimdjson_null;
    default: return csimdjson_number;
    }
}

csimdjson_kind csimdjson_kind_of(csimdjson_element element) { return kind_of(in<dom::element>(element)); }

const char *csimdjson_string_of(csimdjson_element element, size_t *length) {
    std::string_view text = in<dom::element>(element).get_string().value_unsafe();
    *length = text.size();
    return text.data();
}

double csimdjson_number_of(csimdjson_element element) { return in<dom::element>(element).get_double().value_unsafe(); }

bool csimdjson_boolean_of(csimdjson_element element) { return in<dom::element>(element).get_bool().value_unsafe(); }

csimdjson_iterator csimdjson_iterate(csimdjson_element container) {
    auto element = in<dom::element>(container);
    if (element.is_object()) {
        dom::object object = element.get_object().value_unsafe();
        return {out(object.begin()), out(object.end())};
    }
    dom::array array = element.get_array().value_unsafe();
    return {out(array.begin()), out(array.end())};
}

bool csimdjson_next_element(csimdjson_iterator *iterator, csimdjson_element *element) {
    auto next = in<dom::array::iterator>(iterator->next);
    if (next == in<dom::array::iterator>(iterator->end)) return false;
    *element = out(*next);
    iterator->next = out(++next);
    return true;
}

bool csimdjson_next_member(csimdjson_iterator *iterator, const char **name, size_t *name_length,
                           csimdjson_element *value) {
    auto next = in<dom::object::iterator>(iterator->next);
    if (next == in<dom::object::iterator>(iterator->end)) return false;
    std::string_view key = next.key();
    *name = key.data();
    *name_length = key.size();
    *value = out(next.value());
    iterator->next = out(++next);
    return true;
}

static size_t count_of(const dom::array &array) {
    size_t count = array.size();
    if (count < 0xFFFFFF) return count;  // The tape counts no further.
    count = 0;
    for (auto it = array.begin(); it != array.end(); ++it) count++;
    return count;
}

bool csimdjson_shape_of(csimdjson_element list, csimdjson_shape *shape, csimdjson_fault *fault) {
    dom::element element = in<dom::element>(list);
    shape->rank = 0;
    dom::array array;
    while (element.get_array().get(array) == SUCCESS) {
        if (shape->rank == csimdjson_maximum_rank) {
            *fault = {};
            fault->what = csimdjson_fault::csimdjson_too_many_axes;
            return false;
        }
        size_t count = count_of(array);
        shape->counts[shape->rank++] = count;
        if (count == 0) break;
        element = *array.begin();
    }
    return true;
}

namespace {

struct Reader {
    const csimdjson_shape &shape;
    double *next;
    csimdjson_fault &fault;

    bool read(const dom::array &array, size_t depth) {
        size_t count = count_of(array);
        if (count != shape.counts[depth]) {
            return fail(csimdjson_fault::csimdjson_wrong_count, depth, csimdjson_array, count);
        }
        bool is_last = depth + 1 == shape.rank;
        size_t index = 0;
        for (dom::element element : array) {
            if (is_last) {
                double number;
                if (element.get_double().get(number) != SUCCESS) {
                    fault.indices[depth] = index;
                    return fail(csimdjson_fault::csimdjson_expected_number, depth + 1,
                                kind_of(element), 0);
                }
                if (next) *next++ = number;
            } else {
                dom::array inner;
                fault.indices[depth] = index;
                if (element.get_array().get(inner) != SUCCESS) {
                    return fail(csimdjson_fault::csimdjson_expected_list, depth + 1,
                                kind_of(element), 0);
                }
                if (!read(inner, depth + 1)) return false;
            }
            index++;
        }
        return true;
    }

    bool fail(decltype(csimdjson_fault::what) what, size_t depth, csimdjson_kind found,
              size_t found_count) {
        fault.what = what;
        fault.depth = depth;
        fault.found = found;
        fault.found_count = found_count;
        return false;
    }
};

}  // namespace

bool csimdjson_numbers_of(csimdjson_element list, const csimdjson_shape *shape, double *numbers,
                          csimdjson_fault *fault) {
    return Reader{*shape, numbers, *fault}.read(in<dom::element>(list).get_array().value_unsafe(), 0);
}
