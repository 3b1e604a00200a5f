import JSON
import Testing

struct JSONNumbersTests {
    @Test(arguments: [
        ("[1, 2, 3]", [3], [1.0, 2, 3]), ("[[1, 2], [3, 4], [5, 6]]", [3, 2], [1, 2, 3, 4, 5, 6]),
        ("[[[1], [2]], [[3], [4]]]", [2, 2, 1], [1, 2, 3, 4]),
        ("[[[[[[[[7]]]]]]]]", [1, 1, 1, 1, 1, 1, 1, 1], [7]),
        ("[]", [0], []), ("[[]]", [1, 0], []), ("[[], []]", [2, 0], []),
        ("[[[], []], [[], []]]", [2, 2, 0], []),
        (#"{"shape": [2, 3], "data": [1, 2, 3, 4, 5, 6.5]}"#, [2, 3], [1, 2, 3, 4, 5, 6.5]),
        (#"{"data": [1], "shape": [1, 1, 1, 1, 1, 1, 1, 1]}"#, [1, 1, 1, 1, 1, 1, 1, 1], [1]),
        (#"{"shape": [0, 5], "data": []}"#, [0, 5], []),
        (#"{"shape": [2.0], "data": [1, -2]}"#, [2], [1, -2]),
        (#"{"shape": [2], "base64": "AAAAAAAA8D8AAAAAAAAAgA=="}"#, [2], [1, -0.0]),
        (#"{"shape": [1], "dtype": "float64", "base64": "AAAAAAAA8D8="}"#, [1], [1]),
        (#"{"dtype": "float32", "base64": "AACAPwAAIMA=", "shape": [2, 1]}"#, [2, 1], [1, -2.5]),
        (#"{"shape": [0], "base64": ""}"#, [0], []),
    ])
    func `an array is read in each of its forms`(text: String, shape: [Int], elements: [Double])
        throws
    {
        let numbers = try parse(text).numbers()
        #expect(numbers.shape == shape)
        #expect(numbers.elements.map(\.bitPattern) == elements.map(\.bitPattern))
    }

    @Test(arguments: [
        ("[[1, 2], [3]]", "/1: the list has length 1, the first one at its depth has 2"),
        ("[[1], [2, 3]]", "/1: the list has length 2, the first one at its depth has 1"),
        ("[[[1], []], [[]]]", "/0/1: the list has length 0, the first one at its depth has 1"),
        ("[[], [1]]", "/1: the list has length 1, the first one at its depth has 0"),
        ("[[], [[]]]", "/1: the list has length 1, the first one at its depth has 0"),
        ("[1, [2]]", "/1: expected a number, found an array"),
        ("[[1], 2]", "/1: expected a list, as the others are, found a number"),
        ("[[[1]], [2]]", "/1/0: expected a list, as the others are, found a number"),
        ("[1, null]", "/1: expected a number, found null"),
        ("[[1, 2], [3, \"4\"]]", "/1/1: expected a number, found a string"),
        ("[true]", "/0: expected a number, found a boolean"),
        ("[{}, 1]", "/0: expected a number, found an object"),
        ("[[1], null]", "/1: expected a list, as the others are, found null"),
        ("[[[[[[[[[1]]]]]]]]]", ": an array has at most 8 axes"),
        ("[[[[[[[[[]]]]]]]]]", ": an array has at most 8 axes"),
        ("[[[[[[[[1, [2]]]]]]]]]", "/0/0/0/0/0/0/0/1: expected a number, found an array"),
        ("1", ": expected an array of numbers, found a number"),
        ("\"AAAA\"", ": expected an array of numbers, found a string"),
        ("null", ": expected an array of numbers, found null"),
    ])
    func `lists that are no array are refused at the first fault`(text: String, refused: String) {
        #expect(refusal { try parse(text).numbers() } == refused)
    }

    /// The first list at each depth claims 50 000⁴ numbers, which the text has not.
    @Test func `lists that differ in length are refused before they are given room`() {
        var text = "1"
        for _ in 0..<4 { text = "[" + text + String(repeating: ",1", count: 49_999) + "]" }
        #expect(
            refusal { try parse(text).numbers() }
                == "/0/0/1: expected a list, as the others are, found a number")
    }

    @Test(arguments: [
        ("{}", ": \"shape\" is missing"), (#"{"data": []}"#, ": \"shape\" is missing"),
        (#"{"shape": [1]}"#, ": \"data\" or \"base64\" is missing"),
        (
            #"{"shape": [1], "data": [1], "base64": ""}"#,
            ": an array has either data or base64, not both"
        ),
        (
            #"{"shape": [1], "data": [1], "dtype": "float32"}"#,
            "/dtype: dtype goes with base64, not with data"
        ),
        (
            #"{"shape": [1], "data": [1], "order": "C"}"#,
            "/order: unknown field of an array: expected shape, and data or base64"
        ),
        (
            #"{"shape": [1], "shape": [1], "data": [1]}"#,
            "/shape: the name stands in its object twice"
        ),
        (
            #"{"shape": [1], "dtype": "float16", "base64": "AAA="}"#,
            "/dtype: expected \"float64\" or \"float32\""
        ),
        (
            #"{"shape": [1], "dtype": 64, "base64": ""}"#,
            "/dtype: expected a string, found a number"
        ),
        (#"{"shape": [1], "base64": [1]}"#, "/base64: expected a string, found an array"),
        (#"{"shape": 1, "data": [1]}"#, "/shape: expected an array, found a number"),
        (#"{"shape": [], "data": []}"#, "/shape: an array has at least one axis"),
        (
            #"{"shape": [1, 1, 1, 1, 1, 1, 1, 1, 1], "data": [1]}"#,
            "/shape: an array has at most 8 axes"
        ),
        (#"{"shape": [2, -1], "data": []}"#, "/shape/1: expected a count, found -1"),
        (#"{"shape": [1.5], "data": [1]}"#, "/shape/0: expected a whole number, found 1.5"),
        (#"{"shape": ["1"], "data": [1]}"#, "/shape/0: expected a number, found a string"),
        (#"{"shape": [1], "data": 1}"#, "/data: expected an array, found a number"),
        (#"{"shape": [1, 1], "data": [[1]]}"#, "/data: expected a flat list of numbers"),
        (#"{"shape": [2], "data": [1, null]}"#, "/data/1: expected a number, found null"),
        (#"{"shape": [2, 4], "data": [1, 2]}"#, ": it has 2 numbers, its shape 2 × 4 has 8"),
        (#"{"shape": [0, 4], "data": [1]}"#, ": it has 1 numbers, its shape 0 × 4 has 0"),
        (
            #"{"shape": [4294967296, 4294967296], "data": []}"#,
            ": it has 0 numbers, its shape 4294967296 × 4294967296 has more than can be counted"
        ),
        (
            #"{"shape": [3], "base64": "AAAAAAAA8D8="}"#, ": it has 1 numbers, its shape 3 has 3"
        ),
    ])
    func `an object that is no array is refused`(text: String, refused: String) {
        #expect(refusal { try parse(text).numbers() } == refused)
    }

    /// simdjson counts the elements of a list up to 2²⁴ − 1 only.
    @Test(arguments: [
        "[3, 4]", "[[3], [4]]", #"{"shape": [2], "data": [3, 4]}"#,
        #"{"shape": [2], "base64": "AAAAAAAA8D8AAAAAAAAAgA=="}"#,
        #"{"shape": [2], "dtype": "float32", "base64": "AACAPwAAIMA="}"#,
    ])
    func `numbers are read up to a limit for all arrays together`(array: String) throws {
        let text = Array("[[1, 2, 3], \(array)]".utf8)
        for cursor in try JSONDocument(parsing: text, maximumNumbers: 5).root.elements() {
            _ = try cursor.numbers()
        }
        let arrays = Array(try JSONDocument(parsing: text, maximumNumbers: 4).root.elements())
        _ = try arrays[0].numbers()
        let error = #expect(throws: JSONValueError.self) { try arrays[1].numbers() }
        #expect(error?.pointer.description.hasPrefix("/1") == true)
        #expect(error?.reason == "with its 2 numbers there are more than 4 in all")
    }

    @Test func `a list of more than sixteen million numbers is counted in full`() throws {
        let count = 0x1000005
        let text = "[" + String(repeating: "3,", count: count - 1) + "4]"
        let numbers = try parse(text).numbers()
        #expect(numbers.shape == [count])
        #expect(numbers.elements.count == count && numbers.elements.last == 4)
    }
}
