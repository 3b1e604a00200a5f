extension Loss {
    /// Every loss, as a caller may name and set it.
    public static let choices: [Choice<Loss>] = [
        Choice(
            "binary_crossentropy", otherNames: ["bce", "bce_loss", "log_loss", "cross_entropy"],
            settings: [fromLogits, outputs, labelSmoothing]
        ) {
            .binaryCrossentropy(
                fromLogits: $0.flag("from_logits"), outputs: $0.word("outputs"),
                labelSmoothing: $0.number("label_smoothing"))
        },
        Choice(
            "categorical_crossentropy", otherNames: ["cce", "softmax_crossentropy"],
            settings: [fromLogits, labelSmoothing]
        ) {
            .categoricalCrossentropy(
                fromLogits: $0.flag("from_logits"), labelSmoothing: $0.number("label_smoothing"))
        },
        Choice(
            "sparse_categorical_crossentropy", otherNames: ["nll", "nll_loss"],
            settings: [fromLogits, labelSmoothing]
        ) {
            .sparseCategoricalCrossentropy(
                fromLogits: $0.flag("from_logits"), labelSmoothing: $0.number("label_smoothing"))
        },
        Choice("mean_squared_error", otherNames: ["mse", "mse_loss", "l2_loss"]) { _ in
            .meanSquaredError
        },
        Choice("half_squared_error", otherNames: ["quadratic", "half_mse"]) { _ in
            .halfSquaredError
        },
        Choice("mean_absolute_error", otherNames: ["mae", "l1_loss"]) { _ in .meanAbsoluteError },
        Choice(
            "huber", otherNames: ["huber_loss"],
            settings: [.number("delta", default: 1, in: 1e-6...1e6)]
        ) { .huber(delta: $0.number("delta")) },
        Choice(
            "smooth_l1", otherNames: ["smooth_l1_loss"],
            settings: [.number("beta", default: 1, in: 0...1e6)]
        ) { .smoothL1(beta: $0.number("beta")) },
        Choice("log_cosh", otherNames: ["logcosh"]) { _ in .logCosh },
        Choice(
            "poisson", otherNames: ["poisson_nll", "poisson_nll_loss"],
            settings: [
                .flag("log_input", default: false)
                    .elsewhere(keras: "false, always", pytorch: "true")
            ]
        ) { .poisson(logInput: $0.flag("log_input")) },
        Choice("hinge", otherNames: ["hinge_loss"]) { _ in .hinge },
        Choice("squared_hinge") { _ in .squaredHinge },
        Choice("categorical_hinge") { _ in .categoricalHinge },
        Choice(
            "kl_divergence",
            otherNames: ["kld", "kl_div", "kl_div_loss", "kullback_leibler_divergence"]
        ) { _ in .klDivergence },
        Choice("cosine_similarity", otherNames: ["cosine_proximity"]) { _ in .cosineSimilarity },
        Choice(
            "binary_focal_crossentropy", otherNames: ["focal_loss", "sigmoid_focal_loss"],
            settings: [
                .number("gamma", default: 2, in: 0...100),
                .number("alpha", default: 0.25, in: 0...1),
                .flag("apply_class_balancing", default: false),
                fromLogits, outputs, labelSmoothing,
            ]
        ) {
            var focus = Focus()
            focus.gamma = $0.number("gamma")
            focus.alpha = $0.number("alpha")
            focus.balancesClasses = $0.flag("apply_class_balancing")
            focus.fromLogits = $0.flag("from_logits")
            focus.outputs = $0.word("outputs")
            focus.labelSmoothing = $0.number("label_smoothing")
            return .binaryFocalCrossentropy(focus)
        },
    ]

    private static let fromLogits = Setting.flag("from_logits", default: false)
    private static let outputs = Setting.word("outputs", default: OutputReduction.sum)
        .elsewhere(keras: "mean", pytorch: "mean")
    private static let labelSmoothing = Setting.number("label_smoothing", default: 0, in: 0...1)
}
