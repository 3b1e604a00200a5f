import Testing

@testable import JSON

struct JSONScannerTests {
    /// A text that is not JSON; the column, or line and column, and the pointer of its fault; words
    /// of the reason.
    typealias Fault = (text: String, place: String, words: String)

    static let structure: [Fault] = [
        ("", "1:1", "the text is empty"),
        (" \r\n\t ", "2:3", "the text is empty"),
        ("\u{FEFF}1", "1:1", "byte order mark"),
        ("[", "1:2 /0", "expected a value, found the end of the text"),
        ("{", "1:2", "expected a name in double quotation marks, found the end of the text"),
        ("]", "1:1", "expected a value, found \"]\""),
        ("[1", "1:3", "expected a comma or \"]\", found the end of the text"),
        ("[1,", "1:4 /1", "expected a value, found the end of the text"),
        ("[1,]", "1:4", "nothing stands between the last comma and \"]\""),
        ("[1, ]", "1:5", "nothing stands between the last comma and \"]\""),
        ("[,1]", "1:2 /0", "expected a value, found \",\""),
        ("[1,,2]", "1:4 /1", "expected a value, found \",\""),
        ("[1 2]", "1:4", "expected a comma or \"]\", found \"2\""),
        ("[1\n,2\n3]", "3:1", "expected a comma or \"]\", found \"3\""),
        ("[1}", "1:3", "expected a comma or \"]\", found \"}\""),
        (#"{"a":1]"#, "1:7", "expected a comma or \"}\", found \"]\""),
        (#"{"a":1,}"#, "1:8", "nothing stands between the last comma and \"}\""),
        (#"{"a" 1}"#, "1:6 /a", "expected a colon after the name, found \"1\""),
        (#"{"a":}"#, "1:6 /a", "expected a value, found \"}\""),
        (#"{"a"}"#, "1:5 /a", "expected a colon after the name, found \"}\""),
        (#"{"a":1 "b":2}"#, "1:8", "expected a comma or \"}\", found \"\"\""),
        (#"{"a":1,"b"=2}"#, "1:11 /b", "expected a colon after the name, found \"=\""),
        ("{a: 1}", "1:2", "expected a name in double quotation marks, found \"a\""),
        ("{1: 1}", "1:2", "expected a name in double quotation marks, found \"1\""),
        ("{'a': 1}", "1:2", "\"'\": JSON has double quotation marks only"),
        ("[1] 2", "1:5", "expected the end of the text, found \"2\""),
        ("{}{}", "1:3", "expected the end of the text, found \"{\""),
        ("[1]]", "1:4", "expected the end of the text, found \"]\""),
        ("1\0", "1:2", "expected the end of the text, found U+0000"),
        ("[1, // one\n2]", "1:5 /1", "\"/\": JSON has no comments"),
        ("# one\n2", "1:1", "\"#\": JSON has no comments"),
        ("[1\u{A0},2]", "1:3", "expected a comma or \"]\", found U+00A0"),
        ("[\u{C}1]", "1:2 /0", "expected a value, found U+000C"),
        ("[[1,2],[3,4}", "1:12 /1", "expected a comma or \"]\", found \"}\""),
        (#"{"x":[{"é":1},{"é":é}]}"#, "1:20 /x/1/é", "expected a value, found U+00E9"),
    ]

    static let scalars: [Fault] = [
        ("[NaN]", "1:2 /0", "JSON has no NaN and no infinity"),
        ("nan", "1:1", "JSON has no NaN and no infinity"),
        ("[1, -Infinity]", "1:5 /1", "JSON has no NaN and no infinity"),
        (#"{"a": [+inf]}"#, "1:8 /a/0", "JSON has no NaN and no infinity"),
        ("-NaN", "1:1", "JSON has no NaN and no infinity"),
        ("True", "1:1", "unknown word \"True\": JSON has true"),
        ("[None]", "1:2 /0", "unknown word \"None\": JSON has null"),
        ("undefined", "1:1", "JSON has null"),
        ("nul", "1:1", "unknown word \"nul\""),
        ("truefalse", "1:1", "unknown word \"truefalse\""),
        ("[true1]", "1:2 /0", "unknown word \"true1\""),
        (String(repeating: "x", count: 99), "1:1", "unknown word \"xxxxxxxxxxxxxxxxxxxxxxxx…\""),
        ("01", "1:1", "\"01\" is no number"), ("-01", "1:1", "\"-01\" is no number"),
        ("[00]", "1:2 /0", "\"00\" is no number"), ("-", "1:1", "\"-\" is no number"),
        ("+1", "1:1", "unknown word \"+1\""), (".5", "1:1", "unknown word \".5\""),
        ("[5.]", "1:2 /0", "\"5.\" is no number"), ("1.e5", "1:1", "\"1.e5\" is no number"),
        ("1e", "1:1", "\"1e\" is no number"), ("1e+", "1:1", "\"1e+\" is no number"),
        ("1.2.3", "1:1", "\"1.2.3\" is no number"), ("0x1F", "1:1", "\"0x1F\" is no number"),
        ("1_000", "1:1", "\"1_000\" is no number"), ("--1", "1:1", "\"--1\" is no number"),
        ("1e1e1", "1:1", "\"1e1e1\" is no number"), ("1-2", "1:1", "\"1-2\" is no number"),
        ("１", "1:1", "expected a value, found U+FF11"),
        (#"["abc]"#, "1:7 /0", "the text ends inside a string"),
        (#"["a\"#, "1:4 /0", "unknown escape"),
        (#""\x41""#, "1:2", "unknown escape"), (#""\'""#, "1:2", "unknown escape"),
        (#"["é\u12G4"]"#, "1:4 /0", "unknown escape"), (#""\u12"#, "1:2", "unknown escape"),
        (#""\U0041""#, "1:2", "unknown escape"),
        (#""\ud800""#, "1:2", "half of a surrogate pair"),
        (#""\ud800\n""#, "1:2", "half of a surrogate pair"),
        (#""\ud800\ud800""#, "1:2", "half of a surrogate pair"),
        (#""ab\uDC00""#, "1:4", "half of a surrogate pair"),
        (#""\uDC00\uDC00""#, "1:2", "half of a surrogate pair"),
        ("[\"a\nb\"]", "1:4 /0", "write this one \\u000A"),
        ("\"\u{1F}\"", "1:2", "write this one \\u001F"), ("\"\0\"", "1:2", "one \\u0000"),
        ("{\"a\tb\": 1}", "1:4", "write this one \\u0009"),
        (#"{"a": 1, "b": "\q"}"#, "1:16 /b", "unknown escape"),
    ]

    @Test(arguments: structure + scalars)
    func `a text is refused at its first fault, with a reason`(fault: Fault) {
        let found = refusal { try parse(fault.text) }
        let separator = fault.place.contains("/") ? "" : " "
        #expect(found.hasPrefix(fault.place + separator + ": "), "\(found)")
        #expect(found.contains(fault.words), "\(found)")
    }

    @Test(arguments: [
        [0x80], [0xC3], [0xC0, 0xAF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82],
        [0xF5, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xFF],
    ])
    func `bytes that are not UTF-8 are refused in and between values`(bytes: [UInt8]) {
        let inside = Array(#"{"é": "é"#.utf8) + bytes + Array(#""}"#.utf8)
        #expect(
            refusal { try JSONDocument(parsing: inside) }
                == "1:9 /é: the bytes here are not UTF-8")
        let between = Array("[1,\n".utf8) + bytes + Array("]".utf8)
        #expect(
            refusal { try JSONDocument(parsing: between) }
                == "2:1 /1: expected a value, found bytes that are not UTF-8")
    }

    @Test func `names are unescaped in the pointer of a fault`() {
        let text = #"{"a\"b": {"\u0063\/~": {"\ud83d\ude00": [0, x]}}}"#
        #expect(refusal { try parse(text) } == #"1:45 /a"b/c~1~0/😀/1: unknown word "x""#)
    }

    @Test func `the pointer of a fault knows only what is open there`() {
        let text = #"{"a": [1, {"b": 2}], "c": {"d": "}]"}, "e": [[], [[0]], {"f": ?}]}"#
        #expect(
            refusal { try parse(text) }.hasSuffix(#" /e/2/f: expected a value, found "?""#))
    }

    @Test func `lines end with a line feed, columns count characters`() {
        let text = "[\"é\",\r\n \"😀\", \"\u{65}\u{301}\", x]"
        #expect(refusal { try parse(text) } == "2:13 /3: unknown word \"x\"")
    }

    /// simdjson decides, the scanner explains: where they differed, a text would be refused without
    /// a reason.
    @Test func `it refuses what simdjson refuses, and nothing else`() throws {
        let texts = [
            #"{"a": [1, -2.5e+3, 0.125], "b\n": {"c": null, "d": [true, false]}, "": []}"#,
            #"["\u00e9\ud83d\ude00é😀", "\\\"\/\b\f\r\t", {}, [[]], 12345678901234567890]"#,
            " [ -0 , 1e5 , 10 , { \"x\" : \"y\" } ]\n", "\"\u{7F}\u{800}\u{FFFF}\"", "-0.0e-0",
        ].map { Array($0.utf8) }
        let bytes =
            Array(#"[]{}:,"\/ 0123456789.-+eEtruefalsnabd'#x"#.utf8)
            + [0, 9, 10, 0x1F, 0x7F, 0x80, 0xBF, 0xC3, 0xE2, 0xED, 0xF0, 0xFF]
        var random = SplitMix64(seed: 21)
        var refused = 0
        let count = 20_000
        for _ in 0..<count {
            var text = texts.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<max(text.count, 1), using: &random)
                let end = min(text.count, place + Int.random(in: 0...3, using: &random))
                let new = (0..<Int.random(in: 0...2, using: &random)).map { _ in
                    bytes.randomElement(using: &random)!
                }
                text.replaceSubrange(min(place, end)..<end, with: new)
            }
            var scanner = JSONScanner(text, maximumDepth: 64)
            let scanned = refusal { try scanner.scan() }
            let parsed = refusal { try JSONDocument(parsing: text) }
            let isRefused = !parsed.hasPrefix("read: ")
            #expect(
                isRefused ? scanned == parsed : scanned == "read: ()",
                "\(String(decoding: text, as: UTF8.self)): \(parsed)")
            if isRefused { refused += 1 }
        }
        // Both happen often, or the comparison would say little.
        #expect((count / 10..<count * 9 / 10).contains(refused))
    }
}
