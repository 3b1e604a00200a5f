import CSimdJSON
import Dispatch
import Machine
import Synchronization

/// The long arrays of numbers in a text, read by several threads at once, and the text without them.
///
/// Nothing is taken on trust: simdjson reads each piece of each array as an array, and the rest with
/// a string in the place of each. If all of these are JSON, so is the whole.
struct JSONLongArrays {
    /// The text with a string for each long array.
    let rest: [UInt8]
    let arrays: [JSONNumbers]
    /// The deepest that lists are inside one another in a long array.
    let depth: Int

    /// Lengths of texts in bytes.
    struct Lengths {
        /// Shorter arrays are read with the rest.
        var array = 64 * 1024
        /// What is read at once, which with its tape stays in the processor's cache.
        var piece = 32 * 1024
    }

    /// Nil where there are none, where one of them is not what it seems to be, or where they have more
    /// numbers than there may be: then the text is to be read as a whole, which tells what is wrong.
    init?(in text: [UInt8], maximumNumbers: Int, lengths: Lengths) {
        guard text.count >= lengths.array else { return nil }
        let places = text.withUnsafeBytes { Self.places(in: $0, lengths) }
        guard !places.isEmpty else { return nil }
        // Lists that differ in length can claim more numbers than the text has bytes.
        guard places.reduce(0, { $0 + $1.count }) <= min(maximumNumbers, text.count) else {
            return nil
        }
        let readers = (0..<Machine.processors).map { _ in Reader() }
        var arrays: [JSONNumbers] = []
        for place in places {
            let read = text.withUnsafeBytes { Self.read(place, in: $0, by: readers) }
            guard let read else { return nil }
            arrays.append(read)
        }
        self.arrays = arrays
        depth = arrays.map(\.shape.count).max() ?? 0
        rest = Self.rest(of: text, without: places)
    }

    // MARK: Names

    /// Nobody can know it, so that no string of a text is taken for an array.
    private static let secret = "array \(UInt64.random(in: .min ... .max)) "

    private static func rest(of text: [UInt8], without places: [Place]) -> [UInt8] {
        var rest: [UInt8] = []
        var end = 0
        for (index, place) in places.enumerated() {
            rest += text[end..<place.whole.lowerBound]
            rest += "\"\(secret)\(index)\"".utf8
            end = place.whole.upperBound
        }
        rest += text[end...]
        rest.reserveCapacity(rest.count + 64)
        return rest
    }

    /// The array that a string of the rest stands for.
    func array(for string: UnsafeBufferPointer<UInt8>) -> JSONNumbers? {
        guard string.count > Self.secret.utf8.count, string.starts(with: Self.secret.utf8) else {
            return nil
        }
        let digits = string.dropFirst(Self.secret.utf8.count)
        guard let index = Int(String(decoding: digits, as: UTF8.self)),
            arrays.indices.contains(index)
        else { return nil }
        return arrays[index]
    }

    // MARK: Reading

    /// What one thread reads with, again and again.
    private final class Reader: @unchecked Sendable {
        /// Nil for want of memory.
        let reader = csimdjson_reader_new()

        deinit {
            if let reader { csimdjson_reader_free(reader) }
        }
    }

    private static func read(
        _ place: Place, in text: UnsafeRawBufferPointer, by readers: [Reader]
    ) -> JSONNumbers? {
        let pieces = place.pieces
        var starts: [Int] = []
        var count = 0
        for piece in pieces {
            starts.append(count)
            count += piece.count
        }
        var shapes: [[Int]?] = []
        let numbers = [Double](unsafeUninitializedCapacity: count) { numbers, initialized in
            nonisolated(unsafe) let out = numbers.baseAddress!
            nonisolated(unsafe) let bytes = text.baseAddress!
                .assumingMemoryBound(to: UInt8.self)
            let starts = starts
            shapes = concurrently(pieces.count, by: readers) { reader, index in
                guard let reader = reader.reader else { return nil }
                let piece = pieces[index]
                var shape = csimdjson_shape()
                guard
                    csimdjson_read_elements(
                        reader, bytes + piece.text.lowerBound, piece.text.count,
                        out + starts[index], piece.count, &shape)
                else { return nil }
                return withUnsafeBytes(of: shape.counts) {
                    Array($0.bindMemory(to: Int.self)[..<shape.rank])
                }
            }
            initialized = shapes.allSatisfy { $0 != nil } ? count : 0
        }
        guard numbers.count == count, var shape = shapes.first ?? nil else { return nil }
        for other in shapes.dropFirst() {
            guard let other, other.dropFirst() == shape.dropFirst() else { return nil }
            shape[0] += other[0]
        }
        return JSONNumbers(shape: shape, elements: numbers)
    }

    /// What `body` makes of each index, by as many threads as there are readers; each takes the next
    /// one as soon as it is done, so that one that comes late is not waited for.
    private static func concurrently<Result: Sendable>(
        _ count: Int, by readers: [Reader], _ body: @Sendable (Reader, Int) -> Result?
    ) -> [Result?] {
        var results = [Result?](repeating: nil, count: count)
        let turns = Turns()
        results.withUnsafeMutableBufferPointer { results in
            // Each index is taken once.
            nonisolated(unsafe) let results = results
            DispatchQueue.concurrentPerform(iterations: min(count, readers.count)) { part in
                while let index = turns.next(before: count) {
                    results[index] = body(readers[part], index)
                }
            }
        }
        return results
    }

    private final class Turns: Sendable {
        private let taken = Atomic(0)

        func next(before count: Int) -> Int? {
            let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
            return index < count ? index : nil
        }
    }
}
