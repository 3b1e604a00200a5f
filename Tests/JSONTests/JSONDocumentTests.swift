import JSON
import Testing

struct JSONDocumentTests {
    @Test(arguments: [
        ("null", JSONKind.null), ("true", .boolean), ("false", .boolean), ("0", .number),
        ("-1.5e-3", .number), (#""""#, .string), ("[]", .array), ("{}", .object),
        (" \t\r\n[ ] \n", .array),
    ])
    func `any value can be the whole text, with white space around it`(text: String, kind: JSONKind)
        throws
    {
        let root = try parse(text)
        #expect(root.kind == kind)
        #expect(root.pointer == .root)
    }

    /// Texts that end in the middle of a value's 64-byte block, behind which the memory is whatever
    /// it is: the value must end with the text, whether or not it was copied for its padding.
    @Test(arguments: [0, 1, 63, 64, 65, 200])
    func `bytes behind the text are not read as part of it`(spare: Int) throws {
        for length in 1...130 {
            var bytes = [UInt8](repeating: UInt8(ascii: "7"), count: length + spare)
            bytes.removeLast(spare)
            bytes[0] = UInt8(ascii: "1")
            let digits = String(decoding: bytes, as: UTF8.self)
            #expect(try JSONDocument(parsing: bytes).root.number() == Double(digits))
        }
    }

    @Test func `a document is not changed when its bytes are`() throws {
        var bytes = Array(#"{"name": "first"}"#.utf8)
        bytes.reserveCapacity(200)
        let document = try JSONDocument(parsing: bytes)
        for index in bytes.indices { bytes[index] = 0 }
        #expect(try document.root.members()[0].value.string() == "first")
    }

    @Test(arguments: [1, 2, 3, 64, 500])
    func `so many levels are read as the limit says, and no more`(depth: Int) throws {
        for (opening, closing) in [("[", "]"), (#"{"a":"#, "}")] {
            func nested(_ levels: Int) -> String {
                String(repeating: opening, count: levels) + "1"
                    + String(repeating: closing, count: levels)
            }
            _ = try parse(nested(depth), maximumDepth: depth)
            let error = #expect(throws: JSONSyntaxError.self) {
                try parse(nested(depth + 1), maximumDepth: depth)
            }
            #expect(error?.reason == "nested too deep: at most \(depth) levels are read")
            #expect(error?.column == depth * opening.utf8.count + 1)
        }
    }

    @Test(arguments: [1, 2, 3, 64, 500], ["[]", "{}"])
    func `an empty level is a level too`(depth: Int, innermost: String) throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels - 1) + innermost
                + String(repeating: "]", count: levels - 1)
        }
        _ = try parse(nested(depth), maximumDepth: depth)
        let error = #expect(throws: JSONSyntaxError.self) {
            try parse(nested(depth + 1), maximumDepth: depth)
        }
        #expect(error?.reason == "nested too deep: at most \(depth) levels are read")
    }

    @Test(arguments: ["[7]", "[]", "{}"])
    func `a limit of no levels leaves single values`(list: String) throws {
        #expect(try parse("7", maximumDepth: 0).number() == 7)
        #expect(throws: JSONSyntaxError.self) { try parse(list, maximumDepth: 0) }
    }

    @Test(arguments: ["[", #"{"a":"#, "[{\"a\":"])
    func `a million levels are refused without going down`(opening: String) {
        let text = String(repeating: opening, count: 1_000_000)
        let error = #expect(throws: JSONSyntaxError.self) { try parse(text) }
        #expect(error?.reason == "nested too deep: at most 64 levels are read")
    }

    @Test func `many lists beside one another are not deep`() throws {
        let text = "[" + String(repeating: "[[]],", count: 10_000) + "[]]"
        #expect(try parse(text, maximumDepth: 3).elements().reduce(0) { n, _ in n + 1 } == 10_001)
    }

    @Test func `cursors keep the text alive`() throws {
        func names() throws -> [JSONCursor] {
            let text = #"{"layers": [{"name": "a long enough name"}, {"name": "another name"}]}"#
            let layers = try JSONDocument(parsing: Array(text.utf8)).root.members()[0].value
            return try layers.elements().map { try $0.members()[0].value }
        }
        let cursors = try names()
        #expect(try cursors.map { try $0.string() } == ["a long enough name", "another name"])
        #expect(cursors.map(\.pointer.description) == ["/layers/0/name", "/layers/1/name"])
    }
}
