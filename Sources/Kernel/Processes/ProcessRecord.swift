import I386
public import Machine
public import MinixABI

/// What is told of a process at the end of a run, dead or alive.
public struct ProcessRecord {
  public var statistics = ProcessStatistics()
  /// Its own time, in ticks.
  public var userTicks: UInt32 = 0
  /// The registers at its last trap.
  var lastFrame = TrapFrame()

  /// The registers at its last trap if that was an exception that raises `signal`.
  public func fatalFrame(killedBy signal: Signal) -> TrapFrame? {
    guard lastFrame.vector < 32 else { return nil }
    let vector = Vector(UInt8(lastFrame.vector))
    let cause = vector == .pageFault ? .segmentation : Kernel.signal(of: vector)
    return cause == signal ? lastFrame : nil
  }
}

/// What is told of all processes that descend from one.
public struct FamilyRecord: Sendable {
  /// How many there have been.
  public internal(set) var count: UInt64 = 0
  public internal(set) var statistics = ProcessStatistics()
  /// Their own time, in ticks.
  public internal(set) var userTicks: UInt64 = 0

  public init() {}

  mutating func add(_ record: ProcessRecord) {
    count &+= 1
    statistics += record.statistics
    userTicks &+= UInt64(record.userTicks)
  }
}

extension Kernel {
  /// What is known of a process. It outlives the process: until its slot is used again, and for a
  /// process that the run was started with for good.
  public func record(of endpoint: Endpoint) -> ProcessRecord {
    let slot = endpoint.slot
    guard processes.exists(slot), processes[slot].endpoint == endpoint else {
      return records[endpoint] ?? ProcessRecord()
    }
    return ProcessRecord(
      statistics: processes[slot].statistics, userTicks: processes[slot].userTicks,
      lastFrame: processes[slot].frame)
  }

  /// What is known of those who descend from a process that the run was started with, dead or alive.
  public func descendants(of founder: Endpoint) -> FamilyRecord {
    var family = familyRecords[founder] ?? FamilyRecord()
    for slot in processes.allSlots
    where processes[slot].founder == founder && !processes[slot].isOriginal {
      family.add(record(of: processes[slot].endpoint))
    }
    return family
  }

  /// An empty slot gets a new tenant, whose counts begin at zero.
  func retireRecord(of slot: ProcessSlot) {
    let former = processes[slot].endpoint
    // By its founder, or a guest could make the tables grow.
    let founder = processes[slot].founder
    if processes[slot].isOriginal {
      records[former] = record(of: former)
    } else if founder != .none {
      familyRecords[founder, default: FamilyRecord()].add(record(of: former))
    }
    processes[slot].statistics = ProcessStatistics()
  }
}
