/// What is fed with bytes of any kind, and what has to hold for all of them.
struct FuzzTarget: Sendable {
    let name: String
    /// The bytes of the longest input: enough for all there is to find, and quick.
    let longest: Int
    /// Ends the process, by a trap or by `require`, where something does not hold.
    let run: @Sendable ([UInt8]) -> Void
    /// Makes another input of one, given a seed; nil where libFuzzer's own changes do better.
    var mutate: (@Sendable ([UInt8], UInt32) -> [UInt8]?)?
    /// Makes another input of two.
    var cross: (@Sendable ([UInt8], [UInt8], UInt32) -> [UInt8]?)?

    static let all: [FuzzTarget] = [
        .requestParser, .chunkedDecoder, .contentCoding, .json, .gate, .service, .checkpoint,
    ]

    /// The one of this process, set before its first input.
    nonisolated(unsafe) static var chosen = all[0]
}

/// Ends the process if something does not hold, which libFuzzer takes for a finding.
func require(_ holds: Bool, _ message: @autoclosure () -> String) {
    if !holds { fatalError(message()) }
}
