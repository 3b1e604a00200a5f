import JSON
import NeuralNetwork
import Training

/// `{"optimizer": "adam", "learning_rate": 0.001, "epochs": 10, "batch_size": 64, …}`.
struct TrainingSettings {
    let optimizer: Chosen<any Optimizer>
    let learningRate: Double
    /// In all; a run that is resumed does more.
    var epochs: Int
    /// Nil for the whole batch.
    let batchSize: Int?
    let schedule: Chosen<any Schedule>?
    let clipping: Chosen<Clipping>?
    let shuffling: Shuffling?
    let earlyStopping: SettingValues?
    let watches: Set<Trainer.Watch>
    let reportEvery: Int
}

extension FieldDecoder where Value == TrainingSettings {
    static var training: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            var reader = try FieldReader(cursor)
            let optimizer = reader.required(
                "optimizer", .choice("optimizer", among: optimizers))
            let rate = reader.optional("learning_rate", .number(in: 0...1e6))
            let epochs = reader.required("epochs", .integer(in: 1...1_000_000_000))
            let batchSize = reader.optional("batch_size", .integer(in: 1...1_000_000_000))
            let schedule = reader.optional("schedule", .choice("schedule", among: schedules))
            let clipping = reader.optional("clipping", .choice("clipping", among: clippings))
            let shuffling = reader.optional("shuffle", .settings(Shuffling.settings))
            let stopping = reader.optional("early_stopping", .settings(EarlyStopping.settings))
            let watches = reader.optional(
                "watch", .list(of: FieldDecoder<Trainer.Watch>.word("watch")), default: [])
            let reportEvery = reader.optional(
                "report_every", .integer(in: 1...1_000_000_000), default: 1)
            let (optimizerRead, epochsRead, watchesRead, everyRead) = try reader.finish(
                optimizer, epochs, watches, reportEvery)
            return TrainingSettings(
                optimizer: optimizerRead,
                learningRate: rate ?? optimizerRead.value.defaultLearningRate,
                epochs: epochsRead, batchSize: batchSize, schedule: schedule, clipping: clipping,
                shuffling: shuffling.map { Shuffling($0) }, earlyStopping: stopping,
                watches: Set(watchesRead),
                reportEvery: everyRead)
        }
    }
}

extension FieldDecoder where Value == SettingValues {
    /// An object of declared settings, each its default where it is left out.
    static func settings(_ settings: [Setting]) -> FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            var reader = try FieldReader(cursor)
            let values = reader.settings(settings)
            return try reader.finish(values)
        }
    }
}

/// A state of a training that a caller keeps: `{"epoch": 3, "step": 12, "base64": "…"}`.
struct WireCheckpoint {
    let pointer: JSONPointer
    let bytes: [UInt8]
}

extension FieldDecoder where Value == WireCheckpoint {
    static var checkpoint: FieldDecoder {
        let bytes = FieldDecoder<[UInt8]> { (cursor) throws(InvalidFields) in
            do throws(JSONValueError) {
                return try cursor.base64()
            } catch {
                throw InvalidFields(FieldFault(error.pointer, error.reason))
            }
        }
        return FieldDecoder { (cursor) throws(InvalidFields) in
            var reader = try FieldReader(cursor)
            // What the bytes say themselves, for a reader's eye.
            _ = reader.optional("epoch", .integer(in: 0...Int(Int32.max)))
            _ = reader.optional("step", .integer(in: 0...Int.max / 2))
            let text = reader.required("base64", bytes)
            let read = try reader.finish(text)
            return WireCheckpoint(pointer: cursor.pointer, bytes: read)
        }
    }
}

extension JSONWriter {
    /// A checkpoint, as a request may give it.
    mutating func field(_ name: String, checkpoint: [UInt8], epoch: Int, step: Int) {
        object(name) { writer in
            writer.field("epoch", epoch)
            writer.field("step", step)
            writer.field("base64", base64: checkpoint)
        }
    }
}
