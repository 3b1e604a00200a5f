import NeuralNetwork

@testable import GradientService

/// A small network, its batch, and all that `forward` and `backward` make of them, worked out by
/// hand. Every number is exact in binary, in float32 too, so that answers are compared with `==`.
///
/// Two inputs, three relu units, one linear unit; two examples, a column each; Lᵢ = ½(a − y)².
///
/// - Z₀ = W₀·X + b₀: (1 − 3, 2 − 1, 3 + ½) and (2 + 1, 4 − 1, −1 + ½).
/// - Z₁ = W₁·A₀ + b₁: 0 − 2 + 7 + ½ and 3 − 6 + 0 + ½; it misses Y by ½ and −1½.
/// - dA₁ = dZ₁ = A₁ − Y; dA₀ = W₁ᵀ·dZ₁; dZ₀ is dA₀ where Z₀ > 0; dX = W₀ᵀ·dZ₀.
/// - dW = ½·dZ·A_prevᵀ, db = ½·Σ dZ, the ½ being 1/m.
enum Worked {
    static let x = Grid([[1, 2], [3, -1]])
    static let y = Grid([[5, -1]])
    static let weights = [Grid([[1, -1], [2, 0], [0, 1]]), Grid([[1, -2, 2]])]
    static let bias = [Grid([[0], [-1], [0.5]]), Grid([[0.5]])]

    static let z = [Grid([[-2, 3], [1, 3], [3.5, -0.5]]), Grid([[5.5, -2.5]])]
    static let a = [Grid([[0, 3], [1, 3], [3.5, 0]]), Grid([[5.5, -2.5]])]
    static let losses = [0.125, 1.125]
    static let cost = 0.625

    static let dA = [Grid([[0.5, -1.5], [-1, 3], [1, -3]]), Grid([[0.5, -1.5]])]
    static let dZ = [Grid([[0, -1.5], [-1, 3], [1, 0]]), Grid([[0.5, -1.5]])]
    static let dX = Grid([[-2, 4.5], [1, 1.5]])
    static let dW = [Grid([[-1.5, 0.75], [2.5, -3], [0.5, 1.5]]), Grid([[-2.25, -2, 0.875]])]
    static let db = [Grid([[-0.75], [1], [0.5]]), Grid([[-0.5]])]

    /// The sums over all weights that the penalties are made of: 5 + 5 and 7 + 9.
    static let (absoluteWeights, squaredWeights) = (10.0, 16.0)

    /// A request about it; `also` are further members, each with a comma before it.
    static func body(
        layout: Layout = .course, form: Grid.Form = .nested, targets: Bool = true,
        also: String = ""
    ) -> String {
        func signal(_ grid: Grid) -> String {
            (layout.examplesAreColumns ? grid : grid.transposed).text(form)
        }
        func layer(_ index: Int, _ activation: String) -> String {
            let w = layout.weightsAreTransposed ? weights[index].transposed : weights[index]
            return #"{"W": \#(w.text(form)), "b": \#(bias[index].text(form)), "#
                + #""activation": "\#(activation)"}"#
        }
        let y = targets ? #", "Y": \#(signal(y))"# : ""
        let loss = targets ? #", "loss": "half_squared_error""# : ""
        return #"{"network": {"layers": [\#(layer(0, "relu")), \#(layer(1, "linear"))]}, "#
            + #""batch": {"X": \#(signal(x))\#(y)}\#(loss), "#
            + #""layout": "\#(layout.rawValue)"\#(also)}"#
    }
}
