import JSON
import Testing

@testable import GradientService

/// A text as a cursor, to be decoded.
func parsed(_ text: String) throws -> JSONCursor {
    try JSONDocument(parsing: Array(text.utf8)).root
}

/// What is wrong with a text, as a decoder sees it; empty if nothing is.
func faults<Value>(
    _ text: String, _ decode: (JSONCursor) throws(InvalidFields) -> Value
) throws -> [Fault] {
    let cursor = try parsed(text)
    do throws(InvalidFields) {
        _ = try decode(cursor)
        return []
    } catch {
        return error.faults.map { Fault($0) }
    }
}
