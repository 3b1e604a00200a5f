/// A convolution by its window: a product of patches and weights in each group.
///
/// It is linear in the input and in the weights alike, so that its derivatives are as simple:
/// `Z = patches(X)·Wᵀ`, `dW = dZᵀ·patches(X)`, `dX = patchesᵀ(dZ·W)`  (Goodfellow et al. §9.5).
struct Convolution: Sendable {
    let window: Window
    let filters: Int
    let groups: Int

    /// The numbers of one patch in one group, which are those of one filter.
    var patch: Int { window.cells * depth }
    private var depth: Int { window.channels / groups }
    private var filtersOfGroup: Int { filters / groups }
    private var outputs: Int { window.places * filters }
    /// Multiplications at one place.
    private var work: Double { Double(patch) * Double(filters) }

    /// Where each channel has a filter of its own.
    private var depthwise: Depthwise? {
        groups > 1 && depth == 1 && filters == groups ? Depthwise(window: window) : nil
    }

    /// Of one example.
    var operations: Double { 2 * work * Double(window.places) }

    /// `patches(X)·Wᵀ + b`: `[m, height · width · filters]`.
    func output<S: Scalar>(
        _ input: Matrix<S>, _ weights: Matrix<S>, bias: Matrix<S>? = nil
    ) -> Matrix<S> {
        if let depthwise { return depthwise.output(input, weights, bias: bias) }
        let places = input.rows * window.places
        // For products of few places BLAS has a faster way, but not with a transposed operand.
        let columns = weights.transposedCopy()  // [patch, filters]
        _ = BLASThreads.one
        let bias = bias ?? Matrix(rows: 1, columns: filters, repeating: 0)
        return Matrix(rows: input.rows, columns: outputs) { z in
            input.elements.withUnsafeBufferPointer { x in
                columns.elements.withUnsafeBufferPointer { w in
                    bias.elements.withUnsafeBufferPointer { b in
                        guard places > 0 else { return }
                        // Each part writes places of its own.
                        nonisolated(unsafe) let (x, w, b, z) = (
                            x.baseAddress!, w.baseAddress!, b.baseAddress!, z.baseAddress!
                        )
                        Shares(places, operations: work * Double(places)).forEach { _, part in
                            forEachBlock(part, of: S.self) { block, group, buffer in
                                let patches = patches(x, block, group, buffer)
                                let first = group * filtersOfGroup
                                let target = z + block.lowerBound * filters + first
                                let addend = b + first
                                S.multiply(
                                    rows: block.count, columns: filtersOfGroup, inner: patch,
                                    patches.numbers, stride: patches.stride, transposed: false,
                                    w + first, stride: filters, transposed: false,
                                    into: target, stride: filters)
                                for place in 0..<block.count {
                                    let row = target + place * filters
                                    for f in 0..<filtersOfGroup { row[f] += addend[f] }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// dW: `dZᵀ·patches(X)`, summed over blocks of places.
    func weightsGradient<S: Scalar>(_ outputGradient: Matrix<S>, _ input: Matrix<S>) -> Matrix<S> {
        if let depthwise { return depthwise.weightsGradient(outputGradient, input) }
        let places = input.rows * window.places
        let count = filters * patch
        _ = BLASThreads.one
        let shares = Shares(places, operations: work * Double(places))
        // A sum of each part's own, and behind it room for a block's product.
        let room = count + filtersOfGroup * patch
        var sums = [S](repeating: 0, count: max(shares.parts, 1) * room)
        sums.withUnsafeMutableBufferPointer { sums in
            input.elements.withUnsafeBufferPointer { x in
                outputGradient.elements.withUnsafeBufferPointer { dZ in
                    guard places > 0 else { return }
                    nonisolated(unsafe) let (x, dZ, sums) = (
                        x.baseAddress!, dZ.baseAddress!, sums.baseAddress!
                    )
                    shares.forEach { index, part in
                        let sum = sums + index * room
                        let product = sum + count
                        forEachBlock(part, of: S.self) { block, group, buffer in
                            let patches = patches(x, block, group, buffer)
                            S.multiply(
                                rows: filtersOfGroup, columns: patch, inner: block.count,
                                dZ + block.lowerBound * filters + group * filtersOfGroup,
                                stride: filters, transposed: true,
                                patches.numbers, stride: patches.stride, transposed: false,
                                into: product, stride: patch)
                            let own = sum + group * filtersOfGroup * patch
                            for i in 0..<(filtersOfGroup * patch) { own[i] += product[i] }
                        }
                    }
                    for index in stride(from: 1, to: shares.parts, by: 1) {
                        for i in 0..<count { sums[i] += sums[index * room + i] }
                    }
                }
            }
        }
        return Matrix(rows: filters, columns: patch, elements: Array(sums[..<count]))
    }

    /// dX: `dZ·W`, each patch added to where it lies. Examples are shared out, whole: the patches
    /// of one lie over each other.
    func inputGradient<S: Scalar>(_ outputGradient: Matrix<S>, _ weights: Matrix<S>) -> Matrix<S> {
        if let depthwise { return depthwise.inputGradient(outputGradient, weights) }
        let m = outputGradient.rows
        _ = BLASThreads.one
        return Matrix(rows: m, columns: window.inputs) { dX in
            outputGradient.elements.withUnsafeBufferPointer { dZ in
                weights.elements.withUnsafeBufferPointer { w in
                    guard m > 0 else { return }
                    nonisolated(unsafe) let (dZ, w, dX) = (
                        dZ.baseAddress!, w.baseAddress!, dX.baseAddress!
                    )
                    let work = work * Double(m * window.places)
                    Shares(m, operations: work).forEach { _, examples in
                        if !inputIsPatches {
                            (dX + examples.lowerBound * window.inputs).initialize(
                                repeating: 0, count: examples.count * window.inputs)
                        }
                        let start = examples.lowerBound * window.places
                        let end = examples.upperBound * window.places
                        forEachBlock(start..<end, of: S.self) { block, group, buffer in
                            let channels = (group * depth)..<((group + 1) * depth)
                            let target =
                                inputIsPatches
                                ? dX + block.lowerBound * window.channels + channels.lowerBound
                                : buffer
                            S.multiply(
                                rows: block.count, columns: patch, inner: filtersOfGroup,
                                dZ + block.lowerBound * filters + group * filtersOfGroup,
                                stride: filters, transposed: false,
                                w + group * filtersOfGroup * patch, stride: patch,
                                transposed: false,
                                into: target, stride: inputIsPatches ? window.channels : patch)
                            if !inputIsPatches {
                                window.scatter(buffer, block, channels: channels, addingTo: dX)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Whether the input is its own patches: a window of 1 × 1 that leaves out no place.
    private var inputIsPatches: Bool { window.vertical.isTrivial && window.horizontal.isTrivial }

    /// The patches of a block of places in a group, and how far each is from the next.
    @inline(__always)
    private func patches<S: Scalar>(
        _ input: UnsafePointer<S>, _ block: Range<Int>, _ group: Int,
        _ buffer: UnsafeMutablePointer<S>
    ) -> (numbers: UnsafePointer<S>, stride: Int) {
        if inputIsPatches {
            let start = block.lowerBound * window.channels + group * depth
            return (input + start, window.channels)
        }
        window.gather(
            block, channels: (group * depth)..<((group + 1) * depth), from: input, into: buffer)
        return (UnsafePointer(buffer), patch)
    }

    /// How many places' patches are written before they are multiplied, of numbers of so many bytes.
    private func blockSize(_ bytes: Int) -> Int {
        // Up to a million multiplications OpenBLAS does not rearrange its operands first, which of
        // products this narrow takes a third of the time.
        let few = 1_000_000 / (patch * filtersOfGroup) / 64 * 64
        if few > 0 && few * patch * bytes <= 1 << 19 { return few }
        // They stay in the second cache; but so few places that the product is slow.
        let bytes = patch * bytes
        return max(min(max((1 << 19) / bytes, 256), (1 << 25) / bytes), 1)
    }

    /// Calls `body` with each block of the places and each group, and with room for its patches.
    @inline(__always)
    private func forEachBlock<S: Scalar>(
        _ places: Range<Int>, of: S.Type, _ body: (Range<Int>, Int, UnsafeMutablePointer<S>) -> Void
    ) {
        let size = min(blockSize(MemoryLayout<S>.stride), max(places.count, 1))
        let buffer = UnsafeMutablePointer<S>.allocate(
            capacity: inputIsPatches ? 1 : size * patch)
        defer { buffer.deallocate() }
        for start in stride(from: places.lowerBound, to: places.upperBound, by: size) {
            let block = start..<min(start + size, places.upperBound)
            for group in 0..<groups { body(block, group, buffer) }
        }
    }
}
