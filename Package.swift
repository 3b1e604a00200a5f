// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "gradientd",
    products: [
        .executable(name: "gradientd", targets: ["gradientd"]),
        .library(name: "GradientClient", targets: ["GradientClient"]),
    ],
    targets: [
        // What there is to compute with.
        .target(name: "Machine"),

        // The mathematics.
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .target(name: "CMath"),
        .target(name: "NeuralNetwork", dependencies: ["CMath", "COpenBLAS", "Machine"]),
        .target(name: "Training", dependencies: ["CMath", "NeuralNetwork"]),
        .target(name: "Checking", dependencies: ["NeuralNetwork"]),

        // What is kept of detached trainings.
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "RunStore", dependencies: ["CSQLite"]),

        // The wire: JSON and HTTP, which do not know one another.
        .target(
            name: "CSimdJSON",
            linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "JSON", dependencies: ["CSimdJSON", "Machine"]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CEpoll"),
        .target(name: "HTTP", dependencies: ["CEpoll", "CZlib", "Machine"]),

        // What the program is for.
        .target(
            name: "GradientService",
            dependencies: [
                "Checking", "HTTP", "JSON", "Machine", "NeuralNetwork", "RunStore", "Training",
            ],
            resources: [.embedInCode("openapi.yaml"), .embedInCode("Page")]),

        // The client and the command.
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "GradientClient", dependencies: ["CCurl"]),
        .target(name: "CGetopt"),
        // Not in debug builds: the sanitizers have allocators of their own.
        .target(
            name: "CMalloc",
            linkerSettings: [.linkedLibrary("jemalloc", .when(configuration: .release))]),
        .executableTarget(
            name: "gradientd",
            dependencies: [
                "CGetopt", "CMalloc", "GradientService", "HTTP", "JSON", "Machine", "NeuralNetwork",
                "RunStore",
            ]),

        // What the convolution is measured with, beside other libraries.
        .executableTarget(
            name: "ConvolutionBenchmark", dependencies: ["COpenBLAS", "NeuralNetwork"],
            path: "Benchmarks/Engine"),

        // Tests.
        .target(
            name: "TestSupport", dependencies: ["NeuralNetwork"], path: "Tests/TestSupport"),
        .testTarget(name: "MachineTests", dependencies: ["Machine"]),
        .testTarget(name: "NeuralNetworkTests", dependencies: ["NeuralNetwork", "TestSupport"]),
        .testTarget(name: "TrainingTests", dependencies: ["TestSupport", "Training"]),
        .testTarget(name: "CheckingTests", dependencies: ["Checking", "TestSupport"]),
        .testTarget(name: "RunStoreTests", dependencies: ["CSQLite", "RunStore", "TestSupport"]),
        .testTarget(
            name: "JSONTests", dependencies: ["JSON"], exclude: ["RFC8259.txt"]),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP", "TestSupport"]),
        .testTarget(
            name: "GradientServiceTests",
            dependencies: [
                "Checking", "GradientService", "HTTP", "JSON", "NeuralNetwork", "RunStore",
                "TestSupport", "Training",
            ]),
        .testTarget(
            name: "GradientClientTests", dependencies: ["GradientClient", "TestSupport"]),
        .testTarget(name: "gradientdTests", dependencies: ["gradientd", "JSON", "TestSupport"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "gradientd", "GradientClient", "JSON", "NeuralNetwork", "TestSupport",
            ]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

// Fuzzing, which only `make fuzz` builds: it needs libFuzzer's run time and its instrumentation.
if Context.environment["GRADIENTD_FUZZ"] != nil {
    package.targets += [
        .systemLibrary(name: "CLibFuzzer", path: "Fuzz/CLibFuzzer"),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CLibFuzzer", "GradientService", "HTTP", "JSON", "NeuralNetwork", "RunStore",
                "TestSupport", "Training",
            ],
            path: "Fuzz/Targets"),
    ]
}
