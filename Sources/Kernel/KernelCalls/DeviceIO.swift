import I386
import MinixABI

/// The calls of device drivers, as on a machine that has none of the devices: the tests are MINIX's,
/// then an input reads as all ones, and an output is lost.
///
/// Source: minix `kernel/system/do_devio.c`, `kernel/arch/i386/do_sdevio.c`; ABI 8.9.
extension Kernel {
  /// `sizeof(vdevio_buf)`: the room for a vector.
  private static var vectorByteCount: Int32 { 64 }

  /// SYS_DEVIO: one access to a port.
  func deviceIO(_ message: inout Message, _ caller: ProcessSlot) -> CallOutcome {
    let request = DeviceIORequest(rawValue: message[int: 16])
    // MINIX tests the port of an access without a size as if it had four bytes.
    guard mayAccess(message[word: 20], byteCount: request.byteCount ?? 4, caller) else {
      return .reply(.eperm)
    }
    guard let byteCount = request.byteCount else { return .reply(.einval) }
    if request.isInput { message[word: 24] = UInt32.max >> (32 - 8 * byteCount) }
    return .reply(.ok)
  }

  /// SYS_VDEVIO: a vector of accesses. {port:2, value:1 or 2} in four bytes each, or {port:2, value:4}
  /// in eight.
  func vectorDeviceIO(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    let request = DeviceIORequest(rawValue: message[int: 16])
    let count = message[int: 24]
    guard request.isInput || request.isOutput, count > 0, let size = request.byteCount else {
      return .reply(.einval)
    }
    let pairByteCount = size == 4 ? 8 : 4
    guard count <= Self.vectorByteCount / Int32(pairByteCount) else { return .reply(.e2big) }
    let start = LinearAddress(message[word: 28])
    let byteCount = UInt32(Int(count) * pairByteCount)
    var vector: KernelImage
    switch fetchBytes(of: caller, at: start, byteCount: byteCount) {
    case .failure(let fault): return outcome(of: fault, caller, refusal: .efaultSource)
    case .success(let bytes): vector = KernelImage(bytes: bytes)
    }
    for pair in 0..<Int(count) {
      let offset = pair * pairByteCount
      guard mayAccess(UInt32(vector[short: offset]), byteCount: size, caller) else {
        return .reply(.eperm)
      }
      switch size {
      case 1: vector[byte: offset + 2] = .max
      case 2: vector[short: offset + 2] = .max
      default: vector[word: offset + 4] = .max
      }
    }
    guard request.isInput else { return .reply(.ok) }
    return outcome(
      of: storeBytes(vector.bytes, of: caller, at: start), caller, refusal: .efaultDestination)
  }

  /// SYS_SDEVIO: many accesses to one port, from or to the caller's own memory or a grant.
  func stringDeviceIO(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    let request = DeviceIORequest(rawValue: message[int: 16])
    let byteCount = message[word: 24]
    guard let slot = target(message[endpoint: 12], caller) else {
      return .reply(request.isSafe ? .einval : .eperm)
    }
    guard !slot.isKernelTask, request.isSafe || slot == caller else { return .reply(.eperm) }
    var buffer = GrantedRange(owner: slot, start: LinearAddress(message[word: 28]))
    if request.isSafe {
      let granted = verifyGrant(
        GrantID(rawValue: message[int: 28]), of: processes[slot].endpoint,
        for: processes[caller].endpoint, access: request.isInput ? .write : .read,
        offset: message[word: 8], byteCount: byteCount)
      switch granted {
      case .failure(.code): return .reply(.eperm)
      case .failure(.memory(let fault)): return outcome(of: fault, caller, refusal: .eperm)
      case .success(let range): buffer = range
      }
    }
    guard byteCount > 0,
      AddressSpaceLayout.isUserRange(buffer.start.rawValue, byteCount: byteCount)
    else { return .reply(.efault) }
    guard mayAccess(message[word: 20], byteCount: request.byteCount ?? 4, caller) else {
      return .reply(.eperm)
    }
    guard let size = request.byteCount, size < 4, request.isInput || request.isOutput else {
      return .reply(.einval)
    }
    guard request.isInput else { return .reply(.ok) }
    return outcome(of: fill(buffer, byteCount: byteCount), caller)
  }

  /// Whether the caller may use a port: it is aligned, and in one of the caller's ranges if those are
  /// checked.
  private func mayAccess(_ port: UInt32, byteCount: UInt32, _ caller: ProcessSlot) -> Bool {
    let id = processes[caller].privilege
    if privileges[id].flags.contains(.checksIOPort) {
      let last = port.addingReportingOverflow(byteCount - 1)
      let ranges = resources[Int(id.rawValue)].ioRanges
      guard !last.overflow,
        ranges.contains(where: { $0.contains(port, through: last.partialValue) })
      else { return false }
    }
    return port & (byteCount - 1) == 0
  }

  /// All ones, page by page: the length is the caller's, and no buffer of the host is as long.
  private func fill(_ range: GrantedRange, byteCount: UInt32) -> Result<Void, CopyFault> {
    let ones = KernelBuffer([UInt8](repeating: .max, count: 4096))
    // First the whole range, so that a suspended call has done nothing.
    if let fault = accessFault(
      .process(range.owner, range.start), byteCount, isWrite: true)
    {
      return .failure(fault)
    }
    var done: UInt32 = 0
    while done < byteCount {
      let step = min(byteCount - done, 4096)
      let copied = copy(
        from: .kernel(ones), to: .process(range.owner, range.start + done), byteCount: step)
      guard case .success = copied else { return copied }
      done += step
    }
    return .success(())
  }
}
