internal import ArgumentParser
internal import Lab

/// `faultline lab`: runs any command where KVM has i386 paging.
struct LabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab",
    abstract: "Runs a command in the lab: real KVM in a Debian kernel under QEMU's software CPU.",
    discussion: """
      The command sees this machine's files, and its streams, signals and exit status are those \
      of a command run here. Its changes to files vanish with the lab, except for the files and \
      folders that its arguments name: those come back.

      Settings also come from FAULTLINE_LAB_NPT, FAULTLINE_LAB_MEMORY, \
      FAULTLINE_LAB_BOOT_TIMEOUT, FAULTLINE_LAB_CACHE and FAULTLINE_LAB_KERNEL.

      Examples:
        faultline lab -- ls -l /dev/kvm
        faultline lab --npt off -- faultline run --trace run.fltrace hello
      """)

  enum Switch: String, ExpressibleByArgument, CaseIterable { case on, off }

  @Option(help: "Nested paging in the lab's kvm_amd; off means shadow paging. (default: on)")
  var npt: Switch?

  @Option(name: .shortAndLong, help: "The lab's memory in MiB. (default: 4096)")
  var memory: Int?

  @Option(help: "Seconds that one boot may take. (default: 60)")
  var bootTimeout: Int?

  @Argument(parsing: .captureForPassthrough, help: "The command and its arguments, after --.")
  var command: [String]

  private var words: [String] { command.first == "--" ? Array(command.dropFirst()) : command }

  func validate() throws {
    // The command is passed on word by word, so that nobody else looks for these among them.
    if let first = command.first, first == "--help" || first == "-h" {
      throw CleanExit.helpRequest(self)
    }
    if words.isEmpty { throw ValidationError("Give a command to run in the lab, after --.") }
    if let memory, memory < 512 { throw ValidationError("--memory must be at least 512 (MiB).") }
    if let bootTimeout, bootTimeout < 1 {
      throw ValidationError("--boot-timeout must be at least 1 (second).")
    }
  }

  func run() throws {
    do {
      var configuration = try Lab.Configuration()
      if let npt { configuration.nestedPaging = npt == .on }
      if let memory { configuration.memoryMiB = memory }
      if let bootTimeout { configuration.bootSeconds = bootTimeout }
      throw ExitCode(try Lab(configuration).run(words))
    } catch let error as LabError {
      StandardError.say("faultline: \(error)")
      throw ExitCode(error.exitCode)
    }
  }
}

/// `faultline lab-agent`: what the lab's init script starts. Not for people.
struct LabAgentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "lab-agent", shouldDisplay: false)

  @Argument(help: "The path of the lab's ports without their numbers.")
  var portPrefix: String

  func run() throws { throw ExitCode(LabAgent.run(portPrefix: portPrefix)) }
}
