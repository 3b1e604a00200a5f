import JSON
import NeuralNetwork

/// What every computing call takes, as it stands in the request: the arrays are read, but not yet
/// held against one another. `resolve` does that.
struct NetworkRequest {
    let options: RequestOptions
    let layers: [WireLayer]
    let initializer: Chosen<Initializer>?
    let seed: UInt32?
    let inputs: WireArray
    let targets: WireArray?
    let loss: Chosen<Loss>?
    let penalty: Penalty?

    /// Whether a call needs Y and a loss.
    enum Targets { case required, optional }

    /// Reads the fields that all calls have, and leaves those of one call to `extra`.
    static func read<Extra>(
        from json: JSONCursor, targets: Targets,
        extra: (inout FieldReader, RequestOptions) -> Extra?
    ) throws(InvalidFields) -> (NetworkRequest, Extra) {
        var reader = try FieldReader(json)
        let options = RequestOptions(from: &reader)
        let network = reader.required("network", .network)
        let batch = reader.required("batch", .batch(targets))
        let lossDecoder = FieldDecoder<Chosen<Loss>>.choice("loss", among: Loss.choices)
        let needsLoss = targets == .required || batch?.targets != nil
        let loss =
            needsLoss
            ? reader.required("loss", lossDecoder) : reader.optional("loss", lossDecoder)
        let penalty = reader.optional("penalty", .penalty)
        let extra = extra(&reader, options)
        let (networkRead, batchRead, extraRead) = try reader.finish(network, batch, extra)
        return (
            NetworkRequest(
                options: options, layers: networkRead.layers,
                initializer: networkRead.initializer, seed: networkRead.seed,
                inputs: batchRead.inputs, targets: batchRead.targets, loss: loss,
                penalty: penalty),
            extraRead
        )
    }
}

/// `{"layers": […], "initializer": …, "seed": …}`.
struct WireNetwork {
    let layers: [WireLayer]
    let initializer: Chosen<Initializer>?
    let seed: UInt32?
}

extension FieldDecoder where Value == WireNetwork {
    static var network: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            var reader = try FieldReader(cursor)
            let layers = reader.required(
                "layers",
                .list(
                    of: FieldDecoder<WireLayer> { (cursor) throws(InvalidFields) in
                        try WireLayer(json: cursor)
                    }))
            if layers?.isEmpty == true {
                reader.refuse(
                    FieldFault(
                        cursor.pointer.appending("layers"), "a network has at least one layer"))
            }
            let initializer = reader.optional(
                "initializer", .choice("initializer", among: Initializer.choices))
            let seed = reader.optional("seed", .seed)
            let layersRead = try reader.finish(layers)
            return WireNetwork(layers: layersRead, initializer: initializer, seed: seed)
        }
    }
}

/// `{"X": …, "Y": …}`.
struct WireBatch {
    let inputs: WireArray
    let targets: WireArray?
}

extension FieldDecoder where Value == WireBatch {
    static func batch(_ targets: NetworkRequest.Targets) -> FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            var reader = try FieldReader(cursor)
            let x = reader.required("X", .array)
            let y: WireArray? =
                switch targets {
                case .required: reader.required("Y", .array)
                case .optional: reader.optional("Y", .array)
                }
            let inputs = try reader.finish(x)
            return WireBatch(inputs: inputs, targets: y)
        }
    }
}

extension FieldDecoder where Value == Penalty {
    /// `{"l2": 0.7, "l1": 0, "scale": "lambda/2m"}`.
    static var penalty: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            var reader = try FieldReader(cursor)
            let l1 = reader.optional("l1", .number(in: 0...1e12), default: 0)
            let l2 = reader.optional("l2", .number(in: 0...1e12), default: 0)
            if !reader.has("l1") && !reader.has("l2") {
                reader.refuse(FieldFault(cursor.pointer, "a penalty gives \"l2\", \"l1\" or both"))
            }
            let scale: Penalty.Scale? = reader.required("scale", .word("scale"))
            let (l1Read, l2Read, scaleRead) = try reader.finish(l1, l2, scale)
            return Penalty(l1: l1Read, l2: l2Read, scale: scaleRead)
        }
    }
}
