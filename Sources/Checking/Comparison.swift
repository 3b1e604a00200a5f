import NeuralNetwork

/// How a submitted derivative g compares with another, r.
public struct Comparison: Equatable, Sendable {
    /// `s = ⟨g, r⟩/⟨r, r⟩`, the factor that brings r closest to g; nil where r is 0.
    public let factor: Double?
    /// `‖g − s·r‖/‖g‖`: what of g no factor explains; 0 where g is 0.
    public let residual: Double
    /// The largest `|g − r|`.
    public let distance: Double

    public init(_ g: Matrix<Double>, _ r: Matrix<Double>) {
        // Scaled, so that no square overflows or is lost.
        let (gPeak, rPeak) = (g.peak, r.peak)
        distance = zip(g.elements, r.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
        guard rPeak > 0, rPeak.isFinite, gPeak.isFinite else {
            factor = nil
            residual = gPeak == 0 ? 0 : 1
            return
        }
        let (g, r) = (g.scaled(by: gPeak > 0 ? 1 / gPeak : 1), r.scaled(by: 1 / rPeak))
        let s = g.dot(r) / r.dot(r)
        let rest = g.zipped(with: r) { $0 - s * $1 }
        let norm = g.dot(g)
        residual = norm == 0 ? 0 : (rest.dot(rest) / norm).squareRoot()
        factor = s * (gPeak > 0 ? gPeak : 1) / rPeak
    }
}
