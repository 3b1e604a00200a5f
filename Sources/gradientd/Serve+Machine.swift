import GradientService
import HTTP
import Machine

extension Serve.Settings {
    /// What suits a machine, or a container, with so many bytes of memory: where there is less of it
    /// the sizes are smaller, so that the worst of requests together are refused before they take
    /// more than there is.
    ///
    /// Some is set aside for the program itself. Of the rest a fifth is for bodies as they come, which
    /// take up to twice their bytes while they grow, and for answers; four are for what is computed.
    init(memory: Int) {
        self.init()
        let free = max(memory - Self.ownMemory, Self.ownMemory)
        http.bodyBytes = min(http.bodyBytes, free / 24)
        http.bodiesBytes = min(http.bodiesBytes, free / 12)
        limits.fit(memory: free / 5 * 4, body: http.bodyBytes)
    }

    /// The program, its libraries, what they keep, and connections, in bytes.
    private static let ownMemory = 64 * 1024 * 1024
}
