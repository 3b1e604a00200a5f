import Dispatch
import Glibc

/// A program as a process of its own, with pipes to its input and output.
///
/// Whoever starts one ends it with `end()`, in a `defer`; a test that fails leaves nothing behind.
public final class ChildProcess {
    public let id: pid_t
    private var input: Int32
    private let output: Int32
    private let error: Int32
    private var buffered: [UInt8] = []
    private var bufferedError: [UInt8] = []
    private var status: Int32?

    /// Starts a program, by its path, with these arguments and variables.
    public init(
        running program: String, _ arguments: [String], environment: [String]? = nil
    ) throws {
        let (inputPipe, outputPipe, errorPipe) = try Self.turns.sync {
            try (Self.pipe(), Self.pipe(), Self.pipe())
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, inputPipe.reading, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, outputPipe.writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errorPipe.writing, STDERR_FILENO)

        // Dispatch's threads block signals, and a child takes that over.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = (environment ?? Self.inheritedEnvironment).map { strdup($0) } + [nil]
        defer { for copy in argv + variables { free(copy) } }
        var id: pid_t = 0
        let result = Self.turns.sync {
            posix_spawn(&id, program, &actions, &attributes, &argv, &variables)
        }
        for descriptor in [inputPipe.reading, outputPipe.writing, errorPipe.writing] {
            close(descriptor)
        }
        self.id = id
        (input, output, error) = (inputPipe.writing, outputPipe.reading, errorPipe.reading)
        guard result == 0 else {
            status = result
            throw ChildError("cannot start \(program): \(String(cString: strerror(result)))")
        }
    }

    /// Kills the process if it is still there, and waits for it. To be called once, at the end.
    public func end() {
        if status == nil {
            kill(id, SIGKILL)
            var ignored: Int32 = 0
            waitpid(id, &ignored, 0)
            status = ignored
        }
        closeInput()
        close(output)
        close(error)
    }

    public func send(_ signal: Int32) {
        if status == nil { kill(id, signal) }
    }

    /// Gives the process its whole input.
    public func write(_ text: String) {
        let bytes = Array(text.utf8)
        // Shorter than a pipe's buffer, so that it is taken at once.
        precondition(bytes.count <= 65536 && Glibc.write(input, bytes, bytes.count) == bytes.count)
        closeInput()
    }

    public func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    /// The next line of the output; nil at its end.
    public func readLine() throws -> String? { try Self.readLine(of: output, &buffered) }

    /// The next line of what goes to standard error; nil at its end.
    public func readErrorLine() throws -> String? { try Self.readLine(of: error, &bufferedError) }

    private static func readLine(
        of descriptor: Int32, _ buffered: inout [UInt8]
    ) throws -> String? {
        while true {
            if let end = buffered.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffered.removeFirst(end + 1) }
                return String(decoding: buffered[..<end], as: UTF8.self)
            }
            let piece = try read(descriptor)
            if piece.isEmpty { return nil }
            buffered += piece
        }
    }

    /// All that is left of what the process writes, and how it ended.
    public func finish() throws -> (status: Int32, output: [UInt8], error: String) {
        var text: [UInt8] = []
        var errorText = bufferedError
        while case let piece = try Self.read(output), !piece.isEmpty { text += piece }
        while case let piece = try Self.read(error), !piece.isEmpty { errorText += piece }
        var status: Int32 = 0
        waitpid(id, &status, 0)
        self.status = status
        let (signal, code) = (status & 0x7f, (status >> 8) & 0xff)
        return (
            signal == 0 ? code : -signal, buffered + text,
            String(decoding: errorText, as: UTF8.self)
        )
    }
}

/// Why there is no process, or none that answers.
public struct ChildError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

extension ChildProcess {
    /// Long enough for any machine, and short enough that a program that hangs fails its test.
    private static let patience: Int32 = 120_000

    private static func read(_ descriptor: Int32) throws -> [UInt8] {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&event, 1, patience) > 0 else {
            throw ChildError("the program wrote nothing for two minutes")
        }
        var piece = [UInt8](repeating: 0, count: 65536)
        let count = Glibc.read(descriptor, &piece, piece.count)
        return Array(piece[..<max(count, 0)])
    }

    /// Pipes are made, and children started, in turn: no child gets the pipe of another, whose end
    /// would not come before its own.
    private static let turns = DispatchQueue(label: "children")

    private static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw ChildError("no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// The variables of this process.
    public static var inheritedEnvironment: [String] {
        var inherited: [String] = []
        var next = environ
        while let variable = next.pointee {
            inherited.append(String(cString: variable))
            next += 1
        }
        return inherited
    }
}
