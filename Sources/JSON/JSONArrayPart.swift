/// A long array that is read already, or one of its elements: a list or a number.
struct JSONArrayPart {
    private let whole: JSONNumbers
    private let shape: ArraySlice<Int>
    private let start: Int

    init(of whole: JSONNumbers) {
        self.whole = whole
        shape = whole.shape[...]
        start = 0
    }

    private init(of whole: JSONNumbers, _ shape: ArraySlice<Int>, from start: Int) {
        self.whole = whole
        self.shape = shape
        self.start = start
    }

    var kind: JSONKind { shape.isEmpty ? .number : .array }
    /// Of a list, its elements.
    var count: Int { shape.first ?? 0 }
    /// Of a number, itself.
    var number: Double { whole.elements[start] }

    /// An element of a list.
    func element(_ index: Int) -> JSONArrayPart {
        let inner = shape.dropFirst()
        return JSONArrayPart(of: whole, inner, from: start + index * inner.reduce(1, *))
    }

    var numbers: JSONNumbers {
        if shape.count == whole.shape.count { return whole }
        let range = start..<(start + shape.reduce(1, *))
        return JSONNumbers(shape: Array(shape), elements: Array(whole.elements[range]))
    }
}
