import CSimdJSON
import Machine

/// Arrays of numbers as text.
enum JSONPrinting {
    /// Some of an array's text, and how many of its numbers are not finite.
    struct Piece: Sendable {
        var text: [UInt8] = []
        var nonFinite = 0
    }

    /// What one thread prints at a time: enough that handing it over is nothing beside.
    static let numbersOfPiece = 8192
    /// The numbers that go through a buffer at once, which stays in the processor's cache.
    private static let numbersAtOnce = 256

    /// An array as nested lists without its last brackets, printed by as many threads as there are
    /// processors.
    static func pieces<Number: JSONNumber>(of numbers: [Number], shape: [Int]) -> [Piece] {
        let count = (numbers.count + numbersOfPiece - 1) / numbersOfPiece
        return [Piece](unsafeUninitializedCapacity: count) { pieces, initialized in
            // Each thread has elements of its own.
            nonisolated(unsafe) let start = pieces.baseAddress!
            Machine.forEach(of: count) { index in
                let begin = index * numbersOfPiece
                let end = min(begin + numbersOfPiece, numbers.count)
                (start + index).initialize(to: piece(of: numbers, begin..<end, shape: shape))
            }
            initialized = count
        }
    }

    private static func piece<Number: JSONNumber>(
        of numbers: [Number], _ range: Range<Int>, shape: [Int]
    ) -> Piece {
        // Printed with room for the longest numbers, and kept without.
        let room = range.count * Number.printedWidth
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) { buffer in
            var piece = Piece()
            let length = Number.print(
                numbers, range, shape: shape, to: buffer.baseAddress!, nonFinite: &piece.nonFinite)
            piece.text = Array(
                UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<length]))
            return piece
        }
    }

    /// Appends one number; returns whether it is finite.
    static func append(_ number: Double, to text: inout [UInt8]) -> Bool {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Double.printedWidth) { buffer in
            var nonFinite = 0
            let length = withUnsafePointer(to: number) {
                csimdjson_print_doubles($0, 0, 1, [], 0, buffer.baseAddress!, &nonFinite)
            }
            text += UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<length])
            return nonFinite == 0
        }
    }

    /// Appends an array as nested lists without its last brackets; returns how many of its numbers
    /// are not finite.
    static func append<Number: JSONNumber>(
        _ numbers: [Number], shape: [Int], to text: inout [UInt8]
    ) -> Int {
        let atOnce = min(numbersAtOnce, numbers.count)
        var nonFinite = 0
        withUnsafeTemporaryAllocation(
            of: CChar.self, capacity: atOnce * Number.printedWidth
        ) { buffer in
            for start in stride(from: 0, to: numbers.count, by: atOnce) {
                let length = Number.print(
                    numbers, start..<min(start + atOnce, numbers.count), shape: shape,
                    to: buffer.baseAddress!, nonFinite: &nonFinite)
                text += UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<length])
            }
        }
        return nonFinite
    }
}
