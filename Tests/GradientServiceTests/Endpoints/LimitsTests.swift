import HTTP
import NeuralNetwork
import RunStore
import Testing

@testable import GradientService

struct LimitsTests {
    private func limits(of service: GradientService) throws -> Answer {
        try Answer(service.answer("GET", "/limits"))
    }

    @Test func `the limits in force are told, not the defaults`() throws {
        var limits = ServiceLimits()
        limits.nestingDepth = 11
        limits.numbers = 37
        limits.layers = 12
        limits.parameters = 13
        limits.operations = 1.5e3
        limits.detachedOperations = 2.5e3
        limits.bytes = 15
        limits.memory = 38
        limits.steps = 16
        limits.reportedNumbers = 14
        var http = HTTPLimits()
        http.bodyBytes = 17
        http.bodiesBytes = 36
        http.targetBytes = 18
        http.fieldBytes = 19
        http.fieldCount = 20
        http.headTime = .milliseconds(1250)
        http.bodyTime = .seconds(22)
        http.idleTime = .seconds(23)
        http.writeTime = .seconds(24)
        http.heartbeatTime = .seconds(31)
        http.computingTime = .seconds(25)
        http.presenceTime = .milliseconds(500)
        http.lingerTime = .seconds(29)
        http.bytesPerSecond = 30
        http.connections = 26
        http.connectionsPerPeer = 35
        http.computing = 27
        http.waiting = 28
        var access = AccessSettings()
        access.requestsPerSecond = 32
        access.burst = 33
        access.atOnce = 34
        let answer = try self.limits(
            of: GradientService(limits: limits, http: http, access: access))
        let backend = try #require(answer.text.firstRange(of: #","backend""#))
        let expected = [
            #"{"request":{"body_bytes":17,"nesting_depth":11,"numbers":37,"layers":12,"parameters":13,"#,
            #""operations":1500.0,"detached_operations":2500.0,"array_bytes":15.0,"training_steps":16,"#,
            #""reported_numbers":14},"#,
            #""message":{"target_bytes":18,"field_bytes":19,"field_count":20,"#,
            #""bytes_per_second":30},"seconds":{"head":1.25,"body":22.0,"idle":23.0,"#,
            #""write":24.0,"presence":0.5,"heartbeat":31.0,"computing":25.0,"linger":29.0},"#,
            #""concurrency":{"body_bytes":36,"memory_bytes":38,"connections":26,"connections_per_peer":35,"#,
            #""computing":27,"waiting":28},"#,
            #""caller":{"requests_per_second":32,"burst":33,"at_once":34}"#,
        ].joined()
        #expect(answer.text[..<backend.lowerBound] == expected)
    }

    @Test func `the settings of the trainings are told`() throws {
        var settings = TrainingsSettings()
        settings.threads = 1
        settings.attendedAtOnce = 2
        settings.detachedAtOnce = 3
        settings.checkpointTime = .milliseconds(1500)
        settings.kept = RunLimits(runs: 4, bytes: 5, age: 6 * 86_400)
        let store = try RunStore(at: .memory)
        let answer = try limits(
            of: GradientService(trainings: Trainings(store: .success(store), settings: settings)))
        #expect(
            answer.text.contains(
                #""trainings":{"threads":1,"attended_at_once":2,"detached_at_once":3,"#
                    + #""checkpoint_seconds":1.5,"kept_runs":4,"kept_bytes":5,"kept_days":6.0}"#))
    }

    @Test func `what computes is named`() throws {
        let answer = try limits(of: GradientService())
        #expect(try answer.string("/backend/name") == Backend.name)
        #expect(try answer.string("/backend/name").contains("OpenBLAS"))
        #expect(try answer.number("/backend/threads") >= 1)
    }
}
