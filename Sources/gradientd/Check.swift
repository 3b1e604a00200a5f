import JSON

/// `gradientd check FILE`: the verdicts on gradients that somebody computed, for people and for
/// autograders.
struct Check: Command {
    struct Settings: Sendable {
        var isGraded = false
        var format = Format.json
    }

    enum Format: String, CaseIterable {
        case json, table
    }

    let name = "check"
    let operands = "FILE"
    let summary = "judge the gradients submitted in FILE, a request for /check; - is standard input"
    let notes = """
        The answer goes to standard output. A refusal does too, as problem+json, or as a line for each
        field that is wrong.
        Exit status: 0 judged, 1 failed or refused, 2 a mistake in how it was called.
        With --grade: 0 the submission is right, 1 it is not, 2 a mistake in how it was called,
        3 it could not be judged: not read, refused, or nothing submitted. What is right in another
        convention than the request's is not right then.
        """
    let defaults = Settings()
    let options: [Option<Settings>] = [
        .flag("grade", \.isGraded, "tell by the exit status whether the submission is right")
            .onlyHere,
        .word("format", \.format, "json|table", "how the answer is written").onlyHere,
    ]

    func run(_ settings: Settings, operands: [String]) throws(UsageError) -> ExitStatus {
        let failure = settings.isGraded ? ExitStatus.notGraded : .failure
        guard let response = try answer(name, toFile: operands) else { return failure }
        guard let document = try? JSONDocument(parsing: response.body) else {
            preconditionFailure("an answer is JSON")
        }
        let isAnswered = isAnswer(response, to: name)
        let text =
            switch (settings.format, isAnswered) {
            case (.json, _): String(decoding: response.body, as: UTF8.self) + "\n"
            case (.table, true): CheckReport(document.root).text
            case (.table, false): refusalText(document.root)
            }
        guard tell(Array(text.utf8), of: name), isAnswered else { return failure }
        guard settings.isGraded else { return .success }
        switch CheckReport(document.root).verdict {
        case "correct": return .success
        case nil: return .notGraded
        case .some: return .failure
        }
    }
}
