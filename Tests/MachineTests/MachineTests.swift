import Synchronization
import Testing

@testable import Machine

struct MachineTests {
    @Test(arguments: [0, 1, 2, 1000])
    func `each number is given once`(count: Int) {
        let sum = Atomic(0)
        let calls = Atomic(0)
        Machine.forEach(of: count) { index in
            sum.wrappingAdd(index, ordering: .relaxed)
            calls.wrappingAdd(1, ordering: .relaxed)
        }
        #expect(calls.load(ordering: .relaxed) == count)
        #expect(sum.load(ordering: .relaxed) == count * (count - 1) / 2)
    }
}
