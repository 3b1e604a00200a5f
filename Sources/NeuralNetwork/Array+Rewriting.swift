extension Array where Element: BitwiseCopyable {
    /// Becomes an array whose numbers `fill` writes, every one of them, before it reads any: in the
    /// memory that it has, where that is of as many numbers, and in memory that is not zeroed otherwise.
    ///
    /// Memory that somebody else holds too is theirs: this array gets its own, as by any change.
    @inline(__always)
    mutating func rewrite(count: Int, fill: (UnsafeMutableBufferPointer<Element>) -> Void) {
        if count == self.count, count > 0 {
            withUnsafeMutableBufferPointer { fill($0) }
        } else {
            // At least one: without capacity the count would be written to the storage that all empty
            // arrays of the process share.
            self = Array(unsafeUninitializedCapacity: Swift.max(count, 1)) { buffer, written in
                fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
                written = count
            }
        }
    }
}
