/// What the layers that pool have to set.
let poolingSettings: [Setting] = [
    .integers("pool_size", default: [2], counts: 1...2, in: 1...65536),
    .integers("strides", default: [], counts: 1...2, in: 1...65536),  // None: as pool_size.
    .padding("padding"),
]

extension Window {
    /// The window of a layer that pools: some of it lies on the input at every place.
    init(pooling plan: LayerPlan) throws(LayerFault) {
        let input = try plan.input(axes: ["height", "width", "channels"])
        let size = plan.settings.integers("pool_size")
        try self.init(size, over: input, plan.settings, field: "pool_size")
        for axis in [vertical, horizontal] where max(axis.before, axis.after) >= axis.size {
            throw LayerFault(
                "padding",
                "of \(max(axis.before, axis.after)) holds a whole window of \(axis.size), which has "
                    + "nothing to pool",
                hint: "pad by less than pool_size")
        }
    }
}

/// Maxima under a window, with the cell of each, the first of equals.
struct Maxima: Sendable {
    let window: Window

    /// Refuses a window whose cells a `Float` cannot tell apart.
    init(_ window: Window, field: String?) throws(LayerFault) {
        let last = (window.vertical.size - 1) * window.horizontal.input + window.horizontal.size
        guard last <= 1 << 24 else {
            throw LayerFault(field, "a window spans more than \(1 << 24) cells of its input")
        }
        self.window = window
    }

    /// The maxima; how many cells of the input each lies behind its window's first is kept.
    func output<S: Scalar>(_ input: Matrix<S>) -> LayerOutput<S> {
        let channels = window.channels
        let columns = window.places * channels
        var kept: Matrix<S>?
        let output = Matrix<S>(rows: input.rows, columns: columns) { best in
            kept = Matrix(rows: input.rows, columns: columns) { kept in
                input.elements.withUnsafeBufferPointer { x in
                    guard !x.isEmpty else { return }
                    // Each part writes examples of its own.
                    nonisolated(unsafe) let (x, best, kept) = (
                        x.baseAddress!, best.baseAddress!, kept.baseAddress!
                    )
                    window.share(input.rows) { examples in
                        window.forEachCell(of: examples) { cell in
                            let best = best + cell.place * channels
                            let kept = kept + cell.place * channels
                            let x = x + cell.offset
                            let behind = S(cell.row * window.horizontal.input + cell.column)
                            if cell.index == 0 {
                                for c in 0..<channels {
                                    best[c] = x[c]
                                    kept[c] = behind
                                }
                                return
                            }
                            for c in 0..<channels {
                                // A NaN stays, as in PyTorch. Both cannot hold; an "or" would branch.
                                let wins = (x[c] > best[c]) != (x[c] != x[c])
                                best[c] = wins ? x[c] : best[c]
                                kept[c] = wins ? behind : kept[c]
                            }
                        }
                    }
                }
            }
        }
        return LayerOutput(output, kept: [kept!])
    }

    /// dX: each derivative at the cell of its maximum.
    func inputGradient<S: Scalar>(_ outputGradient: Matrix<S>, _ kept: Matrix<S>) -> Matrix<S> {
        var result = Matrix<S>(rows: kept.rows, columns: window.inputs, repeating: 0)
        result.withEach(outputGradient, kept) { dX, dZ, kept in
            nonisolated(unsafe) let (dX, dZ, kept) = (dX, dZ, kept)
            window.share(outputGradient.rows) { examples in
                forEachMaximum(of: examples, kept) { from, to in dX[to] += dZ[from] }
            }
        }
        return result
    }

    /// The tangents at the cells of the maxima.
    func tangent<S: Scalar>(_ inputTangent: Matrix<S>, _ kept: Matrix<S>) -> Matrix<S> {
        var result = Matrix<S>(rows: kept.rows, columns: kept.columns, repeating: 0)
        result.withEach(inputTangent, kept) { tangent, x, kept in
            nonisolated(unsafe) let (tangent, x, kept) = (tangent, x, kept)
            window.share(inputTangent.rows) { examples in
                forEachMaximum(of: examples, kept) { from, to in tangent[from] = x[to] }
            }
        }
        return result
    }

    /// Calls `body` with where each output of some examples lies in the batch, and its input.
    @inline(__always)
    private func forEachMaximum<S: Scalar>(
        of examples: Range<Int>, _ kept: UnsafePointer<S>, _ body: (_ from: Int, _ to: Int) -> Void
    ) {
        let channels = window.channels
        var from = examples.lowerBound * window.places * channels
        let end = examples.upperBound * window.places
        window.forEachPlace((examples.lowerBound * window.places)..<end) { example, y, x in
            let start = window.offset(example, y, 0, x, 0)
            for c in 0..<channels {
                body(from + c, start + Self.whole(kept[from + c]) * channels + c)
            }
            from += channels
        }
    }

    /// A whole number. `Int(x)` of a generic number takes the long way, bit by bit.
    @inline(__always)
    private static func whole<S: Scalar>(_ x: S) -> Int {
        if let x = x as? Double { return Int(x) }
        if let x = x as? Float { return Int(x) }
        return Int(x)
    }
}

/// Means under a window.
struct Means: Sendable {
    let window: Window
    /// Whether the zeros of the padding are numbers too.
    let countsPadding: Bool

    func output<S: Scalar>(_ input: Matrix<S>) -> Matrix<S> {
        let channels = window.channels
        let all = countsPadding ? window.cells : nil
        var result = Matrix<S>(rows: input.rows, columns: window.places * channels, repeating: 0)
        result.withEach(input, input) { means, x, _ in
            nonisolated(unsafe) let (means, x) = (means, x)
            window.share(input.rows) { examples in
                window.forEachCell(of: examples) { cell in
                    let means = means + cell.place * channels
                    let x = x + cell.offset
                    for c in 0..<channels { means[c] += x[c] }
                    guard cell.index == cell.count - 1 else { return }
                    let divisor = S(all ?? cell.count)
                    for c in 0..<channels { means[c] /= divisor }
                }
            }
        }
        return result
    }

    /// dX: an equal share of each derivative to each cell.
    func inputGradient<S: Scalar>(_ outputGradient: Matrix<S>) -> Matrix<S> {
        let channels = window.channels
        let all = countsPadding ? window.cells : nil
        let m = outputGradient.rows
        var result = Matrix<S>(rows: m, columns: window.inputs, repeating: 0)
        result.withEach(outputGradient, outputGradient) { dX, dZ, _ in
            nonisolated(unsafe) let (dX, dZ) = (dX, dZ)
            window.share(m) { examples in
                window.forEachCell(of: examples) { cell in
                    let dX = dX + cell.offset
                    let dZ = dZ + cell.place * channels
                    let divisor = S(all ?? cell.count)
                    for c in 0..<channels { dX[c] += dZ[c] / divisor }
                }
            }
        }
        return result
    }
}
