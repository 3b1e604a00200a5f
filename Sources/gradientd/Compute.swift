/// `gradientd forward|backward|train|convert FILE`: the same JSON as over HTTP, without a server.
struct Compute: Command {
    struct Settings {}

    let call: String
    var name: String { call }
    let operands = "FILE"
    var summary: String { "answer a request for /\(call) that stands in FILE; - is standard input" }
    let notes = """
        The answer goes to standard output. A refusal does too, as problem+json, with exit status 1.
        """
    let defaults = Settings()
    let options: [Option<Settings>] = []

    func run(_ settings: Settings, operands: [String]) throws(UsageError) -> ExitStatus {
        guard let response = try answer(call, toFile: operands) else { return .failure }
        guard tell(response.body + [UInt8(ascii: "\n")], of: call) else { return .failure }
        return isAnswer(response, to: call) ? .success : .failure
    }
}
