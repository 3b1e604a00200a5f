/// The axes of an array of each example, or of a layer's array, as a layout has them: which of the
/// engine's axes stands at each place.
public struct AxisOrder: Equatable, Sendable {
    public let places: [Int]

    public init(places: [Int]) { self.places = places }

    /// Of signals, whose axes are the example and those of one example's shape.
    ///
    /// | one example                  | `course`            | `pytorch`    | `keras`      |
    /// | ---------------------------- | ------------------- | ------------ | ------------ |
    /// | `[units]`                    | units × m           | m × units    | m × units    |
    /// | `[time, features]`           | features × m × time | m × t × f    | m × t × f    |
    /// | `[height, width, channels]`  | m × h × w × c       | m × c × h × w | m × h × w × c |
    public static func signal(axes: Int, _ layout: Layout) -> AxisOrder {
        switch (axes, layout) {
        case (1, .course): AxisOrder(places: [1, 0])
        case (2, .course): AxisOrder(places: [2, 0, 1])
        case (3, .pytorch): AxisOrder(places: [0, 3, 1, 2])
        default: AxisOrder(places: Array(0...axes))
        }
    }

    /// A shape in a layout, of one of the engine's.
    public func wire(_ shape: [Int]) -> [Int] { places.map { shape[$0] } }

    /// A shape of the engine's, of one in a layout.
    public func engine(_ shape: [Int]) -> [Int] {
        var own = shape
        for (place, axis) in places.enumerated() { own[axis] = shape[place] }
        return own
    }

    public var isIdentity: Bool { places == Array(places.indices) }

    /// The order that undoes this one.
    public var inverse: AxisOrder { AxisOrder(places: engine(Array(places.indices))) }

    /// The order of the axes of one example, of a signal's.
    var ofOneExample: AxisOrder { AxisOrder(places: places.filter { $0 > 0 }.map { $0 - 1 }) }

    /// The numbers of an array of a shape, row-major, with its axes put into this order.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func reordered<S: Scalar>(_ elements: [S], shape: [Int]) -> [S] {
        if isIdentity { return elements }
        if places == [1, 0] {
            return Matrix(rows: shape[0], columns: shape[1], elements: elements)
                .transposedCopy().elements
        }
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        }
        return Self.gather(elements, wire(shape), places.map { strides[$0] })
    }

    /// Reads `elements` by one stride an axis, in the order of a shape.
    private static func gather<S: Scalar>(
        _ elements: [S], _ shape: [Int], _ strides: [Int]
    ) -> [S] {
        if elements.isEmpty { return elements }
        let (inner, step) = (shape[shape.count - 1], strides[strides.count - 1])
        return Array(unsafeUninitializedCapacity: elements.count) { result, count in
            elements.withUnsafeBufferPointer { x in
                var index = [Int](repeating: 0, count: shape.count)
                var start = 0
                while count < x.count {
                    for i in 0..<inner {
                        result.initializeElement(at: count + i, to: x[start + i * step])
                    }
                    count += inner
                    var axis = shape.count - 2
                    while axis >= 0 {
                        index[axis] += 1
                        start += strides[axis]
                        if index[axis] < shape[axis] { break }
                        start -= strides[axis] * shape[axis]
                        index[axis] = 0
                        axis -= 1
                    }
                }
            }
        }
    }
}
