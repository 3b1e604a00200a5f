import Glibc

useFastKernels()
let status = run(Array(CommandLine.arguments.dropFirst()))
exit(status.rawValue)
