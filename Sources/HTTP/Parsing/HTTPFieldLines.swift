/// Reads the field lines of a head or of a trailer, up to the empty line (RFC 9112 §5).
struct HTTPFieldLines {
    private(set) var fields = HTTPFields()
    private let limits: HTTPLimits
    private var bytesTaken = 0

    init(limits: HTTPLimits) {
        self.limits = limits
    }

    /// Whether the empty line has come; until then, takes as many lines as are whole.
    mutating func take(from input: inout InputBuffer) throws(HTTPParseError) -> Bool {
        while true {
            switch try input.takeLine() {
            case .partial(let line):
                // One more may be the CR of the empty line.
                guard bytesTaken + line.count <= limits.fieldBytes + 1 else {
                    throw .fieldsTooLarge(limit: limits.fieldBytes)
                }
                return false
            case .whole(let line):
                if line.isEmpty { return true }
                bytesTaken += line.count + 2
                guard bytesTaken <= limits.fieldBytes else {
                    throw .fieldsTooLarge(limit: limits.fieldBytes)
                }
                guard fields.count < limits.fieldCount else {
                    throw .tooManyFields(limit: limits.fieldCount)
                }
                try add(line)
            }
        }
    }

    private mutating func add(_ line: ArraySlice<UInt8>) throws(HTTPParseError) {
        guard line.first?.isOptionalWhiteSpace == false else { throw .foldedField }
        guard let colon = line.firstIndex(of: .colon) else { throw .invalidFieldName }
        let name = line[..<colon]
        guard name.last?.isOptionalWhiteSpace != true else { throw .whiteSpaceBeforeColon }
        guard name.isToken else { throw .invalidFieldName }
        let nameText = String(decoding: name, as: UTF8.self)
        let value = line[(colon + 1)...].trimmingOptionalWhiteSpace
        guard value.allSatisfy(\.isFieldContent) else {
            throw .invalidFieldValue(name: nameText)
        }
        fields.append(nameText, String(decoding: value, as: UTF8.self))
    }
}
