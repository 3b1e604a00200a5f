import NeuralNetwork
import Testing

@testable import GradientService

struct RequestOptionsTests {
    private func options(_ text: String) throws -> RequestOptions {
        var reader = try FieldReader(parsed(text))
        let options = RequestOptions(from: &reader)
        try reader.finish()
        return options
    }

    @Test func `what is left out has the contract's default`() throws {
        let options = try options("{}")
        #expect(options.layout == .course)
        #expect(options.convention == .loss)
        #expect(options.precision == .float64)
        #expect(options.encoding == .nested)
    }

    @Test func `each option is read by its own name`() throws {
        let options = try options(
            """
            {"layout": "keras", "convention": "sum", "precision": "float32", "encoding": "flat"}
            """)
        #expect(options.layout == .keras)
        #expect(options.convention == .sum)
        #expect(options.precision == .float32)
        #expect(options.encoding == .flat)
    }

    @Test func `options that are wrong are told together`() throws {
        let text = """
            {"layout": "numpy", "convention": "mean", "precision": "float16", "encoding": "hex"}
            """
        let found = try faults(text) { (json) throws(InvalidFields) in
            var reader = try FieldReader(json)
            _ = RequestOptions(from: &reader)
            return try reader.finish()
        }
        #expect(found.map(\.pointer) == ["/layout", "/convention", "/precision", "/encoding"])
    }
}
