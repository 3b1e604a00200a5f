import JSON
import Testing

struct JSONWriterTests {
    // MARK: Structure

    @Test func `values are parted by commas and containers closed`() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.object("empty") { _ in }
            writer.array("none") { _ in }
            writer.field("i", -3)
            writer.field("t", true)
            writer.array("list") { writer in
                writer.object { $0.field("f", false) }
                writer.object { _ in }
                writer.object { writer in
                    writer.object("o") { $0.field("s", "x") }
                    writer.field("d", 2.0)
                }
            }
            writer.field("big", Int.min)
        }
        #expect(
            writer.text
                == #"{"empty":{},"none":[],"i":-3,"t":true,"list":[{"f":false},{},"#
                + #"{"o":{"s":"x"},"d":2.0}],"big":-9223372036854775808}"#)
    }

    @Test(arguments: [
        ("", #""""#), (#"a"b\c/"#, #""a\"b\\c/""#),
        ("\n\t\0\u{1F}", #""\u000a\u0009\u0000\u001f""#),
        ("é€😀\u{7F}\u{2028}", "\"é€😀\u{7F}\u{2028}\""),
    ])
    func `quotation marks, backslashes and control characters are escaped`(
        string: String, text: String
    ) throws {
        var writer = JSONWriter()
        writer.object { $0.field(string, string) }
        #expect(writer.text == "{\(text):\(text)}")
        let member = try JSONDocument(parsing: writer.bytes).root.members()[0]
        #expect(member.name == string)
        #expect(try member.value.string() == string)
    }

    @Test func `an error in the middle comes through`() {
        struct Stop: Error {}
        var writer = JSONWriter()
        #expect(throws: Stop.self) {
            try writer.object { (writer) throws(Stop) in
                try writer.array("a") { (_) throws(Stop) in throw Stop() }
            }
        }
    }

    // MARK: Arrays

    @Test(arguments: [
        ([2, 2], "[[1.0,2.5],[-3.0,4.0]]"), ([4], "[1.0,2.5,-3.0,4.0]"),
        ([4, 1], "[[1.0],[2.5],[-3.0],[4.0]]"), ([1, 4], "[[1.0,2.5,-3.0,4.0]]"),
        ([2, 1, 2], "[[[1.0,2.5]],[[-3.0,4.0]]]"),
        ([1, 1, 1, 1, 1, 1, 1, 4], "[[[[[[[[1.0,2.5,-3.0,4.0]]]]]]]]"),
    ])
    func `nested lists are as deep as the shape has axes`(shape: [Int], text: String) {
        var writer = JSONWriter()
        writer.object { $0.field("X", shape: shape, [1, 2.5, -3, 4] as [Double]) }
        #expect(writer.text == "{\"X\":\(text)}")
    }

    @Test(arguments: [
        ([0], "[]"), ([0, 3], "[]"), ([2, 0], "[[],[]]"), ([2, 2, 0], "[[[],[]],[[],[]]]"),
        ([1, 0, 2], "[[]]"),
    ])
    func `an array without numbers keeps the lists that it has`(shape: [Int], text: String) {
        var writer = JSONWriter()
        writer.object { $0.field("X", shape: shape, [Float]()) }
        #expect(writer.text == "{\"X\":\(text)}")
    }

    @Test func `flat and base64 arrays tell their shape`() {
        var flat = JSONWriter(arrays: .flat)
        flat.object { $0.field("X", shape: [2, 1], [1, -0.0] as [Double]) }
        #expect(flat.text == #"{"X":{"shape":[2,1],"data":[1.0,-0.0]}}"#)

        var empty = JSONWriter(arrays: .flat)
        empty.object { $0.field("X", shape: [2, 0], [Double]()) }
        #expect(empty.text == #"{"X":{"shape":[2,0],"data":[]}}"#)

        var base64 = JSONWriter(arrays: .base64)
        base64.object {
            $0.field("X", shape: [1, 1], [1] as [Double])
            $0.field("Y", shape: [2], [1, -2.5] as [Float])
        }
        #expect(
            base64.text
                == #"{"X":{"shape":[1,1],"dtype":"float64","base64":"AAAAAAAA8D8="},"#
                + #""Y":{"shape":[2],"dtype":"float32","base64":"AACAPwAAIMA="}}"#)
    }

    /// Numbers are printed in chunks of 256: lists that begin or end there, and one number before
    /// and after, must be as anywhere else.
    @Test func `arrays of any shape are printed as a plain printer prints them`() throws {
        var random = SplitMix64(seed: 51)
        var shapes = [
            [1], [255], [256], [257], [512], [513], [256, 2], [2, 256], [257, 1], [128, 4],
            [1, 256, 1], [3, 2, 256], [2, 2, 2, 64], [256, 1, 1, 2], [1, 1, 1, 1, 513],
        ]
        shapes += (0..<60).map { _ in
            (0..<Int.random(in: 1...4, using: &random)).map { _ in
                Int.random(in: 1...7, using: &random)
            }
        }
        for shape in shapes {
            let count = shape.reduce(1, *)
            let doubles = (0..<count).map { _ in Double.random(in: -9...9, using: &random) }
            let floats = doubles.map { Float($0).rounded() }
            var writer = JSONWriter()
            writer.object {
                $0.field("d", shape: shape, doubles)
                $0.field("f", shape: shape, floats)
            }
            let expected =
                "{\"d\":\(PlainPrinter.nested(doubles[...], shape[...])),"
                + "\"f\":\(PlainPrinter.nested(floats[...], shape[...]))}"
            #expect(PlainPrinter.canonicalNumbers(in: writer.text) == expected, "\(shape)")
            let members = try JSONDocument(parsing: writer.bytes).root.members()
            #expect(
                try members[0].value.numbers() == JSONNumbers(shape: shape, elements: doubles))
        }
    }

    /// The longest numbers, each with the most brackets there can be before it.
    @Test func `the longest numbers in the deepest lists fit the chunk`() throws {
        let shape = [300, 1, 1, 1, 1, 1, 1, 1]
        let numbers = [Double](repeating: -1.2345678901234567e-300, count: 300)
        var writer = JSONWriter()
        writer.object { $0.field("X", shape: shape, numbers) }
        let found = try JSONDocument(parsing: writer.bytes).root.members()[0].value.numbers()
        #expect(found == JSONNumbers(shape: shape, elements: numbers))
    }
}
