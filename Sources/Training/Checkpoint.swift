import NeuralNetwork

// A training that was put aside, as bytes: all that it takes to go on to the same bits.

/// Why bytes are no checkpoint that a training can go on from.
public struct CheckpointFault: Error, Equatable {
    public let reason: String

    static let damaged = CheckpointFault(
        reason: "is damaged, or was not made by this version of the program")
}

private let format = "gradientd checkpoint 1"

extension TrainingSession {
    /// All that it takes to go on from here. The trainer, the data and the network's layers are not
    /// part of it: they are the caller's to keep.
    public func checkpoint() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(format)
        writer.write(list: facts) { fact, writer in
            writer.write(fact.name)
            writer.write(fact.value)
        }
        writer.write(list: memories) { $1.write($0) }
        writer.write(list: columns) { $1.write($0) }
        writer.write(state)
        return writer.bytes
    }

    /// A training that goes on from a checkpoint of it.
    ///
    /// Learning rate, schedule, clipping, early stopping and the number of epochs may be others than
    /// they were; what the checkpoint's own arrays depend on may not. Bytes of any origin are
    /// refused if they do not fit.
    public init(
        _ network: Network<S>, on data: TrainingData<S>, by trainer: Trainer,
        from checkpoint: [UInt8], backward: Trainer.Backward<S>? = nil
    ) throws(CheckpointFault) {
        let begun = TrainingSession(network, on: data, by: trainer, backward: backward)
        var reader = ByteReader(checkpoint)
        try begun.compare(with: &reader)
        guard let state = try? reader.state(of: begun), reader.isAtEnd else { throw .damaged }
        self.init(state, on: data, by: trainer, backward: backward)
    }

    /// What the checkpoint's numbers depend on.
    private var facts: [(name: String, value: String)] {
        [
            ("precision", S.self == Float.self ? "float32" : "float64"),
            ("optimizer", trainer.optimizer.formula),
            ("loss", data.batch.objective.loss.formula),
            ("penalty", trainer.penalty.map { "l1 \($0.l1), l2 \($0.l2), \($0.scale)" } ?? "none"),
            ("network", outline),
            ("examples", String(data.batch.examples)),
            ("batch_size", String(trainer.batchSize)),
            (
                "shuffle",
                trainer.shuffling.map { "\($0.order.rawValue), seed \($0.seed)" } ?? "none"
            ),
            ("metrics", metrics.isEmpty ? "none" : metrics.map(\.name).joined(separator: ", ")),
        ]
    }

    private var outline: String {
        state.network.layers.map { layer in
            let shape = layer.layer.outputShape.map(String.init).joined(separator: "×")
            return "\(type(of: layer.layer).declaration.name) \(shape) \(layer.activation)"
        }.joined(separator: ", ")
    }

    /// What the schedule and early stopping remember the best of; where it is another than it was,
    /// they begin anew.
    var memories: [String] {
        [
            trainer.schedule.map {
                "\($0.formula), \($0.monitor ?? ""), \(trainer.learningRate)"
            } ?? "",
            trainer.earlyStopping.map {
                "\($0.monitor.name), \($0.monitor.isGreaterBetter ? "max" : "min")"
                    + ($0.restoreBest ? ", kept" : "")
            } ?? "",
        ]
    }

    private func compare(with reader: inout ByteReader) throws(CheckpointFault) {
        guard (try? reader.text()) == format,
            let found = try? reader.list({ (reader) throws(ByteReader.Malformed) in
                (name: try reader.text(), value: try reader.text())
            }), found.map(\.name) == facts.map(\.name)
        else { throw .damaged }
        for (found, own) in zip(found, facts) where found.value != own.value {
            throw CheckpointFault(
                reason:
                    "is of a training whose \(own.name) was \(found.value.prefix(200)), and this "
                    + "one's is \(own.value)")
        }
    }
}
