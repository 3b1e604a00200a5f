extension Matrix {
    /// Calls `body` with the numbers in their place, row after row.
    ///
    /// Inlinable, as the optimizers' loops are over these, in another module.
    @inlinable @inline(__always)
    public mutating func withMutableNumbers<Result>(
        _ body: (UnsafeMutableBufferPointer<S>) -> Result
    ) -> Result {
        storage.withUnsafeMutableBufferPointer { body($0) }
    }

    /// Calls `body` with the numbers in their place, row after row.
    @inlinable @inline(__always)
    public func withNumbers<Result>(_ body: (UnsafeBufferPointer<S>) -> Result) -> Result {
        storage.withUnsafeBufferPointer { body($0) }
    }
}
