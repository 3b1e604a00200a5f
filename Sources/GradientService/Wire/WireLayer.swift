import JSON
import NeuralNetwork

/// One layer as a request gives it: its parameters, or how many units to draw them for.
struct WireLayer {
    let pointer: JSONPointer
    let parameters: Parameters
    let activation: Chosen<Activation>

    enum Parameters {
        case given(weights: WireArray, bias: WireArray)
        case drawn(units: Int, Chosen<Initializer>?, seed: UInt32?)
    }

    /// Reads `{"W": …, "b": …, "activation": …}`, or `units`, `initializer` and `seed` in place of
    /// `W` and `b`.
    init(json: JSONCursor) throws(InvalidFields) {
        var reader = try FieldReader(json)
        pointer = json.pointer
        let type = reader.optional("type", .word("layer type", among: ["dense"]), default: "dense")
        let activation = reader.optional(
            "activation", .choice("activation", among: Activation.choices),
            default: Chosen(bareName: "linear", among: Activation.choices))
        let parameters = Self.readParameters(&reader)
        (_, parameters: self.parameters, activation: self.activation) = try reader.finish(
            type, parameters, activation)
    }

    private static func readParameters(_ reader: inout FieldReader) -> Parameters? {
        let drawing = ["units", "initializer", "seed"].filter { reader.has($0) }
        let units = reader.optional("units", .integer(in: 1...Int(Int32.max)))
        let initializer = reader.optional(
            "initializer", .choice("initializer", among: Initializer.choices))
        let seed = reader.optional("seed", .seed)
        let weights = reader.optional("W", .array)
        let bias = reader.optional("b", .array)
        switch (reader.has("W"), reader.has("units")) {
        case (true, false):
            if !drawing.isEmpty {
                reader.refuse(
                    FieldFault(
                        reader.pointer.appending(drawing[0]),
                        "\(drawing[0].quoted) goes with \"units\", where W and b are drawn"))
            }
            if !reader.has("b") {
                reader.refuse(
                    FieldFault(
                        reader.pointer, "\"b\" is missing",
                        hint: "give zeros for a layer without bias"))
            }
            guard let weights, let bias else { return nil }
            return .given(weights: weights, bias: bias)
        case (false, true):
            if reader.has("b") {
                reader.refuse(
                    FieldFault(
                        reader.pointer.appending("b"),
                        "\"b\" goes with \"W\"; where a layer gives \"units\" its b starts as 0"))
            }
            return units.map { .drawn(units: $0, initializer, seed: seed) }
        case (true, true):
            reader.refuse(
                FieldFault(
                    reader.pointer.appending("units"),
                    "a layer gives either \"W\" and \"b\", or \"units\""))
            return nil
        case (false, false):
            reader.refuse(
                FieldFault(
                    reader.pointer, "\"W\" is missing",
                    hint: "give W and b, or units to have them drawn"))
            return nil
        }
    }
}

extension FieldDecoder where Value == UInt32 {
    /// A seed, as NumPy's legacy generator takes it: 0 to 2³² − 1.
    static var seed: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            UInt32(try FieldDecoder<Int>.integer(in: 0...Int(UInt32.max)).decode(cursor))
        }
    }
}

extension Chosen {
    /// The choice of a name that is known to be there, with its defaults.
    init(bareName name: String, among choices: [Choice<Value>]) {
        choice = choices.first { $0.name == name }!
        settings = SettingValues(defaultsOf: choice.settings)
    }
}
