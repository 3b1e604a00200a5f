/// Requests that the service can answer, one for each call.
enum Requests {
    static let calls = ["forward", "backward", "check", "train", "convert"]

    static func body(_ call: String, epochs: Int = 5, units: Int = 16) -> String {
        if call == "convert" {
            return #"{"to": {"convention": "cost"}, "tensors": {"dZ1": [[1, 2, 3, 4, 5]]}}"#
        }
        let also =
            switch call {
            case "train": #", "training": {"optimizer": "adam", "epochs": \#(epochs)}"#
            case "check": #", "submitted": {"cost": 1}"#
            default: ""
            }
        return """
            {"network": {"layers": [{"units": \(units), "activation": "tanh"}, {"units": 1, \
            "activation": "sigmoid"}], "initializer": "he_normal", "seed": 3}, \
            "batch": {"X": [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]], "Y": [[0, 1, 0, 1, 1]]}, \
            "loss": "binary_crossentropy"\(also)}
            """
    }

    /// One whose Y does not fit.
    static let refused = body("backward").replacing("[[0, 1, 0, 1, 1]]", with: "[[0, 1]]")

    /// A submission to be judged: one unit, Z = 2X, two examples, Lᵢ = ½(a − y)². dZ is (2, 2), so
    /// that db is 2 and dW = (1·2 + 2·2)/2 = 3.
    static func submission(_ derivatives: String) -> String {
        """
        {"network": {"layers": [{"W": [[2]], "b": [[0]]}]}, \
        "batch": {"X": [[1, 2]], "Y": [[0, 2]]}, "loss": "half_squared_error", \
        "submitted": {\(derivatives)}}
        """
    }
}
