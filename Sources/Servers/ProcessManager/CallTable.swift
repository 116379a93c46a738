import Kernel
import MinixABI

/// What PM serves.
extension ProcessManager {
  func serve(_ message: Message, _ status: IPCStatus) {
    if status.isNotification { return serveNotification(message) }
    // Anybody can send that type; only the kernel's is no request.
    if message.type == SchedulingMessage.noQuantum, status.isFromKernel {
      return quantumIsUsedUp(message.source)
    }
    guard let slot = roster.slot(of: message.source), roster[slot].isLiving,
      let call = PosixCall(rawValue: message.type)
    else { return reply(.enosys, to: message.source) }
    serve(call, message, of: slot)
  }

  private func serveNotification(_ message: Message) {
    if message.source == .clock { return expireAlarms() }
    if message.source == .system,
      message.notifyArgument & kernel.delivery.signals.processSignal.bit != 0
    {
      fetchSignals()
    }
  }

  /// The table: every call of POSIX sheet 2.1, and what becomes of it. Each function answers the caller
  /// when it is time to.
  private func serve(_ call: PosixCall, _ request: Message, of caller: ProcessSlot) {
    switch call {
    case .exit: exit(request, caller)
    case .fork: fork(caller)
    case .exec: exec(request, caller)
    case .wait: wait(for: -1, options: 0, caller)
    case .waitPID: wait(for: request[int: 8], options: request[int: 12], caller)
    case .brk: setBreak(request, caller)

    case .kill: kill(request, caller)
    case .pause: pause(caller)
    case .signalAction: setAction(request, caller)
    case .signalSuspend: suspend(request, caller)
    case .signalPending: answerPending(caller)
    case .signalMask: changeMask(request, caller)
    case .signalReturn: returnFromHandler(request, caller)
    case .processStatus: takePending(request, caller)

    case .alarm: setAlarm(request, caller)
    case .intervalTimer: setTimer(request, caller)
    case .time, .getTimeOfDay: answerTime(caller)
    case .setTime: setTime(request, caller)
    case .times: answerTimes(caller)

    case .getPID: answerPID(caller)
    case .getUID: answerUser(caller)
    case .getGID: answerGroup(caller)
    case .setUID, .setEffectiveUID: setUser(request, setsReal: call == .setUID, caller)
    case .setGID, .setEffectiveGID: setGroup(request, setsReal: call == .setGID, caller)
    case .getGroups: getGroups(request, caller)
    case .setGroups: setGroups(request, caller)
    case .setSession: setSession(caller)
    case .getGroup: answerProcessGroup(caller)
    case .getPriority: getPriority(request, caller)
    case .setPriority: setPriority(request, caller)

    case .getMachineContext: exchangeContext(.getMachineContext, request, caller)
    case .setMachineContext: exchangeContext(.setMachineContext, request, caller)
    case .systemName: answerSystemName(request, caller)
    case .publicInformation: answerPublicInformation(request, caller)
    case .getEndpoint: answerEndpoint(request, caller)
    case .getEndpointInformation: answerEndpointInformation(request, caller)

    // Those of VFS and RS, which have no counterpart here; and what is not there yet.
    case .execNewMemory, .serverFork, .execRestart, .serverKill: refuse(unlessServer: caller)
    case .addDMA, .deleteDMA, .getDMA, .reboot, .systemInformation: refuse(unlessRoot: caller)
    case .trace, .serverControl, .statisticalProfile, .callProfile: answer(.enosys, caller)
    case .read, .write, .open, .close, .status, .seek, .descriptorStatus, .access, .fileControl:
      answer(.enosys, caller)
    }
  }

  func answer(_ result: ResultCode, _ caller: ProcessSlot) {
    reply(result, to: roster[caller].endpoint)
  }

  func answer(_ result: Int32, _ caller: ProcessSlot, _ fill: (inout Message) -> Void = { _ in }) {
    var message = Message(type: result)
    fill(&message)
    reply(message, to: roster[caller].endpoint)
  }

  /// Calls between servers: to others they are forbidden.
  private func refuse(unlessServer caller: ProcessSlot) {
    answer(roster[caller].kind == .server ? .enosys : .eperm, caller)
  }

  private func refuse(unlessRoot caller: ProcessSlot) {
    answer(roster[caller].identity.isRoot ? .enosys : .eperm, caller)
  }
}
