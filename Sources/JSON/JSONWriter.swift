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
    /// The text but for its end.
    private var finished: [[UInt8]] = []
    private var tail: [UInt8] = []
    /// The first thousand numbers that are not finite; of a base64 array each kind once.
    public private(set) var nonFinite: [JSONNonFinite] = []
    /// How many there are in all.
    public private(set) var nonFiniteCount = 0
    /// The time that arrays took.
    public private(set) var printingTime = Duration.zero

    /// Bytes that are copied.
    private static let longest = 16 * 1024

    let arrays: JSONArrayForm
    /// The object or array that is being written, and how many values it has.
    private var container = JSONPointer.root
    private var count = 0

    public init(arrays: JSONArrayForm = .nested) {
        self.arrays = arrays
    }

    /// The text, as it lies in memory.
    public var pieces: [[UInt8]] { tail.isEmpty ? finished : finished + [tail] }

    /// The text in one piece.
    public var bytes: [UInt8] { finished.isEmpty ? tail : Array(pieces.joined()) }

    private var isEmpty: Bool { finished.isEmpty && tail.isEmpty }

    private mutating func finishPiece() {
        if !tail.isEmpty { finished.append(tail) }
        tail = []
    }

    /// What may be long becomes a piece of its own, if it is.
    private mutating func append(long text: [UInt8]) {
        guard text.count > Self.longest else { return tail += text }
        finishPiece()
        finished.append(text)
    }

    // MARK: Containers

    /// An object that is the text, or the next element of an array.
    public mutating func object<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        let place = isEmpty ? container : container.appending(count)
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
        tail.append(UInt8(ascii: opening))
        try body(&self)
        tail.append(UInt8(ascii: closing))
        (container, count) = outer
    }

    // MARK: Members

    public mutating func field(_ name: String, _ value: String) {
        append(name: name)
        append(string: value)
    }

    public mutating func field(_ name: String, _ value: Int) {
        append(name: name)
        tail += String(value).utf8
    }

    /// A list of whole numbers.
    public mutating func field(_ name: String, _ values: [Int]) {
        append(name: name)
        tail += "[\(values.map(String.init).joined(separator: ","))]".utf8
    }

    /// A list of words.
    public mutating func field(_ name: String, _ values: [String]) {
        append(name: name)
        tail.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { tail.append(UInt8(ascii: ",")) }
            append(string: value)
        }
        tail.append(UInt8(ascii: "]"))
    }

    public mutating func field(_ name: String, _ value: Bool) {
        append(name: name)
        tail += (value ? "true" : "false").utf8
    }

    /// Bytes, as a string in base64.
    public mutating func field(_ name: String, base64 value: [UInt8]) {
        append(name: name)
        tail.append(UInt8(ascii: "\""))
        append(long: value.withUnsafeBytes(Base64.text))
        tail.append(UInt8(ascii: "\""))
    }

    /// A JSON text that is there already.
    public mutating func field(_ name: String, json value: [UInt8]) {
        append(name: name)
        append(long: value)
    }

    public mutating func field(_ name: String, _ value: Double) {
        append(name: name)
        if !JSONPrinting.append(value, to: &tail) {
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
            tail += #","data":"#.utf8
            append(numbers: elements, shape: [elements.count]) { index in
                place.appending("data").appending(index)
            }
            tail.append(UInt8(ascii: "}"))
        case .base64:
            append(shape: shape)
            tail += #","dtype":"\#(Number.dtype)","base64":""#.utf8
            append(long: elements.withUnsafeBytes(Base64.text))
            tail += "\"}".utf8
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
        tail.append(UInt8(ascii: ":"))
    }

    private mutating func separate() {
        if count > 0 { tail.append(UInt8(ascii: ",")) }
        count += 1
    }

    private mutating func append(string: String) {
        tail.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { text in
            if text.contains(where: Self.needsEscape) {
                for byte in text { append(escaping: byte) }
            } else {
                tail += text
            }
        }
        tail.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func append(escaping byte: UInt8) {
        guard Self.needsEscape(byte) else { return tail.append(byte) }
        tail.append(UInt8(ascii: "\\"))
        guard byte < 0x20 else { return tail.append(byte) }
        tail += (byte < 0x10 ? "u000" : "u00").utf8
        tail += String(byte, radix: 16).utf8
    }

    /// `{"shape":[…]`, to be gone on with.
    private mutating func append(shape: [Int]) {
        tail += #"{"shape":[\#(shape.map(String.init).joined(separator: ","))]"#.utf8
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
            let bad = JSONPrinting.append(numbers, shape: shape, to: &tail)
            note(bad, of: numbers, in: numbers.indices, place)
        } else {
            finishPiece()
            var start = 0
            for piece in JSONPrinting.pieces(of: numbers, shape: shape) {
                finished.append(piece.text)
                let end = min(start + JSONPrinting.numbersOfPiece, numbers.count)
                note(piece.nonFinite, of: numbers, in: start..<end, place)
                start = end
            }
        }
        tail += repeatElement(UInt8(ascii: "]"), count: shape.count)
    }

    private mutating func append(emptyOf shape: ArraySlice<Int>) {
        tail.append(UInt8(ascii: "["))
        for index in 0..<(shape.first ?? 0) {
            if index > 0 { tail.append(UInt8(ascii: ",")) }
            append(emptyOf: shape.dropFirst())
        }
        tail.append(UInt8(ascii: "]"))
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
