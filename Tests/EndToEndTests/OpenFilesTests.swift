import Foundation
import TestSupport
import Testing

struct OpenFilesTests {
    @Test func `a server may open as many files as the system grants`() throws {
        let process = try ChildProcess(
            ["serve", "--port", "0", "--data-dir", ":memory:"], openFiles: 64)
        defer { process.end() }
        process.closeInput()
        #expect(try process.readLine()?.hasPrefix("gradientd: listening on ") == true)
        let limits = try String(contentsOfFile: "/proc/\(process.id)/limits", encoding: .utf8)
        let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max open") })
        let (soft, hard) = (line.split(separator: " ")[3], line.split(separator: " ")[4])
        try #require(hard != "64")
        #expect(soft == hard)
    }
}
