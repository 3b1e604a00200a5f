import Glibc
import GradientService

/// Where the tokens come from: a file, and the environment. Never the command line, which every
/// user of the machine can read.
struct TokenSource: Sendable {
    /// Empty for none.
    let path: String

    static let variables = ["GRADIENTD_TOKEN", "GRADIENTD_TOKENS"]

    struct Failure: Error {
        let reason: String
    }

    /// The tokens as they are now; nil where there is neither a file nor a variable.
    func load() throws(Failure) -> BearerTokens? {
        var texts: [String] = []
        for variable in Self.variables {
            guard let value = getenv(variable) else { continue }
            // One, or several with commas or white space between them.
            let lines = String(cString: value).split { $0 == "," || $0.isWhitespace }
            do throws(BearerTokens.Fault) {
                let text = lines.joined(separator: "\n")
                _ = try BearerTokens(lines: text)
                texts.append(text)
            } catch {
                throw Failure(reason: "\(variable): \(error)")
            }
        }
        if !path.isEmpty {
            let text: String
            do throws(FileError) {
                text = String(decoding: try contents(of: path), as: UTF8.self)
            } catch {
                throw Failure(reason: "\(path): \(error.reason)")
            }
            do throws(BearerTokens.Fault) {
                _ = try BearerTokens(lines: text)
            } catch {
                throw Failure(reason: "\(path): \(error)")
            }
            texts.append(text)
        }
        return texts.isEmpty ? nil : try? BearerTokens(lines: texts.joined(separator: "\n"))
    }
}
