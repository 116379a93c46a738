/// Calls to PM, all of them, and those to VFS that the house serves, by their number in `m_type`.
///
/// Source: minix `include/minix/callnr.h`; POSIX sheet 2.1 and 3.2.
@frozen
public enum PosixCall: Int32, CaseIterable, Sendable, BitwiseCopyable {
  /// `EXIT`: status@8.
  case exit = 1
  /// `FORK`: the child's pid; 0 in the child.
  case fork = 2
  /// `READ`, to VFS: descriptor@8, byte count@12, buffer@20.
  case read = 3
  /// `WRITE`, to VFS: descriptor@8, byte count@12, buffer@20.
  case write = 4
  /// `OPEN`, to VFS: path length@8, flags@12, path pointer@16; with `O_CREAT` @20.
  case open = 5
  /// `CLOSE`, to VFS: descriptor@8.
  case close = 6
  /// `WAIT`: any child; the reply has its pid in `m_type` and its status@8.
  case wait = 7
  /// `WAITPID`: pid@8, options@12; the same reply.
  case waitPID = 11
  /// `TIME`: seconds@20, microseconds@24.
  case time = 13
  /// `BRK`: the new break@20.
  case brk = 17
  /// `STAT`, to VFS: path length@8, path@20, structure@24.
  case status = 18
  /// `LSEEK`, to VFS: descriptor@8, whence@12, offset@20; the reply has the position@20.
  case seek = 19
  /// `MINIX_GETPID`: the pid, and the parent's@8.
  case getPID = 20
  /// `SETUID`: uid@8.
  case setUID = 23
  /// `GETUID`: the real id, and the effective one@8.
  case getUID = 24
  /// `STIME`: seconds@20.
  case setTime = 25
  /// `PTRACE`.
  case trace = 26
  /// `ALARM`: seconds@8.
  case alarm = 27
  /// `FSTAT`, to VFS: descriptor@8, structure@20.
  case descriptorStatus = 28
  /// `PAUSE`.
  case pause = 29
  /// `ACCESS`, to VFS: path length@8, mode@12, path pointer@16.
  case access = 33
  /// `KILL`: pid@8, signal@12.
  case kill = 37
  /// `TIMES`: user@8, system@12, children's@16 and @20, uptime@24.
  case times = 43
  /// `SETGID`: gid@8.
  case setGID = 46
  /// `GETGID`: as `GETUID`.
  case getGID = 47
  /// `FCNTL`, to VFS: descriptor@8, command@12, number@16.
  case fileControl = 55
  /// `EXEC`: path length@8, frame size@12, path@20, frame@24.
  case exec = 59
  /// `SETSID`.
  case setSession = 62
  /// `GETPGRP`.
  case getGroup = 63
  /// `ITIMER`: which@8, new@20, old@24.
  case intervalTimer = 64
  /// `GETGROUPS`: how many@8, array@20.
  case getGroups = 65
  /// `SETGROUPS`: how many@8, array@20.
  case setGroups = 66
  /// `GETMCONTEXT`: structure@20.
  case getMachineContext = 67
  /// `SETMCONTEXT`: structure@20.
  case setMachineContext = 68
  /// `SIGACTION`: signal@12, new@20, old@24, trampoline@28.
  case signalAction = 71
  /// `SIGSUSPEND`: mask@20.
  case signalSuspend = 72
  /// `SIGPENDING`: set@20.
  case signalPending = 73
  /// `SIGPROCMASK`: how@8, set@20.
  case signalMask = 74
  /// `SIGRETURN`: mask@20, context@28.
  case signalReturn = 75
  /// `REBOOT`: how@8.
  case reboot = 76
  /// `SVRCTL`.
  case serverControl = 77
  /// `SYSUNAME`: request@8, field@12, size@16, buffer@20.
  case systemName = 78
  /// `GETSYSINFO`.
  case systemInformation = 79
  /// `GETPRIORITY`: which@8, who@12.
  case getPriority = 88
  /// `SETPRIORITY`: which@8, who@12, value@16.
  case setPriority = 89
  /// `GETTIMEOFDAY`: as `TIME`.
  case getTimeOfDay = 90
  /// `SETEUID`: uid@8.
  case setEffectiveUID = 91
  /// `SETEGID`: gid@8.
  case setEffectiveGID = 92
  /// `GETSYSINFO_UP`: what@8, size@12, buffer@28.
  case publicInformation = 97
  /// `SPROF`.
  case statisticalProfile = 98
  /// `CPROF`.
  case callProfile = 99
  /// `EXEC_NEWMEM`.
  case execNewMemory = 100
  /// `SRV_FORK`.
  case serverFork = 101
  /// `EXEC_RESTART`.
  case execRestart = 102
  /// `PROCSTAT`: what@8.
  case processStatus = 103
  /// `GETPROCNR`: pid@8, name length@12, name@20.
  case getEndpoint = 104
  /// `GETEPINFO`: endpoint@8.
  case getEndpointInformation = 107
  /// `ADDDMA`.
  case addDMA = 108
  /// `DELDMA`.
  case deleteDMA = 109
  /// `GETDMA`.
  case getDMA = 110
  /// `SRV_KILL`.
  case serverKill = 111

  /// The call's name in MINIX's headers.
  public var name: String { PosixCallName.name(of: rawValue) ?? "\(rawValue)" }
}

/// Messages of the scheduling protocol. Source: minix `include/minix/com.h`.
@frozen
public enum SchedulingMessage {
  /// `SCHEDULING_NO_QUANTUM`: kernel-originated, on behalf of the process that ran out.
  @inlinable public static var noQuantum: Int32 { 0xF01 }
}
