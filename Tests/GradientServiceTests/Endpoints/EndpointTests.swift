import Testing

@testable import GradientService

struct EndpointTests {
    @Test(
        arguments: [
            ("/runs", []), ("/runs/7", nil), ("/runs/", nil), ("/run", nil), ("/", nil), ("", nil),
        ] as [(String, [String]?)])
    func `a path without names is itself alone`(path: String, parameters: [String]?) {
        #expect(Endpoint.runs.parameters(of: path) == parameters)
    }

    @Test(
        arguments: [
            ("/runs/7/events", ["7"]), ("/runs/{id}/events", ["{id}"]), ("/runs//events", nil),
            ("/runs/7", nil), ("/runs/7/events/", nil), ("/runs/7/resume", nil),
            ("/Runs/7/events", nil),
        ] as [(String, [String]?)])
    func `a name stands for one segment`(path: String, parameters: [String]?) {
        #expect(Endpoint.events.parameters(of: path) == parameters)
    }
}
