import Testing

@testable import NeuralNetwork

/// A layer with inputs and numbers, whose derivatives can be taken by central differences.
struct LayerCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let layer: any Layer
    var inputs: [Matrix<Double>]
    var numbers: LayerNumbers<Double>
    var run = Run()

    /// A layer over m random examples, with random parameters; states start at their own values.
    init(
        _ name: String, _ kind: any Layer.Type, inputs shapes: [[Int]], examples m: Int = 3,
        layout: Layout = .course, seed: Int, mode: Run.Mode = .training,
        set: (inout SettingValues) -> Void = { _ in }
    ) throws {
        testDescription = name
        var settings = SettingValues(defaultsOf: kind.declaration.settings)
        set(&settings)
        layer = try kind.init(LayerPlan(settings, inputs: shapes, layout: layout))
        var random = SplitMix64(seed: seed)
        inputs = shapes.map { random.matrix(rows: m, columns: $0.reduce(1, *)) }
        numbers = LayerNumbers(
            parameters: layer.parameters.map {
                random.matrix(rows: $0.rows, columns: $0.columns)
            },
            states: layer.states.map { declared in
                guard case .state(let initial) = declared.form.role else {
                    preconditionFailure("a state is declared as one")
                }
                return Matrix(rows: declared.rows, columns: declared.columns, repeating: initial)
            })
        run = Run(mode)
    }

    func pass(_ inputs: [Matrix<Double>]? = nil, _ numbers: LayerNumbers<Double>? = nil)
        -> LayerPass<Double>
    {
        let inputs = inputs ?? self.inputs
        let output = layer.forward(inputs, numbers ?? self.numbers, run)
        return LayerPass(
            inputs: inputs, preActivation: output.output, activation: output.output,
            kept: output.kept, states: output.states)
    }

    /// How far backward and pushForward are from central differences, relative to the largest
    /// derivative; the output is weighted by random numbers to make one scalar of it.
    func distances() -> [(name: String, distance: Double)] {
        let pass = pass()
        var random = SplitMix64(seed: 7)
        let seed: Matrix<Double> = random.matrix(
            rows: pass.preActivation.rows, columns: pass.preActivation.columns)
        func scalar(_ output: Matrix<Double>) -> [Double] {
            [zip(output.elements, seed.elements).reduce(0.0) { $0 + $1.0 * $1.1 }]
        }
        let ours = layer.backward(seed, from: pass, numbers, run, toInputs: true)
        var found: [(String, Double)] = []
        for index in inputs.indices {
            let expected = centralDifferences(at: inputs[index]) { moved in
                var inputs = inputs
                inputs[index] = moved
                return scalar(layer.forward(inputs, numbers, run).output)
            }
            found.append(
                (
                    "input \(index)",
                    ours.inputs[index].elements.distance(from: expected.map { $0[0] })
                )
            )
        }
        for (index, declared) in layer.parameters.enumerated() {
            let expected = centralDifferences(at: numbers.parameters[index]) { moved in
                var numbers = numbers
                numbers.parameters[index] = moved
                return scalar(layer.forward(inputs, numbers, run).output)
            }
            found.append(
                (
                    declared.form.name,
                    ours.parameters[index].elements.distance(from: expected.map { $0[0] })
                ))
        }
        found.append(("tangent", tangentDistance(pass, &random)))
        return found
    }

    /// Inputs and parameters moved together along random tangents.
    private func tangentDistance(
        _ pass: LayerPass<Double>, _ random: inout SplitMix64
    ) -> Double {
        let inputTangents: [Matrix<Double>] = inputs.map {
            random.matrix(rows: $0.rows, columns: $0.columns)
        }
        let parameterTangents: [Matrix<Double>] = numbers.parameters.map {
            random.matrix(rows: $0.rows, columns: $0.columns)
        }
        let expected = centralDifference(at: 0) { t in
            func moved(_ x: Matrix<Double>, _ tangent: Matrix<Double>) -> Matrix<Double> {
                x.combined(with: tangent) { $0 + t * $1 }
            }
            var numbers = numbers
            numbers.parameters = zip(numbers.parameters, parameterTangents).map(moved)
            return layer.forward(zip(inputs, inputTangents).map(moved), numbers, run)
                .output.elements
        }
        return layer.pushForward(inputTangents, parameterTangents, from: pass, numbers, run)
            .elements.distance(from: expected)
    }
}
