/// A window that slides over the height and the width of an example `[height, width, channels]`.
struct Window: Sendable, Equatable {
    let vertical: WindowAxis
    let horizontal: WindowAxis
    let channels: Int

    /// Where its settings are `strides`, `padding` and perhaps `dilation_rate`; `field` is the one
    /// that a window too large is laid to.
    init(
        _ size: [Int], over input: [Int], _ settings: SettingValues, field: String,
        dilation: [Int] = [1]
    ) throws(LayerFault) {
        let size = Self.pair(size)
        let strides = Self.pair(settings.integers("strides"), or: size)
        let dilation = Self.pair(dilation)
        let padding = try Self.padding(settings)
        func axis(_ axis: Int) -> WindowAxis? {
            WindowAxis(
                input: input[axis], size: size[axis], stride: strides[axis],
                dilation: dilation[axis], padding: padding?[axis])
        }
        guard let vertical = axis(0), let horizontal = axis(1) else {
            let over = padding == nil || padding! == [Edges.none, .none] ? "" : ", padded,"
            let dilated = dilation == [1, 1] ? "" : " dilated by \(Self.text(dilation))"
            throw LayerFault(
                field,
                "a window of \(Self.text(size))\(dilated) is larger than its input\(over) of "
                    + "\(Self.text(Array(input[..<2])))",
                hint: "take a smaller one, or \"padding\": \"same\"")
        }
        self.vertical = vertical
        self.horizontal = horizontal
        channels = input[2]
        try Self.checkSize(Double(size[0]) * Double(size[1]) * Double(channels), field)
        try Self.checkSize(
            Double(vertical.outputs) * Double(horizontal.outputs) * Double(channels), "padding")
    }

    /// The one window that is as large as an example.
    init(whole plan: LayerPlan) throws(LayerFault) {
        let input = try plan.input(axes: ["height", "width", "channels"])
        vertical = WindowAxis(whole: input[0])
        horizontal = WindowAxis(whole: input[1])
        channels = input[2]
        try Self.checkSize(input.reduce(1.0) { $0 * Double($1) }, nil)
    }

    init(_ vertical: WindowAxis, _ horizontal: WindowAxis, channels: Int) {
        self.vertical = vertical
        self.horizontal = horizontal
        self.channels = channels
    }

    /// How many places it takes over one example.
    var places: Int { vertical.outputs * horizontal.outputs }
    var cells: Int { vertical.size * horizontal.size }
    /// How many numbers an example has.
    var inputs: Int { vertical.input * horizontal.input * channels }

    func outputShape(channels: Int) -> [Int] {
        [vertical.outputs, horizontal.outputs, channels]
    }

    /// Refuses more numbers than an index of BLAS can tell.
    static func checkSize(_ count: Double, _ field: String?) throws(LayerFault) {
        if count > Double(Int32.max) {
            throw LayerFault(field, "makes more than \(Int32.max) numbers of one example")
        }
    }

    /// How far an axis is padded on its two sides.
    struct Edges: Equatable {
        let before: Int
        let after: Int
        static let none = Edges(before: 0, after: 0)
    }

    /// The padding of both axes; nil where it is as the input and the strides need it.
    private static func padding(_ settings: SettingValues) throws(LayerFault) -> [Edges]? {
        if let word = settings.word("padding") {
            return word == "same" ? nil : [.none, .none]
        }
        let given = settings.integers("padding")
        guard [1, 2, 4].contains(given.count) else {
            throw LayerFault(
                "padding",
                "has \(given.count.counted("number")), expected 1, 2 (vertical, horizontal) or 4 "
                    + "(top, bottom, left, right)")
        }
        guard given.allSatisfy({ 0...65536 ~= $0 }) else {
            throw LayerFault("padding", "must be from 0 to 65536")
        }
        if given.count == 4 {
            return [
                Edges(before: given[0], after: given[1]), Edges(before: given[2], after: given[3]),
            ]
        }
        return pair(given).map { Edges(before: $0, after: $0) }
    }

    /// One number for each axis, of one for both; of none, others.
    private static func pair(_ numbers: [Int], or others: [Int] = []) -> [Int] {
        switch numbers.count {
        case 0: others
        case 1: [numbers[0], numbers[0]]
        default: numbers
        }
    }

    private static func text(_ pair: [Int]) -> String { "\(pair[0]) × \(pair[1])" }
}

/// One axis of a window. At output o its cell i lies on the input's `o·stride − before + i·dilation`.
struct WindowAxis: Sendable, Equatable {
    let input: Int
    let size: Int
    let stride: Int
    let dilation: Int
    let before: Int
    let after: Int
    let outputs: Int

    /// Nil if the window, dilated, is larger than the padded input. Without a padding it is such
    /// that there are ⌈input ÷ stride⌉ outputs, the odd one after (TensorFlow's and Keras's "same").
    init?(input: Int, size: Int, stride: Int, dilation: Int, padding: Window.Edges?) {
        self.input = input
        self.size = size
        self.stride = stride
        self.dilation = dilation
        let extent = (size - 1) * dilation + 1
        if let padding {
            before = padding.before
            after = padding.after
            let room = before + input + after - extent
            guard room >= 0 else { return nil }
            outputs = room / stride + 1
        } else {
            outputs = (input + stride - 1) / stride
            let missing = max((outputs - 1) * stride + extent - input, 0)
            before = missing / 2
            after = missing - before
        }
    }

    /// One window as large as the input.
    init(whole input: Int) {
        self.input = input
        size = input
        stride = 1
        dilation = 1
        before = 0
        after = 0
        outputs = 1
    }

    /// Where the first cell lies, which may be before the input.
    func start(_ output: Int) -> Int { output * stride - before }

    /// Which cells lie on the input, not on its padding.
    func cells(_ output: Int) -> Range<Int> {
        let start = start(output)
        if start >= 0 && start + (size - 1) * dilation < input { return 0..<size }
        let first = start >= 0 ? 0 : min((dilation - 1 - start) / dilation, size)
        // The cells before the input's end; start is less than it but for a padding after.
        let end = start >= input ? 0 : min((input - 1 - start) / dilation + 1, size)
        return first..<max(first, end)
    }

    /// Whether each cell is an output's, in its place.
    var isTrivial: Bool { size == 1 && stride == 1 && before == 0 && after == 0 }
}
