import FoundationEssentials
import Testing

@testable import Machine

struct ControlGroupTests {
    /// A folder as the kernel mounts it, with these files.
    private final class Mount {
        let root: String

        init(_ files: [String: String]) throws {
            root = FileManager.default.temporaryDirectory.path + "/cgroup-\(UUID())"
            for (path, text) in files {
                let file = root + "/" + path
                let folder = String(file[..<file.lastIndex(of: "/")!])
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true)
                try text.write(toFile: file, atomically: false, encoding: .utf8)
            }
        }

        deinit { try? FileManager.default.removeItem(atPath: root) }

        func group(_ membership: String) -> ControlGroup {
            ControlGroup(mounted: root, membership: membership)
        }
    }

    @Test
    func `a container's own files are the root's`() throws {
        let mount = try Mount(["cpu.max": "150000 100000\n", "memory.max": "268435456\n"])
        let group = mount.group("0::/\n")
        #expect(group.processors == 1.5 && group.memory == 268_435_456)
    }

    @Test
    func `what has no limit in version 2 says max`() throws {
        let mount = try Mount(["cpu.max": "max 100000\n", "memory.max": "max\n"])
        let group = mount.group("0::/\n")
        #expect(group.processors == nil && group.memory == nil)
    }

    @Test
    func `the lowest limit of a group and of all above it counts`() throws {
        let mount = try Mount([
            "outer/cpu.max": "100000 100000\n", "outer/inner/cpu.max": "400000 100000\n",
            "outer/memory.max": "max\n", "outer/inner/memory.max": "5000000\n",
            "outer/inner/memory.high": "4000000\n",
        ])
        let group = mount.group("0::/outer/inner\n")
        #expect(group.processors == 1 && group.memory == 4_000_000)
    }

    @Test
    func `version 1 has a hierarchy for each controller`() throws {
        let mount = try Mount([
            "cpu,cpuacct/cpu.cfs_quota_us": "50000\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n",
            "memory/memory.limit_in_bytes": "104857600\n",
        ])
        // The path is the host's, which is not to be seen from inside.
        let group = mount.group(
            "11:memory:/docker/0a1b\n4:cpu,cpuacct:/docker/0a1b\n1:name=systemd:/docker/0a1b\n")
        #expect(group.processors == 0.5 && group.memory == 104_857_600)
    }

    @Test
    func `what has no limit in version 1 says minus one, and more than there is`() throws {
        let mount = try Mount([
            "cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n",
            "memory/memory.limit_in_bytes": "9223372036854771712\n",
        ])
        let group = mount.group("2:cpu:/\n3:memory:/\n")
        #expect(group.processors == nil)
        #expect(Machine.memory(1 << 34, of: group) == 1 << 34)
    }

    @Test(arguments: ["", "nonsense", "0::", "0::/../../up\n", "1:cpu:/x\n:::\n"])
    func `what cannot be read limits nothing`(membership: String) throws {
        let group = try Mount(["cpu.max": "0 0 0\n", "memory.max": "-5\n"]).group(membership)
        #expect(group.processors == nil && group.memory == nil)
    }

    @Test
    func `a part of a processor is one, and no more are used than there are`() throws {
        var group = ControlGroup(mounted: "/nowhere", membership: "")
        #expect(Machine.processors(4, of: group) == 4)
        group.processors = 0.2
        #expect(Machine.processors(4, of: group) == 1)
        group.processors = 2.5
        #expect(Machine.processors(4, of: group) == 3)
        group.processors = 64
        #expect(Machine.processors(4, of: group) == 4)
    }

    @Test
    func `the machine's memory and processors are known`() {
        #expect(Machine.processors >= 1)
        #expect(Machine.memory > 1 << 26 && Machine.memory < Int.max)
    }
}
