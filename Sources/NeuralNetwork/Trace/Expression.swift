/// A formula, as a tree that prints itself as text, as LaTeX and as MathML, so that the three can
/// never say different things.
public indirect enum Expression: Equatable, Sendable {
    case symbol(Symbol)
    case number(String)
    /// Words between formulas: `elsewhere`.
    case words(String)
    /// An operator, a bracket or a comma of a formula that was read from text.
    case mark(String)
    /// What stands one after another, as it does in a text.
    case sequence([Expression])
    case equation(Expression, Expression)
    /// Terms, each added.
    case sum([Expression])
    case difference(Expression, Expression)
    /// The matrix product, or the product of numbers.
    case product([Expression])
    /// ∘, number by number.
    case elementwise(Expression, Expression)
    case fraction(Expression, Expression)
    case transpose(Expression)
    case power(Expression, Expression)
    /// Σᵢ, over the examples.
    case sumOverExamples(Expression)
    case root(Expression)

    /// A quantity by the letters of the course: `dW` of layer 1 is dW1 as text, dW^{[1]} in LaTeX.
    public struct Symbol: Equatable, Sendable {
        public var base: String
        /// The layer, counted from 1; nil for what belongs to none.
        public var layer: Int?
        /// What tells it from its like: the `data` of dW1_data, or an index.
        public var mark: String?
        /// Whether it is what one example i has of it.
        public var isOfExample = false

        public init(_ base: String, _ layer: Int? = nil, mark: String? = nil) {
            self.base = base
            self.layer = layer
            self.mark = mark
        }
    }
}

extension Expression {
    /// Functions by names of several letters, which are no quantities.
    static let functions: Set = [
        "log", "exp", "tanh", "cosh", "max", "min", "mean", "sign", "softmax", "rowsum", "variance",
        "cos",
    ]

    /// A quantity without more to it.
    static func letter(_ base: String) -> Expression { .symbol(Symbol(base)) }
}

// MARK: Precedence

extension Expression {
    /// How tightly it holds together, so that brackets stand where they must.
    private var binding: Int {
        switch self {
        case .symbol, .number, .mark, .words, .transpose, .power, .root: 4
        case .fraction: 3
        case .product, .elementwise, .sumOverExamples: 2
        case .sum, .difference: 1
        case .sequence(let parts): parts.count == 1 ? 4 : parts.isLoose ? 0 : 2
        case .equation: 0
        }
    }

    /// The parts of a product, each in brackets where it holds less tightly than the product.
    fileprivate func inBrackets(within outer: Int, _ printer: some ExpressionPrinter) -> String {
        let text = printer.print(self)
        return binding < outer ? printer.brackets(text) : text
    }
}

extension [Expression] {
    /// Whether a text has terms or words in it, outside brackets.
    fileprivate var isLoose: Bool {
        var depth = 0
        for part in self {
            switch part {
            case .mark("("), .mark("["): depth += 1
            case .mark(")"), .mark("]"): depth -= 1
            case .mark("+"), .mark("−"), .mark(","), .mark("="):
                if depth == 0 { return true }
            case .words(let words):
                if depth == 0, !words.allSatisfy(\.isWhitespace) { return true }
            default: break
            }
        }
        return false
    }
}

// MARK: Printers

extension Expression {
    /// As a person types it: `dW1 = (1/m)·dZ1·A0ᵀ`.
    public var text: String { TextPrinter().print(self) }
    /// For TeX's mathematics, without dollars.
    public var latex: String {
        LatexPrinter().print(self).split(separator: " ").joined(separator: " ")
    }
    /// A whole `<math>` element.
    public var mathML: String {
        "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mrow>\(MathMLPrinter().print(self))"
            + "</mrow></math>"
    }
}

/// What a notation makes of each kind of part; the walk through the tree is the same for all.
private protocol ExpressionPrinter {
    func symbol(_ symbol: Expression.Symbol, transposed: Bool) -> String
    func number(_ digits: String) -> String
    func words(_ words: String) -> String
    func mark(_ mark: String) -> String
    func brackets(_ inner: String) -> String
    func join(_ parts: [String], _ mark: Joint) -> String
    func sequence(_ parts: [Expression]) -> String
    func fraction(_ top: Expression, _ bottom: Expression) -> String
    func transposed(_ inner: String) -> String
    func power(_ base: String, _ exponent: Expression) -> String
    func sumOverExamples(_ inner: String) -> String
    func root(_ inner: Expression) -> String
}

/// What stands between parts.
private enum Joint {
    case equals, plus, minus, times, elementwise
}

extension ExpressionPrinter {
    func print(_ expression: Expression) -> String {
        func part(_ inner: Expression, _ binding: Int) -> String {
            inner.inBrackets(within: binding, self)
        }
        switch expression {
        case .symbol(let symbol): return self.symbol(symbol, transposed: false)
        case .number(let digits): return number(digits)
        case .words(let words): return self.words(words)
        case .mark(let mark): return self.mark(mark)
        case .sequence(let parts): return sequence(parts)
        case .equation(let left, let right): return join([print(left), print(right)], .equals)
        case .sum(let terms): return join(terms.map { part($0, 1) }, .plus)
        case .difference(let left, let right):
            return join([part(left, 1), part(right, 2)], .minus)
        case .product(let factors): return join(factors.map { part($0, 2) }, .times)
        case .elementwise(let left, let right):
            return join([part(left, 2), part(right, 2)], .elementwise)
        case .fraction(let top, let bottom): return fraction(top, bottom)
        case .transpose(.symbol(let symbol)): return self.symbol(symbol, transposed: true)
        case .transpose(let inner): return transposed(part(inner, 4))
        case .power(let base, let exponent): return power(part(base, 4), exponent)
        case .sumOverExamples(let inner): return sumOverExamples(part(inner, 2))
        case .root(let inner): return root(inner)
        }
    }
}

private struct TextPrinter: ExpressionPrinter {
    func symbol(_ symbol: Expression.Symbol, transposed: Bool) -> String {
        symbol.base + (symbol.layer.map(String.init) ?? "")
            + (symbol.mark.map { $0.isLowered ? $0 : "_" + $0 } ?? "")
            + (symbol.isOfExample ? "ᵢ" : "") + (transposed ? "ᵀ" : "")
    }

    func number(_ digits: String) -> String { digits }
    func words(_ words: String) -> String { words }
    func mark(_ mark: String) -> String { mark }
    func brackets(_ inner: String) -> String { "(\(inner))" }

    func join(_ parts: [String], _ mark: Joint) -> String {
        let between =
            switch mark {
            case .equals: " = "
            case .plus: " + "
            case .minus: " − "
            case .times: "·"
            case .elementwise: "∘"
            }
        return parts.joined(separator: between)
    }

    func sequence(_ parts: [Expression]) -> String { parts.map(print).joined() }

    func fraction(_ top: Expression, _ bottom: Expression) -> String {
        "(\(print(top))/\(bottom.inBrackets(within: 4, self)))"
    }

    func transposed(_ inner: String) -> String { inner + "ᵀ" }

    func power(_ base: String, _ exponent: Expression) -> String {
        switch exponent {
        case .number("2"): base + "²"
        case .number("3"): base + "³"
        case .symbol, .number: "\(base)^\(print(exponent))"
        default: "\(base)^(\(print(exponent)))"
        }
    }

    func sumOverExamples(_ inner: String) -> String { "Σᵢ " + inner }
    func root(_ inner: Expression) -> String { "√" + inner.inBrackets(within: 4, self) }
}

private struct LatexPrinter: ExpressionPrinter {
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
        "Σ": "\\sum", "Σw": "\\sum w", "gamma": "\\gamma", "beta": "\\beta", "alpha": "\\alpha", "epsilon": "\\epsilon",
        "λ": "\\lambda", "α": "\\alpha", "δ": "\\delta", "σ": "\\sigma", "μ": "\\mu",
        "ε": "\\epsilon", "Φ": "\\Phi", "φ": "\\varphi", "π": "\\pi", "∂": "\\partial ",
    ]

    func number(_ digits: String) -> String { digits == "½" ? "\\tfrac{1}{2}" : digits }

    func words(_ words: String) -> String {
        let bare = words.split(separator: " ").joined(separator: " ")
        return bare.isEmpty ? " " : "\\text{ \(bare.replacing("_", with: "\\_")) }"
    }

    func mark(_ mark: String) -> String {
        Self.marks[mark] ?? mark
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

private struct MathMLPrinter: ExpressionPrinter {
    func symbol(_ symbol: Expression.Symbol, transposed: Bool) -> String {
        let base = "<mi>\(Self.escaped(symbol.base))</mi>"
        var above = symbol.layer.map { "<mo>[</mo><mn>\($0)</mn><mo>]</mo>" } ?? ""
        if symbol.isOfExample { above += "<mo>(</mo><mi>i</mi><mo>)</mo>" }
        if transposed { above += "<mi>T</mi>" }
        let below = symbol.mark.map { mark in
            mark.isLowered || mark.count == 1
                ? "<mi>\(mark.isLowered ? mark.raised : mark)</mi>" : "<mtext>\(Self.escaped(mark))</mtext>"
        }
        switch (below, above.isEmpty) {
        case (nil, true): return base
        case (nil, false): return "<msup>\(base)<mrow>\(above)</mrow></msup>"
        case (let below?, true): return "<msub>\(base)\(below)</msub>"
        case (let below?, false):
            return "<msubsup>\(base)\(below)<mrow>\(above)</mrow></msubsup>"
        }
    }

    func number(_ digits: String) -> String { "<mn>\(digits)</mn>" }

    func words(_ words: String) -> String {
        let bare = words.split(separator: " ").joined(separator: " ")
        return bare.isEmpty ? "" : "<mtext>\u{a0}\(Self.escaped(bare))\u{a0}</mtext>"
    }

    func mark(_ mark: String) -> String {
        // A raised mark belongs to what stands before it, which `sequence` sees to.
        "<mo>\(Self.escaped(mark))</mo>"
    }

    func brackets(_ inner: String) -> String { "<mrow><mo>(</mo>\(inner)<mo>)</mo></mrow>" }

    func join(_ parts: [String], _ mark: Joint) -> String {
        let between =
            switch mark {
            case .equals: "<mo>=</mo>"
            case .plus: "<mo>+</mo>"
            case .minus: "<mo>−</mo>"
            case .times: "<mo>\u{2062}</mo>"  // Invisible times.
            case .elementwise: "<mo>∘</mo>"
            }
        return parts.joined(separator: between)
    }

    func sequence(_ parts: [Expression]) -> String {
        var printed: [String] = []
        for part in parts {
            guard case .mark(let mark) = part, let raised = Self.raised[mark],
                let base = printed.popLast()
            else {
                printed.append(print(part))
                continue
            }
            printed.append("<msup>\(base.isEmpty ? "<mrow></mrow>" : base)\(raised)</msup>")
        }
        return "<mrow>\(printed.joined())</mrow>"
    }

    private static let raised = [
        "ᵀ": "<mi>T</mi>", "²": "<mn>2</mn>", "³": "<mn>3</mn>", "′": "<mo>′</mo>",
    ]

    func fraction(_ top: Expression, _ bottom: Expression) -> String {
        "<mfrac><mrow>\(print(top))</mrow><mrow>\(print(bottom))</mrow></mfrac>"
    }

    func transposed(_ inner: String) -> String {
        "<msup><mrow>\(inner)</mrow><mi>T</mi></msup>"
    }
    func power(_ base: String, _ exponent: Expression) -> String {
        "<msup><mrow>\(base)</mrow><mrow>\(print(exponent))</mrow></msup>"
    }
    func sumOverExamples(_ inner: String) -> String {
        "<munder><mo>∑</mo><mi>i</mi></munder><mrow>\(inner)</mrow>"
    }

    func root(_ inner: Expression) -> String { "<msqrt>\(print(inner))</msqrt>" }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}

// MARK: Letters

extension String {
    /// Whether it is written below the line already: `ₜ₋₁`.
    var isLowered: Bool { !isEmpty && allSatisfy { $0.raisedLetter != nil } }

    /// What is written below the line, as plain letters: `t-1`.
    fileprivate var raised: String { String(compactMap(\.raisedLetter)) }

    /// The d of a derivative, and the quantity that it is of.
    fileprivate var differential: (d: String, name: String) {
        guard first == "d", let second = dropFirst().first,
            second.isUppercase || self == "dgamma" || self == "dbeta" || self == "dalpha"
                || self == "db" || self == "dx" || self == "dh" || self == "dc" || hasHat
        else { return ("", self) }
        return ("d", String(dropFirst()))
    }

    /// Whether its letter has a hat: x̂.
    fileprivate var hasHat: Bool {
        unicodeScalars.contains("\u{302}") || self == "â" || self == "ŷ"
    }
}

extension Character {
    /// The letter that this one is, below the line.
    var raisedLetter: Character? { Self.lowered[self] }

    private static let lowered: [Character: Character] = [
        "₀": "0", "₁": "1", "₂": "2", "ₜ": "t", "₋": "-", "₊": "+", "ᵢ": "i", "ⱼ": "j", "ₖ": "k",
    ]

    /// Without its hat.
    fileprivate var bare: Character {
        switch self {
        case "â": "a"
        case "ŷ": "y"
        default: Character(unicodeScalars.first!)
        }
    }
}
