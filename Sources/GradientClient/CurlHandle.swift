import CCurl

/// A libcurl handle, which keeps its connections to the server for the next call.
///
/// The only file that calls libcurl. A handle may move from thread to thread but serve one call
/// at a time; whoever holds it sees to that, hence the unchecked conformance.
final class CurlHandle: @unchecked Sendable {
    /// What ends a call that does not end by itself.
    enum Patience {
        /// The time of the whole.
        case call(Duration)
        /// The time without a byte in either direction.
        case silence(Duration)
    }

    private let handle: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>

    // Not thread-safe in itself; a global's initialiser runs once, whatever the threads.
    private static let library = curl_global_init(ccurl_global_default)

    init() throws(GradientClientError) {
        guard Self.library == CURLE_OK, let handle = curl_easy_init() else {
            throw .transferFailed(code: CURLE_FAILED_INIT.rawValue, "libcurl does not start")
        }
        self.handle = handle
        errorText = .allocate(capacity: ccurl_error_size)
        errorText.initialize(repeating: 0, count: ccurl_error_size)
    }

    deinit {
        curl_easy_cleanup(handle)  // May still write to errorText.
        errorText.deallocate()
    }

    /// Sends the request and hands the answer on; gives it back, without its body, when that has
    /// ended or `onBytes` wants no more.
    func perform(
        _ request: Request, connectTime: Duration, patience: Patience,
        onHead: (Response) -> Void, onBytes: (UnsafeRawBufferPointer) -> Bool
    ) throws(GradientClientError) -> Response {
        curl_easy_reset(handle)  // The connections stay.
        let result = withoutActuallyEscaping(onHead) { onHead in
            withoutActuallyEscaping(onBytes) { onBytes in
                let receiver = ResponseReceiver(
                    silenceTime: patience.silenceTime, onHead: onHead, onBytes: onBytes)
                let code = perform(request, connectTime, patience, receiver)
                return outcome(code, receiver)
            }
        }
        return try result.get()
    }

    private func outcome(
        _ code: CURLcode, _ receiver: ResponseReceiver
    ) -> Result<Response, GradientClientError> {
        if code == CURLE_OK || receiver.hasHungUp { return .success(receiver.head) }
        return .failure(failure(code, receiver))
    }

    private func perform(
        _ request: Request, _ connectTime: Duration, _ patience: Patience,
        _ receiver: ResponseReceiver
    ) -> CURLcode {
        var lines: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(lines) }
        for field in request.fields {
            // "name;" is libcurl's way of asking for a field without a value.
            let line = field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
            lines = curl_slist_append(lines, line)
        }
        if request.body != nil, !request.fields.contains(where: { $0.isContentType }) {
            lines = curl_slist_append(lines, "Content-Type:")  // None, rather than that of a form.
        }
        return withExtendedLifetime(receiver) {
            (request.body ?? []).withUnsafeBytes { body in
                let setUp = firstFailure([
                    setAddress(request.url),
                    set(connectTime, patience),
                    set(request, body, lines),
                    setCallbacks(receiver),
                ])
                return setUp == CURLE_OK ? curl_easy_perform(handle) : setUp
            }
        }
    }

    private func setAddress(_ url: String) -> CURLcode {
        firstFailure([
            ccurl_set_string(handle, CURLOPT_URL, url),
            ccurl_set_long(handle, CURLOPT_PATH_AS_IS, 1),
            ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https"),
            ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0),
            ccurl_set_string(handle, CURLOPT_PROXY, ""),
            ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1),  // Signals and threads do not mix.
        ])
    }

    private func set(_ connectTime: Duration, _ patience: Patience) -> CURLcode {
        let connecting = ccurl_set_long(
            handle, CURLOPT_CONNECTTIMEOUT_MS, connectTime.milliseconds)
        let rest =
            switch patience {
            case .call(let time): ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, time.milliseconds)
            case .silence: ccurl_set_long(handle, CURLOPT_NOPROGRESS, 0)
            }
        return firstFailure([connecting, rest])
    }

    private func set(
        _ request: Request, _ body: UnsafeRawBufferPointer,
        _ lines: UnsafeMutablePointer<curl_slist>?
    ) -> CURLcode {
        var codes = [ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, lines)]
        if request.body != nil {
            codes += [
                ccurl_set_offset(
                    handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)),
                // With NULL libcurl would ask a callback for the body.
                body.isEmpty
                    ? ccurl_set_string(handle, CURLOPT_COPYPOSTFIELDS, "")
                    : ccurl_set_pointer(handle, CURLOPT_POSTFIELDS, body.baseAddress),
            ]
        }
        if request.method == "HEAD" {
            codes.append(ccurl_set_long(handle, CURLOPT_NOBODY, 1))
        } else {
            codes.append(ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, request.method))
        }
        return firstFailure(codes)
    }

    private func setCallbacks(_ receiver: ResponseReceiver) -> CURLcode {
        let context = Unmanaged.passUnretained(receiver).toOpaque()
        errorText[0] = 0
        return firstFailure([
            ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText),
            ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context),
            ccurl_set_callback(handle, CURLOPT_HEADERFUNCTION) { bytes, _, count, context in
                CurlHandle.receiver(context).receive(
                    line: UnsafeRawBufferPointer(start: bytes, count: count))
                return count
            },
            ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context),
            ccurl_set_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, _, count, context in
                let piece = UnsafeRawBufferPointer(start: bytes, count: count)
                return CurlHandle.receiver(context).receive(body: piece) ? count : 0
            },
            ccurl_set_pointer(handle, CURLOPT_XFERINFODATA, context),
            ccurl_set_progress(handle, CURLOPT_XFERINFOFUNCTION) { context, _, down, _, up in
                CurlHandle.receiver(context).progress(moved: Int(down + up)) ? 0 : 1
            },
        ])
    }

    private static func receiver(_ context: UnsafeMutableRawPointer?) -> ResponseReceiver {
        Unmanaged<ResponseReceiver>.fromOpaque(context!).takeUnretainedValue()
    }

    private func firstFailure(_ codes: [CURLcode]) -> CURLcode {
        codes.first { $0 != CURLE_OK } ?? CURLE_OK
    }

    private func failure(
        _ code: CURLcode, _ receiver: ResponseReceiver
    ) -> GradientClientError {
        if receiver.isSilent { return .timedOut("nothing came for too long") }
        // The buffer tells more ("Connection refused on port …"), but not every failure fills it.
        let text =
            errorText[0] == 0
            ? String(cString: curl_easy_strerror(code))
            : String(cString: errorText)
        return switch code {
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST: .unreachable(text)
        case CURLE_OPERATION_TIMEDOUT: .timedOut(text)
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidRequest(text)
        default: .transferFailed(code: code.rawValue, text)
        }
    }
}

extension CurlHandle.Patience {
    fileprivate var silenceTime: Duration? {
        switch self {
        case .call: nil
        case .silence(let time): time
        }
    }
}

extension Field {
    fileprivate var isContentType: Bool { name.lowercased() == "content-type" }
}

extension Duration {
    /// At least 1, as 0 would mean no limit, and no more than libcurl takes.
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        let whole = min(max(seconds, 0), 1_000_000) * 1000
        return max(Int(whole + attoseconds / 1_000_000_000_000_000), 1)
    }
}
