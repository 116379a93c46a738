// The ABI's numbers, stated once more: what the kernel is compiled with is what is being tested.

enum ModelSlot {
  static let idle = -4
  static let clock = -3
  static let system = -2
}

enum ModelEndpoint {
  static let pm: Int32 = 0
  static let vm: Int32 = 8
  static let none: Int32 = 27342
  static let any: Int32 = 31438
  static let itself: Int32 = 35534
}

enum ModelCall {
  static let send: UInt32 = 1
  static let receive: UInt32 = 2
  static let sendrec: UInt32 = 3
  static let notify: UInt32 = 4
  static let sendnb: UInt32 = 5
  static let senda: UInt32 = 16
  static let all: [UInt32] = [send, receive, sendrec, notify, sendnb, senda]
  /// `IPC_FLG_MSG_FROM_KERNEL` at its place in the status word.
  static let fromKernel: UInt32 = 0x0001_0000
}

enum ModelRTS {
  static let slotFree: UInt16 = 0x0001
  static let procStop: UInt16 = 0x0002
  static let sending: UInt16 = 0x0004
  static let receiving: UInt16 = 0x0008
  static let signaled: UInt16 = 0x0010
  static let sigPending: UInt16 = 0x0020
  static let pStop: UInt16 = 0x0040
  static let noPriv: UInt16 = 0x0080
  static let pageFault: UInt16 = 0x0400
  static let noQuantum: UInt16 = 0x8000
}

enum ModelMisc {
  static let replyPend: UInt16 = 0x0001
  static let async: UInt16 = 0x0010
  static let deliver: UInt16 = 0x0040
  static let sigDelay: UInt16 = 0x0080
  static let fromKernel: UInt16 = 0x2000
  /// What the model knows of.
  static let known: UInt16 = 0x20D1
}

enum ModelPrivilege {
  static let preemptible: UInt16 = 0x02
  static let systemProcess: UInt16 = 0x10
  /// The structure that all users share.
  static let user = 14
  /// SYS_PROC, PREEMPTIBLE, DYN_PRIV_ID.
  static let service: UInt16 = 0x1A
}

enum ModelEntryFlags {
  static let valid: UInt32 = 1
  static let done: UInt32 = 2
  static let notify: UInt32 = 4
  static let noReply: UInt32 = 8
}

enum ModelError {
  static let eperm: Int32 = -1
  static let efault: Int32 = -14
  static let ebusy: Int32 = -16
  static let einval: Int32 = -22
  static let edom: Int32 = -33
  static let elocked: Int32 = -101
  static let ebadcall: Int32 = -102
  static let ecalldenied: Int32 = -104
  static let edeadsrcdst: Int32 = -105
  static let enotready: Int32 = -106
  static let etrapdenied: Int32 = -110
}

enum ModelSignal {
  static let segmentation = 11
  static let sendDelay = 26
  /// SIGKSIGSM, SIGKSIG.
  static let forManager = 29
  static let ofProcess = 30
  /// ILL, ABRT, BUS, FPE, SEGV, EMT.
  static let lethal: Set<Int> = [4, 6, 7, 8, 11, 16]
}
