import NeuralNetwork

/// How far `x` is from `y`, relative to y; 0 where both are the same, infinite where one is NaN.
func relativeDistance<S: Scalar>(_ x: S, _ y: S) -> Double {
    if x == y { return 0 }
    let distance = abs(Double(x) - Double(y)) / abs(Double(y))
    return distance.isNaN ? .infinity : distance
}

/// How far `x` is from `y`, relative to y where that is above 1; infinite where one is NaN.
func distance<S: Scalar>(_ x: S, _ y: S) -> Double {
    if x == y { return 0 }
    let distance = abs(Double(x) - Double(y)) / max(1, abs(Double(y)))
    return distance.isNaN ? .infinity : distance
}

extension Matrix {
    /// The greatest distance of two numbers at one place; infinite where the shapes differ.
    func distance(from other: Matrix) -> Double {
        guard rows == other.rows && columns == other.columns else { return .infinity }
        return elements.distance(from: other.elements)
    }

    /// The same numbers in another precision.
    func converted<T: Scalar>(to: T.Type = T.self) -> Matrix<T> {
        Matrix<T>(rows: rows, columns: columns, elements: elements.map { T($0) })
    }
}

extension Array where Element: Scalar {
    /// The greatest distance of two numbers at one place; infinite where the counts differ.
    func distance(from other: [Element]) -> Double {
        guard count == other.count else { return .infinity }
        return zip(self, other).map { NeuralNetworkTests.distance($0, $1) }.max() ?? 0
    }
}
