/// What is sent to the server, checked: a method and fields that can stand in an HTTP request.
struct Request {
    let method: String
    let url: String
    let fields: [Field]
    let body: [UInt8]?

    init(
        method: String, url: String, fields: [Field], body: [UInt8]?
    ) throws(GradientClientError) {
        guard Self.isToken(method) else {
            throw .invalidRequest("\"\(method)\" is not an HTTP method")
        }
        guard method != "HEAD" || body == nil else {
            throw .invalidRequest("HEAD takes no body")
        }
        // libcurl sends methods, addresses and fields as they are, so that a line end in one of
        // them would begin another field, or another request.
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw .invalidRequest("the address has a space or a control character")
        }
        for field in fields {
            guard Self.isToken(field.name) else {
                throw .invalidRequest("\"\(field.name)\" is not the name of a field")
            }
            guard field.value.utf8.allSatisfy({ ($0 >= 0x20 || $0 == 0x09) && $0 != 0x7f }) else {
                throw .invalidRequest("the field \(field.name) has a control character")
            }
        }
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }

    /// A token (RFC 9110, section 5.6.2), which is what methods and names of fields are.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
