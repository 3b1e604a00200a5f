import NeuralNetwork

// A step changes the parameters in place, and whether it made one too large to be written is only
// known after it. To copy them all before each step would take long: they are copied every few steps,
// and where a step has to be undone the steps from there on are taken again, to the same bits.

extension TrainingSession {
    private static var stepsBetweenAnchors: Int { 64 }
    /// Steps that take long are not taken again.
    private static var timeBetweenAnchors: Duration { .milliseconds(20) }

    /// Notes the state before a step, every few steps: as many as took less than that time before, so
    /// that the clock is asked no oftener.
    mutating func dropAnchor(at number: Int) {
        if let anchor, number - anchor.steps < stepsToAnchor { return }
        let now = ContinuousClock.now
        if let anchor {
            let steps = Double(max(number - anchor.steps, 1))
            let fitting = steps * (Self.timeBetweenAnchors / (now - anchorTime))
            stepsToAnchor = Int(min(max(fitting, 1), Double(Self.stepsBetweenAnchors)))
        }
        anchorTime = now
        var anchor = state
        // No step depends on what has been told, which grows: an array that is held twice would be
        // copied to grow.
        anchor.costs = []
        anchor.reports = []
        self.anchor = anchor
    }

    /// Undoes the step of that number.
    mutating func goBack(to number: Int) {
        guard let anchor else { return }
        var again = TrainingSession(anchor, on: data, by: trainer, backward: backward)
        var left = number - anchor.steps
        _ = again.advance {
            left -= 1
            return left >= 0
        }
        let told = (state.costs, state.reports, state.warnings)
        state = again.state
        (state.costs, state.reports, state.warnings) = told
    }
}
