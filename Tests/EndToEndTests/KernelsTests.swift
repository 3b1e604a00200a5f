import NeuralNetwork
import Testing

/// Which of OpenBLAS's kernels the program computes with.
struct KernelsTests {
    @Test func `a processor that OpenBLAS does not know gets fast kernels all the same`() throws {
        // This process has what OpenBLAS has chosen by itself.
        let expected = Backend.neglectedKernels ?? Backend.kernels
        try Server.run { server in
            let limits = try server.client.get("/limits").text
            #expect(limits.contains(" \(expected) "))
        }
    }

    #if arch(x86_64)
        @Test func `kernels that the environment names are taken`() throws {
            try Server.run(environment: [Backend.kernelsVariable: "Nehalem"]) { server in
                let limits = try server.client.get("/limits").text
                #expect(limits.contains(" Nehalem "))
            }
        }
    #endif
}
