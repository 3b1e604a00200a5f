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
    let sampleWeight: WireArray?
    let classWeight: WireArray?
    let loss: Chosen<Loss>?
    let denominator: Denominator.Kind
    let penalty: Penalty?
    let mode: Run.Mode
    /// Upstream derivatives in place of Y and a loss.
    let seeds: [WireArray]?
    /// Whether the upstream derivative is one, `dA`, and not a list of them.
    let hasOneSeed: Bool
    let caches: [WireCache]?
    let tangents: WireTangents?
    /// Whether only what the work would be is asked for.
    let isDryRun: Bool

    /// Whether a call needs Y and a loss, and what it takes in their place or beside them.
    enum Kind {
        case forward, backward, train, check
    }

    /// Reads the fields that all calls have, and leaves those of one call to `extra`.
    static func read<Extra>(
        from json: JSONCursor, for kind: Kind,
        extra: (inout FieldReader, [WireLayer]) -> Extra?
    ) throws(InvalidFields) -> (NetworkRequest, Extra) {
        var reader = try FieldReader(json)
        let options = RequestOptions(from: &reader)
        let network = reader.required("network", .network)
        let seeds = kind == .backward ? reader.seeds() : nil
        let hasOneSeed = reader.has("dA")
        let needsTargets = kind != .forward && !(kind == .backward && reader.hasSeed)
        let batch = reader.required("batch", .batch(needsTargets: needsTargets))
        let lossDecoder = FieldDecoder<Chosen<Loss>>.choice("loss", among: Loss.choices)
        let needsLoss = needsTargets || batch?.targets != nil
        let loss =
            needsLoss
            ? reader.required("loss", lossDecoder) : reader.optional("loss", lossDecoder)
        let denominator: Denominator.Kind? = reader.optional(
            "denominator", .word("denominator"), default: .examples)
        let penalty = reader.optional("penalty", .penalty)
        let mode: Run.Mode? =
            kind == .train
            ? .training : reader.optional("mode", .word("mode"), default: .training)
        let layers = network?.layers.count ?? 0
        let caches =
            kind == .train ? nil : reader.optional("caches", .list(of: .cache, for: layers))
        let tangents =
            kind == .forward
            ? reader.optional("tangents", .tangents(network?.layers ?? [])) : nil
        let isDryRun = reader.optional("dry_run", .flag, default: false)
        reader.checkObjective(seeds, batch, loss, penalty, kind)
        let extra = extra(&reader, network?.layers ?? [])
        let (networkRead, batchRead, denominatorRead, modeRead, dryRead, extraRead) =
            try reader.finish(
                network, batch, denominator, mode, isDryRun, extra)
        return (
            NetworkRequest(
                options: options, layers: networkRead.layers,
                initializer: networkRead.initializer, seed: networkRead.seed,
                inputs: batchRead.inputs, targets: batchRead.targets,
                sampleWeight: batchRead.sampleWeight, classWeight: batchRead.classWeight,
                loss: loss, denominator: denominatorRead, penalty: penalty, mode: modeRead,
                seeds: seeds, hasOneSeed: hasOneSeed, caches: caches, tangents: tangents,
                isDryRun: dryRead),
            extraRead
        )
    }
}

extension NetworkRequest {
    /// Whether all of it is a few dense layers with weights, and arithmetic that is soon done.
    func isTiny(passes: Double) -> Bool {
        guard layers.count <= 8 else { return false }
        var weights = 0
        for layer in layers {
            guard layer.kind == Dense.self, let own = layer.arrays["W"] else { return false }
            weights += own.count
        }
        // There are no more examples than numbers in X.
        return passes * Double(weights * inputs.count) <= 4096
    }

    /// The same network with another batch, which has its own m: no mask is of it, and the weights of
    /// classes are a matter of training.
    func replacing(_ batch: WireBatch) -> NetworkRequest {
        NetworkRequest(
            options: options, layers: layers.map(\.withoutMask), initializer: initializer,
            seed: seed, inputs: batch.inputs, targets: batch.targets,
            sampleWeight: batch.sampleWeight, classWeight: batch.classWeight, loss: loss,
            denominator: denominator, penalty: penalty, mode: mode, seeds: nil, hasOneSeed: false,
            caches: nil, tangents: nil, isDryRun: isDryRun)
    }
}

extension FieldReader {
    /// Whether an upstream derivative stands in place of Y and a loss.
    fileprivate var hasSeed: Bool { has("dA") || has("seeds") }

    /// `dA`, or several as `seeds`.
    fileprivate mutating func seeds() -> [WireArray]? {
        let one = optional("dA", .array)
        let several = optional("seeds", .list(of: .array))
        if has("dA") && has("seeds") {
            refuse(
                FieldFault(
                    pointer.appending("seeds"),
                    "a request gives either \"dA\" or several of them as \"seeds\""))
        }
        if several?.isEmpty == true {
            refuse(FieldFault(pointer.appending("seeds"), "is empty: give at least one dA"))
        }
        return one.map { [$0] } ?? several
    }

    /// Refuses what has no meaning beside what else is there, or is not.
    fileprivate mutating func checkObjective(
        _ seeds: [WireArray]?, _ batch: WireBatch?, _ loss: Chosen<Loss>?, _ penalty: Penalty?,
        _ kind: NetworkRequest.Kind
    ) {
        guard let batch else { return }
        let place = pointer
        func refuse(_ name: String, in parent: JSONPointer, _ detail: String) {
            self.refuse(FieldFault(parent.appending(name), detail))
        }
        let inBatch = place.appending("batch")
        if hasSeed {
            let instead = "goes with a loss, and \(has("dA") ? "dA" : "seeds") stands in its place"
            for name in ["loss", "penalty", "denominator"] where has(name) {
                refuse(name, in: place, instead)
            }
            if batch.targets != nil { refuse("Y", in: inBatch, instead) }
        }
        if batch.targets == nil, !hasSeed {
            let without = "goes with Y and a loss, and the batch has no Y"
            for name in ["penalty", "denominator"] where has(name) {
                refuse(name, in: place, without)
            }
        }
        if batch.targets == nil {
            for (name, array) in [
                ("sample_weight", batch.sampleWeight), ("class_weight", batch.classWeight),
            ] where array != nil {
                refuse(name, in: inBatch, "goes with Y and a loss, and the batch has no Y")
            }
        }
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

/// `{"X": …, "Y": …, "sample_weight": …, "class_weight": …}`.
struct WireBatch {
    let inputs: WireArray
    let targets: WireArray?
    let sampleWeight: WireArray?
    let classWeight: WireArray?
}

extension FieldDecoder where Value == WireBatch {
    static func batch(needsTargets: Bool) -> FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            var reader = try FieldReader(cursor)
            let x = reader.required("X", .array)
            let y = needsTargets ? reader.required("Y", .array) : reader.optional("Y", .array)
            let sampleWeight = reader.optional("sample_weight", .array)
            let classWeight = reader.optional("class_weight", .array)
            for (name, weights) in [("sample_weight", sampleWeight), ("class_weight", classWeight)]
            {
                guard let weights, let index = weights.elements.firstIndex(where: { $0 < 0 })
                else { continue }
                reader.refuse(
                    FieldFault(
                        weights.pointer,
                        "\(name)\(weights.position(of: index)) is \(weights.elements[index]), "
                            + "expected a weight, which is not negative"))
            }
            let inputs = try reader.finish(x)
            return WireBatch(
                inputs: inputs, targets: y, sampleWeight: sampleWeight, classWeight: classWeight)
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
