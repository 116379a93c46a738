import MinixABI
import VMServer

/// Calls by processes.
extension Script {
  mutating func mmap() {
    var caller = tenant()
    var request = Message(type: VMCallNumber.mmap.messageType)
    // MAP_ANON, and MF_PREALLOC at times.
    request[short: 10] = draw.oneIn(8) ? 0x0C : draw.oneIn(20) ? 0 : 0x04
    request[int: 12] = draw.oneIn(20) ? 3 : -1
    if draw.oneIn(4) { request[word: 20] = draw.page(of: caller) }
    if draw.oneIn(20) { request[word: 20] = draw.anything() }
    request[word: 24] = draw.oneIn(20) ? draw.anything() : draw.below(0xC000)
    // The largest number of whole pages; what needs one more; nothing.
    if draw.oneIn(20) { request[word: 24] = draw.element(of: [0xFFFF_F000, 0xFFFF_F001, 0]) ?? 0 }
    guard let reply = send(request, from: caller.endpoint), reply.type == ResultCode.ok.rawValue
    else { return }
    caller.spans.append(Span(start: reply[word: 20], byteCount: request[word: 24]))
    keep(caller)
  }

  /// From where a process thinks that a region begins, mostly.
  mutating func munmap() {
    var caller = tenant()
    let index = Int(draw.below(UInt32(caller.spans.count)))
    let span = caller.spans[index]
    var request = Message(
      type: (draw.oneIn(4) ? VMCallNumber.munmapText : .munmap).messageType)
    request[word: 8] = draw.oneIn(3) ? 1 + draw.below(0x4000) : span.byteCount
    request[word: 20] = draw.oneIn(8) ? draw.address(of: caller) : span.start
    guard let reply = send(request, from: caller.endpoint), reply.type == ResultCode.ok.rawValue,
      request[word: 20] == span.start
    else { return }
    guard index >= Tenant.firstCount else { return }
    let gone = (request[word: 8] + 4095) & ~4095
    caller.spans.remove(at: index)
    if gone < span.byteCount {
      caller.spans.append(Span(start: span.start + gone, byteCount: span.byteCount - gone))
    }
    keep(caller)
  }

  /// Remembers what a process has learnt, of its mappings the latest.
  private mutating func keep(_ tenant: Tenant) {
    guard let index = tenants.firstIndex(where: { $0.endpoint == tenant.endpoint }) else { return }
    tenants[index].spans = tenant.spans
    if tenant.spans.count > Tenant.firstCount + 8 {
      tenants[index].spans.remove(at: Tenant.firstCount)
    }
  }

  /// What VM has no answer to but a refusal: numbers that nobody knows, calls that are others' to
  /// make, notifications about nothing.
  mutating func ask() {
    if draw.oneIn(4) {
      notify(draw.anything() & 0x00FF_FFFF, from: draw.oneIn(2) ? .system : .clock)
      return
    }
    let number = VMCallNumber.base - 2 + Int32(draw.below(300))
    var request = Message(type: draw.oneIn(10) ? Int32(bitPattern: draw.anything()) : number)
    for offset in stride(from: 8, to: 36, by: 4) { request[word: offset] = draw.anything() }
    _ = send(request, from: tenant().endpoint)
  }
}
