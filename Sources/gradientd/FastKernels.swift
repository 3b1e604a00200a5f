import Glibc
import NeuralNetwork

/// Starts the program anew where the library for matrix products has chosen slow kernels: it is told
/// better ones by the environment, which it reads as it is loaded. Whoever has set that is heeded.
func useFastKernels() {
    guard getenv(Backend.kernelsVariable) == nil, let kernels = Backend.neglectedKernels,
        setenv(Backend.kernelsVariable, kernels, 0) == 0
    else { return }
    // By its name, which it keeps in lists of processes.
    var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    guard readlink("/proc/self/exe", &path, path.count - 1) > 0 else { return }
    execv(path, CommandLine.unsafeArgv)
    // It goes on with the slow ones.
}
