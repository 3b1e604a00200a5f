/// A part of a run that may be large: it is kept in pieces, as SQLite takes no value of 1 GB.
enum Part: String {
    case request, `extension`, checkpoint, result

    /// The size of a piece: large enough for the disk, small enough to hold in memory once more.
    static let pieceSize = 16 << 20
}

extension Connection {
    /// Puts the bytes in the place of what the part was before, or takes it away.
    ///
    /// The pages of the old pieces are free for the new ones at once, so the file does not grow.
    func replace(
        _ part: Part, of number: Int, with bytes: [UInt8]?
    ) throws(RunStoreError) {
        try run(
            "DELETE FROM chunks WHERE run = ? AND part = ?",
            [.integer(number), .text(part.rawValue)])
        guard let bytes else { return }
        var position = 0
        repeat {
            let start = position * Part.pieceSize
            let piece = bytes[start..<min(start + Part.pieceSize, bytes.count)]
            try run(
                "INSERT INTO chunks (run, part, position, bytes) VALUES (?, ?, ?, ?)",
                [.integer(number), .text(part.rawValue), .integer(position), .blob(piece)])
            position += 1
        } while position * Part.pieceSize < bytes.count
    }

    /// The part, of `size` bytes if it is there; nil if the run has none.
    func bytes(of part: Part, of number: Int, size: Int) throws(RunStoreError) -> [UInt8]? {
        let key: [SQLValue] = [.integer(number), .text(part.rawValue)]
        let of = "FROM chunks WHERE run = ? AND part = ?"
        let stored = try first("SELECT count(*), total(length(bytes)) \(of)", key) {
            (pieces: $0.integer(0), bytes: $0.integer(1))
        }
        guard let stored, stored.pieces > 0 || size > 0 else { return nil }
        guard stored.bytes == size else {
            throw .damaged("the \(part.rawValue) of a run has \(stored.bytes) of \(size) bytes")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        try each("SELECT bytes \(of) ORDER BY position", key) { row in
            row.append(0, to: &bytes)
            return true
        }
        return bytes
    }
}
