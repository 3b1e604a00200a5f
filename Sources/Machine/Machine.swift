import Dispatch
import FoundationEssentials
import Glibc
import Synchronization

/// What this process may use of the machine that it is on, read once.
public enum Machine {
    /// Processors: those that it may run on; of a container that gets less time than they have, as
    /// many as that time is worth.
    public static let processors = processors(
        ProcessInfo.processInfo.activeProcessorCount, of: .own)

    /// Bytes of memory: the machine's, or a container's where those are fewer.
    public static let memory = memory(physicalMemory, of: .own)

    static func processors(_ available: Int, of group: ControlGroup) -> Int {
        guard let quota = group.processors else { return max(available, 1) }
        // A share of one is a thread that has to wait for its time, and none would be nothing.
        return max(min(available, Int(quota.rounded(.up))), 1)
    }

    static func memory(_ physical: Int, of group: ControlGroup) -> Int {
        min(physical, group.memory ?? .max)
    }

    private static var physicalMemory: Int {
        let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
        return pages > 0 && size > 0 ? pages * size : .max
    }

    /// Calls `body` with each of so many numbers, on as many threads as there are processors to use.
    public static func forEach(of count: Int, _ body: @Sendable (Int) -> Void) {
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: min(count, processors)) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if index >= count { return }
                body(index)
            }
        }
    }
}
