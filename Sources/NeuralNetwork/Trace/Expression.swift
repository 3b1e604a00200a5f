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
    func inBrackets(within outer: Int, _ printer: some ExpressionPrinter) -> String {
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
