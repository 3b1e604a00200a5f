import Glibc
import TestSupport

extension ChildProcess {
    /// Starts `gradientd` with these arguments, the environment without any of its variables but
    /// those that are given; by a shell that lowers the limit of open files, if one is given.
    convenience init(
        _ arguments: [String], environment: [String: String] = [:], openFiles: Int? = nil
    ) throws {
        let own = environment.map { "\($0)=\($1)" }
        let inherited = Self.inheritedEnvironment.filter { variable in
            !variable.hasPrefix("GRADIENTD_")
                && !environment.keys.contains { variable.hasPrefix($0 + "=") }
        }
        let variables = inherited + own
        let program = try Self.program()
        guard let openFiles else {
            try self.init(running: program, arguments, environment: variables)
            return
        }
        let script = "ulimit -S -n \(openFiles) && exec \"$0\" \"$@\""
        try self.init(
            running: "/bin/sh", ["-c", script, program] + arguments, environment: variables)
    }

    /// The program that was built with the tests: it lies beside the program that runs them.
    private static func program() throws -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes {
            readlink("/proc/self/exe", $0.baseAddress!.assumingMemoryBound(to: CChar.self), 4096)
        }
        let runner = String(decoding: buffer[..<max(count, 0)], as: UTF8.self)
        let folder = runner.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let program = folder.joined(separator: "/") + "/gradientd"
        guard access(program, X_OK) == 0 else { throw ChildError("no program at \(program)") }
        return program
    }
}
