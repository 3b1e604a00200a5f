import Testing

@testable import NeuralNetwork

struct LossTargetsTests {
    static let y = Matrix<Double>(rows: 1, columns: 4, elements: [1, 0, 0, 0.5])

    /// s = 0.2 of two classes: 0.8·y + 0.1.
    @Test func `targets that are probabilities of their own are smoothed towards a half`() {
        var focus = Loss.Focus()
        focus.labelSmoothing = 0.2
        for loss in [Loss.binaryCrossentropy(labelSmoothing: 0.2), .binaryFocalCrossentropy(focus)]
        {
            #expect(loss.smoothed(Self.y).elements.distance(from: [0.9, 0.1, 0.1, 0.5]) <= 1e-15)
        }
    }

    /// s = 0.2 of four classes: 0.8·y + 0.05.
    @Test func `targets that are one distribution are smoothed towards an nth`() {
        for loss in [
            Loss.categoricalCrossentropy(labelSmoothing: 0.2),
            .sparseCategoricalCrossentropy(labelSmoothing: 0.2),
        ] {
            #expect(
                loss.smoothed(Self.y).elements.distance(from: [0.85, 0.05, 0.05, 0.45]) <= 1e-15)
        }
    }

    @Test(arguments: losses)
    func `targets stay as they are unless smoothing is asked for`(loss: Named<Loss>) {
        let isSmoothed = loss.name.contains("label_smoothing")
        #expect((loss.value.smoothed(Self.y) == Self.y) != isSmoothed)
    }

    @Test(arguments: activations, losses)
    func `logits are a linear layer's, and of whole rows log-softmax's`(
        activation: Named<Activation>, loss: Named<Loss>
    ) {
        let isOfRows = loss.name.contains("categorical_crossentropy")
        let takesLogits = loss.name.contains("crossentropy")
        let expected =
            takesLogits
            && (activation.name == "linear" || isOfRows && activation.name == "log_softmax")
        #expect(loss.value.acceptsLogits(after: activation.value) == expected)
        #expect(loss.value.fromLogits == loss.name.contains("from_logits=true"))
    }

    /// Log-softmax of log-softmax is log-softmax: dA = dZ = softmax(Z)·Σy − Y.
    @Test(arguments: [[0.5, -1, 2], [40, 0, -40], [1000, 0, 3]])
    func `logits of log-softmax are those of the linear layer`(z: [Double]) {
        let loss = Loss.categoricalCrossentropy(fromLogits: true, labelSmoothing: 0.25)
        let linear = loss.row(after: .linear, z: z, y: [0, 1, 0])
        let logSoftmax = loss.row(after: .logSoftmax, z: z, y: [0, 1, 0])
        #expect(logSoftmax.value == linear.value)
        #expect(logSoftmax.dA == linear.dA)
        #expect(logSoftmax.dZ == linear.dZ)
    }

    @Test func `class indices become rows with one 1`() {
        let targets = Matrix<Double>.oneHot([2, 0, 2], of: 3)
        #expect(
            targets == Matrix(rows: 3, columns: 3, elements: [0, 0, 1, 1, 0, 0, 0, 0, 1]))
    }
}
