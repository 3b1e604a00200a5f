import Checking
import JSON
import NeuralNetwork

extension JSONWriter {
    /// `probe`: a batch, and the network where it is another, as a request may give them.
    mutating func write(_ probe: Probe, _ problem: Problem<Double>, loss: String?) {
        object("probe") { writer in
            let layout = problem.layout
            writer.object("batch") { writer in
                writer.field("X", signal: probe.inputs, problem.network.inputShape, layout)
                let output = problem.network.outputShape
                if loss == "sparse_categorical_crossentropy" {
                    let classes = probe.classes
                    if output.count == 1 {
                        writer.field("Y", shape: [classes.rows], classes.elements)
                    } else {
                        writer.field("Y", signal: classes, output.dropLast(), layout)
                    }
                } else {
                    writer.field(
                        "Y", signal: probe.targets.split(rows: probe.inputs.rows), output, layout)
                }
                if let weights = probe.weights {
                    writer.field("sample_weight", shape: [weights.count], weights)
                }
            }
            if let network = probe.network {
                writer.write(network, as: problem.wire, layout, withMasks: true)
            }
        }
    }
}

extension Probe {
    /// The index of each row's class, an example a row.
    fileprivate var classes: Matrix<Double> {
        let indices = (0..<targets.rows).map { row in
            Double((0..<targets.columns).first { targets[row, $0] == 1 } ?? 0)
        }
        return Matrix(
            rows: inputs.rows, columns: indices.count / inputs.rows, elements: indices)
    }
}
