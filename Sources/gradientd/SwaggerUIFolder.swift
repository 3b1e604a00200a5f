import FoundationEssentials
import GradientService

/// Where Swagger UI is when nobody says where: beside the program, or where the system keeps what
/// belongs to a program (Filesystem Hierarchy Standard).
enum SwaggerUIFolder {
    static let description = "swagger-ui beside the program or ../share/gradientd/swagger-ui"

    static func candidates(for program: String) -> [String] {
        let folder = program.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        return [folder + "/swagger-ui", folder + "/../share/gradientd/swagger-ui"]
    }

    /// What is in the folder that was asked for; in that of an installation, if none was.
    static func find(_ folder: String) throws(SwaggerUI.Missing) -> SwaggerUI? {
        guard folder.isEmpty else { return try SwaggerUI(folder: folder) }
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        guard let program else { return nil }
        for folder in candidates(for: program) {
            if let found = try? SwaggerUI(folder: folder) { return found }
        }
        return nil
    }
}
