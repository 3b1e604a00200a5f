import Testing

@testable import GradientClient

struct LineSplitterTests {
    private static func lines(_ pieces: [[UInt8]], _ splitter: LineSplitter) -> [String] {
        var splitter = splitter
        var lines = pieces.flatMap { splitter.append($0) }
        if let rest = splitter.finish() { lines.append(rest) }
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }

    static let texts: [(String, lineFeed: [String], any: [String])] = [
        (
            "{\"a\":1}\n\n{\"b\":2}\n", ["{\"a\":1}", "", "{\"b\":2}"],
            ["{\"a\":1}", "", "{\"b\":2}"]
        ),
        ("a\r\nb\rc\n\rd", ["a", "b\rc", "\rd"], ["a", "b", "c", "", "d"]),
        ("\r\r\n\n", ["\r", ""], ["", "", ""]),
        ("é😀\nlast", ["é😀", "last"], ["é😀", "last"]),
        ("", [], []),
        ("\n", [""], [""]),
    ]

    @Test(arguments: texts)
    func `lines are the same wherever a text is cut`(
        text: String, lineFeed: [String], any: [String]
    ) {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
            #expect(Self.lines(pieces, LineSplitter()) == lineFeed)
            #expect(Self.lines(pieces, LineSplitter(endings: .any)) == any)
        }
        #expect(Self.lines(bytes.map { [$0] }, LineSplitter()) == lineFeed)
        #expect(Self.lines(bytes.map { [$0] }, LineSplitter(endings: .any)) == any)
    }

    @Test
    func `a byte order mark is left off at the beginning only, when that is asked for`() {
        let bytes = Array("\u{FEFF}a\n\u{FEFF}b\n".utf8)
        let skipping = LineSplitter(skipsByteOrderMark: true)
        #expect(Self.lines([bytes], skipping).map(\.utf8.count) == [1, 4])
        #expect(Self.lines([bytes], LineSplitter()).map(\.utf8.count) == [4, 4])
    }

    @Test
    func `nothing stands behind the last line end`() {
        var splitter = LineSplitter()
        #expect(splitter.append(Array("a\n".utf8)).count == 1)
        #expect(splitter.finish() == nil)
    }
}
