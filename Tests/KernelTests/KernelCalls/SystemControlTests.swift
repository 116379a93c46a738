import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// SYS_SYSCTL: ABI 8.9.
@Suite struct SystemControlTests {
  final class Console: KernelConsole {
    var text: [UInt8] = []
    func write(_ text: [UInt8]) { self.text += text }
  }

  let bench: Bench
  let service: Guest
  let console = Console()

  init() throws {
    bench = try Bench()
    service = try bench.system(11)
    bench.kernel.console = console
  }

  private func request(_ code: Int32, _ second: Int32, _ address: UInt32 = Place.message) -> Message
  {
    var message = Message(type: KernelCallNumber.systemControl.messageType)
    message[int: 8] = code
    message[int: 12] = second
    message[word: 20] = address
    return message
  }

  private var printed: String { String(decoding: console.text, as: UTF8.self) }

  @Test func prints() throws {
    bench.write(Array("hello, \u{1F30D}\n".utf8), to: service, at: Place.pair + 0xFFC)
    let length = Int32("hello, \u{1F30D}\n".utf8.count)
    #expect(bench.call(service, request(1, length, Place.pair + 0xFFC))?.type == 0)
    #expect(printed == "hello, \u{1F30D}\n")
    let image = bench.kernel.messages.image
    #expect((image[word: 0], image[word: 4]) == (UInt32(length), UInt32(length)))
    #expect(Array(image.bytes[8..<8 + Int(length)]) == console.text)
  }

  @Test func refuses() {
    for (code, second, address, result) in [
      (1, 0, Place.message, .einval), (1, 2001, Place.message, .einval),
      (1, -1, Place.message, .einval), (1, .min, Place.message, .einval),
      (1, 1, 0xF000_0000, .efault), (0, 1, Place.message, .einval), (3, 1, Place.message, .einval),
      (2, 27342, 0, .einval), (2, 12, 0, .einval), (2, 35534, 0, .einval),
    ] as [(Int32, Int32, UInt32, ResultCode)] {
      #expect(bench.call(service, request(code, second, address))?.type == result.rawValue)
    }
    #expect(console.text.isEmpty)
    #expect(bench.rts(service).isEmpty)
  }

  @Test(arguments: [ResultCode.ok, .efault]) func absentText(_ answer: ResultCode) {
    #expect(bench.call(service, request(1, 3, Place.absent)) == nil)
    if answer == .ok { bench.map(Place.absent, of: service) }
    bench.serveMemoryRequest(
      of: service, at: Place.absent, byteCount: 3, isWrite: false, answer)
    #expect(bench.received(service)?.type == answer.rawValue)
    #expect(console.text.count == (answer == .ok ? 3 : 0))
    bench.checkInvariants()
  }

  /// EBP leads upwards from frame to frame; whatever else it does ends the line.
  @Test(
    arguments: [
      ([0x40, 0xAAAA, 0x60, 0xBBBB, 0, 0xCCCC], " 0x0000aaaa 0x0000bbbb 0x0000cccc\n"),
      ([0x40, 0xAAAA, 0x30, 0xBBBB, 0, 0], " 0x0000aaaa 0x0000bbbb (frame 0x08048030?)\n"),
      ([0x40, 0xAAAA, 0x40, 0xBBBB, 0, 0], " 0x0000aaaa 0x0000bbbb (frame 0x08048040?)\n"),
      ([0x2000, 0xAAAA, 0, 0, 0, 0], " 0x0000aaaa (no frame at 0x0804a000)\n"),
    ] as [([UInt32], String)])
  func stackTraces(_ words: [UInt32], _ expected: String) throws {
    let user = try bench.user(12)
    for (index, place) in [0x20, 0x40, 0x60].enumerated() {
      let link = words[2 * index]
      let frame = [link == 0 ? 0 : Place.message + link, words[2 * index + 1]]
      let bytes = frame.flatMap { word in
        (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
      }
      bench.write(bytes, to: user, at: Place.message + UInt32(place))
    }
    bench.kernel.processes[user.slot].frame.ebp = Place.message + 0x20
    #expect(bench.call(service, request(2, user.endpoint.rawValue))?.type == 0)
    #expect(printed == "p12 36570 0x08049000" + expected)
  }

  @Test func longStacksAndOthers() throws {
    let user = try bench.user(12)
    var bytes: [UInt8] = []
    for index in 1...100 as ClosedRange<UInt32> {
      for word in [Place.message + 8 * index, index] {
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
      }
    }
    bench.write(bytes, to: user, at: Place.message)
    bench.kernel.processes[user.slot].frame.ebp = Place.message
    #expect(bench.call(service, request(2, user.endpoint.rawValue))?.type == 0)
    #expect(printed.hasSuffix(" 0x00000032\n"))
    for endpoint in [Endpoint.pm, .system] {
      #expect(bench.call(service, request(2, endpoint.rawValue))?.type == 0)
    }
  }

  /// The oldest bytes give way; the drivers of consoles are told.
  @Test func theRingAndTheDrivers() throws {
    let bench = try Bench(guestServers: [.pm])
    bench.kernel.boot(.named(.tty), isResident: true)
    bench.kernel.print([UInt8](repeating: 0x61, count: 9_999))
    bench.kernel.print("xyz")
    let image = bench.kernel.messages.image
    #expect((image[word: 0], image[word: 4]) == (2, 10_000))
    #expect(Array(image.bytes[8..<11]) == Array("yza".utf8))
    #expect(image.bytes.last == UInt8(ascii: "x"))
    let id = bench.kernel.processes[Endpoint.tty.slot].privilege
    #expect(bench.kernel.privileges[id].pendingSignals == FaultDelivery.message.signals.output.bit)
  }
}
