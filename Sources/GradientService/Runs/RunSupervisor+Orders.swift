import Dispatch
import JSON
import RunStore

// What the supervisor is told to do.

extension RunSupervisor {
    /// Stores a run, which has been found to be in order and is that far by its own checkpoint, and
    /// takes it on when there is room.
    func submit(
        _ request: [UInt8], key: IdempotencyKey?, progress: RunProgress
    ) throws(RunStoreError) -> (run: Run, isNew: Bool) {
        let made = try store.create(
            request: request, key: key, digest: request.digest, progress: progress,
            limits: settings.kept)
        takeOn()
        return made
    }

    /// Ends a run; `then` is called with it when it has ended, by this or by itself.
    ///
    /// Where the store cannot be told, as on a full disk, the run ends all the same and `then` gets
    /// the reason: the end is stored as soon as it can be. After a restart before that it goes on.
    func cancel(
        _ id: RunID, then: @escaping @Sendable (Result<Run, RunStoreError>) -> Void
    ) {
        let isActive = turns.sync { () -> Bool in
            guard let run = active[id] else { return false }
            run.cancel()
            waiting[id, default: []].append { self.cancelled(id, then) }
            goOn(run)
            return true
        }
        if isActive { return }
        then(
            Result { () throws(RunStoreError) in
                try end(try store.run(id))
                return try store.run(id)
            })
    }

    /// A run that is told to end may have something to tell before it does.
    private func cancelled(
        _ id: RunID, _ then: @escaping @Sendable (Result<Run, RunStoreError>) -> Void
    ) {
        let (isOver, error) = turns.sync { () -> (Bool, RunStoreError?) in
            guard active[id] != nil else { return (true, unnoted[id]?.error) }
            waiting[id, default: []].append { self.cancelled(id, then) }
            return (false, nil)
        }
        guard isOver else { return }
        if let error { return then(.failure(error)) }
        then(Result { () throws(RunStoreError) in try store.run(id) })
    }

    /// Ends a run that is not at work, and that may have ended by itself since it was read.
    func end(_ run: Run) throws(RunStoreError) {
        if run.state.hasEnded { return }
        let event = TrainingEvent.cancelled(run.progress, because: ActiveRun.byRequest)
        let end = RunChange(events: [RunEvent(event)], state: .cancelled)
        do throws(RunStoreError) {
            try store.commit(turns.sync { unnoted[run.id]?.end } ?? end, to: run.id)
        } catch .ended {}
        turns.sync { unnoted[run.id] = nil }
        wake(run.id)
    }

    /// Forgets what is kept for longer than it is to be, but not the run that has just ended.
    func trim(sparing id: RunID? = nil) {
        let gone = try? store.trim(settings.kept, sparing: id)
        for id in gone ?? [] { wake(id) }
    }

    /// Refuses so many epochs in all where they are more than the limits allow, and for a run that
    /// cannot go on from where it is.
    func check(_ run: Run, epochs: Int) throws(RequestError) {
        let (request, checkpoint) = try refusing { () throws(RunStoreError) in
            (try store.request(of: run.id), try store.checkpoint(of: run.id))
        }
        let share = try arrays.share(forBody: request.count + (checkpoint?.count ?? 0))
        let reason: String
        do throws(RequestError) {
            let train = try Train.decode(request, within: limits)
            try share.take(arrays: train.arrayBytes)
            if train.fault == nil {
                _ = try train.goingOn(from: checkpoint, epochs: epochs).start(within: limits)
                return
            }
            reason =
                "cannot be added to a run with a fault, of which no checkpoint is kept: submit it "
                + "again, for more epochs"
        } catch .noRoomForArrays(let seconds) {
            throw .noRoomForArrays(retryAfter: seconds)
        } catch {
            // What is wrong is said of the run's request; this one has the epochs alone.
            let said = error.faults.map(\.text).joined(separator: "; ")
            reason = "cannot be \(epochs) in all: \(said.isEmpty ? error.detail : said)"
        }
        throw .invalidFields(InvalidFields(FieldFault(.root.appending("epochs"), reason)))
    }

    /// Has a run that has ended go on for more epochs.
    func resume(_ id: RunID, epochs: Int) throws(RunStoreError) -> Run {
        let run = try store.resume(id, epochs: epochs)
        takeOn()
        return run
    }

    /// Stores where every run is, and lets go of them all; they go on after a restart.
    ///
    /// Takes a few seconds at most: what is not stored by then, as on a slow disk, is done again.
    func suspend() {
        turns.sync {
            isSuspended = true
            for run in active.values {
                run.suspend()
                goOn(run)
            }
        }
        let haveLeft = atWork.wait(timeout: .now() + .seconds(3)) == .success
        let listeners = turns.sync {
            defer { waiting = [:] }
            return waiting.values.flatMap(\.self)
        }
        for listener in listeners { listener() }
        // Closing would wait for what is at the disk. A store that is not closed loses nothing.
        if haveLeft { try? store.close() }
    }
}

extension [UInt8] {
    /// A digest that tells requests apart by chance, not against an enemy: its owner's own key is
    /// the only thing that it can be confused under (FNV-1a, of 64 bits, over the bytes).
    var digest: [UInt8] {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in self { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return Array("\(hash) \(count)".utf8)
    }
}
