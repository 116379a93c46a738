import ArgumentParser
import Confinement

/// The command line: composes the modules, prints, exits.
@main
struct Faultline: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faultline",
    abstract: "Runs i386 guests under real paging and plays MINIX 3's kernel and VM server.",
    version: version,
    subcommands: [
      RunCommand.self, ConformCommand.self, InspectCommand.self, TraceCommand.self,
      DoctorCommand.self, LabCommand.self,
      BenchCommand.self, LabAgentCommand.self,
    ])

  /// The version, as `--version` and every machine-readable output give it.
  static let version = "0.1.0"

  /// Runs the command. What is wrong with a command line takes one line, as every other failure does.
  static func main() {
    do {
      try Confinement.useLocalAccounts()
      var command = try parsed()
      try command.run()
    } catch {
      let problem = message(for: error).onOneLine
      guard exitCode(for: error) == .validationFailure, !problem.isEmpty else {
        exit(withError: error)
      }
      StandardError.say("faultline: \(problem.withoutStop); see '\(help(after: error))'")
      exit(withError: ExitCode.validationFailure)
    }
  }

  /// The command that the words name.
  ///
  /// `run` is tried by itself first, as the command of its own that its configuration says it is: to
  /// look in all commands' words for a request for a completion script takes as long as to read it.
  /// What it can't be read from, a request for help among it, the whole parser explains.
  private static func parsed() throws -> any ParsableCommand {
    let words = CommandLine.arguments.dropFirst()
    if words.first == RunCommand._commandName,
      let command = try? RunCommand.parse(Array(words.dropFirst()))
    {
      return command
    }
    return try parseAsRoot()
  }

  /// The command that explains what was wrong, as the parser's own last line names it.
  private static func help(after error: any Error) -> String {
    let quoted = fullMessage(for: error).split(separator: "'")
    return quoted.last { $0.hasSuffix(" --help") }.map(String.init) ?? "faultline --help"
  }
}

extension String {
  /// The lines as one; those of a list with commas between them.
  fileprivate var onOneLine: String {
    let lines = split(separator: "\n").map { $0.drop { $0 == " " } }
    return lines.indices.reduce(into: "") { text, index in
      let isItem = lines[index].hasPrefix("- ")
      let separator = isItem && index > 0 && lines[index - 1].hasPrefix("- ") ? ", " : " "
      text += (index > 0 ? separator : "") + (isItem ? lines[index].dropFirst(2) : lines[index])
    }
  }

  fileprivate var withoutStop: Substring { hasSuffix(".") ? dropLast() : self[...] }
}
