import FoundationEssentials
import RunStore

/// Where detached trainings are kept when nobody says where: the folder for what a program keeps
/// from one start to the next (XDG Base Directory Specification).
enum StateFolder {
    static let description = "$XDG_STATE_HOME/gradientd or ~/.local/state/gradientd"

    static var path: String {
        let environment = ProcessInfo.processInfo.environment
        if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") {
            return folder + "/gradientd"
        }
        return (environment["HOME"] ?? "/var/lib") + "/.local/state/gradientd"
    }

    /// The store in it; made, with the folders above it, where it is missing.
    static func store() -> Result<RunStore, RunStoreError> {
        // Where that fails, opening the store tells why.
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        return Result { () throws(RunStoreError) in try RunStore(at: .folder(path)) }
    }
}
