import I386
import Machine
import MinixABI

/// One entry of the process table: a guest process, a resident server or a kernel task.
///
/// The kernel makes no difference between the first two: a resident server has the same flags,
/// queues and registers, only that its "ring 3" is Swift code and its registers carry nothing but
/// the results of traps.
///
/// Source: minix `kernel/proc.h`, `struct proc`.
struct Process: BitwiseCopyable {
  /// `p_nr`.
  var slot = ProcessSlot.none
  /// `p_endpoint`.
  var endpoint = Endpoint.none
  /// `p_rts_flags`; changed only through the process table's `set` and `unset`.
  var rts: RTSFlags = .slotFree
  /// `p_misc_flags`.
  var misc: MiscFlags = []
  /// `p_reg`: the registers at the last trap.
  var frame = TrapFrame()
  /// When that was, in the host's cycles.
  var trappedAt: UInt64 = 0
  /// `p_seg.p_cr3`: the page directory, or 0.
  var directory = PhysicalAddress(0)
  /// Whether Swift code runs this process instead of ring 3.
  var isResident = false
  /// `p_priv`: the index of its privilege structure.
  var privilege = PrivilegeID.user
  /// `p_priority`: its queue, 0 the best.
  var priority: Int8 = 0
  /// `p_ticks_left` of its quantum.
  var ticksLeft: Int8 = 0
  /// `p_nextready`: the next process in the ready queue it is in.
  var nextReady = ProcessSlot.none
  /// The one before it there; none for the head.
  var previousReady = ProcessSlot.none
  /// `p_getfrom_e`: whom it wants to receive from, while RTS_RECEIVING.
  var getFrom = Endpoint.none
  /// `p_caller_q`: the senders that wait for this process, first and last.
  var callerQueueHead = ProcessSlot.none
  var callerQueueTail = ProcessSlot.none
  /// `p_delivermsg`: the message that it gets before it runs.
  var deliverMessage = Message()
  /// `p_delivermsg_lin`: where ring 3 wants it.
  var deliverAddress = LinearAddress(0)
  /// Faults in a row that bring it no further.
  var watchdog = FaultWatchdog()
  /// What is counted of its doings.
  var statistics = ProcessStatistics()

  // From here on, what most traps do not touch.
  /// `p_memmap`.
  var segments = SegmentMap()
  /// Whether the run was started with it, so that its end has to tell of it: it is no child.
  var isOriginal = false
  /// The process that the run was started with whose forks have led to this one; itself, if it is one.
  var founder = Endpoint.none
  /// `p_name`, seven characters and a NUL.
  var name = ProcessName()

  // Scheduling.
  /// `p_quantum_size` in ticks.
  var quantum: Int8 = 0
  /// `p_scheduler`: who decides when the quantum is used up; NONE means the kernel.
  var scheduler = Endpoint.none
  /// `p_user_time` and `p_sys_time`, in ticks.
  var userTicks: UInt32 = 0
  var systemTicks: UInt32 = 0

  /// `p_virt_left` and `p_prof_left`, in ticks, while MF_VIRT_TIMER and MF_PROF_TIMER are set.
  var virtualTicksLeft: Int32 = 0
  var profileTicksLeft: Int32 = 0

  // IPC.
  /// `p_sendto_e`: whom it wants to send to, while RTS_SENDING.
  var sendTo = Endpoint.none
  /// `p_q_link`: the next sender in the queue this process waits in.
  var queueLink = ProcessSlot.none
  /// The sender before it there; none for the first.
  var previousInQueue = ProcessSlot.none
  /// `p_sendmsg`: the message it is blocked with.
  var sendMessage = Message()

  /// `p_defer`: the postponed call, while MF_SC_DEFER.
  var deferredCall = DeferredCall()

  /// `p_pending`: kernel signals that its manager has not fetched.
  var pendingSignals: UInt32 = 0

  /// `p_vmrequest`.
  var request = MemoryRequest()
  /// `p_pagefault`, under the old delivery: the next process in the kernel's list of faults. The
  /// address and the error code are in ``frame``.
  var nextPageFault = ProcessSlot.none
}

extension Process {
  /// Whether it waits for VM with an IPC call that will be made again.
  var isRepeatingIPCCall: Bool { request.kind == .trap && frame.vector == UInt32(TrapVector.ipc) }

  /// Whether the entry is in use, by exactly this endpoint.
  @inline(__always)
  func isTenant(_ endpoint: Endpoint) -> Bool { rts != .slotFree && self.endpoint == endpoint }
}

/// `p_name`: up to seven characters.
struct ProcessName: BitwiseCopyable {
  var bytes = InlineArray<8, UInt8>(repeating: 0)

  init() {}

  /// Seven bytes of a process's memory.
  init(bytes: [UInt8]) {
    for (index, byte) in bytes.prefix(7).enumerated() { self.bytes[index] = byte }
  }

  /// The first seven UTF-8 bytes of a text.
  init(_ text: String) {
    for (index, byte) in text.utf8.prefix(7).enumerated() { bytes[index] = byte }
  }

  /// The name as text.
  var text: String {
    var characters: [UInt8] = []
    for index in 0..<8 where bytes[index] != 0 { characters.append(bytes[index]) }
    return String(decoding: characters, as: UTF8.self)
  }
}
