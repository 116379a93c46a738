import FlightRecorder
public import I386
import Machine
public import MinixABI

/// How processes come to stand in the table before anything runs. Source: ABI 2.2 and 2.3.
extension Kernel {
  /// The four kernel tasks: they never run, but notifications and replies come from them.
  func bootTasks() {
    for (name, number) in [("idle", -4), ("clock", -3), ("system", -2), ("kernel", -1)] {
      let slot = ProcessSlot(rawValue: Int32(number))
      let id = PrivilegeID(ofBootProcess: slot)
      processes[slot].name = ProcessName(name)
      processes[slot].rts = .procStop
      processes[slot].privilege = id
      privileges[id].owner = slot
      privileges[id].flags = number == -4 ? [.systemProcess, .billable] : .systemProcess
      privileges[id].trapMask = number == -3 || number == -2 ? .task : []
    }
    privileges[.user].flags = [.billable, .preemptible]
    privileges[.user].trapMask = .user
    // INIT owns the structure that users share; it is set up when INIT is.
  }

  /// Puts a boot process into its slot.
  ///
  /// - Parameters:
  ///   - process: its place in the boot image.
  ///   - isResident: whether Swift code runs it. A guest waits for its page table (RTS_VMINHIBIT).
  public func boot(_ process: BootProcess, isResident: Bool) {
    let slot = process.endpoint.slot
    let id = process.endpoint == .initProcess ? .user : PrivilegeID(ofBootProcess: slot)
    fill(slot, name: process.name, privilege: id)
    processes[slot].isResident = isResident
    processes[slot].priority = process.queue
    processes[slot].quantum = process.quantum
    processes[slot].ticksLeft = process.quantum
    privileges[id].owner = slot
    if process.endpoint != .initProcess {
      privileges[id].flags =
        process.endpoint == .vm ? .systemProcess : [.systemProcess, .preemptible]
      privileges[id].trapMask = .all
      privileges[id].kernelCallMask = process.kernelCalls
    }
    recordProcess(slot, isResident ? .resident : .program)
    processes.replace(with: isResident ? .noPriv : [.noPriv, .vmInhibit], on: slot)
  }

  /// What RS does at the end of the boot: sets everyone's IPC masks and lets them run.
  ///
  /// Users come last, and so only the servers that exist by then and INIT's own mask decide whom a
  /// user may send to.
  public func allowBootProcesses() {
    for id in PrivilegeTable.allIDs where id != .user && privileges[id].owner != .none {
      let isTask = privileges[id].owner.isKernelTask
      privileges.setIPCTo(isTask ? 0 : ~PrivilegeID.user.bit, of: id)
    }
    privileges[.user].owner = Endpoint.initProcess.slot
    privileges.setIPCTo(BootProcess.userIPCTo, of: .user)
    for slot in processes.livingSlots { processes.unset(.noPriv, on: slot) }
  }

  /// Puts a program into an empty slot. It waits for its page table (RTS_VMINHIBIT), and perhaps
  /// for its scheduler (RTS_NO_QUANTUM).
  ///
  /// - Parameters:
  ///   - slot: where; from 11 up, and empty: a precondition.
  ///   - name: its name.
  ///   - isSystem: whether it gets a privilege structure of its own, with every trap and call.
  ///   - entry: its first instruction.
  ///   - stackPointer: ESP there.
  ///   - priority: its queue, 0…15.
  ///   - quantum: its time slice in ticks.
  ///   - waitsForScheduler: whether somebody will call SYS_SCHEDULE for it.
  /// - Returns: its endpoint, or nil when no privilege structure is left.
  public func createProgram(
    in slot: ProcessSlot, name: String, isSystem: Bool, entry: LinearAddress,
    stackPointer: LinearAddress, priority: Int8, quantum: Int8 = BootProcess.userQuantum,
    waitsForScheduler: Bool
  ) -> Endpoint? {
    precondition(processes.exists(slot) && processes[slot].rts == .slotFree)
    let id: PrivilegeID
    if isSystem {
      guard let free = privileges.firstFreeDynamicID() else { return nil }
      id = free
      privileges[id] = Privilege(
        owner: slot, flags: [.systemProcess, .preemptible, .dynamicID], trapMask: .all,
        kernelCallMask: BootProcess.allKernelCalls)
      privileges.setIPCTo(~PrivilegeID.user.bit, of: id)
    } else {
      id = .user
    }
    retireRecord(of: slot)
    processes[slot].endpoint = processes.nextEndpoint(in: slot)
    fill(slot, name: name, privilege: id)
    recordProcess(slot, .program)
    processes[slot].frame = TrapFrame(entry: entry, stackPointer: stackPointer)
    processes[slot].priority = priority
    processes[slot].quantum = quantum
    processes[slot].ticksLeft = quantum
    processes.replace(
      with: waitsForScheduler ? [.vmInhibit, .noQuantum] : .vmInhibit, on: slot)
    return processes[slot].endpoint
  }

  /// Withholds something from a system process that the run is started with. What is nil stays.
  ///
  /// - Parameters:
  ///   - endpoint: the process, which has a privilege structure of its own: a precondition.
  ///   - traps: the IPC primitives.
  ///   - peers: whom it may send to; `none` stands for all ordinary processes.
  ///   - kernelCalls: the kernel calls.
  public func restrict(
    _ endpoint: Endpoint, traps: TrapMask?, peers: [Endpoint]?, kernelCalls: [KernelCallNumber]?
  ) {
    guard let slot = processes.slot(of: endpoint) else { return }
    let id = processes[slot].privilege
    precondition(id != .user, "an ordinary process's privileges are everybody's")
    if let traps { privileges[id].trapMask = traps }
    if let peers {
      let map = peers.reduce(0) { (mask: UInt32, peer) in
        guard peer != .none else { return mask | PrivilegeID.user.bit }
        return mask | (processes.slot(of: peer).map { processes[$0].privilege.bit } ?? 0)
      }
      privileges.setIPCTo(map, of: id)
    }
    if let kernelCalls {
      privileges[id].kernelCallMask = kernelCalls.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    }
  }

  /// Gives a guest that takes a boot process's place its first instruction.
  public func setEntry(of endpoint: Endpoint, to entry: LinearAddress, stack: LinearAddress) {
    guard let slot = processes.slot(of: endpoint) else { return }
    processes[slot].frame = TrapFrame(entry: entry, stackPointer: stack)
  }

  /// Lets a guest in VM's place run in the address space that it was loaded into: it has nobody else who
  /// could give it one.
  ///
  /// - Parameter directory: the page directory, in the arena; a precondition.
  public func startVM(in directory: PhysicalAddress) {
    guard let slot = processes.slot(of: .vm) else { return }
    tables.installStubMappings(in: directory)
    processes[slot].directory = directory
    processes.unset(.vmInhibit, on: slot)
  }

  private func fill(_ slot: ProcessSlot, name: String, privilege: PrivilegeID) {
    let endpoint = processes[slot].endpoint
    processes[slot] = Process()
    processes[slot].slot = slot
    processes[slot].endpoint = endpoint
    processes[slot].isOriginal = true
    processes[slot].founder = endpoint
    processes[slot].name = ProcessName(name)
    processes[slot].privilege = privilege
  }
}

/// A row of the boot image. Source: minix `kernel/table.c`, `commands/service`'s defaults; ABI 2.2.
public struct BootProcess: Sendable {
  public let name: String
  public let endpoint: Endpoint
  public var quantum: Int8
  public var queue: Int8
  /// A bit for each kernel call it may make.
  public let kernelCalls: UInt64

  /// PM: process life, signals and user scheduling.
  public static let pm = BootProcess(
    name: "pm", endpoint: .pm, quantum: 32, queue: 4, kernelCalls: allKernelCalls)
  /// VFS: files; here the three standard descriptors.
  public static let vfs = BootProcess(
    name: "vfs", endpoint: .vfs, quantum: 32, queue: 5, kernelCalls: fileServerCalls)
  /// VM: memory and page faults.
  public static let vm = BootProcess(
    name: "vm", endpoint: .vm, quantum: 32, queue: 2, kernelCalls: allKernelCalls)
  /// INIT: every program's parent.
  public static let initProcess = BootProcess(
    name: "init", endpoint: .initProcess, quantum: 8, queue: 8, kernelCalls: 0)

  /// The boot process of an endpoint that a manifest may give to a guest program.
  public static func named(_ endpoint: Endpoint) -> BootProcess {
    switch endpoint {
    case .pm: pm
    case .vfs: vfs
    case .vm: vm
    case .initProcess: initProcess
    case .mfs: server("mfs", endpoint, quantum: 32, queue: 5, fileServerCalls)
    case .pfs: server("pfs", endpoint, quantum: 32, queue: 5, fileServerCalls)
    case .memory: server("memory", endpoint, queue: 3, memoryDriverCalls)
    case .log: server("log", endpoint, queue: 2, driverCalls)
    case .tty: server("tty", endpoint, queue: 1, terminalCalls)
    case .ds: server("ds", endpoint, queue: 4, allKernelCalls)
    default: server("rs", endpoint, queue: 4, allKernelCalls)
    }
  }

  private static func server(
    _ name: String, _ endpoint: Endpoint, quantum: Int8 = 4, queue: Int8, _ calls: UInt64
  ) -> BootProcess {
    BootProcess(
      name: name, endpoint: endpoint, quantum: quantum, queue: queue, kernelCalls: calls)
  }

  /// Every kernel call.
  public static let allKernelCalls: UInt64 = .max
  /// The BASIC set with TRACE, UMAP, VIRCOPY and KILL: what file servers have.
  public static let fileServerCalls = basicCalls | mask([.trace, .umap, .virtualCopy, .kill])
  /// What every server may call.
  private static let basicCalls = mask([
    .exit, .safeCopyFrom, .safeCopyTo, .vectorSafeCopy, .getInfo, .times, .setAlarm, .setGrant,
    .safeMap, .safeRevokeMap, .safeUnmap, .profileBuffer, .systemControl, .stateControl,
  ])
  /// What drivers have besides.
  private static let driverCalls =
    basicCalls
    | mask([
      .trace, .umap, .virtualCopy, .segmentControl, .irqControl, .int86, .devio, .sdevio, .vdevio,
    ])
  private static let memoryDriverCalls = driverCalls | mask([.physicalCopy, .ioEnable])
  private static let terminalCalls =
    driverCalls | mask([.kill, .physicalCopy, .abort, .ioEnable, .readBIOS])
  /// `USER_Q` and the time slice that INIT hands on.
  public static let userQueue: Int8 = 8
  public static let userQuantum: Int8 = 8
  /// PM, VFS, RS and VM: whom users may send to.
  static let userIPCTo: UInt32 = 0x1070

  private static func mask(_ calls: [KernelCallNumber]) -> UInt64 {
    calls.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
  }
}
