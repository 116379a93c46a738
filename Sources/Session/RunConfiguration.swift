public import GuestImage
public import MinixABI
public import Servers

/// What a run is made of. Everything in it has been read and checked.
public struct RunConfiguration: Sendable {
  /// Guest RAM in bytes, a multiple of 4096.
  public var memoryByteCount: UInt32 = 256 << 20
  /// Clock ticks a second; MINIX's 60.
  public var ticksPerSecond: UInt32 = 60
  /// `NR_PROCS`.
  public var processCapacity: Int32 = 256
  /// How page faults reach VM.
  public var delivery = FaultDelivery.message
  /// Which pages the resident VM makes present.
  public var policy = FaultPolicy.exact
  /// After how long the run ends whatever happens; nil for never.
  public var timeout: Duration?
  /// The time of day at which the system starts, in seconds since 1970.
  public var startTime: Int32 = 0
  /// Where the file of a shipped program is, by its name: EXEC finds these besides the run's own.
  public var shippedProgram: @Sendable (String) -> String? = { _ in nil }
  /// The files that programs can open and read: no path twice, and none that leads through another.
  public var files: [OfferedFile] = []
  /// The programs, in the order of their slots.
  public var programs: [Program] = []

  public init() {}

  /// The program that takes a server's place, if one does.
  func program(of server: Endpoint) -> Program? { programs.first { $0.server == server } }

  /// One program of a run.
  public struct Program: Sendable {
    /// What it is called in messages and in the summary.
    public var name: String
    public var image: ProgramImage
    /// `argv`, the name included.
    public var arguments: [String]
    /// `NAME=VALUE` strings.
    public var environment: [String] = []
    /// Whether it gets system privileges.
    public var isSystem = false
    /// Its queue; nil for the usual one.
    public var priority: Int8?
    /// The boot process whose place it takes, if any.
    public var server: Endpoint?
    /// Its time slice in ticks; nil for the usual one.
    public var quantum: Int8?
    /// What a system process may do.
    public var rights = Rights()
    /// When it starts.
    public var start = Start()

    public init(name: String, image: ProgramImage, arguments: [String]) {
      self.name = name
      self.image = image
      self.arguments = arguments
    }

    /// What a system process may do; what is nil is not restricted.
    public struct Rights: Sendable, Equatable {
      public var traps: TrapMask?
      public var peers: [Peer]?
      public var kernelCalls: [KernelCallNumber]?

      public init() {}
    }

    /// Somebody who can be sent to.
    public enum Peer: Sendable, Equatable {
      /// A process of the boot image.
      case boot(Endpoint)
      /// A program of the run, by its name.
      case program(String)
      /// All ordinary processes.
      case users
      case all
    }

    /// When a program starts.
    public struct Start: Sendable, Equatable {
      /// The name of the program whose end it waits for.
      public var after: String?
      /// How long it waits then.
      public var delay: Duration = .zero

      public init() {}

      public var isImmediate: Bool { after == nil && delay == .zero }
    }
  }
}
