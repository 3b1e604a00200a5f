import HTTP
import JSON
import RunStore
import Testing

@testable import GradientService

/// The figures of the limits in `openapi.yaml` beside the code's defaults.
struct ContractLimitsTests {
    private func limits() throws -> Answer {
        let trainings = Trainings(store: .success(try RunStore(at: .memory)))
        return try Answer(GradientService(trainings: trainings).answer("GET", "/limits"))
    }

    @Test func `every limit is in the contract, with its default`() throws {
        let limits = try limits()
        let schema = try ContractText.schema("Limits").block("properties")
        #expect(try limits.names("") == schema.keys)
        // These follow from the machine.
        let withoutDefault = [
            "/concurrency/computing", "/concurrency/memory_bytes", "/backend/name",
            "/backend/threads", "/trainings/threads",
            "/trainings/detached_at_once",
        ]
        for group in schema.keys {
            let properties = try schema.block(group, "properties")
            #expect(try limits.names("/" + group) == properties.keys)
            for name in properties.keys where !withoutDefault.contains("/\(group)/\(name)") {
                let told = try limits.number("/\(group)/\(name)")
                #expect(try properties.block(name).number("default") == told, "\(group).\(name)")
            }
        }
    }

    @Test func `the figures in the contract's words are the defaults`() throws {
        let text = try ContractText().block("info", "description").text
        let (limits, http) = (ServiceLimits(), HTTPLimits())
        #expect(limits.operations == 1e12 && limits.bytes == 4e9)
        #expect(limits.detachedOperations == 1e14)
        for words in [
            "Bodies have at most \(http.bodyBytes) bytes, and \(http.bodiesBytes) all together",
            "they nest at most \(limits.nestingDepth) deep",
            "\(limits.numbers) numbers in all arrays",
            "at most \(limits.layers) layers, \(limits.parameters) parameters, 1e12 operations",
            "A training that is left to itself may ask for 1e14 operations",
            "nothing to tell for \(http.heartbeatTime.components.seconds) s",
            "4e9 bytes of arrays and \(limits.steps) steps",
            "A target has at most \(http.targetBytes) bytes",
            "the fields at most \(http.fieldBytes) bytes and \(http.fieldCount) lines",
            "A head must be whole in \(http.headTime.components.seconds) s, "
                + "a body in \(http.bodyTime.components.seconds) s",
            "a second more for each \(http.bytesPerSecond) bytes",
            "an answer must be taken in \(http.writeTime.components.seconds) s plus a second "
                + "for each \(http.bytesPerSecond) bytes moved",
            "a computation is stopped after \(http.computingTime.components.seconds) s",
        ] {
            #expect(text.contains(words), "\(words)")
        }
    }
}
