extension Conv2D {
    /// The same convolution over inputs that have the padding's zeros in them already.
    public struct OverPaddedInputs: Sendable {
        public let layer: Conv2D
        /// The shape of one example of its inputs.
        public let shape: [Int]
        /// How many rows of zeros are above, and how many columns to the left.
        public let top: Int
        public let left: Int
    }

    /// Nil where nothing is padded.
    public var overPaddedInputs: OverPaddedInputs? {
        let window = convolution.window
        guard let vertical = window.vertical.padded, let horizontal = window.horizontal.padded,
            vertical.input > window.vertical.input || horizontal.input > window.horizontal.input
        else { return nil }
        let padded = Window(vertical, horizontal, channels: window.channels)
        return OverPaddedInputs(
            layer: Conv2D(
                hasBias: hasBias,
                Convolution(
                    window: padded, filters: convolution.filters, groups: convolution.groups)),
            shape: [vertical.input, horizontal.input, window.channels],
            top: window.vertical.before, left: window.horizontal.before)
    }
}

extension WindowAxis {
    /// The same axis with the padding as part of the input.
    fileprivate var padded: WindowAxis? {
        WindowAxis(
            input: before + input + after, size: size, stride: stride, dilation: dilation,
            padding: Window.Edges.none)
    }
}
