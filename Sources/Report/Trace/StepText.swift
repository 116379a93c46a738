import FlightRecorder
import I386
import MinixABI
import Trace

/// A step as a person reads it: without its time and its number.
struct StepText {
  let view: TraceView

  private var text: MessageText { view.text }

  private func name(_ endpoint: Endpoint) -> String { view.names.name(of: endpoint) }

  func words(of step: TraceStep) -> String {
    switch step.what {
    case .trap(let vector, let errorCode, _, let cr2): trap(vector, errorCode, cr2)
    case .run: "\(name(step.who)) goes on"
    case .message(let message, let receiver, let status):
      "\(name(step.who)) -> \(name(receiver)): "
        + text.message(message, from: step.who, to: receiver, status)
    case .kernelCall(let request): "\(name(step.who)) calls \(text.request(request))"
    case .kernelResult(let result, let type, let words): answer(result, type, words)
    case .flags(let old, let new): "\(name(step.who)) flags: \(flags(old, new))"
    case .signal(let signal): "\(name(step.who)) gets \(signal)"
    case .process(let origin, let parent, _): birth(step.who, origin, parent)
    case .walk: Walk(step)?.lines.joined(separator: "; ") ?? ""
    case .code(let bytes):
      "code: " + bytes.map { String(padded(UInt32($0)).suffix(2)) }.joined(separator: " ")
    case .edit, .copiedEntries, .emptied, .overwritten, .region, .pages: memory(step)
    }
  }

  private func trap(_ vector: Vector, _ errorCode: UInt32, _ cr2: UInt32) -> String {
    switch vector.rawValue {
    case TrapVector.ipc: return "IPC"
    case TrapVector.kernelCall: return "kernel call"
    case Vector.pageFault.rawValue:
      return "\(vector) at \(hexadecimal(cr2)): \(PageFaultErrorCode(rawValue: errorCode)) "
        + "(error code \(errorCode))"
    default: return vector.isException ? "\(vector) (error code \(errorCode))" : "clock tick"
    }
  }

  private func flags(_ old: RTSFlags, _ new: RTSFlags) -> String {
    let (gained, lost) = (new.subtracting(old), old.subtracting(new))
    let changes = (gained.isEmpty ? [] : ["+\(gained)"]) + (lost.isEmpty ? [] : ["-\(lost)"])
    let change = changes.isEmpty ? "unchanged" : changes.joined(separator: " ")
    return "\(change), now \(new.isEmpty ? "none: it can run" : "\(new)")"
  }

  private func answer(_ result: ResultCode, _ type: Int32, _ words: [UInt32]) -> String {
    if result == .vmSuspend { return "= VMSUSPEND: it waits for VM" }
    let call = KernelCallNumber(rawValue: type &- KernelCallNumber.base)
    if call == .vmControl, result == .ok, words[1] != 0 {
      return "= OK, words " + words.map(hexadecimal).joined(separator: " ")
    }
    return "= \(result)"
  }

  private func birth(_ who: Endpoint, _ origin: Event.Origin, _ parent: Endpoint) -> String {
    switch origin {
    case .resident: "\(name(who)) is there, a resident server"
    case .program: "\(name(who)) is there"
    case .fork: "\(name(who)) is there, a child of \(name(parent))"
    case .exec: "\(name(who)) is another program now"
    }
  }

  private func memory(_ step: TraceStep) -> String {
    switch step.what {
    case .edit(let entry, let old, let new, let page, let directory):
      let isTable = entry & ~0xFFF == directory
      return "\(isTable ? "page table for" : "page") \(hexadecimal(page)): "
        + "\(Walk.words(of: old)) -> \(Walk.words(of: new))"
    case .copiedEntries(_, _, let count, let page, _, let isReadOnly):
      return "up to \(count) entries from \(hexadecimal(page)) on copied"
        + (isReadOnly ? ", both sides read-only" : "")
    case .emptied(let table, let isDirectory):
      return "\(isDirectory ? "page directory" : "page table") \(hexadecimal(table)) emptied"
    case .overwritten(let start, let byteCount):
      return "\(byteCount) bytes of page tables at \(hexadecimal(start)) overwritten"
    case .region(let start, let byteCount, let flags, let isNew, _):
      let end = hexadecimal(start &+ byteCount)
      return "\(isNew ? "new" : "no more") region \(hexadecimal(start))…\(end) "
        + (flags & 1 != 0 ? "writable" : "read-only")
    case .pages(let start, let count, let flags, _):
      return "\(name(step.who)) at the end: \(count) page\(count == 1 ? "" : "s") from "
        + "\(hexadecimal(start)): \(Walk.words(of: flags))"
    default: return ""
    }
  }
}

/// The two entries that translate an address.
struct Walk {
  let address: UInt32
  let directory: UInt32
  let first: UInt32
  let place: UInt32
  let second: UInt32

  /// nil for another kind of step.
  init?(_ step: TraceStep) {
    guard case .walk(let address, let directory, let first, let place, let second) = step.what
    else {
      return nil
    }
    (self.address, self.directory, self.first) = (address, directory, first)
    (self.place, self.second) = (place, second)
  }

  /// One line for each entry that the CPU read.
  var lines: [String] {
    let index = address >> 22
    var lines = [
      "PDE \(index) at \(hexadecimal(directory &+ index * 4)) = \(hexadecimal(first)): "
        + (first & PageEntryBits.present == 0
          ? "not present, there is no page table" : Self.words(of: first))
    ]
    if place != 0 {
      lines.append(
        "PTE \(address >> 12 & 0x3FF) at \(hexadecimal(place)) = \(hexadecimal(second)): "
          + Self.words(of: second))
    }
    return lines
  }

  /// "frame 0x00123000, user, writable, accessed".
  static func words(of entry: UInt32) -> String {
    guard entry & PageEntryBits.present != 0 else { return "not present" }
    var words = [entry >> 12 == 0 ? "present" : "frame \(hexadecimal(entry & ~0xFFF))"]
    words.append(entry & 4 != 0 ? "user" : "supervisor")
    words.append(entry & PageEntryBits.writable != 0 ? "writable" : "read-only")
    if entry & PageEntryBits.accessed != 0 { words.append("accessed") }
    if entry & PageEntryBits.dirty != 0 { words.append("dirty") }
    return words.joined(separator: ", ")
  }
}
