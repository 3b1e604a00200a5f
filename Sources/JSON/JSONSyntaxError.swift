import CJansson

/// Why a text is not JSON (RFC 8259), and where.
public struct JSONSyntaxError: Error, Equatable {
    /// From 1.
    public let line: Int
    /// From 1, in characters.
    public let column: Int
    /// The value in which the text breaks.
    public let pointer: JSONPointer
    public let reason: String
}

extension JSONSyntaxError {
    /// Finds the place and the reason for a text that simdjson refused without saying either.
    init(explaining text: [UInt8], isTooDeep: Bool, maximumDepth: Int) {
        if isTooDeep {
            self.init(
                in: text, at: JSONPlace.offset(ofDepth: maximumDepth, in: text),
                reason: "nested too deep: at most \(maximumDepth) levels are read")
            return
        }
        // Long integers are read as reals first: only if there is nothing else, they are the fault.
        let error = Self.jansson(text, JSON_DECODE_INT_AS_REAL) ?? Self.jansson(text, 0)
        guard var (offset, reason) = error else {
            self.init(in: text, at: 0, reason: "not JSON")
            return
        }
        offset = min(max(offset, 0), text.count)
        let token = JSONPlace.tokenStart(before: offset, in: text)
        if ["NaN", "Infinity", "-Infinity", "nan", "inf", "-inf"].contains(where: {
            text[token...].starts(with: $0.utf8)
        }) {
            (offset, reason) = (token, "JSON has no NaN and no infinity")
        } else if reason.contains("real number overflow") {
            (offset, reason) = (token, "the number is too large for float64")
        } else if reason.contains("too big") {
            (offset, reason) = (
                token,
                "the integer has more than 64 bits: write it with a decimal point or an exponent"
            )
        }
        self.init(in: text, at: offset, reason: reason)
    }

    private init(in text: [UInt8], at offset: Int, reason: String) {
        let place = JSONPlace(of: offset, in: text)
        line = place.line
        column = place.column
        pointer = place.pointer
        self.reason = reason
    }

    /// Where and why jansson refuses a text; nil if it does not.
    private static func jansson(_ text: [UInt8], _ flags: Int32) -> (offset: Int, reason: String)? {
        var error = json_error_t()
        let value = text.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                json_loadb(
                    $0.baseAddress ?? UnsafePointer(bitPattern: 1)!, $0.count,
                    Int(flags | JSON_DECODE_ANY | JSON_ALLOW_NUL), &error)
            }
        }
        if let value {
            json_decref(value)
            return nil
        }
        let reason = withUnsafeBytes(of: error.text) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        return (Int(error.position), reason)
    }
}
