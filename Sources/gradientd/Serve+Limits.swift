import GradientService
import HTTP

extension Serve {
    /// What one request, and all together, may ask for.
    static let limits: [Option<Settings>] = [
        .bytes("max-target", \.http.targetBytes, "BYTES", "longest target of a request"),
        .bytes("max-field-bytes", \.http.fieldBytes, "BYTES", "all header fields of a request"),
        .integer("max-fields", \.http.fieldCount, in: 1...10_000, "N", "their number"),
        .bytes("max-body", \.http.bodyBytes, "BYTES", "longest body of a request, unpacked too"),
        .bytes(
            "max-bodies", \.http.bodiesBytes, "BYTES",
            "all bodies together that are read and not answered yet; at least twice --max-body"),
        .integer(
            "max-depth", \.limits.nestingDepth, in: 1...1000, "N",
            "objects and lists within one another"),
        .integer(
            "max-numbers", \.limits.numbers, in: 1...counted, "N",
            "numbers of all arrays of a request"),
        .integer("max-layers", \.limits.layers, in: 1...100_000, "N", "layers of a network"),
        .integer(
            "max-parameters", \.limits.parameters, in: 1...counted, "N",
            "weights and biases of a network"),
        .number(
            "max-operations", \.limits.operations, "N",
            "multiplications and additions of a request"),
        .number(
            "max-detached-operations", \.limits.detachedOperations, "N",
            "the same of a detached training"),
        .bytes(
            "max-array-bytes", \.limits.wholeBytes, "BYTES", "arrays that a request holds at once"),
        .bytes(
            "max-memory", \.limits.memory, "BYTES",
            "what all computations together may take, as it is counted before they begin, and "
                + "answers until they are taken"),
        .integer("max-steps", \.limits.steps, in: 1...counted, "N", "steps of a training"),
        .integer(
            "max-reported-numbers", \.limits.reportedNumbers, in: 1...counted, "N",
            "numbers that a training reports"),
        .decimalSeconds("head-seconds", \.http.headTime, "time for the head of a request"),
        .decimalSeconds("body-seconds", \.http.bodyTime, "time for its body"),
        .decimalSeconds("write-seconds", \.http.writeTime, "time for a client to take an answer"),
        .bytes(
            "bytes-per-second", \.http.bytesPerSecond, "BYTES",
            "each so many lengthen the times for body and answer by a second"),
        .decimalSeconds("idle-seconds", \.http.idleTime, "time between two requests"),
        .decimalSeconds("compute-seconds", \.http.computingTime, "longest time for one answer"),
        .integer("max-connections", \.http.connections, in: 1...65536, "N", "clients at a time"),
        .integer(
            "max-connections-per-peer", \.http.connectionsPerPeer, in: 0...65536, "N",
            "those of one address, or of one IPv6 network of 64 bits; 0 for no limit"),
        .integer(
            "workers", \.http.computing, in: 1...1024, "N",
            "requests computed at a time, but for tiny ones"),
        .integer(
            "max-waiting", \.http.waiting, in: 0...65536, "N",
            "requests that may wait for a worker before others are turned away"),
    ]

    /// More than can be held.
    private static let counted = 1_000_000_000_000
}

extension ServiceLimits {
    fileprivate var wholeBytes: Int {
        get { Int(bytes) }
        set { bytes = Double(newValue) }
    }
}
