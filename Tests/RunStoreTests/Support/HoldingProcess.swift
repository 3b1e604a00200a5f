import Foundation

/// Another process that holds the lock of a file, as a second program would.
final class HoldingProcess {
    private let process = Process()
    private let input = Pipe()

    /// Returns when the lock is held.
    init(of file: String) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["flock", file, "sh", "-c", "echo held; exec cat"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        _ = output.fileHandleForReading.availableData
    }

    deinit { end() }

    /// `cat` ends with its input.
    func end() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
