import JSON
import RunStore
import Testing
import Training

@testable import GradientService

/// The fields of what `/train` and the runs answer, beside the contract.
struct ContractTrainingsTests {
    private func train(_ network: String, _ batch: String, _ others: String) throws -> Answer {
        let answer = try Answer(
            "train",
            #"{"layout": "pytorch", "loss": "mean_squared_error", "network": {"layers": [\#(network)]}, "#
                + #""batch": {\#(batch)}, \#(others)}"#)
        #expect(answer.status == 200, "\(answer.text)")
        return answer
    }

    /// Of all layers all arrays, a penalty, weights, and a mistake made on purpose.
    private func faulty() throws -> Answer {
        let include = Train.arrays.all.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        return try train(
            ContractFieldsTests.layers.replacing("1e308", with: "0.5"),
            #""X": [[0, 1], [1, 1]], "Y": [[0], [0]], "sample_weight": [1, 2]"#,
            #""denominator": "weights", "penalty": {"l2": 1, "scale": "lambda"}, "#
                + #""include": [\#(include)], "fault": "sign", "#
                + #""training": {"optimizer": "sgd", "epochs": 1}"#)
    }

    /// With all that may be asked for; the R² of examples that weigh nothing is no number.
    private func reported() throws -> Answer {
        try train(
            #"{"units": 1}"#, #""X": [[0, 1], [1, 1]], "Y": [[0], [1]]"#,
            #""metrics": ["r2"], "checkpoint": true, "#
                + #""validation": {"X": [[1, 0]], "Y": [[0]], "sample_weight": [0]}, "#
                + #""training": {"optimizer": "sgd", "epochs": 2, "schedule": "inverse_time", "#
                + #""clipping": "norm", "shuffle": {}, "watch": ["gradient_norms"], "#
                + #""early_stopping": {"monitor": "loss:mean"}}"#)
    }

    /// A setting that other libraries take differently, and a learning rate that is far too great.
    private func diverged() throws -> Answer {
        try train(
            #"{"W": [[1]], "b": [0]}, {"type": "activation", "activation": "leaky_relu"}"#,
            #""X": [[1e30]], "Y": [[0]]"#,
            #""training": {"optimizer": "sgd", "learning_rate": 1e6, "epochs": 5}"#)
    }

    private func dryRun() throws -> Answer {
        try train(
            #"{"units": 1}"#, #""X": [[1]], "Y": [[1]]"#,
            #""dry_run": true, "training": {"optimizer": "sgd", "epochs": 1}"#)
    }

    @Test func `the fields of the answer are the contract's`() throws {
        let answers = try [faulty(), reported(), diverged(), dryRun()]
        let names = try Set(answers.flatMap { try $0.names("") })
        #expect(try names.sorted() == ContractText.properties("TrainAnswer").sorted())
    }

    @Test func `the fields inside the answer are the contract's`() throws {
        let (faulty, reported, diverged) = try (faulty(), reported(), diverged())
        let schema = try ContractText.schema("TrainAnswer").block("properties")
        for (pointer, block) in [
            ("/fault", try ContractText.schema("Fault").block("properties")),
            ("/network", try schema.block("network", "properties")),
            ("/last_step", try schema.block("last_step", "properties")),
        ] {
            #expect(try faulty.names(pointer).sorted() == block.keys.sorted(), "\(pointer)")
        }
        let trained = try ContractText.properties("TrainedLayer")
        #expect(try faulty.layerNames("/network/layers") == trained.sorted())

        let training = try Set(faulty.names("/training") + reported.names("/training"))
        #expect(try training == Set(schema.block("training", "properties").keys))
        let evaluation = try schema.block("evaluation", "properties").keys
        #expect(try reported.names("/evaluation") == evaluation)
        #expect(try reported.names("/best") == ContractText.properties("Best"))
        #expect(try reported.names("/checkpoint") == ContractText.properties("Checkpoint"))
        #expect(try diverged.names("/failure") == ContractText.properties("Failure"))
        let history = try ContractText.schema("History")
        #expect(try reported.names("/history").starts(with: history.block("properties").keys))
    }

    @Test func `outcomes are the contract's`() throws {
        let names = [TrainingOutcome.finished.name, TrainingOutcome.stoppedEarly.name]
        let outcomes = try ContractText.schema("Outcome").list("enum")
        #expect(try outcomes == names + [diverged().string("/outcome")])
    }

    @Test func `the fields of events are the contract's`() throws {
        let progress = RunProgress(epoch: 1, epochs: 2, step: 3)
        let events: [(TrainingEvent, schema: String, left: Set<String>)] = [
            (.started(progress, stepsPerEpoch: 3), "StartedEvent", []),
            (.checkpoint(progress, bytes: 4), "CheckpointEvent", []),
            (.cancelled(progress, because: "so", checkpoint: [1]), "CancelledEvent", []),
            (.refused(progress, "so"), "FailedEvent", ["tensor", "kind", "result"]),
        ]
        for (event, schema, left) in events {
            let names = try JSONDocument(parsing: event.json).root.members().map(\.name)
            let known = try Set(ContractText.properties(schema)).subtracting(left)
            #expect(Set(names + ["id"]) == known, "\(schema)")
            let kind = try ContractText.schema(schema).block("properties", "event")
            #expect(kind.value("const") == event.kind.rawValue, "\(schema)")
        }
    }

    @Test func `each kind of event has its schema, in the same order`() throws {
        let schemas = try ContractText.schema("TrainingEvent").block("oneOf").references
        let kinds = try schemas.map {
            try ContractText.schema($0).block("properties", "event").value("const")
        }
        #expect(kinds == TrainingEvent.Kind.allCases.map(\.rawValue))
    }

    @Test func `the fields of a run are the contract's`() throws {
        let store = try RunStore(at: .memory)
        let run = try store.create(
            request: [1], limits: TrainingsSettings().kept
        ).run
        var writer = JSONWriter()
        writer.object { $0.write(run) }
        let root = try JSONDocument(parsing: writer.bytes).root
        // One that waits has neither times nor a result.
        let names = try root.members().map(\.name)
        #expect(try names == ContractText.schema("Run").list("required"))
        let links = try #require(root["/links"]).members().map(\.name)
        #expect(
            try links == ContractText.schema("Run").block("properties", "links", "properties").keys)
    }

    @Test func `the longest key of a request is the contract's`() throws {
        let key = try ContractText().block("components", "parameters", "IdempotencyKey", "schema")
        #expect(key.number("maxLength") == Double(IdempotencyKey.limit))
    }
}
