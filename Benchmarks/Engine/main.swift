// Measures the engine's conv2d beside the products that it is made of.
//
// Reads lines such as `float32 forward 20`, runs so many times what the line names, and answers the
// seconds of each in a line. `convolution.py` asks.

import COpenBLAS
import NeuralNetwork

/// 32 images of 28 × 28 of 16 channels, by 32 filters of 3 × 3.
enum Size {
    static let (images, height, width, channels, filters, kernel) = (32, 28, 28, 16, 32, 3)
    static let places = images * height * width
    static let patch = kernel * kernel * channels
}

/// Numbers from −0.5 to 0.5 that any language can make.
func numbers<S: Scalar>(_ rows: Int, _ columns: Int, step: Int) -> Matrix<S> {
    Matrix(
        rows: rows, columns: columns,
        elements: (0..<(rows * columns)).map { S(($0 * step) % 1009) / 1009 - 0.5 })
}

/// Seconds of each of so many calls.
func seconds(_ count: Int, _ body: () -> Void) -> [Double] {
    (0..<count).map { _ in ContinuousClock().measure(body) / .seconds(1) }
}

struct ConvolutionBenchmark<S: Scalar> {
    let network: Network<S>
    let images: Matrix<S> = numbers(
        Size.images, Size.height * Size.width * Size.channels, step: 7919)
    let weights: Matrix<S> = numbers(Size.filters, Size.patch, step: 104729)
    let outputGradient: Matrix<S> = numbers(
        Size.images, Size.height * Size.width * Size.filters, step: 1299709)
    /// Of the products: as many numbers as the images' patches have.
    let patches: Matrix<S> = numbers(Size.places, Size.patch, step: 7919)

    init() throws {
        var settings = SettingValues(defaultsOf: Conv2D.declaration.settings)
        settings.set("filters", to: [Size.filters])
        settings.set("kernel_size", to: [Size.kernel])
        settings.set("padding", to: "same")
        let layer = try Conv2D(
            LayerPlan(settings, inputs: [[Size.height, Size.width, Size.channels]]))
        network = Network(
            layers: [
                NetworkLayer(
                    layer, sources: [-1],
                    numbers: LayerNumbers(
                        parameters: [weights, numbers(1, Size.filters, step: 15_485_863)]))
            ], inputShape: [Size.height, Size.width, Size.channels])
    }

    func run(_ work: String, _ count: Int) -> [Double] {
        switch work {
        case "forward": return seconds(count) { _ = network.forward(images) }
        case "both": return seconds(count) { _ = forwardAndBackward() }
        case "sums": return sums()
        case "product": return products(count) { multiplyForward() }
        case "products":
            return products(count) {
                multiplyForward()
                multiplyBackward()
            }
        default: fatalError("unknown work \(work)")
        }
    }

    private func forwardAndBackward() -> (outputs: Matrix<S>, gradients: Gradients<S>) {
        let pass = network.forward(images)
        return (
            pass.outputs, network.backpropagate(pass, from: outputGradient, toInputs: true)
        )
    }

    /// Sums of the squares of Z, dW and dX, by which the work is compared.
    private func sums() -> [Double] {
        let (outputs, gradients) = forwardAndBackward()
        return [outputs, gradients.layers[0].parameters[0], gradients.inputs!].map {
            $0.elements.reduce(0.0) { $0 + Double($1) * Double($1) }
        }
    }

    // MARK: The products alone, by OpenBLAS with its own threads.

    private let z = UnsafeMutablePointer<S>.allocate(capacity: Size.places * Size.filters)
    private let dW = UnsafeMutablePointer<S>.allocate(capacity: Size.filters * Size.patch)
    private let dPatches = UnsafeMutablePointer<S>.allocate(capacity: Size.places * Size.patch)

    private func products(_ count: Int, _ body: () -> Void) -> [Double] {
        openblas_set_num_threads(Int32(Backend.workers))
        defer { openblas_set_num_threads(1) }
        return seconds(count, body)
    }

    private func multiplyForward() {
        S.multiply(
            rows: Size.places, columns: Size.filters, inner: Size.patch,
            patches.elements, stride: Size.patch, transposed: false,
            weights.elements, stride: Size.patch, transposed: true, into: z, stride: Size.filters)
    }

    private func multiplyBackward() {
        S.multiply(
            rows: Size.filters, columns: Size.patch, inner: Size.places,
            outputGradient.elements, stride: Size.filters, transposed: true,
            patches.elements, stride: Size.patch, transposed: false, into: dW, stride: Size.patch)
        S.multiply(
            rows: Size.places, columns: Size.patch, inner: Size.filters,
            outputGradient.elements, stride: Size.filters, transposed: false,
            weights.elements, stride: Size.patch, transposed: false,
            into: dPatches, stride: Size.patch)
    }
}

let (double, float) = try (ConvolutionBenchmark<Double>(), ConvolutionBenchmark<Float>())
print(Backend.workers, Backend.name, separator: "\t")
while let line = readLine() {
    let words = line.split(separator: " ").map(String.init)
    guard words.count == 3, let count = Int(words[2]) else { fatalError("unknown line \(line)") }
    let answer =
        words[0] == "float32" ? float.run(words[1], count) : double.run(words[1], count)
    print(answer.map { "\($0)" }.joined(separator: " "))
}
