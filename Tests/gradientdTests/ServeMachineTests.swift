import HTTP
import Testing

@testable import GradientService
@testable import gradientd

struct ServeMachineTests {
    @Test func `a container of 256 MB takes bodies of 8 MB`() {
        let settings = Serve.Settings(memory: 256 << 20)
        #expect(settings.http.bodyBytes == 8 << 20)
        #expect(settings.http.bodiesBytesInForce == 16 << 20)
        #expect(settings.limits.memory == (192 << 20) / 5 * 4)
        #expect(settings.limits.bytes > 15e6)
    }

    @Test(arguments: [0, 1 << 20, 64 << 20, 100 << 20, 256 << 20, 1 << 30, 1 << 40])
    func `the worst that is let in fits in what there is`(memory: Int) {
        let settings = Serve.Settings(memory: memory)
        let worst = 2 * settings.http.bodiesBytesInForce / 8 * 9 + settings.limits.memory
        #expect(worst <= max(memory - (64 << 20), 64 << 20))
        #expect(settings.http.bodyBytes > 1 << 20)
        #expect(settings.limits.bytes > 1e6)
    }

    @Test func `much memory changes no default`() {
        let settings = Serve.Settings(memory: 1 << 40)
        #expect(settings.http.bodyBytes == HTTPLimits().bodyBytes)
        #expect(settings.http.bodiesBytes == HTTPLimits().bodiesBytes)
        #expect(settings.limits.bytes == ServiceLimits().bytes)
    }
}
