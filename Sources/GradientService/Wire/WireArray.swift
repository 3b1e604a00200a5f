import JSON
import NeuralNetwork

/// An array of a request as it stands there: its place, its shape, and its numbers in one buffer.
struct WireArray {
    let pointer: JSONPointer
    private let numbers: JSONNumbers

    init(pointer: JSONPointer, numbers: JSONNumbers) {
        self.pointer = pointer
        self.numbers = numbers
    }

    init(pointer: JSONPointer, number: Double) {
        self.init(pointer: pointer, numbers: JSONNumbers(shape: [], elements: [number]))
    }

    var shape: [Int] { numbers.shape }
    var count: Int { numbers.count }
    /// The numbers in float64: a copy, where they came as float32.
    var elements: [Double] { numbers.elements }

    /// Whether it is a flat list, a column or a row of so many numbers.
    func isVector(of length: Int) -> Bool {
        switch shape.count {
        case 1: shape[0] == length
        case 2: shape[0] == length && shape[1] == 1 || shape[0] == 1 && shape[1] == length
        default: false
        }
    }

    /// The shape as a person writes it: `3 × 2`, or `5 numbers in a flat list`.
    var shapeText: String {
        shape.count == 1
            ? "a flat list of \(shape[0])" : shape.map(String.init).joined(separator: " × ")
    }

    /// The array with its axes put into the engine's order: as many rows as the first axis has.
    ///
    /// Throws for numbers that float32 cannot hold.
    func matrix<S: WireScalar>(from order: AxisOrder) throws(InvalidFields) -> Matrix<S> {
        let own = order.engine(shape)
        return Matrix(
            rows: own[0], columns: count / own[0],
            elements: order.inverse.reordered(try scalars(), shape: shape))
    }

    /// Numbers of each example, each example a row.
    func signal<S: WireScalar>(_ layout: Layout) throws(InvalidFields) -> Matrix<S> {
        try matrix(from: .signal(axes: shape.count - 1, layout))
    }

    /// The numbers of a layer's array, as its declaration has them.
    func numbers<S: WireScalar>(
        _ declared: NumbersDeclaration, _ layout: Layout
    ) throws(InvalidFields) -> Matrix<S> {
        declared.shape.count == 1 ? try row() : try matrix(from: declared.form.axisOrder(layout))
    }

    /// The numbers as one row.
    func row<S: WireScalar>() throws(InvalidFields) -> Matrix<S> {
        Matrix(rows: 1, columns: count, elements: try scalars())
    }

    func scalars<S: WireScalar>() throws(InvalidFields) -> [S] {
        // In the width in which they came there is nothing to do.
        switch numbers.storage {
        case .float64(let own): if let own = own as? [S] { return own }
        case .float32(let own): if let own = own as? [S] { return own }
        }
        let scalars = elements.map { S($0) }
        guard scalars.allSatisfy(\.isFinite) else {
            throw InvalidFields(
                FieldFault(pointer, "has a number that is too large for float32"))
        }
        return scalars
    }
}

extension WireArray {
    /// Where a number stands, as NumPy writes it: `[0, 3]`.
    func position(of index: Int) -> String {
        var rest = index
        var position: [String] = []
        for count in shape.reversed() {
            position.insert(String(rest % count), at: 0)
            rest /= count
        }
        return "[" + position.joined(separator: ", ") + "]"
    }
}
