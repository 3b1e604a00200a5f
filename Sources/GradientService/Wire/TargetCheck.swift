import JSON
import NeuralNetwork

/// Reads Y for a loss: refuses numbers that cannot be its targets, and makes class indices one-hot.
struct TargetCheck {
    let targets: WireArray
    let loss: Loss
    let layout: Layout
    /// n[L].
    let outputs: Int

    /// The targets, `[m, outputs]`.
    func matrix<S: WireScalar>() throws(InvalidFields) -> Matrix<S> {
        switch loss.targetKind {
        case .classIndices:
            let last = Double(outputs - 1)
            try refuse("a class index from 0 to \(outputs - 1)") {
                !(0...last).contains($0) || $0 != $0.rounded()
            }
            return Matrix.oneHot(targets.elements.map { Int($0) }, of: outputs)
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
        return try targets.matrix(transposed: layout.examplesAreColumns)
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
