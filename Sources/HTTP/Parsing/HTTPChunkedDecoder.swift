/// Takes a chunked body apart, whatever way its bytes are cut (RFC 9112 §7.1).
struct HTTPChunkedDecoder {
    private enum State {
        case size
        case data(remaining: Int)
        case dataEnd
        case trailer
    }

    /// As many as a 64-bit number has.
    private static let maximumDigits = 16

    private let limits: HTTPLimits
    private var state = State.size
    private var extensionBytes = 0
    private var trailer: HTTPFieldLines

    init(limits: HTTPLimits) {
        self.limits = limits
        trailer = HTTPFieldLines(limits: limits)
    }

    /// Moves data from `input` to `body`; true when the body and its trailer are whole.
    /// The trailer is checked and dropped.
    mutating func decode(
        _ input: inout InputBuffer, into body: inout BodyBuffer
    ) throws(HTTPParseError) -> Bool {
        while true {
            switch state {
            case .size:
                guard let size = try takeSize(&input) else { return false }
                guard size <= limits.bodyBytes - body.bytes.count else {
                    throw .bodyTooLarge(size: nil, limit: limits.bodyBytes)
                }
                state = size == 0 ? .trailer : .data(remaining: size)
            case .data(let remaining):
                guard !input.isEmpty else { return false }
                let data = input.take(atMost: remaining)
                body.append(data)
                state =
                    data.count == remaining ? .dataEnd : .data(remaining: remaining - data.count)
            case .dataEnd:
                switch try input.takeLine() {
                case .whole(let line):
                    guard line.isEmpty else { throw .invalidChunkEnd }
                    state = .size
                case .partial(let line):
                    guard line.isEmpty || line.elementsEqual([.carriageReturn]) else {
                        throw .invalidChunkEnd
                    }
                    return false
                }
            case .trailer:
                return try trailer.take(from: &input)
            }
        }
    }

    /// `chunk-size [ chunk-ext ] CRLF`.
    private mutating func takeSize(_ input: inout InputBuffer) throws(HTTPParseError) -> Int? {
        let limit = limits.chunkExtensionBytes
        switch try input.takeLine() {
        case .partial(let line):
            let rest = Self.maximumDigits + 1  // The digits, and the CR.
            guard extensionBytes + line.count <= limit + rest else {
                throw .chunkExtensionsTooLong(limit: limit)
            }
            return nil
        case .whole(let line):
            let digits = line.prefix { $0.hexadecimalValue != nil }
            let extensions = line[digits.endIndex...]
            extensionBytes += extensions.count
            guard extensionBytes <= limit else { throw .chunkExtensionsTooLong(limit: limit) }
            guard Self.isExtensions(extensions) else { throw .invalidChunkSize }
            return try Self.size(digits)
        }
    }

    private static func isExtensions(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard !bytes.isEmpty else { return true }
        return bytes.trimmingOptionalWhiteSpace.first == UInt8(ascii: ";")
            && bytes.allSatisfy(\.isFieldContent)
    }

    private static func size(_ digits: ArraySlice<UInt8>) throws(HTTPParseError) -> Int {
        guard !digits.isEmpty else { throw .invalidChunkSize }
        guard digits.count <= maximumDigits,
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
        else {
            throw .bodyTooLarge(size: nil, limit: nil)
        }
        return size
    }
}
