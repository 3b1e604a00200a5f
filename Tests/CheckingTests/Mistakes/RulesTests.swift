import NeuralNetwork
import Testing

@testable import Checking

/// Each wrong rule is made at a step of the way back of a network that has the step, and flows
/// through the rest of it.
struct RulesTests {
    @Test(arguments: Mistake.rules.map(\.key))
    func `a mistake is told by its name where all derivatives are there`(key: String) throws {
        try expectFound(key) { $0 }
    }

    @Test(arguments: Mistake.rules.map(\.key).filter { !Self.unseen.contains($0) })
    func `a mistake is told by its name where only those of the parameters are there`(
        key: String
    ) throws {
        try expectFound(key) { $0.ofParameters }
    }

    /// Those whose networks have no parameters before the mistake that would show it.
    private static let unseen: Set<String> = [
        // Where relu is 0 its derivative is 0 as well.
        "every_maximum at inputs"
    ]

    private func expectFound(_ key: String, _ part: (Submission) -> Submission) throws {
        let rule = try #require(Mistake.rules.first { $0.key == key })
        let row = try #require(Self.rows[key], "\(key) has no row in the table")
        let exercise = try row.exercise()
        let made = row.made(by: rule, exercise)
        #expect(!made.isEmpty, "\(key) cannot be made on its network")
        for (step, variant) in made {
            let way = WayBack(exercise: exercise, mistake: (step, variant.values))
            let diagnosis = exercise.diagnosis(part(way.submission()))
            #expect(diagnosis.verdict == .wrong)
            let names = diagnosis.firstWrong?.mistakes.map(\.name) ?? []
            #expect(
                names.contains(rule.name),
                "\(step) \(variant.detail): \(names), \(diagnosis.summary)")
        }
    }

    @Test func `every rule has a row, and every row a rule`() {
        #expect(Set(Mistake.rules.map(\.key)) == Set(Self.rows.keys))
    }
}

/// A network to make a mistake on, and the layer to make it at.
struct RuleRow: Sendable {
    let layer: Int?
    let exercise: @Sendable () throws -> Exercise

    init(_ layer: Int? = nil, _ exercise: @escaping @Sendable () throws -> Exercise) {
        self.layer = layer
        self.exercise = exercise
    }

    /// What the rule makes of each step of its place, where that is not right.
    func made(by rule: Mistake, _ exercise: Exercise) -> [(step: Step, variant: Variant)] {
        WayBack(exercise: exercise).contexts().filter {
            $0.step.place == rule.place && (layer == nil || $0.layer == layer)
        }.flatMap { context in
            rule.variants(context).map { variant in
                var variant = variant
                if let direction = variant.direction {  // As with a learning rate of 0.3.
                    variant.values = zip(context.right, direction).map { right, along in
                        right.zipped(with: along) { $0 + 0.3 * $1 }
                    }
                }
                return (context.step, variant)
            }.filter { _, variant in
                zip(context.right, variant.values).contains { right, value in
                    // dbk of attention is 0 but for rounding.
                    right.peak > 1e-9
                        && value.map { right.zipped(with: $0, -).peak > 1e-3 * right.peak } ?? false
                }
            }
        }
    }
}

extension Mistake {
    /// Its name and its place: a name may be that of several rules.
    var key: String { place.map { "\(name) at \($0)" } ?? name }
}

extension RulesTests {
    static let rows: [String: RuleRow] = [
        "another_loss at output": RuleRow {
            try .random([.dense(4, .tanh), .dense(3, .linear)], input: [3], .halfSquaredError)
        },
        "A_minus_Y at activation": RuleRow(1) { try .twoLayers(.tanh, .tanh, .meanSquaredError) },
        "sample_weight_forgotten at output": RuleRow {
            try .random(
                [.dense(4, .tanh), .dense(3, .sigmoid)], input: [3], .binaryCrossentropy(),
                weights: [1, 2, 0.5, 3, 0.7])
        },
        "binary_crossentropy_inner_sign at output": RuleRow { try .twoLayers() },
        "binary_crossentropy_term_missing at output": RuleRow { try .twoLayers() },

        "activation_derivative_forgotten at activation": RuleRow(0) { try .twoLayers() },
        "activation_derivative_twice at activation": RuleRow { try .twoLayers() },
        "activation_derivative_at_A at activation": RuleRow { try .twoLayers() },
        "activation_derivative_of_Z_as_A at activation": RuleRow { try .twoLayers() },
        "another_layers_Z at activation": RuleRow(1) { try .threeLayers() },
        "softmax_diagonal at activation": RuleRow {
            try .twoLayers(.tanh, .softmax, .categoricalCrossentropy())
        },
        "tanh_square_missing at activation": RuleRow(0) { try .twoLayers() },
        "sigmoid_factor_missing at activation": RuleRow(0) { try .twoLayers(.sigmoid) },
        "mask_of_dA at activation": RuleRow(0) { try .twoLayers(.relu) },
        "mask_inverted at activation": RuleRow(0) { try .twoLayers(.relu) },
        "activation_for_its_derivative at activation": RuleRow(0) { try .twoLayers() },
        "another_activation at activation": RuleRow(0) { try .twoLayers() },

        "W_not_transposed at inputs": RuleRow(1) { try .twoLayers(units: 3) },
        "another_layers_W at inputs": RuleRow(1) { try .threeLayers() },
        "W_already_updated at inputs": RuleRow(1) { try .twoLayers() },
        "dA_for_dZ at inputs": RuleRow(1) { try .threeLayers() },
        "branch_forgotten at inputs": RuleRow {
            try .random(
                [
                    .dense(4, .tanh), .dense(4, .tanh), .plain(Add.self, sources: [0, 1]),
                    .dense(3, .sigmoid),
                ], input: [3])
        },
        "dropout_mask_forgotten at inputs": RuleRow { try .withDropout() },
        "keep_prob_forgotten at inputs": RuleRow { try .withDropout() },
        "batch_norm_means_forgotten at inputs": RuleRow {
            try .normalized(BatchNormalization.self)
        },
        "layer_norm_means_forgotten at inputs": RuleRow {
            try .normalized(LayerNormalization.self)
        },
        "layer_norm_wrong_axis at inputs": RuleRow { try .normalized(LayerNormalization.self) },
        "gamma_forgotten at inputs": RuleRow { try .normalized(LayerNormalization.self) },
        "kernel_turned at inputs": RuleRow(1) { try .convolutional() },
        "padding_ignored at inputs": RuleRow(1) { try .convolutional(padding: "same") },
        "maximum_ignored at inputs": RuleRow { try .pooled(MaxPooling2D.self) },
        "every_maximum at inputs": RuleRow { try .pooled(MaxPooling2D.self, .relu) },
        "window_size at inputs": RuleRow { try .pooled(AveragePooling2D.self) },
        "recurrent_term_forgotten at inputs": RuleRow(1) { try .recurrent(SimpleRNN.self) },
        "U_not_transposed at inputs": RuleRow(1) { try .recurrent(SimpleRNN.self) },
        "score_scale_forgotten at inputs": RuleRow { try .attentive() },
        "slope_forgotten at inputs": RuleRow { try .normalized(PReLU.self) },
        "another_flatten_order at inputs": RuleRow { try .convolutional() },
        "parts_swapped at inputs": RuleRow {
            try .random(
                [
                    .dense(4, .tanh), Sketch.dense(4, .tanh),
                    .plain(Concatenate.self, sources: [0, 1]), .dense(3, .sigmoid),
                ], input: [3])
        },

        "A_for_A_prev at parameter": RuleRow { try .square() },
        "Z_for_A_prev at parameter": RuleRow { try .square() },
        "A_before_dropout at parameter": RuleRow(2) { try .withDropout() },
        "another_layers_A at parameter": RuleRow { try .square() },
        "dA_for_dZ at parameter": RuleRow { try .twoLayers() },
        "db_over_everything at parameter": RuleRow { try .twoLayers() },
        "db_over_wrong_axis at parameter": RuleRow(0) { try .twoLayers(units: 5) },
        "last_only at parameter": RuleRow { try .convolutional() },
        "dW_turned at parameter": RuleRow(1) { try .convolutional() },
        "padding_ignored at parameter": RuleRow { try .convolutional(padding: "same") },
        "places_averaged at parameter": RuleRow { try .convolutional() },
        "A_prev_for_normalized at parameter": RuleRow { try .normalized(BatchNormalization.self) },
        "rows_overwritten at parameter": RuleRow {
            try .random(
                [
                    Sketch(kind: Embedding.self) {
                        $0.set("input_dim", to: [4])
                        $0.set("output_dim", to: [2])
                    },
                    .plain(Flatten.self), .dense(3, .tanh),
                ], input: [3], indices: 4)
        },
        "recurrent_term_forgotten at parameter": RuleRow(1) { try .recurrent(LSTM.self) },
        "U_not_transposed at parameter": RuleRow(1) { try .recurrent(SimpleRNN.self) },
        "score_scale_forgotten at parameter": RuleRow { try .attentive() },
        "mask_of_dalpha_forgotten at parameter": RuleRow { try .normalized(PReLU.self) },
    ]
}

extension Exercise {
    static func twoLayers(_ hidden: Activation, _ last: Activation, _ loss: Loss) throws -> Exercise
    {
        try twoLayers(hidden, last, units: 4, loss)
    }

    static func threeLayers() throws -> Exercise {
        try random([.dense(4, .tanh), .dense(4, .tanh), .dense(4, .sigmoid)], input: [3])
    }

    /// Layers of as many units as there are features.
    static func square() throws -> Exercise {
        try random([.dense(3, .tanh), .dense(3, .tanh), .dense(3, .sigmoid)], input: [3])
    }

    static func withDropout() throws -> Exercise {
        try random([.dense(6, .tanh), .dropout(0.4), .dense(3, .sigmoid)], input: [3])
    }

    /// With a layer of some kind between two fully connected ones.
    static func normalized(_ kind: any Layer.Type) throws -> Exercise {
        try random([.dense(4, .linear), .plain(kind), .dense(3, .sigmoid)], input: [3])
    }

    static func convolutional(padding: String = "valid") throws -> Exercise {
        try random(
            [
                .conv(2, [2, 2], padding: padding), .conv(3, [3, 2], padding: padding),
                .plain(Flatten.self), .dense(3, .sigmoid),
            ], input: [6, 5, 2])
    }

    static func pooled(_ kind: any Layer.Type, _ activation: Activation = .tanh) throws -> Exercise
    {
        try random(
            [
                .conv(2, [2, 2], activation), .plain(kind), .plain(Flatten.self),
                .dense(3, .sigmoid),
            ], input: [5, 5, 2])
    }

    static func recurrent(_ kind: any Layer.Type) throws -> Exercise {
        try random(
            [
                .recurrent(SimpleRNN.self, 3), .recurrent(kind, 3), .plain(Flatten.self),
                .dense(2, .sigmoid),
            ],
            input: [4, 2])
    }

    static func attentive() throws -> Exercise {
        try random(
            [
                .recurrent(SimpleRNN.self, 4),
                Sketch(kind: MultiHeadAttention.self) {
                    $0.set("num_heads", to: [2])
                    $0.set("key_dim", to: [3])
                }, .plain(Flatten.self), .dense(2, .sigmoid),
            ], input: [3, 2])
    }
}
