import CGetopt
import Glibc

/// Puts the environment and then the command line into `settings`; gives back the operands.
///
/// getopt keeps its place in globals, so this may be called once in a run.
func readOptions<Settings>(
    _ options: [Option<Settings>], of name: String, from arguments: [String],
    into settings: inout Settings, help: inout Bool
) throws(UsageError) -> [String] {
    for option in options {
        if let variable = option.variable, let value = getenv(variable) {
            try set(option, called: variable, to: String(cString: value), in: &settings)
        }
    }

    // getopt writes its messages under the name in argv[0], and moves operands to the end.
    let names = (options.map(\.name) + ["help"]).map { strdup($0) }
    var argv = ([name] + arguments).map { strdup($0) } + [nil]
    let copies = names + argv
    defer { for copy in copies { free(copy) } }
    var table = names.enumerated().map { index, name in
        let takesValue = index < options.count && options[index].placeholder != nil
        return option(
            name: name, has_arg: takesValue ? required_argument : no_argument, flag: nil,
            val: firstCode + Int32(index))
    }
    table.append(option())

    let count = Int32(argv.count - 1)
    while true {
        let code = getopt_long(count, &argv, "", table, nil)
        if code == -1 { break }
        let index = Int(code - firstCode)
        guard names.indices.contains(index) else { throw UsageError(nil) }
        guard index < options.count else {
            help = true
            return []
        }
        let value = cgetopt_argument().map { String(cString: $0) } ?? "1"
        try set(options[index], called: "--\(options[index].name)", to: value, in: &settings)
    }
    return argv[Int(cgetopt_index())..<Int(count)].map { String(cString: $0!) }
}

// Above every character, as getopt answers '?' for what it does not know.
private let firstCode: Int32 = 256

private func set<Settings>(
    _ option: Option<Settings>, called name: String, to value: String, in settings: inout Settings
) throws(UsageError) {
    do throws(UsageError) {
        try option.set(value, &settings)
    } catch {
        throw UsageError("\(name): \(error.message ?? "is wrong")")
    }
}
