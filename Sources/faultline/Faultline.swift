import ArgumentParser

/// The command line: composes the modules, prints, exits.
@main
struct Faultline: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faultline",
    abstract: "Runs i386 guests under real paging and plays MINIX 3's kernel and VM server.",
    version: version,
    subcommands: [RunCommand.self, DoctorCommand.self, LabCommand.self, LabAgentCommand.self])

  /// The version, as `--version` and every machine-readable output give it.
  static let version = "0.1.0"
}
