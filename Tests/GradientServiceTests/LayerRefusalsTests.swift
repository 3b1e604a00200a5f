import Testing

@testable import GradientService

/// What is wrong with a layer is refused where it stands.
struct LayerRefusalsTests {
    private static let image =
        #"{"shape": [1, 4, 4, 2], "data": \#([Int](repeating: 1, count: 32))}"#
    private static let sequence = "[[[1, 2], [3, 4]]]"

    @Test(arguments: [
        (#"{"type": "conv2d", "filters": 1, "kernel_size": 5}"#, image, "/kernel_size"),
        (#"{"type": "conv2d", "filters": 1, "kernel_size": [1, 2, 3]}"#, image, "/kernel_size"),
        (#"{"type": "conv2d", "filters": 1, "kernel_size": 0}"#, image, "/kernel_size"),
        (#"{"type": "conv2d", "filters": 3, "kernel_size": 1, "groups": 2}"#, image, "/filters"),
        (#"{"type": "conv2d", "filters": 3, "kernel_size": 1, "groups": 3}"#, image, "/groups"),
        (#"{"type": "conv2d", "W": [[1]], "b": [0]}"#, image, "/W"),
        (
            #"{"type": "conv2d", "filters": 1, "kernel_size": 1, "padding": "full"}"#, image,
            "/padding"
        ),
        (#"{"type": "max_pooling2d", "pool_size": 9}"#, image, "/pool_size"),
        (#"{"type": "dropout", "rate": 1.0}"#, image, "/rate"),
        (#"{"type": "dropout", "rate": 0.5, "keep_prob": 0.5}"#, image, "/keep_prob"),
        (#"{"type": "dropout", "rate": 0.5, "mask": [[1]]}"#, "[[1, 2]]", "/mask"),
        (#"{"type": "dropout", "rate": 0.5, "mask": [[1, 2]]}"#, "[[1, 2]]", "/mask"),
        (#"{"type": "batch_normalization", "gamma": [1, 2, 3]}"#, image, "/gamma"),
        (#"{"type": "batch_normalization", "epsilon": -1}"#, image, "/epsilon"),
        (#"{"type": "reshape", "target_shape": [5]}"#, image, "/target_shape"),
        (#"{"type": "dense", "units": 1, "inputs": ["nowhere"]}"#, image, "/inputs/0"),
        (#"{"type": "add", "inputs": ["X"]}"#, image, "/inputs"),
        (#"{"type": "add"}"#, image, ""),
        (#"{"type": "lstm", "units": 1}"#, image, ""),
        (#"{"type": "lstm", "W": [[1], [1]], "U": [[1]], "b": [0]}"#, sequence, "/W"),
        (
            #"{"type": "multi_head_attention", "num_heads": 0, "key_dim": 1}"#, sequence,
            "/num_heads"
        ),
        (#"{"type": "relu"}"#, image, "/type"),
    ])
    func `a layer that cannot be is refused at its field`(
        layer: String, x: String, field: String
    ) throws {
        let answer = try Answer(
            "forward",
            #"{"network": {"layers": [\#(layer)]}, "batch": {"X": \#(x)}, "layout": "keras"}"#)
        #expect(answer.status == 422)
        #expect(
            try answer.faults.map(\.pointer).contains("/network/layers/0" + field), "\(answer.text)"
        )
    }

    @Test(arguments: ["4", "-1", "0.5", "1e300"])
    func `an index that an embedding does not have is refused in X`(index: String) throws {
        let answer = try Answer(
            "forward",
            """
            {"network": {"layers": [{"type": "embedding", "input_dim": 4, "output_dim": 2}]}, \
            "batch": {"X": [[0, 1], [3, \(index)]]}, "layout": "keras"}
            """)
        #expect(try answer.faults.map(\.pointer) == ["/batch/X"])
        #expect(try answer.faults[0].detail.hasPrefix("X[1, 1] is "))
    }

    /// A layer can only name those before it, so that there is no cycle to find.
    @Test func `a layer does not take from itself or from a later one`() throws {
        let answer = try Answer(
            "forward",
            """
            {"network": {"layers": [{"units": 2, "name": "a", "inputs": ["b"]}, \
            {"units": 2, "name": "b", "inputs": ["b"]}]}, "batch": {"X": [[1]]}}
            """)
        let pointers = try answer.faults.map(\.pointer)
        #expect(pointers.contains("/network/layers/0/inputs/0"))
        #expect(pointers.contains("/network/layers/1/inputs/0"))
    }

    @Test func `two layers of one name are refused`() throws {
        let answer = try Answer(
            "forward",
            #"{"network": {"layers": [{"units": 1, "name": "a"}, {"units": 1, "name": "a"}]}, "#
                + #""batch": {"X": [[1]]}}"#)
        #expect(try answer.faults.map(\.pointer) == ["/network/layers/1/name"])
    }
}
