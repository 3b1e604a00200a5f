import NeuralNetwork

/// (f(x + h) − f(x − h)) / 2h, of every number that `f` gives.
///
/// Its errors are h²/6 times the third derivative, and the rounding of f over h: both about 1e-10
/// of a function whose values and derivatives are about 1.
func centralDifference(
    at x: Double, step h: Double = 1e-5, _ f: (Double) -> [Double]
) -> [Double] {
    zip(f(x + h), f(x - h)).map { ($0 - $1) / (2 * h) }
}

/// Central differences of `f` in every number of a matrix, in its order.
func centralDifferences(
    at matrix: Matrix<Double>, _ f: (Matrix<Double>) -> [Double]
) -> [[Double]] {
    var moved = matrix
    return (0..<matrix.rows).flatMap { row in
        (0..<matrix.columns).map { column in
            let x = matrix[row, column]
            defer { moved[row, column] = x }
            return centralDifference(at: x) {
                moved[row, column] = $0
                return f(moved)
            }
        }
    }
}
