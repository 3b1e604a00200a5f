import JSON
import Testing

struct JSONCursorTests {
    // MARK: Strings

    @Test(arguments: [
        (#""""#, ""), (#""abc""#, "abc"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u0041\u00e9\u20AC""#, "Aé€"), (#""\ud83d\ude00 \uD83D\uDE00""#, "😀 😀"),
        (#""a\u0000b""#, "a\0b"), ("\"é€😀\u{7F}\u{10FFFF}\"", "é€😀\u{7F}\u{10FFFF}"),
    ])
    func `a string is unescaped`(text: String, string: String) throws {
        let found = try parse(text).string()
        #expect(Array(found.utf8) == Array(string.utf8))
    }

    // MARK: Members

    @Test func `members come in their order with their pointers`() throws {
        let members = try parse(#"{"b": 1, "a/b": [true], "": null}"#).members()
        #expect(members.map(\.name) == ["b", "a/b", ""])
        #expect(members.map(\.value.pointer.description) == ["/b", "/a~1b", "/"])
        #expect(members.map(\.value.kind) == [.number, .array, .null])
    }

    @Test func `a member that is a large container is stepped over`() throws {
        let inner = #"{"x": [[1, 2], {"y": {}}, "]}", -3, 2.5, null, true], "z": []}"#
        let members = try parse(#"{"a": \#(inner), "b": \#(inner), "c": 3}"#).members()
        #expect(members.map(\.name) == ["a", "b", "c"])
        #expect(try members[2].value.number() == 3)
    }

    @Test(arguments: [
        #"{"a": 1, "a": 1}"#, #"{"a": 1, "\u0061": 2}"#, #"{"\u0061": 1, "b": 2, "a": 3}"#,
    ])
    func `a name that stands there twice is refused, however it is escaped`(text: String) {
        #expect(
            refusal { try parse(text).members() } == "/a: the name stands in its object twice")
    }

    @Test(arguments: [
        #"{"é": 1, "\u0065\u0301": 2}"#, #"{"K": 1, "\u212A": 2}"#, #"{"a": 1, "A": 2}"#,
        #"{"": 1, "\u0000": 2}"#, #"{"a": 1, "a\u0000": 2}"#,
    ])
    func `names that differ in their bytes are two names`(text: String) throws {
        #expect(try parse(text).members().count == 2)
    }

    @Test func `the same name in two objects is no duplicate`() throws {
        let members = try parse(#"{"a": {"a": 1}, "b": {"a": 1}}"#).members()
        #expect(try members[1].value.members().map(\.name) == ["a"])
    }

    @Test func `an object has a thousand names and no more`() throws {
        func object(_ count: Int) -> String {
            "{" + (0..<count).map { "\"n\($0)\": 0" }.joined(separator: ",") + "}"
        }
        #expect(try parse(object(1000)).members().count == 1000)
        #expect(
            refusal { try parse(object(1001)).members() } == ": an object has at most 1000 names")
    }

    // MARK: Elements

    @Test func `elements come in their order with their pointers`() throws {
        let elements = try parse(#"{"a": ["x", [1, [2]], {}, 4]}"#).members()[0].value.elements()
        #expect(elements.map(\.pointer.description) == ["/a/0", "/a/1", "/a/2", "/a/3"])
        #expect(elements.map(\.kind) == [.string, .array, .object, .number])
    }

    @Test func `an empty array has no elements, an empty object no members`() throws {
        #expect(try Array(parse("[]").elements()).isEmpty)
        #expect(try parse("{}").members().isEmpty)
    }

    // MARK: Numbers

    @Test(arguments: [
        ("0", 0), ("-3", -3), ("3.0", 3), ("1e3", 1000), ("-0.0", 0),
        ("9007199254740991", 9_007_199_254_740_991), ("-9007199254740991", -9_007_199_254_740_991),
    ])
    func `a whole number is an integer, however it is written`(text: String, integer: Int) throws {
        #expect(try parse(text).integer() == integer)
    }

    /// 2⁵³ could have been 2⁵³ + 1, which is the same float64.
    @Test(arguments: [
        ("0.5", "expected a whole number, found 0.5"),
        ("1e-300", "expected a whole number, found 1e-300"),
        ("9007199254740993", "expected a whole number of less than 2^53, found 9007199254740992.0"),
        ("9007199254740992", "expected a whole number of less than 2^53, found 9007199254740992.0"),
        ("-1e300", "expected a whole number of less than 2^53, found -1e+300"),
        ("\"3\"", "expected a number, found a string"),
    ])
    func `what is no integer is refused`(text: String, reason: String) {
        #expect(refusal { try parse(text).integer() } == ": \(reason)")
    }

    // MARK: Kinds

    static let values = ["{}", "[]", "\"\"", "1.5", "true", "null"]
    static let names = ["an object", "an array", "a string", "a number", "a boolean", "null"]

    @Test(arguments: 0..<6, 0..<5)
    func `a value of one kind is not read as another`(found: Int, expected: Int) throws {
        let value = try parse("[\(Self.values[found])]").elements().map { $0 }[0]
        let readings: [() throws -> Any] = [
            { try value.members() }, { try value.elements() }, { try value.string() },
            { try value.number() }, { try value.boolean() },
        ]
        if found == expected {
            _ = try readings[expected]()
        } else {
            #expect(
                refusal(readings[expected])
                    == "/0: expected \(Self.names[expected]), found \(Self.names[found])")
        }
    }

    @Test func `true and false are told apart`() throws {
        #expect(try parse("[true, false]").elements().map { try $0.boolean() } == [true, false])
    }
}
