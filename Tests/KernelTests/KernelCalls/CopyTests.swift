import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// SYS_VIRCOPY and SYS_PHYSCOPY (ABI 8.2, 8.7), with VM's help (7, read by 13.2 and 13.8).
@Suite struct CopyTests {
  let bench: Bench
  let caller: Guest
  let source: Guest
  let target: Guest
  /// 0x2000 bytes without a pattern that repeats within a page.
  static let pattern = (0..<0x2000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }

  init() throws {
    bench = try Bench()
    (caller, source) = (try bench.system(11), try bench.user(12))
    target = try bench.user(13)
    bench.write(Self.pattern, to: source, at: Place.pair)
  }

  private static var physicalSegment: Int16 { 0x0400 }

  private func request(
    _ call: KernelCallNumber = .virtualCopy, from: (Endpoint, UInt32), to: (Endpoint, UInt32),
    count: UInt32, segments: (Int16, Int16) = (1, 1)
  ) -> Message {
    var message = Message(type: call.messageType)
    message[short: 8] = segments.0
    message[short: 10] = segments.1
    message[endpoint: 12] = from.0
    message[endpoint: 16] = to.0
    message[word: 20] = from.1
    message[word: 24] = to.1
    message[word: 28] = count
    return message
  }

  private func result(_ message: Message) -> ResultCode? {
    bench.call(caller, message).map { ResultCode(rawValue: $0.type) }
  }

  /// Lengths around the borders of pages, at offsets that put the borders in different places.
  @Test(
    arguments: [1, 2, 3, 35, 36, 100, 4095, 4096, 4097, 5000, 8191, 8192] as [UInt32],
    [(0, 0), (1, 0), (0, 1), (4095, 1), (5, 4090), (4096, 3)] as [(UInt32, UInt32)])
  func acrossPages(_ count: UInt32, _ offsets: (UInt32, UInt32)) {
    let (from, to) = (offsets.0, offsets.1)
    guard from + count <= 0x2000, to + count <= 0x2000 else { return }
    #expect(
      result(
        request(
          from: (source.endpoint, Place.pair + from), to: (target.endpoint, Place.pair + to),
          count: count)) == .ok)
    var expected = [UInt8](repeating: 0, count: 0x2000)
    expected.replaceSubrange(
      Int(to)..<Int(to + count), with: Self.pattern[Int(from)..<Int(from + count)])
    #expect(bench.bytes(target, at: Place.pair, count: 0x2000) == expected)
    #expect(bench.memoryRequest() == nil)
  }

  @Test func selfIsTheCaller() {
    bench.write([1, 2, 3], to: caller, at: Place.pair)
    #expect(
      result(request(from: (.itself, Place.pair), to: (target.endpoint, Place.pair), count: 3))
        == .ok)
    #expect(bench.bytes(target, at: Place.pair, count: 3) == [1, 2, 3])
    #expect(
      result(request(from: (source.endpoint, Place.pair + 9), to: (.itself, Place.pair), count: 3))
        == .ok)
    #expect(bench.bytes(caller, at: Place.pair, count: 3) == Array(Self.pattern[9..<12]))
  }

  // MARK: Refusals

  struct Refusal: Sendable, CustomTestStringConvertible {
    var what: String
    var call = KernelCallNumber.virtualCopy
    var from: (Endpoint, UInt32) = (.itself, Place.pair)
    var to: (Endpoint, UInt32) = (.itself, Place.pair)
    var count: UInt32 = 16
    var segments: (Int16, Int16) = (1, 1)
    var result: ResultCode
    var testDescription: String { "\(what): \(result)" }
  }

  static var refusals: [Refusal] {
    var rows = [
      Refusal(what: "length 0", count: 0, result: .edom),
      Refusal(what: "length 0, bad source", from: (.none, 0), count: 0, result: .einval),
      Refusal(what: "length 0, unknown segment", count: 0, segments: (0x200, 1), result: .edom),
      Refusal(what: "bad source", from: (.rs, Place.pair), result: .einval),
      Refusal(what: "bad destination", to: (Endpoint(rawValue: 12), 0x1000), result: .einval),
      Refusal(what: "physical source by VIRCOPY", segments: (0x400, 1), result: .eperm),
      Refusal(what: "physical destination by VIRCOPY", segments: (0, 0x400), result: .eperm),
    ]
    for segment: Int16 in [0x100, 0x1000, 0x1001, 0x1003, 0x2001, 0x0800] {
      rows.append(Refusal(what: "segment \(segment)", segments: (segment, 1), result: .einval))
      rows.append(
        Refusal(
          what: "to segment \(segment)", call: .physicalCopy, segments: (0x400, segment),
          result: .einval))
    }
    for (start, count) in [
      (0xEFFF_FFF1, 16), (0xF000_0000, 1), (0xF000_3000, 4), (0xFFFF_FFFF, 2),
      (0x1000, 0xFFFF_F000),
      (0x1000, .max), (0, 0xF000_0001),
    ] as [(UInt32, UInt32)] {
      rows.append(
        Refusal(what: "source outside", from: (.itself, start), count: count, result: .efault))
      rows.append(
        Refusal(what: "destination outside", to: (.itself, start), count: count, result: .efault))
    }
    for (start, count) in [
      (0x00FF_FFF1, 16), (0x0100_0000, 1), (0xF000_0000, 16), (0xF040_0000, 16), (0xFFFF_FFF8, 16),
    ] as [(UInt32, UInt32)] {
      for isSource in [true, false] {
        rows.append(
          Refusal(
            what: "physical \(hexadecimal(start))", call: .physicalCopy,
            from: isSource ? (.none, start) : (.itself, Place.pair),
            to: isSource ? (.itself, Place.pair) : (.none, start), count: count,
            segments: isSource ? (0x400, 1) : (1, 0x400), result: .efault))
      }
    }
    return rows
  }

  @Test(arguments: refusals) func isRefused(_ row: Refusal) {
    let message = request(
      row.call, from: row.from, to: row.to, count: row.count, segments: row.segments)
    #expect(result(message) == row.result)
    #expect(bench.memoryRequest() == nil)
    bench.checkInvariants()
  }

  // MARK: Physical memory

  @Test func physicalMemory() throws {
    let frame = try #require(bench.physical(target, Place.pair))
    #expect(
      result(
        request(
          .physicalCopy, from: (source.endpoint, Place.pair + 4000),
          to: (.none, frame.rawValue + 5),
          count: 200, segments: (1, Self.physicalSegment))) == .ok)
    #expect(bench.bytes(target, at: Place.pair + 5, count: 200) == Array(Self.pattern[4000..<4200]))
    #expect(
      result(
        request(
          .physicalCopy, from: (.none, frame.rawValue), to: (.none, 0x00FF_F000), count: 4096,
          segments: (Self.physicalSegment, Self.physicalSegment))) == .ok)
    let copied = (0..<4096).map {
      bench.tables.memory.load(UInt8.self, at: .init(0x00FF_F000 + $0))
    }
    #expect(copied == bench.bytes(target, at: Place.pair, count: 4096))
  }

  @Test(
    arguments: [
      (0x5000, 4096, ResultCode.ok), (0x00FF_FFFF, 1, .ok), (0x5000, 0, .ok),
      (0x00FF_FFFF, 2, .efault), (0x0100_0000, 1, .efault), (0xF000_0000, 4096, .efault),
      (0xF040_0000, 4096, .efault), (0xFFFF_FFFF, 1, .efault), (0x5000, .max, .efault),
    ] as [(UInt32, UInt32, ResultCode)])
  func memset(_ base: UInt32, _ count: UInt32, _ expected: ResultCode) {
    let memory = bench.tables.memory
    let before = memory.loadWord(at: PhysicalAddress(base))
    var message = Message(type: KernelCallNumber.memset.messageType)
    message[word: 20] = count
    message[word: 24] = 0xFFFF_FF5A
    message[word: 28] = base
    #expect(result(message) == expected)
    guard expected == .ok, count > 0 else {
      #expect(memory.loadWord(at: PhysicalAddress(base)) == before)
      return
    }
    #expect(memory.load(UInt8.self, at: PhysicalAddress(base)) == 0x5A)
    #expect(memory.load(UInt8.self, at: PhysicalAddress(base + count - 1)) == 0x5A)
    #expect(memory.load(UInt8.self, at: PhysicalAddress(base - 1)) != 0x5A)
    #expect(memory.load(UInt8.self, at: PhysicalAddress(base + count)) != 0x5A)
  }
}
