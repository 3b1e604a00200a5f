import NeuralNetwork

/// Puts the cheapest accounts into verdicts and sentences.
struct Judge {
    let exercise: Exercise
    let submission: Submission
    let accounts: Accounts
    let requested: Convention

    var convention: Convention { accounts.convention }
    var names: Names { exercise.names }
    var matcher: Matcher {
        Matcher(
            exercise: exercise, exactness: accounts.exactness, convention: convention)
    }
}

extension Judge {
    func verdict(of id: GradientID) -> Diagnosis.TensorVerdict {
        guard let tensor = submission.tensors[id], let outcome = accounts.cheapest[0].outcomes[id]
        else { preconditionFailure("a derivative was submitted and not judged") }
        let right = exercise.right(id, in: convention)
        let isRight = tensor.matrix.map { matcher.matches($0, right, id) } ?? false
        let explanation = explanation(of: id, outcome)
        let mistakes = explanation.map { named($0, id) } ?? []
        let verdict = self.verdict(outcome, isRight: isRight, id, tensor.shape, mistakes)
        return Diagnosis.TensorVerdict(
            id: id, name: names.of(id), array: names.array(id), verdict: verdict,
            sentence: sentence(verdict, id, tensor, mistakes, outcome), shape: tensor.shape,
            comparison: tensor.matrix.map { Comparison($0, right) },
            isStepRight: verdict == .correct || verdict == .otherConvention
                || verdict == .carriedForward,
            mistakes: mistakes, because: explanation.flatMap(reason))
    }

    func verdict(
        _ outcome: Outcome, isRight: Bool, _ id: GradientID, _ shape: ShapeFinding?,
        _ mistakes: [Diagnosis.NamedMistake]
    ) -> Diagnosis.Verdict {
        switch outcome {
        case .asExpected where !isRight: return .carriedForward
        case .asExpected:
            if let shape, !shape.isHarmless { return .misshapen }
            if case .parameter = id.kind, !convention.isOfTheSameScalar(as: requested) {
                return accounts.conventions.contains { $0.isOfTheSameScalar(as: requested) }
                    ? .correct : .otherConvention
            }
            return .correct
        case .shows: return .carriedForward
        case .wrong:
            let order: Set = [Mistake.transposed.name, Mistake.permutedUnits.name]
            return mistakes.contains { order.contains($0.name) } ? .misshapen : .wrong
        case .unreadable: return .wrong
        }
    }

    /// The explanation, with the names that other accounts of the same cost have for it.
    func explanation(of id: GradientID, _ outcome: Outcome) -> Explanation? {
        guard var explanation = outcome.explanation else { return nil }
        for other in accounts.cheapest.dropFirst() {
            guard let more = other.outcomes[id]?.explanation else { continue }
            for findings in more.alternatives
            where !explanation.alternatives.contains(where: { $0.names == findings.names }) {
                explanation.alternatives.append(findings)
            }
        }
        return explanation
    }

    func named(_ explanation: Explanation, _ id: GradientID) -> [Diagnosis.NamedMistake] {
        var named: [Diagnosis.NamedMistake] = []
        for finding in explanation.alternatives.joined() {
            guard !named.contains(where: { $0.name == finding.mistake.name }) else { continue }
            named.append(
                Diagnosis.NamedMistake(
                    name: finding.mistake.name,
                    sentence: finding.mistake.sentence(telling(finding, id))))
        }
        return named
    }

    func telling(_ finding: Finding, _ id: GradientID) -> Telling {
        Telling(
            exercise: exercise, step: finding.step, convention: convention,
            detail: finding.detail, number: finding.number, shown: id)
    }

    func sentence(
        _ verdict: Diagnosis.Verdict, _ id: GradientID, _ tensor: Submission.Tensor,
        _ mistakes: [Diagnosis.NamedMistake], _ outcome: Outcome
    ) -> String {
        let name = names.of(id)
        switch verdict {
        case .correct:
            let shape = tensor.shape.map { " " + $0.sentence(name) } ?? ""
            return "\(name) is right." + shape
        case .otherConvention:
            return requested == .sum
                ? "\(name) is right as a derivative of the cost J, and was asked for of the sum of "
                    + "the losses: it is divided by m, and should not be."
                : "\(name) is right as a derivative of the sum of the losses. As a derivative of the "
                    + "cost J it lacks "
                    + (lacking(id).name == Mistake.penaltyForgotten.name
                        ? "the penalty's term." : "the division by m.")
        case .carriedForward:
            if case .shows(let explanation) = outcome, let made = made(explanation, id) {
                return "\(name) shows the same mistake, in \(made). Its own step is right."
            }
            return "\(name) is not the right derivative, but it follows rightly from yours before "
                + "it. Mend the mistake there, and run this step again."
        case .misshapen, .wrong:
            if case .unreadable = outcome, let shape = tensor.shape {
                return shape.sentence(name)
            }
            if mistakes.isEmpty, let shape = tensor.shape { return shape.sentence(name) }
            let told = mistakes.prefix(2).map(\.sentence)
            let either = told.count > 1 && !isPair(outcome) ? "Either: " : ""
            return either + told.joined(separator: either.isEmpty ? " " : " Or: ")
                + (tensor.shape.map { " " + $0.sentence(name) } ?? "")
        }
    }

    func isPair(_ outcome: Outcome) -> Bool {
        guard let alternatives = outcome.explanation?.alternatives else { return false }
        return alternatives.count == 1 && alternatives[0].count > 1
    }

    /// The derivative that a mistake is in.
    func made(_ explanation: Explanation, _ id: GradientID) -> String? {
        explanation.alternatives.first?.first.map { telling($0, id).made }
    }

    /// Why several names fit.
    func reason(_ explanation: Explanation) -> String? {
        guard explanation.alternatives.count > 1 else { return nil }
        let m = exercise.denominator.value
        let outputs = Double(exercise.network.outputShape.last ?? 1)
        let names = Set(explanation.alternatives.joined().map(\.mistake.name))
        if exercise.examples == 1 { return "There is one example: 1/m is 1." }
        if m == 2, !names.isDisjoint(with: ["factor_half", "factor_two"]) {
            return "m is 2, so 1/m and ½ are the same number."
        }
        if m == outputs, !names.isDisjoint(with: ["outputs_averaged", "outputs_summed"]) {
            return "There are as many outputs as examples, so that 1/m and 1/n are the same number."
        }
        return "On this batch they give the same numbers."
    }
}

extension Outcome {
    var explanation: Explanation? {
        switch self {
        case .wrong(let explanation), .shows(let explanation): explanation
        case .asExpected, .unreadable: nil
        }
    }
}

extension [Finding] {
    var names: [String] { map(\.mistake.name) }
}

extension GradientID {
    /// The step that makes it.
    var step: Step? {
        switch kind {
        case .output: nil
        case .preActivation: .activation(layer)
        case .parameter(let index): .parameter(layer, index)
        }
    }
}

extension ShapeFinding {
    /// What is not as expected, and what to do.
    func sentence(_ name: String) -> String {
        let (found, expected) = (text(found), text(expected))
        return switch kind {
        case .missingAxis:
            "Its shape is \(found), and should be \(expected): keep the axis, with keepdims=True."
        case .flattened:
            "\(name) is flattened: its shape is \(found), and should be \(expected)."
        case .transposed:
            "\(name) is transposed: its shape is \(found), and should be \(expected)."
        case .otherLayout:
            "\(name) is laid out otherwise: its shape is \(found), and should be \(expected)."
        case .other:
            "\(name) has the shape \(found), and should have \(expected): the shape of what it is "
                + "the derivative of."
        }
    }

    func text(_ shape: [Int]) -> String {
        shape.count == 1
            ? "(\(shape[0]),)" : "(" + shape.map(String.init).joined(separator: ", ") + ")"
    }
}
