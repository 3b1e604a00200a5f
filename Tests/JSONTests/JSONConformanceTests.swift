import JSON
import Testing

/// The kinds of well-formed and malformed text of RFC 8259, by the table in RFC8259.txt.
struct JSONConformanceTests {
    @Test(arguments: ConformanceCase.cases(.json))
    func `what is JSON is read, down to its last value`(row: ConformanceCase) throws {
        try Self.read(try JSONDocument(parsing: row.text).root)
    }

    @Test(arguments: ConformanceCase.cases(.notJSON))
    func `what is not JSON is refused, at a place in the text`(row: ConformanceCase) throws {
        let error = try #require(throws: JSONSyntaxError.self) {
            try JSONDocument(parsing: row.text)
        }
        let lines = row.text.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        try #require((1...lines.count).contains(error.line))
        #expect((1...(lines[error.line - 1].count + 1)).contains(error.column))
        #expect(!error.reason.isEmpty)
    }

    @Test(arguments: ConformanceCase.cases(.repeatedName))
    func `names that are equal once they are unescaped are refused`(row: ConformanceCase) throws {
        let document = try JSONDocument(parsing: row.text)
        let error = #expect(throws: JSONValueError.self) { try Self.read(document.root) }
        #expect(error?.reason == "the name stands in its object twice")
    }

    static let whole = Array(#"{"é\u00e9\ud83d\ude00":[null,true,false,-1.5e+3,{}],"b":"x"}"#.utf8)

    @Test func `the text that is cut is JSON when it is whole`() throws {
        try Self.read(try JSONDocument(parsing: Self.whole).root)
    }

    @Test(arguments: 0..<whole.count)
    func `a text that is cut anywhere is refused`(length: Int) throws {
        #expect(throws: JSONSyntaxError.self) {
            try JSONDocument(parsing: Array(Self.whole.prefix(length)))
        }
    }

    @Test func `the table has cases enough, and no two alike`() {
        #expect(ConformanceCase.all.count >= 200)
        #expect(Set(ConformanceCase.all.map(\.text)).count == ConformanceCase.all.count)
        #expect(Set(ConformanceCase.all.map(\.title)).count == ConformanceCase.all.count)
    }

    /// Reads a value by all that a cursor has for its kind.
    private static func read(_ value: JSONCursor) throws(JSONValueError) {
        switch value.kind {
        case .object: for member in try value.members() { try read(member.value) }
        case .array: for element in try value.elements() { try read(element) }
        case .string: _ = try value.string()
        case .number: _ = try value.number()
        case .boolean: _ = try value.boolean()
        case .null: break
        }
    }
}
