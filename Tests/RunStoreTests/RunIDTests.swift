import Testing

@testable import RunStore

struct RunIDTests {
    @Test func `an id is read back from its text`() {
        let id = RunID(at: 1_700_000_000)
        #expect(id.description.utf8.count == 26)
        #expect(RunID(id.description) == id)
    }

    @Test func `the first ten digits are the milliseconds`() {
        // The example of the ULID specification: 1469918176385 ms is 01ARYZ6S41.
        #expect(RunID(at: 1_469_918_176.385).description.hasPrefix("01ARYZ6S41"))
    }

    @Test(arguments: [
        "", "01ARYZ6S41TSV4RRFFQ69G5FA", "01ARYZ6S41TSV4RRFFQ69G5FAVV",
        "01aryz6s41tsv4rrffq69g5fav", "01ARYZ6S41TSV4RRFFQ69G5FAU", "81ARYZ6S41TSV4RRFFQ69G5FAV",
        "01ARYZ6S41TSV4RRFFQ69G5FÄ", "01ARYZ6S41TSV4RRFFQ69G5F/.", " 1ARYZ6S41TSV4RRFFQ69G5FAV",
    ])
    func `another text is no id`(text: String) {
        #expect(RunID(text) == nil)
    }

    @Test func `the least and the greatest id are read`() {
        for text in [String(repeating: "0", count: 26), "7" + String(repeating: "Z", count: 25)] {
            #expect(RunID(text)?.description == text)
        }
    }

    @Test func `a later id is greater, as a number and as text`() {
        let ids = (0..<100).map { RunID(at: 1_700_000_000 + Double($0) / 1000) }
        #expect(ids == ids.sorted())
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
    }

    @Test(arguments: [0, -5, 1e300, Double.infinity, 1_699_999_999])
    func `an id follows the one before whatever the clock says`(seconds: Double) {
        let first = RunID(at: 1_700_000_000)
        #expect(RunID(at: seconds, after: first) > first)
    }

    @Test func `ids of one moment do not follow from one another`() {
        let first = RunID(at: 1_700_000_000)
        let second = RunID(at: 1_700_000_000, after: first)
        #expect(first.description.suffix(16) != second.description.suffix(16))
    }
}
