/// Windows cell by cell, for what is no product: the channels of a cell lie side by side.
extension Window {
    /// A cell of a window that lies on the input.
    struct Cell {
        let place: Int
        /// Where its first channel lies in the batch.
        let offset: Int
        let row: Int
        let column: Int
        /// Which it is of how many of its window that lie on the input.
        let index: Int
        let count: Int
    }

    /// Calls `body` with each cell of the windows over some examples, place after place.
    @inline(__always)
    func forEachCell(
        of examples: Range<Int>, _ body: (Cell) -> Void
    ) {
        var place = examples.lowerBound * places
        forEachPlace(place..<(examples.upperBound * places)) { example, y, x in
            let rows = vertical.cells(y)
            let columns = horizontal.cells(x)
            var index = 0
            for i in rows {
                for j in columns {
                    body(
                        Cell(
                            place: place, offset: offset(example, y, i, x, j), row: i, column: j,
                            index: index, count: rows.count * columns.count))
                    index += 1
                }
            }
            place += 1
        }
    }

    /// The number of a cell in its window.
    func number(of cell: Cell) -> Int { cell.row * horizontal.size + cell.column }

    /// How the examples are shared out. A number read and compared takes as long as about eight
    /// multiplications of a product.
    func shares(_ m: Int) -> Shares {
        Shares(m, operations: 8 * cellOperations * Double(m))
    }

    /// Calls `body` with the examples of each part.
    func share(_ m: Int, _ body: @Sendable (Range<Int>) -> Void) {
        shares(m).forEach { body($1) }
    }

    /// The numbers under all windows of one example.
    var cellOperations: Double { Double(places) * Double(cells) * Double(channels) }
}

extension Matrix {
    /// The numbers of this matrix, to change, beside those of two others; not where one is empty.
    @inline(__always)
    mutating func withEach(
        _ second: Matrix, _ third: Matrix,
        _ body: (UnsafeMutablePointer<S>, UnsafePointer<S>, UnsafePointer<S>) -> Void
    ) {
        storage.withUnsafeMutableBufferPointer { first in
            second.elements.withUnsafeBufferPointer { second in
                third.elements.withUnsafeBufferPointer { third in
                    guard !first.isEmpty, !second.isEmpty, !third.isEmpty else { return }
                    body(first.baseAddress!, second.baseAddress!, third.baseAddress!)
                }
            }
        }
    }
}
