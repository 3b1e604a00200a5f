import JSON
import NeuralNetwork

/// The options that every computing call takes.
struct RequestOptions {
    let layout: Layout
    let convention: Convention
    let precision: Precision
    let encoding: ArrayEncoding

    /// Reads `layout`, `convention`, `precision` and `encoding`; where one is at fault, which
    /// `reader` gathers, its default stands so that the rest of the request can be read too.
    init(from reader: inout FieldReader) {
        layout = reader.optional("layout", .word("layout"), default: .course) ?? .course
        convention = reader.optional("convention", .word("convention"), default: .loss) ?? .loss
        precision = reader.optional("precision", .word("precision"), default: .float64) ?? .float64
        encoding = reader.optional("encoding", .word("encoding"), default: .nested) ?? .nested
    }
}

/// The width of the numbers that a request computes with.
enum Precision: String, CaseIterable {
    case float64, float32
}

/// The form of the arrays in an answer.
enum ArrayEncoding: String, CaseIterable {
    case nested, flat, base64

    var form: JSONArrayForm {
        switch self {
        case .nested: .nested
        case .flat: .flat
        case .base64: .base64
        }
    }
}
