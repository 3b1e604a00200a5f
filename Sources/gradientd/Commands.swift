/// What the program ends with.
enum ExitStatus: Int32 {
    case success = 0
    /// The work could not be done, or was refused.
    case failure = 1
    /// The command line or the environment makes no sense.
    case usage = 2
    /// There was nothing that could be graded, or it was refused: neither right nor wrong.
    case notGraded = 3
}

/// The commands, in the order in which help lists them.
private let commands: [any Command] = [
    Serve(), Compute(call: "forward"), Compute(call: "backward"), Check(),
    Compute(call: "train"), Compute(call: "convert"), Health(),
]

/// What can be asked of the program by a word: `gradientd serve`.
protocol Command: Sendable {
    associatedtype Settings
    var name: String { get }
    var operands: String { get }
    var summary: String { get }
    /// What help says after the options; may be empty.
    var notes: String { get }
    var options: [Option<Settings>] { get }
    var defaults: Settings { get }
    func run(_ settings: Settings, operands: [String]) throws(UsageError) -> ExitStatus
}

/// Does what the arguments say.
func run(_ arguments: [String]) -> ExitStatus {
    guard let word = arguments.first, !word.hasPrefix("-") else { return runProgram(arguments) }
    guard let command = commands.first(where: { $0.name == word }) else {
        return complain("unknown command '\(word)'", of: program)
    }
    return run(command, Array(arguments.dropFirst()))
}

private func run<C: Command>(_ command: C, _ arguments: [String]) -> ExitStatus {
    let name = "\(program) \(command.name)"
    var settings = command.defaults
    var isHelpWanted = false
    do throws(UsageError) {
        let operands = try readOptions(
            command.options, of: name, from: arguments, into: &settings, help: &isHelpWanted)
        if isHelpWanted { return show(help(for: command)) }
        return try command.run(settings, operands: operands)
    } catch {
        return complain(error.message, of: name)
    }
}

/// Without a command: `--help` and `--version`.
private func runProgram(_ arguments: [String]) -> ExitStatus {
    var version = Option<Bool>.flag("version", \.self, "show the version and exit")
    version.hasVariable = false
    var isVersionWanted = false
    var isHelpWanted = false
    do throws(UsageError) {
        let operands = try readOptions(
            [version], of: program, from: arguments, into: &isVersionWanted, help: &isHelpWanted)
        if isHelpWanted { return show(help(for: commands, options: [version])) }
        if isVersionWanted { return show(versionText) }
        guard operands.isEmpty else { throw UsageError("options come after the command") }
        throw UsageError("no command is given")
    } catch {
        return complain(error.message, of: program)
    }
}

private func show(_ text: String) -> ExitStatus {
    write(text, to: .output) ? .success : .failure
}

private func complain(_ message: String?, of name: String) -> ExitStatus {
    if let message { write("\(name): \(message)\n", to: .error) }
    write("Try '\(name) --help' for more information.\n", to: .error)
    return .usage
}
