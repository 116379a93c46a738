import I386
import MinixABI
import Testing

@testable import Kernel

/// The calls of device drivers on a machine without devices: ABI 8.9, issue 3.
@Suite struct DeviceTests {
  let bench: Bench
  let service: Guest
  let other: Guest

  init() throws {
    bench = try Bench()
    (service, other) = (try bench.system(11), try bench.system(12))
  }

  private func devio(_ request: Int32, _ port: UInt32) -> Message {
    var message = Message(type: KernelCallNumber.devio.messageType)
    message[int: 16] = request
    message[word: 20] = port
    message[word: 24] = 0x1234_5678
    return message
  }

  @Test(
    arguments: [
      (0x11, 0x61, .ok, 0xFF), (0x21, 0x60, .ok, 0xFFFF), (0x31, 0xCF8, .ok, .max),
      (0x12, 0x61, .ok, 0x1234_5678), (0x22, 0x60, .ok, 0x1234_5678), (0x30, 0, .ok, 0x1234_5678),
      (0x21, 0x61, .eperm, 0x1234_5678), (0x31, 0x62, .eperm, 0x1234_5678),
      (0x41, 0x60, .einval, 0x1234_5678), (0x01, 0x61, .eperm, 0x1234_5678),
      (0x02, 0x60, .einval, 0x1234_5678),
    ] as [(Int32, UInt32, ResultCode, UInt32)])
  func onePort(_ request: Int32, _ port: UInt32, _ result: ResultCode, _ value: UInt32) throws {
    let reply = try #require(bench.call(service, devio(request, port)))
    #expect(reply.type == result.rawValue)
    #expect(reply[word: 24] == value)
  }

  /// CHECK_IO_PORT: only the listed ports, each access wholly in one range.
  @Test func onlyTheirPorts() {
    let id = bench.kernel.processes[service.slot].privilege
    bench.kernel.privileges[id].flags.insert(.checksIOPort)
    var image = KernelImage(byteCount: 8)
    (image[word: 0], image[word: 4]) = (0x1F0, 0x1F5)
    bench.kernel.resources[Int(id.rawValue)].ioRanges = [ResourceRange(image)]
    for (request, port, result) in [
      (0x11, 0x1F0, .ok), (0x12, 0x1F5, .ok), (0x21, 0x1F4, .ok), (0x31, 0x1F0, .ok),
      (0x31, 0x1F4, .eperm), (0x11, 0x1EF, .eperm), (0x11, 0x1F6, .eperm),
      (0x31, 0xFFFF_FFFC, .eperm), (0x31, 0xFFFF_FFFF, .eperm),
    ] as [(Int32, UInt32, ResultCode)] {
      #expect(bench.call(service, devio(request, port))?.type == result.rawValue)
    }
    bench.write([0xF0, 1, 0, 0, 0xF6, 1, 0, 0], to: service, at: Place.message + 0x100)
    #expect(bench.call(service, vdevio(0x11, 1))?.type == 0)
    #expect(bench.call(service, vdevio(0x11, 2))?.type == ResultCode.eperm.rawValue)
    #expect(bench.call(service, sdevio(0x11))?.type == 0)
    #expect(bench.call(service, sdevio(0x11, port: 0x1F6))?.type == ResultCode.eperm.rawValue)
  }

  private func vdevio(_ request: Int32, _ count: Int32, _ address: UInt32 = Place.message + 0x100)
    -> Message
  {
    var message = Message(type: KernelCallNumber.vdevio.messageType)
    message[int: 16] = request
    message[int: 24] = count
    message[word: 28] = address
    return message
  }

  @Test func vectors() {
    let here = Place.message + 0x100
    let pairs: [UInt8] = [0x60, 0, 1, 9, 0x64, 0, 2, 9]
    for (request, expected) in [
      (0x11, [0x60, 0, 0xFF, 9, 0x64, 0, 0xFF, 9]),
      (0x21, [0x60, 0, 0xFF, 0xFF, 0x64, 0, 0xFF, 0xFF]),
      (0x31, [0x60, 0, 1, 9, 0xFF, 0xFF, 0xFF, 0xFF]), (0x12, pairs), (0x22, pairs), (0x32, pairs),
    ] as [(Int32, [UInt8])] {
      bench.write(pairs, to: service, at: here)
      #expect(bench.call(service, vdevio(request, request & 0x30 == 0x30 ? 1 : 2))?.type == 0)
      #expect(bench.bytes(service, at: here, count: 8) == expected)
    }
  }

  @Test func refusedVectors() {
    for (request, count, result) in [
      (0x10, 1, .einval), (0x13, 1, .einval), (0x41, 1, .einval), (0x11, 0, .einval),
      (0x11, -1, .einval), (0x11, 16, .ok), (0x11, 17, .e2big), (0x31, 8, .ok), (0x31, 9, .e2big),
      (0x21, .max, .e2big),
    ] as [(Int32, Int32, ResultCode)] {
      #expect(bench.call(service, vdevio(request, count))?.type == result.rawValue)
    }
    bench.write([0x61, 0, 0, 0], to: service, at: Place.message + 0x100)
    #expect(bench.call(service, vdevio(0x21, 1))?.type == ResultCode.eperm.rawValue)
    #expect(
      bench.call(service, vdevio(0x11, 1, 0xF000_0000))?.type
        == ResultCode.efaultSource.rawValue)
    #expect(bench.call(service, vdevio(0x11, 1, Place.readOnly)) == nil)
    bench.serveMemoryRequest(
      of: service, at: Place.readOnly, byteCount: 4, isWrite: true, .efault)
    #expect(bench.received(service)?.type == ResultCode.efaultDestination.rawValue)
  }

  private func sdevio(
    _ request: Int32, _ who: Endpoint = .itself, _ buffer: UInt32 = Place.message + 0x100,
    _ count: UInt32 = 4, port: UInt32 = 0x1F0, offset: UInt32 = 0
  ) -> Message {
    var message = Message(type: KernelCallNumber.sdevio.messageType)
    message[word: 8] = offset
    message[endpoint: 12] = who
    message[int: 16] = request
    message[word: 20] = port
    message[word: 24] = count
    message[word: 28] = buffer
    return message
  }

  @Test func strings() {
    bench.grant(
      other,
      [
        .direct(to: service.endpoint, Place.message + 0x200, 64, [.used, .valid, .write]),
        .direct(to: service.endpoint, Place.message + 0x200, 64, [.used, .valid, .read]),
      ])
    let me = service.endpoint
    let them = other.endpoint
    for (request, result) in [
      (sdevio(0x11), .ok), (sdevio(0x21), .ok), (sdevio(0x12, me), .ok), (sdevio(0x31), .einval),
      (sdevio(0x41), .einval), (sdevio(0x10), .einval), (sdevio(0x21, port: 0x1F1), .eperm),
      (sdevio(0x11, them), .eperm), (sdevio(0x11, .none), .eperm), (sdevio(0x11, .system), .eperm),
      (sdevio(0x111, .none), .einval), (sdevio(0x111, .system), .eperm),
      (sdevio(0x11, .itself, 0xF000_0000), .efault),
      (sdevio(0x11, .itself, Place.message, 0), .efault),
      (sdevio(0x11, .itself, Place.message, .max), .efault),
      (sdevio(0x111, them, 0, 8), .ok), (sdevio(0x112, them, 0, 8), .eperm),
      (sdevio(0x112, them, 1, 8), .ok), (sdevio(0x111, them, 1, 8), .eperm),
      (sdevio(0x111, them, 0, 64), .ok), (sdevio(0x111, them, 0, 64, offset: 1), .eperm),
      (sdevio(0x111, them, 2, 8), .eperm), (sdevio(0x111, .itself, 0, 8), .eperm),
    ] as [(Message, ResultCode)] {
      #expect(bench.call(service, request)?.type == result.rawValue, "\(request.words)")
      #expect(bench.rts(service).isEmpty)
    }
    #expect(bench.bytes(service, at: Place.message + 0x100, count: 5) == [255, 255, 255, 255, 0])
    #expect(bench.bytes(other, at: Place.message + 0x23F, count: 2) == [255, 0])
    bench.checkInvariants()
  }

  /// A long buffer across pages, of which one has to come first.
  @Test func longStrings() {
    bench.map(Place.nowhere, of: service)
    let request = sdevio(0x11, .itself, Place.nowhere + 0x800, 0x1000)
    #expect(bench.call(service, request) == nil)
    #expect(bench.bytes(service, at: Place.nowhere + 0x800, count: 1) == [0])
    bench.map(Place.nowhere + 0x1000, of: service)
    bench.serveMemoryRequest(
      of: service, at: Place.nowhere + 0x800, byteCount: 0x1000, isWrite: true, .ok)
    #expect(bench.received(service)?.type == 0)
    #expect(
      bench.bytes(service, at: Place.nowhere + 0x7FF, count: 0x1002)
        == [0] + [UInt8](repeating: 255, count: 0x1000) + [0])
  }

  @Test func neitherBIOSNorProfiles() {
    var read = Message(type: KernelCallNumber.readBIOS.messageType)
    (read[word: 20], read[word: 28]) = (0xF_FFF0, Place.message)
    #expect(bench.call(service, read)?.type == ResultCode.edom.rawValue)
    read[word: 8] = 16
    #expect(bench.call(service, read)?.type == ResultCode.efault.rawValue)
    var call = Message(type: KernelCallNumber.int86.messageType)
    call[word: 20] = Place.message
    #expect(bench.call(service, call)?.type == ResultCode.einval.rawValue)
    call[word: 20] = 0xF000_0000
    #expect(bench.call(service, call)?.type == ResultCode.efault.rawValue)
    for number in [KernelCallNumber.statisticalProfile, .callProfile, .profileBuffer] {
      let message = Message(type: number.messageType)
      #expect(bench.call(service, message)?.type == ResultCode.enosys.rawValue)
    }
  }
}
