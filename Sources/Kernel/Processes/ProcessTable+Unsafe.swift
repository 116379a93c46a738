import FlightRecorder
import Machine
import MinixABI

/// The process table: one allocation for kernel tasks and processes, made at start, never moved.
///
/// `table[slot].field` reads and writes in place. An entry has 512 bytes, so that none lies in two pages.
///
/// It is a part of the kernel's own object, like the other tables: on a software CPU, whose translation
/// cache is empty after each exit, every page that a trap touches costs a walk.
@safe
struct ProcessTable: ~Copyable {
  private let base: UnsafeMutableRawPointer
  private let count: Int
  private static var stride: Int { 512 }
  /// Slots from 0 up (`NR_PROCS`); the four tasks come on top.
  let capacity: Int32
  /// `rdy_head`, `rdy_tail`.
  var queues = ReadyQueues()
  /// Where changes of flags go.
  let recorder: FlightRecorder

  /// - Parameters:
  ///   - capacity: the number of slots from 0 up.
  ///   - recorder: where changes of flags go.
  init(capacity: Int32, recorder: FlightRecorder) {
    self.recorder = recorder
    count = Int(capacity + Endpoint.taskCount)
    self.capacity = capacity
    precondition(MemoryLayout<Process>.size <= Self.stride, "an entry has outgrown its place")
    unsafe base = .allocate(byteCount: count * Self.stride, alignment: Self.stride)
    for slot in allSlots {
      unsafe pointer(to: slot).initialize(to: Process())
      self[slot].slot = slot
      self[slot].endpoint = Endpoint(generation: 0, slot: slot)
    }
  }

  deinit {
    unsafe base.deallocate()
  }

  subscript(slot: ProcessSlot) -> Process {
    @inline(__always) unsafeAddress {
      unsafe UnsafePointer(pointer(to: slot))
    }
    @inline(__always) nonmutating unsafeMutableAddress {
      unsafe pointer(to: slot)
    }
  }

  /// A slot's entry, for whoever looks at more than one of its fields.
  @inline(__always)
  func entry(_ slot: ProcessSlot) -> ProcessEntry {
    unsafe ProcessEntry(pointer(to: slot))
  }

  /// The same for a slot that the table may not have.
  @inline(__always)
  func entryIfAny(_ slot: ProcessSlot) -> ProcessEntry? {
    let index = Int(slot.rawValue) &+ Int(Endpoint.taskCount)
    guard UInt(bitPattern: index) < UInt(bitPattern: count) else { return nil }
    return unsafe ProcessEntry(pointer(at: index))
  }

  @inline(__always)
  private func pointer(to slot: ProcessSlot) -> UnsafeMutablePointer<Process> {
    let index = Int(slot.rawValue) &+ Int(Endpoint.taskCount)
    // One comparison: as an unsigned number a negative index is too great.
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such slot")
    return unsafe pointer(at: index)
  }

  @inline(__always)
  private func pointer(at index: Int) -> UnsafeMutablePointer<Process> {
    unsafe (base + index &* Self.stride).assumingMemoryBound(to: Process.self)
  }
}

/// An entry of the process table that has been looked up: its slot was tested then, its fields are read
/// and written in place. It is good as long as the table, which never moves.
@safe
struct ProcessEntry {
  private let pointer: UnsafeMutablePointer<Process>

  @inline(__always)
  fileprivate init(_ pointer: UnsafeMutablePointer<Process>) { unsafe self.pointer = pointer }

  /// The whole of it, in place.
  var process: Process {
    @inline(__always) unsafeAddress {
      unsafe UnsafePointer(pointer)
    }
    @inline(__always) nonmutating unsafeMutableAddress {
      unsafe pointer
    }
  }

  /// Where its registers are.
  @inline(__always)
  var registers: RegisterFile {
    unsafe withUnsafeMutablePointer(to: &pointer.pointee.frame) { unsafe RegisterFile($0) }
  }
}
