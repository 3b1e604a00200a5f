import JSON

/// The value that a text is.
func parse(_ text: String, maximumDepth: Int = 64) throws(JSONSyntaxError) -> JSONCursor {
    try JSONDocument(parsing: Array(text.utf8), maximumDepth: maximumDepth).root
}

/// Why a value could not be read, in one line: `/X/0: expected a number, found null`.
func refusal<Value>(_ read: () throws -> Value) -> String {
    do {
        return "read: \(try read())"
    } catch let error as JSONValueError {
        return "\(error.pointer): \(error.reason)"
    } catch let error as JSONSyntaxError {
        return "\(error.line):\(error.column) \(error.pointer): \(error.reason)"
    } catch {
        return "\(error)"
    }
}

extension JSONWriter {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
