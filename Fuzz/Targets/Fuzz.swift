import CLibFuzzer
import Glibc

// What libFuzzer, which has the `main`, calls by name.
//
// `fuzz --target=NAME CORPUS…` runs one target, with libFuzzer's own options behind it; `fuzz --list`
// tells the names, and how long the
// inputs of each are at most.

/// Called once, before the first input.
@_cdecl("LLVMFuzzerInitialize")
func chooseTarget(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> CInt {
    let words = (0..<Int(count.pointee)).compactMap { index in
        arguments.pointee[index].map { String(cString: $0) }
    }
    if words.dropFirst() == ["--list"] {
        for target in FuzzTarget.all { print(target.name, target.longest) }
        exit(0)
    }
    // libFuzzer passes over what begins with two hyphens, and hands it to the processes it starts.
    guard let named = FuzzTarget.all.first(where: { words.contains("--target=" + $0.name) }) else {
        print("--target= has to name one of: " + FuzzTarget.all.map(\.name).joined(separator: ", "))
        exit(2)
    }
    FuzzTarget.chosen = named
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
func runOnce(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
}

/// Changes an input in place; gives its new size.
@_cdecl("LLVMFuzzerCustomMutator")
func changeInput(
    _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximumSize: Int, _ seed: UInt32
) -> Int {
    let input = Array(UnsafeBufferPointer(start: data, count: size))
    guard let changed = FuzzTarget.chosen.mutate?(input, seed), changed.count <= maximumSize else {
        return LLVMFuzzerMutate(data, size, maximumSize)
    }
    data.update(from: changed, count: changed.count)
    return changed.count
}

/// Makes an input of two; gives its size, 0 for none.
@_cdecl("LLVMFuzzerCustomCrossOver")
func crossInputs(
    _ first: UnsafePointer<UInt8>, _ firstSize: Int, _ second: UnsafePointer<UInt8>,
    _ secondSize: Int, _ out: UnsafeMutablePointer<UInt8>, _ maximumSize: Int, _ seed: UInt32
) -> Int {
    guard let cross = FuzzTarget.chosen.cross,
        let crossed = cross(
            Array(UnsafeBufferPointer(start: first, count: firstSize)),
            Array(UnsafeBufferPointer(start: second, count: secondSize)), seed),
        crossed.count <= maximumSize
    else { return 0 }
    out.update(from: crossed, count: crossed.count)
    return crossed.count
}
