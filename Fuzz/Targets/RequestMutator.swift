import CLibFuzzer

/// Changes requests to the service: as a rule their JSON as a tree, so that it stays JSON, with
/// words of the contract and the catalog; sometimes their bytes.
struct RequestMutator {
    private var random: SplitMix64
    private let input: [UInt8]
    private let head: [UInt8]
    private let tree: PlainJSON?

    init(_ input: [UInt8], seed: UInt32) {
        random = SplitMix64(seed: UInt64(seed))
        self.input = input
        let body = requestParts(of: input).body
        head = Array(input[..<body.startIndex])
        tree = PlainJSON(Array(body), maximumDepth: 64)
    }

    /// Nil where libFuzzer is to change the bytes.
    func mutated() -> [UInt8]? {
        var own = self
        return own.mutate()
    }

    private mutating func mutate() -> [UInt8]? {
        switch Int.random(in: 0..<40, using: &random) {
        case 0, 1: return nil
        case 2: return Array(Self.heads.randomElement(using: &random)!.utf8) + text(tree)
        default: break
        }
        guard var tree, !head.isEmpty else { return nil }
        for _ in 0..<(1 << Int.random(in: 0...2, using: &random)) {
            var index = Int.random(in: 0..<tree.count, using: &random)
            tree = tree.changing(&index) { changed($0) }
        }
        return head + text(tree)
    }

    /// A value of another request in the place of one of this.
    func crossed(with other: [UInt8]) -> [UInt8]? {
        var random = random
        let body = Array(requestParts(of: other).body)
        guard let tree, let donor = PlainJSON(body, maximumDepth: 64) else { return nil }
        var from = Int.random(in: 0..<donor.count, using: &random)
        guard let value = donor.node(&from) else { return nil }
        var place = Int.random(in: 0..<tree.count, using: &random)
        return head + text(tree.changing(&place) { _ in value })
    }

    private func text(_ tree: PlainJSON?) -> [UInt8] {
        guard let tree else { return Array(input[head.count...]) }
        var out: [UInt8] = []
        tree.print(to: &out)
        return out
    }

    private mutating func changed(_ value: PlainJSON) -> PlainJSON {
        switch Int.random(in: 0..<16, using: &random) {
        case 0: return any()
        case 1: return .array([value])
        case 2: return .array([value, value])
        case 3:
            guard let tree else { return any() }
            var index = Int.random(in: 0..<tree.count, using: &random)
            return tree.node(&index) ?? value
        default: break
        }
        switch value {
        case .null: return any()
        case .boolean(let value): return .boolean(!value)
        case .number(let digits): return changed(digits)
        case .string(let text):
            return Int.random(in: 0..<6, using: &random) == 0
                ? .string(text + word()) : .string(word())
        case .array(let elements): return .array(changed(elements) { $0.any() })
        case .object(var members):
            if !members.isEmpty, Int.random(in: 0..<4, using: &random) == 0 {
                members[Int.random(in: 0..<members.count, using: &random)].name = word()
                return .object(members)
            }
            return .object(changed(members) { ($0.word(), $0.any()) })
        }
    }

    private mutating func changed<Element>(
        _ list: [Element], new: (inout RequestMutator) -> Element
    ) -> [Element] {
        var list = list
        let place = Int.random(in: 0...list.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: list.insert(new(&self), at: place)
        case 1 where place < list.count: list.remove(at: place)
        case 2 where place < list.count: list.insert(list[place], at: place)
        case 3 where place < list.count: list.removeSubrange(place...)
        case 4 where place < list.count:
            list.swapAt(place, Int.random(in: 0..<list.count, using: &random))
        default: list.append(new(&self))
        }
        return list
    }

    private mutating func changed(_ digits: [UInt8]) -> PlainJSON {
        let number = PlainJSON.number(digits).double
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return Self.number(number + 1)
        case 1: return Self.number(number - 1)
        case 2: return Self.number(-number)
        case 3: return Self.number(number * Double(Int.random(in: -3...3, using: &random)))
        case 4: return Self.number(Double(Int.random(in: 0...8, using: &random)))
        default: return .number(Array(Self.numbers.randomElement(using: &random)!.utf8))
        }
    }

    private mutating func any() -> PlainJSON {
        switch Int.random(in: 0..<9, using: &random) {
        case 0: return .null
        case 1: return .boolean(Bool.random(using: &random))
        case 2: return .array([])
        case 3: return .object([])
        case 4: return .object([(word(), any())])
        case 5, 6: return .string(word())
        default: return .number(Array(Self.numbers.randomElement(using: &random)!.utf8))
        }
    }

    private mutating func word() -> [UInt8] { Self.words.randomElement(using: &random)! }

    private static func number(_ number: Double) -> PlainJSON {
        guard number.isFinite else { return .number(Array("1e308".utf8)) }
        let whole = number == number.rounded() && abs(number) < 0x1p53
        return .number(Array((whole ? "\(Int(number))" : "\(number)").utf8))
    }
}

extension RequestMutator {
    fileprivate static let heads =
        ["forward", "backward", "train", "check", "convert"].map { "POST /\($0)\n\n" } + [
            "POST /train\nAccept: text/event-stream;q=0.5, application/json\n\n",
            "POST /train\nAccept: application/x-ndjson\nPrefer: respond-async, wait=1\n\n",
            "GET /runs?limit=2&state=done&after=\(run)\n\n", "DELETE /runs/\(run)\n\n",
            "GET /runs/\(run)/events\nAccept: text/event-stream\nLast-Event-ID: 12\n\n",
            "POST /runs/\(run)/resume\n\n", "OPTIONS *\n\n", "HEAD /limits?x=%20\n\n",
            "POST /backward\nContent-Type: application/json; charset=\"utf-8\"\n\n",
            "POST /backward\nContent-Type: text/plain\n\n", "PUT /for%77ard\n\n",
            "POST /forward\nContent-Encoding: gzip\n\n",
        ]
    private static let run = "01JDE0000000000000000000ZZ"

    fileprivate static let numbers = [
        "0", "-0.0", "1", "-1", "2", "3", "4", "7", "0.5", "-0.5", "1e-8", "0.1", "0.9", "0.999",
        "1e-300", "5e-324", "1e15", "1e300", "1.7976931348623157e308", "-1e300", "255", "65536",
        "16777216", "2147483647", "2147483648", "4294967295", "4294967296", "9007199254740991",
        "9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551616",
        "100000000000000000000000", "3.4028235e38", "3.5e38", "1e-46",
    ]

    /// All names and short strings of the catalog, and the contract's names.
    fileprivate static let words: [[UInt8]] = {
        var words: Set<[UInt8]> = [[]]
        PlainJSON(FuzzTarget.text(at: "/catalog"), maximumDepth: 64)?.collect(&words)
        let contract = FuzzTarget.text(at: "/openapi.yaml")
        for line in contract.split(separator: UInt8(ascii: "\n")) {
            let name = line.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: ":") }
            let isName = name.allSatisfy { "_/".utf8.contains($0) || 0x61...0x7A ~= $0 | 0x20 }
            if isName, name.count < 30 { words.insert(Array(name)) }
        }
        return words.sorted { $0.lexicographicallyPrecedes($1) }
    }()
}

extension PlainJSON {
    fileprivate func collect(_ words: inout Set<[UInt8]>) {
        switch self {
        case .string(let text): if text.count < 30 { words.insert(text) }
        case .array(let elements): elements.forEach { $0.collect(&words) }
        case .object(let members):
            for member in members {
                words.insert(member.name)
                member.value.collect(&words)
            }
        case .null, .boolean, .number: break
        }
    }

    /// How many values it is of, itself and those inside.
    fileprivate var count: Int {
        switch self {
        case .null, .boolean, .number, .string: 1
        case .array(let elements): elements.reduce(1) { $0 + $1.count }
        case .object(let members): members.reduce(1) { $0 + $1.value.count }
        }
    }

    /// The value with a number, counted in the order of the text; counts down on the way.
    fileprivate func node(_ index: inout Int) -> PlainJSON? {
        if index == 0 { return self }
        index -= 1
        let inner: [PlainJSON]
        switch self {
        case .null, .boolean, .number, .string: return nil
        case .array(let elements): inner = elements
        case .object(let members): inner = members.map(\.value)
        }
        for value in inner {
            if let found = value.node(&index) { return found }
        }
        return nil
    }

    /// A copy in which that value is another; the index is negative once it was met.
    fileprivate func changing(
        _ index: inout Int, _ change: (PlainJSON) -> PlainJSON
    ) -> PlainJSON {
        if index < 0 { return self }
        index -= 1
        if index < 0 { return change(self) }
        switch self {
        case .null, .boolean, .number, .string: return self
        case .array(let elements): return .array(elements.map { $0.changing(&index, change) })
        case .object(let members):
            return .object(members.map { ($0.name, $0.value.changing(&index, change)) })
        }
    }
}
