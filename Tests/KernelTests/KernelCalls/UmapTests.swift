import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// SYS_UMAP: ABI 8.7, read by 17. SYS_MEMSET's own.
@Suite struct UmapTests {
  let bench: Bench
  let service: Guest
  let user: Guest

  init() throws {
    bench = try Bench()
    (service, user) = (try bench.system(11), try bench.user(12))
  }

  private func umap(_ segment: Int16, _ who: Endpoint, _ address: UInt32, _ count: UInt32)
    -> Message
  {
    bench.call(service, .umap(segment, who, address, count)) ?? Message(type: 1)
  }

  @Test func translates() throws {
    for segment: Int16 in [0, 1, 2] {
      let reply = umap(segment, user.endpoint, Place.message + 5, 7)
      #expect((reply.type, reply[word: 24]) == (0, Place.message + 5))
    }
    let frame = try #require(bench.physical(user, Place.message + 5))
    for segment: Int16 in [0x1000, 0x1001, 0x1002] {
      let reply = umap(segment, user.endpoint, Place.message + 5, 7)
      #expect((reply.type, reply[word: 24]) == (0, frame.rawValue))
    }
    #expect(umap(0x1001, .itself, Place.message, 1).type == 0)
  }

  @Test func refuses() {
    for endpoint in [Endpoint.none, .any, Endpoint(rawValue: 12)] {
      #expect(umap(1, endpoint, Place.message, 4).type == ResultCode.einval.rawValue)
    }
    for segment: Int16 in [0x100, 0x400, 0x800, -1, 0x2001] {
      #expect(
        umap(segment, user.endpoint, Place.message, 4).type == ResultCode.einval.rawValue,
        "\(segment)")
    }
    for (address, count) in [
      (Place.absent, 4), (Place.readOnly, 0x1001), (Place.message, 0), (0, 4),
      (0xF000_0000, 4), (0xEFFF_FFFF, 2), (0xFFFF_FFFF, 4), (Place.message, .max),
      // Present, but not one after the other in physical memory.
      (Place.pair, 0x1001), (Place.pair + 0xFFF, 2),
    ] as [(UInt32, UInt32)] {
      for segment: Int16 in [1, 0x1001, 0x1004] {
        let reply = umap(segment, user.endpoint, address, count)
        #expect(reply.type == ResultCode.efault.rawValue, "\(hexadecimal(address))")
      }
    }
    #expect(umap(0x1004, user.endpoint, Place.message, 4).type == ResultCode.efault.rawValue)
    #expect(umap(0x1001, .pm, 0x1000, 4).type == ResultCode.efault.rawValue)
    #expect(umap(0x1001, .system, Place.message, 4).type == ResultCode.efault.rawValue)
    // Nothing was asked of VM.
    #expect(bench.memoryRequest() == nil)
    #expect(bench.rts(service).isEmpty && bench.rts(user).isEmpty)
    bench.checkInvariants()
  }

  @Test func contiguousPages() throws {
    let frames = (bench.takeFrame(), bench.takeFrame())
    bench.map(Place.nowhere, of: user, to: frames.0)
    bench.map(Place.nowhere + 0x1000, of: user, to: frames.1)
    let reply = umap(0x1001, user.endpoint, Place.nowhere + 1, 0x1FFF)
    #expect((reply.type, reply[word: 24]) == (0, frames.0.rawValue + 1))
    #expect(umap(0x1001, user.endpoint, Place.nowhere + 1, 0x2000).type != 0)
  }

  @Test func bios() {
    for (address, count, isBIOS) in [
      (4, 0x4FB, true), (4, 0x4FC, false), (0x9_0000, 0x7_0000, true), (0x8_FFFF, 2, false),
      (0xF_FFFF, 2, false), (0xFFFF_FFFF, 0xFFFF_FFFF, false), (0x9_0000, 0, false),
    ] as [(UInt32, UInt32, Bool)] {
      let reply = umap(0x200, user.endpoint, address, count)
      #expect(reply.type == (isBIOS ? ResultCode.ok : .efault).rawValue)
      if isBIOS { #expect(reply[word: 24] == address) }
    }
  }

  @Test func grants() throws {
    bench.grant(
      service, [.direct(to: user.endpoint, Place.message + 0x10, 0x20, [.used, .valid])])
    let frame = try #require(bench.physical(service, Place.message))
    let reply = umap(0x1003, .itself, 0, 0x20)
    #expect((reply.type, reply[word: 24]) == (0, frame.rawValue + 0x10))
    #expect(umap(0x1003, .itself, 0, 0x21).type == ResultCode.efault.rawValue)
    #expect(umap(0x1003, .itself, 1, 4).type == ResultCode.efault.rawValue)
    #expect(umap(0x1003, .itself, .max, 4).type == ResultCode.efault.rawValue)
    #expect(umap(0x1003, user.endpoint, 0, 4).type == ResultCode.efault.rawValue)
  }

  @Test func memsetFillsExactly() throws {
    let frame = try #require(bench.physical(user, Place.message))
    bench.write(Array(repeating: 0x11, count: 32), to: user, at: Place.message)
    for (offset, count) in [(1, 1), (4, 3), (8, 0), (16, 5)] as [(UInt32, UInt32)] {
      #expect(
        bench.call(service, .memset(frame.rawValue + offset, count, 0xFFFF_FFEE))?.type == 0)
    }
    var expected = Array(repeating: UInt8(0x11), count: 32)
    for index in [1, 4, 5, 6, 16, 17, 18, 19, 20] { expected[index] = 0xEE }
    #expect(bench.bytes(user, at: Place.message, count: 32) == expected)
  }
}
