import JSON
import NeuralNetwork
import Training

extension Endpoint {
    /// `/catalog`: all that a request may name, from the declarations that the decoder reads.
    static let catalog = Endpoint.reading("/catalog") { writer, _ in
        writer.array("layers") { writer in
            for kind in layerKinds { writer.object { $0.write(kind.declaration) } }
        }
        writer.write("activations", Activation.choices) { activation, writer in
            writer.field("formula", activation.formula)
        }
        writer.write("losses", Loss.choices) { loss, writer in
            writer.field("formula", loss.formula)
            writer.field("targets", loss.targetKind.rawValue)
        }
        writer.write("initializers", Initializer.choices) { initializer, writer in
            writer.field("formula", initializer.formula)
        }
        writer.write("optimizers", optimizers) { optimizer, writer in
            writer.field("formula", optimizer.formula)
            writer.field("learning_rate", optimizer.defaultLearningRate)
        }
        writer.write("schedules", schedules) { schedule, writer in
            writer.field("formula", schedule.formula)
        }
        writer.write("clippings", clippings) { clipping, writer in
            writer.field("formula", clipping.formula)
        }
        writer.write("metrics", metrics) { metric, writer in
            writer.field("formula", metric.formula)
            writer.field("name", metric.name)
        }
        writer.object("early_stopping") { $0.write(EarlyStopping.settings) }
        writer.object("shuffle") { $0.write(Shuffling.settings) }
        writer.field("watch", Trainer.Watch.allCases.map(\.rawValue))
        writer.object("penalty") { writer in
            writer.field("terms", ["l1", "l2"])
            writer.field("formula", "R = scale·(l1·Σ|W| + l2·ΣW²), of weights, not of biases")
            writer.array("scales") { writer in
                for scale in Penalty.Scale.allCases {
                    writer.object { writer in
                        writer.field("name", scale.rawValue)
                        writer.field("scale", scale.formula)
                    }
                }
            }
        }
        writer.field("layouts", Layout.allCases.map(\.rawValue))
        writer.field("conventions", Convention.allCases.map(\.rawValue))
        writer.field("denominators", Denominator.Kind.allCases.map(\.rawValue))
        writer.field("modes", Run.Mode.allCases.map(\.rawValue))
    }
}

extension JSONWriter {
    fileprivate mutating func write<Value>(
        _ name: String, _ choices: [Choice<Value>],
        _ more: (Value, inout JSONWriter) -> Void
    ) {
        array(name) { writer in
            for choice in choices {
                writer.object { writer in
                    writer.field("type", choice.name)
                    writer.field("other_names", choice.otherNames)
                    more(choice.byDefault, &writer)
                    writer.write(choice.settings)
                }
            }
        }
    }

    fileprivate mutating func write(_ layer: LayerDeclaration) {
        field("type", layer.name)
        field("other_names", layer.otherNames)
        object("formula") { writer in
            writer.field("forward", layer.formula.forward)
            writer.field("backward", layer.formula.backward)
        }
        field("activation", layer.hasActivation)
        object("inputs") { writer in
            writer.field("minimum", layer.inputs.lowerBound)
            writer.field("maximum", layer.inputs.upperBound)
        }
        write(layer.settings)
        array("arrays") { writer in
            for form in layer.arrays { writer.object { $0.write(form) } }
        }
    }

    private mutating func write(_ form: ArrayForm) {
        field("name", form.name)
        switch form.role {
        case .weights: field("role", "weights")
        case .bias: field("role", "bias")
        case .parameter(let initial):
            field("role", "parameter")
            field("initial", initial)
        case .state(let initial):
            field("role", "state")
            field("initial", initial)
        case .mask: field("role", "mask")
        }
        guard !form.axes.isEmpty else { return }
        object("axes") { writer in
            for layout in Layout.allCases {
                writer.field(layout.rawValue, form.order(in: layout).map { form.axes[$0] })
            }
        }
    }

    fileprivate mutating func write(_ settings: [Setting]) {
        array("settings") { writer in
            for setting in settings { writer.object { $0.write(setting) } }
        }
    }

    private mutating func write(_ setting: Setting) {
        field("name", setting.name)
        switch setting.kind {
        case .number(let value, let range):
            field("kind", "number")
            field("default", value)
            field("minimum", range.lowerBound)
            field("maximum", range.upperBound)
        case .optionalNumber(let range):
            field("kind", "number")
            field("minimum", range.lowerBound)
            field("maximum", range.upperBound)
        case .numbers(let value, let counts, let range):
            field("kind", "numbers")
            if let value { field("default", list: value) }
            field("minimum", range.lowerBound)
            field("maximum", range.upperBound)
            field("most", counts.upperBound)
        case .text(let value):
            field("kind", "text")
            field("default", value)
        case .flag(let value):
            field("kind", "flag")
            field("default", value)
        case .word(let value, let words):
            field("kind", "word")
            field("default", value)
            field("values", words)
        case .size(let range):
            write("size", nil, range)
        case .integer(let value, let range):
            write("integer", [value], range)
        case .integers(let value, let counts, let range):
            write("integers", value, range)
            field("most", counts.upperBound)
        case .padding:
            field("kind", "padding")
            field("default", "valid")
            field("values", ["valid", "same"])
        case .seed:
            write("seed", nil, 0...Int(UInt32.max))
        }
        if !setting.styled.isEmpty {
            object("default_by_style") { writer in
                for (style, value) in setting.styled.sorted(by: { $0.key < $1.key }) {
                    writer.field(style, value)
                }
            }
        }
        if let styles = setting.styles { field("styles", styles) }
        guard let elsewhere = setting.elsewhere else { return }
        object("elsewhere") { writer in
            writer.field("keras", elsewhere.keras)
            writer.field("pytorch", elsewhere.pytorch)
        }
    }

    private mutating func write(_ kind: String, _ value: [Int]?, _ range: ClosedRange<Int>) {
        field("kind", kind)
        if let value, let first = value.first {
            if value.count == 1 { field("default", first) } else { field("default", value) }
        }
        field("minimum", range.lowerBound)
        field("maximum", range.upperBound)
    }
}
