import Glibc
import GradientService
import HTTP

// What the commands that answer a file have in common.

/// The answer to the request in the one file that is named; nil if it cannot be read, which is told.
func answer(_ call: String, toFile operands: [String]) throws(UsageError) -> HTTPResponse? {
    guard operands.count == 1 else {
        throw UsageError("takes one FILE, or - for standard input")
    }
    let body: [UInt8]
    do throws(FileError) {
        body = try contents(of: operands[0])
    } catch {
        write("\(program) \(call): \(operands[0]): \(error.reason)\n", to: .error)
        return nil
    }
    guard let response = GradientService().answer(call, body: body) else {
        preconditionFailure("\(call) is no call of the service")
    }
    return response
}

/// Writes to standard output; false if it cannot, which is told.
func tell(_ bytes: [UInt8], of call: String) -> Bool {
    if write(bytes, to: .output) { return true }
    write("\(program) \(call): cannot write the answer: \(lastError())\n", to: .error)
    return false
}

/// Whether the request was answered; where it was refused, that is told.
func isAnswer(_ response: HTTPResponse, to call: String) -> Bool {
    let status = response.status
    if status.code < 400 { return true }
    write("\(program) \(call): refused: \(status.code) \(status.reason)\n", to: .error)
    return false
}

struct FileError: Error {
    let reason: String
}

func contents(of path: String) throws(FileError) -> [UInt8] {
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
