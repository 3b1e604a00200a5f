import Testing

@testable import NeuralNetwork

struct ActivationTests {
    static let elementwise = activations.filter(\.value.isElementwise)

    @Test(arguments: elementwise, [-30, -8, -3.5, -1.3, -0.5, -0.01, 0.01, 0.25, 0.9, 2, 5, 30])
    func `the slope matches a central difference`(activation: Named<Activation>, z: Double) {
        // The rounding of 30 over the step is 4e-10; the third derivatives are at most 2.
        let difference = centralDifference(at: z) { [activation.value.value(at: $0)] }
        #expect(abs(activation.value.slope(at: z) - difference[0]) <= 1e-9)
    }

    @Test(arguments: activations)
    func `every number of dA is multiplied by the slope at its own place`(
        activation: Named<Activation>
    ) {
        var random = SplitMix64(seed: 11)
        let z: Matrix<Double> = random.matrix(rows: 3, columns: 4, in: -2...2)
        let dA: Matrix<Double> = random.matrix(rows: 3, columns: 4)
        let dZ = activation.value.pullBack(dA, through: z, activation.value.evaluate(at: z))
        // d(Σ dA·A)/dZ, by central differences; a function whose derivatives are about 1.
        let differences = centralDifferences(at: z) { z in
            [
                zip(dA.elements, activation.value.evaluate(at: z).elements).reduce(0) {
                    $0 + $1.0 * $1.1
                }
            ]
        }
        #expect(dZ.elements.distance(from: differences.map { $0[0] }) <= 1e-9)
    }

    /// The product of the Jacobian with dZ, by central differences along dZ.
    @Test(arguments: activations)
    func `A moves with Z as the Jacobian tells`(activation: Named<Activation>) {
        var random = SplitMix64(seed: 13)
        let z: Matrix<Double> = random.matrix(rows: 3, columns: 4, in: -2...2)
        let dZ: Matrix<Double> = random.matrix(rows: 3, columns: 4)
        let dA = activation.value.pushForward(dZ, through: z, activation.value.evaluate(at: z))
        let difference = centralDifference(at: 0) { t in
            activation.value.evaluate(at: z.combined(with: dZ) { $0 + t * $1 }).elements
        }
        #expect(dA.elements.distance(from: difference) <= 1e-9)
    }

    /// Whether a number of A moves when another of its row does.
    @Test(arguments: activations)
    func `elementwise is what depends on its own number alone`(activation: Named<Activation>) {
        let z = Matrix<Double>(rows: 1, columns: 2, elements: [0.5, 0.25])
        let moved = Matrix<Double>(rows: 1, columns: 2, elements: [0.5, 0.75])
        let isTheSame =
            activation.value.evaluate(at: z)[0, 0] == activation.value.evaluate(at: moved)[0, 0]
        #expect(activation.value.isElementwise == isTheSame)
    }

    @Test(arguments: 1...6)
    func `softmax has its whole Jacobian`(count: Int) {
        var random = SplitMix64(seed: count)
        let z: Matrix<Double> = random.matrix(rows: 1, columns: count, in: -3...3)
        let a = Activation.softmax.evaluate(at: z)
        let differences = centralDifferences(at: z) { Activation.softmax.evaluate(at: $0).elements }
        for k in 0..<count {
            var dA = Matrix<Double>(rows: 1, columns: count, repeating: 0)
            dA[0, k] = 1
            let dZ = Activation.softmax.pullBack(dA, through: z, a)
            for j in 0..<count {
                let jacobian = a[0, k] * ((j == k ? 1 : 0) - a[0, j])
                // Numbers of at most 1, made by a few operations.
                #expect(abs(dZ[0, j] - jacobian) <= 4 * Double.ulpOfOne)
                #expect(abs(dZ[0, j] - differences[j][k]) <= 1e-9)
            }
        }
    }

    /// Values and slopes are from mpmath with 60 digits, rounded to float64.
    static let values: [(Activation, Double, Double, Double)] = [
        (.linear, -3, -3, 1),
        (.relu, -3, 0, 0),
        (.relu, 3, 3, 1),
        (.leakyReLU(slope: 0.25), -3, -0.75, 0.25),
        (.leakyReLU(slope: 0.25), 3, 3, 1),
        (.sigmoid, -40, 4.248354255291589e-18, 4.248354255291589e-18),
        (.sigmoid, -5, 0.0066928509242848554, 0.006648056670790155),
        (.sigmoid, 1e-10, 0.500000000025, 0.25),
        (.sigmoid, 30, 0.9999999999999064, 9.357622968838423e-14),
        (.tanh, -40, -1, 7.219405551381661e-35),
        (.tanh, -0.5, -0.46211715726000974, 0.7864477329659274),
        (.tanh, 1e-10, 1e-10, 1),
        (.tanh, 30, 1, 3.502604305078608e-26),
        (.softplus, -40, 4.248354255291589e-18, 4.248354255291589e-18),
        (.softplus, -0.5, 0.4740769841801067, 0.37754066879814546),
        (.softplus, 2, 2.1269280110429727, 0.8807970779778824),
        (.softplus, 30, 30.000000000000092, 0.9999999999999064),
        (.elu(alpha: 1), -40, -1, 4.248354255291589e-18),
        (.elu(alpha: 1), -5, -0.9932620530009145, 0.006737946999085467),
        (.elu(alpha: 1), -1e-10, -9.9999999995e-11, 0.9999999999),
        (.elu(alpha: 2), -0.5, 2 * -0.3934693402873666, 2 * 0.6065306597126334),
        (.elu(alpha: 2), 2, 2, 1),
        (.silu, -40, -1.6993417021166355e-16, -1.6568581595637197e-16),
        (.silu, -5, -0.03346425462142428, -0.02654743242966592),
        (.silu, -0.5, -0.18877033439907273, 0.2600388126973482),
        (.silu, 2, 1.7615941559557649, 1.0907842487848955),
        (.silu, 30, 29.999999999997193, 1.0000000000027136),
        (.gelu(), -37, -2.1184613523340935e-298, -7.838298669418516e-297),
        (.gelu(), -30, -1.472014178144456e-196, -4.416031690708495e-195),
        (.gelu(), -5, -1.4332578593959695e-06, -7.146946001792295e-06),
        (.gelu(), -0.5, -0.15426876936299344, 0.13250487534383715),
        (.gelu(), 2, 1.9544997361036416, 1.085231801078197),
        (.gelu(), 30, 30, 1),
        (.gelu(approximate: true), -5, -2.291796196629506e-07, -1.5463619875325946e-06),
        (.gelu(approximate: true), -0.5, -0.15428599017485609, 0.1326300964653577),
        (.gelu(approximate: true), 2, 1.954597694087775, 1.0860992566236183),
        (.gelu(approximate: true), 30, 30, 1),
        (.selu, -40, -1.7580993408473768, 7.469028815914292e-18),
        (.selu, -0.5, -0.6917581878028713, 1.0663411530445055),
        (.selu, 2, 2.101401974710961, 1.0507009873554805),
        (.celu(alpha: 2), -5, -1.8358300027522023, 0.0820849986238988),
        (.celu(alpha: 2), -0.5, -0.44239843385719024, 0.7788007830714049),
        (.celu(alpha: 2), 3, 3, 1),
        (.mish, -40, -1.6993417021166355e-16, -1.6568581595637197e-16),
        (.mish, -5, -0.033576237730161704, -0.026747498019901932),
        (.mish, -0.5, -0.22074377465173, 0.2895106779135122),
        (.mish, 1e-10, 6.00000000032e-11, 0.600000000064),
        (.mish, 2, 1.9439589595339946, 1.0693179342794896),
        (.mish, 30, 30, 1),
        (.softsign, -4, -0.8, 0.04),
        (.softsign, 3, 0.75, 0.0625),
        (.relu6, -3, 0, 0),
        (.relu6, 3, 3, 1),
        (.relu6, 7, 6, 0),
        (.hardTanh, -2, -1, 0),
        (.hardTanh, 0.25, 0.25, 1),
        (.hardTanh, 2, 1, 0),
        (.hardSigmoid, -4, 0, 0),
        (.hardSigmoid, 1, 2.0 / 3, 1.0 / 6),
        (.hardSigmoid, 4, 1, 0),
        (.hardSiLU, -4, 0, 0),
        (.hardSiLU, -2, -1.0 / 3, -1.0 / 6),
        (.hardSiLU, 1, 2.0 / 3, 5.0 / 6),
        (.hardSiLU, 4, 4, 1),
    ]

    @Test(arguments: values)
    func `value and slope are exact, in the tails too`(
        activation: Activation, z: Double, value: Double, slope: Double
    ) {
        // A few operations; gelu's normal distribution, whose logarithm has slope z, adds z²·ε, and
        // the exponent of its approximation, below 4z² here, rounds a few times.
        let squares: Double =
            switch activation {
            case .gelu(let approximate): approximate ? 4 : 1
            default: 0
            }
        let tolerance = (8 + squares * z * z) * Double.ulpOfOne
        #expect(relativeDistance(activation.value(at: z), value) <= tolerance)
        #expect(relativeDistance(activation.slope(at: z), slope) <= tolerance)
    }

    @Test(arguments: activations, [0, 1000, -1000, 1e300, -1e300])
    func `value and slope are finite however large Z is`(
        activation: Named<Activation>, z: Double
    ) {
        #expect(activation.value.value(at: z).isFinite)
        #expect(activation.value.slope(at: z).isFinite)
    }

    @Test(arguments: activations, [0, 1000, -1000, 1e38, -1e38] as [Float])
    func `value and slope of float32 are finite however large Z is`(
        activation: Named<Activation>, z: Float
    ) {
        #expect(activation.value.value(at: z).isFinite)
        #expect(activation.value.slope(at: z).isFinite)
    }

    @Test(arguments: activations)
    func `float32 agrees with float64`(activation: Named<Activation>) {
        var random = SplitMix64(seed: 12)
        let z: Matrix<Float> = random.matrix(rows: 5, columns: 6, in: -6...6)
        let dA: Matrix<Float> = random.matrix(rows: 5, columns: 6)
        let a = activation.value.evaluate(at: z)
        let dZ = activation.value.pullBack(dA, through: z, a)
        let exactA = activation.value.evaluate(at: z.converted(to: Double.self))
        let exactDZ = activation.value.pullBack(dA.converted(), through: z.converted(), exactA)
        // Numbers of at most 6, made by a few operations that each round by 6e-8.
        #expect(a.converted().distance(from: exactA) <= 1e-6)
        #expect(dZ.converted().distance(from: exactDZ) <= 1e-6)
    }

    @Test(arguments: [
        (Activation.relu, 0, 0), (.leakyReLU(slope: 0.25), 0, 0.25), (.elu(alpha: 2), 0, 2),
        (.selu, 0, 1.0507009873554805 * 1.6732632423543772), (.celu(alpha: 2), 0, 1),
        (.celu(alpha: 0), 0, 0),
        (.relu6, 0, 0), (.relu6, 6, 1), (.hardTanh, -1, 0), (.hardTanh, 1, 1),
        (.hardSigmoid, -3, 0), (.hardSigmoid, 3, 1.0 / 6), (.hardSiLU, -3, 0), (.hardSiLU, 3, 1.5),
    ])
    func `the slope at a kink is that on its left`(activation: Activation, z: Double, slope: Double)
    {
        #expect(activation.slope(at: z) == slope)
    }

    /// An infinite dA is that of a loss of an output that cannot be; a unit that is off stops it.
    @Test func `a slope of 0 gives 0, whatever dA`() {
        let infinite = Matrix<Double>(rows: 1, columns: 2, elements: [.infinity, -.infinity])
        let z = Matrix<Double>(rows: 1, columns: 2, elements: [-1, 8])
        #expect(Activation.relu6.pullBack(infinite, through: z, z).elements == [0, 0])
        #expect(Activation.relu.pullBack(infinite, through: z, z).elements == [0, -.infinity])
    }

    /// A Z that overflowed must show in the answer, and not be taken for a unit that is off.
    @Test(arguments: activations)
    func `what is not a number stays so`(activation: Named<Activation>) {
        #expect(activation.value.value(at: Double.nan).isNaN)
        #expect(activation.value.slope(at: Double.nan).isNaN || activation.value == .linear)
    }

    @Test(arguments: activations)
    func `no examples are no trouble`(activation: Named<Activation>) {
        let none = Matrix<Double>(rows: 0, columns: 3, elements: [])
        #expect(activation.value.evaluate(at: none) == none)
        #expect(activation.value.pullBack(none, through: none, none) == none)
    }
}

extension Activation {
    /// g(z).
    fileprivate func value<S: Scalar>(at z: S) -> S {
        evaluate(at: Matrix(rows: 1, columns: 1, repeating: z))[0, 0]
    }

    /// g′(z).
    fileprivate func slope<S: Scalar>(at z: S) -> S {
        let z = Matrix(rows: 1, columns: 1, repeating: z)
        return pullBack(
            Matrix(rows: 1, columns: 1, repeating: 1), through: z, evaluate(at: z))[0, 0]
    }
}
