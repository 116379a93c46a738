import I386
import MinixABI

extension Event: CustomStringConvertible {
  /// The event in words, as a line of the recorder's tail. The rest of a message or a request is part
  /// of the line before it, and has none.
  public var description: String {
    switch kind {
    case .trap: trapText
    case .run: "\(endpoint) goes on"
    case .message:
      "\(endpoint) -> \(Endpoint(rawValue: signed(a))) type \(hexadecimal(b)), \(hexadecimal(c))"
        + (IPCStatus(rawValue: detail).isFromKernel ? " (from the kernel)" : "")
    case .kernelCall: "\(endpoint) calls \(callName(detail, parameter: b))"
    case .messageRest, .kernelCallRest: "  …"
    case .kernelResult: "\(endpoint) gets \(ResultCode(rawValue: signed(a)))"
    case .flags:
      "\(endpoint) flags \(RTSFlags(rawValue: UInt16(truncatingIfNeeded: a))) -> "
        + "\(RTSFlags(rawValue: UInt16(truncatingIfNeeded: b)))"
    case .signal: "\(endpoint) gets \(Signal(rawValue: signed(a)))"
    case .region:
      "\(endpoint) region \(hexadecimal(a)), \(b) bytes, "
        + (d == 1 ? "begins" : "ends")
    case .process: "\(endpoint) is there"
    case .walk: "\(endpoint) PDE \(hexadecimal(c)), PTE \(hexadecimal(e))"
    case .code: "\(endpoint) instruction \(hexadecimal(a))"
    case .pages: "\(endpoint) pages \(hexadecimal(a)), \(b)"
    case .empty, nil: "-"
    case .edit, .copiedEntries, .emptied, .overwritten: tableText
    }
  }

  private var trapText: String {
    let vector = Vector(UInt8(truncatingIfNeeded: a))
    guard vector == .pageFault else { return "\(endpoint) \(vector), EIP \(hexadecimal(c))" }
    return "\(endpoint) #PF at \(hexadecimal(d)), error \(b) "
      + "(\(PageFaultErrorCode(rawValue: b))), EIP \(hexadecimal(c))"
  }

  /// What was done to page tables.
  private var tableText: String {
    switch kind {
    case .edit: "entry of \(hexadecimal(d)): \(hexadecimal(b)) -> \(hexadecimal(c))"
    case .copiedEntries: "\(c) entries from \(hexadecimal(d)) copied"
    case .emptied: "page table \(hexadecimal(a)) emptied"
    default: "\(b) bytes of page tables at \(hexadecimal(a)) overwritten"
    }
  }

  private func signed(_ word: UInt32) -> Int32 { Int32(bitPattern: word) }

  private func callName(_ type: UInt32, parameter: UInt32) -> String {
    let call = KernelCallNumber(rawValue: signed(type) &- KernelCallNumber.base)
    guard call == .vmControl else { return call?.name ?? hexadecimal(type) }
    let control = VMControl(rawValue: signed(parameter))
    return "SYS_VMCTL/" + (control?.name ?? "\(signed(parameter))")
  }
}
