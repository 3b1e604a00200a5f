import NeuralNetwork
import Testing

@testable import GradientService

/// A network 2 → 3 → 1 and four examples, as zeros of shapes that each test changes.
private struct Shapes {
    var layout = Layout.course
    var x = [2, 4]
    var y = [1, 4]
    var w = [[3, 2], [1, 3]]
    var b = [[3, 1], [1, 1]]
    var loss = "mean_squared_error"

    /// The shapes that are right in a layout.
    init(_ layout: Layout = .course) {
        self.layout = layout
        if !layout.examplesAreColumns { (x, y) = ([4, 2], [4, 1]) }
        if layout.weightsAreTransposed { w = [[2, 3], [3, 1]] }
    }

    func faults() throws -> [Fault] {
        func zeros(_ shape: [Int]) -> String {
            let zeros = Array(repeating: 0, count: shape.reduce(1, *))
            return #"{"shape": \#(shape), "data": \#(zeros)}"#
        }
        let layers = zip(w, b).map { #"{"W": \#(zeros($0)), "b": \#(zeros($1))}"# }
        let answer = try Answer(
            "backward",
            """
            {"network": {"layers": [\(layers.joined(separator: ", "))]}, "loss": "\(loss)", \
            "batch": {"X": \(zeros(x)), "Y": \(zeros(y))}, "layout": "\(layout.rawValue)"}
            """)
        #expect(answer.status == (try answer.faults.isEmpty ? 200 : 422))
        return try answer.faults
    }
}

struct NetworkPlanTests {
    private let w0 = "/network/layers/0/W"
    private let w1 = "/network/layers/1/W"
    private let b0 = "/network/layers/0/b"
    private let x = "/batch/X"
    private let y = "/batch/Y"

    @Test(arguments: Layout.allCases)
    func `arrays that fit pass`(layout: Layout) throws {
        #expect(try Shapes(layout).faults() == [])
    }

    @Test(arguments: [[3], [3, 1], [1, 3]], Layout.allCases)
    func `b may be flat, a column or a row in every layout`(shape: [Int], layout: Layout) throws {
        var shapes = Shapes(layout)
        shapes.b[0] = shape
        #expect(try shapes.faults() == [])
    }

    @Test(arguments: [
        ([2], "b has 2 numbers, expected 3 (one for each unit of the layer)"),
        ([1, 4], "b has 4 numbers, expected 3 (one for each unit of the layer)"),
        ([0], "b has 0 numbers, expected 3 (one for each unit of the layer)"),
        ([1], "b has 1 number, expected 3 (one for each unit of the layer)"),
        ([3, 3], "b is 3 × 3, expected 3 numbers in a column, a row or a flat list"),
        ([1, 3, 1], "b is 1 × 3 × 1, expected 3 numbers in a column, a row or a flat list"),
    ])
    func `a b that does not fit its layer is refused`(shape: [Int], detail: String) throws {
        var shapes = Shapes()
        shapes.b[0] = shape
        #expect(try shapes.faults() == [Fault(b0, detail)])
    }

    @Test(arguments: [
        (Layout.course, [4], "X is a flat list of 4, expected units × examples"),
        (.keras, [4], "X is a flat list of 4, expected examples × units"),
        (.course, [0], "X is a flat list of 0, expected units × examples"),
        (.course, [2, 0], "X is 2 × 0: a batch has at least one example and one unit"),
        (.pytorch, [0, 2], "X is 0 × 2: a batch has at least one example and one unit"),
        (.pytorch, [4, 0], "X is 4 × 0: a batch has at least one example and one unit"),
    ])
    func `an X that is no batch is refused, and the rest is not judged by it`(
        layout: Layout, shape: [Int], detail: String
    ) throws {
        var shapes = Shapes(layout)
        shapes.x = shape
        #expect(try shapes.faults() == [Fault(x, detail)])
    }

    @Test(arguments: [
        ([6], "W is a flat list of 6, expected outputs × inputs"),
        ([3, 2, 1], "W is 3 × 2 × 1, expected outputs × inputs"),
        ([0, 2], "W is 0 × 2: a layer has at least one input and unit"),
        ([3, 0], "W is 3 × 0: a layer has at least one input and unit"),
    ])
    func `a W that is no matrix is refused`(shape: [Int], detail: String) throws {
        var shapes = Shapes()
        shapes.w[0] = shape
        #expect(try shapes.faults() == [Fault(w0, detail)])
    }

    @Test func `a W that does not take what comes is refused with where that comes from`() throws {
        var shapes = Shapes()
        shapes.w[0] = [3, 7]
        shapes.w[1] = [1, 5]
        #expect(
            try shapes.faults() == [
                Fault(w0, "W is 3 × 7, expected 3 × 2 (outputs × inputs): X has 2 units"),
                Fault(w1, "W is 1 × 5, expected 1 × 3 (outputs × inputs): layer 0 has 3 units"),
            ])
    }

    @Test func `a Y that does not fit the last layer is refused with what that has`() throws {
        var shapes = Shapes()
        shapes.y = [2, 4]
        #expect(
            try shapes.faults() == [
                Fault(
                    y, "Y is 2 × 4, expected 1 × 4 (units × examples): the last layer has 1 unit")
            ])
    }

    @Test(arguments: [[4], [4, 1], [1, 4]], Layout.allCases)
    func `class indices may be flat, a column or a row`(shape: [Int], layout: Layout) throws {
        var shapes = Shapes(layout)
        (shapes.y, shapes.loss) = (shape, "sparse_categorical_crossentropy")
        #expect(try shapes.faults() == [])
    }

    @Test(arguments: [
        ([3], "Y is a flat list of 3, expected 4 class indices, one an example"),
        ([2, 2], "Y is 2 × 2, expected 4 class indices, one an example"),
    ])
    func `class indices are one an example`(shape: [Int], detail: String) throws {
        var shapes = Shapes()
        (shapes.y, shapes.loss) = (shape, "sparse_categorical_crossentropy")
        #expect(try shapes.faults() == [Fault(y, detail)])
    }

    @Test(arguments: Layout.allCases, Layout.allCases)
    func `arrays that all fit another layout are refused with its name`(
        used: Layout, named: Layout
    ) throws {
        var shapes = Shapes(used)
        shapes.layout = named
        let found = try shapes.faults()
        guard used != named else { return #expect(found == []) }
        #expect(
            found.map(\.hint) == [
                "all arrays of the request fit \"layout\": \"\(used.rawValue)\""
            ])
        let differ = used.weightsAreTransposed == named.weightsAreTransposed ? x : w0
        #expect(found.first?.pointer == differ)
    }

    @Test(arguments: Layout.allCases)
    func `one array that is transposed is told so, and nothing else`(layout: Layout) throws {
        let signal = layout.examplesAreColumns ? "units × examples" : "examples × units"
        let weight = layout.weightsAreTransposed ? "inputs × outputs" : "outputs × inputs"
        func hint(_ name: String, _ axes: String) -> String {
            "transposed it would fit: layout \"\(layout.rawValue)\" has \(name) as \(axes)"
        }
        for index in 0...1 {
            var shapes = Shapes(layout)
            shapes.w[index].reverse()
            let found = try shapes.faults()
            #expect(found.map(\.pointer) == ["/network/layers/\(index)/W"])
            #expect(found.map(\.hint) == [hint("W", weight)])
        }
        var shapes = Shapes(layout)
        shapes.y.reverse()
        #expect(try shapes.faults().map(\.pointer) == [y])
        #expect(try shapes.faults().map(\.hint) == [hint("Y", signal)])

        shapes = Shapes(layout)
        shapes.x.reverse()
        #expect(try shapes.faults().map(\.pointer) == [x])
        #expect(try shapes.faults().map(\.hint) == [hint("X", signal)])
    }

    @Test func `targets of the other kind of loss are told its name`() throws {
        var shapes = Shapes()
        shapes.w[1] = [3, 3]
        shapes.b[1] = [3, 1]
        shapes.y = [1, 4]
        shapes.loss = "categorical_crossentropy"
        #expect(
            try shapes.faults().map(\.hint) == [
                "class indices go with \"sparse_categorical_crossentropy\""
            ])
        shapes.y = [3, 4]
        shapes.loss = "sparse_categorical_crossentropy"
        #expect(
            try shapes.faults().map(\.hint) == [
                "one-hot targets go with \"categorical_crossentropy\""
            ])
    }

    @Test(arguments: [(Layout.course, "row, [[…]]"), (.keras, "column, [[…], […]]")])
    func `a flat Y of one output is told how it would fit`(layout: Layout, how: String) throws {
        var shapes = Shapes(layout)
        shapes.y = [4]
        #expect(try shapes.faults().map(\.hint) == ["nested as one \(how), it would fit"])
    }

    @Test func `a transposed W is named with the shape that it should have`() throws {
        var shapes = Shapes(.pytorch)
        shapes.w[0] = [2, 3]
        #expect(
            try shapes.faults().map(\.detail)
                == ["W is 2 × 3, expected 3 × 2 (outputs × inputs): X has 2 units"])
    }

    @Test func `layers that are drawn take what comes, and are counted with`() throws {
        let answer = try Answer(
            "forward",
            """
            {"network": {"layers": [{"units": 3}, {"W": [[1, 2]], "b": [0]}]}, \
            "batch": {"X": [[1], [2]]}}
            """)
        #expect(
            try answer.faults == [
                Fault(w1, "W is 1 × 2, expected 1 × 3 (outputs × inputs): layer 0 has 3 units")
            ])
    }
}
