import Testing

@testable import NeuralNetwork

/// The layers that have no test file of their own for it: backward and pushForward against central
/// differences, in every layout.
struct LayerDerivativesTests {
    static func cases(_ layout: Layout) throws -> [LayerCase] {
        var cases: [LayerCase] = []
        for shape in [[4], [3, 2], [2, 3, 2]] {
            cases += [
                try LayerCase(
                    "flatten \(shape)", Flatten.self, inputs: [shape], layout: layout, seed: 1),
                try LayerCase(
                    "activation \(shape)", ActivationLayer.self, inputs: [shape], layout: layout,
                    seed: 2),
                try LayerCase(
                    "add \(shape)", Add.self, inputs: [shape, shape, shape], layout: layout,
                    seed: 3),
                try LayerCase(
                    "concatenate \(shape)", Concatenate.self,
                    inputs: [shape, shape.dropLast() + [3]], layout: layout, seed: 4),
                try LayerCase(
                    "reshape \(shape)", Reshape.self, inputs: [shape], layout: layout, seed: 5
                ) { $0.set("target_shape", to: [shape.reduce(1, *) / 2, 2]) },
            ]
            for mode in Run.Mode.allCases {
                cases += [
                    try LayerCase(
                        "dropout \(shape) \(mode)", Dropout.self, inputs: [shape], layout: layout,
                        seed: 6, mode: mode
                    ) { $0.set("rate", to: 0.4) },
                    try LayerCase(
                        "batch normalization \(shape) \(mode)", BatchNormalization.self,
                        inputs: [shape], examples: 5, layout: layout, seed: 7, mode: mode),
                ]
            }
        }
        return cases
    }

    @Test(arguments: Layout.allCases)
    func `backward and pushForward match central differences`(layout: Layout) throws {
        for layer in try Self.cases(layout) {
            for (name, distance) in layer.distances() {
                // Normalization has third derivatives of about 100 in h²/6 = 2e-11.
                #expect(distance <= 1e-7, "\(layer.testDescription): \(name)")
            }
        }
    }
}
