/// Requests that the service can answer, one for each call.
enum Requests {
    static let calls = ["forward", "backward", "train"]

    static func body(_ call: String, epochs: Int = 5, units: Int = 16) -> String {
        let training =
            call == "train" ? #", "training": {"optimizer": "adam", "epochs": \#(epochs)}"# : ""
        return """
            {"network": {"layers": [{"units": \(units), "activation": "tanh"}, {"units": 1, \
            "activation": "sigmoid"}], "initializer": "he_normal", "seed": 3}, \
            "batch": {"X": [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]], "Y": [[0, 1, 0, 1, 1]]}, \
            "loss": "binary_crossentropy"\(training)}
            """
    }

    /// One whose Y does not fit.
    static let refused = body("backward").replacing("[[0, 1, 0, 1, 1]]", with: "[[0, 1]]")
}
