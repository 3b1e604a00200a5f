/// How a layer's weights are drawn when they are not given; its biases then are 0.
///
/// The numbers are drawn as outputs × inputs, row by row, with `LegacyRandom`: a course notebook
/// that calls `np.random.seed` and then `np.random.randn(outputs, inputs)` for each layer gets
/// the same bits. The normal ones are therefore not truncated, unlike Keras's.
public enum Initializer: Sendable, Hashable {
    case zeros
    case randomNormal(scale: Double)
    case glorotUniform, glorotNormal
    case heUniform, heNormal
    case lecunNormal

    /// Every initializer, as a caller may name and set it.
    public static let choices: [Choice<Initializer>] = [
        Choice("zeros", otherNames: ["zero"]) { _ in .zeros },
        Choice(
            "random_normal", otherNames: ["normal", "randn", "gaussian"],
            settings: [.number("scale", default: 0.01, in: 0...1e6)]
        ) { .randomNormal(scale: $0.number("scale")) },
        Choice("glorot_uniform", otherNames: ["xavier_uniform", "xavier"]) { _ in
            .glorotUniform
        },
        Choice("glorot_normal", otherNames: ["xavier_normal"]) { _ in .glorotNormal },
        Choice("he_normal", otherNames: ["kaiming_normal", "he"]) { _ in .heNormal },
        Choice("he_uniform", otherNames: ["kaiming_uniform"]) { _ in .heUniform },
        Choice("lecun_normal", otherNames: ["lecun"]) { _ in .lecunNormal },
    ]

    /// The numbers, as text and as NumPy draws them; i inputs, o outputs.
    public var formula: String {
        switch self {
        case .zeros: "0"
        case .randomNormal(let scale): "randn(o, i)·\(scale)"
        case .glorotUniform: "uniform(−c, c), c = √(6/(i + o))"
        case .glorotNormal: "randn(o, i)·√(2/(i + o))"
        case .heUniform: "uniform(−c, c), c = √(6/i)"
        case .heNormal: "randn(o, i)·√(2/i)"
        case .lecunNormal: "randn(o, i)·√(1/i)"
        }
    }

    /// The weights that a layer declares, in the engine's order of their axes.
    ///
    /// Glorot and Bengio (2010), He et al. (2015), LeCun et al. (1998).
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func weights<S: Scalar>(
        _ declared: NumbersDeclaration, from random: inout LegacyRandom
    ) -> Matrix<S> {
        let (i, o) = declared.fans
        switch self {
        case .zeros:
            return Matrix(rows: declared.rows, columns: declared.columns, repeating: 0)
        case .randomNormal(let scale): return draw { random.normal() * scale }
        case .glorotNormal: return draw { random.normal() * (2 / (i + o)).squareRoot() }
        case .heNormal: return draw { random.normal() * (2 / i).squareRoot() }
        case .lecunNormal: return draw { random.normal() * (1 / i).squareRoot() }
        case .glorotUniform: return draw(within: (6 / (i + o)).squareRoot())
        case .heUniform: return draw(within: (6 / i).squareRoot())
        }
        func draw(_ number: () -> Double) -> Matrix<S> {
            Matrix(
                rows: declared.rows, columns: declared.columns,
                elements: (0..<(declared.rows * declared.columns)).map { _ in S(number()) })
        }
        // As np.random.uniform(−c, c): low + (high − low)·u.
        func draw(within c: Double) -> Matrix<S> {
            draw { -c + (c - -c) * random.uniform() }
        }
    }
}
