/// The bytes of a body as they come.
///
/// Capacity follows what has come, never what a client says will come, and leaves 64 bytes to
/// spare, for readers that read in wide strides.
struct BodyBuffer {
    private(set) var bytes: [UInt8] = []
    static let spare = 64

    /// `remaining` is how much will follow by the client's own account, if it says.
    mutating func append(_ new: some Collection<UInt8>, remaining: Int? = nil) {
        let needed = bytes.count + new.count
        if needed + Self.spare > bytes.capacity {
            let doubled = max(2 * needed, 1024)
            let whole = remaining.map { min(doubled, needed + $0) } ?? doubled
            bytes.reserveCapacity(whole + Self.spare)
        }
        bytes.append(contentsOf: new)
    }
}
