import FoundationEssentials
import RunStore

/// Where detached trainings are kept when nobody says where: the folder for what a program keeps
/// from one start to the next (XDG Base Directory Specification).
enum StateFolder {
    static let description = "$XDG_STATE_HOME/gradientd or ~/.local/state/gradientd"

    static var path: String { folder(by: ProcessInfo.processInfo.environment).path }

    /// A folder that is somebody else's to make, and what is made below it. A variable that is empty
    /// says nothing.
    static func folder(by environment: [String: String]) -> (base: String, path: String) {
        if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") {
            return (folder, folder + "/gradientd")
        }
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "/var/lib"
        return (home, home + "/.local/state/gradientd")
    }

    /// The store in it; made, with the folders above it, where it is missing, but in no home folder
    /// that is not there.
    static func store() -> Result<RunStore, RunStoreError> {
        let environment = ProcessInfo.processInfo.environment
        let (base, path) = folder(by: environment)
        // Where that fails, opening the store tells why.
        if base != environment["HOME"] || FileManager.default.fileExists(atPath: base) {
            try? FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        return Result { () throws(RunStoreError) in try RunStore(at: .folder(path)) }
    }
}
