extension Dictionary {
    /// Gives back the room of many entries when few are left, which removing them alone does not.
    mutating func giveBackRoom() {
        guard capacity > 256, count < capacity / 8 else { return }
        self = Dictionary(uniqueKeysWithValues: Array(self))
    }
}
