import Testing

@testable import NeuralNetwork

struct FormulaTextTests {
    /// Every formula that a declaration has.
    static let declared: [String] =
        layerKinds.flatMap { [$0.declaration.formula.forward, $0.declaration.formula.backward] }
        + activations.flatMap { [$0.value.formula, $0.value.backwardFormula] }
        + losses.flatMap { [$0.value.formula, $0.value.derivative.text] }

    @Test func `a formula that was read is printed as it was`() {
        for text in Self.declared {
            #expect(FormulaText.read(text).text == text)
        }
    }

    @Test func `LaTeX has balanced braces, and no letter that it does not know`() {
        for text in Self.declared {
            let latex = FormulaText.read(text).latex
            var depth = 0
            for character in latex {
                if character == "{" { depth += 1 }
                if character == "}" { depth -= 1 }
                #expect(depth >= 0, "\(latex)")
            }
            #expect(depth == 0, "\(latex)")
            #expect(latex.utf8.allSatisfy { $0 < 128 }, "\(latex)")
        }
    }

    @Test(arguments: [
        ("Z = A_prev", "Z^{[2]} = A^{[1]}"),
        ("dZᵢ·A_prevᵢᵀ", "dZ^{[2](i)}\\cdot A^{[1](i)T}"),
        ("(1/n)·Σₖ (aₖ − yₖ)²", "\\frac{1}{n}\\cdot \\sum_{k} (a_{k} - y_{k})^{2}"),
        ("1 / (1 + e^(−Z))", "1 / (1 + {e}^{-Z^{[2]}})"),
        ("√(f(Z) + ε)", "\\sqrt{f(Z^{[2]}) + \\epsilon}"),
        ("Z where Z > 0, 0 elsewhere", "Z^{[2]}\\text{ where }Z^{[2]} > 0,\\ 0\\text{ elsewhere }"),
        ("tanh²cₜ₋₁", "\\tanh^{2}c_{t-1}"),
    ])
    func `quantities take the names of the network`(text: String, latex: String) {
        let names: [String: Expression.Symbol] = [
            "Z": .init("Z", 2), "dZ": .init("dZ", 2), "A_prev": .init("A", 1),
        ]
        #expect(FormulaText.read(text, names: names).latex == latex)
    }

    @Test func `a list of equations is taken apart`() {
        let equations = FormulaText.equations(
            in: "dW[k] = Σ dZ, over all, dA_prev[…, c] = f(a, b), hₜ += 1")
        #expect(equations.map(\.name) == ["dW", "dA_prev", "h"])
        #expect(
            equations.map(\.text) == [
                "dW[k] = Σ dZ, over all", "dA_prev[…, c] = f(a, b)", "hₜ += 1",
            ])
    }
}
