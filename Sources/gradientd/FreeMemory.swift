import CMalloc
import Dispatch
import FoundationEssentials

/// Gives memory back to the system, from now on, that no request needs any more. To be called before
/// there are threads.
///
/// The C library keeps what is freed for the next to come, in as many arenas as there were ever
/// threads busy at once: after a flood of connections that is most of what the process holds.
func giveBackFreeMemory() {
    // Large arrays are in no arena.
    _ = mallopt(M_ARENA_MAX, max(2, Int32(ProcessInfo.processInfo.activeProcessorCount)))
    let timer = DispatchSource.makeTimerSource(
        queue: DispatchQueue(label: "memory", qos: .utility))
    var kept = 0
    timer.setEventHandler {
        let free = Int(mallinfo2().fordblks)
        // What is given back counts as free all the same. A little is not worth the time.
        guard abs(free - kept) > 1 << 18 else { return }
        _ = malloc_trim(0)
        kept = Int(mallinfo2().fordblks)
        withExtendedLifetime(timer) {}  // It is kept by what it calls.
    }
    timer.schedule(deadline: .now() + .seconds(5), repeating: .seconds(5), leeway: .seconds(1))
    timer.resume()
}
