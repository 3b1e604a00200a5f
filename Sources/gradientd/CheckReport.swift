import JSON

/// What an answer of /check says, as far as a person reads it.
struct CheckReport {
    /// `correct`, `other_convention` or `wrong`; nil where nothing was submitted.
    let verdict: String?
    let summary: String
    let score: Double?
    let lookAt: String?
    let rows: [Row]
    /// What the batch cannot tell apart, and what else is to be said.
    let remarks: [String]

    /// A tensor, or the cost.
    struct Row {
        let name: String
        let verdict: String
        let score: Double?
        /// The mistakes that it may come of.
        let mistakes: [String]
        let sentence: String
    }

    init(_ answer: JSONCursor) {
        verdict = answer.text("verdict")
        summary = answer.text("summary") ?? ""
        score = answer.number("score")
        lookAt = answer.text("look_at")
        remarks = answer.list("ambiguities").compactMap { $0.text("sentence") }
        var rows = answer.list("tensors").map { Row($0, named: $0.text("name") ?? "") }
        if let cost = answer.member("cost"), cost.kind == .object {
            rows.append(Row(cost, named: "cost"))
        }
        self.rows = rows
    }
}

extension CheckReport.Row {
    fileprivate init(_ json: JSONCursor, named name: String) {
        self.name = name
        verdict = json.text("verdict") ?? ""
        score = json.number("score")
        mistakes = json.list("mistakes").compactMap { $0.text("name") }
        let sentence = json.text("sentence") ?? ""
        self.sentence = json.text("because").map { "\(sentence) \($0)" } ?? sentence
    }
}

extension CheckReport {
    /// A table of the tensors, and below it the summary.
    var text: String {
        let table = TextTable(
            ["tensor", "verdict", "score", "mistake", ""],
            rows.map {
                [
                    $0.name, $0.verdict, $0.score.map(Self.percent) ?? "",
                    $0.mistakes.joined(separator: " or "), $0.sentence,
                ]
            })
        var below: [String] = []
        if let verdict {
            below.append("\(verdict)" + (score.map { ", score \(Self.percent($0))" } ?? ""))
        }
        below += [summary] + remarks + (lookAt.map { [$0] } ?? [])
        let paragraphs = below.filter { !$0.isEmpty }.flatMap { wrapped($0, to: TextTable.width) }
        return ([rows.isEmpty ? "" : table.text + "\n"] + paragraphs.map { $0 + "\n" }).joined()
    }

    /// A score as a share of the whole: `75%`; 100% is of what is right alone.
    private static func percent(_ score: Double) -> String {
        score < 1 ? "\(min(Int((score * 100).rounded()), 99))%" : "100%"
    }
}

/// What is wrong with a request, a line for each field.
func refusalText(_ problem: JSONCursor) -> String {
    let faults = problem.list("errors").map { fault in
        let place = fault.text("pointer") ?? ""
        let hint = fault.text("hint").map { " (\($0))" } ?? ""
        return (place.isEmpty ? "" : place + ": ") + (fault.text("detail") ?? "") + hint + "\n"
    }
    return faults.isEmpty ? (problem.text("detail") ?? "") + "\n" : faults.joined()
}

extension JSONCursor {
    /// A member of an object; nil where there is none.
    fileprivate func member(_ name: String) -> JSONCursor? {
        (try? members())?.first { $0.name == name }?.value
    }

    fileprivate func text(_ name: String) -> String? { try? member(name)?.string() }
    fileprivate func number(_ name: String) -> Double? { try? member(name)?.number() }
    fileprivate func list(_ name: String) -> [JSONCursor] {
        (try? member(name)?.elements()).map(Array.init) ?? []
    }
}
