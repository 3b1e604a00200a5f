import JSON
import NeuralNetwork

/// Reads Y for a loss: refuses numbers that cannot be its targets, and makes class indices one-hot.
struct TargetCheck {
    let targets: WireArray
    let loss: Loss
    let layout: Layout
    /// The shape of one example of the network's outputs.
    let outputShape: [Int]

    private var outputs: Int { outputShape[outputShape.count - 1] }

    /// The targets, each position a row: `[m · positions, outputs]`.
    func matrix<S: WireScalar>() throws(InvalidFields) -> Matrix<S> {
        switch loss.targetKind {
        case .classIndices:
            let last = Double(outputs - 1)
            try refuse("a class index from 0 to \(outputs - 1)") {
                !(0...last).contains($0) || $0 != $0.rounded()
            }
            return Matrix.oneHot(try classes(), of: outputs)
        case .probabilities:
            try refuse("a probability from 0 to 1") { !(0...1).contains($0) }
        case .distribution:
            try refuse("a probability, which is not negative") { $0 < 0 }
        case .nonNegative:
            try refuse("a number that is not negative") { $0 < 0 }
        case .signs:
            try refuse("-1 or 1") { abs($0) != 1 }
        case .any: break
        }
        return try targets.signal(layout).split(columns: outputs)
    }

    /// Class indices, example after example.
    private func classes() throws(InvalidFields) -> [Int] {
        if outputShape.count == 1 { return targets.elements.map { Int($0) } }
        let matrix: Matrix<Double> = try targets.signal(layout)
        return matrix.elements.map { Int($0) }
    }

    private func refuse(
        _ expected: String, where isWrong: (Double) -> Bool
    ) throws(InvalidFields) {
        guard let index = targets.elements.firstIndex(where: isWrong) else { return }
        throw InvalidFields(
            FieldFault(
                targets.pointer,
                "Y\(targets.position(of: index)) is \(targets.elements[index]), "
                    + "expected \(expected)"))
    }
}
