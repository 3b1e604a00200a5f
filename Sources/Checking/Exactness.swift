import NeuralNetwork

/// How exact the numbers of a submission can be expected to be: told by the numbers themselves.
public struct Exactness: Equatable, Sendable {
    /// What a derivative may be off by, relative to its largest number.
    public let relative: Double
    /// The unit roundoff that it was computed with.
    let roundoff: Double
    /// The decimals that the numbers were rounded to, where they were.
    public let decimals: Int?

    public static let float64 = Exactness(relative: 1e-7, roundoff: 0x1p-53)
    /// Of float32's 6e-8; the rest is for sums that are added up in another order.
    public static let float32 = Exactness(relative: 2e-5, roundoff: 0x1p-24)

    init(relative: Double, roundoff: Double, decimals: Int? = nil) {
        self.relative = relative
        self.roundoff = roundoff
        self.decimals = decimals
    }

    /// One that a caller asks for.
    public init(tolerance: Double) {
        self.init(relative: tolerance, roundoff: 0x1p-53)
    }

    /// That of a submission's numbers, which at best is float32's if that is known.
    public init(of submission: Submission, isFloat32: Bool = false) {
        let numbers = submission.tensors.values.flatMap(\.numbers)
            .filter { $0 != 0 && $0.isFinite }
        if let decimals = Self.decimals(of: numbers) {
            self.init(
                relative: Self.float32.relative, roundoff: Self.float32.roundoff,
                decimals: decimals)
        } else if isFloat32
            || numbers.allSatisfy({ Double(Float($0)) == $0 || $0.significantDigits <= 9 })
        {
            self = .float32
        } else {
            self = .float64
        }
    }

    /// The decimals that all numbers are rounded to, where those are few.
    private static func decimals(of numbers: [Double]) -> Int? {
        guard !numbers.isEmpty else { return nil }
        for decimals in 3...8 {
            let unit = pow10(decimals)
            // Both are what the division rounds to, in float64 or in float32.
            let isRounded = numbers.allSatisfy {
                let whole = ($0 * unit).rounded()
                return whole / unit == $0 || Double(Float(whole) / Float(unit)) == $0
            }
            if isRounded { return decimals }
        }
        return nil
    }

    private static func pow10(_ n: Int) -> Double { (0..<n).reduce(1) { x, _ in x * 10 } }

    /// What half a unit of the last decimal is; 0 where nothing was rounded.
    var halfUnit: Double { decimals.map { 0.5 / Self.pow10($0) } ?? 0 }

    /// What a derivative of a size may be off by, `noise` being what float32 moves it by.
    func tolerance(_ peak: Double, noise: Double) -> Double {
        relative * peak + Self.margin * noise * (roundoff / 0x1p-24) + 1.02 * halfUnit
    }

    /// What stands for an exact 0, where terms of about 1 cancel out.
    var zero: Double { (roundoff > 0x1p-30 ? 4 : Self.margin) * roundoff }

    /// Another order of the same sums can err by some times what one order does.
    private static let margin = 64.0
}

extension Double {
    /// The digits of the shortest decimal that gives the same number again.
    fileprivate var significantDigits: Int {
        let mantissa = description.prefix { $0 != "e" }.filter(\.isNumber)
        let digits = mantissa.drop { $0 == "0" }
        return digits.count - (digits.reversed().prefix { $0 == "0" }.count)
    }
}
