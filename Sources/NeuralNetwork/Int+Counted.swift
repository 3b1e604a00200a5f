extension Int {
    /// So many, for a message: `1 unit`, `2 units`.
    package func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
