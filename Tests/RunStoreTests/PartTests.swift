import Testing

@testable import RunStore

struct PartTests {
    /// Bytes of which no two pieces are the same.
    private func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0x55, count: count)
        for place in stride(from: 0, to: count, by: 4093) {
            bytes[place] = UInt8(place / 4093 & 255)
        }
        return bytes
    }

    @Test(arguments: [0, 1, Part.pieceSize - 1, Part.pieceSize, Part.pieceSize + 1])
    func `a part of any size is read back`(size: Int) throws {
        let store = try RunStore.inMemory()
        let part = bytes(size)
        let id = try store.create(request: part, limits: .none).run.id
        try store.commit(RunChange(checkpoint: part, result: part), to: id)
        #expect(try store.request(of: id) == part)
        #expect(try store.checkpoint(of: id) == part)
        #expect(try store.result(of: id) == part)
        #expect(try store.run(id).sizes.total == 3 * size)
    }

    @Test func `a shorter checkpoint takes the place of a longer one`() throws {
        let store = try RunStore.inMemory()
        let id = try store.add()
        for size in [2 * Part.pieceSize + 5, 3, Part.pieceSize] {
            let part = bytes(size)
            try store.commit(RunChange(checkpoint: part), to: id)
            #expect(try store.checkpoint(of: id) == part)
            #expect(try store.run(id).sizes.checkpoint == size)
        }
    }

    @Test func `checkpoints that follow one another do not make the file grow`() throws {
        let folder = TemporaryFolder()
        let store = try RunStore(at: .folder(folder.path))
        let id = try store.add()
        let size = 9 << 20
        for _ in 0..<3 { try store.commit(RunChange(checkpoint: bytes(size)), to: id) }
        // A page holds 4092 of 4096 bytes; tables and free pages take the rest.
        #expect(folder.size(of: "runs.sqlite3") < size + size / 50)
        try store.commit(RunChange(events: [.epoch(1)]), to: id)
        #expect(folder.size(of: "runs.sqlite3-wal") <= 8 << 20)
        #expect(try store.integrityCheck() == [])
    }

    @Test func `a part whose pieces are not all there is damaged`() throws {
        let store = try RunStore.inMemory()
        let id = try store.create(request: bytes(Part.pieceSize + 1), limits: .none).run.id
        try store.script("DELETE FROM chunks WHERE position = 1")
        #expect {
            try store.request(of: id)
        } throws: { error in
            guard case .damaged? = error as? RunStoreError else { return false }
            return true
        }
    }
}
