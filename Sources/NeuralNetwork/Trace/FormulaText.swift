/// Reads a formula as the declarations of layers, activations and losses write it, and calls its
/// quantities by the names that they have in a network: `Z = A_prev` is Z2 = A1 for layer 2.
struct FormulaText {
    private let names: [String: Expression.Symbol]
    private var rest: Substring

    static func read(
        _ text: some StringProtocol, names: [String: Expression.Symbol] = [:]
    ) -> Expression {
        var reader = FormulaText(names: names, rest: Substring(text))
        return .sequence(reader.parts(untilBracket: false))
    }

    /// Reads `left = right`.
    static func equation(
        _ text: some StringProtocol, names: [String: Expression.Symbol] = [:]
    ) -> (left: Expression, right: Expression) {
        guard let equals = text.firstRange(of: " = ") else {
            preconditionFailure("\(text) is no equation")
        }
        return (
            read(text[..<equals.lowerBound], names: names),
            read(text[equals.upperBound...], names: names)
        )
    }

    /// What a list of equations, `a = …, b = …`, has for each; commas within one are its own.
    static func equations(in text: String) -> [(name: String, text: String)] {
        var pieces: [String] = []
        for piece in split(text) {
            let isEquation = piece.contains(" = ") || piece.contains(" += ")
            if isEquation || pieces.isEmpty {
                pieces.append(piece)
            } else {
                pieces[pieces.count - 1] += ", " + piece
            }
        }
        return pieces.map { piece in
            (String(piece.prefix { $0.isFormulaLetter || $0 == "_" }), piece)
        }
    }

    /// The parts between commas that no bracket encloses.
    static func split(_ text: String) -> [String] {
        var (parts, depth) = ([""], 0)
        for character in text {
            if "([".contains(character) { depth += 1 }
            if ")]".contains(character) { depth -= 1 }
            if character == ",", depth == 0 {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts.map { String($0.drop { $0 == " " }) }
    }
}

extension FormulaText {
    private mutating func parts(untilBracket: Bool) -> [Expression] {
        var parts: [Expression] = []
        var depth = 0
        while let next = rest.first {
            if untilBracket && next == ")" && depth == 0 { break }
            let part = part()
            if part == .mark("(") { depth += 1 }
            if part == .mark(")") { depth -= 1 }
            append(part, to: &parts)
        }
        return parts
    }

    /// A part, joined with the one before it where it belongs to that.
    private func append(_ part: Expression, to parts: inout [Expression]) {
        switch (parts.last, part) {
        case (.words(let before)?, .words(let words)):
            parts[parts.count - 1] = .words(before + words)
        case (.symbol(let symbol)?, .mark("ᵀ")):
            parts[parts.count - 1] = .transpose(.symbol(symbol))
        case (.symbol(let symbol)?, .mark("²")) where !Expression.functions.contains(symbol.base):
            parts[parts.count - 1] = .power(.symbol(symbol), .number("2"))
        case (.symbol(let symbol)?, .mark("³")):
            parts[parts.count - 1] = .power(.symbol(symbol), .number("3"))
        case (let base?, .power(.mark(""), let exponent)):
            parts[parts.count - 1] = .power(base, exponent)
        default: parts.append(part)
        }
    }

    private mutating func part() -> Expression {
        let next = rest.first!
        if next == " " {
            rest.removeFirst()
            return .words(" ")
        }
        if next.isNumber && next.raisedLetter == nil && !"²³".contains(next) { return number() }
        if next.isFormulaLetter { return word() }
        rest.removeFirst()
        switch next {
        case "^": return .power(.mark(""), argument())
        case "√": return .root(argument())
        case "(": return shortFraction() ?? .mark("(")
        case "+" where rest.first == "=":
            rest.removeFirst()
            return .mark("+=")
        default: return .mark(String(next))
        }
    }

    /// What a power or a root takes: what is in brackets, or one quantity or number.
    private mutating func argument() -> Expression {
        guard rest.first == "(" else {
            return rest.isEmpty ? .mark("") : part()
        }
        rest.removeFirst()
        let inner = parts(untilBracket: true)
        if rest.first == ")" { rest.removeFirst() }
        return inner.count == 1 ? inner[0] : .sequence(inner)
    }

    /// `1/m)`, after the bracket.
    private mutating func shortFraction() -> Expression? {
        let before = rest
        if let top = atom(), rest.first == "/" {
            rest.removeFirst()
            if let bottom = atom(), rest.first == ")" {
                rest.removeFirst()
                return .fraction(top, bottom)
            }
        }
        rest = before
        return nil
    }

    private mutating func atom() -> Expression? {
        guard let next = rest.first, next.isFormulaLetter || next.isNumber else { return nil }
        return part()
    }

    private mutating func number() -> Expression {
        var digits = rest.prefix { $0.isWholeNumber || $0 == "." }
        if digits.isEmpty { digits = rest.prefix(1) }  // ½
        rest = rest.dropFirst(digits.count)
        return .number(String(digits))
    }

    /// A quantity or a function with what marks it, or a word of the language.
    private mutating func word() -> Expression {
        let base = rest.prefix { $0.isFormulaLetter }
        rest = rest.dropFirst(base.count)
        var mark = ""
        if rest.first == "_" {
            let after = rest.dropFirst().prefix { $0.isFormulaLetter }
            mark = String(after)
            rest = rest.dropFirst(after.count + 1)
        }
        if let known = names["\(base)_\(mark)"], !mark.isEmpty { return lowered(known) }
        if let known = names[String(base)] {
            var symbol = lowered(known)
            if !mark.isEmpty, case .symbol(var marked) = symbol {
                marked.mark = mark
                symbol = .symbol(marked)
            }
            return symbol
        }
        let isQuantity =
            base.count == 1 || Expression.functions.contains(String(base))
            || base.count == 2 && base.first == "d" || !mark.isEmpty || base == "mask"
            || ["gamma", "beta", "alpha", "epsilon", "momentum", "Wq", "Wk", "Wv", "Wo"].contains(base)
        guard isQuantity else { return .words(String(base)) }
        if mark.count > 1 { return lowered(.init("\(base)_\(mark)")) }
        return lowered(.init(String(base), mark: mark.isEmpty ? nil : mark))
    }

    /// With the letters that follow below the line.
    private mutating func lowered(_ symbol: Expression.Symbol) -> Expression {
        let letters = rest.prefix { $0.raisedLetter != nil }
        guard !letters.isEmpty else { return .symbol(symbol) }
        rest = rest.dropFirst(letters.count)
        var symbol = symbol
        if letters == "ᵢ" && (symbol.layer != nil || symbol.base == "L" || symbol.base == "w") {
            symbol.isOfExample = true
        } else {
            symbol.mark = (symbol.mark ?? "") + letters
        }
        return .symbol(symbol)
    }
}

extension Character {
    /// Whether it is a letter of a quantity or a word, on the line.
    fileprivate var isFormulaLetter: Bool {
        (isLetter || self == "∂") && raisedLetter == nil && self != "ᵀ"
    }
}
