import NeuralNetwork

/// Puts the cheapest accounts into verdicts and sentences.
struct Judge {
    let exercise: Exercise
    let submission: Submission
    let accounts: Accounts
    let requested: Convention

    private var convention: Convention { accounts.convention }
    private var names: Names { exercise.names }
    private var matcher: Matcher {
        Matcher(
            exercise: exercise, exactness: accounts.exactness, convention: convention)
    }
}

// MARK: One derivative

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

    private func verdict(
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
    private func explanation(of id: GradientID, _ outcome: Outcome) -> Explanation? {
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

    private func named(_ explanation: Explanation, _ id: GradientID) -> [Diagnosis.NamedMistake] {
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

    private func telling(_ finding: Finding, _ id: GradientID) -> Telling {
        Telling(
            exercise: exercise, step: finding.step, convention: convention,
            detail: finding.detail, number: finding.number, shown: id)
    }

    private func sentence(
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

    private func isPair(_ outcome: Outcome) -> Bool {
        guard let alternatives = outcome.explanation?.alternatives else { return false }
        return alternatives.count == 1 && alternatives[0].count > 1
    }

    /// The derivative that a mistake is in.
    private func made(_ explanation: Explanation, _ id: GradientID) -> String? {
        explanation.alternatives.first?.first.map { telling($0, id).made }
    }

    /// Why several names fit.
    private func reason(_ explanation: Explanation) -> String? {
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

// MARK: The whole

extension Judge {
    func mistakes(_ tensors: [Diagnosis.TensorVerdict]) -> [Diagnosis.MadeMistake] {
        var made: [Diagnosis.MadeMistake] = []
        for tensor in tensors {
            guard let outcome = accounts.cheapest[0].outcomes[tensor.id] else { continue }
            let findings = explanation(of: tensor.id, outcome)?.alternatives.first ?? []
            for finding in findings {
                let told = telling(finding, tensor.id)
                if let same = made.firstIndex(where: { $0.name == finding.mistake.name }) {
                    made[same].tensors.append(tensor.name)
                } else {
                    made.append(
                        Diagnosis.MadeMistake(
                            name: finding.mistake.name, sentence: finding.mistake.sentence(told),
                            step: told.made, tensors: [tensor.name]))
                }
            }
            guard outcome.explanation == nil, tensor.verdict == .otherConvention, requested != .sum
            else { continue }
            let lacks = lacking(tensor.id)
            if let same = made.firstIndex(where: { $0.name == lacks.name }) {
                made[same].tensors.append(tensor.name)
            } else {
                let finding = Finding(mistake: lacks, step: tensor.id.step ?? .output)
                made.append(
                    Diagnosis.MadeMistake(
                        name: lacks.name, sentence: lacks.sentence(telling(finding, tensor.id)),
                        step: tensor.name, tensors: [tensor.name]))
            }
        }
        return made
    }

    /// What a derivative of Σ Lᵢ lacks as one of J.
    private func lacking(_ id: GradientID) -> Mistake {
        let isPenalized =
            if case .parameter(let index) = id.kind {
                exercise.penalty(id.layer, index, in: .loss) != nil
            } else { false }
        return exercise.denominator.value == 1 && isPenalized
            ? .penaltyForgotten : .oneOverMMissing
    }

    func ambiguities(_ tensors: [Diagnosis.TensorVerdict]) -> [Diagnosis.Ambiguity] {
        var found: [Diagnosis.Ambiguity] = []
        if exercise.denominator.value == 1 {
            found.append(
                Diagnosis.Ambiguity(
                    kind: .oneExample, tensors: [],
                    sentence: "With one example 1/m is 1: a 1/m that is missing, or there twice, "
                        + "cannot be seen, nor which convention you follow. Take a batch with more."
                ))
        }
        let zeros = tensors.filter { exercise.right($0.id, in: convention).peak == 0 }
        if !zeros.isEmpty {
            found.append(
                Diagnosis.Ambiguity(
                    kind: .zeroReference, tensors: zeros.map(\.name),
                    sentence: "\(list(zeros.map(\.name))) should be 0 on this batch in all places: "
                        + "zeros say little about a derivation. Take a batch on which units are "
                        + "not dead."))
        }
        for tensor in tensors where tensor.mistakes.count > 1 {
            guard let because = tensor.because else { continue }
            let kind: Diagnosis.Ambiguity.Kind =
                because.hasPrefix("m is 2")
                ? .twoExamples
                : because.hasPrefix("There are as many outputs")
                    ? .outputsAsManyAsExamples : .sameNumbers
            found.append(
                Diagnosis.Ambiguity(
                    kind: kind, tensors: [tensor.name],
                    sentence: "\(tensor.name): "
                        + list(tensor.mistakes.map(\.name), "or")
                        + " cannot be told apart. \(because)"))
        }
        return found
    }

    func summary(
        _ tensors: [Diagnosis.TensorVerdict], _ mistakes: [Diagnosis.MadeMistake],
        _ verdict: Diagnosis.Verdict, _ cost: CostVerdict?
    ) -> String {
        switch verdict {
        case .correct: return rightSummary(tensors)
        case .otherConvention:
            return requested == .sum
                ? "All that you sent is right as derivatives of the cost J. You asked for the sum of "
                    + "the losses, whose dW and db are m times as large."
                : "All that you sent is right as derivatives of the sum of the losses (convention "
                    + "\"sum\"): no 1/m anywhere. For the cost J, divide dW and db by m."
        case .carriedForward, .misshapen, .wrong:
            let first = tensors.first { $0.verdict == .wrong || $0.verdict == .misshapen }
            guard let first else { return cost?.sentence ?? "" }
            let fine = tensors.count { $0.score == 1 }
            let rest =
                tensors.count == 1
                ? "" : " \(fine) of \(tensors.count) are right, or follow rightly from yours."
            let more =
                mistakes.count > 1
                ? " Then there is \(list(mistakes.dropFirst().map { "\($0.name) in \($0.step)" }))."
                : ""
            return "Going back from the output, \(first.name) is the first that is wrong. "
                + first.sentence + more + rest
        }
    }

    /// The line that makes the first wrong derivative.
    func lookAt(_ tensors: [Diagnosis.TensorVerdict]) -> String? {
        for tensor in tensors where tensor.verdict == .wrong || tensor.verdict == .misshapen {
            let finding = accounts.cheapest[0].outcomes[tensor.id]?.explanation?.alternatives
                .first?.first
            guard let finding else { continue }
            return "Look at \(telling(finding, tensor.id).lineToLookAt)."
        }
        return nil
    }

    private func rightSummary(_ tensors: [Diagnosis.TensorVerdict]) -> String {
        let all =
            tensors.isEmpty
            ? "There is no derivative to judge."
            : tensors.count == 1
                ? "\(tensors[0].name) is right." : "All \(tensors.count) are right."
        let hasSignals = tensors.contains {
            if case .parameter = $0.id.kind { false } else { true }
        }
        if !hasSignals {
            return all + (tensors.isEmpty ? "" : " dW and db are the same wherever the 1/m stands.")
        }
        guard accounts.conventions.count == 1 else { return all }
        switch convention {
        case .loss:
            return all + " dZ and dA are derivatives of each example's loss, and 1/m stands in dW "
                + "and db: convention \"loss\"."
        case .cost:
            return all + " dZ and dA are derivatives of the cost J, with the 1/m in them: "
                + "convention \"cost\"."
        case .sum: return all + " Nothing is divided by m: convention \"sum\"."
        }
    }

    private func list(_ words: [String], _ last: String = "and") -> String {
        guard words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(last) " + words[words.count - 1]
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
    fileprivate var step: Step? {
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

    private func text(_ shape: [Int]) -> String {
        shape.count == 1
            ? "(\(shape[0]),)" : "(" + shape.map(String.init).joined(separator: ", ") + ")"
    }
}
