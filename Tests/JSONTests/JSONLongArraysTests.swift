import Testing

@testable import JSON

/// Long arrays of numbers are read apart from the rest, in pieces: nobody is to notice.
struct JSONLongArraysTests {
    /// With every array of numbers read apart, in pieces of some bytes.
    static func parse(
        _ text: String, piece: Int = 8, maximumDepth: Int = 64, maximumNumbers: Int = .max
    ) throws -> JSONCursor {
        try JSONDocument(
            parsing: Array(text.utf8), maximumDepth: maximumDepth, maximumNumbers: maximumNumbers,
            longArrays: JSONLongArrays.Lengths(array: 2, piece: piece)
        ).root
    }

    static func isReadApart(_ text: String) -> Bool {
        JSONLongArrays(
            in: Array(text.utf8), maximumNumbers: .max,
            lengths: JSONLongArrays.Lengths(array: 2, piece: 8)) != nil
    }

    @Test(
        arguments: [
            ("[1,2,3,4,5,6,7,8,9]", [9]), ("[[1,2,3],[4,5,6],[7,8,9]]", [3, 3]),
            ("[[1,2,3,4,5,6,7,8,9]]", [1, 9]), ("[[1],[2],[3],[4],[5],[6],[7],[8],[9]]", [9, 1]),
            ("[[[1],[2],[3]],[[4],[5],[6]],[[7],[8],[9]]]", [3, 3, 1]),
            (" [ [ 1 , 2 , 3 ] , [ 4 , 5 , 6 ] ,\n [ 7 , 8 , 9 ] ] ", [3, 3]),
            ("[[[[[[[[1,2,3,4,5,6,7,8,9]]]]]]]]", [1, 1, 1, 1, 1, 1, 1, 9]),
        ], [1, 2, 5, 8, 100])
    func `an array is the same, whatever the pieces`(
        array: (text: String, shape: [Int]), piece: Int
    ) throws {
        #expect(Self.isReadApart(array.text))
        let numbers = try Self.parse(array.text, piece: piece).numbers()
        #expect(numbers.shape == array.shape)
        #expect(numbers.elements == [1, 2, 3, 4, 5, 6, 7, 8, 9])
    }

    @Test func `an array of usual length is the same in its parts as in one`() throws {
        let numbers = (0..<90_000).map { Double($0 * $0 % 7919) / 7 - 500 }
        var writer = JSONWriter()
        writer.object {
            $0.field("X", shape: [300, 300], numbers)
            $0.field("name", "\\\"[1,2]")
            $0.field("Y", shape: [9, 100, 100], numbers)
        }
        let members = try JSONDocument(parsing: writer.bytes).root.members()
        #expect(members.map(\.name) == ["X", "name", "Y"])
        #expect(
            try members[0].value.numbers() == JSONNumbers(shape: [300, 300], elements: numbers))
        #expect(try members[1].value.string() == "\\\"[1,2]")
        #expect(
            try members[2].value.numbers() == JSONNumbers(shape: [9, 100, 100], elements: numbers))
    }

    @Test func `its elements can be read one by one, with their pointers`() throws {
        let root = try Self.parse("{\"a\":[[1,2,3],[4,5,6.5]]}")
        let rows = Array(try root.members()[0].value.elements())
        #expect(rows.map(\.kind) == [.array, .array])
        #expect(try rows[1].numbers() == JSONNumbers(shape: [3], elements: [4, 5, 6.5]))
        let row = Array(try rows[1].elements())
        #expect(row.map { "\($0.pointer)" } == ["/a/1/0", "/a/1/1", "/a/1/2"])
        #expect(row.map(\.kind) == [.number, .number, .number])
        #expect(try row[1].integer() == 5)
        let error = #expect(throws: JSONValueError.self) { try row[2].integer() }
        #expect(error?.reason == "expected a whole number, found 6.5")
    }

    @Test func `it is no string and no object`() throws {
        let array = try Self.parse("{\"a\":[1,2,3]}").members()[0].value
        #expect(array.kind == .array)
        let noString = #expect(throws: JSONValueError.self) { try array.string() }
        #expect(noString?.reason == "expected a string, found an array")
        let noObject = #expect(throws: JSONValueError.self) { try array.members() }
        #expect(noObject?.reason == "expected an object, found an array")
    }

    @Test(arguments: [
        ("[[1,2,3],[4,5]]", "/1", "the list has length 2, the first one at its depth has 3"),
        ("[[1,2,3],[4,5,null]]", "/1/2", "expected a number, found null"),
        ("[[1,2,3],4,[5,6,7]]", "/1", "expected a list, as the others are, found a number"),
        ("[1,2,3,[4],5,6,7]", "/3", "expected a number, found an array"),
        (
            "[[1,2,3,4,5,6],[],[],[],[],[],[]]", "/1",
            "the list has length 0, the first one at its depth has 6"
        ),
    ])
    func `what is wrong with its values is told as of a short one`(
        text: String, pointer: String, reason: String
    ) throws {
        let error = #expect(throws: JSONValueError.self) { try Self.parse(text).numbers() }
        #expect(error.map { "\($0.pointer)" } == pointer)
        #expect(error?.reason == reason)
    }

    @Test(arguments: [
        "[1,2,3,4,5,6,07]", "[1,2,3,4,5,,6]", "[1,2,3,4,5,6,]", "[[1,2,3],[4,5,6]",
        "[[1,2],[3,4]]]",
        "[[1,2,3],[4,5,6],]", "[1,2,3,4,5,6}", "{\"a\":[1,2,3,4,5],,\"b\":1}", "[1,2,3,4,5,6] 7",
        "[1,2,3,4.,5,6,7]", "[1,2,3,4,5,6,NaN]", "[1,2,3,4,5,6,1e999]", "[,1,2,3,4,5,6,7]",
        "[1 2,3,4,5,6,7,8]", "[[1,2,3][4,5,6]]", "{\"a\"[1,2,3,4,5,6]}",
        "{[1,2,3,4,5,6]:1}", "{[1,2,3,4,5,6] :1}", "{\"a\":1,[[1,2],[3,4]]\n:1}",
    ])
    func `a text that is not JSON is refused as a short one is`(text: String) {
        let expected = #expect(throws: JSONSyntaxError.self) {
            try JSONDocument(parsing: Array(text.utf8))
        }
        let error = #expect(throws: JSONSyntaxError.self) { try Self.parse(text) }
        #expect(error == expected)
    }

    @Test func `integers of any length are read`() throws {
        let text = "[1,2,100000000000000000000,4]"
        #expect(
            try Self.parse(text).numbers().elements == [1, 2, 1e20, 4])
    }

    @Test(arguments: 1...6)
    func `so many levels are read as the limit says`(limit: Int) {
        let text = "{\"a\":[[[1,2,3,4],[5,6,7,8]]]}"
        let isRead = (try? Self.parse(text, maximumDepth: limit)) != nil
        #expect(isRead == (limit >= 4))
    }

    @Test func `no more numbers are read than there may be`() throws {
        let text = "{\"a\":[1,2,3,4],\"b\":[5,6,7,8]}"
        let members = try Self.parse(text, maximumNumbers: 7).members()
        #expect(try members[0].value.numbers().count == 4)
        let error = #expect(throws: JSONValueError.self) { try members[1].value.numbers() }
        #expect(error?.reason == "with its 4 numbers there are more than 7 in all")
    }

    @Test(arguments: [
        #"{"a":"[1,2,3,4]","b":[5,6,7,8]}"#, #"{"a\\":[1,2],"b":[5,6,7,8]}"#,
        #"{"\"a":[1,2],"b":[5,6,7,8]}"#, #"{"a":"\\\"","b":[5,6,7,8]}"#,
    ])
    func `strings are told from what is between them`(text: String) throws {
        let member = try #require(try Self.parse(text).members().last)
        #expect(member.name == "b")
        #expect(try member.value.numbers().elements == [5, 6, 7, 8])
    }
}
