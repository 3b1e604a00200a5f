/// As a person types it.
struct TextPrinter: ExpressionPrinter {
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
