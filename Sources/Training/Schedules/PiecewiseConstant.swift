import NeuralNetwork

/// A rate for each part of a training, as Keras's `PiecewiseConstantDecay`: a boundary still belongs
/// to the part before it. η₀ is not used.
public struct PiecewiseConstant: Schedule {
    static let choice = Choice<any Schedule>(
        "piecewise_constant", otherNames: ["piecewise_constant_decay", "multi_step_lr"],
        settings: [
            .integers(
                "boundaries", default: nil, counts: 1...1000, in: 0...1_000_000_000_000),
            .numbers("values", default: nil, counts: 2...1001, in: 0...1e6),
            .unit,
        ],
        check: { settings in
            let boundaries = settings.givenIntegers("boundaries") ?? []
            let values = settings.givenNumbers("values") ?? []
            if !zip(boundaries, boundaries.dropFirst()).allSatisfy(<) {
                return ("boundaries", "the boundaries do not ascend")
            }
            if values.count != boundaries.count + 1 {
                return (
                    "values",
                    "has \(values.count.counted("number")), expected \(boundaries.count + 1) "
                        + "(one more than boundaries)"
                )
            }
            return nil
        }
    ) {
        PiecewiseConstant(
            boundaries: $0.givenIntegers("boundaries") ?? [],
            values: $0.givenNumbers("values") ?? [], unit: $0.word("unit"))
    }

    /// The last t of each part but the last, ascending.
    public var boundaries: [Int]
    /// One more than there are boundaries.
    public var values: [Double]
    public var unit: ScheduleUnit

    public let formula = "η = valuesₖ, k the number of boundaries that are less than t"

    public func rate(base: Double, at moment: Moment, state: ScheduleState) -> Double {
        let t = moment.count(of: unit)
        let part = boundaries.firstIndex { t <= Double($0) } ?? boundaries.count
        // Without its settings, as the catalogue has it, there are no values.
        return values.indices.contains(part) ? values[part] : base
    }
}
