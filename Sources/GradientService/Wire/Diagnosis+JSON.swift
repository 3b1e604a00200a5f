import Checking
import JSON
import NeuralNetwork

extension JSONWriter {
    /// The members of an answer that say what is right and what is wrong; `pointer` is where each
    /// derivative stands in the request.
    mutating func write(_ diagnosis: Diagnosis, pointer: (GradientID) -> JSONPointer?) {
        field("verdict", diagnosis.verdict.rawValue)
        field("summary", diagnosis.summary)
        field("score", diagnosis.score)
        field("conventions", diagnosis.conventions.map(\.rawValue))
        if let layout = diagnosis.layout { field("layout", layout.rawValue) }
        if let first = diagnosis.firstWrong { field("first_wrong", first.name) }
        if let lookAt = diagnosis.lookAt { field("look_at", lookAt) }
        array("tensors") { writer in
            for tensor in diagnosis.tensors {
                writer.object { $0.write(tensor, pointer(tensor.id)) }
            }
        }
        array("mistakes") { writer in
            for mistake in diagnosis.mistakes {
                writer.object { writer in
                    writer.field("name", mistake.name)
                    writer.field("step", mistake.step)
                    writer.field("tensors", mistake.tensors)
                    writer.field("sentence", mistake.sentence)
                }
            }
        }
        array("ambiguities") { writer in
            for ambiguity in diagnosis.ambiguities {
                writer.object { writer in
                    writer.field("kind", ambiguity.kind.rawValue)
                    writer.field("tensors", ambiguity.tensors)
                    writer.field("sentence", ambiguity.sentence)
                }
            }
        }
        if let cost = diagnosis.cost {
            object("cost") { writer in
                writer.field("verdict", cost.isCorrect ? "correct" : "wrong")
                writer.field("submitted", cost.submitted)
                writer.field("expected", cost.expected)
                writer.field("sentence", cost.sentence)
            }
        }
    }

    private mutating func write(_ tensor: Diagnosis.TensorVerdict, _ pointer: JSONPointer?) {
        field("name", tensor.name)
        if let pointer { field("pointer", pointer.description) }
        if tensor.id.layer >= 0 { field("layer", tensor.id.layer) }
        field("array", tensor.array)
        field("verdict", tensor.verdict.rawValue)
        field("score", tensor.score)
        field("sentence", tensor.sentence)
        if let shape = tensor.shape {
            object("shape") { writer in
                writer.field("found", shape.found)
                writer.field("expected", shape.expected)
                writer.field("is", shape.kind.rawValue)
            }
        }
        if let comparison = tensor.comparison {
            if let factor = comparison.factor { field("factor", factor) }
            field("residual", comparison.residual)
        }
        field("given_upstream", tensor.isStepRight ? "correct" : "wrong")
        guard !tensor.mistakes.isEmpty else { return }
        array("mistakes") { writer in
            for mistake in tensor.mistakes {
                writer.object { writer in
                    writer.field("name", mistake.name)
                    writer.field("sentence", mistake.sentence)
                }
            }
        }
        if let because = tensor.because { field("because", because) }
    }
}
