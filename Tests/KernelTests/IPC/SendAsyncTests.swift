import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// SENDA (ABI 3.11): tables of messages that are sent when their receivers are ready.
@Suite struct SendAsyncTests {
  let bench: Bench
  let sender: Guest
  let receiver: Guest
  let other: Guest

  init() throws {
    bench = try Bench()
    (sender, receiver, other) = (try bench.system(11), try bench.system(12), try bench.system(13))
  }

  static let valid: UInt32 = 1
  static let done: UInt32 = 2
  static let noReply: UInt32 = 8
  static let table = Place.pair

  private func write(
    _ index: UInt32, _ flags: UInt32, to destination: Endpoint, type: Int32 = 0x700,
    at table: UInt32 = table
  ) {
    var bytes: [UInt8] = []
    for word in [flags, UInt32(bitPattern: destination.rawValue), 0x5555_5555] {
      for shift in [0, 8, 16, 24] as [UInt32] {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    bench.write(bytes + Message(type: type).bytes, to: sender, at: table + index * 48)
  }

  private func word(_ address: UInt32) -> UInt32 {
    bench.bytes(sender, at: address, count: 4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// An entry's flags and result.
  private func entry(_ index: UInt32, at table: UInt32 = table) -> [UInt32] {
    [word(table + index * 48), word(table + index * 48 + 8)]
  }

  @discardableResult
  private func senda(_ count: UInt32, at table: UInt32 = table) -> ResultCode {
    bench.ipc(
      sender, IPCCall.senda.rawValue, Endpoint(rawValue: Int32(bitPattern: count)), at: table)
  }

  private var registered: UInt32 {
    bench.kernel.privileges[bench.kernel.processes[sender.slot].privilege].asyncTable.count
  }

  private static let untouched: UInt32 = 0x5555_5555

  @Test func whoWaitsGetsItAtOnce() {
    bench.ipc(receiver, .receive, .any)
    write(0, Self.valid, to: receiver.endpoint)
    #expect(senda(1) == .ok)
    #expect(entry(0) == [Self.valid | Self.done, 0])
    #expect(registered == 0)
    #expect(bench.received(receiver)?.type == 0x700)
    #expect(bench.status(receiver) == 16)
    #expect(bench.read(receiver).source == sender.endpoint)
    #expect(bench.rts(sender).isEmpty && bench.rts(receiver).isEmpty)
    bench.checkInvariants()
  }

  @Test func theRestIsFoundAtReceive() {
    for index in 0..<3 as Range<UInt32> {
      write(index, Self.valid, to: receiver.endpoint, type: 0x700 + Int32(index))
    }
    #expect(senda(3) == .ok)
    #expect(registered == 3)
    #expect(bench.misc(receiver).contains(.asyncMessage))
    #expect(entry(0) == [Self.valid, Self.untouched])
    for index in 0..<3 as Range<UInt32> {
      #expect(bench.ipc(receiver, .receive, index == 1 ? sender.endpoint : .any) == .ok)
      #expect(bench.received(receiver)?.type == 0x700 + Int32(index))
      #expect(bench.status(receiver) == 16)
      #expect(entry(index) == [Self.valid | Self.done, 0])
    }
    bench.ipc(receiver, .receive, .any)
    #expect(bench.rts(receiver) == .receiving)
    #expect(registered == 0, "a finished table is forgotten")
    #expect(!bench.misc(receiver).contains(.asyncMessage))
    bench.checkInvariants()
  }

  /// A second SENDA forgets the first table, whatever is left in it.
  @Test func aNewTableReplacesTheOld() {
    write(0, Self.valid, to: receiver.endpoint)
    #expect(senda(1) == .ok)
    #expect(senda(0) == .ok)
    #expect(registered == 0)
    bench.ipc(receiver, .receive, .any)
    #expect(bench.rts(receiver) == .receiving)
    #expect(entry(0) == [Self.valid, Self.untouched])
  }

  /// Notifications first, then asynchronous messages by privilege id, then those who stand in line.
  @Test func priorities() throws {
    write(0, Self.valid, to: receiver.endpoint, type: 0x702)
    senda(1)
    bench.send(other, .send, receiver.endpoint, type: 0x703)
    bench.kernel.notify(from: .vfs, to: receiver.endpoint)
    var types: [Int32?] = []
    for _ in 0..<3 {
      bench.ipc(receiver, .receive, .any)
      types.append(bench.received(receiver)?.type)
    }
    #expect(types == [0x1005, 0x702, 0x703])
    bench.checkInvariants()
  }

  /// AMF_NOREPLY does not answer a SENDREC; without it a message does, like any other.
  @Test(arguments: [true, false], [true, false])
  func noReplyAndSendrec(_ isNoReply: Bool, _ isEarly: Bool) {
    let flags = Self.valid | (isNoReply ? Self.noReply : 0)
    write(0, flags, to: receiver.endpoint)
    if isEarly { senda(1) }
    bench.send(receiver, .sendrec, sender.endpoint, type: 1)
    bench.ipc(sender, .receive, .any)
    _ = bench.resume(sender)
    if isEarly {
      // While its own half of the call stands in line, it accepts nothing.
      #expect(bench.rts(receiver) == .receiving)
      #expect(entry(0) == [flags, Self.untouched])
      senda(1)
    } else {
      senda(1)
    }
    #expect(bench.rts(receiver) == (isNoReply ? .receiving : []))
    #expect(entry(0)[0] == flags | (isNoReply ? 0 : Self.done))
    if isNoReply {
      #expect(bench.send(sender, .sendnb, receiver.endpoint, type: 7) == .ok)
      #expect(bench.received(receiver)?.type == 7)
      bench.ipc(receiver, .receive, .any)
    }
    #expect(bench.received(receiver)?.type == 0x700)
    bench.checkInvariants()
  }

  /// What becomes of an entry that can't be sent; the others are.
  @Test func refusedEntries() throws {
    let user = try bench.user(14)
    let dead = try bench.system(15)
    bench.call(.pm, Message(.clear, dead.endpoint))
    bench.ipc(receiver, .receive, .any)
    let rows: [(Endpoint, ResultCode)] = [
      (dead.endpoint, .edeadsrcdst), (.any, .edeadsrcdst), (.none, .edeadsrcdst),
      (.itself, .edeadsrcdst), (.clock, .ecalldenied), (user.endpoint, .ecalldenied),
      (sender.endpoint, .ecalldenied), (receiver.endpoint, .ok),
    ]
    for (index, row) in rows.enumerated() { write(UInt32(index), Self.valid, to: row.0) }
    #expect(senda(UInt32(rows.count)) == .ok)
    for (index, row) in rows.enumerated() {
      let expected = [Self.valid | Self.done, UInt32(bitPattern: row.1.rawValue)]
      #expect(entry(UInt32(index)) == expected, "\(row.0)")
    }
    #expect(registered == 0)
    bench.checkInvariants()
  }

  /// Empty and finished entries are passed over; a malformed one ends the call.
  @Test(arguments: [2, 4, 8, 16, 17, 0x8000_0001] as [UInt32]) func malformed(_ flags: UInt32) {
    bench.ipc(receiver, .receive, .any)
    write(0, 0, to: receiver.endpoint)
    write(1, Self.valid | Self.done, to: receiver.endpoint)
    write(2, flags, to: receiver.endpoint)
    write(3, Self.valid, to: receiver.endpoint)
    #expect(senda(4) == .einval)
    for (index, expected) in [0, Self.valid | Self.done, flags, Self.valid].enumerated() {
      #expect(entry(UInt32(index)) == [expected, Self.untouched])
    }
    #expect(registered == 0)
    #expect(bench.rts(receiver) == .receiving)
  }

  /// A table that ends badly is not registered, and the one before it is forgotten as well; what was
  /// before the bad entry has been dealt with.
  @Test func malformedAfterOthers() {
    write(0, Self.valid, to: receiver.endpoint)
    #expect(senda(1) == .ok)
    bench.ipc(other, .receive, .any)
    write(0, Self.valid, to: other.endpoint)
    write(1, Self.valid, to: receiver.endpoint)
    write(2, 32, to: receiver.endpoint)
    #expect(senda(3) == .einval)
    #expect(entry(0) == [Self.valid | Self.done, 0])
    #expect(entry(1) == [Self.valid, Self.untouched])
    #expect(registered == 0)
    #expect(bench.received(other)?.type == 0x700)
    bench.ipc(receiver, .receive, .any)
    #expect(bench.rts(receiver) == .receiving)
    bench.checkInvariants()
  }

  /// AMF_NOTIFY changes nothing; a message without a payload type arrives like any other.
  @Test func notifyFlag() {
    write(0, Self.valid | 4, to: receiver.endpoint)
    bench.ipc(receiver, .receive, .any)
    #expect(senda(1) == .ok)
    #expect(entry(0) == [Self.valid | 4 | Self.done, 0])
    #expect(bench.received(receiver)?.type == 0x700)
    #expect(bench.rts(sender).isEmpty && bench.take(.pm).isEmpty)
  }

  /// Whoever may not send to the receiver any more is passed over when it looks.
  @Test func deniedSince() {
    write(0, Self.valid, to: receiver.endpoint)
    senda(1)
    let (from, to) = (
      bench.kernel.processes[sender.slot].privilege, bench.kernel.processes[receiver.slot].privilege
    )
    bench.kernel.privileges[from].ipcTo &= ~to.bit
    bench.ipc(receiver, .receive, .any)
    #expect(bench.rts(receiver) == .receiving)
    #expect(entry(0) == [Self.valid, Self.untouched])
    bench.checkInvariants()
  }

  /// The longest table that is allowed: 4,160 entries, of which the last is the only one.
  @Test func theLongestTable() {
    let start: UInt32 = 0x0A00_0000
    for page in 0..<UInt32(4160 * 48 / 4096 + 1) { bench.map(start + page << 12, of: sender) }
    write(4159, Self.valid, to: receiver.endpoint, at: start)
    bench.ipc(receiver, .receive, .any)
    #expect(senda(4160, at: start) == .ok)
    #expect(entry(4159, at: start) == [Self.valid | Self.done, 0])
    #expect(bench.received(receiver)?.type == 0x700)
  }

  @Test func theDeadLeaveNoTable() {
    write(0, Self.valid, to: receiver.endpoint)
    senda(1)
    bench.call(.pm, Message(.clear, sender.endpoint))
    bench.ipc(receiver, .receive, .any)
    #expect(bench.rts(receiver) == .receiving)
    bench.checkInvariants()
  }

  // MARK: Memory

  /// The table's place outside user space: EFAULT.
  @Test(arguments: [0xEFFF_FFD1, 0xF000_0000, 0xFFFF_FFF0] as [UInt32])
  func nobodys(_ table: UInt32) {
    #expect(senda(1, at: table) == .efault)
    #expect(bench.memoryRequest() == nil)
    #expect(senda(4161, at: table) == .edom)
  }

  /// A table that isn't there, or can't be written: VM is asked, and the call made again.
  @Test func absentTable() {
    bench.ipc(receiver, .receive, .any)
    senda(1, at: Place.absent)
    #expect(bench.rts(sender) == .vmRequest)
    bench.map(Place.absent, of: sender, isWritable: false)
    write(0, Self.valid, to: receiver.endpoint, at: Place.absent)
    bench.serveMemoryRequest(
      of: sender, at: Place.absent, byteCount: 4, isWrite: false, .ok)
    #expect(bench.resume(sender) == nil)
    let frame = bench.physical(sender, Place.absent)
    bench.map(Place.absent, of: sender, to: frame)
    bench.serveMemoryRequest(
      of: sender, at: Place.absent, byteCount: 48, isWrite: true, .ok)
    #expect(bench.resume(sender) != nil)
    #expect(bench.result(sender) == .ok)
    #expect(entry(0, at: Place.absent) == [Self.valid | Self.done, 0])
    #expect(bench.received(receiver)?.type == 0x700)
    bench.checkInvariants()
  }

  /// An entry that begins in one page and ends in another, which isn't there: asked for as a whole.
  /// Its flags and result are written, the rest is read.
  @Test(arguments: [4, 8, 12, 20] as [UInt32]) func acrossPages(_ bytesInFirst: UInt32) {
    let table = Place.pair + 0x2000 - bytesInFirst
    bench.ipc(receiver, .receive, .any)
    var head: [UInt8] = [1, 0, 0, 0]
    let destination = UInt32(bitPattern: receiver.endpoint.rawValue)
    head += (0..<4).map { UInt8(truncatingIfNeeded: destination >> (8 * UInt32($0))) }
    bench.write(Array(head.prefix(Int(bytesInFirst))), to: sender, at: table)
    senda(1, at: table)
    #expect(bench.rts(sender) == .vmRequest)
    #expect(bench.rts(receiver) == .receiving)
    bench.map(Place.pair + 0x2000, of: sender)
    write(0, Self.valid, to: receiver.endpoint, at: table)
    let isWrite = bytesInFirst == 8
    bench.serveMemoryRequest(of: sender, at: table, byteCount: 48, isWrite: isWrite, .ok)
    #expect(bench.resume(sender) != nil)
    #expect(bench.result(sender) == .ok)
    #expect(entry(0, at: table) == [Self.valid | Self.done, 0])
    #expect(bench.received(receiver)?.type == 0x700)
    bench.checkInvariants()
  }

  /// The sender whose table a receiver waits for dies: the receiver looks elsewhere.
  @Test(arguments: [false, true]) func theTablesOwnerDies(_ isFetched: Bool) throws {
    let id = bench.kernel.processes[sender.slot].privilege
    bench.kernel.privileges[id].asyncTable = AsyncTable(
      start: LinearAddress(Place.absent), count: 1)
    bench.kernel.processes[receiver.slot].misc.insert(.asyncMessage)
    bench.ipc(receiver, .receive, .any)
    #expect(bench.rts(receiver) == [.receiving, .vmRequest])
    if isFetched { #expect(bench.memoryRequest() != nil) }
    #expect(bench.call(.pm, Message(.clear, sender.endpoint)) == .ok)
    bench.checkInvariants()
    if !isFetched { #expect(bench.memoryRequest()?[endpoint: 8] == sender.endpoint) }
    #expect(bench.answer(receiver.endpoint, .einval) == .ok)
    #expect(bench.rts(receiver) == .receiving)
    bench.send(other, .send, receiver.endpoint, type: 9)
    #expect(bench.received(receiver)?.type == 9)
    bench.checkInvariants()
  }

  @Test func refusedTable() {
    senda(1, at: Place.absent)
    bench.serveMemoryRequest(
      of: sender, at: Place.absent, byteCount: 4, isWrite: false, .efault)
    #expect(bench.resume(sender) != nil)
    #expect(bench.result(sender) == .efault)
    #expect(bench.rts(sender).isEmpty)
    bench.checkInvariants()
  }

  /// A table that has gone since: the receiver waits for VM and for messages at once.
  @Test(arguments: [ResultCode.ok, .efault], [false, true])
  func tableGoneAtReceive(_ answer: ResultCode, _ isOvertaken: Bool) throws {
    bench.map(Place.absent, of: sender)
    write(0, Self.valid, to: receiver.endpoint, at: Place.absent)
    #expect(senda(1, at: Place.absent) == .ok)
    let frame = try #require(bench.physical(sender, Place.absent))
    let linear = LinearAddress(Place.absent)
    let directory = bench.kernel.processes[sender.slot].directory
    let entry = bench.tables.load(directory + linear.directoryIndex * 4)
    let table = PageDirectoryEntry(rawValue: entry).table
    bench.tables.store(
      0, at: table + linear.tableIndex * 4, translating: linear, in: directory)
    #expect(bench.ipc(receiver, .receive, .any) == .ok)
    #expect(bench.rts(receiver) == [.receiving, .vmRequest])
    bench.checkInvariants()
    if isOvertaken { bench.send(other, .send, receiver.endpoint, type: 9) }
    bench.map(Place.absent, of: sender, to: frame)
    bench.serveMemoryRequest(
      of: receiver, at: Place.absent, byteCount: 4, isWrite: false, target: sender, answer)
    let isFound = !isOvertaken && answer == .ok
    if isFound || isOvertaken {
      #expect(bench.received(receiver)?.type == (isFound ? 0x700 : 9))
    } else {
      #expect(bench.rts(receiver) == .receiving)
      #expect(registered == 0)
    }
    #expect(self.entry(0, at: Place.absent)[0] == Self.valid | (isFound ? Self.done : 0))
    bench.checkInvariants()
  }
}
