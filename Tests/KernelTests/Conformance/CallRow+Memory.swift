import I386
import Machine
import MinixABI

@testable import Kernel

/// ABI 8.7: memory, copies, and 6: SYS_VMCTL.
extension CallRow {
  static let memory: [CallRow] = fills + translations + copies

  private static func memset(_ scene: Scene, _ base: UInt32, _ byteCount: Int32) -> Message {
    scene.request(.memset, (20, byteCount), (24, 0x5A), (28, word(base)))
  }

  private static let fills: [CallRow] = [
    CallRow(.memset, "RAM", .ok) { memset($0, 0x80_0000, 4096) },
    CallRow(.memset, "nothing", .ok) { memset($0, 0x80_0000, 0) },
    CallRow(.memset, "beyond RAM", .efault) { memset($0, 0xFF_F000, 4097) },
    CallRow(.memset, "the stub", .efault) { memset($0, 0xF000_0000, 4096) },
    CallRow(.memset, "page tables", .efault) { memset($0, 0xF040_0000, 4096) },
  ]

  private static func umap(
    _ scene: Scene, _ segment: Int32, _ address: UInt32 = Place.message, _ byteCount: Int32 = 8
  ) -> Message {
    scene.request(
      .umap, (8, segment), (12, scene.them), (20, word(address)), (28, byteCount))
  }

  private static let translations = join(
    [
      CallRow(.umap, "local", .ok) { umap($0, 1) },
      CallRow(.umap, "physical", .ok) { umap($0, 0x1001) },
      CallRow(.umap, "the BIOS's", .ok) { umap($0, 0x200, 0xF_FFF0) },
      CallRow(.umap, "a grant", .ok) { scene in
        scene.bench.grant(scene.other, [.direct(to: .any, Place.message, 64)])
        var message = umap(scene, 0x1003, 0)
        message[endpoint: 12] = scene.other.endpoint
        return message
      },
      CallRow(.umap, "absent", .efault) { umap($0, 0x1001, Place.absent) },
      CallRow(.umap, "the stub", .efault) { umap($0, 1, 0xF000_0000) },
      CallRow(.umap, "a far segment", .einval) { umap($0, 0x100) },
      CallRow(.umap, "a physical segment", .einval) { umap($0, 0x400) },
    ],
    endpoints(.umap, at: 12, nobody(.einval)) { umap($0, 1) })

  private static func copy(
    _ scene: Scene, _ call: KernelCallNumber, segments: (Int16, Int16) = (1, 1),
    from: UInt32 = Place.message, to: UInt32 = Place.pair, _ byteCount: UInt32 = 8
  ) -> Message {
    .copy(
      call, from: (segments.0, scene.user.endpoint, from),
      to: (segments.1, scene.other.endpoint, to), byteCount)
  }

  private static let copies = join(
    [
      CallRow(.virtualCopy, "physical", .eperm) { copy($0, .virtualCopy, segments: (0x400, 1)) },
      CallRow(.physicalCopy, "physical", .ok) { scene in
        copy(scene, .physicalCopy, segments: (0x400, 0x400), from: 0x80_0000, to: 0x90_0000)
      },
      CallRow(.physicalCopy, "to the stub", .efault) { scene in
        copy(scene, .physicalCopy, segments: (1, 0x400), to: 0xF000_0000)
      },
      CallRow(.physicalCopy, "from page tables", .efault) { scene in
        copy(scene, .physicalCopy, segments: (0x400, 1), from: 0xF040_0000)
      },
    ],
    [KernelCallNumber.virtualCopy, .physicalCopy].flatMap { call in
      [
        CallRow(call, "between two", .ok) { copy($0, call) },
        CallRow(call, "nothing", .edom) { copy($0, call, 0) },
        CallRow(call, "from outside", .efault) { copy($0, call, from: 0xEFFF_FFFC) },
        CallRow(call, "to the outside", .efault) { copy($0, call, to: 0xFFFF_FFFC) },
        CallRow(call, "a far segment", .einval) { copy($0, call, segments: (0x100, 1)) },
        CallRow(call, "an unknown segment", .einval) { copy($0, call, segments: (1, 0x800)) },
      ]
    },
    endpoints(.virtualCopy, at: 12, nobody(.einval)) { copy($0, .virtualCopy) },
    endpoints(.physicalCopy, at: 16, nobody(.einval)) { copy($0, .physicalCopy) })

  // MARK: SYS_VMCTL

  private static func control(
    _ scene: Scene, _ parameter: VMControl, _ value: UInt32 = 0
  ) -> Message {
    Message(parameter, who: scene.user.endpoint, value: value)
  }

  static let paging = join(
    [
      // VM alone may, see `ControlTests` and `StartUpTests`.
      CallRow(.vmControl, "SETCR3 by another than VM", .einval) { scene in
        control(scene, .setCR3, scene.bench.kernel.processes[scene.user.slot].directory.rawValue)
      },
      CallRow(.vmControl, "SETCR3 0 by another than VM", .einval) { control($0, .setCR3) },
      CallRow(.vmControl, "KERN_PHYSMAP 0", .ok) { control($0, .kernelPhysicalMap) },
      CallRow(.vmControl, "KERN_PHYSMAP 1", .einval) { control($0, .kernelPhysicalMap, 1) },
      CallRow(.vmControl, "KERN_MAP_REPLY 0 to user space", .einval) {
        control($0, .kernelMapReply)
      },
      CallRow(.vmControl, "FREEPDE", .ok) { control($0, .freePDE, 994) },
      CallRow(.vmControl, "PAGEDIRS", .ok) { control($0, .pageDirectories, 0xF040_0000) },
      CallRow(.vmControl, "KERNELLIMIT", .ok) { control($0, .kernelLimit, 0x1900_0000) },
      CallRow(.vmControl, "ENABLE_PAGING of another than VM", .einval) {
        control($0, .enablePaging, Place.message)
      },
      CallRow(.vmControl, "SETCR3 to RAM", .einval) { control($0, .setCR3, 0x80_0000) },
      CallRow(.vmControl, "SETCR3 to the stub", .einval) { control($0, .setCR3, 0xF000_0000) },
      CallRow(.vmControl, "SETCR3 unaligned", .einval) { control($0, .setCR3, 0xF040_0004) },
      CallRow(.vmControl, "GET_PAGEFAULT", .einval) { control($0, .getPageFault) },
      CallRow(.vmControl, "CLEAR_PAGEFAULT", .ok, rts: []) { scene in
        scene.bench.fault(scene.user, at: 0x5000)
        return control(scene, .clearPageFault, 0xDEAD)
      },
      CallRow(.vmControl, "CLEAR_PAGEFAULT of who is signalled too", .ok, rts: signalled) {
        scene in
        scene.bench.fault(scene.user, at: 0x5000)
        scene.signalUser()
        return control(scene, .clearPageFault)
      },
      CallRow(.vmControl, "CLEAR_PAGEFAULT without one", .einval) { control($0, .clearPageFault) },
      CallRow(.vmControl, "GETCR3", .ok) { control($0, .getCR3) },
      CallRow(.vmControl, "MEMREQ_GET of an empty list", .esrch) {
        control($0, .memoryRequestGet)
      },
      CallRow(.vmControl, "MEMREQ_GET", ResultCode(rawValue: 1)) { scene in
        scene.bench.ipc(scene.user, .sendrec, .pm, at: Place.absent)
        return control(scene, .memoryRequestGet)
      },
      CallRow(
        .vmControl, "MEMREQ_REPLY", .ok, rts: [],
        misc: [.fullVM, .fpuInitialized, .kernelCallResume, .replyPend]
      ) { scene in
        scene.bench.ipc(scene.user, .sendrec, .pm, at: Place.absent)
        _ = scene.bench.memoryRequest()
        return control(scene, .memoryRequestReply)
      },
      CallRow(.vmControl, "MEMREQ_REPLY of VMSUSPEND", .einval) { scene in
        scene.bench.ipc(scene.user, .sendrec, .pm, at: Place.absent)
        _ = scene.bench.memoryRequest()
        return control(
          scene, .memoryRequestReply, UInt32(bitPattern: ResultCode.vmSuspend.rawValue))
      },
      CallRow(.vmControl, "MEMREQ_REPLY without a request", .einval) {
        control($0, .memoryRequestReply)
      },
      CallRow(.vmControl, "INCSP", .ok) { control($0, .incrementStackPointer, 0x40) },
      CallRow(.vmControl, "NOPAGEZERO", .einval) { control($0, .noPageZero) },
      CallRow(.vmControl, "INVLPG", .einval) { control($0, .invalidatePage) },
      CallRow(.vmControl, "FLUSHTLB", .ok) { control($0, .flushTLB) },
    ],
    endpoints(.vmControl, at: 8, nobody(.einval)) { control($0, .getCR3) })

  private static let signalled: RTSFlags = [.signaled, .sigPending]
}
