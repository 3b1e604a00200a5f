/// How the arrays of a request and its answer are laid out; inside, an example is always a row and
/// W is outputs × inputs.
///
/// | layout    | X, Y, Z, A         | W                | b           |
/// | --------- | ------------------ | ---------------- | ----------- |
/// | `course`  | units × examples   | outputs × inputs | outputs × 1 |
/// | `pytorch` | examples × units   | outputs × inputs | outputs     |
/// | `keras`   | examples × units   | inputs × outputs | outputs     |
public enum Layout: String, CaseIterable, Sendable {
    case course, pytorch, keras

    /// Whether an example is a column of X, Y, Z and A.
    public var examplesAreColumns: Bool { self == .course }
    /// Whether W is inputs × outputs.
    public var weightsAreTransposed: Bool { self == .keras }
    /// Whether b is a column, and not flat.
    public var biasIsColumn: Bool { self == .course }
}
