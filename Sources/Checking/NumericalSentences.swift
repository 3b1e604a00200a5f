import Glibc
import NeuralNetwork

// What a numerical check found, in the course's words.

extension NumericalCheck.Tensor {
    /// What is to be said of the tensor, its entries named as a layout has them.
    public func sentence(_ layout: Layout) -> String {
        let what: String
        switch verdict {
        case .agrees: what = "\(name) agrees with the numerical gradient."
        case .disagrees: what = disagreement(layout)
        case .withinNoise:
            let most = entries.map { max(abs($0.analytic), abs($0.numeric)) }.max() ?? 0
            let noise = entries.map(\.noise).max() ?? 0
            what =
                "\(name) is at most \(brief(most)), and rounding puts the numerical gradient off by "
                + "up to \(brief(noise)): it can say nothing of \(name)."
        case .atKink:
            what =
                "\(name) could not be compared: every entry that was tried is at a kink"
                + kinkText + ", where the slope on the left is another than that on the right."
        case .notMeasured:
            what =
                "\(name) could not be compared: no step gave a numerical gradient that holds still, as "
                + "the cost is not a finite number there, or all rounding."
        }
        let atKinks = count(.atKink)
        guard atKinks > 0, verdict != .atKink else { return what }
        return what
            + " \(atKinks.entries) at a kink\(kinkText), where the cost has no single slope, "
            + "\(atKinks == 1 ? "is" : "are") left out."
    }

    private func disagreement(_ layout: Layout) -> String {
        let wrong = count(.disagrees)
        if let s = figure.factor, wrong > 1 || entries.count == 1 {
            if s == 0 { return "\(name) is 0, and the numerical gradient is not." }
            return "\(name) is \(brief(s)) times the numerical gradient, in every entry: "
                + (brief(s) == "-1"
                    ? "its sign is wrong." : "one factor is wrong, and the rest of it is right.")
        }
        guard let worst = worst(1).first else { return "\(name) disagrees." }
        let place = index(of: worst, in: layout).map(String.init).joined(separator: ", ")
        return "\(name) disagrees with the numerical gradient in \(wrong) of "
            + "\(entries.count.entries): \(name)[\(place)] is \(brief(worst.analytic)), the "
            + "numerical gradient \(brief(worst.numeric))."
    }

    /// Of what the kinks are.
    private var kinkText: String {
        let kinks = entries.filter { $0.verdict == .atKink }.compactMap(\.kink)
        guard let first = kinks.first, kinks.allSatisfy({ $0.noun == first.noun }) else {
            return ""
        }
        return first.noun.map { " of \($0)" } ?? ""
    }
}

extension Kink {
    /// What has the kink.
    public var noun: String? {
        switch self {
        case .activation: "an activation"
        case .maximum: "a maximum"
        case .loss: "the loss"
        case .penalty: "the penalty's |W|"
        case .unknown: nil
        }
    }
}

extension NumericalCheck.Result {
    public var sentence: String {
        let wrong = tensors.filter { $0.verdict == .disagrees }.map(\.name)
        switch verdict {
        case .agrees: return "The gradients agree with the numerical ones."
        case .disagrees where wrong.isEmpty:
            return
                "The entries that were tried agree with the numerical gradient, but the slope in "
                + "a random direction over all of them does not: an entry that was not tried is "
                + "wrong. A larger \"sample\" finds it."
        case .disagrees:
            if let s = figure.factor, s != 0, wrong.count == tensors.count {
                return "The gradients are \(brief(s)) times the numerical ones, in every tensor."
            }
            return "\(wrong.listed) disagree\(wrong.count == 1 ? "s" : "") with the numerical "
                + "gradient."
        case .withinNoise:
            return "The gradients are too small for the numerical ones to say anything of them."
        case .atKink: return "Every entry that was tried is at a kink: nothing could be compared."
        case .notMeasured where !cost.isFinite:
            return "The cost is not a finite number, so that there is no numerical gradient."
        case .notMeasured: return "There was nothing that could be compared."
        }
    }

    /// What the figure means.
    public var explanation: String {
        var text =
            "The figure is ‖g − ĝ‖ / (‖g‖ + ‖ĝ‖), with g the gradients and ĝ the numerical ones. In "
            + "the course 1e-7 is great, 1e-5 wants a second look, and 1e-3 is a mistake."
        if let s = figure.factor {
            text +=
                " Gradients that are s times the right ones give |s − 1| / (|s| + 1), whatever the "
                + "network: here s is \(brief(s)), and the figure "
                + "\(brief(abs(s - 1) / (abs(s) + 1)))."
        } else if verdict == .disagrees {
            text +=
                " If all gradients were s times the right ones it would be |s − 1| / (|s| + 1), 0.67 "
                + "for s = 5; here they are not."
        }
        if figure.noise > 1e-7 {
            text +=
                " With so short a step rounding alone makes up to \(brief(figure.noise)) of it."
        }
        if let plain = figure.withKinks, let value = figure.value,
            plain > 1e-7, plain > 2 * value
        {
            text +=
                " With the entries at kinks in it, it would be \(brief(plain)), which says nothing "
                + "against the gradients."
        }
        return text
    }
}

/// A number to three digits.
func brief(_ x: Double) -> String {
    guard x.isFinite, x != 0 else { return x == 0 ? "0" : "\(x)" }
    let exponent = Int(floor(log10(abs(x)))) - 2
    let digits = (x / pow(10, Double(exponent))).rounded()
    // Read back, it is the number nearest to those digits, which prints as they do.
    guard digits.isFinite, let rounded = Double("\(Int(digits))e\(exponent)") else { return "\(x)" }
    return rounded == rounded.rounded() && abs(rounded) < 1e6 ? "\(Int(rounded))" : "\(rounded)"
}

extension Int {
    fileprivate var entries: String { self == 1 ? "1 entry" : "\(self) entries" }
}

extension [String] {
    /// `dW1`, `dW1 and db1`, `dW1, db1 and dW2`.
    fileprivate var listed: String {
        guard count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " and " + self[count - 1]
    }
}
