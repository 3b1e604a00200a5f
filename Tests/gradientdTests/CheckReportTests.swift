import JSON
import Testing

@testable import gradientd

/// What a person is shown of answers of /check that are written by hand.
struct CheckReportTests {
    private func report(_ text: String) throws -> CheckReport {
        CheckReport(try JSONDocument(parsing: Array(text.utf8)).root)
    }

    private let wrong = """
        {"verdict": "wrong", "score": 0.75, "first_wrong": "dW1", "summary": "One step is wrong.", \
        "look_at": "Look at the division by m in dW1.", "tensors": [\
        {"name": "dW2", "verdict": "correct", "score": 1.0, "sentence": "dW2 is right."}, \
        {"name": "dW1", "verdict": "wrong", "score": 0.5, "sentence": "dW1 is m times too small: \
        the division by m is there twice, once in dZ1 and once in dW1.", "because": "m is 2.", \
        "mistakes": [{"name": "one_over_m_twice"}, {"name": "factor_half"}]}], \
        "ambiguities": [{"kind": "two_examples", "sentence": "With m = 2, 1/m is one half."}], \
        "cost": {"verdict": "correct", "sentence": "The cost is right."}}
        """

    @Test func `the tensors are a table, and the summary stands below`() throws {
        #expect(
            try report(wrong).text == """
                tensor  verdict  score  mistake
                dW2     correct  100%                                    dW2 is right.
                dW1     wrong    50%    one_over_m_twice or factor_half  dW1 is m times too small: the division by m
                                                                         is there twice, once in dZ1 and once in
                                                                         dW1. m is 2.
                cost    correct                                          The cost is right.

                wrong, score 75%
                One step is wrong.
                With m = 2, 1/m is one half.
                Look at the division by m in dW1.

                """)
    }

    @Test func `a right submission has no mistakes`() throws {
        let text = try report(
            """
            {"verdict": "correct", "score": 1.0, "summary": "All is right.", "tensors": [\
            {"name": "dW1", "verdict": "correct", "score": 1.0, "sentence": "dW1 is right."}]}
            """
        ).text
        #expect(
            text == """
                tensor  verdict  score  mistake
                dW1     correct  100%            dW1 is right.

                correct, score 100%
                All is right.

                """)
    }

    @Test func `without a submission there is no table and no verdict`() throws {
        let report = try report(#"{"summary": "The gradients agree.", "numerical": {}}"#)
        #expect(report.verdict == nil)
        #expect(report.text == "The gradients agree.\n")
    }

    @Test func `a score below the whole is never shown as the whole`() throws {
        let text = try report(#"{"verdict": "wrong", "score": 0.9999, "summary": ""}"#).text
        #expect(text == "wrong, score 99%\n")
    }

    @Test func `a refusal is a line for each field`() throws {
        let problem = try JSONDocument(
            parsing: Array(
                """
                {"detail": "2 faults, see errors", "errors": [\
                {"pointer": "/submitted", "detail": "is missing", "hint": "give it"}, \
                {"pointer": "", "detail": "\\"loss\\" is missing"}]}
                """.utf8))
        #expect(
            refusalText(problem.root)
                == "/submitted: is missing (give it)\n\"loss\" is missing\n")
    }

    @Test func `a refusal without fields is its detail`() throws {
        let problem = try JSONDocument(parsing: Array(#"{"detail": "too long"}"#.utf8))
        #expect(refusalText(problem.root) == "too long\n")
    }

    @Test func `a text is wrapped between its words`() {
        #expect(wrapped("one two three", to: 7) == ["one two", "three"])
        #expect(
            wrapped("a-word-that-is-longer than it", to: 5)
                == ["a-word-that-is-longer", "than", "it"])
        #expect(wrapped("", to: 5) == [])
    }
}
