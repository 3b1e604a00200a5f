import GradientService

let program = "gradientd"

let versionText = """
    \(program) \(GradientService.version)
    License: Apache-2.0 <https://www.apache.org/licenses/LICENSE-2.0>

    """

/// The help for the program as a whole.
func help(for commands: [any Command], options: [Option<Bool>]) -> String {
    let words = commands.map { command in
        let operands = command.operands.isEmpty ? "" : " \(command.operands)"
        return (command.name + operands, command.summary)
    }
    return """
        Usage: \(program) COMMAND [OPTION]...
        Answer with the gradients of neural networks: by HTTP, or for a file.

        Commands:
        \(aligned(words))

        Options:
        \(aligned(options.map(entry) + [helpEntry]))

        '\(program) COMMAND --help' tells a command's options.
        Exit status: 0 done, 1 failed or refused, 2 a mistake in how it was called.
        '\(program) check --grade' has others: see its help.

        """
}

/// The help for one command, its options with their defaults.
func help<C: Command>(for command: C) -> String {
    let operands = command.operands.isEmpty ? "" : " \(command.operands)"
    let options = command.options.map { option in
        let standard = option.defaultText(command.defaults).map { " (default \($0))" } ?? ""
        return (entry(option).0, option.summary + standard)
    }
    var text = """
        Usage: \(program) \(command.name) [OPTION]...\(operands)
        \(command.summary.prefix(1).uppercased() + command.summary.dropFirst()).

        \(aligned(options + [helpEntry]))

        """
    if let option = command.options.first(where: { $0.placeholder != nil }),
        let variable = option.variable
    {
        text += """

            An option may also be given in the environment: \(variable) for --\(option.name).
            What is given on the command line comes first.

            """
    }
    return command.notes.isEmpty ? text : "\(text)\n\(command.notes)\n"
}

private let helpEntry = ("--help", "show this help and exit")

private func entry<Settings>(_ option: Option<Settings>) -> (String, String) {
    let value = option.placeholder.map { "=\($0)" } ?? ""
    return ("--\(option.name)\(value)", option.summary)
}

/// A line for each entry, the meanings one below the other.
private func aligned(_ entries: [(term: String, meaning: String)]) -> String {
    let width = (entries.map(\.term.count).max() ?? 0) + 2
    return entries.map { term, meaning in
        "  " + term + String(repeating: " ", count: width - term.count) + meaning
    }.joined(separator: "\n")
}
