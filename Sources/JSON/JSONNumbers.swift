import CSimdJSON

/// An array of numbers of any rank from 1 to 8, in one row-major buffer.
public struct JSONNumbers: Equatable, Sendable {
    public var shape: [Int]
    public var storage: Storage

    /// The numbers in the width in which they came.
    public enum Storage: Equatable, Sendable {
        case float64([Double])
        case float32([Float])
    }

    public init(shape: [Int], storage: Storage) {
        self.shape = shape
        self.storage = storage
    }

    public init(shape: [Int], elements: [Double]) {
        self.init(shape: shape, storage: .float64(elements))
    }

    /// The numbers as float64: a copy, where they came as float32.
    public var elements: [Double] {
        switch storage {
        case .float64(let numbers): numbers
        case .float32(let numbers): numbers.map { Double($0) }
        }
    }

    public var count: Int {
        switch storage {
        case .float64(let numbers): numbers.count
        case .float32(let numbers): numbers.count
        }
    }
}

extension JSONCursor {
    /// An array of numbers, in any of three forms: nested lists, `{"shape": […], "data": […]}`
    /// and `{"shape": […], "dtype": "float64", "base64": "…"}`.
    public func numbers() throws(JSONValueError) -> JSONNumbers {
        switch kind {
        case .array: return try nestedNumbers()
        case .object: return try shapedNumbers()
        case .string, .number, .boolean, .null:
            throw JSONValueError(
                pointer: pointer, reason: "expected an array of numbers, found \(kind)")
        }
    }

    private func nestedNumbers() throws(JSONValueError) -> JSONNumbers {
        if let part {
            let numbers = part.numbers
            try document.count(numbers.count, at: pointer)
            return numbers
        }
        var shape = csimdjson_shape()
        var fault = csimdjson_fault()
        guard csimdjson_shape_of(element, &shape, &fault) else {
            throw JSONValueError(fault, at: pointer, shape: [])
        }
        let counts = withUnsafeBytes(of: shape.counts) {
            Array($0.bindMemory(to: Int.self)[..<shape.rank])
        }
        // Lists that differ in length can claim more numbers than the text has bytes.
        let count = JSONShape.count(counts).flatMap { $0 <= document.length ? $0 : nil }
        if let count { try document.count(count, at: pointer) }
        var isGood = count == nil && csimdjson_numbers_of(element, &shape, nil, &fault)
        // At least one: without capacity the count would be written to the storage that all empty
        // arrays of the process share.
        let elements = [Double](unsafeUninitializedCapacity: max(count ?? 0, 1)) {
            buffer, initialized in
            guard let count else { return }
            isGood = csimdjson_numbers_of(element, &shape, buffer.baseAddress, &fault)
            initialized = isGood ? count : 0
        }
        guard isGood else { throw JSONValueError(fault, at: pointer, shape: counts) }
        return JSONNumbers(shape: counts, elements: elements)
    }

    private func shapedNumbers() throws(JSONValueError) -> JSONNumbers {
        var found: [String: JSONCursor] = [:]
        for (name, value) in try members() {
            guard ["shape", "data", "dtype", "base64"].contains(name) else {
                throw JSONValueError(
                    pointer: value.pointer,
                    reason: "unknown field of an array: expected shape, and data or base64")
            }
            found[name] = value
        }
        guard let shapeField = found["shape"] else {
            throw JSONValueError(pointer: pointer, reason: "\"shape\" is missing")
        }
        let shape = try JSONShape.read(shapeField)
        let numbers: JSONNumbers
        switch (found["data"], found["base64"]) {
        case (let data?, nil):
            if let dtype = found["dtype"] {
                throw JSONValueError(
                    pointer: dtype.pointer, reason: "dtype goes with base64, not with data")
            }
            numbers = JSONNumbers(shape: shape, elements: try data.flatNumbers())
        case (nil, let base64?):
            let type = try found["dtype"]?.numberType() ?? .float64
            numbers = JSONNumbers(shape: shape, storage: try base64.decodedNumbers(type))
        case (nil, nil):
            throw JSONValueError(pointer: pointer, reason: "\"data\" or \"base64\" is missing")
        case (_?, _?):
            throw JSONValueError(
                pointer: pointer, reason: "an array has either data or base64, not both")
        }
        let count = JSONShape.count(shape)
        guard count == numbers.count else {
            throw JSONValueError(
                pointer: pointer,
                reason: "it has \(numbers.count) numbers, its shape "
                    + "\(shape.map(String.init).joined(separator: " × ")) has "
                    + (count.map(String.init) ?? "more than can be counted"))
        }
        return numbers
    }

    private func flatNumbers() throws(JSONValueError) -> [Double] {
        try expect(.array)
        let numbers = try nestedNumbers()
        guard numbers.shape.count == 1 else {
            throw JSONValueError(pointer: pointer, reason: "expected a flat list of numbers")
        }
        return numbers.elements
    }

    private func numberType() throws(JSONValueError) -> Base64.NumberType {
        let name = try string()
        guard let type = Base64.NumberType(rawValue: name) else {
            throw JSONValueError(pointer: pointer, reason: "expected \"float64\" or \"float32\"")
        }
        return type
    }

    private func decodedNumbers(
        _ type: Base64.NumberType
    ) throws(JSONValueError) -> JSONNumbers.Storage {
        let text = try text()
        try document.count(text.count / 4 * 3 / type.width, at: pointer)
        do throws(Base64.DecodingError) {
            switch type {
            case .float64: return .float64(try Base64.numbers(from: text))
            case .float32: return .float32(try Base64.numbers(from: text))
            }
        } catch {
            throw JSONValueError(pointer: pointer, reason: error.reason)
        }
    }
}

/// The counts along an array's axes.
enum JSONShape {
    /// How many numbers an array of that shape has; nil for more than can be counted.
    static func count(_ shape: [Int]) -> Int? {
        if shape.contains(0) { return 0 }
        var product = 1
        for count in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: count)
            if overflow { return nil }
            product = next
        }
        return product
    }

    static func read(_ json: JSONCursor) throws(JSONValueError) -> [Int] {
        var shape: [Int] = []
        for element in try json.elements() {
            let count = try element.integer()
            guard count >= 0 else {
                throw JSONValueError(
                    pointer: element.pointer, reason: "expected a count, found \(count)")
            }
            guard shape.count < csimdjson_maximum_rank else {
                throw JSONValueError(
                    pointer: json.pointer, reason: "an array has at most 8 axes")
            }
            shape.append(count)
        }
        guard !shape.isEmpty else {
            throw JSONValueError(pointer: json.pointer, reason: "an array has at least one axis")
        }
        return shape
    }
}

extension JSONValueError {
    /// Words what the lists of an array were refused for.
    fileprivate init(_ fault: csimdjson_fault, at array: JSONPointer, shape: [Int]) {
        let indices = withUnsafeBytes(of: fault.indices) {
            Array($0.bindMemory(to: Int.self)[..<fault.depth])
        }
        pointer = indices.reduce(array) { $0.appending($1) }
        let found = JSONKind(fault.found)
        reason =
            switch fault.what {
            case csimdjson_too_many_axes: "an array has at most 8 axes"
            case csimdjson_wrong_count:
                "the list has length \(fault.found_count), the first one at its depth has "
                    + "\(shape[fault.depth])"
            case csimdjson_expected_number: "expected a number, found \(found)"
            default: "expected a list, as the others are, found \(found)"
            }
    }
}
