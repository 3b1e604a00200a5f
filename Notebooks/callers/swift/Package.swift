// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "caller",
    dependencies: [.package(name: "gradientd", path: "../../..")],
    targets: [
        .executableTarget(
            name: "caller",
            dependencies: [.product(name: "GradientClient", package: "gradientd")])
    ]
)
