import HTTP
import Testing

@testable import GradientService

struct MetricsTests {
    private func text(_ write: (inout MetricsText) -> Void) -> String {
        var text = MetricsText()
        write(&text)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    @Test func `a histogram counts up to each bound, and sums`() {
        let histogram = Histogram(.time)
        for time in [Duration.zero, .microseconds(100), .nanoseconds(100_001), .seconds(301)] {
            histogram.note(time)
        }
        #expect(histogram.cumulative.first == 2)
        #expect(histogram.cumulative.dropFirst().dropLast().allSatisfy { $0 == 3 })
        #expect(histogram.cumulative.last == 4)
        #expect(histogram.sum == 301.000200001)
        let text = text { $0.samples("t", [("a", "b")], histogram) }
        #expect(text.hasPrefix("t_bucket{a=\"b\",le=\"0.0001\"} 2\n"))
        #expect(
            text.hasSuffix("le=\"+Inf\"} 4\nt_sum{a=\"b\"} 301.000200001\nt_count{a=\"b\"} 4\n"))
    }

    @Test func `a value of a label is escaped`() {
        let text = text { $0.sample("t", [("a", "x\"y\\z\nw")], 1.5) }
        #expect(text == #"t{a="x\"y\\z\nw"} 1.5"# + "\n")
    }

    @Test func `a metric is told with its kind`() {
        let text = text { $0.one("t", .gauge, "What it is.", 3) }
        #expect(text == "# HELP t What it is.\n# TYPE t gauge\nt 3\n")
    }

    @Test func `exchanges are counted by endpoint, method and status`() throws {
        let metrics = Metrics()
        for target in ["/runs/1?a=b", "/runs/2", "/backward", "/nowhere", "/runs/1/2/3"] {
            metrics.note(Self.exchange(try HTTPRequestHead(method: "GET", target: target)))
        }
        metrics.note(Self.exchange(nil))
        let text = text { metrics.write(to: &$0) }
        for (endpoint, method, count) in [
            ("/runs/{id}", "GET", 2), ("/backward", "GET", 1), ("other", "GET", 2),
            ("other", "other", 1),
        ] {
            let labels = #"{endpoint="\#(endpoint)",method="\#(method)",status="404"}"#
            #expect(text.contains("gradientd_requests_total\(labels) \(count)\n"), "\(endpoint)")
        }
        #expect(text.contains(#"_refusals_total{status="404",problem="unknown_path"} 6"#))
        #expect(!text.contains("nowhere"))
    }

    @Test func `what a caller makes up makes no new labels`() throws {
        let metrics = Metrics()
        metrics.note(Self.exchange(try HTTPRequestHead(method: "GET", target: "/0")))
        let lines = text { metrics.write(to: &$0) }.split(separator: "\n").count
        for number in 1..<1000 {
            let head = try HTTPRequestHead(method: "GET", target: "/\(number)")
            metrics.note(Self.exchange(head))
        }
        #expect(text { metrics.write(to: &$0) }.split(separator: "\n").count == lines)
    }

    @Test func `a call is timed in its parts`() throws {
        let response = try GradientService().answer("POST", "/backward", Worked.body())
        #expect(response.timings.map(\.phase) == [.parse, .compute, .print])
        #expect(response.timings.allSatisfy { $0.duration >= .zero })
    }

    @Test func `all metrics of a running service are told`() throws {
        let response = try GradientService().answer("GET", "/metrics")
        #expect(
            response.fields["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        let text = String(decoding: response.body, as: UTF8.self)
        for name in [
            "gradientd_info", "gradientd_ready", "gradientd_requests_in_flight",
            "gradientd_requests_waiting", "gradientd_connections", "process_open_fds",
            "process_resident_memory_bytes", "process_start_time_seconds",
            "gradientd_log_lines_dropped_total",
        ] {
            #expect(text.contains("# TYPE \(name) "), "\(name)")
        }
    }

    /// An exchange that was answered 404.
    private static func exchange(_ head: HTTPRequestHead?) -> HTTPExchange {
        let refusal = HTTPResponse(refusing: .unknownPath("/nowhere"))
        var exchange = HTTPExchange(
            id: HTTPRequestID(of: head), peer: "127.0.0.1", head: head)
        exchange.status = refusal.status
        exchange.problem = refusal.problem
        exchange.isWhole = true
        return exchange
    }
}
