/// For TeX's mathematics.
struct LatexPrinter: ExpressionPrinter {
    func symbol(_ symbol: Expression.Symbol, transposed: Bool) -> String {
        let above =
            (symbol.layer.map { "[\($0)]" } ?? "") + (symbol.isOfExample ? "(i)" : "")
            + (transposed ? "T" : "")
        let below = symbol.mark.map { mark in
            mark.isLowered
                ? mark.raised
                : mark.count == 1 ? mark : "\\mathrm{\(mark.replacing("_", with: "\\_"))}"
        }
        return letter(symbol.base) + (above.isEmpty ? "" : "^{\(above)}")
            + (below.map { "_{\($0)}" } ?? "")
    }

    private func letter(_ base: String) -> String {
        let (d, name) = base.differential
        if let command = Self.letters[name] { return d + command }
        if Expression.functions.contains(base) {
            return Self.commands.contains(base) ? "\\" + base : "\\operatorname{\(base)}"
        }
        if let first = name.first, name.hasHat { return d + "\\hat{\(first.bare)}" }
        return name.count == 1 ? d + name : "\(d)\\mathit{\(name.replacing("_", with: "\\_"))}"
    }

    private static let commands: Set = ["log", "exp", "tanh", "cosh", "max", "min", "cos"]
    private static let letters = [
        "Σ": "\\sum", "Σw": "\\sum w", "gamma": "\\gamma", "beta": "\\beta", "alpha": "\\alpha",
        "epsilon": "\\epsilon",
        "λ": "\\lambda", "α": "\\alpha", "δ": "\\delta", "σ": "\\sigma", "μ": "\\mu",
        "ε": "\\epsilon", "Φ": "\\Phi", "φ": "\\varphi", "π": "\\pi", "∂": "\\partial ",
    ]

    func number(_ digits: String) -> String { digits == "½" ? "\\tfrac{1}{2}" : digits }

    func words(_ words: String) -> String {
        let bare = words.split(separator: " ").joined(separator: " ")
        return bare.isEmpty ? " " : "\\text{ \(bare.replacing("_", with: "\\_")) }"
    }

    func mark(_ mark: String) -> String {
        mark.isLowered ? "_{\(mark.raised)}" : Self.marks[mark] ?? mark
    }

    private static let marks = [
        "−": "-", "·": "\\cdot ", "∘": "\\circ ",
        "≤": "\\le ", "≥": "\\ge ", "…": "\\dots ", "‖": "\\| ", "×": "\\times ", ";": ";\\ ",
        ",": ",\\ ", "<": " < ", ">": " > ", "=": " = ", "+": " + ", "ᵀ": "^{T}", "²": "^{2}",
        "³": "^{3}", "′": "'", "+=": " \\mathrel{+}= ", "←": " \\gets ",
    ]

    func brackets(_ inner: String) -> String { "\\left(\(inner)\\right)" }

    func join(_ parts: [String], _ mark: Joint) -> String {
        let between =
            switch mark {
            case .equals: " = "
            case .plus: " + "
            case .minus: " - "
            case .times: " "
            case .elementwise: " \\circ "
            }
        return parts.joined(separator: between)
    }

    /// A command ends where no letter follows it.
    func sequence(_ parts: [Expression]) -> String {
        parts.map(print).reduce("") { text, next in
            let runsOn = text.last?.isLetter == true && next.first?.isLetter == true
            return text + (runsOn ? " " : "") + next
        }
    }

    func fraction(_ top: Expression, _ bottom: Expression) -> String {
        "\\frac{\(print(top))}{\(print(bottom))}"
    }

    func transposed(_ inner: String) -> String { "{\(inner)}^{T}" }
    func power(_ base: String, _ exponent: Expression) -> String {
        "{\(base)}^{\(print(exponent))}"
    }
    func sumOverExamples(_ inner: String) -> String { "\\sum_{i} " + inner }

    func root(_ inner: Expression) -> String { "\\sqrt{\(print(inner))}" }
}
