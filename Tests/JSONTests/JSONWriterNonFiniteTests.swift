import JSON
import Testing

/// The account that the writer keeps of numbers that JSON cannot write.
struct JSONWriterNonFiniteTests {
    static func account(_ writer: JSONWriter) -> [String] {
        writer.nonFinite.map { "\($0.pointer) \($0.kind)" }
    }

    static let numbers: [Double] = [1, .nan, 3, -.infinity, 5, .infinity]

    @Test func `in nested lists each is null, with its pointer`() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("layers") { writer in
                writer.object { _ in }
                writer.object { $0.field("a/b", shape: [3, 2], Self.numbers) }
            }
        }
        #expect(writer.text == #"{"layers":[{},{"a/b":[[1.0,null],[3.0,null],[5.0,null]]}]}"#)
        #expect(
            Self.account(writer) == [
                "/layers/1/a~1b/0/1 NaN", "/layers/1/a~1b/1/1 -Infinity",
                "/layers/1/a~1b/2/1 Infinity",
            ])
        #expect(writer.nonFiniteCount == 3)
    }

    @Test func `in flat data each is null, with its pointer`() {
        var writer = JSONWriter(arrays: .flat)
        writer.object { $0.field("X", shape: [3, 2], Self.numbers.map { Float($0) }) }
        #expect(writer.text == #"{"X":{"shape":[3,2],"data":[1.0,null,3.0,null,5.0,null]}}"#)
        #expect(
            Self.account(writer) == ["/X/data/1 NaN", "/X/data/3 -Infinity", "/X/data/5 Infinity"])
    }

    @Test func `base64 holds them, each kind is told once and every number counts`() {
        var writer = JSONWriter(arrays: .base64)
        writer.object {
            $0.field("X", shape: [3, 2], Self.numbers)
            $0.field("Y", shape: [4], [.infinity, 1, .infinity, 2] as [Float])
            $0.field("Z", shape: [1], [1] as [Double])
        }
        #expect(
            Self.account(writer) == [
                "/X/base64 NaN", "/X/base64 Infinity", "/X/base64 -Infinity",
                "/Y/base64 Infinity",
            ])
        #expect(writer.text.contains(#""base64":"AACAfwAAgD8AAIB/AAAAQA==""#))
        #expect(writer.nonFiniteCount == 5)
    }

    @Test(arguments: [JSONArrayForm.nested, .flat, .base64])
    func `a single number is null in every form`(form: JSONArrayForm) {
        var writer = JSONWriter(arrays: form)
        writer.object { writer in
            writer.object("meaning") { $0.field("x", -Double.infinity) }
            writer.field("cost", Double.nan)
            writer.field("good", 0.5)
        }
        #expect(writer.text == #"{"meaning":{"x":null},"cost":null,"good":0.5}"#)
        #expect(Self.account(writer) == ["/meaning/x -Infinity", "/cost NaN"])
    }

    /// Row-major: the last index runs fastest, also beyond the first chunk of 256.
    @Test func `the pointers follow the shape to the last number`() {
        let shape = [3, 5, 7, 11]
        var writer = JSONWriter()
        writer.object { $0.field("X", shape: shape, [Double](repeating: .nan, count: 1155)) }
        var expected: [String] = []
        for i in 0..<3 {
            for j in 0..<5 {
                for k in 0..<7 {
                    for l in 0..<11 { expected.append("/X/\(i)/\(j)/\(k)/\(l) NaN") }
                }
            }
        }
        #expect(Self.account(writer) == Array(expected.prefix(1000)))
        #expect(writer.nonFiniteCount == 1155)
    }

    @Test func `a thousand are listed, all are counted`() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("a", shape: [600], [Double](repeating: .nan, count: 600))
            writer.field("b", shape: [600], [Float](repeating: .infinity, count: 600))
            writer.field("c", Double.nan)
        }
        #expect(writer.nonFinite.count == 1000)
        #expect(writer.nonFinite.last?.pointer.description == "/b/399")
        #expect(writer.nonFiniteCount == 1201)
    }
}
