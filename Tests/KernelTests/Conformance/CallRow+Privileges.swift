import MinixABI

@testable import Kernel

/// ABI 8.5, and the calls that need privileges of their own.
extension CallRow {
  private static func control(
    _ scene: Scene, _ request: PrivilegeControl, _ argument: UInt32 = 0
  ) -> Message {
    scene.request(
      .privilegeControl, (8, scene.other.endpoint.rawValue), (12, request.rawValue),
      (28, word(argument)))
  }

  private static func disallowed(_ scene: Scene) -> Scene {
    scene.disallowOther()
    return scene
  }

  /// A privilege structure in the caller's memory.
  private static func structure(
    _ scene: Scene, flags: UInt16 = 0x1A, id: UInt16 = 0, irqs: Int32 = 0
  ) -> Message {
    var image = KernelImage(byteCount: 476)
    (image[short: 4], image[short: 6], image[int: 448]) = (id, flags, irqs)
    scene.bench.write(image.bytes, to: scene.caller, at: Place.pair)
    return control(scene, .setSystem, Place.pair)
  }

  static let privileges = join(
    [
      CallRow(.privilegeControl, "ALLOW", .ok, rts: []) { control(disallowed($0), .allow) },
      CallRow(.privilegeControl, "ALLOW of who may", .eperm) { scene in
        scene.aboutOther()
        return control(scene, .allow)
      },
    ], allowed, setSystem, resources,
    endpoints(.privilegeControl, at: 8, nobody(.einval) + [(.clock, .eperm)]) {
      control($0, .disallow)
    })

  private static let allowed: [CallRow] = [
    CallRow(.privilegeControl, "DISALLOW", .ok, rts: .noPriv) { scene in
      scene.aboutOther()
      return control(scene, .disallow)
    },
    CallRow(.privilegeControl, "DISALLOW of who waits", .ok, rts: [.receiving, .noPriv]) { scene in
      scene.aboutOther()
      scene.bench.ipc(scene.other, .receive, .any)
      return control(scene, .disallow)
    },
    CallRow(.privilegeControl, "DISALLOW again", .eperm) { control(disallowed($0), .disallow) },
    CallRow(.privilegeControl, "SET_USER", .ok) { control(disallowed($0), .setUser) },
    CallRow(.privilegeControl, "SET_USER of who may run", .eperm) { scene in
      scene.aboutOther()
      return control(scene, .setUser)
    },
    CallRow(.privilegeControl, "by no service", .eperm) { scene in
      scene.demote()
      scene.aboutOther()
      return control(scene, .disallow)
    },
    CallRow(.privilegeControl, "request 0", .einval) {
      Message(.privilegeControl, $0.other.endpoint, 0)
    },
    CallRow(.privilegeControl, "request 9", .einval) {
      Message(.privilegeControl, $0.other.endpoint, 9)
    },
    CallRow(.privilegeControl, "itself, which may", .eperm) { scene in
      Message(.privilegeControl, .itself, PrivilegeControl.allow.rawValue)
    },
  ]

  private static let setSystem: [CallRow] = [
    CallRow(.privilegeControl, "SET_SYS", .ok) { control(disallowed($0), .setSystem) },
    CallRow(.privilegeControl, "SET_SYS of who may run", .eperm) { scene in
      scene.aboutOther()
      return control(scene, .setSystem)
    },
    CallRow(.privilegeControl, "SET_SYS as described", .ok) { structure(disallowed($0)) },
    CallRow(.privilegeControl, "SET_SYS of a static id", .ok) {
      structure(disallowed($0), flags: 0x12, id: 6)
    },
    CallRow(.privilegeControl, "SET_SYS of a taken id", .ebusy) {
      structure(disallowed($0), flags: 0x12, id: 4)
    },
    CallRow(.privilegeControl, "SET_SYS of a bad id", .einval) {
      structure(disallowed($0), flags: 0x12, id: 15)
    },
    CallRow(.privilegeControl, "SET_SYS with too many lines", .einval) {
      structure(disallowed($0), flags: 0x5A, irqs: 5)
    },
    CallRow(.privilegeControl, "SET_SYS from outside", .efault) {
      control(disallowed($0), .setSystem, 0xEFFF_FFF0)
    },
    CallRow(.privilegeControl, "SET_SYS when none is left", .enospc) { scene in
      for slot in 14..<29 as Range<Int32> { _ = try scene.bench.system(slot) }
      return control(disallowed(scene), .setSystem)
    },
  ]

  private static let resources = join(
    [PrivilegeControl.addIO, .addMemory, .addIRQ].flatMap { request in
      [
        CallRow(.privilegeControl, "\(request)", .ok) { scene in
          scene.aboutOther()
          return control(scene, request, Place.pair)
        },
        CallRow(.privilegeControl, "\(request) of who has none", .eperm) {
          control(disallowed($0), request, Place.pair)
        },
        CallRow(.privilegeControl, "\(request) to a user", .eperm) { scene in
          var message = control(scene, request, Place.pair)
          message[endpoint: 8] = scene.user.endpoint
          return message
        },
        CallRow(.privilegeControl, "\(request) from outside", .efault) { scene in
          scene.aboutOther()
          return control(scene, request, 0xEFFF_FFFE)
        },
        CallRow(.privilegeControl, "\(request) when all are full", .enomem) { scene in
          scene.aboutOther()
          let add = control(scene, request, Place.pair)
          while scene.bench.call(scene.caller, add)?.type == 0 {}
          return add
        },
      ]
    },
    [
      CallRow(.privilegeControl, "QUERY_MEM of who has none", .eperm) { scene in
        scene.aboutOther()
        var message = control(scene, .queryMemory)
        message[word: 24] = 1
        return message
      },
      CallRow(.privilegeControl, "QUERY_MEM of its own", .ok) { scene in
        scene.aboutOther()
        scene.bench.write(
          [0, 0, 10, 0, 0xFF, 0xFF, 10, 0], to: scene.caller, at: Place.pair)
        scene.bench.call(scene.caller, control(scene, .addMemory, Place.pair))
        var message = control(scene, .queryMemory)
        (message[word: 20], message[word: 24]) = (0xA_0000, 0x1_0000)
        return message
      },
      CallRow(.privilegeControl, "QUERY_MEM of a user", .eperm) { scene in
        var message = control(scene, .queryMemory)
        (message[endpoint: 8], message[word: 24]) = (scene.user.endpoint, 1)
        return message
      },
    ])
}
