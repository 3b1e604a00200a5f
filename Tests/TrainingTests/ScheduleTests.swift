import NeuralNetwork
import Testing

@testable import Training

struct ScheduleTests {
    @Test func `a constant rate is the training's own`() throws {
        #expect(try schedule("constant").rate(epoch: 100, base: 0.3) == 0.3)
    }

    @Test func `no name stands for two things`() {
        func names<Thing>(_ choices: [Choice<Thing>]) -> [String] {
            choices.flatMap { [$0.name] + $0.otherNames }
        }
        for names in [names(schedules), names(clippings), names(metrics)] {
            #expect(Set(names).count == names.count)
        }
    }

    @Test func `every schedule gives a rate with the settings that it has by default`() {
        for choice in schedules {
            #expect(choice.byDefault.rate(epoch: 0, base: 0.5).isFinite, "\(choice.name)")
        }
    }

    @Test func `a schedule that remembers nothing takes no numbers from a checkpoint`() throws {
        #expect(!(try schedule("constant").accepts(ScheduleState(numbers: [1]))))
        #expect(try schedule("constant").accepts(ScheduleState()))
    }

    @Test(arguments: [
        ("loss:mean", false), ("cost:mean", false), ("validation.loss:mean", false),
        ("accuracy:mean", true), ("validation.top_5:mean", true), ("r2:uniform_average", true),
        ("gradient_norm", false),
    ])
    func `which way a value gets better is told by its name`(name: String, isGreater: Bool) {
        #expect(Monitor(name).isGreaterBetter == isGreater)
        #expect(Monitor(name, mode: .max).isGreaterBetter)
        #expect(!Monitor(name, mode: .min).isGreaterBetter)
    }

    @Test func `the names of all metrics tell which way they get better`() {
        for choice in metrics {
            let metric = choice.byDefault
            guard let isGreaterBetter = metric.isGreaterBetter else { continue }
            #expect(Monitor(metric.name).isGreaterBetter == isGreaterBetter)
        }
    }
}
