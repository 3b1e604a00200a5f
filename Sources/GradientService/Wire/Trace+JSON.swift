import JSON
import NeuralNetwork

extension Problem {
    /// What the trace of its passes depends on.
    var traceSetting: TraceSetting<S> {
        TraceSetting(
            options.convention, layout, denominator: denominator, penalty: penalty,
            objective: objective, caches: caches)
    }
}

extension JSONWriter {
    /// `trace`: every operation of both passes, in order.
    mutating func write<S: WireScalar>(_ trace: [TraceStep<S>]) {
        array("trace") { writer in
            for step in trace {
                writer.object { writer in writer.write(step) }
            }
        }
    }

    private mutating func write<S: WireScalar>(_ step: TraceStep<S>) {
        field("pass", step.pass.rawValue)
        if let layer = step.layer { field("layer", layer) }
        if let seed = step.seed { field("seed", seed) }
        field("name", step.name)
        object("result") { writer in writer.write(step.result) }
        field("formula", step.formula.text)
        field("latex", step.formula.latex)
        field("mathml", step.formula.mathML)
        array("operands") { writer in
            for operand in step.operands {
                writer.object { writer in writer.write(operand) }
            }
        }
        if let factor = step.factor {
            object("factor") { writer in
                writer.field("value", factor.value)
                writer.field("as", factor.symbol)
                writer.field("why", factor.why)
            }
        }
        if let why = step.why { field("why", why) }
        if let scalar = step.scalar {
            field("first", list: [scalar])
        } else {
            field("first", list: step.first)
        }
    }

    private mutating func write(_ array: TracedArray) {
        field("name", array.name)
        field("shape", array.shape)
    }
}
