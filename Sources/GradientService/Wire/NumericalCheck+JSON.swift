import Checking
import JSON
import NeuralNetwork

// The numerical check: how it is asked for, and how it is told.

extension FieldDecoder where Value == NumericalSettings {
    /// `true`, or `{"step": 1e-5, "sample": 100, "directions": 10, "seed": 1}`, each of which may be
    /// left out.
    static var numericalSettings: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            var settings = NumericalSettings()
            guard cursor.kind == .object else {
                guard cursor.kind == .boolean, try FieldDecoder<Bool>.flag.decode(cursor) else {
                    throw InvalidFields(
                        FieldFault(
                            cursor.pointer,
                            "expected true or an object with \"step\", \"sample\", \"directions\" "
                                + "or \"seed\"",
                            hint: "leave it out for no numerical check"))
                }
                return settings
            }
            var reader = try FieldReader(cursor)
            let step = reader.optional("step", .numericalStep)
            let sample = reader.optional("sample", FieldDecoder<Int>.integer(in: 1...1_000_000))
            let directions = reader.optional(
                "directions", FieldDecoder<Int>.integer(in: 0...1_000_000))
            let seed = reader.optional("seed", FieldDecoder<UInt32>.seed)
            try reader.finish()
            settings.step = step ?? settings.step
            settings.sample = sample
            settings.directions = directions
            settings.seed = seed ?? settings.seed
            return settings
        }
    }
}

extension FieldDecoder where Value == NumericalSettings.Step {
    /// A number, which is added to every parameter as it is, or `"course"`.
    fileprivate static var numericalStep: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            if cursor.kind == .string {
                _ = try FieldDecoder<String>.word("step", among: ["course"]).decode(cursor)
                return .course
            }
            return .absolute(try FieldDecoder<Double>.number(in: 1e-12...1).decode(cursor))
        }
    }
}

extension JSONWriter {
    /// So many entries of each tensor are told.
    private static var toldEntries: Int { 5 }

    /// The members of `numerical`.
    mutating func write(_ result: NumericalCheck.Result, _ layout: Layout) {
        field("verdict", result.verdict.rawValue)
        field("sentence", result.sentence)
        write(result.figure)
        field("explanation", result.explanation)
        switch result.settings.step {
        case .optimal: field("step", "6e-6·max(1, |θ|)")
        case .absolute(let step): field("step", step)
        }
        field("noise", result.noise)
        field("seed", Int(result.settings.seed))
        field("passes", result.passes)
        array("tensors") { writer in
            for tensor in result.tensors {
                writer.object { $0.write(tensor, layout) }
            }
        }
        guard !result.directions.isEmpty else { return }
        array("directions") { writer in
            for direction in result.directions {
                writer.object { $0.write(direction) }
            }
        }
    }

    private mutating func write(_ figure: NumericalCheck.Figure) {
        if let value = figure.value { field("figure", value) }
        if let value = figure.withKinks, value != figure.value { field("figure_with_kinks", value) }
        if let factor = figure.factor { field("factor", factor) }
    }

    private mutating func write(_ tensor: NumericalCheck.Tensor, _ layout: Layout) {
        field("name", tensor.name)
        field("layer", tensor.id.layer)
        field("array", "d" + tensor.declared.form.name)
        field("verdict", tensor.verdict.rawValue)
        field("sentence", tensor.sentence(layout))
        write(tensor.figure)
        field("entries", tensor.count)
        field("tried", tensor.entries.count)
        for verdict in NumericalCheck.Verdict.allCases {
            field(verdict.rawValue, tensor.count(verdict))
        }
        array("worst") { writer in
            for entry in tensor.worst(Self.toldEntries) {
                writer.object { writer in
                    writer.field("index", tensor.index(of: entry, in: layout))
                    writer.write(entry)
                }
            }
        }
        let kinks = tensor.entries.filter { $0.kink != nil }
        guard !kinks.isEmpty else { return }
        array("kinks") { writer in
            for entry in kinks.prefix(Self.toldEntries) {
                writer.object { writer in
                    writer.field("index", tensor.index(of: entry, in: layout))
                    writer.write(entry)
                }
            }
        }
    }

    private mutating func write(_ entry: NumericalCheck.Entry) {
        field("verdict", entry.verdict.rawValue)
        field("analytic", entry.analytic)
        field("numeric", entry.numeric)
        field("relative_error", entry.relativeError)
        guard let kink = entry.kink else { return }
        field("left", entry.left)
        field("right", entry.right)
        object("kink") { writer in
            writer.field("of", kink.name)
            if let layer = kink.layer { writer.field("layer", layer) }
        }
    }
}

extension Kink {
    fileprivate var name: String {
        switch self {
        case .activation: "activation"
        case .maximum: "maximum"
        case .loss: "loss"
        case .penalty: "penalty"
        case .unknown: "unknown"
        }
    }

    fileprivate var layer: Int? {
        switch self {
        case .activation(let layer), .maximum(let layer): layer
        case .loss, .penalty, .unknown: nil
        }
    }
}
