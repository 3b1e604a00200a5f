import JSON
import NeuralNetwork
import Testing
import Training

@testable import GradientService

struct OptimizerMemoryTests {
    private static let request = """
        {"network": {"layers": [{"W": [[1, 2]], "b": [0]}]}, "batch": {"X": [[1, 1]]},
         "layout": "pytorch"}
        """

    /// L-BFGS with 2 pairs keeps 6 numbers of each parameter: 6·(2 + 1)·8 = 144 bytes.
    @Test(arguments: [(144.0, false), (143, true)])
    func `what would remember too much is refused`(limit: Double, isRefused: Bool) throws {
        let decoder = FieldDecoder<Chosen<any Optimizer>>.choice("optimizer", among: optimizers)
        let chosen = try decoder.decode(parsed(#"{"type": "lbfgs", "history_size": 2}"#))
        var limits = ServiceLimits()
        limits.bytes = limit
        let (request, _) = try NetworkRequest.read(from: parsed(Self.request), for: .forward) {
            _, _ in true
        }
        let problem: Problem<Double> = try request.resolve(within: ServiceLimits(), passes: 1)
        do throws(InvalidFields) {
            try chosen.checkMemory(of: problem.network, limits)
            #expect(!isRefused)
        } catch {
            #expect(isRefused && error.faults[0].pointer.description == "/training/optimizer")
        }
    }
}
