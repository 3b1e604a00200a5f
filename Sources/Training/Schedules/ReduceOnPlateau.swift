import NeuralNetwork

/// Lowers the rate when a value has stopped getting better, as Keras's `ReduceLROnPlateau`.
public struct ReduceOnPlateau: Schedule {
    static let choice = Choice<any Schedule>(
        "reduce_on_plateau", otherNames: ["reduce_lr_on_plateau"],
        settings: [
            .text("monitor", default: Monitor.standard),
            .number("factor", default: 0.1, in: 0...0.999_999_999),
            .integer("patience", default: 10, in: 0...1_000_000),
            .number("min_delta", default: 1e-4, in: 0...1e12),
            .integer("cooldown", default: 0, in: 0...1_000_000),
            .number("min_lr", default: 0, in: 0...1e6),
            .word("mode", default: Monitor.Mode.auto),
        ]
    ) {
        ReduceOnPlateau(
            watched: Monitor($0), factor: $0.number("factor"), patience: $0.integer("patience"),
            cooldown: $0.integer("cooldown"), minimum: $0.number("min_lr"))
    }

    /// What is watched, and which changes of it count.
    public var watched: Monitor
    public var factor: Double
    /// Epochs without improvement after which the rate is lowered.
    public var patience: Int
    /// Epochs after a reduction in which none is counted.
    public var cooldown: Int
    /// The rate is not lowered below it.
    public var minimum: Double

    public let formula = """
        η ← max(factor·η, min_lr) after `patience` epochs in which the monitored value did not get \
        better by more than min_delta; then `cooldown` epochs are not counted
        """
    public var monitor: String? { watched.name }

    public func rate(base: Double, at moment: Moment, state: ScheduleState) -> Double {
        Memory(state)?.rate ?? base
    }

    public func observe(_ value: Double, base: Double, state: inout ScheduleState) {
        var memory = Memory(state) ?? Memory(rate: base)
        if memory.cooldown > 0 {
            memory.cooldown -= 1
            memory.wait = 0
        }
        if watched.isBetter(value, than: memory.best) {
            memory.best = value
            memory.wait = 0
        } else if memory.cooldown == 0 {
            memory.wait += 1
            if memory.wait >= patience, memory.rate > minimum {
                memory.rate = max(memory.rate * factor, minimum)
                memory.cooldown = cooldown
                memory.wait = 0
            }
        }
        state = memory.state
    }

    public func accepts(_ state: ScheduleState) -> Bool {
        state.numbers.isEmpty || Memory(state) != nil
    }

    /// The state, its numbers named: the rate in force, the epochs without improvement, those of
    /// the cool-down that are left, and the best value, where there is one.
    private struct Memory {
        var rate: Double
        var wait = 0
        var cooldown = 0
        var best: Double?

        init(rate: Double) { self.rate = rate }

        init?(_ state: ScheduleState) {
            let numbers = state.numbers
            guard numbers.count == 3 || numbers.count == 4,
                numbers[0] >= 0, numbers[0].isFinite,
                let wait = Int(exactly: numbers[1]), (0...1 << 53).contains(wait),
                let cooldown = Int(exactly: numbers[2]), (0...1 << 53).contains(cooldown),
                numbers.last?.isNaN == false
            else { return nil }
            (rate, self.wait, self.cooldown) = (numbers[0], wait, cooldown)
            if numbers.count == 4 { best = numbers[3] }
        }

        var state: ScheduleState {
            ScheduleState(
                numbers: [rate, Double(wait), Double(cooldown)] + (best.map { [$0] } ?? []))
        }
    }
}
