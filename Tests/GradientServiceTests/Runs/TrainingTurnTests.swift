import Testing

@testable import GradientService

struct TrainingTurnTests {
    @Test func `a turn of no time is over at once`() {
        var turn = TrainingTurn(.zero)
        let hasTime = turn.hasTime()
        #expect(!hasTime)
    }

    @Test func `a long turn has time for many steps`() {
        var turn = TrainingTurn(.seconds(3600))
        let answers = (0..<10_000).map { _ in turn.hasTime() }
        #expect(answers.allSatisfy { $0 })
    }

    /// However many steps there were before, which took no time.
    @Test(arguments: [0, 1, 100, 1000])
    func `after its time a turn has time for few steps more`(before: Int) async throws {
        var turn = TrainingTurn(.milliseconds(20))
        for _ in 0..<before { _ = turn.hasTime() }
        try await Task.sleep(for: .milliseconds(30))
        var after = 0
        while turn.hasTime() { after += 1 }
        #expect(after < 64)
    }
}
