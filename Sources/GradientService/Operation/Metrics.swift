import Dispatch
import HTTP

/// What has been answered since the start, by endpoint. Noting it costs a few atomic additions.
// `refusals` is touched on `turns` only, whence `@unchecked Sendable`.
final class Metrics: @unchecked Sendable {
    /// The paths of the contract, and one label for all others: a caller makes up no labels.
    private static let endpoints = Route.all.map(\.path) + ["other"]
    private static let methods = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other",
    ]
    private static let statuses = HTTPStatus.allCases

    private let requests = Counts(endpoints.count * methods.count * statuses.count)
    /// Those that were given up, before their answers and during them.
    private let aborted = Counts(endpoints.count * 2)
    private let durations = endpoints.map { _ in Histogram(.time) }
    private let phases = endpoints.map { _ in
        HTTPTiming.Phase.allCases.map { _ in Histogram(.time) }
    }
    private let requestBytes = endpoints.map { _ in Histogram(.bytes) }
    private let answerBytes = endpoints.map { _ in Histogram(.bytes) }
    private let turns = DispatchQueue(label: "metrics.refusals")
    private var refusals: [Refusal: Int] = [:]

    private struct Refusal: Hashable {
        let status: HTTPStatus
        let problem: String
    }

    /// Counts an exchange that is over.
    func note(_ exchange: HTTPExchange) {
        let endpoint = exchange.head.flatMap { Route($0.path)?.index } ?? Self.endpoints.count - 1
        if !exchange.isWhole { aborted.add(at: endpoint * 2 + (exchange.status == nil ? 0 : 1)) }
        for timing in exchange.timings {
            phases[endpoint][timing.phase.place].note(timing.duration)
        }
        guard let status = exchange.status else { return }
        requests.add(
            at: (endpoint * Self.methods.count + Self.place(of: exchange.head?.method))
                * Self.statuses.count + status.place)
        durations[endpoint].note(exchange.duration)
        requestBytes[endpoint].note(exchange.requestBytes)
        answerBytes[endpoint].note(exchange.bodyBytes)
        if let problem = exchange.problem {
            turns.sync { refusals[Refusal(status: status, problem: problem), default: 0] += 1 }
        }
    }

    private static func place(of method: String?) -> Int {
        methods.firstIndex { $0 == method } ?? methods.count - 1
    }
}

extension Metrics {
    func write(to text: inout MetricsText) {
        writeRequests(to: &text)
        writeHistograms(to: &text)
        text.metric(
            "gradientd_refusals_total", .counter, "Answers that are problems, by what they refuse.")
        let counted = turns.sync { refusals }.sorted { left, right in
            (left.key.status.code, left.key.problem) < (right.key.status.code, right.key.problem)
        }
        for (refusal, count) in counted {
            text.sample(
                "gradientd_refusals_total",
                [("status", String(refusal.status.code)), ("problem", refusal.problem)], count)
        }
    }

    private func writeRequests(to text: inout MetricsText) {
        text.metric("gradientd_requests_total", .counter, "Requests that were answered.")
        for (endpoint, path) in Self.endpoints.enumerated() {
            for (method, name) in Self.methods.enumerated() {
                for (status, code) in Self.statuses.enumerated() {
                    let count = requests[
                        (endpoint * Self.methods.count + method) * Self.statuses.count + status]
                    guard count > 0 else { continue }
                    text.sample(
                        "gradientd_requests_total",
                        [("endpoint", path), ("method", name), ("status", String(code.code))],
                        count)
                }
            }
        }
        text.metric(
            "gradientd_requests_aborted_total", .counter,
            "Requests whose clients were gone before their answers, or before the ends of them.")
        for (endpoint, path) in Self.endpoints.enumerated() {
            for (index, when) in ["before_answer", "during_answer"].enumerated() {
                let count = aborted[endpoint * 2 + index]
                guard count > 0 else { continue }
                text.sample(
                    "gradientd_requests_aborted_total", [("endpoint", path), ("when", when)], count)
            }
        }
    }

    private func writeHistograms(to text: inout MetricsText) {
        let all: [(name: String, help: String, histograms: [Histogram])] = [
            (
                "gradientd_request_duration_seconds",
                "From the first byte of a request to the last of its answer.", durations
            ),
            ("gradientd_request_bytes", "Sizes of the contents of requests.", requestBytes),
            ("gradientd_answer_bytes", "Sizes of the contents of answers.", answerBytes),
        ]
        for (name, help, histograms) in all {
            text.metric(name, .histogram, help)
            for (path, histogram) in zip(Self.endpoints, histograms) {
                text.samples(name, [("endpoint", path)], histogram)
            }
        }
        let name = "gradientd_phase_duration_seconds"
        text.metric(name, .histogram, "How long the parts of the work on a request took.")
        for (path, phases) in zip(Self.endpoints, phases) {
            for (phase, histogram) in zip(HTTPTiming.Phase.allCases, phases) {
                text.samples(name, [("endpoint", path), ("phase", phase.rawValue)], histogram)
            }
        }
    }
}

extension HTTPTiming.Phase {
    fileprivate var place: Int { Self.places[self]! }
    private static let places = Dictionary(
        uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}

extension HTTPStatus {
    fileprivate var place: Int { Self.places[self]! }
    private static let places = Dictionary(
        uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}
