@testable import NeuralNetwork

/// What the recurrent layers can be set to, with a loop over the steps that stands on its own.
struct RecurrentSetting {
    var sequences = false
    var backwards = false
    var hasBias = true
    /// Of one example.
    var steps = 4
    var features = 2
    var units = 3

    static let all: [RecurrentSetting] =
        [false, true].flatMap { sequences in
            [false, true].flatMap { backwards in
                [true, false].map { hasBias in
                    RecurrentSetting(
                        sequences: sequences, backwards: backwards, hasBias: hasBias)
                }
            }
        } + [
            RecurrentSetting(steps: 1),
            RecurrentSetting(sequences: true, features: 1, units: 1),
        ]

    func layer(
        _ kind: any Layer.Type, _ layout: Layout, set: (inout SettingValues) -> Void = { _ in }
    ) throws -> LayerCase {
        try LayerCase(
            kind.declaration.name, kind, inputs: [[steps, features]], layout: layout, seed: 5
        ) {
            $0.set("units", to: [units])
            $0.set("return_sequences", to: sequences)
            $0.set("go_backwards", to: backwards)
            $0.set("use_bias", to: hasBias)
            set(&$0)
        }
    }

    /// The output, of h after each step from x, the h before and a cell that the step may change.
    func run(
        _ layer: LayerCase, _ step: (_ x: [Double], _ h: [Double], _ c: inout [Double]) -> [Double]
    ) -> Matrix<Double> {
        let input = layer.inputs[0]
        var rows: [Double] = []
        for i in 0..<input.rows {
            var h = [Double](repeating: 0, count: units)
            var c = h
            var all: [Double] = []
            for t in backwards ? Array((0..<steps).reversed()) : Array(0..<steps) {
                h = step((0..<features).map { input[i, t * features + $0] }, h, &c)
                all += h
            }
            rows += sequences ? all : h
        }
        return Matrix(rows: input.rows, columns: rows.count / input.rows, elements: rows)
    }
}

/// The arrays of a recurrent layer, one sum at a time.
struct RecurrentArrays {
    let w: Matrix<Double>
    let u: Matrix<Double>
    var bias: Matrix<Double>
    var recurrentBias: Matrix<Double>

    init(_ layer: LayerCase) {
        let parameters = layer.numbers.parameters
        (w, u) = (parameters[0], parameters[1])
        let none = Matrix<Double>(rows: 1, columns: w.rows, repeating: 0)
        bias = parameters.count > 2 ? parameters[2] : none
        recurrentBias = parameters.count > 3 ? parameters[3] : none
    }

    /// A row of `W·x + b`.
    func input(_ x: [Double], _ row: Int) -> Double {
        x.indices.reduce(bias[0, row]) { $0 + w[row, $1] * x[$1] }
    }

    /// A row of `U·h + b_recurrent`.
    func recurrent(_ h: [Double], _ row: Int) -> Double {
        h.indices.reduce(recurrentBias[0, row]) { $0 + u[row, $1] * h[$1] }
    }
}
