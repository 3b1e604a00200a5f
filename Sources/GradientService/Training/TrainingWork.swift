import JSON
import NeuralNetwork
import Training

// What a training asks for beside the work of its passes, with the limits; known from shapes alone.

extension Train {
    func figures(
        _ layers: [any Layer], examples m: Int, _ limits: ServiceLimits
    ) -> [WorkEstimate.Figure] {
        [steps(m, limits), memory(layers, limits), reports(layers, limits)]
    }

    private func steps(_ m: Int, _ limits: ServiceLimits) -> WorkEstimate.Figure {
        let size = max(min(training.batchSize ?? m, m), 1)
        let perEpoch = m == 0 ? 0 : (m - 1) / size + 1
        return WorkEstimate.Figure(
            name: "training_steps", asked: Double(perEpoch) * Double(training.epochs),
            limit: Double(limits.steps), pointer: Self.place("epochs"),
            detail: "\(training.epochs.counted("epoch")) of \(perEpoch.counted("step")) are more "
                + "than the limit of \(limits.steps.counted("step"))")
    }

    /// What the optimizer remembers of the parameters.
    func optimizerBytes(_ layers: [any Layer]) -> Double {
        let parameters = layers.flatMap(\.parameters).reduce(0.0) { $0 + $1.count }
        let width =
            request.options.precision == .float64
            ? MemoryLayout<Double>.size : MemoryLayout<Float>.size
        return parameters * Double(training.optimizer.value.mostSlots) * Double(width)
    }

    private func memory(_ layers: [any Layer], _ limits: ServiceLimits) -> WorkEstimate.Figure {
        let bytes = optimizerBytes(layers)
        return WorkEstimate.Figure(
            name: "optimizer_bytes", asked: bytes, limit: limits.bytes,
            pointer: Self.place("optimizer"),
            detail: "remembers up to \(Int(clamping: bytes)) bytes of the parameters, the limit is "
                + "\(Int(clamping: limits.bytes))")
    }

    /// The cost of each epoch, and what is told of those that are reported.
    private func reports(_ layers: [any Layer], _ limits: ServiceLimits) -> WorkEstimate.Figure {
        var trainer = Trainer(
            optimizer: training.optimizer.value, learningRate: 0, epochs: 1, batchSize: 1)
        trainer.clipping = training.clipping?.value
        trainer.metrics = metrics.map(\.value)
        trainer.watches = training.watches
        // With each report come its epoch and its step.
        let columns = trainer.columns(of: layers, hasValidation: validation != nil).count + 2
        let epochs = Double(training.epochs)
        let asked = epochs + (epochs / Double(training.reportEvery) + 1) * Double(columns)
        return WorkEstimate.Figure(
            name: "reported_numbers", asked: asked, limit: Double(limits.reportedNumbers),
            pointer: Self.place("epochs"),
            detail: "\(training.epochs) epochs report \(Int(clamping: asked)) numbers, \(columns) "
                + "of each that is reported and its cost of every one; the limit is "
                + "\(limits.reportedNumbers): a greater \"report_every\" reports less")
    }

    /// A field of `training`.
    static func place(_ name: String) -> JSONPointer {
        JSONPointer.root.appending("training").appending(name)
    }
}
