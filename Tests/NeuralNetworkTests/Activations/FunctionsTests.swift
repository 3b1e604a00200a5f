import Testing

@testable import NeuralNetwork

/// Values are from mpmath with 60 digits, rounded to float64.
struct FunctionsTests {
    struct Function: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let float64: @Sendable (Double) -> Double
        let float32: @Sendable (Float) -> Float
    }

    static let logistic = Function(
        testDescription: "logistic", float64: { NeuralNetwork.logistic($0) },
        float32: { NeuralNetwork.logistic($0) })
    static let logisticSlope = Function(
        testDescription: "logisticSlope", float64: { NeuralNetwork.logisticSlope($0) },
        float32: { NeuralNetwork.logisticSlope($0) })
    static let tanhSlope = Function(
        testDescription: "tanhSlope", float64: { NeuralNetwork.tanhSlope($0) },
        float32: { NeuralNetwork.tanhSlope($0) })
    static let softPlus = Function(
        testDescription: "softPlus", float64: { NeuralNetwork.softPlus($0) },
        float32: { NeuralNetwork.softPlus($0) })
    static let normalDistribution = Function(
        testDescription: "normalDistribution", float64: { NeuralNetwork.normalDistribution($0) },
        float32: { NeuralNetwork.normalDistribution($0) })
    static let normalDensity = Function(
        testDescription: "normalDensity", float64: { NeuralNetwork.normalDensity($0) },
        float32: { NeuralNetwork.normalDensity($0) })

    static let values: [(Function, Double, Double)] = [
        (logistic, -700, 9.85967654375977e-305),
        (logistic, -40, 4.248354255291589e-18),
        (logistic, -1, 0.2689414213699951),
        (logistic, 0.5, 0.6224593312018546),
        (logistic, 40, 1),
        (logisticSlope, -700, 9.85967654375977e-305),
        (logisticSlope, -40, 4.248354255291589e-18),
        (logisticSlope, -1, 0.19661193324148185),
        (logisticSlope, 0.5, 0.2350037122015945),
        (logisticSlope, 40, 4.248354255291589e-18),
        (tanhSlope, -20, 1.6993417021166355e-17),
        (tanhSlope, -0.25, 0.940014848806378),
        (tanhSlope, 1, 0.4199743416140261),
        (tanhSlope, 20, 1.6993417021166355e-17),
        (tanhSlope, 300, 1.0601586212017243e-260),
        (softPlus, -700, 9.85967654375977e-305),
        (softPlus, -40, 4.248354255291589e-18),
        (softPlus, -1, 0.3132616875182228),
        (softPlus, 0.5, 0.9740769841801067),
        (softPlus, 40, 40),
    ]

    /// Each is a few operations that round once.
    @Test(arguments: values)
    func `the value is exact to a few roundings`(function: Function, z: Double, value: Double) {
        #expect(relativeDistance(function.float64(z), value) <= 4 * Double.ulpOfOne)
    }

    /// The slope of log Φ and of log φ is about z, so that rounding z²/2 alone changes them by z²·ε.
    @Test(arguments: [
        (normalDistribution, -30, 4.906713927148187e-198),
        (normalDistribution, -10, 7.619853024160525e-24),
        (normalDistribution, -1, 0.15865525393145705),
        (normalDistribution, 0.5, 0.6914624612740131),
        (normalDistribution, 8, 0.9999999999999993),
        (normalDensity, -30, 1.4736461348785476e-196),
        (normalDensity, -1, 0.24197072451914334),
        (normalDensity, 0.5, 0.35206532676429947),
        (normalDensity, 10, 7.694598626706419e-23),
    ])
    func `the normal distribution is exact in its tails`(
        function: Function, z: Double, value: Double
    ) {
        #expect(relativeDistance(function.float64(z), value) <= (4 + z * z) * Double.ulpOfOne)
    }

    @Test(arguments: values.filter { abs($0.1) <= 40 })
    func `float32 is exact to a few roundings of its own`(
        function: Function, z: Double, value: Double
    ) {
        let tolerance = 4 * Double(Float.ulpOfOne)
        #expect(relativeDistance(function.float32(Float(z)), Float(value)) <= tolerance)
    }
}
