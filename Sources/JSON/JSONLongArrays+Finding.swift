import CSimdJSON
import Glibc

// Where the long arrays of a text are.

extension JSONLongArrays {
    /// Where an array is, and the pieces between some of its commas.
    struct Place {
        /// With its brackets.
        let whole: Range<Int>
        let pieces: [Piece]

        /// The numbers, if all lists of a depth are as long as the first.
        var count: Int { pieces.reduce(0) { $0 + $1.count } }
    }

    struct Piece {
        let text: Range<Int>
        /// As that of the array.
        var count: Int
    }

    /// The places of long arrays. Between two strings there is nothing but numbers, words, brackets
    /// and commas: a long array is a long way without a quotation mark.
    static func places(
        in text: UnsafeRawBufferPointer, _ lengths: Lengths
    ) -> [Place] {
        var places: [Place] = []
        var start = 0
        while start < text.count {
            let quote = text.first(UInt8(ascii: "\""), in: start..<text.count) ?? text.count
            while quote - start >= lengths.array {
                guard let place = place(in: start..<quote, of: text, lengths.piece) else { break }
                if place.whole.count >= lengths.array { places.append(place) }
                start = place.whole.upperBound
            }
            start = endOfString(at: quote, in: text)
        }
        return places
    }

    private static func endOfString(at quote: Int, in text: UnsafeRawBufferPointer) -> Int {
        var start = quote + 1
        while start < text.count {
            guard let end = text.first(UInt8(ascii: "\""), in: start..<text.count) else { break }
            var backslashes = 0
            while end - backslashes - 1 > quote,
                text[end - backslashes - 1] == UInt8(ascii: "\\")
            {
                backslashes += 1
            }
            start = end + 1
            if backslashes % 2 == 0 { return start }
        }
        return text.count
    }

    /// The first array in a part of the text that has no strings.
    private static func place(
        in range: Range<Int>, of text: UnsafeRawBufferPointer, _ pieceLength: Int
    ) -> Place? {
        guard let begin = text.first(UInt8(ascii: "["), in: range) else { return nil }
        var index = begin
        let rank = text.skip(UInt8(ascii: "["), &index, before: range.upperBound)
        guard rank <= csimdjson_maximum_rank else { return nil }
        var pieces: [Piece] = []
        var start = begin + 1
        var lists = 0
        var numbersOfList: Int?
        func cut(at end: Int) {
            pieces.append(
                Piece(
                    text: start..<end,
                    count: rank == 1 ? text.numbers(in: start..<end) : lists * numbersOfList!))
            start = end + 1
            lists = 0
        }
        while true {
            guard let close = text.first(UInt8(ascii: "]"), in: index..<range.upperBound) else {
                return nil
            }
            if rank == 1 {
                while close - start > 2 * pieceLength,
                    let comma = text.first(
                        UInt8(ascii: ","), in: (start + pieceLength)..<close)
                { cut(at: comma) }
            }
            index = close
            let closed = text.skip(
                UInt8(ascii: "]"), &index, before: range.upperBound, atMost: rank)
            if closed >= rank - 1 {
                lists += 1
                numbersOfList = numbersOfList ?? text.numbers(in: start..<close)
            }
            if closed == rank {
                cut(at: index - 1)
                // Behind it a colon would make a name of the string that takes its place.
                var next = index
                _ = text.skip(UInt8(ascii: "]"), &next, before: range.upperBound)
                guard next == range.upperBound || text[next] != UInt8(ascii: ":") else {
                    return nil
                }
                return Place(whole: begin..<index, pieces: pieces)
            }
            guard index < range.upperBound, text[index] == UInt8(ascii: ",") else { return nil }
            if closed == rank - 1, index - start >= pieceLength { cut(at: index) }
            index += 1
            guard text.skip(UInt8(ascii: "["), &index, before: range.upperBound) == closed else {
                return nil
            }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The first place of a byte in a range.
    fileprivate func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
        guard !range.isEmpty, let start = baseAddress,
            let found = memchr(start + range.lowerBound, Int32(byte), range.count)
        else { return nil }
        return UnsafeRawPointer(found) - start
    }

    /// How many numbers are in a part of an array that begins and ends with one, brackets apart: one
    /// before each comma and one behind the last.
    fileprivate func numbers(in range: Range<Int>) -> Int {
        csimdjson_count_commas(
            baseAddress!.assumingMemoryBound(to: UInt8.self) + range.lowerBound, range.count) + 1
    }

    /// Goes past some brackets and the space before and between them, and past the space behind if
    /// there were not as many as there may be; returns how many there were.
    fileprivate func skip(
        _ bracket: UInt8, _ index: inout Int, before end: Int, atMost most: Int = .max
    ) -> Int {
        var count = 0
        while index < end, count < most {
            switch self[index] {
            case bracket: count += 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                break
            default: return count
            }
            index += 1
        }
        return count
    }
}
