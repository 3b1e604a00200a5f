import JSON
import NeuralNetwork
import Testing

@testable import GradientService

struct FieldDecoderTests {
    @Test(arguments: [("0", 0.0), ("1", 1), ("2.5e-1", 0.25), ("-0.0", 0), ("1E0", 1)])
    func `a number is read up to the ends of its range`(text: String, value: Double) throws {
        #expect(try FieldDecoder<Double>.number(in: 0...1).decode(parsed(text)) == value)
    }

    @Test(arguments: ["-5e-324", "1.0000000000000002", "1e308", "-1"])
    func `a number out of its range is refused with the range`(text: String) throws {
        let found = try faults(text, FieldDecoder<Double>.number(in: 0...1).decode)
        #expect(found == [Fault("", "\(Double(text)!) is out of range: expected 0.0 to 1.0")])
    }

    @Test(arguments: [("3", 3), ("3.0", 3), ("0.3e1", 3), ("1", 1), ("9", 9)])
    func `a whole number is read however it is written`(text: String, value: Int) throws {
        #expect(try FieldDecoder<Int>.integer(in: 1...9).decode(parsed(text)) == value)
    }

    @Test(arguments: [
        ("2.5", "expected a whole number from 1 to 9, found 2.5"),
        ("0", "0 is out of range: expected 1 to 9"),
        ("10", "10 is out of range: expected 1 to 9"),
        (#""3""#, "expected a number, found a string"),
        ("true", "expected a number, found a boolean"),
        ("[3]", "expected a number, found an array"),
    ])
    func `what is no whole number in range is refused`(text: String, detail: String) throws {
        #expect(
            try faults(text, FieldDecoder<Int>.integer(in: 1...9).decode) == [Fault("", detail)])
    }

    @Test(arguments: ["1e300", "-1e300", "18446744073709551615", "9223372036854775808"])
    func `a whole number that no counter holds is refused, not trapped on`(text: String) throws {
        let found = try faults(text, FieldDecoder<Int>.integer(in: 1...9).decode)
        let detail = "expected a whole number from 1 to 9, found \(Double(text)!)"
        #expect(found == [Fault("", detail)])
    }

    @Test(arguments: [
        (#"{"units": 1e30}"#, "expected a whole number from 1 to 2147483647, found 1e+30"),
        (#"{"units": 2.5}"#, "expected a whole number from 1 to 2147483647, found 2.5"),
        (
            #"{"units": 1, "seed": 1e30}"#,
            "expected a whole number from 0 to 4294967295, found 1e+30"
        ),
    ])
    func `a count or a seed that is none is told its range`(layer: String, detail: String) throws {
        let body = #"{"network": {"layers": [\#(layer)]}, "batch": {"X": [[1]]}}"#
        #expect(try Answer("forward", body).faults.map(\.detail) == [detail])
    }

    @Test func `a flag is a boolean and nothing that could be taken for one`() throws {
        #expect(try FieldDecoder.flag.decode(parsed("true")))
        #expect(try !FieldDecoder.flag.decode(parsed("false")))
        for (text, kind) in [("1", "a number"), (#""true""#, "a string"), ("null", "null")] {
            #expect(
                try faults(text, FieldDecoder.flag.decode)
                    == [Fault("", "expected a boolean, found \(kind)")])
        }
    }

    @Test func `a word is one of an enumeration's names, letter for letter`() throws {
        let layout = FieldDecoder<Layout>.word("layout")
        for name in Layout.allCases {
            #expect(try layout.decode(parsed(#""\#(name.rawValue)""#)) == name)
        }
        #expect(
            try faults(#""Keras""#, layout.decode)
                == [Fault("", #"unknown layout "Keras""#, hint: #"did you mean "keras"?"#)])
        #expect(
            try faults(#""jax""#, layout.decode)
                == [Fault("", #"unknown layout "jax""#, hint: "known: course, pytorch, keras")])
        #expect(try faults("3", layout.decode) == [Fault("", "expected a string, found a number")])
    }

    @Test func `a list's elements are read in order, and may be none`() throws {
        let list = FieldDecoder<[Int]>.list(of: .integer(in: 0...9))
        #expect(try list.decode(parsed("[3, 1, 2]")) == [3, 1, 2])
        #expect(try list.decode(parsed("[]")) == [])
        #expect(try faults("{}", list.decode) == [Fault("", "expected an array, found an object")])
    }

    @Test func `every element of a list that is wrong is told by its index`() throws {
        let list = FieldDecoder<[Int]>.list(of: .integer(in: 0...9))
        #expect(
            try faults(#"[1, "x", 2, 10]"#, list.decode) == [
                Fault("/1", "expected a number, found a string"),
                Fault("/3", "10 is out of range: expected 0 to 9"),
            ])
    }

    @Test func `of a long list of faults the first hundred are told`() throws {
        let list = FieldDecoder<[Int]>.list(of: .integer(in: 0...9))
        let found = try faults(
            #"[\#(Array(repeating: "10", count: 5000).joined(separator: ","))]"#,
            list.decode)
        #expect(found.map(\.pointer) == (0..<100).map { "/\($0)" })
    }

    @Test(arguments: [(1, 1), (100, 100), (900, 900), (1000, 1000), (5000, 1000)])
    func `a list's faults are counted up to a thousand`(faults: Int, count: Int) throws {
        let list = FieldDecoder<[Int]>.list(of: .integer(in: 0...9))
        let elements = Array(repeating: "10", count: faults).joined(separator: ",")
        let json = try parsed("[\(elements)]")
        let error = #expect(throws: InvalidFields.self) { try list.decode(json) }
        #expect(error?.count == count)
        #expect(error?.faults.count == min(faults, 100))
    }

    @Test(arguments: Grid.Form.allCases)
    func `an array is read in every form, with its place`(form: Grid.Form) throws {
        let grid = Grid([[1, 2.5, -3], [0, 0.125, 4]])
        let cursor = try #require(try parsed(#"{"X": \#(grid.text(form))}"#)["/X"])
        let array = try FieldDecoder.array.decode(cursor)
        #expect(array.shape == [2, 3])
        #expect(array.elements == grid.elements)
        #expect(array.pointer.description == "/X")
    }

    @Test(arguments: [
        (0, true), (4_294_967_295, true), (-1, false), (4_294_967_296, false),
    ])
    func `a seed is what NumPy takes for one`(seed: Int, isGood: Bool) throws {
        let found = try faults("\(seed)", FieldDecoder.seed.decode)
        #expect(
            found
                == (isGood
                    ? [] : [Fault("", "\(seed) is out of range: expected 0 to 4294967295")]))
    }
}
