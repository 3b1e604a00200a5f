import NeuralNetwork

/// The cost J of a network whose parameters are moved, by forward passes, which are counted.
struct MovedCost {
    private let original: Network<Double>
    private var network: Network<Double>
    private let base: ForwardPass<Double>
    private let objective: Objective<Double>
    private let denominator: Double
    private let penalty: Penalty?
    private let isCancelled: () -> Bool
    /// J where nothing is moved.
    private(set) var cost = 0.0
    /// How far rounding puts a cost off.
    var noise = 0.0
    private(set) var passes = 1

    init(
        _ network: Network<Double>, _ base: ForwardPass<Double>, _ objective: Objective<Double>,
        denominator: Double, penalty: Penalty?, isCancelled: @escaping () -> Bool
    ) {
        original = network
        self.network = network
        self.base = base
        self.objective = objective
        self.denominator = denominator
        self.penalty = penalty
        self.isCancelled = isCancelled
        cost = cost(of: base)
    }

    private func cost(of pass: ForwardPass<Double>) -> Double {
        Cost(
            of: network.losses(of: pass, objective), denominator: denominator,
            penalty: penalty?.cost(of: network, examples: base.examples) ?? 0
        ).total
    }

    /// J with the parameters moved so far along, and how far they came; they are put back.
    mutating func at(
        _ distance: Double, along move: ParameterMove
    ) throws(NumericalCheck.Cancelled) -> (
        cost: Double, distance: Double, pass: ForwardPass<Double>
    ) {
        if isCancelled() { throw NumericalCheck.Cancelled() }
        let moved = move.apply(distance, to: &network, original)
        let pass = network.forward(from: move.firstLayer, after: base)
        passes += 1
        let cost = cost(of: pass)
        move.restore(&network, original)
        return (cost, moved, pass)
    }

    var layers: Range<Int> { original.layers.indices }

    /// J where the numbers of one layer's Z or A are others.
    mutating func cost(
        moving layer: Int, isActivation: Bool, _ change: (Double) -> Double
    ) throws(NumericalCheck.Cancelled) -> Double {
        if isCancelled() { throw NumericalCheck.Cancelled() }
        passes += 1
        func changed(_ matrix: Matrix<Double>) -> Matrix<Double> {
            Matrix(
                rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map(change))
        }
        if isActivation {
            var pass = base
            pass.layers[layer].activation = changed(pass.layers[layer].activation)
            return cost(of: original.forward(from: layer + 1, after: pass))
        }
        var caches = layers.map { _ in LayerCache<Double>() }
        caches[layer].preActivation = changed(base.layers[layer].preActivation)
        return cost(of: original.forward(base.inputs, base.run, caches: caches))
    }

    /// The central difference along a move.
    mutating func difference(
        along move: ParameterMove, step: Double
    ) throws(NumericalCheck.Cancelled) -> CentralDifference {
        let before = try at(-step, along: move)
        let after = try at(step, along: move)
        let kink =
            Kink.crossed(
                from: move.firstLayer, before.pass, base, after.pass, original, objective)
            ?? (crossesPenalty(move, step) ? .penalty : nil)
        let width = after.distance - before.distance
        return CentralDifference(
            slope: (after.cost - before.cost) / width,
            left: (cost - before.cost) / -before.distance,
            right: (after.cost - cost) / after.distance, noise: 8 * noise / width, kink: kink)
    }

    private func crossesPenalty(_ move: ParameterMove, _ step: Double) -> Bool {
        guard let penalty, penalty.l1 != 0 else { return false }
        return move.isAny(of: original) { layer, parameter, value, rate in
            original.layers[layer].layer.parameters[parameter].form.role == .weights
                && abs(value) < step * abs(rate)
        }
    }

    /// |θ| of what is moved, which scales a step.
    func size(of move: ParameterMove) -> Double {
        var squares = 0.0
        _ = move.isAny(of: original) { _, _, value, rate in
            squares += rate == 0 ? 0 : value * value
            return false
        }
        return squares.isFinite ? squares.squareRoot() : 1e150
    }

    func declaration(of id: GradientID) -> NumbersDeclaration {
        guard case .parameter(let index) = id.kind else {
            preconditionFailure("parameters alone are moved")
        }
        return original.layers[id.layer].layer.parameters[index]
    }

    /// The course's name of a derivative.
    func name(of id: GradientID) -> String { Names(original).of(id) }

    /// A random direction over the parameters whose derivatives there are, of length 1.
    func randomDirection(
        over analytic: [[Matrix<Double>?]], _ random: inout LegacyRandom
    ) -> Direction {
        var squares = 0.0
        var rates = analytic.map { layer in
            layer.map { matrix in
                matrix.map { matrix in
                    matrix.elements.map { _ in
                        let rate = random.normal()
                        squares += rate * rate
                        return rate
                    }
                }
            }
        }
        let length = squares.squareRoot()
        for layer in rates.indices {
            for parameter in rates[layer].indices {
                rates[layer][parameter] = rates[layer][parameter]?.map { $0 / length }
            }
        }
        return Direction(rates: rates)
    }

    /// A random direction over all parameters, each moved by about the same share of its size.
    func relativeDirection(_ random: inout LegacyRandom) -> Direction {
        Direction(
            rates: original.layers.map { layer in
                layer.numbers.parameters.map { matrix in
                    matrix.elements.map { max(1, abs($0)) * (2 * random.uniform() - 1) }
                }
            })
    }
}

/// A central difference, and the slopes on the two sides of which it is the mean.
struct CentralDifference {
    let slope: Double
    let left: Double
    let right: Double
    /// What rounding may put the slope off: 4 times the error of a cost, over the step.
    private(set) var noise: Double
    /// The first kink between the two costs.
    let kink: Kink?

    func with(noise: Double) -> CentralDifference {
        var other = self
        other.noise = max(noise, self.noise)
        return other
    }
}

/// How fast each number of each layer's parameters moves; nil for those that stay.
struct Direction {
    let rates: [[[Double]?]]

    /// The slope of J along it, ⟨g, v⟩, and the root of the sum of its terms' squares: what errors
    /// of the terms, each to its own side, come to.
    func slope(_ analytic: [[Matrix<Double>?]]) -> (slope: Double, scale: Double) {
        var (sum, squares) = (0.0, 0.0)
        for (matrices, rates) in zip(analytic, rates) {
            for case (let matrix?, let rates?) in zip(matrices, rates) {
                for (g, v) in zip(matrix.elements, rates) {
                    sum += g * v
                    squares += g * v * g * v
                }
            }
        }
        return (sum, squares.squareRoot())
    }
}

/// What is moved: one number, or all parameters at once.
enum ParameterMove {
    case entry(layer: Int, parameter: Int, index: Int)
    case direction(Direction)

    /// The first layer whose output may change.
    var firstLayer: Int {
        switch self {
        case .entry(let layer, _, _): layer
        case .direction: 0
        }
    }

    /// Moves the parameters, and gives how far they came, after rounding.
    func apply(
        _ distance: Double, to network: inout Network<Double>, _ original: Network<Double>
    ) -> Double {
        switch self {
        case .entry(let layer, let parameter, let index):
            let columns = original.layers[layer].numbers.parameters[parameter].columns
            let (row, column) = (index / columns, index % columns)
            let value = original.layers[layer].numbers.parameters[parameter][row, column]
            network.layers[layer].numbers.parameters[parameter][row, column] = value + distance
            return value + distance - value
        case .direction(let direction):
            for (layer, rates) in direction.rates.enumerated() {
                for case (let parameter, let rates?) in rates.enumerated() {
                    let values = original.layers[layer].numbers.parameters[parameter]
                    network.layers[layer].numbers.parameters[parameter] = Matrix(
                        rows: values.rows, columns: values.columns,
                        elements: zip(values.elements, rates).map { $0 + distance * $1 })
                }
            }
            return distance
        }
    }

    func restore(_ network: inout Network<Double>, _ original: Network<Double>) {
        switch self {
        case .entry: _ = apply(0, to: &network, original)
        case .direction: network = original
        }
    }

    /// Whether something holds of a moved number, given its layer and parameter, and how fast it
    /// moves.
    func isAny(
        of network: Network<Double>, _ holds: (Int, Int, _ value: Double, _ rate: Double) -> Bool
    ) -> Bool {
        switch self {
        case .entry(let layer, let parameter, let index):
            return holds(
                layer, parameter,
                network.layers[layer].numbers.parameters[parameter].elements[index],
                1)
        case .direction(let direction):
            for (layer, rates) in direction.rates.enumerated() {
                for case (let parameter, let rates?) in rates.enumerated() {
                    let values = network.layers[layer].numbers.parameters[parameter].elements
                    for (value, rate) in zip(values, rates)
                    where holds(layer, parameter, value, rate) {
                        return true
                    }
                }
            }
            return false
        }
    }
}
