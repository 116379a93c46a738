import I386
import MinixABI
import Testing

@testable import Kernel

/// Every place in memory that a kernel call reads or writes: if it isn't there, the call waits for
/// VM with the whole range, and nothing has happened before. ABI 7, 8.2, read by 13.2, 13.8, 13.12.
@Suite struct AbsentMemoryTests {
  /// Whose memory is missing.
  enum Owner: Sendable {
    case caller, user, other
  }

  struct Row: Sendable, CustomTestStringConvertible {
    var what: String
    var owner = Owner.caller
    var start = Place.absent
    var byteCount: UInt32
    var isWrite = false
    /// The call's answer when VM has made the memory there, all zeros.
    var granted = ResultCode.ok
    /// And when VM refuses.
    var refused = ResultCode.efault
    var request: @Sendable (Scene) throws -> Message
    var testDescription: String { what }

    init(
      _ what: String, _ byteCount: UInt32, of owner: Owner = .caller,
      at start: UInt32 = Place.absent,
      isWrite: Bool = false, granted: ResultCode = .ok, refused: ResultCode = .efault,
      _ request: @escaping @Sendable (Scene) throws -> Message
    ) {
      (self.what, self.byteCount, self.owner, self.start) = (what, byteCount, owner, start)
      (self.isWrite, self.granted, self.refused) = (isWrite, granted, refused)
      self.request = request
    }
  }

  private static let absent = word(Place.absent)

  static let rows: [Row] = processes + tracer + copies + others

  private static let processes: [Row] = [
    Row("FORK's map", 36) { scene in
      scene.userWaits()
      return scene.request(.fork, (8, scene.them), (12, 20), (16, 1), (20, absent))
    },
    Row("NEWMAP's map", 36) { $0.request(.newMap, (8, $0.them), (20, absent)) },
    // All zeros ask for IDLE's structure.
    Row("PRIVCTL's structure", 476, granted: .ebusy) { scene in
      scene.disallowOther()
      return privilege(scene, .setSystem)
    },
    Row("PRIVCTL's I/O range", 8) { privilege($0, .addIO) },
    Row("PRIVCTL's memory range", 8) { privilege($0, .addMemory) },
    Row("PRIVCTL's line", 4) { privilege($0, .addIRQ) },
    Row("SIGSEND's request, whose stack is then at 0", 20, granted: .efault) { scene in
      scene.request(.signalSend, (8, scene.them), (28, absent))
    },
    Row("SIGSEND's stack", 612, of: .user, isWrite: true) { scene in
      var image = KernelImage(byteCount: 20)
      image[word: 16] = Place.absent + 612
      scene.bench.write(image.bytes, to: scene.caller, at: Place.pair)
      return scene.request(.signalSend, (8, scene.them), (28, word(Place.pair)))
    },
    Row("SIGRETURN's context", 584, of: .user) {
      $0.request(.signalReturn, (8, $0.them), (28, absent))
    },
    Row("GETMCONTEXT's FPU", 514, of: .user, at: Place.absent + 68, isWrite: true) {
      $0.request(.getMachineContext, (8, $0.them), (20, absent))
    },
    Row("SETMCONTEXT's context", 584, of: .user) {
      $0.request(.setMachineContext, (8, $0.them), (20, absent))
    },
  ]

  private static func privilege(_ scene: Scene, _ request: PrivilegeControl) -> Message {
    scene.request(
      .privilegeControl, (8, scene.other.endpoint.rawValue), (12, request.rawValue), (28, absent))
  }

  private static let tracer: [Row] = [
    ("T_GETINS", 1, 4, false), ("T_GETDATA", 2, 4, false), ("T_READB_INS", 100, 1, false),
    ("T_SETINS", 4, 4, true), ("T_SETDATA", 5, 4, true), ("T_WRITEB_INS", 101, 1, true),
  ].map { (name: String, request: Int32, byteCount: UInt32, isWrite: Bool) in
    Row(name, byteCount, of: .user, isWrite: isWrite) {
      $0.request(.trace, (8, $0.them), (12, request), (20, absent))
    }
  }

  private static func copy(_ scene: Scene, from: UInt32, to: UInt32) -> Message {
    .copy(
      .virtualCopy, from: (1, scene.user.endpoint, from), to: (1, scene.other.endpoint, to), 9)
  }

  /// Grant 0 is present memory, grant 1 isn't; the caller may do everything with both.
  private static func granted(_ scene: Scene) -> Scene {
    scene.bench.grant(
      scene.other,
      [
        .direct(to: scene.caller.endpoint, Place.message, 64),
        .direct(to: scene.caller.endpoint, Place.absent, 64),
      ])
    return scene
  }

  /// A grant table that isn't there.
  private static func tableless(_ scene: Scene) -> Scene {
    scene.bench.call(scene.other, scene.request(.setGrant, (12, 4), (28, absent)))
    return scene
  }

  private static func safeCopy(
    _ scene: Scene, _ call: KernelCallNumber, _ grant: Int32, own: UInt32 = Place.message + 0x100
  ) -> Message {
    .safeCopy(call, scene.other.endpoint, grant, 16, own: own)
  }

  private static let copies: [Row] = [
    Row("VIRCOPY's source", 9, of: .user) { copy($0, from: Place.absent, to: Place.pair) },
    Row("VIRCOPY's destination", 9, of: .other, isWrite: true) {
      copy($0, from: Place.pair, to: Place.absent)
    },
    Row("VIRCOPY's read-only destination", 9, of: .other, at: Place.readOnly, isWrite: true) {
      copy($0, from: Place.pair, to: Place.readOnly)
    },
    Row("SAFECOPYFROM's grant", 16, of: .other) { safeCopy(granted($0), .safeCopyFrom, 1) },
    Row("SAFECOPYFROM's own side", 16, isWrite: true) {
      safeCopy(granted($0), .safeCopyFrom, 0, own: Place.absent)
    },
    Row("SAFECOPYTO's grant", 16, of: .other, isWrite: true) {
      safeCopy(granted($0), .safeCopyTo, 1)
    },
    Row("SAFECOPYTO's own side", 16) {
      safeCopy(granted($0), .safeCopyTo, 0, own: Place.absent)
    },
    Row(
      "a grant table", 36, of: .other, at: Place.absent + 72, granted: .eperm, refused: .eperm
    ) { safeCopy(tableless($0), .safeCopyFrom, 2) },
    Row(
      "SAFEMAP's grant table", 36, of: .other, granted: .eperm, refused: .eperm
    ) { scene in
      tableless(scene).request(
        .safeMap, (8, scene.other.endpoint.rawValue), (20, word(Place.nowhere)), (24, 0x1000))
    },
    Row("UMAP's grant table", 36, of: .other, granted: .efault) { scene in
      tableless(scene).request(.umap, (8, 0x1003), (12, scene.other.endpoint.rawValue), (28, 4))
    },
    Row("VSAFECOPY's vector", 48, granted: .einval) {
      $0.request(.vectorSafeCopy, (24, 2), (28, absent))
    },
  ]

  private static let others: [Row] = [
    Row("GETINFO's room", 928, isWrite: true) {
      $0.request(.getInfo, (12, $0.them), (16, 11), (24, absent))
    },
    Row("SYSCTL's text", 5) { $0.request(.systemControl, (8, 1), (12, 5), (20, absent)) },
    Row("ABORT's parameters", 6) {
      $0.request(.abort, (8, 3), (12, $0.me), (16, 5), (20, absent))
    },
    Row("ABORT's parameters, of another", 6, of: .user) {
      $0.request(.abort, (8, 3), (12, $0.them), (16, 5), (20, absent))
    },
    Row("VDEVIO's vector", 8, refused: .efaultSource) {
      $0.request(.vdevio, (16, 0x11), (24, 2), (28, absent))
    },
    Row(
      "VDEVIO's read-only vector", 8, at: Place.readOnly, isWrite: true,
      refused: .efaultDestination
    ) { $0.request(.vdevio, (16, 0x11), (24, 2), (28, word(Place.readOnly))) },
    Row("SDEVIO's buffer", 8, isWrite: true) {
      $0.request(.sdevio, (12, 35534), (16, 0x11), (20, 0x60), (24, 8), (28, absent))
    },
    Row("SDEVIO's grant", 8, of: .other, isWrite: true) { scene in
      granted(scene).request(
        .sdevio, (12, scene.other.endpoint.rawValue), (16, 0x111), (20, 0x60), (24, 8), (28, 1))
    },
  ]

  @Test(arguments: rows, [ResultCode.ok, .efault, .einval, .enomem])
  func waits(_ row: Row, _ answer: ResultCode) throws {
    let scene = try Scene()
    let bench = scene.bench
    let request = try row.request(scene)
    let owner = [Owner.caller: scene.caller, .user: scene.user, .other: scene.other][row.owner]
    let guest = try #require(owner)
    _ = bench.take(.vm)
    let others = [scene.user, scene.other]
    let before = others.map { (bench.rts($0), bench.misc($0)) }
    let registers = bench.kernel.processes[scene.user.slot].frame.image
    #expect(bench.call(scene.caller, request) == nil)
    #expect(bench.rts(scene.caller) == .vmRequest)
    #expect(bench.misc(scene.caller).isDisjoint(with: [.kernelCallResume, .deliverMessage]))
    #expect(bench.read(scene.caller) == request, "nothing is answered yet")
    for (index, other) in others.enumerated() {
      #expect((bench.rts(other), bench.misc(other)) == before[index])
    }
    #expect(bench.kernel.processes[scene.user.slot].frame.image == registers)
    #expect(bench.resume(scene.caller) == nil)
    #expect(
      bench.take(.vm).map(\.message.notifyArgument) == [
        FaultDelivery.message.signals.memory.bit
      ])
    bench.checkInvariants()
    if answer == .ok {
      bench.map(row.start & ~0xFFF, of: guest, to: bench.physical(guest, row.start & ~0xFFF))
    }
    bench.serveMemoryRequest(
      of: scene.caller, at: row.start, byteCount: row.byteCount, isWrite: row.isWrite,
      target: guest, answer)
    #expect(bench.misc(scene.caller).contains(.kernelCallResume))
    _ = bench.resume(scene.caller)
    let expected = answer == .ok ? row.granted : answer == .enomem ? .enomem : row.refused
    #expect(bench.read(scene.caller).type == expected.rawValue)
    #expect(bench.read(scene.caller).source == .system)
    #expect(bench.rts(scene.caller).isEmpty)
    if answer != .ok {
      for (index, other) in others.enumerated() {
        #expect((bench.rts(other), bench.misc(other)) == before[index])
      }
      #expect(bench.kernel.processes[scene.user.slot].frame.image == registers)
      #expect(bench.kernel.shutdown == nil)
    }
    #expect(bench.memoryRequest() == nil)
    bench.checkInvariants()
  }
}
