import MinixABI

@testable import Kernel

/// ABI 8.8, and the clock and console of 8.9.
extension CallRow {
  static let information: [CallRow] = getInfo + clock + console

  private static func get(
    _ scene: Scene, _ number: Int32, _ which: Int32 = 0, room: Int32 = 0,
    to place: UInt32 = Place.pair
  ) -> Message {
    scene.request(
      .getInfo, (8, room), (12, which), (16, number), (24, word(place)))
  }

  private static let getInfo: [CallRow] = [
    CallRow(.getInfo, "GET_PROC of the user", .ok) { get($0, 11, $0.them) },
    CallRow(.getInfo, "GET_PROC of itself", .ok) { get($0, 11, 35534) },
    CallRow(.getInfo, "GET_PROC of nobody", .einval) { get($0, 11, 12) },
    CallRow(.getInfo, "GET_PROC without room", .e2big) { get($0, 11, $0.them, room: 927) },
    CallRow(.getInfo, "GET_PRIV of nobody", .einval) { get($0, 17, 12) },
    CallRow(.getInfo, "GET_WHOAMI", .ok) { get($0, 19, to: 0) },
    CallRow(.getInfo, "GET_RANDOMNESS_BIN", .enoent) { get($0, 20, 15) },
    CallRow(.getInfo, "GET_RANDOMNESS_BIN 16", .einval) { get($0, 20, 16) },
    CallRow(.getInfo, "GET_AOUTHEADER 15", .einval) { get($0, 22, 15) },
    CallRow(.getInfo, "GET_KENV", .einval) { get($0, 5) },
    CallRow(.getInfo, "GET_BIOSBUFFER", .einval) { get($0, 14) },
    CallRow(.getInfo, "GET_HZ to the stub", .efault) { get($0, 18, to: 0xF000_0000) },
  ]

  private static func timer(_ scene: Scene, _ which: Int32, _ value: Int32) -> Message {
    scene.request(
      .virtualTimer, (8, which), (12, 1), (20, value), (24, scene.them))
  }

  private static let clock = join(
    [
      CallRow(.times, "the user's", .ok) { $0.request(.times, (8, $0.them)) },
      CallRow(.times, "nobody's", .ok) { $0.request(.times, (8, 27342)) },
      CallRow(.setTime, "now", .ok) { $0.request(.setTime, (16, 1_271_548_800)) },
      CallRow(.setAlarm, "soon", .ok) { $0.request(.setAlarm, (20, 60)) },
      CallRow(.setAlarm, "never", .ok) { $0.request(.setAlarm, (20, 0)) },
      CallRow(.setAlarm, "by no service", .eperm) { scene in
        scene.demote()
        return scene.request(.setAlarm, (20, 60))
      },
      CallRow(
        .virtualTimer, "virtual", .ok, misc: [.fullVM, .fpuInitialized, .virtualTimer]
      ) { timer($0, 1, 5) },
      CallRow(
        .virtualTimer, "profile", .ok, misc: [.fullVM, .fpuInitialized, .profileTimer]
      ) { timer($0, 2, 5) },
      CallRow(.virtualTimer, "disarmed", .ok, misc: [.fullVM, .fpuInitialized]) { scene in
        scene.bench.kernel.processes[scene.user.slot].misc.insert(.virtualTimer)
        return timer(scene, 1, 0)
      },
      CallRow(.virtualTimer, "a third", .einval) { timer($0, 3, 5) },
      CallRow(.virtualTimer, "by no service", .eperm) { scene in
        scene.demote()
        return timer(scene, 1, 5)
      },
    ],
    endpoints(.virtualTimer, at: 24, nobody(.einval)) { timer($0, 1, 5) })

  private static func abort(
    _ scene: Scene, _ how: Int32, _ who: Int32? = nil, _ byteCount: Int32 = 8,
    at place: UInt32 = Place.pair
  ) -> Message {
    scene.request(
      .abort, (8, how), (12, who ?? scene.me), (16, byteCount), (20, word(place)))
  }

  private static let console = join(
    [
      CallRow(.systemControl, "a text", .ok) {
        $0.request(.systemControl, (8, 1), (12, 3), (20, word(Place.pair)))
      },
      CallRow(.systemControl, "no text", .einval) {
        $0.request(.systemControl, (8, 1), (12, 0), (20, word(Place.pair)))
      },
      CallRow(.systemControl, "a long text", .einval) {
        $0.request(.systemControl, (8, 1), (12, 2001), (20, word(Place.pair)))
      },
      CallRow(.systemControl, "a text outside", .efault) {
        $0.request(.systemControl, (8, 1), (12, 3), (20, -1))
      },
      CallRow(.systemControl, "a stack", .ok) {
        $0.request(.systemControl, (8, 2), (12, $0.them))
      },
      CallRow(.systemControl, "another code", .einval) { $0.request(.systemControl, (8, 3)) },
      CallRow(.abort, "halt", .ok) { abort($0, 0) },
      CallRow(.abort, "monitor", .ok) { abort($0, 3) },
      CallRow(.abort, "monitor, long", .e2big) { abort($0, 3, nil, 512) },
      CallRow(.abort, "monitor, nothing", .edom) { abort($0, 3, nil, -1) },
      CallRow(.abort, "monitor, outside", .efault) { abort($0, 3, at: 0xF000_0000) },
      CallRow(.abort, "monitor, nobody's", .edeadsrcdst) { abort($0, 3, 12) },
    ],
    endpoints(.systemControl, at: 12, nobody(.einval)) { $0.request(.systemControl, (8, 2)) })
}
