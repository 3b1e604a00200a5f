// Plain bytes, little-endian: numbers as they stand in memory, so that they come back to the same
// bits, and in front of whatever has no fixed length the count of it.

/// Writes values one after another.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ value: Int) {
        withUnsafeBytes(of: Int64(value).littleEndian) { bytes += $0 }
    }

    mutating func write(_ text: String) {
        write(text.utf8.count)
        bytes += text.utf8
    }

    mutating func write<Number: BitwiseCopyable>(_ numbers: [Number]) {
        write(numbers.count)
        numbers.withUnsafeBytes { bytes += $0 }
    }

    mutating func write<Value>(
        list: [Value], _ body: (Value, inout ByteWriter) -> Void
    ) {
        write(list.count)
        for value in list { body(value, &self) }
    }
}

/// Reads what a `ByteWriter` wrote; nothing that the bytes say is believed, so that bytes of any
/// origin can be read.
struct ByteReader {
    /// The bytes end too early, or say what cannot be.
    struct Malformed: Error {}

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func integer() throws(Malformed) -> Int {
        let value: Int64 = try array(of: 1)[0]
        return Int(Int64(littleEndian: value))
    }

    mutating func count() throws(Malformed) -> Int {
        let count = try integer()
        guard count >= 0 else { throw Malformed() }
        return count
    }

    mutating func text() throws(Malformed) -> String {
        let bytes: [UInt8] = try numbers()
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Malformed() }
        return text
    }

    mutating func numbers<Number: BitwiseCopyable>() throws(Malformed) -> [Number] {
        try array(of: try count())
    }

    mutating func list<Value>(
        _ body: (inout ByteReader) throws(Malformed) -> Value
    ) throws(Malformed) -> [Value] {
        let count = try count()
        // Each element takes a byte at least.
        guard count <= rest.count else { throw Malformed() }
        var values: [Value] = []
        for _ in 0..<count { values.append(try body(&self)) }
        return values
    }

    private mutating func array<Number: BitwiseCopyable>(
        of count: Int
    ) throws(Malformed) -> [Number] {
        let size = MemoryLayout<Number>.stride
        guard count <= rest.count / size else { throw Malformed() }
        if count == 0 { return [] }  // Nothing may be written to the storage of all empty arrays.
        let own = rest.prefix(count * size)
        rest = rest.dropFirst(count * size)
        return [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
            own.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            initialized = count
        }
    }
}
