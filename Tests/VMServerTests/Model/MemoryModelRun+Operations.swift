import I386
import MinixABI

@testable import VMServer

/// What can happen.
extension MemoryModelRun {
  func random(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }

  private func chance(_ percent: Int) -> Bool { random(0..<100) < percent }

  /// A living process.
  private func someSlot() -> Int {
    let slots = model.spaces.keys.sorted()
    return slots[random(0..<slots.count)]
  }

  /// Mostly a page of one of its regions, of the stack the last ones; now and then any.
  private func somePage(_ slot: Int) -> UInt32 {
    guard let regions = model.spaces[slot]?.regions, !regions.isEmpty, !chance(4) else {
      return UInt32(random(0..<0xF0000))
    }
    let region = regions[random(0..<regions.count)]
    let count = min(region.end - region.start, 12)
    return chance(5) ? region.end : region.end - 1 - UInt32(random(0..<Int(count)))
  }

  func operate() throws {
    guard !model.spaces.isEmpty else { return try create(random(Self.slots)) }
    let slot = someSlot()
    model.touched.insert(slot)
    switch random(0..<100) {
    case 0..<52: try touch(slot, somePage(slot), isWrite: chance(60))
    case 52..<60: try check(slot)
    case 60..<66: try mmap(slot)
    case 66..<71: try munmap(slot)
    case 71..<76: try brk(slot)
    case 76..<84: try fork(slot, random(Self.slots))
    case 84..<88: try exit(slot)
    case 88..<90: try exec(slot)
    case 90..<96: try grant(slot, someSlot())
    case 96..<99: try revoke(slot)
    default: try create(random(Self.slots))
    }
  }

  private func call(_ request: Message, from source: Endpoint = .pm) throws -> Message {
    var request = request
    request.source = source
    kernel.replies = []
    vm.handle(request, status: IPCStatus(call: .sendrec))
    try expect(kernel.replies.count == 1, "\(kernel.replies.count) replies")
    return kernel.replies[0]
  }

  private func settle(
    _ name: String, _ details: String, _ result: Int32, _ expected: ResultCode
  ) throws {
    note(name, "\(result)", details)
    try expect(result == expected.rawValue, "\(name) answers \(result), not \(expected)")
  }

  // MARK: Memory is used

  /// An access as a CPU makes it: with a fault where the entry forbids it, now and then without need.
  private func touch(_ slot: Int, _ page: UInt32, isWrite: Bool) throws {
    let entry = entry(slot, page)
    let isAllowed = entry.map { !isWrite || $0.isWritable } ?? false
    if isAllowed, !chance(5) {
      note("touch", "allowed", "\(slot) \(page)")
      return try use(slot, page, isWrite: isWrite)
    }
    guard let endpoint = model.spaces[slot]?.endpoint else { return }
    var error: PageFaultErrorCode = isWrite ? [.user, .write] : [.user]
    if entry != nil { error.insert(.protection) }
    var message = Message(
      pageFaultAt: page << 12 | UInt32(random(0..<4096)), errorCode: error.rawValue)
    message.source = endpoint
    (kernel.kills, kernel.clears) = ([], [])
    vm.handle(message, status: IPCStatus(call: .send, fromKernel: true))
    let outcome = model.fault(slot, page, isWrite: isWrite)
    note("fault", "\(outcome)", "\(slot) \(page) write \(isWrite)")
    let isKilled = outcome == .segv || outcome == .outOfMemory
    try expect(
      kernel.kills == (isKilled ? [endpoint] : []), "killed \(kernel.kills), \(outcome)")
    try expect(kernel.clears == [endpoint], "cleared \(kernel.clears)")
    if !isKilled { try use(slot, page, isWrite: isWrite) }
  }

  private func serve(_ request: Message) throws -> Int32 {
    kernel.request = request
    kernel.results = []
    var notification = Message(type: 0x1002)
    notification.source = .system
    notification.notifyArgument = FaultDelivery.message.signals.memory.bit
    vm.handle(notification, status: IPCStatus(call: .notify))
    try expect(kernel.results.count == 1, "\(kernel.results.count) answers")
    return kernel.results[0]
  }

  private func check(_ slot: Int) throws {
    let (page, isWrite) = (somePage(slot), chance(50))
    let address = page << 12 | UInt32(random(0..<4096))
    let count = UInt32(random(0..<4 * 4096))
    var request = Message(type: 1)
    request[endpoint: 8] = model.spaces[slot]?.endpoint ?? .none
    request[word: 12] = address
    request[word: 16] = count
    request[short: 32] = isWrite ? 1 : 0
    request[endpoint: 28] = .vfs
    let result = try serve(request)
    let expected = model.handleMemory(slot, address, count, isWrite: isWrite)
    try settle("check", "\(slot) \(address) \(count) write \(isWrite)", result, expected)
  }

  private func shareRequest(
    _ type: Int32, _ source: ModelPlace, _ target: ModelPlace, _ count: UInt32, isWritable: Bool
  ) throws -> Int32 {
    var request = Message(type: type)
    request[endpoint: 8] = model.spaces[target.slot]?.endpoint ?? .none
    request[word: 12] = target.page << 12
    request[word: 16] = count << 12
    request[endpoint: 20] = model.spaces[source.slot]?.endpoint ?? .none
    request[word: 24] = source.page << 12
    request[endpoint: 28] = request[endpoint: 8]
    request[short: 32] = isWritable ? 1 : 0
    return try serve(request)
  }

  private func grant(_ source: Int, _ target: Int) throws {
    model.touched.insert(target)
    let from = ModelPlace(slot: source, page: min(somePage(source), 0xEFFF0))
    let to = ModelPlace(slot: target, page: min(somePage(target), 0xEFFF0))
    let (count, isWritable) = (UInt32(random(1..<4)), chance(60))
    let result = try shareRequest(3, from, to, count, isWritable: isWritable)
    let expected = model.grant(from, to: to, count, isWritable: isWritable)
    try settle("grant", "\(from) to \(to) \(count) writable \(isWritable)", result, expected)
  }

  private func revoke(_ slot: Int) throws {
    let granted = (model.spaces[slot]?.pages ?? [:]).filter(\.value.block.isGranted).keys
    let page = min(chance(80) ? granted.min() ?? somePage(slot) : somePage(slot), 0xEFFF0)
    let count = UInt32(random(1..<4))
    let place = ModelPlace(slot: slot, page: page)
    let result = try shareRequest(4, place, place, count, isWritable: false)
    try settle(
      "revoke", "\(place) \(count)", result, model.revoke(slot, page..<page + count))
  }
}

// MARK: - Calls

extension MemoryModelRun {
  private func mmap(_ slot: Int) throws {
    guard let endpoint = model.spaces[slot]?.endpoint else { return }
    let (count, slack) = (UInt32(random(1..<13)), UInt32(random(0..<4096)))
    let hint = chance(30) ? somePage(slot) : 0
    let isPreallocated = chance(25)
    var request = Message(type: VMCallNumber.mmap.messageType)
    request[short: 10] = isPreallocated ? 12 : 4
    request[int: 12] = -1
    request[word: 20] = hint << 12
    request[word: 24] = count << 12 - slack
    let reply = try call(request, from: endpoint)
    let details = "\(slot) \(count) at \(hint) preallocated \(isPreallocated)"
    switch model.mmap(slot, count, hint: hint, isPreallocated: isPreallocated) {
    case .failure(let error): try settle("mmap", details, reply.type, error)
    case .success(let page):
      try settle("mmap", details, reply.type, .ok)
      try expect(reply[word: 20] == page << 12, "mmap at \(reply[word: 20]), not page \(page)")
    }
  }

  private func munmap(_ slot: Int) throws {
    guard let space = model.spaces[slot], !space.regions.isEmpty else { return }
    let region = space.regions[random(0..<space.regions.count)]
    let start = chance(10) ? somePage(slot) : region.start
    let most = min(region.end - region.start, 14)
    let count = chance(50) ? most : UInt32(random(0..<Int(most) + 2))
    var request = Message(type: VMCallNumber.munmap.messageType)
    request[word: 8] = count << 12
    request[word: 20] = start << 12
    let reply = try call(request, from: space.endpoint)
    try settle("munmap", "\(slot) \(start) \(count)", reply.type, model.munmap(slot, start, count))
  }

  private func brk(_ slot: Int) throws {
    guard let space = model.spaces[slot] else { return }
    let offset = chance(10) ? random(-0x8000..<0x8000) : random(-4..<10)
    let page = max(Int(space.heapEnd) + offset, 0)
    let address = UInt32(page) << 12 + UInt32(random(0..<4096))
    var request = Message(type: VMCallNumber.brk.messageType)
    request[endpoint: 8] = space.endpoint
    request[word: 20] = address
    kernel.stackPointer = 0x7FFF_F000
    let reply = try call(request)
    try settle("brk", "\(slot) \(address)", reply.type, model.brk(slot, address))
  }

  private func fork(_ parent: Int, _ child: Int) throws {
    guard let endpoint = model.spaces[parent]?.endpoint else { return }
    let isFree = model.spaces[child] == nil
    kernel.childEndpoint = isFree ? newEndpoint(child) : .none
    kernel.forkMessageAddress = somePage(parent) << 12 | UInt32(random(0..<1024)) * 4
    var request = Message(type: VMCallNumber.fork.messageType)
    request[endpoint: 8] = endpoint
    request[int: 12] = Int32(child)
    let reply = try call(request)
    model.touched.insert(child)
    let expected =
      isFree
      ? model.fork(
        parent, child, kernel.childEndpoint, messageAddress: kernel.forkMessageAddress)
      : .einval
    try settle("fork", "\(parent) \(child)", reply.type, expected)
    try expect(
      expected != .ok || reply[endpoint: 16] == kernel.childEndpoint, "the child's endpoint")
  }

  func exit(_ slot: Int) throws {
    guard let endpoint = model.spaces[slot]?.endpoint else { return }
    for number in [VMCallNumber.willExit, .exit] {
      var request = Message(type: number.messageType)
      request[endpoint: 8] = endpoint
      try settle("exit", "\(slot)", try call(request).type, .ok)
    }
    model.exit(slot)
    try expect(
      kernel.presentCount(of: vm.tablePages.directory(ofSlot: slot)) == 0, "an empty directory")
  }

  /// Up to three regions, the first read-only.
  private func someLayout() -> [ModelRegion] {
    var regions: [ModelRegion] = []
    var start = UInt32(0x8048 + random(0..<3) * 0x3FC)
    for index in 0..<random(1..<4) {
      let end = start + UInt32(random(1..<9))
      regions.append(ModelRegion(start: start, end: end, isWritable: index > 0))
      start = end + UInt32(random(0..<2) * random(0..<20))
    }
    return regions
  }

  private func exec(_ slot: Int) throws {
    guard let endpoint = model.spaces[slot]?.endpoint else { return }
    let regions = someLayout()
    var argument = [UInt32](repeating: 0, count: 14)
    for region in regions {
      argument += [
        region.start << 12, (region.end - region.start) << 12, region.isWritable ? 1 : 0,
      ]
    }
    kernel.argument = argument
    var request = Message(type: VMCallNumber.execNewMemory.messageType)
    request[endpoint: 8] = endpoint
    request[word: 12] = UInt32(argument.count * 4)
    let reply = try call(request)
    try settle("exec", "\(slot) \(regions)", reply.type, model.exec(slot, regions))
  }

  /// A process that comes from outside, as those of the boot image do.
  private func create(_ slot: Int) throws {
    let regions = someLayout()
    let pages = Set(regions.flatMap { Array($0.start..<$0.end) })
    guard model.spaces[slot] == nil,
      model.policy != .eager || pages.count <= model.blocksLeft && model.tablesLeft >= 4
    else { return note("create", "nothing", "\(slot)") }
    let endpoint = newEndpoint(slot)
    vm.createAddressSpace(for: endpoint)
    for region in regions + [ModelRegion(start: 0x7C000, end: 0x80000)] {
      let isAdded = vm.addRegion(
        start: LinearAddress(region.start << 12), byteCount: (region.end - region.start) << 12,
        isWritable: region.isWritable, to: endpoint)
      try expect(isAdded, "region \(region)")
    }
    let isPopulated = vm.populate(endpoint)
    try expect(isPopulated, "populate")
    model.spaces[slot] = ModelSpace(endpoint: endpoint)
    model.begin(slot, regions)
    model.touched.insert(slot)
    note("create", "done", "\(slot)")
  }
}
