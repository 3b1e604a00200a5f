// What Swift sees of simdjson (in) and of fmt's Dragonbox (out): a C face, as Swift's C++
// interoperability does not see simdjson's parse().
#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A parsed text.
typedef struct csimdjson_document csimdjson_document;

/// A value inside a parsed text: the bytes of simdjson's element.
typedef struct {
    const void *_Nullable document;
    size_t index;
} csimdjson_element;

typedef enum {
    csimdjson_array,
    csimdjson_object,
    csimdjson_string,
    csimdjson_number,
    csimdjson_boolean,
    csimdjson_null,
} csimdjson_kind;

/// Parses a text of at most `maximum_depth` objects and arrays inside one another, the innermost one
/// apart if it is empty; copies it first unless `capacity` bytes can be read and leave 64 to spare.
/// Null if it is not JSON, if it has an integer of more than 64 bits, or for want of memory.
csimdjson_document *_Nullable csimdjson_parse(
    const uint8_t *_Nonnull bytes, size_t length, size_t capacity, size_t maximum_depth);
void csimdjson_free(csimdjson_document *_Nonnull document);
csimdjson_element csimdjson_root(const csimdjson_document *_Nonnull document);

csimdjson_kind csimdjson_kind_of(csimdjson_element element);
/// A string's bytes in UTF-8, unescaped; they live as long as the document.
const char *_Nonnull csimdjson_string_of(csimdjson_element element, size_t *_Nonnull length);
double csimdjson_number_of(csimdjson_element element);
bool csimdjson_boolean_of(csimdjson_element element);

/// Steps through the members of an object or the elements of an array: simdjson's iterators.
typedef struct {
    csimdjson_element next;
    csimdjson_element end;
} csimdjson_iterator;

csimdjson_iterator csimdjson_iterate(csimdjson_element container);
/// The next element of an array; false at its end.
bool csimdjson_next_element(
    csimdjson_iterator *_Nonnull iterator, csimdjson_element *_Nonnull element);
/// The next member of an object; false at its end.
bool csimdjson_next_member(
    csimdjson_iterator *_Nonnull iterator, const char *_Nullable *_Nonnull name,
    size_t *_Nonnull name_length, csimdjson_element *_Nonnull value);

enum { csimdjson_maximum_rank = 8 };

/// The shape of nested lists, as the first element of each depth tells it.
typedef struct {
    size_t rank;
    size_t counts[csimdjson_maximum_rank];
} csimdjson_shape;

/// Where nested lists are not what their shape says.
typedef struct {
    enum {
        csimdjson_too_many_axes,
        csimdjson_wrong_count,
        csimdjson_expected_number,
        csimdjson_expected_list,
    } what;
    /// The indices on the way to the value at fault.
    size_t depth;
    size_t indices[csimdjson_maximum_rank + 1];
    /// What was found there: a value's kind, and for a list its count.
    csimdjson_kind found;
    size_t found_count;
} csimdjson_fault;

/// False, with the fault, for more axes than there may be.
bool csimdjson_shape_of(
    csimdjson_element list, csimdjson_shape *_Nonnull shape, csimdjson_fault *_Nonnull fault);
/// Writes the numbers, row-major, the product of the counts; false, with the fault, if the lists
/// are ragged or hold something else. Without `numbers` it only looks for a fault.
bool csimdjson_numbers_of(
    csimdjson_element list, const csimdjson_shape *_Nonnull shape, double *_Nullable numbers,
    csimdjson_fault *_Nonnull fault);

/// Reads arrays of numbers piece by piece, with memory of its own that it uses again.
typedef struct csimdjson_reader csimdjson_reader;

csimdjson_reader *_Nullable csimdjson_reader_new(void);
void csimdjson_reader_free(csimdjson_reader *_Nonnull reader);

/// Reads elements of an array, the text between two of its commas or brackets, and tells the shape
/// that they have together. False unless they are JSON and nested lists of exactly `count` numbers.
bool csimdjson_read_elements(
    csimdjson_reader *_Nonnull reader, const uint8_t *_Nonnull text, size_t length,
    double *_Nonnull numbers, size_t count, csimdjson_shape *_Nonnull shape);

/// How many commas a text has.
size_t csimdjson_count_commas(const uint8_t *_Nonnull text, size_t length);

/// Enough bytes for a number, which is written in wide strides, and for the brackets and the comma
/// before it.
enum { csimdjson_number_width = 40 + 2 * csimdjson_maximum_rank };

/// Prints the numbers from `begin` up to `end` of an array of that shape as nested lists, without
/// the last brackets: each has at least one digit behind the point or an exponent, and what is not
/// finite is null. Adds to `*non_finite` how many those were. Returns the bytes.
size_t csimdjson_print_doubles(
    const double *_Nonnull numbers, size_t begin, size_t end, const ptrdiff_t *_Nonnull shape,
    size_t rank, char *_Nonnull out, ptrdiff_t *_Nonnull non_finite);
size_t csimdjson_print_floats(
    const float *_Nonnull numbers, size_t begin, size_t end, const ptrdiff_t *_Nonnull shape,
    size_t rank, char *_Nonnull out, ptrdiff_t *_Nonnull non_finite);

/// Goes through groups of four characters of base64, or of three bytes, in vectors, as far as that is
/// possible: until so few are left that a vector would go beyond them, or there is a character that is
/// none. Returns the groups that are done.
size_t csimdjson_decode_base64(
    const uint8_t *_Nonnull text, size_t groups, uint8_t *_Nonnull bytes);
size_t csimdjson_encode_base64(
    const uint8_t *_Nonnull bytes, size_t groups, uint8_t *_Nonnull text);

#ifdef __cplusplus
}
#endif

#endif
