import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// ABI 8.1 and the errors of 8.3 to 8.7 and 6, for the kernel calls that exist so far.
@Suite struct RefusedCallTests {
  /// A request of a service's, about a user, another service, or nobody.
  struct Row: Sendable, CustomTestStringConvertible {
    var what: String
    var request: Message
    var result: ResultCode
    var testDescription: String { "\(what): \(result)" }

    init(_ what: String, _ request: Message, _ result: ResultCode) {
      (self.what, self.request, self.result) = (what, request, result)
    }
  }

  static let user = Endpoint(generation: 1, slot: ProcessSlot(rawValue: 12))
  /// Whom no call finds. 12 is the user's slot, but not its generation.
  static let nobody = [Endpoint.none, .any, .rs, Endpoint(rawValue: 12), Endpoint(rawValue: -7)]

  static var rows: [Row] {
    var rows: [Row] = []
    for type in [Int32.min, -1, 0, 0x5FF, 0x638, 0xC00, .max] {
      rows.append(Row("type \(type)", Message(type: type), .ebadrequest))
    }
    for index: Int32 in [17, 18, 29, 30, 40, 41, 42] {
      rows.append(Row("index \(index)", Message(type: 0x600 + index), .ebadrequest))
    }
    let aboutSomebody: [KernelCallNumber] = [
      .clear, .schedule, .scheduleControl, .runControl, .kill, .endKernelSignal, .vmControl,
    ]
    for call in aboutSomebody {
      for endpoint in nobody where call != .schedule || endpoint.slot.rawValue != 12 {
        rows.append(Row("\(call) of \(endpoint)", Message(call, endpoint, 12), .einval))
      }
    }
    rows += [
      Row("RUNCTL of a task", Message(.runControl, .clock, 0), .eperm),
      Row("RUNCTL with an unknown action", Message(.runControl, user, 2), .einval),
      Row("KILL of a task", Message(.kill, .system, 15), .eperm),
      Row("KILL with SIGSNDELAY", Message(.kill, user, 26), .einval),
      Row("KILL with a negative number", Message(.kill, user, -1), .einval),
      Row("SCHEDULE of another's", Message(.schedule, user, 8, 8), .eperm),
      Row("ENDKSIG by another", Message(.endKernelSignal, user), .eperm),
    ]
    for parameter: Int32 in [-1, 0, 9, 11, 17, 18, 21, 22, 25, 29, 99] {
      rows.append(Row("VMCTL \(parameter)", Message(.vmControl, .itself, parameter), .einval))
    }
    for directory: UInt32 in [
      1, 0x1000, 0xF000_0000, 0xF000_8000, 0xF03F_F000, 0xF040_0001, 0xF840_0000, .max,
    ] {
      rows.append(
        Row(
          "SETCR3 \(hexadecimal(directory))",
          Message(.setCR3, who: user, value: directory), .einval))
    }
    return rows
  }

  @Test(arguments: rows) func isRefused(_ row: Row) throws {
    let bench = try Bench()
    let (service, user) = (try bench.system(11), try bench.user(12))
    _ = bench.resume(user)
    let before = (bench.rts(user), bench.kernel.processes[user.slot].directory)
    let reply = try #require(bench.call(service, row.request))
    #expect(reply.type == row.result.rawValue)
    #expect(reply.source == .system)
    // Whatever else stood in the request stands in the reply.
    for offset in stride(from: 8, to: 36, by: 4) {
      #expect(reply[word: offset] == row.request[word: offset])
    }
    #expect((bench.rts(user), bench.kernel.processes[user.slot].directory) == before)
    #expect(bench.rts(service).isEmpty)
    #expect(bench.result(service).rawValue == Int32(Place.message), "EAX is preserved")
    bench.checkInvariants()
  }

  /// Users have no kernel call, whether there is one of that number or not.
  @Test func usersAreDenied() throws {
    let bench = try Bench()
    let user = try bench.user(11)
    for index in -1...56 as ClosedRange<Int32> {
      let isNumber = (0..<56).contains(index)
      let expected: ResultCode = isNumber ? .ecalldenied : .ebadrequest
      #expect(bench.call(user, Message(type: 0x600 + index))?.type == expected.rawValue)
    }
    #expect(bench.kernel.statistics[user.slot].kernelCalls == 58)
    bench.checkInvariants()
  }

  /// VFS may copy and kill, and not much else.
  @Test func fileServersHaveTheirOwnSet() throws {
    let bench = try Bench()
    let user = try bench.user(11)
    for call in [
      KernelCallNumber.clear, .schedule, .memset, .physicalCopy, .vmControl, .runControl,
    ] {
      #expect(bench.call(.vfs, Message(call, user.endpoint)) == .ecalldenied)
    }
    #expect(bench.call(.vfs, Message(.kill, user.endpoint, 15)) == .ok)
    var copy = Message(.virtualCopy, .none)
    copy[endpoint: 12] = user.endpoint
    copy[endpoint: 16] = user.endpoint
    #expect(bench.call(.vfs, copy) == .edom)
  }

  @Test func endksigNeedsASignal() throws {
    let bench = try Bench()
    let user = try bench.user(11)
    #expect(bench.call(.pm, Message(.endKernelSignal, user.endpoint)) == .einval)
  }

  /// SYS_EXIT answers nothing; the manager hears SIGABRT.
  @Test func exitHasNoReply() throws {
    let bench = try Bench()
    let service = try bench.system(11)
    let request = Message(type: KernelCallNumber.exit.messageType)
    #expect(bench.call(service, request) == request)
    #expect(bench.fetchSignal() == (service.endpoint, Signal.abort.bit))
    bench.checkInvariants()
  }

  /// SYS_SCHEDULE by the scheduler itself: priorities and quanta out of range.
  @Test func scheduleRanges() throws {
    let bench = try Bench()
    let user = try bench.user(11)
    #expect(bench.call(.pm, Message(.scheduleControl, user.endpoint)) == .ok)
    for (priority, quantum) in [(-1, 8), (16, 8), (99, 8), (8, 0), (8, -1)] as [(Int32, Int32)] {
      let request = Message(.schedule, user.endpoint, priority, quantum)
      #expect(bench.call(.pm, request) == .einval)
    }
    for (priority, quantum) in [(0, 1), (15, 127), (7, 100_000)] as [(Int32, Int32)] {
      #expect(bench.call(.pm, Message(.schedule, user.endpoint, priority, quantum)) == .ok)
      #expect(bench.kernel.processes[user.slot].priority == Int8(priority))
      #expect(bench.kernel.processes[user.slot].ticksLeft == Int8(clamping: quantum))
      bench.checkInvariants()
    }
    // The quantum's size is another thing.
    #expect(bench.kernel.processes[user.slot].quantum == 8)
  }
}
