import MinixABI

@testable import Kernel

/// ABI 8.4.
extension CallRow {
  static let processes: [CallRow] =
    fork + exec + clear + scheduling + runControl + newMap + update + exits

  private static func forkRequest(_ scene: Scene, slot: Int32 = 20, map: UInt32 = Place.pair)
    -> Message
  {
    scene.request(.fork, (8, scene.them), (12, slot), (16, 1), (20, word(map)))
  }

  private static let fork = join(
    [
      CallRow(.fork, "in its request", .ok, rts: .receiving) { scene in
        scene.userWaits()
        return forkRequest(scene)
      },
      CallRow(.fork, "signalled meanwhile", .ok, rts: [.receiving, .signaled, .sigPending]) {
        scene in
        scene.userWaits()
        scene.signalUser()
        return forkRequest(scene)
      },
      CallRow(.fork, "of a process that runs", .einval) { forkRequest($0) },
      CallRow(.fork, "of a sender", .einval) { scene in
        try scene.otherSends(.sendrec)
        var message = forkRequest(scene)
        message[endpoint: 8] = scene.other.endpoint
        return message
      },
      CallRow(.fork, "into a taken slot", .einval) { scene in
        scene.userWaits()
        return forkRequest(scene, slot: 13)
      },
      CallRow(.fork, "into no slot", .einval) { scene in
        scene.userWaits()
        return forkRequest(scene, slot: 96)
      },
      CallRow(.fork, "with a map outside", .efault) { scene in
        scene.userWaits()
        return forkRequest(scene, map: 0xEFFF_FFF0)
      },
    ],
    endpoints(.fork, at: 8, nobody(.einval) + [(.system, .einval), (.pm, .einval)]) { scene in
      scene.userWaits()
      return forkRequest(scene)
    })

  private static func execRequest(_ scene: Scene, name: UInt32 = Place.pair) -> Message {
    scene.request(
      .exec, (8, scene.them), (20, 0x7FFF_FF00), (24, word(name)), (28, word(Place.message)))
  }

  private static let exec = join(
    [
      CallRow(.exec, "in its request", .ok, rts: [], misc: [.replyPend, .fullVM]) { scene in
        scene.userWaits()
        return execRequest(scene)
      },
      CallRow(.exec, "with a message on its way", .ok, rts: [], misc: [.replyPend, .fullVM]) {
        scene in
        scene.userWaits()
        scene.bench.kernel.sendWithoutBlocking(Message(type: 0), from: .pm, to: scene.user.endpoint)
        return execRequest(scene)
      },
      CallRow(
        .exec, "stopped and signalled", .ok, rts: [.procStop, .signaled, .sigPending],
        misc: [.replyPend, .fullVM]
      ) { scene in
        scene.userWaits()
        scene.signalUser()
        scene.bench.call(.pm, Message(.runControl, scene.user.endpoint, 0))
        return execRequest(scene)
      },
      CallRow(.exec, "name outside", .ok, rts: [], misc: [.replyPend, .fullVM]) { scene in
        scene.userWaits()
        return execRequest(scene, name: 0xF000_0000)
      },
    ],
    endpoints(.exec, at: 8, nobody(.einval) + [(.clock, .einval), (.pm, .einval)]) { scene in
      execRequest(scene)
    })

  private static let clear = join(
    [
      CallRow(.clear, "a user", .ok, rts: .slotFree, misc: .fullVM) { scene in
        scene.request(.clear, (8, scene.them))
      },
      CallRow(.clear, "one that waits", .ok, rts: .slotFree, misc: [.fullVM, .replyPend]) { scene in
        scene.userWaits()
        return scene.request(.clear, (8, scene.them))
      },
      CallRow(.clear, "a service", .ok, rts: .slotFree, misc: .fullVM) { scene in
        scene.aboutOther()
        return Message(.clear, scene.other.endpoint)
      },
    ],
    endpoints(.clear, at: 8, nobody(.einval) + [(.system, .eperm), (.idle, .eperm)]) {
      $0.request(.clear)
    })

  private static func scheduled(_ scene: Scene, by scheduler: Endpoint) -> Scene {
    scene.bench.kernel.processes[scene.user.slot].scheduler = scheduler
    return scene
  }

  private static func scheduleRequest(
    _ scene: Scene, _ priority: Int32 = 9, _ quantum: Int32 = 4
  ) -> Message {
    scene.request(.schedule, (8, scene.them), (12, priority), (16, quantum))
  }

  private static let scheduling = join(
    [
      CallRow(.schedule, "whom it schedules", .ok) { scene in
        scheduleRequest(scheduled(scene, by: scene.caller.endpoint))
      },
      CallRow(.schedule, "who waits for it", .ok, rts: []) { scene in
        scene.bench.kernel.processes.set(.noQuantum, on: scene.user.slot)
        return scheduleRequest(scheduled(scene, by: scene.caller.endpoint))
      },
      CallRow(.schedule, "who waits for more", .ok, rts: .receiving) { scene in
        scene.userWaits()
        scene.bench.kernel.processes.set(.noQuantum, on: scene.user.slot)
        return scheduleRequest(scheduled(scene, by: scene.caller.endpoint))
      },
      CallRow(.schedule, "by a stale endpoint: only the slot counts", .ok) { scene in
        var message = scheduleRequest(scheduled(scene, by: scene.caller.endpoint))
        message[endpoint: 8] = Endpoint(generation: 7, slot: scene.user.slot)
        return message
      },
      CallRow(.schedule, "another's", .eperm) { scene in
        scheduleRequest(scheduled(scene, by: .pm))
      },
      CallRow(.schedule, "the kernel's", .eperm) { scheduleRequest($0) },
      CallRow(.schedule, "an empty slot", .einval) { scene in
        scene.request(.schedule, (8, 20), (12, 9), (16, 4))
      },
      CallRow(.scheduleControl, "a user", .ok) { scene in
        scene.request(.scheduleControl, (8, scene.them))
      },
      CallRow(.scheduleControl, "by no service", .eperm) { scene in
        scene.demote()
        return scene.request(.scheduleControl, (8, scene.them))
      },
    ],
    [(-1, 4), (16, 4), (9, 0), (9, -1)].map { (priority: Int32, quantum: Int32) in
      CallRow(.schedule, "queue \(priority), \(quantum) ticks", .einval) { scene in
        scheduleRequest(scheduled(scene, by: scene.caller.endpoint), priority, quantum)
      }
    },
    endpoints(.scheduleControl, at: 8, nobody(.einval)) { $0.request(.scheduleControl) })

  private static let runControl = join(
    [
      CallRow(.runControl, "stop", .ok, rts: .procStop) { scene in
        scene.request(.runControl, (8, scene.them), (12, 0))
      },
      CallRow(.runControl, "stop with delay, not sending", .ok, rts: .procStop) { scene in
        scene.request(.runControl, (8, scene.them), (12, 0), (16, 1))
      },
      CallRow(.runControl, "stop who receives, with delay", .ok, rts: [.receiving, .procStop]) {
        scene in
        scene.userWaits()
        return scene.request(.runControl, (8, scene.them), (12, 0), (16, 1))
      },
      CallRow(
        .runControl, "stop who sends, with delay", .ebusy,
        misc: [.fullVM, .fpuInitialized, .signalDelay]
      ) { scene in
        try scene.otherSends(.send)
        return Message(.runControl, scene.other.endpoint, 0, 1)
      },
      CallRow(.runControl, "stop who sends", .ok, rts: [.sending, .procStop]) { scene in
        try scene.otherSends(.send)
        return Message(.runControl, scene.other.endpoint, 0)
      },
      CallRow(.runControl, "resume", .ok, rts: []) { scene in
        scene.bench.kernel.processes.set(.procStop, on: scene.user.slot)
        return scene.request(.runControl, (8, scene.them), (12, 1))
      },
      CallRow(.runControl, "resume who is not stopped", .ok) { scene in
        scene.request(.runControl, (8, scene.them), (12, 1))
      },
      CallRow(.runControl, "another action", .einval) { scene in
        scene.request(.runControl, (8, scene.them), (12, 2))
      },
    ],
    endpoints(.runControl, at: 8, nobody(.einval) + [(.kernel, .eperm)]) {
      $0.request(.runControl)
    })

  private static let newMap = join(
    [
      CallRow(.newMap, "a user's", .ok) { scene in
        scene.request(.newMap, (8, scene.them), (20, word(Place.pair)))
      },
      CallRow(.newMap, "map outside", .efault) { scene in
        scene.request(.newMap, (8, scene.them), (20, -4))
      },
    ],
    endpoints(.newMap, at: 8, nobody(.einval) + [(.clock, .eperm)]) {
      $0.request(.newMap, (20, word(Place.pair)))
    })

  /// Two services that wait for a message from the caller, and change places.
  private static func updatable(_ scene: Scene) throws -> (Guest, Guest) {
    let second = try scene.bench.system(14)
    for guest in [scene.other, second] {
      scene.bench.ipc(guest, .receive, scene.caller.endpoint)
    }
    scene.aboutOther()
    return (scene.other, second)
  }

  private static let update: [CallRow] = [
    CallRow(.update, "two that receive", .ok, rts: .receiving) { scene in
      let (a, b) = try updatable(scene)
      return Message(.update, a.endpoint, b.endpoint.rawValue)
    },
    CallRow(.update, "a user", .eperm) { scene in
      let (a, _) = try updatable(scene)
      return Message(.update, a.endpoint, scene.them)
    },
    CallRow(.update, "nobody", .einval) { scene in
      let (a, _) = try updatable(scene)
      return Message(.update, a.endpoint, 27342)
    },
    CallRow(.update, "one that runs", .ebusy) { scene in
      let third = try scene.bench.system(15)
      let (a, _) = try updatable(scene)
      return Message(.update, a.endpoint, third.endpoint.rawValue)
    },
    CallRow(.update, "a resident", .ebusy) { scene in
      let (a, _) = try updatable(scene)
      return Message(.update, a.endpoint, 0)
    },
  ]

  private static let exits: [CallRow] = [
    CallRow(.exit, "a service", nil, callerRTS: [.signaled, .sigPending]) { $0.request(.exit) },
    CallRow(.stateControl, "clears references", .ok, rts: []) { scene in
      scene.aboutOther()
      scene.bench.ipc(scene.other, .receive, scene.caller.endpoint)
      return scene.request(.stateControl, (12, 1))
    },
    CallRow(.stateControl, "another request", .einval) { scene in
      scene.aboutOther()
      scene.bench.ipc(scene.other, .receive, scene.caller.endpoint)
      return scene.request(.stateControl, (12, 2))
    },
  ]
}
