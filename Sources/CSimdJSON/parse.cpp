#include "CSimdJSON.h"

#include <simdjson.h>

#include <cstring>
#include <memory>
#include <new>

using namespace simdjson;

struct csimdjson_document {
    dom::parser parser;
    dom::element root;
};

// An element is two words, a document and a place on its tape; C holds the same two.
static_assert(sizeof(dom::element) == sizeof(csimdjson_element));
static_assert(std::is_trivially_copyable_v<dom::element>);

static dom::element in(csimdjson_element element) {
    dom::element result;
    std::memcpy(static_cast<void *>(&result), &element, sizeof result);
    return result;
}

static csimdjson_element out(const dom::element &element) {
    csimdjson_element result;
    std::memcpy(&result, &element, sizeof result);
    return result;
}

size_t csimdjson_padding(void) { return SIMDJSON_PADDING; }

csimdjson_document *csimdjson_parse(const uint8_t *bytes, size_t length, size_t capacity,
                                    size_t maximum_depth, csimdjson_error *error) {
    auto document = std::unique_ptr<csimdjson_document>(new (std::nothrow) csimdjson_document);
    *error = csimdjson_no_memory;
    if (!document) return nullptr;
    // Not less than 64: simdjson rounds the tape up by blocks of that size.
    if (document->parser.allocate(length < 64 ? 64 : length, maximum_depth) != SUCCESS) return nullptr;
    bool copy = capacity < length || capacity - length < SIMDJSON_PADDING;
    error_code code = document->parser.parse(bytes, length, copy).get(document->root);
    switch (code) {
    case SUCCESS:
        *error = csimdjson_ok;
        return document.release();
    case MEMALLOC:
    case CAPACITY:
        return nullptr;
    case DEPTH_ERROR:
        *error = csimdjson_too_deep;
        return nullptr;
    default:
        *error = csimdjson_refused;
        return nullptr;
    }
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

csimdjson_kind csimdjson_kind_of(csimdjson_element element) { return kind_of(in(element)); }

const char *csimdjson_string_of(csimdjson_element element, size_t *length) {
    std::string_view text = in(element).get_string().value_unsafe();
    *length = text.size();
    return text.data();
}

double csimdjson_number_of(csimdjson_element element) { return in(element).get_double().value_unsafe(); }

bool csimdjson_boolean_of(csimdjson_element element) { return in(element).get_bool().value_unsafe(); }

csimdjson_iterator csimdjson_iterate(csimdjson_element container) {
    dom::element element = in(container);
    csimdjson_element begin, end;
    if (element.is_object()) {
        dom::object object = element.get_object().value_unsafe();
        auto first = object.begin(), last = object.end();
        static_assert(sizeof first == sizeof begin);
        std::memcpy(&begin, &first, sizeof begin);
        std::memcpy(&end, &last, sizeof end);
    } else {
        dom::array array = element.get_array().value_unsafe();
        auto first = array.begin(), last = array.end();
        static_assert(sizeof first == sizeof begin);
        std::memcpy(&begin, &first, sizeof begin);
        std::memcpy(&end, &last, sizeof end);
    }
    return {begin.document, begin.index, end.index};
}

bool csimdjson_next_element(csimdjson_iterator *iterator, csimdjson_element *element) {
    if (iterator->index >= iterator->end) return false;
    dom::array::iterator at;
    std::memcpy(static_cast<void *>(&at), iterator, sizeof at);
    *element = out(*at);
    ++at;
    std::memcpy(iterator, &at, sizeof at);
    return true;
}

bool csimdjson_next_member(csimdjson_iterator *iterator, const char **name, size_t *name_length,
                           csimdjson_element *value) {
    if (iterator->index >= iterator->end) return false;
    dom::object::iterator at;
    std::memcpy(static_cast<void *>(&at), iterator, sizeof at);
    std::string_view key = at.key();
    *name = key.data();
    *name_length = key.size();
    *value = out(at.value());
    ++at;
    std::memcpy(iterator, &at, sizeof at);
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
    dom::element element = in(list);
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
    return Reader{*shape, numbers, *fault}.read(in(list).get_array().value_unsafe(), 0);
}
