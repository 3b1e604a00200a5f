import NeuralNetwork
import Testing

@testable import Checking

struct NamesTests {
    private func names() throws -> Names {
        try Exercise.withDropout().names
    }

    @Test func `layers that learn are numbered from 1, and the others are not`() throws {
        #expect(try names().numbers == [1, nil, 2])
    }

    @Test func `derivatives have the course's names`() throws {
        let names = try names()
        #expect(names.of(GradientID(0, .parameter(0))) == "dW1")
        #expect(names.of(GradientID(2, .parameter(1))) == "db2")
        #expect(names.of(GradientID(2, .preActivation)) == "dZ2")
        #expect(names.of(GradientID(0, .output)) == "dA1")
        #expect(names.of(.inputs) == "dX")
    }

    @Test func `a layer that learns nothing is told by its kind and index`() throws {
        #expect(try names().of(GradientID(1, .output)) == "dA of dropout (layer 1)")
    }

    @Test func `an array is told without its layer`() throws {
        let names = try names()
        #expect(names.array(GradientID(2, .parameter(0))) == "dW")
        #expect(names.array(GradientID(1, .output)) == "dA")
        #expect(names.array(.inputs) == "dX")
    }

    @Test func `what comes to a layer is the output before it, or X`() throws {
        let names = try names()
        #expect(names.input(0) == "X")
        #expect(names.input(1) == "A1")
        #expect(names.input(2) == "A of dropout (layer 1)")
    }

    @Test(arguments: Activation.choices.map(\.name))
    func `an activation has its name on the wire`(name: String) throws {
        let choice = try #require(Activation.choices.first { $0.name == name })
        #expect(choice.make(SettingValues(defaultsOf: choice.settings)).name == name)
    }
}
