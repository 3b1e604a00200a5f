import CMath
import Glibc
import NeuralNetwork

/// Adam (Kingma and Ba, 2015), with its variants AMSGrad and AdamW.
///
/// In the styles `pytorch` and `course` it is algorithm 1 of the paper: epsilon is added after the
/// correction of the bias. Keras adds it before, as in the formula before section 2.1: the paper's
/// ε̂. AMSGrad (Reddi, Kale and Kumar, 2018) divides by the largest v there was, which both libraries
/// take before the correction; AdamW (Loshchilov and Hutter, 2019) is Adam with decoupled decay,
/// which both libraries apply before the step.
public struct Adam: ElementwiseOptimizer {
    static let choice = Choice<any Optimizer>(
        "adam",
        settings: betas + [.style(.pytorch, among: OptimizerStyle.allCases), .weightDecay]
    ) { Adam($0, decay: WeightDecay($0)) }

    static let amsgrad = Choice<any Optimizer>(
        "amsgrad", otherNames: ["ams_grad"], settings: betas + [.style(.pytorch), .weightDecay]
    ) { Adam($0, decay: WeightDecay($0), isAMSGrad: true) }

    static let adamw = Choice<any Optimizer>(
        "adamw", otherNames: ["adam_w"],
        settings: betas + [
            .style(.pytorch),
            .number("weight_decay", default: 0.01, in: 0...1e6).inStyle("keras", default: 0.004)
                .elsewhere(keras: "0.004", pytorch: "0.01"),
        ]
    ) {
        Adam($0, decay: WeightDecay(rate: $0.number("weight_decay"), isDecoupled: true))
    }

    private static let betas: [Setting] = [
        .beta("beta_1", default: 0.9), .beta("beta_2", default: 0.999), .epsilon,
    ]

    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    public var style = OptimizerStyle.pytorch
    public var decay = WeightDecay.none
    public var isAMSGrad = false

    public var defaultLearningRate: Double { 0.001 }
    /// m and v, and the largest v of AMSGrad.
    public var slots: [Double] { isAMSGrad ? [0, 0, 0] : [0, 0] }

    public var formula: String {
        let (largest, v) = isAMSGrad ? (", w ← max(w, v)", "w") : ("", "v")
        let step =
            style == .keras
            ? "θ ← θ − η·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m / (√\(v) + ε)"
            : "θ ← θ − η·(m / (1 − β₁ᵗ)) / (√(\(v) / (1 − β₂ᵗ)) + ε)"
        return decay.formula + "m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²\(largest), " + step
    }

    /// 1 − β₁ᵗ and √(1 − β₂ᵗ).
    public func corrections(at step: Int) -> (Double, Double) {
        (1 - pow(beta1, Double(step)), (1 - pow(beta2, Double(step))).squareRoot())
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func update<S: Scalar>(
        _ parameter: inout Matrix<S>, along gradient: Matrix<S>, slots: inout [Matrix<S>],
        at step: OptimizerStep
    ) {
        let (correction1, correction2) = step.corrections
        let decay = decay.at(step)
        // Keras corrects √v + ε, the others √v. Each number is rounded once: in float32 a β near 1 is
        // 1, and 1 − β would be 0.
        let rule = adam_rule(
            added: decay.added, kept: decay.kept, beta1: beta1, rest1: 1 - beta1,
            beta2: beta2, rest2: 1 - beta2,
            rate: step.learningRate / correction1 * (style == .keras ? correction2 : 1),
            scale: style == .keras ? 1 : 1 / correction2, epsilon: epsilon)
        if isAMSGrad {
            updateByAMSGrad(&parameter, along: gradient, slots: &slots, decay, rule)
        } else {
            withNumbers(&parameter, gradient, &slots, 0, 1) { theta, g, m, v in
                step_by_adam(
                    rule, theta.baseAddress, g.baseAddress, m.baseAddress, v.baseAddress,
                    theta.count, MemoryLayout<S>.size)
            }
        }
    }

    @inline(__always)
    private func updateByAMSGrad<S: Scalar>(
        _ parameter: inout Matrix<S>, along gradient: Matrix<S>, slots: inout [Matrix<S>],
        _ decay: WeightDecay.Factors, _ rule: adam_rule
    ) {
        let (beta1, rest1) = (S(rule.beta1), S(rule.rest1))
        let (beta2, rest2) = (S(rule.beta2), S(rule.rest2))
        let (rate, scale, epsilon) = (S(rule.rate), S(rule.scale), S(rule.epsilon))
        // On its own: a loop with five arrays is not vectorized.
        sweep(&parameter, gradient, &slots, 1, 2) { theta, g, v, largest in
            let g = g + S(decay.added) * theta
            v = beta2 * v + rest2 * g * g
            largest = max(largest, v)
        }
        sweep(&parameter, gradient, &slots, 0, 2) { theta, g, m, v in
            m = beta1 * m + rest1 * decay.apply(&theta, g)
            theta -= rate * m / (S.root(v) * scale + epsilon)
        }
    }
}

extension Adam {
    private init(_ values: SettingValues, decay: WeightDecay, isAMSGrad: Bool = false) {
        self.init(
            beta1: values.number("beta_1"), beta2: values.number("beta_2"),
            epsilon: values.number("epsilon"), style: values.style, decay: decay,
            isAMSGrad: isAMSGrad)
    }
}
