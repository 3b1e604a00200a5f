import TestSupport
import Testing

@testable import HTTP

struct PeerConnectionsTests {
    private static let one = "192.0.2.1"
    private static let other = "192.0.2.2"

    @Test
    func `a peer has as many served as its limit, as many refused, and no more`() {
        let peers = PeerConnections(limit: 2)
        let places = (0..<5).map { _ in peers.enter(Self.one) }
        #expect(places == [.served, .served, .refused, .refused, .closed])
        #expect(peers.enter(Self.other) == .served)
    }

    @Test
    func `what ends makes room for its like`() {
        let peers = PeerConnections(limit: 1)
        #expect(peers.enter(Self.one) == .served)
        #expect(peers.enter(Self.one) == .refused)
        peers.leave(Self.one, .refused)
        #expect(peers.enter(Self.one) == .refused)
        peers.leave(Self.one, .served)
        #expect(peers.enter(Self.one) == .served)
        #expect(peers.enter(Self.one) == .closed)
    }

    @Test
    func `a network of IPv6 is one peer`() {
        let peers = PeerConnections(limit: 1)
        #expect(peers.enter("2001:db8:1:2::1") == .served)
        #expect(peers.enter("2001:db8:1:2:ffff::9") == .refused)
        #expect(peers.enter("2001:db8:1:3::1") == .served)
    }

    @Test
    func `without a limit there is none`() {
        let peers = PeerConnections(limit: 0)
        for _ in 0..<100 { #expect(peers.enter(Self.one) == .served) }
        peers.leave(Self.one, .served)
    }

    @Test
    func `a connection too many is told so, and the next is served when there is room`()
        async throws
    {
        var limits = HTTPLimits()
        limits.connectionsPerPeer = 1
        limits.retryAfterSeconds = 7
        limits.lingerTime = .seconds(3600)
        let counters = HTTPCounters()
        try await withServer(limits: limits, counters: counters) { port, _ in
            let first = try TestClient(port: port)
            try first.send(request("GET", "/first"))
            #expect(try first.response().text == "/first")

            let second = try TestClient(port: port)
            let refusal = try second.response()
            #expect(refusal.status == 503)
            #expect(refusal.fields["retry-after"] == "7")
            #expect(refusal.fields["connection"] == "close")
            #expect(refusal.text.contains("1 connections of this address"))
            #expect(try second.rest() == "")

            let third = try TestClient(port: port)
            #expect(try third.rest() == "")
            #expect(counters.connectionsRefused == 2)

            try first.send(request("GET", "/again"))
            #expect(try first.response().text == "/again")
            first.close()
            second.close()
            #expect(comesTrue { counters.connectionsOpen == 0 })
            let fourth = try TestClient(port: port)
            try fourth.send(request("GET", "/fourth"))
            #expect(try fourth.response().text == "/fourth")
        }
    }
}
