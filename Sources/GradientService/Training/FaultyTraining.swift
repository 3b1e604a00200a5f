import Checking
import JSON
import NeuralNetwork
import RunStore
import Training

/// A training with a mistake made on purpose, after the right one: the cost falls in both, so that
/// a loss curve is no check of derivatives.
final class FaultyTraining: TrainingInProgress {
    private let fault: Fault
    private let shown: FaultyBackpropagation.Result
    private let right: TrainingOfRequest<Double>
    private let wrong: TrainingOfRequest<Double>

    /// Refused where the mistake changes nothing in the first step.
    init(
        _ fault: Fault, _ course: Course<Double>, unless isCancelled: () -> Bool
    ) throws(RequestError) {
        self.fault = fault
        shown = try course.rehearse(fault, unless: isCancelled)
        right = try TrainingOfRequest(course)
        wrong = try TrainingOfRequest(course, by: course.faulty(fault))
    }

    /// Of the wrong training alone, for what is told is one training.
    func advance(while goesOn: () -> Bool, unless isCancelled: () -> Bool) -> [TrainingEvent] {
        if right.outcome == nil { _ = right.advance(while: goesOn, unless: isCancelled) }
        return right.outcome == nil ? [] : wrong.advance(while: goesOn, unless: isCancelled)
    }

    var train: Train { wrong.train }
    var progress: RunProgress { wrong.progress }
    var stepsPerEpoch: Int { wrong.stepsPerEpoch }
    var outcome: TrainingOutcome? { wrong.outcome }

    func checkpoint() -> [UInt8]? { nil }

    func write(to writer: inout JSONWriter) {
        let course = wrong.course
        course.train.write(shown, of: fault, to: &writer)
        course.train.write(
            wrong.session, of: course, besides: right.session.state.costs, to: &writer)
    }
}

extension Course<Double> {
    private func backpropagation(_ fault: Fault) -> FaultyBackpropagation {
        FaultyBackpropagation(
            fault, learningRate: trainer.learningRate, datasetSize: Double(problem.examples))
    }

    /// The backward pass with a mistake in it.
    func faulty(_ fault: Fault) -> Trainer.Backward<Double> {
        let backpropagation = backpropagation(fault)
        let penalty = problem.penalty
        return { network, pass, batch, isCancelled in
            backpropagation.run(
                network, pass, batch.objective, denominator: batch.denominator,
                penalty: penalty, unless: isCancelled
            ).map { ($0.gradients, $0.penalties) }
        }
    }

    /// What a mistake makes of the first step; refused where that is nothing.
    func rehearse(
        _ fault: Fault, unless isCancelled: () -> Bool
    ) throws(RequestError) -> FaultyBackpropagation.Result {
        let first = data.batch.rows(0..<min(trainer.batchSize, problem.examples))
        var network = problem.network
        for (index, mask) in first.masks.enumerated() {
            network.layers[index].numbers.mask = mask
        }
        guard
            let pass = network.forward(first.inputs, Run(.training), unless: isCancelled),
            let made = backpropagation(fault).run(
                network, pass, first.objective, denominator: first.denominator,
                penalty: problem.penalty, unless: isCancelled)
        else { throw .cancelled }
        guard made.places.isEmpty else { return made }
        throw .invalidFields(
            InvalidFields(
                FieldFault(
                    Train.faultPointer,
                    "\(fault.name.quoted) changes nothing in the first step of this training",
                    hint: "it needs " + fault.needs)))
    }
}

extension Train {
    /// `fault`: what is wrong with everything that follows.
    fileprivate func write(
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
