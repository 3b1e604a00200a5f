import JSON
import Testing

@testable import GradientService

struct FieldReaderTests {
    private let size = FieldDecoder<Int>.integer(in: 0...9)

    @Test func `fields are read whatever their order`() throws {
        var reader = try FieldReader(parsed(#"{"b": 2, "a": 1}"#))
        let a = reader.required("a", size)
        let b = reader.optional("b", size)
        #expect(try reader.finish(a) == 1)
        #expect(b == 2)
    }

    @Test func `a field that is left out has its default`() throws {
        var reader = try FieldReader(parsed("{}"))
        let a = reader.optional("a", size, default: 7)
        #expect(reader.optional("b", size) == nil)
        #expect(try reader.finish(a) == 7)
    }

    @Test func `null is a value and not a field left out`() throws {
        let found = try faults(#"{"a": null}"#) { (json) throws(InvalidFields) in
            var reader = try FieldReader(json)
            let a = reader.optional("a", size, default: 7)
            return try reader.finish(a)
        }
        #expect(found == [Fault("/a", "expected a number, found null")])
    }

    @Test func `all faults are told together, the unknown fields last`() throws {
        let text = #"{"a": "x", "zeta": 1, "b": 10, "aa": 1}"#
        let found = try faults(text) { (json) throws(InvalidFields) in
            var reader = try FieldReader(json)
            let a = reader.required("a", size)
            let b = reader.optional("b", size, default: 0)
            let c = reader.required("c", size)
            return try reader.finish(a, b, c)
        }
        #expect(
            found == [
                Fault("/a", "expected a number, found a string"),
                Fault("/b", "10 is out of range: expected 0 to 9"),
                Fault("", #""c" is missing"#),
                Fault("/aa", #"unknown field "aa""#, hint: "known: a, b, c"),
                Fault("/zeta", #"unknown field "zeta""#, hint: "known: a, b, c"),
            ])
    }

    @Test func `a misspelt field is refused with what it was meant to be`() throws {
        let found = try faults(#"{"learning_rat": 1}"#) { (json) throws(InvalidFields) in
            var reader = try FieldReader(json)
            _ = reader.optional("learning_rate", size)
            return try reader.finish()
        }
        #expect(
            found == [
                Fault(
                    "/learning_rat", #"unknown field "learning_rat""#,
                    hint: #"did you mean "learning_rate"?"#)
            ])
    }

    @Test func `the pointer of an unknown field is escaped`() throws {
        let found = try faults(#"{"a/b~c": 1}"#) { (json) throws(InvalidFields) in
            try FieldReader(json).finish()
        }
        #expect(found == [Fault("/a~1b~0c", #"unknown field "a/b~c""#)])
    }

    @Test func `a long name is cut in the message`() throws {
        let name = String(repeating: "n", count: 1000)
        let found = try faults(#"{"\#(name)": 1}"#) { (json) throws(InvalidFields) in
            try FieldReader(json).finish()
        }
        #expect(found.map(\.detail) == ["unknown field \"\(name.prefix(60))…\""])
    }

    /// One letter with ten thousand accents on it is one character.
    @Test func `a name of one endless character is cut in the message`() throws {
        let name = "e" + String(repeating: "\u{301}", count: 10_000)
        let found = try faults(#"{"\#(name)": 1}"#) { (json) throws(InvalidFields) in
            try FieldReader(json).finish()
        }
        #expect(found.map(\.detail.unicodeScalars.count) == ["unknown field \"…\"".count + 60])
    }

    @Test(arguments: [(1000, "/size/"), (1001, "/size")])
    func `the pointer is exact up to a name of a thousand bytes, then the object's`(
        length: Int, start: String
    ) throws {
        let name = String(repeating: "n", count: length)
        for members in [#""\#(name)": 1"#, #""\#(name)": 1, "\#(name)": 1"#] {
            let found = try faults(#"{"size": {\#(members)}}"#) { (json) throws(InvalidFields) in
                var reader = try FieldReader(json)
                let inner = FieldDecoder<Void> { (cursor) throws(InvalidFields) in
                    try FieldReader(cursor).finish()
                }
                let size: Void? = reader.required("size", inner)
                return try reader.finish(size)
            }
            #expect(found.map(\.pointer) == [start.hasSuffix("/") ? start + name : start])
        }
    }

    @Test func `what is not an object is refused`() throws {
        let found = try faults("[1]") { (json) throws(InvalidFields) in try FieldReader(json) }
        #expect(found == [Fault("", "expected an object, found an array")])
    }

    @Test func `a name that stands there twice is refused, also where one is escaped`() throws {
        for text in [#"{"a": 1, "a": 1}"#, #"{"a": 1, "\u0061": 2}"#] {
            let found = try faults(text) { (json) throws(InvalidFields) in try FieldReader(json) }
            #expect(found == [Fault("/a", "the name stands in its object twice")])
        }
    }

    @Test func `of very many faults the first hundred are told`() throws {
        let members = (0..<500).map { #""f\#($0)": 0"# }.joined(separator: ", ")
        let found = try faults(#"{\#(members), "a": "x"}"#) { (json) throws(InvalidFields) in
            var reader = try FieldReader(json)
            let a = reader.required("a", size)
            return try reader.finish(a)
        }
        #expect(found.count == 100)
        #expect(found.first?.pointer == "/a")
    }

    @Test func `faults that are not told are counted, those of inner objects too`() throws {
        let members = (0..<450).map { #""f\#($0)": 0"# }.joined(separator: ", ")
        let json = try parsed(#"{"a": {\#(members)}, \#(members)}"#)
        let error = #expect(throws: InvalidFields.self) {
            var reader = try FieldReader(json)
            let inner = FieldDecoder<Void> { (cursor) throws(InvalidFields) in
                try FieldReader(cursor).finish()
            }
            let a: Void? = reader.required("a", inner)
            try reader.finish(a)
        }
        #expect(error?.faults.map(\.pointer.description).allSatisfy { $0.hasPrefix("/a/") } == true)
        #expect(error?.faults.count == 100)
        #expect(error?.count == 900)
    }
}
