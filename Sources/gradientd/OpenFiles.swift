import Glibc

/// Lets this process have as many descriptors as the system grants: each connection takes one,
/// and the usual 1024 are for programs that still use `select`.
func raiseOpenFileLimit() {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(resource, &limit)  // Else it goes on with what it has.
}
