import HTTP
import Testing

@testable import GradientService

struct TraceContextTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"

    @Test(arguments: [
        "00-\(trace)-\(span)-01", "00-\(trace)-\(span)-00", "00-\(trace)-\(span)-ff",
        // A later version may add to it.
        "01-\(trace)-\(span)-01", "cc-\(trace)-\(span)-01-what-comes-then",
    ])
    func `a trace is told by its two names`(text: String) {
        let context = TraceContext(text)
        #expect(context?.traceID == Self.trace[...])
        #expect(context?.spanID == Self.span[...])
    }

    @Test(arguments: [
        "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-01-", "00-\(trace)-\(span)-01-x",
        "ff-\(trace)-\(span)-01", "0-\(trace)-\(span)-01", "000-\(trace)-\(span)-01",
        "00-\(trace.uppercased())-\(span)-01", "00-\(trace)0-\(span)-01",
        "00-\(trace.dropLast())-\(span)-01", "00-\(trace)-\(span)0-01", "00-\(trace)-\(span)-1",
        "00-\(trace)-\(span)-0x", "0g-\(trace)-\(span)-01", "00_\(trace)_\(span)_01",
        "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
        " 00-\(trace)-\(span)-01", "00-\(trace.dropLast())ä-\(span)-01",
        "cc-\(trace)-\(span)-01x", "00-\(trace)-\(span)-01\n",
    ])
    func `what is not to the letter is passed over`(text: String) {
        #expect(TraceContext(text) == nil)
    }

    @Test func `two of them are none`() throws {
        let value = "00-\(Self.trace)-\(Self.span)-01"
        var fields: HTTPFields = ["traceparent": value]
        #expect(
            TraceContext(of: try HTTPRequestHead(method: "GET", target: "/", fields: fields)) != nil
        )
        fields.append("Traceparent", value)
        #expect(
            TraceContext(of: try HTTPRequestHead(method: "GET", target: "/", fields: fields)) == nil
        )
    }
}
