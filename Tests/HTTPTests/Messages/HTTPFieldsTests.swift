import Testing

@testable import HTTP

struct HTTPFieldsTests {
    @Test
    func `names are found whatever their case`() {
        let fields: HTTPFields = ["Content-Type": "a", "X": "b"]
        #expect(fields["content-TYPE"] == "a")
        #expect(fields["Y"] == nil)
    }

    @Test
    func `order is kept, and so are repetitions`() {
        var fields: HTTPFields = ["A": "1", "B": "2"]
        fields.append("a", "3")
        #expect(fields.map(\.value) == ["1", "2", "3"])
        #expect(fields.values(of: "A") == ["1", "3"])
        #expect(fields["A"] == "1")
    }

    @Test
    func `setting replaces all of a name`() {
        var fields: HTTPFields = ["A": "1", "a": "2", "B": "3"]
        fields["A"] = "4"
        #expect(fields.values(of: "a") == ["4"])
        fields["A"] = nil
        #expect(fields == ["B": "3"])
    }

    @Test
    func `a list is told from all its lines`() {
        let fields: HTTPFields = ["A": "x ,\ty", "A": "", "a": "z,"]
        #expect(fields.elements(of: "A") == ["x", "y", "", "z", ""])
        #expect(fields.elements(of: "B").isEmpty)
    }
}
