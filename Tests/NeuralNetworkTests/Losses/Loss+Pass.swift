@testable import NeuralNetwork

extension LayerPass {
    init(input: Matrix<S>, preActivation: Matrix<S>, activation: Matrix<S>) {
        self.init(
            inputs: [input], preActivation: preActivation, activation: activation, kept: [],
            states: [])
    }
}

extension Loss {
    func evaluate<S: Scalar>(
        of pass: LayerPass<S>, through activation: Activation, targets: Matrix<S>
    ) -> [S] {
        evaluate(
            preActivation: pass.preActivation, activation: pass.activation, through: activation,
            targets: targets)
    }

    func gradients<S: Scalar>(
        of pass: LayerPass<S>, through activation: Activation, targets: Matrix<S>
    ) -> (dA: Matrix<S>, dZ: Matrix<S>) {
        gradients(
            preActivation: pass.preActivation, activation: pass.activation, through: activation,
            targets: targets)
    }
}
