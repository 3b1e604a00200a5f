import NeuralNetwork

extension ArrayForm {
    /// The names of the axes as a layout has them.
    func axesText(_ layout: Layout) -> String {
        order(in: layout).map { axes[$0] }.joined(separator: " × ")
    }
}

/// The names of the axes of a signal, as a layout has them.
func signalAxes(_ count: Int, _ layout: Layout) -> String {
    let names =
        switch count {
        case 1: ["examples", "units"]
        case 2: ["examples", "time", "features"]
        case 3: ["examples", "height", "width", "channels"]
        default: ["examples"] + (1...max(count, 1)).map { "axis \($0)" }
        }
    guard names.count == count + 1 else { return "examples" }
    return AxisOrder.signal(axes: count, layout).places.map { names[$0] }
        .joined(separator: " × ")
}
