import Foundation

/// A table of numbers, and the texts that a request may give it by.
struct Grid: Equatable, Sendable {
    var rows: [[Double]]

    init(_ rows: [[Double]]) { self.rows = rows }

    var shape: [Int] { [rows.count, rows[0].count] }
    var elements: [Double] { rows.flatMap { $0 } }

    var transposed: Grid {
        Grid(rows[0].indices.map { column in rows.map { $0[column] } })
    }

    func map(_ change: (Double) -> Double) -> Grid { Grid(rows.map { $0.map(change) }) }

    static func + (a: Grid, b: Grid) -> Grid {
        Grid(zip(a.rows, b.rows).map { zip($0, $1).map(+) })
    }

    /// The forms of an array in a request.
    enum Form: CaseIterable, Sendable { case nested, flat, float64, float32 }

    func text(_ form: Form = .nested) -> String {
        switch form {
        case .nested: "\(rows)"
        case .flat: #"{"shape": \#(shape), "data": \#(elements)}"#
        case .float64: #"{"shape": \#(shape), "base64": "\#(base64(elements))"}"#
        case .float32:
            #"{"dtype": "float32", "shape": \#(shape), "base64": "\#(base64(elements.map { Float($0) }))"}"#
        }
    }

    private func base64<Number>(_ numbers: [Number]) -> String {
        numbers.withUnsafeBytes { Data($0).base64EncodedString() }
    }
}
