internal import CLab

/// Real KVM with i386 paging on any x86-64 Linux machine: a Debian kernel with kvm_amd under
/// QEMU's software CPU, in which one command runs as if it ran here.
///
/// The command sees the host's files under an overlay, so its changes vanish with the lab, except
/// the files that its arguments name: those come back. Its arguments, environment, working
/// directory, standard streams, signals and exit status are those of a command run here.
public struct Lab: Sendable {
  /// The environment variable that is set in the lab, to `npt=1` or `npt=0`.
  public static let environmentMark = "FAULTLINE_IN_LAB"

  private let configuration: Configuration

  /// A lab that is booted anew by each `run`.
  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// Boots the lab, runs a command in it and returns its exit status: its own, or 128+n when
  /// signal n ended it. Blocks the calling thread until then.
  ///
  /// While it runs, SIGINT, SIGTERM, SIGHUP and SIGQUIT go to the command's process group; a
  /// second SIGINT or SIGTERM kills the lab, as does the end of the calling thread.
  public func run(_ command: [String]) throws(LabError) -> Int32 {
    let environment = Environment.current
    precondition(!command.isEmpty, "Lab.run needs a command")
    guard environment[Self.environmentMark] == nil else { throw .nested }

    let parts = try LabParts.find(configuration, environment: environment)
    let archive = try parts.archive()
    let kernel =
      configuration.kernelImage ?? KernelImage.unpacked(parts.kernelImage) ?? parts.kernelImage
    let job = Self.job(for: command, configuration, environment: environment)
    let caller = Caller.current(environment: environment)

    // One boot in 35 never comes up, for reasons within QEMU: a second attempt is worth it.
    let attempts = 2
    var reached = ""
    let signals = SignalRelay()
    for _ in 1...attempts {
      let session = try HostSession(
        qemu: parts.qemu, archive: archive,
        boot: .init(
          memoryMiB: configuration.memoryMiB, nestedPaging: configuration.nestedPaging,
          kernel: kernel),
        job: job, agent: configuration.executable, signals: signals,
        receiver: FileReceiver(owner: caller))
      switch try session.run(bootSeconds: configuration.bootSeconds) {
      case .ended(let status): return status
      case .notBooted(let progress): reached = progress
      }
    }
    throw .didNotBoot(seconds: configuration.bootSeconds, attempts: attempts, reached: reached)
  }

  /// What the agent is told, apart from the lab's own settings.
  static func job(
    for command: [String], _ configuration: Configuration, environment: Environment
  ) -> Job {
    var environment = environment
    environment[environmentMark] = "npt=\(configuration.nestedPaging ? 1 : 0)"
    let caller = Caller.current(environment: environment)
    if caller.user != 0 {
      environment["SUDO_UID"] = "\(caller.user)"
      environment["SUDO_GID"] = "\(caller.group)"
    }
    let directory = Paths.workingDirectory
    return Job(
      arguments: command.map { Array($0.utf8) }, environment: environment,
      directory: Array(directory.utf8), mask: UInt32(clab_mask()),
      mergesErrors: clab_same_file(1, 2) == 1,
      namedFiles: NamedFiles.paths(in: Array(command.dropFirst()), directory: directory))
  }
}
