import MinixABI

@testable import Kernel

/// ABI 8.9: what drivers call, on a machine without devices.
extension CallRow {
  static let devices: [CallRow] = interrupts + ports + absent

  private static func irq(
    _ scene: Scene, _ request: Int16, line: Int16 = 3, hook: Int32 = 1
  ) -> Message {
    var message = scene.request(.irqControl, (12, 1), (28, hook))
    (message[short: 8], message[short: 10]) = (request, line)
    return message
  }

  private static func hooked(_ scene: Scene, by guest: KeyPath<Scene, Guest>) -> Scene {
    scene.bench.call(scene[keyPath: guest], irq(scene, 1))
    return scene
  }

  private static let interrupts: [CallRow] = [
    CallRow(.irqControl, "SETPOLICY", .ok) { irq($0, 1) },
    CallRow(.irqControl, "SETPOLICY of line 16", .einval) { irq($0, 1, line: 16) },
    CallRow(.irqControl, "SETPOLICY with id 32", .einval) { irq($0, 1, hook: 32) },
    CallRow(.irqControl, "SETPOLICY of a line that is not its own", .eperm) { scene in
      scene.bench.kernel.privileges[scene.privilege(scene.caller)].flags.insert(.checksIRQ)
      return irq(scene, 1)
    },
    CallRow(.irqControl, "SETPOLICY when all are taken", .enospc) { scene in
      for hook in 0..<16 as Range<Int32> {
        scene.bench.call(scene.other, irq(scene, 1, hook: hook))
      }
      return irq(scene, 1)
    },
    CallRow(.irqControl, "RMPOLICY", .ok) { irq(hooked($0, by: \.caller), 2) },
    CallRow(.irqControl, "ENABLE", .ok) { irq(hooked($0, by: \.caller), 3) },
    CallRow(.irqControl, "DISABLE", .ok) { irq(hooked($0, by: \.caller), 4) },
    CallRow(.irqControl, "ENABLE of another's", .eperm) { irq(hooked($0, by: \.other), 3) },
    CallRow(.irqControl, "ENABLE of none", .einval) { irq($0, 3) },
    CallRow(.irqControl, "another request", .einval) { irq($0, 5) },
  ]

  private static func devio(
    _ scene: Scene, _ call: KernelCallNumber, _ request: Int32, port: Int32 = 0x60
  ) -> Message {
    scene.request(
      call, (12, scene.me), (16, request), (20, port), (24, 2), (28, word(Place.pair)))
  }

  private static func limited(_ scene: Scene) -> Scene {
    scene.bench.kernel.privileges[scene.privilege(scene.caller)].flags.insert(.checksIOPort)
    return scene
  }

  private static let ports: [CallRow] = [
    CallRow(.devio, "a byte", .ok) { devio($0, .devio, 0x11) },
    CallRow(.devio, "unaligned", .eperm) { devio($0, .devio, 0x21, port: 0x61) },
    CallRow(.devio, "not its port", .eperm) { devio(limited($0), .devio, 0x11) },
    CallRow(.devio, "no size", .einval) { devio($0, .devio, 0x41) },
    CallRow(.sdevio, "bytes", .ok) { devio($0, .sdevio, 0x11) },
    CallRow(.sdevio, "longs", .einval) { devio($0, .sdevio, 0x31) },
    CallRow(.sdevio, "not its port", .eperm) { devio(limited($0), .sdevio, 0x11) },
    CallRow(.sdevio, "another's buffer", .eperm) { scene in
      var message = devio(scene, .sdevio, 0x11)
      message[endpoint: 12] = scene.user.endpoint
      return message
    },
    CallRow(.sdevio, "outside", .efault) { scene in
      var message = devio(scene, .sdevio, 0x11)
      message[word: 28] = 0xF000_0000
      return message
    },
    CallRow(.vdevio, "bytes", .ok) { devio($0, .vdevio, 0x11) },
    CallRow(.vdevio, "not its port", .eperm) { devio(limited($0), .vdevio, 0x11) },
    CallRow(.vdevio, "no direction", .einval) { devio($0, .vdevio, 0x10) },
    CallRow(.vdevio, "too many", .e2big) { scene in
      var message = devio(scene, .vdevio, 0x11)
      message[int: 24] = 17
      return message
    },
    CallRow(.vdevio, "outside", .efaultSource) { scene in
      var message = devio(scene, .vdevio, 0x11)
      message[word: 28] = 0xF000_0000
      return message
    },
  ]

  private static let absent = join(
    [
      CallRow(.ioEnable, "a user's", .ok) { $0.request(.ioEnable, (12, $0.them)) },
      CallRow(.segmentControl, "a far segment", .einval) { $0.request(.segmentControl) },
      CallRow(.int86, "a BIOS call", .einval) { $0.request(.int86, (20, word(Place.pair))) },
      CallRow(.int86, "from outside", .efault) { $0.request(.int86, (20, -1)) },
      CallRow(.readBIOS, "nothing", .edom) { $0.request(.readBIOS, (28, word(Place.pair))) },
      CallRow(.readBIOS, "something", .efault) {
        $0.request(.readBIOS, (8, 4), (20, 0xF_FFF0), (28, word(Place.pair)))
      },
    ],
    [KernelCallNumber.statisticalProfile, .callProfile, .profileBuffer].map { call in
      CallRow(call, "profiles nobody", .enosys) { $0.request(call) }
    },
    endpoints(.ioEnable, at: 12, nobody(.einval)) { $0.request(.ioEnable) })
}
