/// The patches of a batch that lie under a window at each of its places, each written as a row, so
/// that a convolution is a product (im2col; Chellapilla et al., 2006).
///
/// Places are counted through the batch: example after example, row after row.
extension Window {
    /// Writes the patches of places, of some of the channels: `[places, height, width, channels]`.
    @inline(__always)
    func gather<S: Scalar>(
        _ places: Range<Int>, channels part: Range<Int>, from x: UnsafePointer<S>,
        into patches: UnsafeMutablePointer<S>
    ) {
        let depth = part.count
        let joined = horizontal.dilation == 1 && depth == channels
        let rowCount = horizontal.size * depth
        let rowStep = vertical.dilation * horizontal.input * channels
        var target = patches
        forEachPlace(places) { example, y, x0 in
            let rows = vertical.cells(y)
            let columns = horizontal.cells(x0)
            if joined && rows.count == vertical.size && columns.count == horizontal.size {
                // Nothing of it lies on padding.
                var line = x + offset(example, y, 0, x0, 0)
                for _ in 0..<vertical.size {
                    target.copy(line, rowCount)
                    target += rowCount
                    line += rowStep
                }
                return
            }
            for i in 0..<vertical.size {
                guard rows.contains(i), !columns.isEmpty else {
                    target.initialize(repeating: 0, count: rowCount)
                    target += rowCount
                    continue
                }
                let line = x + offset(example, y, i, x0, columns.lowerBound) + part.lowerBound
                let before = columns.lowerBound * depth
                let count = columns.count * depth
                if count < rowCount { target.initialize(repeating: 0, count: rowCount) }
                if joined {
                    (target + before).copy(line, count)
                } else {
                    for j in 0..<columns.count {
                        (target + before + j * depth)
                            .copy(line + j * horizontal.dilation * channels, depth)
                    }
                }
                target += rowCount
            }
        }
    }

    /// Adds patches to where they lie: the transpose of `gather` (col2im).
    @inline(__always)
    func scatter<S: Scalar>(
        _ patches: UnsafePointer<S>, _ places: Range<Int>, channels part: Range<Int>,
        addingTo x: UnsafeMutablePointer<S>
    ) {
        let depth = part.count
        let joined = horizontal.dilation == 1 && depth == channels
        let rowCount = horizontal.size * depth
        let rowStep = vertical.dilation * horizontal.input * channels
        var source = patches
        forEachPlace(places) { example, y, x0 in
            let rows = vertical.cells(y)
            let columns = horizontal.cells(x0)
            if joined && rows.count == vertical.size && columns.count == horizontal.size {
                var line = x + offset(example, y, 0, x0, 0)
                for _ in 0..<vertical.size {
                    for c in 0..<rowCount { line[c] += source[c] }
                    source += rowCount
                    line += rowStep
                }
                return
            }
            for i in rows where !columns.isEmpty {
                let line = x + offset(example, y, i, x0, columns.lowerBound) + part.lowerBound
                let from = source + i * rowCount + columns.lowerBound * depth
                if joined {
                    for c in 0..<(columns.count * depth) { line[c] += from[c] }
                } else {
                    for j in 0..<columns.count {
                        let cell = line + j * horizontal.dilation * channels
                        for c in 0..<depth { cell[c] += from[j * depth + c] }
                    }
                }
            }
            source += vertical.size * rowCount
        }
    }

    /// Calls `body` with the example and the output's row and column of each place.
    @inline(__always)
    func forEachPlace(_ places: Range<Int>, _ body: (Int, Int, Int) -> Void) {
        var example = places.lowerBound / self.places
        var y = places.lowerBound % self.places / horizontal.outputs
        var x = places.lowerBound % horizontal.outputs
        for _ in places {
            body(example, y, x)
            x += 1
            if x == horizontal.outputs {
                x = 0
                y += 1
                if y == vertical.outputs {
                    y = 0
                    example += 1
                }
            }
        }
    }

    /// Where the first channel of a cell lies in the batch.
    @inline(__always)
    func offset(_ example: Int, _ y: Int, _ i: Int, _ x: Int, _ j: Int) -> Int {
        let row = example * vertical.input + vertical.start(y) + i * vertical.dilation
        let column = horizontal.start(x) + j * horizontal.dilation
        return (row * horizontal.input + column) * channels
    }
}

extension UnsafeMutablePointer where Pointee: Scalar {
    /// Copies so many numbers, to memory that may be unwritten.
    @inline(__always)
    func copy(_ source: UnsafePointer<Pointee>, _ count: Int) {
        // A call takes as long as some ten numbers.
        guard count < 12 else { return update(from: source, count: count) }
        var i = 0
        while i < count {
            self[i] = source[i]
            i += 1
        }
    }
}
