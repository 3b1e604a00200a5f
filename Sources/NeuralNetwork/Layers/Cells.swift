/// Windows cell by cell, for what is no product: the channels of a cell lie side by side.
extension Window {
    /// Calls `body` with each place of some examples and each cell there that lies on the input:
    /// where its first channel lies in the batch, its number in the window, which of how many it is.
    @inline(__always)
    func forEachCell(
        of examples: Range<Int>,
        _ body: (_ place: Int, _ offset: Int, _ cell: Int, _ index: Int, _ count: Int) -> Void
    ) {
        var place = examples.lowerBound * places
        forEachPlace(place..<(examples.upperBound * places)) { example, y, x in
            let rows = vertical.cells(y)
            let columns = horizontal.cells(x)
            var index = 0
            for i in rows {
                for j in columns {
                    body(
                        place, offset(example, y, i, x, j), i * horizontal.size + j, index,
                        rows.count * columns.count)
                    index += 1
                }
            }
            place += 1
        }
    }

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
