import NeuralNetwork

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
    func lacking(_ id: GradientID) -> Mistake {
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
