import NeuralNetwork

/// A search along a direction for a step that lowers the cost enough and flattens its slope: the
/// strong Wolfe conditions (Nocedal and Wright, 2006, algorithms 3.5 and 3.6), as PyTorch searches.
///
/// Other than in PyTorch a cost that is not a number counts as infinitely high, and where a cubic
/// has no lowest point that is a number the middle is taken.
struct StrongWolfe<S: Scalar> {
    /// A step, with the cost, the gradient and the slope there.
    private struct Point {
        var step: Double
        var cost: Double
        var slope: Double
    }

    private let start: Point
    private let direction: Matrix<S>
    private let reach: Double
    private let tolerance: Double
    private let most: Int
    /// The least share of the fall that the slope promises, and the most that is left of the slope.
    private let fall = 1e-4
    private let flatness = 0.9

    init(
        start: (cost: Double, gradient: Matrix<S>, slope: Double), direction: Matrix<S>,
        tolerance: Double, most: Int
    ) {
        self.start = Point(step: 0, cost: start.cost, slope: start.slope)
        self.direction = direction
        reach = direction.largestSize()
        self.tolerance = tolerance
        self.most = most
    }

    /// The step that is found, from a first one on; at most so many are evaluated.
    func step(
        from first: Double,
        evaluate: (Double) throws(StepCancelled) -> (cost: Double, gradient: Matrix<S>)
    ) throws(StepCancelled) -> Double {
        func point(_ step: Double) throws(StepCancelled) -> Point {
            let (cost, gradient) = try evaluate(step)
            return Point(
                step: step, cost: cost.isNaN ? .infinity : cost, slope: gradient.dot(direction))
        }
        var (before, last) = (start, try point(first))
        var tried = 0
        // Ever farther, until a step that will do lies between two, or is found.
        while tried < most {
            if isTooHigh(last) || (tried > 1 && last.cost >= before.cost) || last.slope >= 0 {
                if !isTooHigh(last), !(tried > 1 && last.cost >= before.cost), isFlat(last) {
                    return last.step
                }
                return try narrow(before, last, tried: tried, point)
            }
            if isFlat(last) { return last.step }
            let next = cubic(
                before, last,
                between: last.step + 0.01 * (last.step - before.step), and: last.step * 10)
            before = last
            last = try point(next)
            tried += 1
        }
        return start.cost <= last.cost ? start.step : last.step
    }

    /// Between two steps, of which the better is kept.
    private func narrow(
        _ one: Point, _ other: Point, tried: Int, _ point: (Double) throws(StepCancelled) -> Point
    ) throws(StepCancelled) -> Double {
        var (tried, ends) = (tried, [one, other])
        var low = ends[0].cost <= ends[1].cost ? 0 : 1
        var isStuck = false
        while tried < most, abs(ends[1].step - ends[0].step) * reach >= tolerance {
            let (left, right) = (
                min(ends[0].step, ends[1].step), max(ends[0].step, ends[1].step)
            )
            var next = cubic(ends[0], ends[1], between: left, and: right)
            let margin = 0.1 * (right - left)
            if min(right - next, next - left) < margin {
                if isStuck || next >= right || next <= left {
                    next = abs(next - right) < abs(next - left) ? right - margin : left + margin
                    isStuck = false
                } else {
                    isStuck = true
                }
            } else {
                isStuck = false
            }
            let found = try point(next)
            tried += 1
            if isTooHigh(found) || found.cost >= ends[low].cost {
                ends[1 - low] = found
                low = ends[0].cost <= ends[1].cost ? 0 : 1
            } else {
                if isFlat(found) { return found.step }
                if found.slope * (ends[1 - low].step - ends[low].step) >= 0 {
                    ends[1 - low] = ends[low]
                }
                ends[low] = found
            }
        }
        return ends[low].step
    }

    /// Whether the cost has not fallen by the share that it should.
    private func isTooHigh(_ point: Point) -> Bool {
        point.cost > start.cost + fall * point.step * start.slope
    }

    private func isFlat(_ point: Point) -> Bool { abs(point.slope) <= -flatness * start.slope }

    /// The lowest point between two steps of the cubic through two points with their slopes.
    private func cubic(
        _ one: Point, _ other: Point, between left: Double, and right: Double
    ) -> Double {
        let d1 =
            one.slope + other.slope - 3 * (one.cost - other.cost) / (one.step - other.step)
        let square = d1 * d1 - one.slope * other.slope
        let (first, second) = one.step <= other.step ? (one, other) : (other, one)
        let d2 = square.squareRoot()
        let lowest =
            second.step - (second.step - first.step)
            * ((second.slope + d2 - d1) / (second.slope - first.slope + 2 * d2))
        guard square >= 0, !lowest.isNaN else { return (left + right) / 2 }
        return min(max(lowest, left), right)
    }
}
