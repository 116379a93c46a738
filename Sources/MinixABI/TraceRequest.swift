/// `CTL_REQUEST` of SYS_TRACE, which are PTRACE's numbers. Source: minix `include/sys/ptrace.h`.
@frozen
public enum TraceRequest: Int32, CaseIterable, Sendable, BitwiseCopyable {
  /// `T_STOP`: stop the process.
  case stop = -1
  /// `T_GETINS`: a word of its instructions.
  case getInstruction = 1
  /// `T_GETDATA`: a word of its data, which is the same memory.
  case getData = 2
  /// `T_GETUSER`: a word of the kernel's structures about it.
  case getUser = 3
  /// `T_SETINS`.
  case setInstruction = 4
  /// `T_SETDATA`.
  case setData = 5
  /// `T_SETUSER`: a register.
  case setUser = 6
  /// `T_RESUME`.
  case resume = 7
  /// `T_STEP`: go on for one instruction.
  case step = 9
  /// `T_SYSCALL`: go on to the next IPC call, or to its end.
  case syscall = 10
  /// `T_DETACH`.
  case detach = 12
  /// `T_READB_INS`: a byte.
  case readByte = 100
  /// `T_WRITEB_INS`.
  case writeByte = 101
}
