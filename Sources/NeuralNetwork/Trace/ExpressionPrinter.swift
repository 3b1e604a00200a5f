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
protocol ExpressionPrinter {
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
enum Joint {
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

extension String {
    /// Whether it is written below the line already: `ₜ₋₁`.
    var isLowered: Bool { !isEmpty && allSatisfy { $0.raisedLetter != nil } }

    /// What is written below the line, as plain letters: `t-1`.
    var raised: String { String(compactMap(\.raisedLetter)) }

    /// The d of a derivative, and the quantity that it is of.
    var differential: (d: String, name: String) {
        guard first == "d", let second = dropFirst().first,
            second.isUppercase || self == "dgamma" || self == "dbeta" || self == "dalpha"
                || self == "db" || self == "dx" || self == "dh" || self == "dc" || hasHat
        else { return ("", self) }
        return ("d", String(dropFirst()))
    }

    /// Whether its letter has a hat: x̂.
    var hasHat: Bool {
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
    var bare: Character {
        switch self {
        case "â": "a"
        case "ŷ": "y"
        default: Character(unicodeScalars.first!)
        }
    }
}
