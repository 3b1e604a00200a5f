import NeuralNetwork

// Right numbers in the wrong places.

extension Mistake {
    static let transposed = Mistake("transposed") { told in
        "\(told.made) is transposed: the numbers are right. "
            + "\(told.made) has the shape of \(told.parameter); swap rows and columns."
    }
    static let permutedUnits = Mistake("permuted_units") { told in
        "\(told.made) has the right numbers in another order of the units. "
            + "Keep the units in the order of \(told.parameter)."
    }
}

/// Whether the rows or the columns of a matrix are those of another in another order.
enum UnitOrder {
    static func isPermuted(
        _ g: Matrix<Double>, of r: Matrix<Double>, within tolerance: Double
    ) -> Bool {
        guard g.hasShape(of: r), g.elements.count > 1, g.elements.count <= 1 << 20 else {
            return false
        }
        return hasSameRows(g, r, tolerance) || hasSameRows(g.turned, r.turned, tolerance)
    }

    /// Rows are put in the order of their first numbers, then compared.
    private static func hasSameRows(
        _ g: Matrix<Double>, _ r: Matrix<Double>, _ tolerance: Double
    ) -> Bool {
        guard g.rows > 1 else { return false }
        func sorted(_ x: Matrix<Double>) -> [ArraySlice<Double>] {
            (0..<x.rows).map { x.elements[($0 * x.columns)..<(($0 + 1) * x.columns)] }
                .sorted { $0.lexicographicallyPrecedes($1) }
        }
        return zip(sorted(g), sorted(r)).allSatisfy { own, right in
            zip(own, right).allSatisfy { abs($0 - $1) <= tolerance }
        }
    }
}
