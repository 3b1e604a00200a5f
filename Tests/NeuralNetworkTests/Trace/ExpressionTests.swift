import Testing

@testable import NeuralNetwork

struct ExpressionTests {
    private static let (w, a) = (
        Expression.symbol(.init("W", 1)), Expression.symbol(.init("A", 0))
    )
    private static let mean = Expression.fraction(.number("1"), .letter("m"))

    static let cases: [(Expression, text: String, latex: String, mathML: String)] = [
        (
            .equation(.symbol(.init("dW", 1, mark: "data")), .product([mean, w, .transpose(a)])),
            "dW1_data = (1/m)·W1·A0ᵀ",
            "dW^{[1]}_{\\mathrm{data}} = \\frac{1}{m} W^{[1]} A^{[0]T}",
            "<msubsup><mi>dW</mi><mtext>data</mtext><mrow><mo>[</mo><mn>1</mn><mo>]</mo></mrow>"
                + "</msubsup><mo>=</mo><mfrac><mrow><mn>1</mn></mrow><mrow><mi>m</mi></mrow>"
                + "</mfrac><mo>\u{2062}</mo><msup><mi>W</mi><mrow><mo>[</mo><mn>1</mn><mo>]</mo>"
                + "</mrow></msup><mo>\u{2062}</mo><msup><mi>A</mi><mrow><mo>[</mo><mn>0</mn>"
                + "<mo>]</mo><mi>T</mi></mrow></msup>"
        ),
        (
            .product([.letter("λ"), .difference(.letter("a"), .letter("y"))]),
            "λ·(a − y)", "\\lambda \\left(a - y\\right)",
            "<mi>λ</mi><mo>\u{2062}</mo><mrow><mo>(</mo><mi>a</mi><mo>−</mo><mi>y</mi><mo>)</mo>"
                + "</mrow>"
        ),
        (
            .sumOverExamples(.sum([.letter("a"), .power(.letter("y"), .number("2"))])),
            "Σᵢ (a + y²)", "\\sum_{i} \\left(a + {y}^{2}\\right)",
            "<munder><mo>∑</mo><mi>i</mi></munder><mrow><mrow><mo>(</mo><mi>a</mi><mo>+</mo>"
                + "<msup><mrow><mi>y</mi></mrow><mrow><mn>2</mn></mrow></msup><mo>)</mo></mrow>"
                + "</mrow>"
        ),
        (
            .difference(.letter("a"), .difference(.letter("y"), .letter("x"))),
            "a − (y − x)", "a - \\left(y - x\\right)",
            "<mi>a</mi><mo>−</mo><mrow><mo>(</mo><mi>y</mi><mo>−</mo><mi>x</mi><mo>)</mo></mrow>"
        ),
        (
            .elementwise(.letter("w"), FormulaText.read("a < y")),
            "w∘a < y", "w \\circ a < y",
            "<mi>w</mi><mo>∘</mo><mrow><mi>a</mi><mo>&lt;</mo><mi>y</mi></mrow>"
        ),
    ]

    @Test(arguments: cases)
    func `one tree has three notations`(
        expression: Expression, text: String, latex: String, mathML: String
    ) {
        #expect(expression.text == text)
        #expect(expression.latex == latex)
        #expect(
            expression.mathML
                == "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mrow>\(mathML)</mrow></math>"
        )
    }
}
