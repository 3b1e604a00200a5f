import Testing

@testable import NeuralNetwork

struct LogSoftmaxTests {
    /// Values are from mpmath with 1500 digits, rounded to float64.
    static let values: [([Double], [Double], [Double])] = [
        (
            [0, 0], [-0.6931471805599453, -0.6931471805599453],
            [-0.6931471805599453, -0.6931471805599453]
        ),
        ([40, 0], [-4.248354255291589e-18, -40], [-40, -4.248354255291589e-18]),
        ([1000, 0], [0, -1000], [-1000, 0]),
        (
            [1, 2, 3], [-2.40760596444438, -1.4076059644443804, -0.4076059644443803],
            [-0.09434427692615747, -0.28067795340140783, -1.0943442769261575]
        ),
        (
            [0, -30, -30.5], [-1.5033308201471766e-13, -30.00000000000015, -30.50000000000015],
            [-29.525923015820045, -9.357622968839205e-14, -5.6756852326320304e-14]
        ),
        ([1000, 0, -1000], [0, -1000, -2000], [-1000, 0, 0]),
        (
            [-1000, -1000, -1000], [-1.0986122886681098, -1.0986122886681098, -1.0986122886681098],
            [-0.4054651081081644, -0.4054651081081644, -0.4054651081081644]
        ),
        ([5], [0], [-.infinity]),
    ]

    @Test(arguments: values)
    func `the logarithms of probabilities and complements are exact`(
        z: [Double], ofProbability: [Double], ofComplement: [Double]
    ) {
        let log = LogSoftmax(Matrix(rows: 1, columns: z.count, elements: z))
        let tolerance = tolerance(ofProbabilitiesFrom: z)
        for k in z.indices {
            #expect(relativeDistance(log.ofProbability(0, k), ofProbability[k]) <= tolerance)
            #expect(relativeDistance(log.ofComplement(0, k), ofComplement[k]) <= tolerance)
        }
    }

    @Test func `each row has a most probable output of its own, the first of equals`() {
        let log = LogSoftmax(
            Matrix<Double>(rows: 3, columns: 3, elements: [1, 2, 3, 5, -1, 5, 0, 4, 4]))
        #expect((0..<3).map(log.mostProbable) == [2, 0, 1])
    }
}
