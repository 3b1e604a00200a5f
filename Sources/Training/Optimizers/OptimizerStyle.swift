import NeuralNetwork

/// Whose way of writing a rule is followed, in its arithmetic and in its defaults.
public enum OptimizerStyle: String, CaseIterable, Sendable {
    /// `keras.optimizers`.
    case keras
    /// `torch.optim`.
    case pytorch
    /// Ng's Deep Learning course.
    case course
}

extension Setting {
    /// `style`; what is different elsewhere is the style and all that goes with it.
    static func style(
        _ style: OptimizerStyle, among styles: [OptimizerStyle] = [.keras, .pytorch]
    ) -> Setting {
        Setting.word("style", default: style, among: styles)
            .elsewhere(keras: "keras", pytorch: "pytorch")
    }

    /// `weight_decay`; the course has none, as it puts the penalty into J.
    static var weightDecay: Setting {
        Setting.number("weight_decay", default: 0, in: 0...1e6).only(in: "keras", "pytorch")
    }

    /// β₁ or β₂.
    static func beta(_ name: String, default value: Double) -> Setting {
        Setting.number(name, default: value, in: 0...0.999_999_999)
    }

    /// ε, of the Adam family: PyTorch's default, and Keras's.
    static var epsilon: Setting {
        Setting.number("epsilon", default: 1e-8, in: 0...1).inStyle("keras", default: 1e-7)
            .elsewhere(keras: "0.0000001", pytorch: "0.00000001")
    }
}

extension SettingValues {
    var style: OptimizerStyle { word("style") }
}

/// λ: parameters that shrink of themselves.
public struct WeightDecay: Sendable {
    public var rate: Double
    /// Whether parameters shrink by η·λ of themselves before the step; otherwise λ·θ is a part of
    /// the gradient, and so of all that is remembered of it.
    public var isDecoupled: Bool

    static let none = WeightDecay(rate: 0, isDecoupled: true)

    init(rate: Double, isDecoupled: Bool) {
        self.rate = rate
        self.isDecoupled = isDecoupled
    }

    /// As `weight_decay` of a style works: in Keras decoupled, whatever the optimizer.
    init(_ values: SettingValues) {
        self.init(rate: values.number("weight_decay"), isDecoupled: values.style == .keras)
    }

    /// What it does before the rest of a rule.
    var formula: String {
        if rate == 0 { return "" }
        return isDecoupled ? "θ ← θ − η·λ·θ, " : "g ← g + λ·θ, "
    }

    /// What it is in one step.
    func at(_ step: OptimizerStep) -> Factors {
        isDecoupled
            ? Factors(added: 0, kept: 1 - step.learningRate * rate)
            : Factors(added: rate, kept: 1)
    }

    /// `g + added·θ` and `θ·kept`, so that a loop need not ask which of the two it is.
    struct Factors {
        let added: Double
        let kept: Double

        /// Shrinks θ, and gives the gradient of the rest of the step.
        @inline(__always)
        func apply<S: Scalar>(_ theta: inout S, _ gradient: S) -> S {
            let whole = gradient + S(added) * theta
            theta *= S(kept)
            return whole
        }
    }
}
