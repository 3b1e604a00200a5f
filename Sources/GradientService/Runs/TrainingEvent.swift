import Checking
import JSON
import RunStore
import Training

/// Something to tell of a training as it goes: a flat JSON object.
struct TrainingEvent: Sendable {
    /// What an event tells of; a training ends with one of the last three.
    enum Kind: String, CaseIterable, Sendable {
        case started, epoch, checkpoint, warning, done, failed, cancelled

        var isLast: Bool {
            switch self {
            case .started, .epoch, .checkpoint, .warning: false
            case .done, .failed, .cancelled: true
            }
        }
    }

    let kind: Kind
    let epoch: Int
    private let step: Int
    /// Writes the members that are of this event alone.
    private let write: @Sendable (inout JSONWriter) -> Void

    init(
        _ kind: Kind, epoch: Int, step: Int,
        _ write: @escaping @Sendable (inout JSONWriter) -> Void = { _ in }
    ) {
        self.kind = kind
        self.epoch = epoch
        self.step = step
        self.write = write
    }

    /// The object, without its `id`, which it gets when it is sent or stored. Made when it is asked
    /// for: where nobody listens there is an event all the same.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("event", kind.rawValue)
            writer.field("epoch", epoch)
            writer.field("step", step)
            write(&writer)
        }
        return writer.bytes
    }
}

extension TrainingEvent {
    /// A training begins, or goes on.
    static func started(_ progress: RunProgress, stepsPerEpoch: Int) -> TrainingEvent {
        TrainingEvent(.started, epoch: progress.epoch, step: progress.step) { writer in
            writer.field("epochs", progress.epochs)
            writer.field("steps_per_epoch", stepsPerEpoch)
        }
    }

    /// An epoch that is reported. Its numbers are null where they are not finite.
    static func epoch(
        _ report: EpochReport, _ columns: [String], seconds: Double, faulty fault: Fault?
    ) -> TrainingEvent {
        TrainingEvent(.epoch, epoch: report.epoch, step: report.step) { writer in
            writer.mark(fault)
            for (name, value) in zip(columns, report.values) { writer.field(name, value) }
            writer.field("seconds", seconds)
        }
    }

    static func checkpoint(_ progress: RunProgress, bytes: Int) -> TrainingEvent {
        TrainingEvent(.checkpoint, epoch: progress.epoch, step: progress.step) { writer in
            writer.field("bytes", bytes)
        }
    }

    /// A training that cannot go on, as the service is now.
    static func refused(_ progress: RunProgress, _ reason: String) -> TrainingEvent {
        TrainingEvent(.failed, epoch: progress.epoch, step: progress.step) { writer in
            writer.field("outcome", "refused")
            writer.field("detail", reason)
        }
    }

    /// Where it goes on from, for one whose state nobody else keeps.
    static func cancelled(
        _ progress: RunProgress, because reason: String, checkpoint: [UInt8]? = nil
    ) -> TrainingEvent {
        TrainingEvent(.cancelled, epoch: progress.epoch, step: progress.step) { writer in
            writer.field("detail", reason)
            guard let checkpoint else { return }
            writer.field(
                "checkpoint", checkpoint: checkpoint, epoch: progress.epoch, step: progress.step)
        }
    }

    static func warning(_ warning: TrainingWarning, _ step: Int) -> TrainingEvent {
        TrainingEvent(.warning, epoch: warning.epoch, step: step) { writer in
            writer.field("detail", warning.sentence)
        }
    }

    /// A training that has come to an end of its own: `done`, or `failed` where it diverged; with the
    /// body of its answer where it goes along.
    static func ended(
        _ training: any TrainingInProgress, result: [UInt8]? = nil
    ) -> TrainingEvent {
        let progress = training.progress
        guard case .diverged(let divergence) = training.outcome else {
            let outcome = training.outcome?.name ?? "finished"
            return TrainingEvent(.done, epoch: progress.epoch, step: progress.step) { writer in
                writer.field("outcome", outcome)
                if let result { writer.field("result", json: result) }
            }
        }
        return TrainingEvent(
            .failed, epoch: divergence.epoch + 1, step: divergence.step + 1
        ) { writer in
            writer.field("outcome", "diverged")
            writer.field("tensor", divergence.tensor)
            writer.field("kind", divergence.isNaN ? "NaN" : "Infinity")
            writer.field("detail", divergence.sentence)
            if let result { writer.field("result", json: result) }
        }
    }
}

extension Duration {
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}

extension RunEvent {
    /// As it is stored. What is told of an epoch is told once, however often the epoch is done.
    init(_ event: TrainingEvent) {
        let isOfEpoch = event.kind == .epoch || event.kind == .warning
        self.init(
            kind: event.kind.rawValue, epoch: isOfEpoch ? event.epoch : nil, bytes: event.json)
    }
}
