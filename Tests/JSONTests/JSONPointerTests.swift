import JSON
import Testing

struct JSONPointerTests {
    @Test func `the whole text is the empty pointer`() {
        #expect(JSONPointer.root.description == "")
    }

    @Test func `names and indices follow slashes`() {
        let pointer = JSONPointer.root.appending("layers").appending(12).appending("W")
        #expect(pointer.description == "/layers/12/W")
    }

    /// The examples of RFC 6901 §5, and the order of the two escapes.
    @Test(arguments: [
        ("", "/"), ("a/b", "/a~1b"), ("c%d", "/c%d"), ("e^f", "/e^f"), ("g|h", "/g|h"),
        (#"i\j"#, #"/i\j"#), (#"k"l"#, #"/k"l"#), (" ", "/ "), ("m~n", "/m~0n"), ("~1", "/~01"),
        ("/~", "/~1~0"), ("W̃/é", "/W̃~1é"),
    ])
    func `tildes and slashes of a name are escaped, nothing else`(name: String, text: String) {
        #expect(JSONPointer.root.appending(name).description == text)
    }

    @Test func `appending leaves the pointer that it began with as it was`() {
        let layers = JSONPointer.root.appending("layers")
        _ = layers.appending(0)
        #expect(layers.description == "/layers")
        #expect(layers == JSONPointer.root.appending("layers"))
        #expect(layers != JSONPointer.root)
    }
}
