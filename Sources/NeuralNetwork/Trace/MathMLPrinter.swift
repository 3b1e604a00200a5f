/// The inside of a `<math>` element.
struct MathMLPrinter: ExpressionPrinter {
    func symbol(_ symbol: Expression.Symbol, transposed: Bool) -> String {
        let base = "<mi>\(Self.escaped(symbol.base))</mi>"
        var above = symbol.layer.map { "<mo>[</mo><mn>\($0)</mn><mo>]</mo>" } ?? ""
        if symbol.isOfExample { above += "<mo>(</mo><mi>i</mi><mo>)</mo>" }
        if transposed { above += "<mi>T</mi>" }
        let below = symbol.mark.map { mark in
            mark.isLowered || mark.count == 1
                ? "<mi>\(mark.isLowered ? mark.raised : mark)</mi>"
                : "<mtext>\(Self.escaped(mark))</mtext>"
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
            guard case .mark(let mark) = part, mark.isLowered || Self.raised[mark] != nil,
                var base = printed.popLast()
            else {
                printed.append(print(part))
                continue
            }
            if base.isEmpty { base = "<mrow></mrow>" }
            printed.append(
                Self.raised[mark].map { "<msup>\(base)\($0)</msup>" }
                    ?? "<msub>\(base)<mi>\(mark.raised)</mi></msub>")
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
