import Testing

@testable import GradientService

/// The text of `openapi.yaml`, as far as it takes to look names and figures up: blocks by their
/// indentation, and the members that a line writes in braces.
struct ContractText {
    let lines: [Substring]

    /// The whole contract, as the program carries it.
    init() {
        lines = String(decoding: PackageResources.openapi_yaml, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

    private init(lines: [Substring]) { self.lines = lines }

    var text: String { lines.joined(separator: "\n") }

    /// What stands under a path of keys, on the key's own line included.
    func block(_ keys: String...) throws -> ContractText {
        var block = self
        for key in keys {
            let start = try #require(
                block.lines.firstIndex { $0.key == key }, "no \(keys.joined(separator: " > "))")
            let indentation = block.lines[start].indentation
            let end =
                block.lines[(start + 1)...].firstIndex {
                    !$0.allSatisfy(\.isWhitespace) && $0.indentation <= indentation
                } ?? block.lines.endIndex
            let own = block.lines[start].trimmingPrefix { $0 == " " }.dropFirst(key.count + 1)
            block = ContractText(
                lines: [own.trimmingPrefix { $0 == " " }] + block.lines[(start + 1)..<end])
        }
        return block
    }

    /// The keys directly under this block.
    var keys: [String] {
        let inner = lines.dropFirst().filter { !$0.allSatisfy(\.isWhitespace) }
        let indentation = inner.map(\.indentation).min()
        return inner.filter { $0.indentation == indentation }.compactMap(\.key)
    }

    /// A value such as `default: 3` or `enum: [a, b]`: on a line of its own, or in braces on the
    /// block's first line.
    func value(_ name: String) -> String? {
        for line in lines {
            guard
                let start = line.ranges(of: name + ": ").first(where: { range in
                    range.lowerBound == line.startIndex
                        || " {".contains(line[line.index(before: range.lowerBound)])
                })
            else { continue }
            let rest = line[start.upperBound...]
            if rest.first == "[" { return rest.prefix { $0 != "]" } + "]" }
            return String(rest.prefix { $0 != "," && $0 != "}" })
        }
        return nil
    }

    func number(_ name: String) -> Double? { value(name).flatMap(Double.init) }

    /// The elements of a list in brackets.
    func list(_ name: String) throws -> [String] {
        let list = try #require(value(name), "no \(name) in \(text.prefix(200))")
        return list.dropFirst().dropLast().split(separator: ",").map {
            String($0.trimmingPrefix { $0 == " " })
        }
    }

    /// The names of the schemas that this block refers to.
    var references: [String] {
        lines.compactMap { line in
            let mark = "#/components/schemas/"
            return line.ranges(of: mark).first.map {
                String(line[$0.upperBound...].prefix { $0 != "'" })
            }
        }
    }

    /// A schema of the contract.
    static func schema(_ name: String) throws -> ContractText {
        try ContractText().block("components", "schemas", name)
    }

    /// The names of a schema's properties.
    static func properties(_ schema: String) throws -> [String] {
        try self.schema(schema).block("properties").keys
    }
}

extension Substring {
    fileprivate var indentation: Int { prefix { $0 == " " }.count }

    /// `name` of a line `  name: …`; nil for other lines.
    fileprivate var key: String? {
        let text = trimmingPrefix { $0 == " " }
        guard let colon = text.firstIndex(of: ":"), text.first != "-" else { return nil }
        return String(text[..<colon]).replacing("'", with: "")
    }
}
