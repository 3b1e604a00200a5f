import NeuralNetwork

extension Matrix<Double> {
    func mapped(_ f: (Double) -> Double) -> Matrix {
        Matrix(rows: rows, columns: columns, elements: elements.map(f))
    }

    func zipped(with other: Matrix, _ f: (Double, Double) -> Double) -> Matrix {
        precondition(rows == other.rows && columns == other.columns)
        return Matrix(
            rows: rows, columns: columns,
            elements: zip(elements, other.elements).map { f($0, $1) })
    }

    func scaled(by factor: Double) -> Matrix { factor == 1 ? self : mapped { $0 * factor } }
    func adding(_ other: Matrix) -> Matrix { zipped(with: other, +) }

    func hasShape(of other: Matrix) -> Bool { rows == other.rows && columns == other.columns }

    /// The largest magnitude.
    var peak: Double { elements.reduce(0) { Swift.max($0, abs($1)) } }

    /// `⟨a, b⟩`, over numbers that are scaled first, so that no square is lost.
    func dot(_ other: Matrix) -> Double {
        zip(elements, other.elements).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Row and column changed for one another.
    var turned: Matrix { transposedCopy() }

    /// The same numbers in float32.
    var narrowed: Matrix<Float> {
        Matrix<Float>(rows: rows, columns: columns, elements: elements.map { Float($0) })
    }
}
