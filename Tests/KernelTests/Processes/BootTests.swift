import MinixABI
import Testing

@testable import Kernel

/// How the boot processes stand in the table before anything runs: ABI 2.2 and 2.3.
@Suite struct BootTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var endpoint: Endpoint
    var quantum: Int8
    var queue: Int8
    var flags: UInt16 = 0x12
    var calls: [KernelCallNumber]?
    var testDescription: String { name }
  }

  static let basic: [KernelCallNumber] = [
    .exit, .safeCopyFrom, .safeCopyTo, .vectorSafeCopy, .getInfo, .times, .setAlarm, .setGrant,
    .safeMap, .safeRevokeMap, .safeUnmap, .profileBuffer, .systemControl, .stateControl,
  ]
  static let fileServer = basic + [.trace, .umap, .virtualCopy, .kill]
  static let driver =
    basic + [
      .trace, .umap, .virtualCopy, .segmentControl, .irqControl, .int86, .devio, .sdevio, .vdevio,
    ]

  /// All but INIT; `calls` nil means all.
  static let rows = [
    Row(name: "ds", endpoint: .ds, quantum: 4, queue: 4),
    Row(name: "rs", endpoint: .rs, quantum: 4, queue: 4),
    Row(name: "pm", endpoint: .pm, quantum: 32, queue: 4),
    Row(name: "vfs", endpoint: .vfs, quantum: 32, queue: 5, calls: fileServer),
    Row(
      name: "memory", endpoint: .memory, quantum: 4, queue: 3,
      calls: driver + [.physicalCopy, .ioEnable]),
    Row(name: "log", endpoint: .log, quantum: 4, queue: 2, calls: driver),
    Row(
      name: "tty", endpoint: .tty, quantum: 4, queue: 1,
      calls: driver + [.kill, .physicalCopy, .abort, .ioEnable, .readBIOS]),
    Row(name: "mfs", endpoint: .mfs, quantum: 32, queue: 5, calls: fileServer),
    // Neither preemptible nor billable.
    Row(name: "vm", endpoint: .vm, quantum: 32, queue: 2, flags: 0x10),
    Row(name: "pfs", endpoint: .pfs, quantum: 32, queue: 5, calls: fileServer),
  ]

  private func kernel() throws -> Kernel { try Bench(guestServers: [.pm]).kernel }

  @Test(arguments: rows) func server(_ row: Row) throws {
    let kernel = try kernel()
    let slot = row.endpoint.slot
    kernel.boot(.named(row.endpoint), isResident: false)
    #expect(kernel.processes[slot].rts == [.noPriv, .vmInhibit])
    kernel.allowBootProcesses()
    let process = kernel.processes[slot]
    #expect((process.name.text, process.endpoint) == (row.name, row.endpoint))
    #expect(
      (process.priority, process.quantum, process.ticksLeft) == (
        row.queue, row.quantum, row.quantum
      ))
    #expect((process.rts, process.scheduler) == (.vmInhibit, .none))
    #expect(process.privilege.rawValue == Int8(slot.rawValue + 4))
    let privilege = kernel.privileges[process.privilege]
    #expect((privilege.owner, privilege.flags.rawValue) == (slot, row.flags))
    #expect((privilege.trapMask, privilege.signalManager) == (.all, .pm))
    for index in 0..<KernelCallNumber.count {
      let call = KernelCallNumber(rawValue: index)
      let isAllowed = row.calls == nil || call.map { row.calls?.contains($0) == true } == true
      #expect(privilege.allowsKernelCall(index) == isAllowed, "\(index)")
    }
    // It may send to whoever is there, and to users only as an answer.
    for id in PrivilegeTable.allIDs where id != process.privilege {
      let isThere = kernel.privileges[id].owner != .none
      let isUsersServer = [4, 5, 6, 12].contains(process.privilege.rawValue)
      let isReachable = id == .user ? isUsersServer : isThere
      #expect(privilege.ipcTo & id.bit == (isReachable ? id.bit : 0), "\(id)")
    }
  }

  /// What GET_IMAGE says of queues and quanta is what is so.
  @Test(arguments: rows) func bootTable(_ row: Row) {
    let image = BootTableImage.image
    let offset = (0..<BootTableImage.count).map { 36 * $0 }.first {
      image[endpoint: $0] == row.endpoint
    }
    guard let offset else {
      Issue.record("\(row.name) is not in the table")
      return
    }
    #expect(image[byte: offset + 12] == UInt8(row.quantum))
    #expect(image[int: offset + 16] == Int32(row.queue))
  }

  @Test func tasksAndUsers() throws {
    let bench = try Bench()
    let rows: [(Endpoint, UInt16, TrapMask)] = [
      (.idle, 0x14, []), (.clock, 0x10, .task), (.system, 0x10, .task), (.kernel, 0x10, []),
    ]
    for (endpoint, flags, traps) in rows {
      let process = bench.kernel.processes[endpoint.slot]
      let privilege = bench.kernel.privileges[process.privilege]
      #expect(process.rts == .procStop)
      #expect(process.privilege.rawValue == Int8(endpoint.rawValue + 4))
      #expect((privilege.flags.rawValue, privilege.trapMask) == (flags, traps))
      #expect((privilege.ipcTo, privilege.kernelCallMask) == (0, 0))
    }
    let user = try bench.user(11)
    for slot in [Endpoint.initProcess.slot, user.slot] {
      let process = bench.kernel.processes[slot]
      #expect(process.privilege == .user)
      #expect((process.priority, process.quantum) == (8, 8))
    }
    let privilege = bench.kernel.privileges[.user]
    #expect((privilege.owner, privilege.flags.rawValue) == (Endpoint.initProcess.slot, 0x06))
    #expect((privilege.trapMask, privilege.kernelCallMask) == (.user, 0))
    #expect(privilege.signalManager == .pm)
  }
}
