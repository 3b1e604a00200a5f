import TestSupport

/// Another process that holds the lock of a file, as a second program would.
final class HoldingProcess {
    private let process: ChildProcess

    /// Returns when the lock is held.
    init(of file: String) throws {
        process = try ChildProcess(
            running: "/usr/bin/env", ["flock", file, "sh", "-c", "echo held; exec cat"])
        guard try process.readLine() == "held" else { throw ChildError("the lock is not held") }
    }

    /// `cat` ends with its input, and with it what it holds.
    func end() throws {
        process.closeInput()
        _ = try process.finish()
    }

    deinit { process.end() }
}
