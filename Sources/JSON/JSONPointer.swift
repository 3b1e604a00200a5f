/// The place of a value in a text (RFC 6901).
public struct JSONPointer: Hashable, Sendable {
    private enum Step: Hashable {
        case name(String)
        case index(Int)
    }

    private var steps: [Step] = []

    private init(_ steps: [Step]) {
        self.steps = steps
    }

    /// The whole text.
    public static let root = JSONPointer([])

    /// The place of an object's member.
    public func appending(_ name: String) -> JSONPointer { JSONPointer(steps + [.name(name)]) }

    /// The place of an array's element.
    public func appending(_ index: Int) -> JSONPointer { JSONPointer(steps + [.index(index)]) }

    /// The pointer itself; where one of its names has more than so many bytes, the place of the
    /// object that has the name.
    public func cut(beforeNamesOver bytes: Int) -> JSONPointer {
        let end = steps.firstIndex { step in
            if case .name(let name) = step { name.utf8.count > bytes } else { false }
        }
        return end.map { JSONPointer(Array(steps[..<$0])) } ?? self
    }
}

extension JSONPointer: CustomStringConvertible {
    /// `/network/layers/0/W`; "~" in a name is written "~0", and "/" is "~1".
    public var description: String {
        steps.reduce(into: "") { text, step in
            text += "/"
            switch step {
            case .index(let index): text += String(index)
            case .name(let name):
                for character in name.unicodeScalars {
                    switch character {
                    case "~": text += "~0"
                    case "/": text += "~1"
                    default: text.unicodeScalars.append(character)
                    }
                }
            }
        }
    }
}
