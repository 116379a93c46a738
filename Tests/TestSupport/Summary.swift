/// What `--json` wrote, as a reader of its keys finds it.
public struct Summary: Decodable {
  public let engine: String
  public let delivery: String
  public let policy: String
  public let memoryBytes: UInt64
  public let confinement: Confinement
  public let end: End
  public let exitCode: Int32
  public let exits: Exits
  public let processes: [Process]
  public let kernelCalls: [String: Int]
  public let kernelCallErrors: [String: Int]
  public let messages: [String: Int]
  public let notifications: [String: Int]
  public let signals: [String: Int]
  public let faultLatency: FaultLatency?
  public let memory: Memory

  public struct Confinement: Decodable {
    public let uid, gid: UInt32
    public let groups: [UInt32]
    public let capabilities: [String: [String]]
    public let noNewPrivileges: Bool
  }

  public struct End: Decodable {
    public let reason: String
    public let detail: String?
    public let waits: [Wait]?

    public struct Wait: Decodable {
      public let name: String
      public let endpoint: Int32
      public let reason: String
    }
  }

  public struct Exits: Decodable {
    public let total: Int
    public let byCause: [String: Int]
  }

  public struct Process: Decodable {
    public let name: String
    public let endpoint: Int32
    public let exit: Exit?
    /// What only VM knows is null when a guest is in its place.
    public let faultCounts: [String: Int?]
    public let exceptions: Int
    public let kernelCalls: Int
    public let messages: Int
    public let userTicks: Int
    public let descendants: Descendants

    /// Those that are known.
    public var faults: [String: Int] { faultCounts.compactMapValues { $0 } }

    enum CodingKeys: String, CodingKey {
      case name, endpoint, exit, exceptions, kernelCalls, messages, userTicks, descendants
      case faultCounts = "faults"
    }
  }

  /// The processes that come from one by fork, all together.
  public struct Descendants: Decodable {
    public let count: Int
    public let faultCounts: [String: Int?]
    public let messages: Int

    /// Those that are known.
    public var faults: [String: Int] { faultCounts.compactMapValues { $0 } }

    enum CodingKeys: String, CodingKey {
      case count, messages
      case faultCounts = "faults"
    }
  }

  public struct Exit: Decodable, Equatable, Sendable {
    public var status: Int32?
    public var signal: Int32?
    public var vector: UInt8?
    public var cr2: UInt32?
    public var errorCode: UInt32?
    public var eip: UInt32?
    public var symbol: String?

    public init(
      status: Int32? = nil, signal: Int32? = nil, vector: UInt8? = nil, cr2: UInt32? = nil,
      errorCode: UInt32? = nil, eip: UInt32? = nil, symbol: String? = nil
    ) {
      (self.status, self.signal, self.vector, self.cr2) = (status, signal, vector, cr2)
      (self.errorCode, self.eip, self.symbol) = (errorCode, eip, symbol)
    }
  }

  /// In nanoseconds; null when no fault was resolved.
  public struct FaultLatency: Decodable {
    public let count, p50, p95, p99, max: Int
  }

  public struct Memory: Decodable {
    /// null when a guest is in VM's place.
    public let physicalPagesPeak, pageTablePages, leakedPages: Int?
  }

  /// The process of that name.
  public subscript(_ name: String) -> Process? { processes.first { $0.name == name } }
}
