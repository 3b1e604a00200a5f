extension Penalty {
    private var hasBoth: Bool { l1 != 0 && l2 != 0 }
    private var lambda: Expression { .letter("λ") }

    /// `λ/2m` and so on; nil for 1.
    private func scaled(_ numerator: Expression) -> Expression {
        switch scale {
        case .lambdaOver2m: .fraction(numerator, .sequence([.number("2"), .letter("m")]))
        case .lambdaOver2: .fraction(numerator, .number("2"))
        case .lambda: numerator
        }
    }

    /// R of some weights.
    func formula(of weights: [Expression]) -> Expression {
        let squares = weights.map { w in
            Expression.sequence([.letter("Σ"), .words(" "), .power(w, .number("2"))])
        }
        let absolutes = weights.map { w in
            Expression.sequence([.letter("Σ"), .words(" "), .mark("|"), w, .mark("|")])
        }
        func total(_ terms: [Expression]) -> Expression {
            terms.count == 1 ? terms[0] : .sum(terms)
        }
        if hasBoth {
            let sum = Expression.sum([
                .product([Self.lambda2, total(squares)]),
                .product([Self.lambda1, total(absolutes)]),
            ])
            return scale == .lambda ? sum : .product([scaled(.number("1")), sum])
        }
        return .product([scaled(lambda), total(l1 != 0 ? absolutes : squares)])
    }

    private static let lambda1 = Expression.symbol(.init("λ", mark: "₁"))
    private static let lambda2 = Expression.symbol(.init("λ", mark: "₂"))

    /// ∂R/∂W of some weights.
    func derivative(of w: Expression) -> Expression {
        let sign = Expression.sequence([.letter("sign"), .mark("("), w, .mark(")")])
        let two = Expression.number("2")
        if hasBoth {
            let sum = Expression.sum([
                .product([two, Self.lambda2, w]), .product([Self.lambda1, sign]),
            ])
            return scale == .lambda ? sum : .product([scaled(.number("1")), sum])
        }
        if l1 != 0 { return .product([scaled(lambda), sign]) }
        return switch scale {
        case .lambdaOver2m: .product([.fraction(lambda, .letter("m")), w])
        case .lambdaOver2: .product([lambda, w])
        case .lambda: .product([two, lambda, w])
        }
    }

    /// What R multiplies the sum over the weights by.
    func traceFactor(examples m: Int) -> TraceFactor? {
        let scale = factor(of: m)
        let symbol =
            switch self.scale {
            case .lambdaOver2m: "/(2m)"
            case .lambdaOver2: "/2"
            case .lambda: ""
            }
        if hasBoth {
            return self.scale == .lambda
                ? nil : TraceFactor(value: scale, symbol: "1" + symbol, why: why)
        }
        return TraceFactor(value: (l1 + l2) * scale, symbol: "λ" + symbol, why: why)
    }

    /// What ∂R/∂W multiplies the weights, or their signs, by.
    func derivativeFactor(examples m: Int) -> TraceFactor? {
        if l1 != 0 || hasBoth { return traceFactor(examples: m) }
        let symbol =
            switch scale {
            case .lambdaOver2m: "λ/m"
            case .lambdaOver2: "λ"
            case .lambda: "2λ"
            }
        return TraceFactor(value: 2 * l2 * factor(of: m), symbol: symbol, why: why)
    }

    private var why: String {
        let values = hasBoth ? "λ₁ = \(l1), λ₂ = \(l2)" : "λ = \(l1 + l2)"
        let square = l2 == 0 ? "" : "; the derivative of the square brings a 2"
        return "the request's penalty, \(values), scaled as \(scale.rawValue)\(square)"
    }
}
