import Glibc

/// Where a text goes.
enum Output: Int32 {
    case output = 1
    case error = 2
}

/// Writes all bytes at once, past C's buffers; false if it cannot.
@discardableResult
func write(_ bytes: [UInt8], to output: Output) -> Bool {
    bytes.withUnsafeBytes { buffer in
        var rest = buffer[...]
        while !rest.isEmpty {
            let count = Glibc.write(
                output.rawValue, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}

/// Writes a text as UTF-8.
@discardableResult
func write(_ text: String, to output: Output) -> Bool {
    write(Array(text.utf8), to: output)
}
