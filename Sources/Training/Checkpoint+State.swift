import NeuralNetwork

// What a checkpoint has of a training's state.

extension ByteWriter {
    mutating func write<S>(_ state: TrainingState<S>) {
        for layer in state.network.layers { write(layer.numbers) }
        write(state.optimizer.steps)
        write(list: state.optimizer.matrices) { matrix, writer in writer.write(matrix) }
        write(state.optimizer.numbers)
        write(state.schedule.numbers)
        write(state.random.words)
        write(state.epoch)
        write(state.stepOfEpoch)
        write(state.tally.numbers)
        write(list: state.tally.metrics) { $1.write($0.numbers) }
        write(state.costs)
        write(list: state.reports) { report, writer in
            writer.write(report.epoch)
            writer.write(report.step)
            writer.write(report.values)
        }
        write(state.warnings.flatMap { [$0.kind.rawValue, $0.epoch] })
        write(list: [state.stopping].compactMap(\.self)) { $1.write($0.numbers) }
        write(list: [state.best].compactMap(\.self)) { best, writer in
            writer.write(best.epoch)
            writer.write([best.value])
            writer.write(list: best.numbers) { $1.write($0) }
        }
    }

    /// What the caller gives again, a mask, is left out.
    fileprivate mutating func write<S>(_ numbers: LayerNumbers<S>) {
        write(list: numbers.parameters) { $1.write($0) }
        write(list: numbers.states) { $1.write($0) }
    }

    fileprivate mutating func write<S>(_ matrix: Matrix<S>) {
        write(matrix.rows)
        write(matrix.columns)
        write(matrix.elements)
    }
}

extension TrainingState {
    /// Whether its counts, which may come from anywhere, are those of one training.
    fileprivate func isConsistent(stepsPerEpoch: Int) -> Bool {
        let (before, overflows) = epoch.multipliedReportingOverflow(by: stepsPerEpoch)
        return !overflows && stepOfEpoch < stepsPerEpoch && steps - stepOfEpoch == before
            && tally.steps == stepOfEpoch && costs.count == epoch
    }
}

extension ByteReader {
    /// The state of a training that begins with one like `begun`; refused where an array is not of
    /// the shape that it has there, or a parameter is not finite.
    mutating func state<S>(
        of begun: TrainingSession<S>
    ) throws(Malformed) -> TrainingState<S> {
        var state = begun.state
        let trainer = begun.trainer
        let memories = try texts()
        let columns = try texts()
        guard memories.count == 2 else { throw Malformed() }
        for index in state.network.layers.indices {
            let own = state.network.layers[index].numbers
            state.network.layers[index].numbers = try numbers(like: own)
        }
        let steps = try count()
        let matrices: [Matrix<S>] = try list { (reader) throws(Malformed) in try reader.matrix() }
        guard
            let optimizer = OptimizerState(
                steps: steps, matrices: matrices, numbers: try numbers(), of: trainer.optimizer,
                for: state.network),
            let schedule = try schedule(of: trainer, isSame: memories[0] == begun.memories[0]),
            let random = LegacyRandom(words: try numbers())
        else { throw Malformed() }
        (state.optimizer, state.schedule, state.random) = (optimizer, schedule, random)
        state.epoch = try count()
        state.stepOfEpoch = try count()
        state.tally = try tally(of: begun)
        state.costs = try numbers()
        guard state.isConsistent(stepsPerEpoch: begun.stepsPerEpoch) else { throw Malformed() }
        state.reports = try list { (reader) throws(Malformed) in
            EpochReport(
                epoch: try reader.count(), step: try reader.count(), values: try reader.numbers())
        }
        guard state.reports.allSatisfy({ $0.values.count == columns.count }) else {
            throw Malformed()
        }
        // What is watched and validated may be another than it was.
        if columns != begun.columns { state.reports = [] }
        state.warnings = try warnings()
        let judged = try list { (reader) throws(Malformed) -> EarlyStopping.State in
            guard let state = EarlyStopping.State(numbers: try reader.numbers()) else {
                throw Malformed()
            }
            return state
        }
        state.stopping = judged.first
        state.best = try list { (reader) throws(Malformed) in
            try reader.best(of: begun)
        }.first
        if memories[1] != begun.memories[1] { (state.stopping, state.best) = (nil, nil) }
        return state
    }

    private mutating func texts() throws(Malformed) -> [String] {
        try list { (reader) throws(Malformed) in try reader.text() }
    }

    /// Another schedule than the one before begins anew.
    private mutating func schedule(
        of trainer: Trainer, isSame: Bool
    ) throws(Malformed) -> ScheduleState? {
        let state = ScheduleState(numbers: try numbers())
        guard isSame, let schedule = trainer.schedule else { return ScheduleState() }
        return schedule.accepts(state) ? state : nil
    }

    private mutating func tally<S>(of begun: TrainingSession<S>) throws(Malformed) -> EpochTally {
        let sums: [Double] = try numbers()
        let counted = try list { (reader) throws(Malformed) in
            MetricTally(try reader.numbers())
        }
        // What a metric counts has a size of its own, by the outputs.
        let one = begun.data.batch.rows(0..<1)
        let outputs = Matrix<S>(
            rows: 1, columns: begun.state.network.outputShape.reduce(1, *), repeating: 0)
        let sizes = begun.metrics.map { $0.tally(of: outputs, one.objective).numbers.count }
        guard let tally = EpochTally(numbers: sums, metrics: counted),
            counted.isEmpty || counted.map(\.numbers.count) == sizes
        else { throw Malformed() }
        return tally
    }

    private mutating func warnings() throws(Malformed) -> [TrainingWarning] {
        let pairs: [Int] = try numbers()
        guard pairs.count % 2 == 0 else { throw Malformed() }
        var warnings: [TrainingWarning] = []
        for index in stride(from: 0, to: pairs.count, by: 2) {
            guard let kind = TrainingWarning.Kind(rawValue: pairs[index]) else {
                throw Malformed()
            }
            warnings.append(TrainingWarning(kind: kind, epoch: pairs[index + 1]))
        }
        return warnings
    }

    private mutating func best<S>(
        of begun: TrainingSession<S>
    ) throws(Malformed) -> TrainingState<S>.Best {
        let epoch = try count()
        let value: [Double] = try numbers()
        let layers = begun.state.network.layers.map(\.numbers)
        guard value.count == 1 else { throw Malformed() }
        var index = 0
        let kept = try list { (reader) throws(Malformed) in
            guard index < layers.count else { throw Malformed() }
            defer { index += 1 }
            return try reader.numbers(like: layers[index])
        }
        guard kept.isEmpty || kept.count == layers.count else { throw Malformed() }
        return TrainingState.Best(epoch: epoch, value: value[0], numbers: kept)
    }

    private mutating func numbers<S>(like own: LayerNumbers<S>) throws(Malformed) -> LayerNumbers<S>
    {
        func read(
            _ own: [Matrix<S>], _ reader: inout ByteReader
        ) throws(Malformed) -> [Matrix<S>] {
            let found = try reader.list { (reader) throws(Malformed) -> Matrix<S> in
                try reader.matrix()
            }
            guard
                found.elementsEqual(own, by: { $0.rows == $1.rows && $0.columns == $1.columns }),
                found.allSatisfy({ $0.isFinite })
            else { throw Malformed() }
            return found
        }
        return LayerNumbers(
            parameters: try read(own.parameters, &self), states: try read(own.states, &self),
            mask: own.mask)
    }

    private mutating func matrix<S>() throws(Malformed) -> Matrix<S> {
        let (rows, columns) = (try count(), try count())
        let elements: [S] = try numbers()
        let (product, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard !overflow, product == elements.count else { throw Malformed() }
        return Matrix(rows: rows, columns: columns, elements: elements)
    }
}
