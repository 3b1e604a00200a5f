import HTTP
import JSON
import Testing

@testable import GradientService

/// An answer of the service, taken apart.
struct Answer {
    let response: HTTPResponse
    private let root: JSONCursor

    init(_ response: HTTPResponse) throws {
        self.response = response
        root = try JSONDocument(parsing: response.body).root
    }

    /// What the service answers to a call, without a server.
    init(_ call: String, _ body: String, limits: ServiceLimits = .init()) throws {
        let service = GradientService(limits: limits)
        try self.init(#require(service.answer(call, body: Array(body.utf8))))
    }

    var status: Int { response.status.code }
    var text: String { String(decoding: response.body, as: UTF8.self) }

    /// The value at a pointer; nil where there is none.
    subscript(pointer: String) -> JSONCursor? { root[pointer] }

    func number(_ pointer: String) throws -> Double { try value(pointer).number() }
    func string(_ pointer: String) throws -> String { try value(pointer).string() }

    /// The array at a pointer, in whichever form it is.
    func numbers(_ pointer: String) throws -> JSONNumbers { try value(pointer).numbers() }

    /// The names of an object's members, in their order.
    func names(_ pointer: String) throws -> [String] {
        try value(pointer).members().map(\.name)
    }

    /// What a refusal says of single fields.
    var faults: [Fault] {
        get throws {
            try self["/errors"].map { errors in
                try errors.elements().map { error in
                    Fault(
                        try #require(error["/pointer"]).string(),
                        try #require(error["/detail"]).string(),
                        hint: try error["/hint"]?.string())
                }
            } ?? []
        }
    }

    private func value(_ pointer: String) throws -> JSONCursor {
        try #require(self[pointer], "nothing at \(pointer) in \(text)")
    }
}

extension JSONCursor {
    /// The value at a pointer from here; nil where there is none.
    subscript(pointer: String) -> JSONCursor? {
        var cursor = self
        for step in pointer.split(separator: "/") {
            let next =
                switch cursor.kind {
                case .object: try? cursor.members().first { $0.name == step }?.value
                case .array:
                    Int(step).flatMap { index in
                        (try? cursor.elements())?.dropFirst(index).first { _ in true }
                    }
                case .string, .number, .boolean, .null: nil as JSONCursor?
                }
            guard let next else { return nil }
            cursor = next
        }
        return cursor
    }
}

/// What is wrong with a field, with its pointer as text.
struct Fault: Equatable, Sendable {
    var pointer: String
    var detail: String
    var hint: String?

    init(_ pointer: String, _ detail: String, hint: String? = nil) {
        self.pointer = pointer
        self.detail = detail
        self.hint = hint
    }

    init(_ fault: FieldFault) {
        self.init(fault.pointer.description, fault.detail, hint: fault.hint)
    }
}
