import Checking
import JSON
import NeuralNetwork
import Training

// A training with a mistake made on purpose, beside the right one: the cost falls in both, so that a
// loss curve is no check of derivatives.

/// A training that is ready to go.
struct Course<S: WireScalar> {
    let problem: Problem<S>
    let trainer: Trainer
    let batch: TrainingBatch<S>

    func train(
        by backward: Trainer.Backward<S>? = nil, isCancelled: () -> Bool
    ) throws(RequestError) -> TrainingResult<S> {
        do throws(Trainer.Cancelled) {
            return try trainer.train(
                problem.network, on: batch, by: backward, isCancelled: isCancelled)
        } catch {
            throw .cancelled
        }
    }
}

extension Course<Double> {
    private func backpropagation(
        _ fault: Fault, _ training: TrainingSettings
    ) -> FaultyBackpropagation {
        FaultyBackpropagation(
            fault, learningRate: training.learningRate, datasetSize: Double(problem.examples))
    }

    /// The backward pass with a mistake in it.
    func faulty(_ fault: Fault, _ training: TrainingSettings) -> Trainer.Backward<Double> {
        let backpropagation = backpropagation(fault, training)
        return { network, pass, batch in
            let made = backpropagation.run(
                network, pass, batch.objective, denominator: batch.denominator,
                penalty: problem.penalty)
            return (made.gradients, made.penalties)
        }
    }

    /// What a mistake makes of the first step; refused where that is nothing.
    func rehearse(
        _ fault: Fault, _ training: TrainingSettings
    ) throws(RequestError) -> FaultyBackpropagation.Result {
        let first = batch.rows(0..<min(trainer.batchSize, problem.examples))
        var network = problem.network
        for (index, mask) in first.masks.enumerated() {
            network.layers[index].numbers.mask = mask
        }
        let made = backpropagation(fault, training).run(
            network, network.forward(first.inputs, Run(.training)), first.objective,
            denominator: first.denominator, penalty: problem.penalty)
        guard made.places.isEmpty else { return made }
        throw .invalidFields(
            InvalidFields(
                FieldFault(
                    JSONPointer.root.appending("fault"),
                    "\(fault.name.quoted) changes nothing in the first step of this training",
                    hint: "it needs " + fault.needs)))
    }
}

extension Train {
    /// `fault`: what is wrong with everything that follows.
    func write(
        _ made: FaultyBackpropagation.Result, of fault: Fault, to writer: inout JSONWriter
    ) {
        writer.object("fault") { writer in
            writer.field("name", fault.name)
            writer.field("made_in", made.places)
            writer.field("sentence", made.sentence)
            writer.field(
                "note",
                "Deliberately faulty: the network, the costs and the last step are made with this "
                    + "mistake in every step. Only costs_without_fault is of the right training.")
        }
    }
}

extension JSONWriter {
    /// Marks an object as made with a mistake on purpose.
    mutating func mark(_ fault: Fault?) {
        if let fault { field("deliberately_faulty", fault.name) }
    }
}

extension FieldDecoder where Value == Fault {
    /// A mistake by its name.
    static var fault: FieldDecoder {
        let name = FieldDecoder<String>.word("fault", among: Fault.all.map(\.name))
        return FieldDecoder { (cursor) throws(InvalidFields) in
            guard let fault = Fault.named(try name.decode(cursor)) else {
                preconditionFailure("the word is one of the names")
            }
            return fault
        }
    }
}
