import NeuralNetwork

/// A mistake that can be made on purpose, at every step of the way back where there is room for it:
/// to show what a training comes to with it.
///
/// A fault is a known mistake of `/check`, and a line in `all`.
public struct Fault: Sendable {
    /// The mistake's own name; a name that two mistakes have makes both.
    public let name: String
    /// What a network or a batch has to have for it.
    public let needs: String
    let making: Making

    enum Making: Sendable {
        /// Wrong rules, each at its own steps.
        case rules([Mistake])
        /// A factor on what the steps of a place make.
        case factor(Mistake, at: FactorPlace)
        /// A factor on the penalty's term; nil where there is none to put on.
        case penalty(Mistake, @Sendable (Penalty, _ m: Double) -> Double?)
        /// The penalty's term in the derivative of what it is not on.
        case penaltyOnBias
    }

    enum FactorPlace: Sendable {
        case output, inputs, dropout, parameter
    }

    /// Every fault, in the order of the files of mistakes.
    public static let all: [Fault] = factors + penalties + rules

    public static func named(_ name: String) -> Fault? { all.first { $0.name == name } }
}

extension Fault {
    private static let manyExamples = "a step of at least 2 examples, for 1/1 changes nothing"
    private static let manyOutputs = "more outputs than one"
    private static let positions = "outputs at more positions than one, as a sequence has"
    private static let dropout = "a dropout behind a layer that learns"
    private static let aPenalty = "a penalty on the weights"

    private static func factor(
        _ mistake: Mistake, at place: FactorPlace, needs: String
    ) -> Fault {
        Fault(name: mistake.name, needs: needs, making: .factor(mistake, at: place))
    }

    private static let factors = [
        factor(.oneOverMMissing, at: .parameter, needs: manyExamples),
        factor(.oneOverMTwice, at: .parameter, needs: manyExamples),
        factor(
            .oneOverMAtEachLayer, at: .inputs,
            needs: "two layers that learn, and " + manyExamples),
        factor(.sign, at: .output, needs: ""),
        factor(.factorTwo, at: .output, needs: ""),
        factor(.factorHalf, at: .output, needs: ""),
        factor(.outputsAveraged, at: .output, needs: manyOutputs),
        factor(.outputsSummed, at: .output, needs: manyOutputs),
        factor(.elementsAveraged, at: .output, needs: manyOutputs),
        factor(.unitsAveraged, at: .parameter, needs: "a hidden layer of more units than one"),
        factor(.keepProbTwice, at: .dropout, needs: dropout),
        factor(.positionsAveraged, at: .output, needs: positions),
        factor(.positionsSummed, at: .output, needs: positions),
        factor(
            .weightsSum, at: .parameter,
            needs: "weights of the examples, whose sum is not their number"),
        factor(.oneLess, at: .parameter, needs: "a step of at least 2 examples"),
        factor(
            .wrongAxisForM, at: .parameter,
            needs: "an axis of X or of a layer of another length than m, and longer than 1"),
        factor(.datasetSize, at: .parameter, needs: "a batch_size below the number of examples"),
    ]

    private static func penalty(
        _ mistake: Mistake, needs: String = aPenalty,
        factor: @escaping @Sendable (_ penalty: Penalty, _ m: Double) -> Double?
    ) -> Fault {
        Fault(name: mistake.name, needs: needs, making: .penalty(mistake, factor))
    }

    private static let penalties: [Fault] = [
        penalty(.penaltyForgotten) { _, _ in 0 },
        penalty(
            .penaltyUnscaled, needs: aPenalty + " with the scale lambda/2m, and " + manyExamples
        ) { penalty, m in
            penalty.scale == .lambdaOver2m && m > 1 ? m : nil
        },
        penalty(.penaltyTimesOneOverM, needs: aPenalty + ", and " + manyExamples) { _, m in
            m > 1 ? 1 / m : nil
        },
        penalty(.penaltySubtracted) { _, _ in -1 },
        penalty(.penaltyWrongFactor) { _, _ in 2 },
        Fault(
            name: Mistake.penaltyOnBias.name, needs: aPenalty + ", and a layer with a bias",
            making: .penaltyOnBias),
    ]

    /// Each rule under its name, in the order of `Mistake.rules`.
    private static let rules: [Fault] = {
        var names: [String] = []
        for mistake in Mistake.rules where !names.contains(mistake.name) {
            names.append(mistake.name)
        }
        return names.map { name in
            let mistakes = Mistake.rules.filter { $0.name == name }
            return Fault(name: name, needs: need(of: mistakes), making: .rules(mistakes))
        }
    }()

    /// What a rule needs, by its name; what all of its place need where it needs no more.
    private static func need(of mistakes: [Mistake]) -> String {
        if let need = needs[mistakes[0].name] { return need }
        return mistakes[0].place == .activation
            ? "an activation that is not linear" : "a layer behind another"
    }

    private static let needs = [
        "another_loss": "another loss that these outputs and targets have",
        "A_minus_Y": "a loss and a last activation whose dZ is not A − Y, and targets of the "
            + "outputs' shape",
        "sample_weight_forgotten": "sample_weight or class_weight in the batch",
        "binary_crossentropy_inner_sign": "the loss binary_crossentropy, of outputs between 0 "
            + "and 1",
        "binary_crossentropy_term_missing": "the loss binary_crossentropy, of outputs between 0 "
            + "and 1",
        "activation_derivative_at_A": "an activation of single numbers that is not linear",
        "activation_derivative_of_Z_as_A": "the activation sigmoid, tanh or softmax",
        "softmax_diagonal": "the activation softmax",
        "tanh_square_missing": "the activation tanh",
        "sigmoid_factor_missing": "the activation sigmoid or softmax",
        "mask_of_dA": "the activation relu",
        "mask_inverted": "the activation relu",
        "another_activation": "an activation",
        "W_not_transposed": "a fully connected layer behind another, with a W that is square",
        "another_layers_W": "two fully connected layers with a W of the same shape, one behind "
            + "another",
        "W_already_updated": "a fully connected layer or a conv2d behind another layer",
        "dA_for_dZ": "an activation that is not linear",
        "branch_forgotten": "an output that two layers take",
        "dropout_mask_forgotten": dropout,
        "keep_prob_forgotten": dropout + ", with a keep_prob below 1",
        "batch_norm_means_forgotten": "a batch_normalization behind a layer that learns",
        "A_for_A_prev": "a layer whose output has its input's shape",
        "Z_for_A_prev": "a layer with a Z of its input's shape, and an activation that is not "
            + "linear",
        "another_layers_A": "two layers that take inputs of the same shape, and different ones",
        "another_layers_Z": "two layers with a Z of the same shape",
        "A_before_dropout": "a layer that takes from a dropout",
        "layer_norm_means_forgotten": "a layer_normalization behind a layer that learns",
        "layer_norm_wrong_axis": "a layer_normalization behind a layer that learns",
        "gamma_forgotten": "a normalization with a gamma that is not 1",
        "A_prev_for_normalized": "a normalization",
        "kernel_turned": "a conv2d behind a layer that learns, with a kernel larger than 1",
        "dW_turned": "a conv2d with a kernel larger than 1",
        "padding_ignored": "a conv2d with padding",
        "places_averaged": "a conv2d",
        "last_only": "a step of at least 2 examples",
        "maximum_ignored": "a max pooling behind a layer that learns",
        "every_maximum": "a max pooling with two largest numbers in a window",
        "window_size": "a pooling behind a layer that learns",
        "rows_overwritten": "an embedding, and an index that stands in X twice",
        "recurrent_term_forgotten": "a simple_rnn, lstm or gru over at least 2 steps",
        "U_not_transposed": "a simple_rnn over at least 2 steps",
        "score_scale_forgotten": "a multi_head_attention",
        "slope_forgotten": "a prelu behind a layer that learns",
        "mask_of_dalpha_forgotten": "a prelu",
        "another_flatten_order": "a flatten behind a layer that learns",
        "parts_swapped": "a concatenate behind layers that learn",
        "db_over_everything": "a bias of more units than one",
        "db_over_wrong_axis": "a bias of as many units as a step has examples",
    ]
}
