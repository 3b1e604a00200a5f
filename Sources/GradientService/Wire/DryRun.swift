import JSON
import NeuralNetwork

/// What a request would compute: its shapes, and its work.
struct DryRun {
    let plan: NetworkPlan
    let layers: [(wire: WireLayer, planned: NetworkPlan.Planned)]
    let examples: Int
    let work: WorkEstimate

    /// The layers, planned.
    var planned: [any Layer] { layers.map(\.planned.layer) }
}

extension NetworkRequest {
    /// The shapes and the work of a request, whether or not they are within the limits.
    func estimate(passes: Double) throws(InvalidFields) -> DryRun {
        let plan = try checkedPlan()
        let planned = plan.layers.compactMap { $0 }
        let m = plan.examples ?? 0
        return DryRun(
            plan: plan, layers: Array(zip(layers, planned)), examples: m,
            work: WorkEstimate(
                planned.map { WorkEstimate.Share($0.layer) }, examples: m, passes: passes))
    }
}

extension JSONWriter {
    /// `dry_run`: shapes in the request's layout, the work, and every limit that it would meet.
    mutating func write(_ run: DryRun, _ figures: [WorkEstimate.Figure]) {
        object("dry_run") { writer in
            writer.field("examples", run.examples)
            writer.array("layers") { writer in
                for (wire, planned) in run.layers {
                    writer.object { writer in
                        writer.write(wire, planned, run.examples, run.plan.layout)
                    }
                }
            }
            for figure in figures {
                writer.field(figure.name, Int(clamping: figure.asked))
            }
            writer.field("within_limits", figures.allSatisfy(\.isWithinLimit))
            writer.array("exceeds") { writer in
                for figure in figures where !figure.isWithinLimit {
                    writer.object { writer in
                        writer.field("what", figure.name)
                        writer.field("asked", Int(clamping: figure.asked))
                        writer.field("limit", Int(clamping: figure.limit))
                    }
                }
            }
        }
    }

    private mutating func write(
        _ wire: WireLayer, _ planned: NetworkPlan.Planned, _ m: Int, _ layout: Layout
    ) {
        let layer = planned.layer
        let share = WorkEstimate.Share(layer)
        field("type", wire.declaration.name)
        if let name = wire.name { field("name", name) }
        let order = AxisOrder.signal(axes: layer.outputShape.count, layout)
        field("output", order.wire([m] + layer.outputShape))
        object("parameters") { writer in
            for declared in layer.parameters {
                let shape = declared.shape
                writer.field(
                    declared.form.name,
                    shape.count > 1
                        ? declared.form.axisOrder(layout).wire(shape)
                        : layout.biasIsColumn ? [shape[0], 1] : shape)
            }
        }
        field("parameter_count", Int(clamping: share.parameters))
        field("operations_forward", Int(clamping: share.operations * Double(m)))
    }
}
