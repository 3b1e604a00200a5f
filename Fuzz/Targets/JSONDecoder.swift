@testable import JSON

extension FuzzTarget {
    /// The JSON decoder: it takes what the grammar takes and nothing else, its cursors give what
    /// the text says, and what the writer prints of it reads the same.
    static let json = FuzzTarget(name: "json", longest: 256) { bytes in
        let expected = PlainJSON(bytes, maximumDepth: 16)
        // Most arrays of numbers as if they were long, in short pieces.
        for lengths in [JSONLongArrays.Lengths(), JSONLongArrays.Lengths(array: 3, piece: 4)] {
            do throws(JSONSyntaxError) {
                let document = try JSONDocument(
                    parsing: bytes, maximumDepth: 16, longArrays: lengths)
                guard let expected else { fatalError("taken for JSON") }
                compare(document.root, expected)
            } catch {
                require(expected == nil, "refused: \(error)")
                check(error, of: bytes)
            }
        }
        if let expected { compare(printed: expected) }
    }

    /// The place of a fault is one of the text, or right behind it.
    private static func check(_ error: JSONSyntaxError, of bytes: [UInt8]) {
        require(!error.reason.isEmpty, "without a reason")
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        require((1...lines.count).contains(error.line), "line \(error.line)")
        require((1...(lines[error.line - 1].count + 1)).contains(error.column), "\(error.column)")
    }

    private static func compare(_ found: JSONCursor, _ expected: PlainJSON) {
        switch expected {
        case .null: require(found.kind == .null, "not null")
        case .boolean(let value): require((try? found.boolean()) == value, "not \(value)")
        case .number(let digits):
            guard let number = try? found.number() else { fatalError("no number") }
            // Without a point, −0 is the integer 0.
            let isSame = number.bitPattern == expected.double.bitPattern
            require(
                isSame || number == 0 && digits == Array("-0".utf8),
                "\(number) ≠ \(expected.double)")
            let isWhole = number == number.rounded() && abs(number) < 0x1p53
            require((try? found.integer()) == (isWhole ? Int(number) : nil), "integer")
        case .string(let text):
            require((try? found.string()).map { Array($0.utf8) } == text, "not \(text)")
            _ = try? found.base64()
        case .array(let elements):
            guard let found = try? found.elements() else { fatalError("no array") }
            var count = 0
            for element in found {
                compare(element, elements[count])
                count += 1
            }
            require(count == elements.count, "\(count) elements, not \(elements.count)")
        case .object(let members):
            let areDistinct = Set(members.map(\.name)).count == members.count
            do {
                let found = try found.members()
                require(areDistinct && found.count == members.count, "names")
                for (found, member) in zip(found, members) {
                    require(Array(found.name.utf8) == member.name, "not \(member.name)")
                    compare(found.value, member.value)
                }
            } catch {
                require(!areDistinct || members.count > 1000, "\(error)")
            }
        }
        compareNumbers(found, expected)
    }

    /// Arrays of numbers are read in one go; they have to be what they are one by one.
    private static func compareNumbers(_ found: JSONCursor, _ expected: PlainJSON) {
        let numbers = try? found.numbers()
        guard case .array = expected else {
            guard case .object = expected else { return require(numbers == nil, "numbers") }
            return require(numbers.map { $0.shape.reduce(1, *) == $0.count } ?? true, "shape")
        }
        let shape = expected.shape
        require(numbers?.shape == shape, "shape \(String(describing: shape))")
        guard let numbers, shape != nil else { return }
        require(numbers.elements == expected.flat.map(\.double), "other numbers")
    }

    /// The writer's text of a value, read again.
    private static func compare(printed expected: PlainJSON) {
        var writer = JSONWriter()
        writer.object { write(expected, named: "", to: &$0) }
        let printed = PlainJSON(writer.bytes, maximumDepth: 32)?[""]
        require(
            printed?.isSame(as: expected) == true,
            "printed another value: \(String(decoding: writer.bytes, as: UTF8.self))")
    }

    /// Elements of arrays that are no numbers become members, named by their index.
    private static func write(_ value: PlainJSON, named name: String, to writer: inout JSONWriter) {
        switch value {
        case .null: writer.field(name, Double.nan)
        case .boolean(let value): writer.field(name, value)
        case .number: writer.field(name, value.double)
        case .string(let text): writer.field(name, String(decoding: text, as: UTF8.self))
        case .array(let elements):
            if let shape = value.shape {
                writer.field(name, shape: shape, value.flat.map(\.double))
            } else {
                writer.object(name) { writer in
                    for (index, element) in elements.enumerated() {
                        write(element, named: String(index), to: &writer)
                    }
                }
            }
        case .object(let members):
            writer.object(name) { writer in
                for (name, value) in members {
                    write(value, named: String(decoding: name, as: UTF8.self), to: &writer)
                }
            }
        }
    }
}

extension PlainJSON {
    /// The counts of regular nested lists of numbers, of at most 8 axes.
    fileprivate var shape: [Int]? {
        guard case .array(let elements) = self else { return nil }
        guard let first = elements.first else { return [0] }
        guard case .array = first else {
            return elements.allSatisfy { if case .number = $0 { true } else { false } }
                ? [elements.count] : nil
        }
        guard let inner = first.shape, inner.count < 8,
            elements.allSatisfy({ $0.shape == inner })
        else { return nil }
        return [elements.count] + inner
    }

    /// The numbers of nested lists in their order.
    fileprivate var flat: [PlainJSON] {
        guard case .array(let elements) = self else { return [self] }
        return elements.flatMap(\.flat)
    }

    /// Whether it is the writer's text of a value.
    fileprivate func isSame(as other: PlainJSON) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.boolean(let value), .boolean(let other)): return value == other
        case (.number, .number): return double.bitPattern == other.double.bitPattern
        case (.string(let text), .string(let other)): return text == other
        case (.array(let elements), .array(let others)):
            return elements.count == others.count
                && zip(elements, others).allSatisfy { $0.isSame(as: $1) }
        case (.object(let members), .array(let others)):
            return members.count == others.count
                && zip(members, others).allSatisfy { $0.value.isSame(as: $1) }
        case (.object(let members), .object(let others)):
            return members.count == others.count
                && zip(members, others).allSatisfy {
                    $0.name == $1.name && $0.value.isSame(as: $1.value)
                }
        default: return false
        }
    }
}
