import NeuralNetwork

extension NumericalCheck {
    /// What a numerical check found.
    public struct Result: Sendable {
        public let settings: NumericalSettings
        /// J.
        public let cost: Double
        /// How far rounding puts J off, as it was measured.
        public let noise: Double
        /// How many forward passes it took.
        public let passes: Int
        /// In the order of the layers.
        public let tensors: [Tensor]
        /// The slopes of J in random directions over all parameters at once.
        public let directions: [Entry]
        /// That of all tensors together.
        public let figure: Figure
        public let verdict: Verdict

        init(
            settings: NumericalSettings, cost: Double, noise: Double, passes: Int,
            tensors: [Tensor], directions: [Entry], tolerance: Double, resolution: Double
        ) {
            self.settings = settings
            self.cost = cost
            self.noise = noise
            self.passes = passes
            self.tensors = tensors
            self.directions = directions
            let entries = tensors.flatMap(\.entries)
            figure = Figure(of: entries, tolerance: tolerance, resolution: resolution)
            verdict = Verdict(of: entries + directions)
        }
    }

    /// What came of a derivative, of a tensor, or of all.
    public enum Verdict: String, CaseIterable, Sendable {
        case agrees, disagrees
        /// Too small for the central difference to say anything of it.
        case withinNoise = "within_noise"
        /// At a kink, where the central difference is no derivative.
        case atKink = "at_kink"
        /// The cost is not finite there, or no step gives a central difference that holds still.
        case notMeasured = "not_measured"

        /// Of several derivatives: one that disagrees decides, then one that agrees and is not 0.
        init(of entries: [Entry]) {
            let found = Set(entries.map(\.verdict))
            if entries.contains(where: { $0.verdict == .agrees && $0.analytic != 0 }),
                !found.contains(.disagrees)
            {
                self = .agrees
                return
            }
            let order: [Verdict] = [.disagrees, .withinNoise, .agrees, .atKink, .notMeasured]
            self = order.first(where: found.contains) ?? .notMeasured
        }
    }

    /// One derivative beside its central difference.
    public struct Entry: Sendable {
        /// In its tensor's numbers, or of the direction.
        public let index: Int
        public let analytic: Double
        public let numeric: Double
        /// The central difference as the step asked for gives it, kinks and all.
        public let plain: Double
        /// The slopes on the two sides.
        public let left: Double
        public let right: Double
        /// What rounding may put the central difference off.
        public let noise: Double
        /// The kink that the step went over, if that changed what it gave.
        public let kink: Kink?
        public let verdict: Verdict

        /// |g − ĝ| / max(|g|, |ĝ|), and 0 where both are 0.
        public var relativeError: Double {
            if analytic == numeric { return 0 }
            return abs(analytic - numeric) / max(abs(analytic), abs(numeric))
        }

        /// Whether it stands in the figure.
        var isMeasured: Bool { verdict != .atKink && verdict != .notMeasured }
    }

    /// One tensor of derivatives.
    public struct Tensor: Sendable {
        public let id: GradientID
        public let declared: NumbersDeclaration
        /// As in the course: `dW1`.
        public let name: String
        /// Those that were tried.
        public let entries: [Entry]
        public let figure: Figure
        public let verdict: Verdict

        init(
            id: GradientID, declared: NumbersDeclaration, name: String, entries: [Entry],
            tolerance: Double, resolution: Double
        ) {
            self.id = id
            self.declared = declared
            self.name = name
            self.entries = entries
            figure = Figure(of: entries, tolerance: tolerance, resolution: resolution)
            verdict = Verdict(of: entries)
        }

        /// How many numbers the tensor has.
        public var count: Int { declared.rows * declared.columns }

        public func count(_ verdict: Verdict) -> Int {
            entries.count { $0.verdict == verdict }
        }

        /// Those that are furthest off, relative to their size, wrong ones first; of those that say
        /// anything.
        public func worst(_ most: Int) -> [Entry] {
            func rank(_ entry: Entry) -> (Double, Double) {
                let error = entry.relativeError
                return (entry.verdict == .disagrees ? 1 : 0, error.isNaN ? .infinity : error)
            }
            let said = entries.filter { $0.verdict == .disagrees || $0.verdict == .agrees }
            return Array(said.sorted { rank($0) > rank($1) }.prefix(most))
        }

        /// Where an entry stands in a layout; a bias's in `course` in a column.
        public func index(of entry: Entry, in layout: Layout) -> [Int] {
            var (rest, own) = (entry.index, [Int](repeating: 0, count: declared.shape.count))
            for axis in own.indices.reversed() {
                own[axis] = rest % declared.shape[axis]
                rest /= declared.shape[axis]
            }
            if own.count == 1 { return layout.biasIsColumn ? own + [0] : own }
            return AxisOrder(places: declared.form.order(in: layout)).wire(own)
        }
    }

    /// The course's figure, and what it is made of.
    public struct Figure: Sendable {
        /// ‖g − ĝ‖ / (‖g‖ + ‖ĝ‖) over what was measured, 0 where both are 0; nil where nothing was.
        public let value: Double?
        /// The same with the entries at kinks in it, every one by the step asked for: what a check
        /// that does not look for kinks gives.
        public let withKinks: Double?
        /// s, where g is s·ĝ in every entry and s is not 1.
        public let factor: Double?
        /// What rounding may make of the figure of right gradients.
        public let noise: Double

        init(of entries: [Entry], tolerance: Double, resolution: Double) {
            let measured = entries.filter(\.isMeasured)
            let g = measured.map(\.analytic)
            let numeric = measured.map(\.numeric)
            value = Self.figure(g, numeric)
            let plain = entries.filter { $0.plain.isFinite }
            withKinks = Self.figure(plain.map(\.analytic), plain.map(\.plain))
            let (length, noise) = (norm(g) + norm(numeric), norm(measured.map(\.noise)))
            self.noise = length == 0 ? 0 : noise / length
            factor = Self.factor(g, numeric) { s, rest in
                rest <= tolerance * norm(g) + max(1, abs(s)) * noise
                    + resolution * Double(g.count).squareRoot()
            }
        }

        private static func figure(_ g: [Double], _ numeric: [Double]) -> Double? {
            if g.isEmpty { return nil }
            let difference = norm(zip(g, numeric).map { $0 - $1 })
            return difference == 0 ? 0 : difference / (norm(g) + norm(numeric))
        }

        /// s = ⟨g, ĝ⟩/⟨ĝ, ĝ⟩, where what s·ĝ leaves of g is small.
        private static func factor(
            _ g: [Double], _ numeric: [Double], isSmall: (_ s: Double, _ rest: Double) -> Bool
        ) -> Double? {
            let length = norm(numeric)
            guard length > 0, length.isFinite, norm(g).isFinite else { return nil }
            let s = zip(g, numeric).reduce(0) { $0 + $1.0 / length * ($1.1 / length) }
            guard isSmall(s, norm(zip(g, numeric).map { $0 - s * $1 })) else { return nil }
            return isSmall(1, norm(zip(g, numeric).map { $0 - $1 })) ? nil : s
        }
    }
}

/// The Euclidean length, of numbers whose squares may be too large or too small for float64.
func norm(_ x: [Double]) -> Double {
    let greatest = x.reduce(0) { $1.isNaN ? $1 : max($0, abs($1)) }
    guard greatest > 0, greatest.isFinite else { return greatest }
    return greatest
        * x.reduce(0) { $0 + $1 / greatest * ($1 / greatest) }.squareRoot()
}
