import Synchronization
import Testing

@testable import Machine

struct ByteCountTests {
    @Test
    func `shares are counted together, and none gets more than is left`() {
        let all = ByteCount()
        let (one, other) = (ByteShare(of: all), ByteShare(of: all))
        #expect(one.take(1500, upTo: 2000))
        #expect(!other.take(501, upTo: 2000))
        #expect(other.take(500, upTo: 2000))
        #expect(!one.take(.max, upTo: 2000))
        #expect(one.count == 1500 && other.count == 500 && all.held == 2000)
    }

    @Test
    func `one that is alone gets what it wants, where that is asked for`() {
        let all = ByteCount()
        let one = ByteShare(of: all)
        #expect(one.take(1, upTo: 10))
        #expect(!one.take(100, upTo: 10))
        #expect(one.take(100, upTo: 10, orAlone: true))
        #expect(!ByteShare(of: all).take(1, upTo: 10, orAlone: true))
        #expect(all.held == 101)
    }

    @Test(arguments: [0, 5, 500])
    func `what is kept stands in place of what was taken`(kept: Int) {
        let all = ByteCount()
        let (one, other) = (ByteShare(of: all), ByteShare(of: all))
        #expect(one.take(100, upTo: 200) && other.take(7, upTo: 200))
        one.keep(kept)
        #expect(one.count == kept && all.held == kept + 7)
    }

    @Test
    func `a share that nobody holds is given back`() {
        let all = ByteCount()
        var share: ByteShare? = ByteShare(of: all)
        #expect(share?.take(10, upTo: 10) == true && all.held == 10)
        share = nil
        #expect(all.held == 0)
    }

    @Test
    func `many tasks take no more than there is`() async {
        let all = ByteCount()
        let taken = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var taken = 0
                    for _ in 0..<1000 {
                        let share = ByteShare(of: all)
                        for _ in 0..<3 where share.take(700, upTo: 2000) { taken += 1 }
                        #expect(all.held <= 2000)
                    }
                    return taken
                }
            }
            return await group.reduce(0, +)
        }
        #expect(taken > 0)
        #expect(all.held == 0)
    }
}
