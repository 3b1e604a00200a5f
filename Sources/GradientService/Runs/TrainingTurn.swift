/// The time that a training may take until the next one has its turn.
///
/// It is asked before each step. To ask the clock takes as long as a good part of a small step, and so
/// it is asked anew only after as many steps as take a small part of the turn.
struct TrainingTurn {
    private static let mostSteps = 64
    private static let timeBetweenQuestions = Duration.microseconds(200)

    private let end: ContinuousClock.Instant
    private var lastQuestion = ContinuousClock.now
    /// The steps from one question to the next, and those that are left.
    private var steps = 1
    private var left = 0

    init(_ time: Duration = TrainingPool.slice) { end = lastQuestion + time }

    /// Whether there is time for one step more.
    mutating func hasTime() -> Bool {
        if left > 0 {
            left -= 1
            return true
        }
        let now = ContinuousClock.now
        steps =
            now - lastQuestion < Self.timeBetweenQuestions
            ? min(2 * steps, Self.mostSteps) : max(steps / 2, 1)
        (lastQuestion, left) = (now, steps - 1)
        return now < end
    }
}
