import Glibc
import GradientService

/// `gradientd forward|backward|train FILE`: the same JSON as over HTTP, without a server.
struct Compute: Command {
    struct Settings {}

    let call: String
    var name: String { call }
    let operands = "FILE"
    var summary: String { "answer a request for /\(call) that stands in FILE; - is standard input" }
    let notes = """
        The answer goes to standard output. A refusal does too, as problem+json, with exit status 1.
        """
    let defaults = Settings()
    let options: [Option<Settings>] = []

    func run(_ settings: Settings, operands: [String]) throws(UsageError) -> ExitStatus {
        guard operands.count == 1 else {
            throw UsageError("takes one FILE, or - for standard input")
        }
        let body: [UInt8]
        do throws(FileError) {
            body = try contents(of: operands[0])
        } catch {
            write("\(program) \(call): \(operands[0]): \(error.reason)\n", to: .error)
            return .failure
        }
        guard let response = GradientService().answer(call, body: body) else {
            preconditionFailure("\(call) is no call of the service")
        }
        guard write(response.body + [UInt8(ascii: "\n")], to: .output) else {
            write("\(program) \(call): cannot write the answer: \(lastError())\n", to: .error)
            return .failure
        }
        guard response.status.code < 400 else {
            write(
                "\(program) \(call): refused: \(response.status.code) \(response.status.reason)\n",
                to: .error)
            return .failure
        }
        return .success
    }
}

private struct FileError: Error {
    let reason: String
}

private func contents(of path: String) throws(FileError) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(reason: lastError()) }
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    while true {
        let count = read(descriptor, &piece, piece.count)
        if count > 0 {
            bytes += piece[..<count]
        } else if count == 0 {
            return bytes
        } else if errno != EINTR {
            throw FileError(reason: lastError())
        }
    }
}

private func lastError() -> String {
    String(cString: strerror(errno))
}
