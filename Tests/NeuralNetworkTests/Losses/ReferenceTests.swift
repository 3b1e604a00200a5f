import Testing

@testable import NeuralNetwork

/// Losses and their gradients as PyTorch 2 computes them in float64. Those that it does not have are
/// its autograd of the formula that stands beside them.
struct ReferenceTests {
    struct Row: Sendable {
        let loss: Loss
        var activation = Activation.linear
        var z = [0.5, -1, 2]
        let y: [Double]
        let value: Double
        let dZ: [Double]
    }

    static let focus = Loss.Focus()
    static let balanced: Loss.Focus = {
        var focus = Loss.Focus()
        focus.balancesClasses = true
        return focus
    }()

    static let rows = [
        Row(  // smooth_l1_loss
            loss: .smoothL1(beta: 0.5), y: [0.25, -0.5, 3], value: 0.3541666666666667,
            dZ: [0.16666666666666666, -0.3333333333333333, -0.3333333333333333]),
        Row(
            loss: .smoothL1(), y: [0.25, -0.5, 3], value: 0.21875,
            dZ: [0.08333333333333333, -0.16666666666666666, -0.3333333333333333]),
        Row(
            loss: .smoothL1(beta: 0), y: [0.25, -0.5, 3], value: 0.5833333333333334,
            dZ: [0.3333333333333333, -0.3333333333333333, -0.3333333333333333]),
        Row(  // huber_loss
            loss: .huber(delta: 0.5), y: [0.25, -0.5, 3], value: 0.17708333333333334,
            dZ: [0.08333333333333333, -0.16666666666666666, -0.16666666666666666]),
        Row(  // mean of log cosh e
            loss: .logCosh, y: [0.25, -0.5, 3], value: 0.19494171368715532,
            dZ: [0.0816395541345697, -0.15403905242000326, -0.2538647186519216]),
        Row(  // −cosine_similarity
            loss: .cosineSimilarity, y: [0.25, -0.5, 3], value: -0.9474866249411197,
            dZ: [0.054482609161034735, -0.10896521832206947, -0.06810326145129342]),
        Row(  // poisson_nll_loss, log_input=False, eps=0
            loss: .poisson(), z: [0.5, 1, 2], y: [2, 0, 1], value: 1.3977157268533151,
            dZ: [-1, 0.3333333333333333, 0.16666666666666666]),
        Row(
            loss: .poisson(logInput: true), y: [2, 0, 1], value: 2.1352189369340735,
            dZ: [-0.1170929097666239, 0.12262648039048077, 2.1296853663102167]),
        Row(  // mean of relu(1 − y·a); ½, ¾ and 0 of 3
            loss: .hinge, z: [0.5, -0.25, 2], y: [1, -1, 1], value: 0.4166666666666667,
            dZ: [-0.3333333333333333, 0.3333333333333333, 0]),
        Row(  // mean of relu(1 − y·a)²; ¼, 9/16 and 0 of 3
            loss: .squaredHinge, z: [0.5, -0.25, 2], y: [1, -1, 1], value: 0.2708333333333333,
            dZ: [-0.3333333333333333, 0.5, 0]),
        Row(  // relu(1 + 0.5 − 1.25)
            loss: .categoricalHinge, z: [0.5, -1, 1.25], y: [0, 0, 1], value: 0.25,
            dZ: [1, 0, -1]),
        Row(  // kl_div of log_softmax, batchmean
            loss: .klDivergence, activation: .softmax, y: [0.2, 0.5, 0.3],
            value: 1.0116582825925835,
            dZ: [-0.024709607859963317, -0.46088742672931254, 0.4855970345892759]),
        Row(
            loss: .klDivergence, activation: .logSoftmax, y: [0.2, 0.5, 0.3],
            value: 1.0116582825925835,
            dZ: [-0.024709607859963317, -0.46088742672931254, 0.4855970345892759]),
        Row(  // cross_entropy, label_smoothing=0.1
            loss: .sparseCategoricalCrossentropy(fromLogits: true, labelSmoothing: 0.1),
            y: [0, 0, 1], value: 0.391311296657157,
            dZ: [0.14195705880670337, 0.0057792399373541165, -0.14773629874405747]),
        Row(  // binary_cross_entropy_with_logits of 0.8·y + 0.1
            loss: .binaryCrossentropy(labelSmoothing: 0.2), activation: .sigmoid, y: [1, 0, 1],
            value: 1.2642666827413018,
            dZ: [-0.27754066879814543, 0.1689414213699951, -0.019202922022117708]),
        Row(  // binary_cross_entropy_with_logits · (1 − p_t)²
            loss: .binaryFocalCrossentropy(focus), activation: .sigmoid, y: [1, 0, 1],
            value: 0.09203511086121133,
            dZ: [-0.1379369973509144, 0.05258112997756062, -0.004870940195392778]),
        Row(  // torchvision's sigmoid_focal_loss
            loss: .binaryFocalCrossentropy(balanced), activation: .sigmoid, y: [1, 0, 1],
            value: 0.0343378064695365,
            dZ: [-0.0344842493377286, 0.03943584748317046, -0.0012177350488481945]),
    ]

    @Test(arguments: rows)
    func `value and gradient are PyTorch's`(row: Row) {
        let (value, _, dZ) = row.loss.row(after: row.activation, z: row.z, y: row.y)
        // Both are made by a dozen operations that round once.
        #expect(abs(value - row.value) <= 16 * Double.ulpOfOne)
        #expect(dZ.distance(from: row.dZ) <= 16 * Double.ulpOfOne)
    }
}
