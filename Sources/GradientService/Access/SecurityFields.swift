import HTTP

/// What browsers are told to make of an answer, so that it is never more than it is.
enum SecurityFields {
    /// A page takes all that it needs from this service, and stands in no frame.
    private static let pages: [(name: String, value: String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                + "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
                + "frame-ancestors 'none'"
        ),
        ("Referrer-Policy", "no-referrer"),
        ("X-Frame-Options", "DENY"),
    ]

    /// Adds them; what an answer says itself stays.
    static func complete(_ fields: inout HTTPFields) {
        fields.append("X-Content-Type-Options", "nosniff")
        guard fields["Content-Type"]?.hasPrefix("text/html") == true else { return }
        for (name, value) in pages where fields[name] == nil { fields.append(name, value) }
    }
}
