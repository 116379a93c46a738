import I386
import Machine
import MinixABI

/// `p_vmrequest`: what a process waits for VM to make accessible, so that the kernel can go on.
///
/// Source: minix `kernel/proc.h`, `kernel/vm.h`.
struct MemoryRequest: BitwiseCopyable {
  /// What is taken up again when VM has answered (`VMSTYPE_…`).
  enum Kind: UInt8, BitwiseCopyable {
    case none
    /// A kernel call, dispatched anew from its saved message.
    case kernelCall
    /// The delivery of a message to the process's memory.
    case deliverMessage
    /// A trap whose message or request could not be fetched: the whole trap is made again.
    case trap
    /// A receive that could not read a sender's SENDA table; the process waits for messages too.
    case receive
  }

  /// `nextrequestor`: the next in the kernel's list.
  var next = ProcessSlot.none
  var kind = Kind.none
  /// `saved.reqmsg`: the suspended kernel call, or its reply.
  var savedMessage = Message()
  /// Whether the call has been made, and only its reply can't be written yet.
  var isReply = false
  /// `req_type`: what VM is asked to do.
  var type = MemoryRequestType.check
  /// The process whose memory is wanted, or whose mappings change.
  var target = Endpoint.none
  var start = LinearAddress(0)
  var byteCount: UInt32 = 0
  var isWrite = false
  /// For map types: whose pages they are, and where; and the mapping's place in the kernel's table.
  var source = Endpoint.none
  var sourceStart = LinearAddress(0)
  var record: Int8 = 0
  /// The error of a call that VM does not help.
  var refusal = ResultCode.efault
  /// How often the same operation has asked for the same range again although VM had agreed.
  var repeats: UInt32 = 0
  /// `vmresult`: VMSUSPEND from MEMREQ_GET to MEMREQ_REPLY, then VM's answer.
  var result = ResultCode.ok

  /// Whether VM has refused; or has agreed so often, and nothing came of it, that it need not be
  /// asked any more.
  var isRefused: Bool { result.rawValue < 0 || repeats >= FaultWatchdog.limit }

  /// The operation has come further: no later request is this one again.
  @inline(__always)
  mutating func settle() { (byteCount, repeats) = (0, 0) }

  /// Whether it is about the same range.
  func isLike(_ other: MemoryRequest) -> Bool {
    target == other.target && start == other.start && byteCount == other.byteCount
      && isWrite == other.isWrite
  }
}

/// `VMPTYPE_…`: the type of request that MEMREQ_GET returns.
enum MemoryRequestType: Int32, BitwiseCopyable {
  /// `VMPTYPE_CHECK`: make a range accessible.
  case check = 1
  /// `VMPTYPE_SMAP`: map a range of another process.
  case map = 3
  /// `VMPTYPE_SUNMAP`: give the process pages of its own again.
  case unmap = 4
}
