import Testing

@testable import GradientService

/// The fields of what `/check` answers, beside the contract.
struct ContractCheckTests {
    /// A judgement of a dW that is wrong, misshapen and ambiguous, a numerical check at a kink, a
    /// probe.
    private func answer() throws -> Answer {
        let answer = try Answer(
            "check",
            Worked.body(
                also: #", "submitted": {"dW1": [[1, 2], [3, 4], [5, 6]], "db2": [-0.25], "#
                    + #""db1": [-0.75, 1, 0.5], "dZ2": [[0.5, -1.5]], "cost": 0.625}, "#
                    + #""numerical": {"directions": 2, "step": 1}, "probe": true"#))
        #expect(answer.status == 200, "\(answer.text)")
        return answer
    }

    /// The names of the members of all objects of a list.
    private func names(_ answer: Answer, _ pointer: String) throws -> Set<String> {
        let elements = try #require(answer[pointer]).elements()
        return try Set(elements.flatMap { try $0.members().map(\.name) })
    }

    @Test func `every field of an answer is the contract's`() throws {
        let answer = try answer()
        for (pointer, schema) in [
            ("", "CheckAnswer"), ("/probe", "Probe"), ("/numerical", "NumericalCheck"),
        ] {
            let known = try ContractText.properties(schema)
            for name in try answer.names(pointer) {
                #expect(known.contains(name), "\(schema).\(name)")
            }
            for name in try ContractText.schema(schema).list("required")
            where schema != "CheckAnswer" {
                #expect(try answer.names(pointer).contains(name), "\(schema).\(name)")
            }
        }
        for name in ["verdict", "tensors", "numerical", "probe", "meaning", "cost", "mistakes"] {
            #expect(try answer.names("").contains(name), "\(name)")
        }
    }

    @Test func `every field of a tensor is the contract's`() throws {
        let answer = try answer()
        let known = try Set(ContractText.properties("TensorVerdict"))
        let found = try names(answer, "/tensors")
        #expect(found.isSubset(of: known), "\(found.subtracting(known))")
        for (place, list) in [("mistakes", "/mistakes"), ("ambiguities", "/ambiguities")] {
            let schema = try ContractText.schema("CheckAnswer")
                .block("properties", place, "items", "properties")
            let found = try names(answer, list)
            #expect(found.isSubset(of: Set(schema.keys)), "\(place): \(found)")
        }
        let cost = try ContractText.schema("CheckAnswer").block("properties", "cost", "properties")
        #expect(try answer.names("/cost") == cost.keys)
    }

    @Test func `every field of a numerical check is the contract's`() throws {
        let answer = try answer()
        let tensor = try Set(ContractText.properties("NumericalTensor"))
        let entry = try Set(ContractText.properties("NumericalEntry"))
        let found = try names(answer, "/numerical/tensors")
        #expect(found.isSubset(of: tensor), "\(found.subtracting(tensor))")
        var entries = try names(answer, "/numerical/directions")
        for (index, _) in try #require(answer["/numerical/tensors"]).elements().enumerated() {
            entries.formUnion(try names(answer, "/numerical/tensors/\(index)/worst"))
            if answer["/numerical/tensors/\(index)/kinks"] != nil {
                entries.formUnion(try names(answer, "/numerical/tensors/\(index)/kinks"))
            }
        }
        #expect(entries == entry)
    }
}
