import MinixABI
import Testing

/// Flags, signals and results, each against the literal and with MINIX's name.
@Suite struct ConstantTests {
  @Test(
    arguments: [
      (.slotFree, 0x0001, "RTS_SLOT_FREE"), (.procStop, 0x0002, "RTS_PROC_STOP"),
      (.sending, 0x0004, "RTS_SENDING"), (.receiving, 0x0008, "RTS_RECEIVING"),
      (.signaled, 0x0010, "RTS_SIGNALED"), (.sigPending, 0x0020, "RTS_SIG_PENDING"),
      (.pStop, 0x0040, "RTS_P_STOP"), (.noPriv, 0x0080, "RTS_NO_PRIV"),
      (.noEndpoint, 0x0100, "RTS_NO_ENDPOINT"), (.vmInhibit, 0x0200, "RTS_VMINHIBIT"),
      (.pageFault, 0x0400, "RTS_PAGEFAULT"), (.vmRequest, 0x0800, "RTS_VMREQUEST"),
      (.vmRequestTarget, 0x1000, "RTS_VMREQTARGET"), (.preempted, 0x4000, "RTS_PREEMPTED"),
      (.noQuantum, 0x8000, "RTS_NO_QUANTUM"),
    ] as [(RTSFlags, UInt16, String)])
  func runTimeFlags(flag: RTSFlags, bits: UInt16, name: String) {
    #expect(flag.rawValue == bits)
    #expect("\(flag)" == name)
  }

  @Test(
    arguments: [
      (.replyPend, 0x0001, "MF_REPLY_PEND"), (.virtualTimer, 0x0002, "MF_VIRT_TIMER"),
      (.profileTimer, 0x0004, "MF_PROF_TIMER"), (.kernelCallResume, 0x0008, "MF_KCALL_RESUME"),
      (.asyncMessage, 0x0010, "MF_ASYNMSG"), (.fullVM, 0x0020, "MF_FULLVM"),
      (.deliverMessage, 0x0040, "MF_DELIVERMSG"), (.signalDelay, 0x0080, "MF_SIG_DELAY"),
      (.syscallActive, 0x0100, "MF_SC_ACTIVE"), (.syscallDefer, 0x0200, "MF_SC_DEFER"),
      (.syscallTrace, 0x0400, "MF_SC_TRACE"), (.usedFPU, 0x0800, "MF_USED_FPU"),
      (.fpuInitialized, 0x1000, "MF_FPU_INITIALIZED"),
      (.sendingFromKernel, 0x2000, "MF_SENDING_FROM_KERNEL"),
    ] as [(MiscFlags, UInt16, String)])
  func miscellaneousFlags(flag: MiscFlags, bits: UInt16, name: String) {
    #expect(flag.rawValue == bits)
    #expect("\(flag)" == name)
  }

  @Test func flagsPrintTogether() {
    #expect("\(RTSFlags())" == "0")
    #expect("\(RTSFlags([.receiving, .sending]))" == "RTS_SENDING|RTS_RECEIVING")
    #expect("\(MiscFlags([.fullVM, .replyPend]))" == "MF_REPLY_PEND|MF_FULLVM")
  }

  @Test(
    arguments: [
      (.hangup, 1, "SIGHUP"), (.interrupt, 2, "SIGINT"), (.quit, 3, "SIGQUIT"),
      (.illegal, 4, "SIGILL"), (.trap, 5, "SIGTRAP"), (.abort, 6, "SIGABRT"), (.bus, 7, "SIGBUS"),
      (.floatingPoint, 8, "SIGFPE"), (.kill, 9, "SIGKILL"), (.user1, 10, "SIGUSR1"),
      (.segmentation, 11, "SIGSEGV"), (.user2, 12, "SIGUSR2"), (.pipe, 13, "SIGPIPE"),
      (.alarm, 14, "SIGALRM"), (.terminate, 15, "SIGTERM"), (.emulator, 16, "SIGEMT"),
      (.child, 17, "SIGCHLD"), (.`continue`, 18, "SIGCONT"), (.stop, 19, "SIGSTOP"),
      (.terminalStop, 20, "SIGTSTP"), (.window, 21, "SIGWINCH"), (.terminalInput, 22, "SIGTTIN"),
      (.terminalOutput, 23, "SIGTTOU"), (.virtualAlarm, 24, "SIGVTALRM"),
      (.profile, 25, "SIGPROF"), (.sendDelay, 26, "SIGSNDELAY"),
    ] as [(Signal, Int32, String)])
  func signals(signal: Signal, number: Int32, name: String) {
    #expect(signal.rawValue == number)
    #expect("\(signal)" == name)
    #expect(signal.bit == UInt32(1) << UInt32(number))
  }

  @Test func regularSignalsEndBelow26() {
    #expect(Signal.count == 26)
    #expect("\(Signal(rawValue: 31))" == "signal 31")
  }

  @Test(
    arguments: [
      (.ok, 0, "OK"), (.eperm, -1, "EPERM"), (.enoent, -2, "ENOENT"), (.esrch, -3, "ESRCH"),
      (.eintr, -4, "EINTR"), (.eio, -5, "EIO"), (.enxio, -6, "ENXIO"), (.e2big, -7, "E2BIG"),
      (.enoexec, -8, "ENOEXEC"), (.echild, -10, "ECHILD"), (.eagain, -11, "EAGAIN"),
      (.enomem, -12, "ENOMEM"), (.eacces, -13, "EACCES"), (.efault, -14, "EFAULT"),
      (.ebusy, -16, "EBUSY"), (.einval, -22, "EINVAL"), (.enospc, -28, "ENOSPC"),
      (.epipe, -32, "EPIPE"), (.edom, -33, "EDOM"), (.erange, -34, "ERANGE"),
      (.edeadlk, -35, "EDEADLK"), (.enosys, -38, "ENOSYS"), (.eloop, -40, "ELOOP"),
      (.erestart, -41, "ERESTART"), (.egeneric, -99, "EGENERIC"), (.elocked, -101, "ELOCKED"),
      (.ebadcall, -102, "EBADCALL"), (.ebadsrcdst, -103, "EBADSRCDST"),
      (.ecalldenied, -104, "ECALLDENIED"), (.edeadsrcdst, -105, "EDEADSRCDST"),
      (.enotready, -106, "ENOTREADY"), (.ebadrequest, -107, "EBADREQUEST"),
      (.etrapdenied, -110, "ETRAPDENIED"), (.edontreply, -201, "EDONTREPLY"),
      (.efaultDestination, -994, "EFAULT_DST"), (.efaultSource, -995, "EFAULT_SRC"),
      (.vmSuspend, -996, "VMSUSPEND"), (.suspend, -998, "SUSPEND"), (.ebadf, -9, "EBADF"),
    ] as [(ResultCode, Int32, String)])
  func results(code: ResultCode, value: Int32, name: String) {
    #expect(code.rawValue == value)
    #expect("\(code)" == name)
  }

  @Test func otherResultsAreNumbers() {
    #expect("\(ResultCode(rawValue: 17))" == "17")
    #expect("\(ResultCode(rawValue: -12345))" == "-12345")
  }

  @Test func ipcStatusWords() {
    #expect(IPCStatus(call: .send, fromKernel: true).rawValue == 0x0001_0001)
    #expect(IPCStatus(call: .sendrec, fromKernel: true).rawValue == 0x0001_0003)
    #expect(IPCStatus(call: .senda).rawValue == 16)
    #expect(IPCStatus(rawValue: 0x0001_0001).isFromKernel)
    #expect(!IPCStatus(rawValue: 0x0000_FFFF).isFromKernel)
    #expect(IPCStatus(rawValue: 0xFFFF_FFC4).isNotification)
  }

  @Test func notificationTypes() {
    #expect(Notification.type(from: ProcessSlot(rawValue: -4)) == 0x1000)
    #expect(Notification.type(from: ProcessSlot(rawValue: -2)) == 0x1002)
    #expect(Notification.type(from: ProcessSlot(rawValue: 8)) == 0x100C)
    #expect(Notification.type(from: ProcessSlot(rawValue: 251)) == 0x10FF)
    #expect(Notification.type(from: ProcessSlot(rawValue: 252)) == 0x1000)
    #expect(Notification.type(from: .none) == 0x1000)
  }

  @Test func privileges() {
    #expect(PrivilegeFlags.preemptible.rawValue == 0x02)
    #expect(PrivilegeFlags.billable.rawValue == 0x04)
    #expect(PrivilegeFlags.dynamicID.rawValue == 0x08)
    #expect(PrivilegeFlags.systemProcess.rawValue == 0x10)
    #expect(TrapMask.task.rawValue == 0x04)
    #expect(TrapMask.user.rawValue == 0x08)
    let calls: [IPCCall] = [.send, .receive, .sendrec, .notify, .sendnb]
    #expect(calls.map { TrapMask.user.allows($0) } == [false, false, true, false, false])
    #expect(calls.map { TrapMask.task.allows($0) } == [false, true, false, false, false])
    #expect(calls.allSatisfy { TrapMask.all.allows($0) })
  }

  @Test func addressSpace() {
    #expect(AddressSpaceLayout.pageByteCount == 4096)
    #expect(AddressSpaceLayout.userStart == 0x1000)
    #expect(AddressSpaceLayout.userEnd == 0xF000_0000)
    #expect(AddressSpaceLayout.stackTop == 0x8000_0000)
    #expect(AddressSpaceLayout.stackRegionByteCount == 0x0400_0000)
    #expect(AddressSpaceLayout.isUserRange(0xEFFF_FFFF, byteCount: 1))
    #expect(!AddressSpaceLayout.isUserRange(0xEFFF_FFFF, byteCount: 2))
    #expect(!AddressSpaceLayout.isUserRange(0xFFFF_FFFF, byteCount: 2))
    #expect(!AddressSpaceLayout.isUserRange(1, byteCount: .max))
  }
}
