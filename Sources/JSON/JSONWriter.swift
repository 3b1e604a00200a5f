/// The form in which arrays of numbers are written.
public enum JSONArrayForm: Sendable {
    /// Nested lists.
    case nested
    /// `{"shape": […], "data": […]}`, row-major.
    case flat
    /// `{"shape": […], "dtype": …, "base64": …}`, row-major and little-endian.
    case base64
}

/// A number that JSON cannot write.
public struct JSONNonFinite: Equatable, Sendable {
    /// Where `null` stands for it; the whole text of a base64 array, whose bytes do hold it.
    public let pointer: JSONPointer
    /// `NaN`, `Infinity` or `-Infinity`.
    public let kind: String
}

/// Writes one text (RFC 8259), and keeps account of the numbers that are not finite.
///
/// Long arrays are printed by several threads at once, each into a piece of its own: a long text is
/// never moved.
///
/// Reals are written with the shortest digits that give the same number again, and never as
/// integers: `1.0`, `-0.0`, `5e-324`.
public struct JSONWriter {
    private var text = JSONText()
    /// The first thousand numbers that are not finite; of a base64 array each kind once.
    public private(set) var nonFinite: [JSONNonFinite] = []
    /// How many there are in all.
    public private(set) var nonFiniteCount = 0
    /// The time that arrays took.
    public private(set) var printingTime = Duration.zero

    let arrays: JSONArrayForm
    /// The object or array that is being written, and how many values it has.
    private var container = JSONPointer.root
    private var count = 0

    public init(arrays: JSONArrayForm = .nested) {
        self.arrays = arrays
    }

    /// The text, as it lies in memory.
    public var pieces: [[UInt8]] { text.pieces }

    /// The text in one piece.
    public var bytes: [UInt8] { text.bytes }

    // MARK: Containers

    /// An object that is the text, or the next element of an array.
    public mutating func object<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        let place = text.isEmpty ? container : container.appending(count)
        separate()
        try contain(at: place, "{", body, "}")
    }

    /// A member that is an object.
    public mutating func object<E: Error>(
        _ name: String, _ body: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        append(name: name)
        try contain(at: container.appending(name), "{", body, "}")
    }

    /// A member that is an array.
    public mutating func array<E: Error>(
        _ name: String, _ body: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        append(name: name)
        try contain(at: container.appending(name), "[", body, "]")
    }

    private mutating func contain<E: Error>(
        at place: JSONPointer, _ opening: Unicode.Scalar,
        _ body: (inout JSONWriter) throws(E) -> Void, _ closing: Unicode.Scalar
    ) throws(E) {
        let outer = (container, count)
        (container, count) = (place, 0)
        text.append(opening)
        try body(&self)
        text.append(closing)
        (container, count) = outer
    }

    // MARK: Members

    public mutating func field(_ name: String, _ value: String) {
        append(name: name)
        append(string: value)
    }

    public mutating func field(_ name: String, _ value: Int) {
        append(name: name)
        text += String(value)
    }

    /// A list of whole numbers.
    public mutating func field(_ name: String, _ values: [Int]) {
        append(name: name)
        text += "[\(values.map(String.init).joined(separator: ","))]"
    }

    /// A list of words.
    public mutating func field(_ name: String, _ values: [String]) {
        append(name: name)
        text.append("[")
        for (index, value) in values.enumerated() {
            if index > 0 { text.append(",") }
            append(string: value)
        }
        text.append("]")
    }

    public mutating func field(_ name: String, _ value: Bool) {
        append(name: name)
        text += value ? "true" : "false"
    }

    /// Bytes, as a string in base64.
    public mutating func field(_ name: String, base64 value: [UInt8]) {
        append(name: name)
        text.append("\"")
        text.append(long: value.withUnsafeBytes(Base64.text))
        text.append("\"")
    }

    /// A JSON text that is there already.
    public mutating func field(_ name: String, json value: [UInt8]) {
        append(name: name)
        text.append(long: value)
    }

    public mutating func field(_ name: String, _ value: Double) {
        append(name: name)
        if !JSONPrinting.append(value, to: &text.tail) {
            nonFiniteCount += 1
            let place = container.appending(name)
            note(value.nonFiniteKind, at: place)
        }
    }

    /// An array of numbers, row-major.
    @specialized(where Number == Double)
    @specialized(where Number == Float)
    public mutating func field<Number: JSONNumber>(
        _ name: String, shape: [Int], _ elements: [Number]
    ) {
        let start = ContinuousClock.now
        defer { printingTime += .now - start }
        precondition(shape.count <= 8 && shape.allSatisfy { $0 >= 0 })
        precondition(shape.reduce(1, *) == elements.count)
        append(name: name)
        // Made for those numbers only that are not finite.
        let container = container
        var place: JSONPointer { container.appending(name) }
        switch arrays {
        case .nested:
            append(numbers: elements, shape: shape) { index in
                Self.indices(of: index, in: shape).reduce(place) { $0.appending($1) }
            }
        case .flat:
            append(shape: shape)
            text += #","data":"#
            append(numbers: elements, shape: [elements.count]) { index in
                place.appending("data").appending(index)
            }
            text.append("}")
        case .base64:
            append(shape: shape)
            text += #","dtype":"\#(Number.dtype)","base64":""#
            text.append(long: elements.withUnsafeBytes(Base64.text))
            text += "\"}"
            noteKinds(of: elements, at: place.appending("base64"))
        }
    }

    /// A list of numbers, which is nested lists whatever the form of the arrays.
    public mutating func field<Number: JSONNumber>(_ name: String, list: [Number]) {
        append(name: name)
        let container = container
        append(numbers: list, shape: [list.count]) { container.appending(name).appending($0) }
    }

    private mutating func append(name: String) {
        separate()
        append(string: name)
        text.append(":")
    }

    private mutating func separate() {
        if count > 0 { text.append(",") }
        count += 1
    }

    private mutating func append(string: String) {
        text.append("\"")
        var string = string
        string.withUTF8 { bytes in
            if bytes.contains(where: Self.needsEscape) {
                for byte in bytes { append(escaping: byte) }
            } else {
                text.tail += bytes
            }
        }
        text.append("\"")
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func append(escaping byte: UInt8) {
        guard Self.needsEscape(byte) else { return text.tail.append(byte) }
        text.append("\\")
        guard byte < 0x20 else { return text.tail.append(byte) }
        text += byte < 0x10 ? "u000" : "u00"
        text += String(byte, radix: 16)
    }

    /// `{"shape":[…]`, to be gone on with.
    private mutating func append(shape: [Int]) {
        text += #"{"shape":[\#(shape.map(String.init).joined(separator: ","))]"#
    }

    // MARK: Numbers

    /// Nested lists as deep as the shape has axes; `place` tells where the number of an index stands.
    private mutating func append<Number: JSONNumber>(
        numbers: [Number], shape: [Int], place: (Int) -> JSONPointer
    ) {
        guard !numbers.isEmpty else {
            append(emptyOf: shape[...])
            return
        }
        if numbers.count <= 2 * JSONPrinting.numbersOfPiece {
            let bad = JSONPrinting.append(numbers, shape: shape, to: &text.tail)
            note(bad, of: numbers, in: numbers.indices, place)
        } else {
            var start = 0
            for piece in JSONPrinting.pieces(of: numbers, shape: shape) {
                text.append(piece: piece.text)
                let end = min(start + JSONPrinting.numbersOfPiece, numbers.count)
                note(piece.nonFinite, of: numbers, in: start..<end, place)
                start = end
            }
        }
        text.tail += repeatElement(UInt8(ascii: "]"), count: shape.count)
    }

    private mutating func append(emptyOf shape: ArraySlice<Int>) {
        text.append("[")
        for index in 0..<(shape.first ?? 0) {
            if index > 0 { text.append(",") }
            append(emptyOf: shape.dropFirst())
        }
        text.append("]")
    }

    /// Takes account of those numbers of a range that are not finite, so many.
    private mutating func note<Number: JSONNumber>(
        _ bad: Int, of numbers: [Number], in range: Range<Int>, _ place: (Int) -> JSONPointer
    ) {
        guard bad > 0 else { return }
        nonFiniteCount += bad
        for index in range where !numbers[index].isFinite {
            note(numbers[index].nonFiniteKind, at: place(index))
        }
    }

    private mutating func note(_ kind: String, at place: @autoclosure () -> JSONPointer) {
        guard nonFinite.count < 1000 else { return }
        nonFinite.append(JSONNonFinite(pointer: place(), kind: kind))
    }

    private mutating func noteKinds<Number: JSONNumber>(
        of elements: [Number], at place: JSONPointer
    ) {
        if elements.withUnsafeBufferPointer({ $0.allSatisfy(\.isFinite) }) { return }
        let bad = elements.filter { !$0.isFinite }
        nonFiniteCount += bad.count
        for kind in ["NaN", "Infinity", "-Infinity"]
        where bad.contains(where: { $0.nonFiniteKind == kind }) {
            note(kind, at: place)
        }
    }

    private static func indices(of index: Int, in shape: [Int]) -> [Int] {
        var rest = index
        let reversed = shape.reversed().map { count in
            defer { rest /= count }
            return rest % count
        }
        return reversed.reversed()
    }
}
