import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// SYS_GETINFO: ABI 8.8; the structures' literals are those of ABI 15.
@Suite struct GetInfoTests {
  let bench: Bench
  let service: Guest
  let user: Guest
  /// Where the answers go: enough pages for the longest.
  static let room: UInt32 = 0x0A00_0000

  init() throws {
    bench = try Bench()
    (service, user) = (try bench.system(11), try bench.user(12))
    for page in 0..<UInt32(64) { bench.map(Self.room + page << 12, of: service) }
  }

  private func request(_ number: Int32, _ process: Int32 = 0, room: Int32 = 0) -> Message {
    var message = Message(type: KernelCallNumber.getInfo.messageType)
    message[int: 8] = room
    message[int: 12] = process
    message[int: 16] = number
    message[word: 24] = Self.room
    return message
  }

  /// The bytes of an answer, of which there must be exactly so many.
  private func get(_ number: Int32, _ process: Int32 = 0, byteCount: Int) -> KernelImage {
    let marks = [UInt8](repeating: 0xA5, count: byteCount + 8)
    bench.write(marks, to: service, at: Self.room)
    #expect(bench.call(service, request(number, process))?.type == 0)
    let bytes = bench.bytes(service, at: Self.room, count: byteCount + 8)
    #expect(bytes.suffix(8) == marks.suffix(8), "longer than \(byteCount)")
    return KernelImage(bytes: Array(bytes.prefix(byteCount)))
  }

  /// Every object's size, from the room that it needs: one byte less is E2BIG.
  static let sizes: [(number: Int32, byteCount: Int32)] = [
    (0, 72), (1, 540), (2, 100 * 928), (3, 2184), (4, 512), (6, 448), (7, 10008), (8, 32 * 476),
    (11, 928), (12, 24), (13, 2480), (15, 308), (16, 64), (17, 476), (18, 4), (21, 8), (22, 48),
  ]

  @Test(arguments: sizes) func size(_ number: Int32, _ byteCount: Int32) {
    for (room, result) in [
      (byteCount, .ok), (byteCount - 1, .e2big), (1, .e2big), (0, .ok), (-1, .ok), (.max, .ok),
    ] as [(Int32, ResultCode)] {
      #expect(bench.call(service, request(number, room: room))?.type == result.rawValue)
    }
    _ = get(number, byteCount: Int(byteCount))
    #expect(bench.rts(service).isEmpty)
  }

  @Test func refuses() {
    for number: Int32 in [-1, 5, 9, 10, 14, 23, .max, .min] {
      #expect(bench.call(service, request(number))?.type == ResultCode.einval.rawValue)
    }
    for number: Int32 in [11, 17] {
      for process: Int32 in [12, 27342, 31438, -5, 2, .max] {
        #expect(bench.call(service, request(number, process))?.type == ResultCode.einval.rawValue)
      }
    }
    for (number, index, result) in [
      (20, -1, .einval), (20, 16, .einval), (20, 0, .enoent), (20, 15, .enoent), (22, -1, .einval),
      (22, 15, .einval), (22, 14, .ok),
    ] as [(Int32, Int32, ResultCode)] {
      #expect(bench.call(service, request(number, index))?.type == result.rawValue)
    }
    var elsewhere = request(0)
    elsewhere[word: 24] = 0xF000_0000
    #expect(bench.call(service, elsewhere)?.type == ResultCode.efault.rawValue)
  }

  /// The answer may have to wait for VM.
  @Test func absentPages() {
    var message = request(0)
    message[word: 24] = Place.nowhere
    #expect(bench.call(service, message) == nil)
    bench.map(Place.nowhere, of: service)
    bench.serveMemoryRequest(of: service, at: Place.nowhere, byteCount: 72, isWrite: true, .ok)
    #expect(bench.received(service)?.type == 0)
    #expect(bench.bytes(service, at: Place.nowhere + 52, count: 1) == [96])
  }

  @Test func whoAmI() throws {
    var message = request(19)
    message[word: 24] = 0
    let reply = try #require(bench.call(service, message))
    #expect(reply.type == 0)
    #expect(reply[endpoint: 8] == service.endpoint)
    #expect(reply.bytes[20..<28] == [0x70, 0x31, 0x31, 0, 0, 0, 0, 0])
  }

  @Test func process() throws {
    // The user waits with a memory request, of which VM has answered nothing.
    bench.kernel.processes[user.slot].userTicks = 0x1122
    bench.kernel.processes[user.slot].systemTicks = 0x3344
    bench.ipc(user, .sendrec, .pm, at: Place.absent + 4)
    let process = bench.kernel.processes[user.slot]
    let image = get(11, user.endpoint.rawValue, byteCount: 928)
    #expect(image[short: 4] == 0x23 && image[short: 6] == 0x23)
    #expect(image[word: 24] == Place.absent + 4, "EBX")
    #expect(image[word: 32] == 3, "ECX")
    #expect(image[word: 44] == process.frame.eip)
    #expect(image[word: 48] == 0x1B && image[word: 60] == 0x23)
    #expect(image[word: 52] == process.frame.eflags)
    #expect(image[word: 56] == Place.pair + 0x2000)
    #expect(image[word: 600] == process.directory.rawValue)
    #expect(image[int: 644] == 12)
    #expect(image[word: 648] == KernelAddress.privileges + 14 * 476)
    #expect(image[short: 652] == 0x0800)
    #expect(image[short: 654] == process.misc.rawValue)
    #expect((image[byte: 656], image[byte: 657], image[byte: 658]) == (8, 8, 8))
    #expect(image[word: 660] == 0)
    #expect((image[word: 664], image[word: 672], image[word: 684]) == (0, 0xF0000, 0xF0000))
    #expect((image[word: 688], image[word: 696]) == (0x7C000, 0x4000))
    #expect((image[word: 700], image[word: 704]) == (0x1122, 0x3344))
    #expect(image[endpoint: 756] == user.endpoint)
    #expect(image.bytes[748..<756] == [0x70, 0x31, 0x32, 0, 0, 0, 0, 0])
    #expect(image[endpoint: 892] == user.endpoint)
    #expect(image[word: 888] == 1)
    #expect(image[word: 896] == Place.absent + 4)
    #expect((image[word: 900], image[byte: 904]) == (36, 0))
    #expect((image[word: 920], image[word: 924]) == (0x0C0F_FEE1, 0x0C0F_FEE1))
  }

  /// A map request's fields stand elsewhere than a CHECK's (ABI 15.2).
  @Test func mapRequest() throws {
    let granter = try bench.system(13)
    let grantee = try bench.system(14)
    bench.grant(granter, [.direct(to: grantee.endpoint, Place.message, 0x1000)])
    var map = Message(.safeMap, granter.endpoint)
    (map[word: 20], map[word: 24], map[word: 28]) = (Place.nowhere, 0x1000, 1)
    map[short: 32] = 1
    #expect(bench.call(grantee, map) == nil)
    let image = get(11, grantee.endpoint.rawValue, byteCount: 928)
    #expect(image[short: 652] == 0x1800)
    #expect((image[word: 848], image[word: 888]) == (3, 3))
    var saved = Message(bytes: Array(image.bytes[852..<888]))
    #expect(saved.source == grantee.endpoint)
    saved.source = Endpoint(rawValue: 0)
    #expect(saved == map)
    #expect(image[endpoint: 892] == grantee.endpoint)
    #expect((image[byte: 896], image[endpoint: 900]) == (1, granter.endpoint))
    let words = [904, 908, 912].map { image[word: $0] }
    #expect(words == [Place.message, Place.nowhere, 0x1000])
    #expect(bench.vmControl(.memoryRequestGet, .itself).rawValue == 3)
    let fetched = get(11, grantee.endpoint.rawValue, byteCount: 928)
    #expect((fetched[short: 652], fetched[int: 916]) == (0x0800, ResultCode.vmSuspend.rawValue))
  }

  /// Queues are pointers into the table whose address is in GET_KINFO.
  @Test func pointers() {
    let base = get(0, byteCount: 72)[word: 16]
    let other = Guest(endpoint: service.endpoint)
    bench.send(user, .sendrec, .pm, type: 1)
    bench.kernel.processes.set(.procStop, on: user.slot)
    let table = get(2, byteCount: 100 * 928)
    let entry = { (slot: Int32) in Int(slot + 4) * 928 }
    #expect(table[int: entry(12) + 644] == 12)
    #expect(table[int: entry(-4) + 644] == -4)
    #expect(table[short: entry(20) + 652] == 1)
    #expect(table[endpoint: entry(12) + 736] == .pm)
    #expect(table[word: entry(other.slot.rawValue) + 648] == KernelAddress.privileges + 15 * 476)
    bench.call(.pm, Message(.scheduleControl, user.endpoint))
    let image = get(11, user.endpoint.rawValue, byteCount: 928)
    #expect(image[word: 660] == base + 4 * 928, "PM's entry")
  }

  @Test func oldDelivery() throws {
    let bench = try Bench(delivery: .signal)
    let (service, user) = (try bench.system(11), try bench.user(12))
    bench.fault(user, at: 0x1234_5678, [.user, .write])
    let image = ProcessImage(bench.kernel.processes[user.slot], .signal).image
    #expect(image.bytes.count == 940)
    #expect((image[word: 700], image[word: 704], image[word: 708]) == (0x1234_5678, 6, 0))
    #expect(image[endpoint: 768] == user.endpoint)
    #expect((image[word: 932], image[word: 936]) == (0x0C0F_FEE1, 0x0C0F_FEE1))
    bench.map(Self.room, of: service)
    for (room, result) in [(940, .ok), (939, .e2big)] as [(Int32, ResultCode)] {
      let reply = bench.call(service, request(11, user.endpoint.rawValue, room: room))
      #expect(reply?.type == result.rawValue)
    }
  }

  /// ABI 12.1: the size of an entry and of the whole table, from what is copied out.
  @Test(arguments: [(FaultDelivery.message, 928, 241_280), (.signal, 940, 244_400)])
  func tableSizes(_ delivery: FaultDelivery, _ entry: Int, _ table: Int) throws {
    let bench = try Bench(processCapacity: 256, delivery: delivery)
    let (service, user) = (try bench.system(11), try bench.user(12))
    for page in 0..<UInt32(64) { bench.map(Self.room + page << 12, of: service) }
    for (number, byteCount) in [(11, entry), (2, table)] as [(Int32, Int)] {
      let which = number == 11 ? user.endpoint.rawValue : 0
      for (room, result) in [(byteCount, .ok), (byteCount - 1, .e2big)] as [(Int, ResultCode)] {
        let reply = bench.call(service, request(number, which, room: Int32(room)))
        #expect(reply?.type == result.rawValue)
      }
      let marks = [UInt8](repeating: 0xA5, count: byteCount + 8)
      bench.write(marks, to: service, at: Self.room)
      #expect(bench.call(service, request(number, which))?.type == 0)
      let bytes = bench.bytes(service, at: Self.room, count: byteCount + 8)
      #expect(
        Array(bytes.suffix(16)) == [0xE1, 0xFE, 0x0F, 0x0C, 0xE1, 0xFE, 0x0F, 0x0C] + marks[..<8])
    }
    let all = KernelImage(bytes: bench.bytes(service, at: Self.room, count: table))
    for slot in [-4, -1, 0, 11, 12, 255] as [Int] {
      #expect(all[int: (slot + 4) * entry + 644] == Int32(slot))
    }
  }

  @Test func privilege() {
    bench.grant(service, [.direct(to: .any, 0, 0)])
    bench.kernel.privileges[bench.kernel.processes[service.slot].privilege].pendingSignals = 0x55
    let image = get(17, Endpoint.itself.rawValue, byteCount: 476)
    #expect(image[int: 0] == 11)
    #expect((image[short: 4], image[short: 6], image[short: 16]) == (15, 0x1A, 0xFFFF))
    #expect(image[word: 18] == bench.kernel.privileges[PrivilegeID(rawValue: 15)].ipcTo)
    #expect((image[word: 22], image[word: 26]) == (.max, .max))
    #expect((image[word: 32], image[word: 36], image[word: 44]) == (0, 0, 0x55))
    #expect((image[word: 468], image[word: 472]) == (Place.pair, 1))
    #expect((image[int: 52], image[word: 104], image[word: 364]) == (.max, 0, 0))
    let all = get(8, byteCount: 32 * 476)
    #expect(Array(all.bytes[15 * 476..<16 * 476]) == image.bytes)
    #expect(all[int: 31 * 476] == Endpoint.none.rawValue)
    let users = get(17, user.endpoint.rawValue, byteCount: 476)
    #expect((users[short: 4], users[short: 6], users[short: 16]) == (14, 6, 8))
  }

  /// What a process may have of the devices, its alarm and its SENDA table.
  @Test func resources() {
    let id = bench.kernel.processes[service.slot].privilege
    var range = KernelImage(byteCount: 8)
    (range[word: 0], range[word: 4]) = (0x60, 0x64)
    bench.kernel.resources[Int(id.rawValue)].ioRanges = [ResourceRange(range)]
    bench.kernel.resources[Int(id.rawValue)].memoryRanges = [
      ResourceRange(range), ResourceRange(range),
    ]
    bench.kernel.resources[Int(id.rawValue)].irqs = [1, 12, 14, 15]
    bench.kernel.privileges[id].alarm = 0x1234
    bench.kernel.privileges[id].asyncTable = AsyncTable(start: LinearAddress(0x5000), count: 7)
    let image = get(17, Endpoint.itself.rawValue, byteCount: 476)
    #expect((image[word: 8], image[word: 12], image[word: 52]) == (0x5000, 7, 0x1234))
    #expect((image[word: 104], image[word: 108], image[word: 112]) == (1, 0x60, 0x64))
    #expect((image[word: 364], image[word: 368], image[word: 380]) == (2, 0x60, 0x64))
    #expect((image[word: 448], image[word: 452], image[word: 464]) == (4, 1, 15))
  }

  @Test func smallTables() {
    let info = get(0, byteCount: 72)
    #expect((info[word: 52], info[word: 56]) == (96, 4))
    #expect(info.bytes[60..<66] == [0x33, 0, 0, 0, 0, 0])
    #expect(info.bytes[66..<72] == [0x31, 0x2E, 0x37, 0, 0, 0])
    let boot = get(1, byteCount: 540)
    #expect((boot[int: 0], boot[int: 32], boot[word: 8]) == (-4, -4, 0))
    #expect(boot.bytes[12 * 36 + 24..<12 * 36 + 27] == [0x76, 0x6D, 0])
    #expect((boot[int: 12 * 36], boot[byte: 12 * 36 + 12], boot[int: 12 * 36 + 16]) == (8, 32, 2))
    #expect((boot[int: 14 * 36 + 32], boot[word: 14 * 36 + 8]) == (10, 0x100))
    #expect(get(18, byteCount: 4)[word: 0] == 60)
    let text = String(decoding: get(4, byteCount: 512).bytes, as: UTF8.self)
    #expect(text.contains("\0hz=60\0") && text.hasSuffix("\0\0"))
    let hooks = get(6, byteCount: 448)
    #expect((0..<16).allSatisfy { hooks[endpoint: 28 * $0 + 16] == .none })
    bench.kernel.irqHooks[2] = IRQHook(
      owner: service.endpoint, line: 14, notifyID: 5, policy: 1)
    let used = get(6, byteCount: 448)
    #expect(
      (used[int: 64], used[endpoint: 72], used[int: 76], used[int: 80])
        == (14, service.endpoint, 5, 1))
    let random = get(3, byteCount: 2184)
    #expect((random[word: 0], random[word: 4]) == (64, 16))
    #expect(random.bytes[8...].allSatisfy { $0 == 0 })
  }

  /// Ready processes besides the one that runs, in slots of six seconds.
  @Test func load() {
    bench.tick(service, 5)
    let first = get(15, byteCount: 308)
    #expect((first[short: 0], first[short: 300], first[word: 304]) == (1, 0, 5))
    bench.tick(service, 3600)
    let later = get(15, byteCount: 308)
    #expect((later[short: 0], later[short: 20]) == (1, 1))
    #expect((later[short: 300], later[word: 304]) == (10, 3605))
  }
}
