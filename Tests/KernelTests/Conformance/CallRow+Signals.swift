import MinixABI

@testable import Kernel

/// ABI 8.6, and SYS_TRACE and the machine contexts of 8.9.
extension CallRow {
  static let signals: [CallRow] = kill + frames + contexts + trace

  private static let kill = join(
    [
      CallRow(.kill, "a user", .ok, rts: [.signaled, .sigPending]) { scene in
        scene.request(.kill, (8, scene.them), (12, 15))
      },
      CallRow(.kill, "who waits", .ok, rts: [.receiving, .signaled, .sigPending]) { scene in
        scene.userWaits()
        return scene.request(.kill, (8, scene.them), (12, 9))
      },
      CallRow(.kill, "again", .ok) { scene in
        scene.signalUser()
        return scene.request(.kill, (8, scene.them), (12, 15))
      },
      CallRow(.kill, "a signal manager", .ok) { $0.request(.kill, (8, 0), (12, 15)) },
      CallRow(.getKernelSignal, "none", .ok) { $0.request(.getKernelSignal) },
      CallRow(.getKernelSignal, "another's", .ok) { scene in
        scene.signalUser()
        return scene.request(.getKernelSignal)
      },
      CallRow(.getKernelSignal, "its own", .ok, rts: .sigPending) { scene in
        manage(scene)
        scene.signalUser()
        return scene.request(.getKernelSignal)
      },
      CallRow(.endKernelSignal, "fetched", .ok, rts: []) { scene in
        manage(scene)
        scene.signalUser()
        scene.bench.call(scene.caller, scene.request(.getKernelSignal))
        return scene.request(.endKernelSignal, (8, scene.them))
      },
      CallRow(.endKernelSignal, "not fetched", .ok) { scene in
        manage(scene)
        scene.signalUser()
        return scene.request(.endKernelSignal, (8, scene.them))
      },
      CallRow(.endKernelSignal, "without a signal", .einval) { scene in
        manage(scene)
        return scene.request(.endKernelSignal, (8, scene.them))
      },
      CallRow(.endKernelSignal, "another's", .eperm) { scene in
        scene.signalUser()
        return scene.request(.endKernelSignal, (8, scene.them))
      },
    ],
    [0, -1, 26, 27, .max].map { (signal: Int32) in
      CallRow(.kill, "with signal \(signal)", .einval) { scene in
        scene.request(.kill, (8, scene.them), (12, signal))
      }
    },
    endpoints(.kill, at: 8, nobody(.einval) + [(.system, .eperm)]) { $0.request(.kill, (12, 15)) },
    endpoints(.endKernelSignal, at: 8, nobody(.einval)) { $0.request(.endKernelSignal) })

  /// Makes the caller the manager of users' signals.
  private static func manage(_ scene: Scene) {
    scene.bench.kernel.privileges[.user].signalManager = scene.caller.endpoint
  }

  /// A request of SYS_SIGSEND's in the caller's memory.
  private static func sigsend(
    _ scene: Scene, stack: UInt32 = Place.pair + 0x1800, at place: UInt32 = Place.pair
  ) -> Message {
    var image = KernelImage(byteCount: 20)
    (image[word: 0], image[word: 8], image[word: 16]) = (13, Place.readOnly, stack)
    if place == Place.pair { scene.bench.write(image.bytes, to: scene.caller, at: place) }
    return scene.request(.signalSend, (8, scene.them), (28, word(place)))
  }

  private static let frames = join(
    [
      CallRow(.signalSend, "a handler", .ok, misc: .fullVM) { sigsend($0) },
      CallRow(.signalSend, "who is stopped", .ok, rts: .procStop, misc: .fullVM) { scene in
        scene.bench.kernel.processes.set(.procStop, on: scene.user.slot)
        return sigsend(scene)
      },
      CallRow(.signalSend, "stack outside", .efault) { sigsend($0, stack: 0xF000_0004) },
      CallRow(.signalSend, "request outside", .efault) { sigsend($0, at: 0xEFFF_FFF0) },
      CallRow(.signalReturn, "a context", .ok) { scene in
        scene.request(.signalReturn, (8, scene.them), (28, word(Place.pair)))
      },
      CallRow(.signalReturn, "context outside", .efault) { scene in
        scene.request(.signalReturn, (8, scene.them), (28, word(0xEFFF_FF00)))
      },
    ],
    endpoints(.signalSend, at: 8, nobody(.einval) + [(.clock, .eperm), (.pm, .eperm)]) {
      sigsend($0)
    },
    endpoints(.signalReturn, at: 8, nobody(.einval) + [(.clock, .eperm), (.pm, .eperm)]) {
      $0.request(.signalReturn, (28, word(Place.pair)))
    })

  private static let contexts = join(
    [
      CallRow(.getMachineContext, "of an FPU", .ok) { scene in
        scene.request(.getMachineContext, (8, scene.them), (20, word(Place.pair)))
      },
      CallRow(.getMachineContext, "without one", .ok) { scene in
        scene.bench.kernel.processes[scene.user.slot].misc.remove(.fpuInitialized)
        return scene.request(.getMachineContext, (8, scene.them), (20, -1))
      },
      CallRow(.getMachineContext, "outside", .efault) { scene in
        scene.request(.getMachineContext, (8, scene.them), (20, -16))
      },
      CallRow(.setMachineContext, "without an FPU", .ok, misc: .fullVM) { scene in
        scene.request(.setMachineContext, (8, scene.them), (20, word(Place.pair)))
      },
      CallRow(.setMachineContext, "outside", .efault) { scene in
        scene.request(.setMachineContext, (8, scene.them), (20, word(0xEFFF_FF00)))
      },
    ],
    [KernelCallNumber.getMachineContext, .setMachineContext].flatMap { call in
      endpoints(call, at: 8, nobody(.einval) + [(.clock, .eperm), (.vfs, .eperm)]) {
        $0.request(call, (20, word(Place.pair)))
      }
    })

  private static func trace(
    _ scene: Scene, _ request: Int32, _ address: UInt32 = Place.pair
  ) -> Message {
    scene.request(.trace, (8, scene.them), (12, request), (20, word(address)), (24, 5))
  }

  private static func stopped(_ scene: Scene) -> Scene {
    scene.bench.kernel.processes.set(.pStop, on: scene.user.slot)
    return scene
  }

  private static let trace = join(
    [
      CallRow(.trace, "T_STOP", .ok, rts: .pStop) { trace($0, -1) },
      CallRow(.trace, "T_GETUSER", .ok) { trace($0, 3, 36) },
      CallRow(.trace, "T_GETUSER unaligned", .efault) { trace($0, 3, 37) },
      CallRow(.trace, "T_GETUSER beyond", .efault) { trace($0, 3, 928 + 476) },
      CallRow(.trace, "T_SETUSER", .ok) { trace($0, 6, 36) },
      CallRow(.trace, "T_SETUSER of a segment", .efault) { trace($0, 6, 48) },
      CallRow(.trace, "T_RESUME", .ok, rts: []) { trace(stopped($0), 7) },
      CallRow(.trace, "T_STEP", .ok, rts: []) { trace(stopped($0), 9) },
      CallRow(
        .trace, "T_SYSCALL", .ok, rts: [], misc: [.fullVM, .fpuInitialized, .syscallTrace]
      ) { trace(stopped($0), 10) },
      CallRow(.trace, "T_DETACH", .ok, rts: []) { trace(stopped($0), 12) },
      CallRow(.trace, "T_EXIT", .einval) { trace(stopped($0), 8) },
    ],
    [1, 2, 4, 5, 100, 101].flatMap { (request: Int32) in
      [
        CallRow(.trace, "memory, \(request)", .ok) { trace($0, request) },
        CallRow(.trace, "memory outside, \(request)", .efault) { trace($0, request, 0xF000_0000) },
      ]
    },
    endpoints(.trace, at: 8, nobody(.einval) + [(.clock, .eperm), (.pm, .eperm)]) {
      trace($0, -1)
    })
}
