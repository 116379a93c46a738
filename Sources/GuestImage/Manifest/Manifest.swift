public import MinixABI

/// What to run together: the programs of an image and how each is to be started.
///
/// ```yaml
/// memory: 64MiB
/// timeout: 30s
/// delivery: message           # or signal
/// policy: around:16           # or exact, eager
/// environment: {LANG: C}      # for all programs
/// files:                      # what programs can open and read
///   /etc/motd: texts/motd     # beside the manifest
/// programs:
///   - file: pingpong.elf        # beside the manifest, or a shipped program's name
///     name: ping
///     arguments: [--count, 10]
///     as: user
///     environment: {DEBUG: "1"}
///     priority: 7
///     quantum: 8                # ticks
///     count: 3                  # ping-1, ping-2, ping-3
///   - file: pong.elf
///     as: system
///     traps: [send, receive]    # of the IPC primitives
///     ipc-to: [pm, vfs, ping-1] # servers, programs, users, all
///     kernel-calls: [SYS_GETINFO]
///     after: ping-1             # starts when ping-1 has ended,
///     delay: 500ms              # and so much later
///   - file: ./my-vm.elf
///     server: vm
/// ```
public struct Manifest: Equatable, Sendable {
  /// The manifest's file, as the caller named it.
  public let path: String
  /// The programs in order, at least one.
  public let programs: [Program]
  /// How much memory the guest gets; nil leaves it to the run.
  public let memory: MemorySize?
  /// When the run is to be stopped; nil leaves it to the run.
  public let timeout: TimeSpan?
  /// How page faults reach VM; nil leaves it to the run.
  public var delivery: FaultDelivery?
  /// Which pages VM makes present; nil leaves it to the run.
  public var policy: FaultPolicy?
  /// The files that programs can open: no path twice, and none that leads through another.
  public var files: [File] = []

  /// A manifest that was not read from YAML: what the command line makes of one
  /// program's name.
  public init(
    path: String, programs: [Program], memory: MemorySize? = nil, timeout: TimeSpan? = nil
  ) {
    self.path = path
    self.programs = programs
    self.memory = memory
    self.timeout = timeout
  }

  /// One program of a manifest.
  public struct Program: Equatable, Sendable {
    /// What to call it in messages; by default the file's base name.
    public let name: String
    /// The file as it is written, see `Manifest.resolve`.
    public let file: String
    /// Its arguments after argv[0], as they are written: `010` stays `010`.
    public let arguments: [String]
    /// The privileges that it gets; `system` for a server.
    public let privileges: Privileges
    /// The scheduling queue that it starts in, 0 (first) to 15; nil for the usual.
    public let priority: Int?
    /// The boot server that it takes the place of.
    public let server: BootServer?
    /// How many processes run it, at least 1.
    public let count: Int
    /// `NAME=VALUE` strings: the manifest's own, then the program's, each name once.
    public var environment: [String] = []
    /// Its quantum in ticks, 1 to 127; nil for the usual.
    public var quantum: Int?
    /// What it may do, of a system process's rights; nil for each that it has in full.
    public var rights = Rights()
    /// When it starts.
    public var start = Start()
    /// Where the manifest describes it; nil if it does not come from one.
    public let position: ManifestPosition?

    /// What `count` may be: more don't fit into any process table.
    static var countRange: ClosedRange<Int> { 1...4096 }

    /// What its processes are called: ``name``, or when there are several, `name-1`, `name-2` and so on.
    public var processNames: [String] {
      count == 1 ? [name] : (1...count).map { "\(name)-\($0)" }
    }

    /// A program; `name` is the file's base name unless given.
    public init(
      file: String, name: String? = nil, arguments: [String] = [],
      privileges: Privileges = .user, priority: Int? = nil, server: BootServer? = nil,
      count: Int = 1, position: ManifestPosition? = nil
    ) {
      self.name = name ?? file.lastPathComponent
      self.file = file
      self.arguments = arguments
      self.privileges = privileges
      self.priority = priority
      self.server = server
      self.count = count
      self.position = position
    }
  }

  /// When a program starts: with the others, unless it says otherwise.
  public struct Start: Equatable, Sendable {
    /// The program whose end it waits for, by its process's name.
    public var after: String?
    /// How long it waits then.
    public var delay: TimeSpan?
  }

  /// What a system process may do. Source: minix `kernel/priv.h`; ABI 2.3.
  public struct Rights: Equatable, Sendable {
    /// `s_trap_mask`: the IPC primitives.
    public var traps: TrapMask?
    /// `s_ipc_to`: whom it may send to.
    public var ipcTo: [Peer]?
    /// `s_k_call_mask`.
    public var kernelCalls: [KernelCallNumber]?

    /// What is nil is not withheld.
    public init(
      traps: TrapMask? = nil, ipcTo: [Peer]? = nil, kernelCalls: [KernelCallNumber]? = nil
    ) {
      (self.traps, self.ipcTo, self.kernelCalls) = (traps, ipcTo, kernelCalls)
    }

    /// Nothing is withheld.
    public var isFull: Bool { traps == nil && ipcTo == nil && kernelCalls == nil }
  }

  /// Somebody who can be sent to.
  public enum Peer: Equatable, Sendable {
    case server(BootServer)
    /// A program of the manifest, by its process's name.
    case program(String)
    /// All ordinary processes.
    case users
    case all
  }

  /// Whose privileges a program runs with.
  public enum Privileges: String, CaseIterable, Sendable {
    /// An ordinary process: SENDREC to the servers, no kernel calls.
    case user
    /// A system process: all of IPC, and kernel calls.
    case system
  }

  /// The path of `program`'s file.
  ///
  /// A name without a slash is first asked for in `lookup`, which answers the path
  /// of a shipped program; everything else is relative to the manifest's folder.
  /// So `./hello` is always the file, whatever is shipped under that name.
  public func resolve(_ program: Program, lookup: (String) -> String?) -> String {
    let file = program.file
    if !file.contains("/"), let shipped = lookup(file) { return shipped }
    return resolve(file)
  }

  /// Where a file of the host is to be found.
  public func resolve(_ file: File) -> String { resolve(file.file) }

  private func resolve(_ file: String) -> String {
    if file.hasPrefix("/") { return file }
    guard let slash = path.lastIndex(of: "/") else { return file }
    return String(path[...slash]) + file
  }
}

/// A place in a manifest.
public struct ManifestPosition: Equatable, Sendable, CustomStringConvertible {
  /// The line, from 1.
  public let line: Int
  /// The column, from 1, in Unicode scalars.
  public let column: Int

  /// A place; both numbers start at 1.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// `7:5`.
  public var description: String { "\(line):\(column)" }
}
