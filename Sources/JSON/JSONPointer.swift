/// The place of a value in a text (RFC 6901).
public struct JSONPointer: Hashable, Sendable {
    private enum Step: Hashable {
        case name(String)
        case index(Int)
    }

    /// A step behind others, which many places share.
    private final class Place: Sendable {
        let parent: Place?
        let step: Step

        init(_ step: Step, in parent: Place?) {
            self.parent = parent
            self.step = step
        }
    }

    /// Nil for the whole text.
    private let place: Place?

    private init(_ place: Place?) {
        self.place = place
    }

    private var steps: [Step] {
        var steps: [Step] = []
        var current = place
        while let place = current {
            steps.append(place.step)
            current = place.parent
        }
        return steps.reversed()
    }

    /// The whole text.
    public static let root = JSONPointer(nil)

    /// The place of an object's member.
    public func appending(_ name: String) -> JSONPointer {
        JSONPointer(Place(.name(name), in: place))
    }

    /// The place of an array's element.
    public func appending(_ index: Int) -> JSONPointer {
        JSONPointer(Place(.index(index), in: place))
    }

    /// The pointer itself; where one of its names has more than so many bytes, the place of the
    /// object that has the name.
    public func cut(beforeNamesOver bytes: Int) -> JSONPointer {
        var cut = self
        var current = place
        while let place = current {
            if case .name(let name) = place.step, name.utf8.count > bytes {
                cut = JSONPointer(place.parent)
            }
            current = place.parent
        }
        return cut
    }

    public static func == (left: JSONPointer, right: JSONPointer) -> Bool {
        left.place === right.place || left.steps == right.steps
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(steps) }
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
