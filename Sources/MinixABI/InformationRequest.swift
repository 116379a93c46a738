/// What SYS_GETINFO is asked for. Source: minix `include/minix/com.h`; ABI 8.8.
@frozen
public enum InformationRequest: Int32, CaseIterable, Sendable, BitwiseCopyable {
  /// `GET_KINFO`.
  case kernelInfo = 0
  /// `GET_IMAGE`.
  case bootTable = 1
  /// `GET_PROCTAB`.
  case processTable = 2
  /// `GET_RANDOMNESS`.
  case randomness = 3
  /// `GET_MONPARAMS`.
  case bootParameters = 4
  /// `GET_IRQHOOKS`.
  case interruptHooks = 6
  /// `GET_KMESSAGES`.
  case kernelMessages = 7
  /// `GET_PRIVTAB`.
  case privilegeTable = 8
  /// `GET_PROC`.
  case process = 11
  /// `GET_MACHINE`.
  case machine = 12
  /// `GET_LOCKTIMING`.
  case lockTiming = 13
  /// `GET_LOADINFO`.
  case load = 15
  /// `GET_IRQACTIDS`.
  case interruptActivity = 16
  /// `GET_PRIV`.
  case privilege = 17
  /// `GET_HZ`.
  case ticksPerSecond = 18
  /// `GET_WHOAMI`.
  case whoAmI = 19
  /// `GET_RANDOMNESS_BIN`.
  case randomnessBin = 20
  /// `GET_IDLETSC`.
  case idleCycles = 21
  /// `GET_AOUTHEADER`.
  case executableHeader = 22
}
