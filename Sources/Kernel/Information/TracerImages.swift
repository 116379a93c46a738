import I386
import Machine
import MinixABI

/// What a tracer sees of a process beyond its memory (T_GETUSER): the process structure, and behind it
/// the privilege structure. Source: ABI 15.2, 15.3.
extension Kernel {
  /// `struct proc`, 928 bytes.
  func processImage(of slot: ProcessSlot) -> KernelImage {
    let process = processes[slot]
    var image = KernelImage(byteCount: 928)
    image.store(process.frame.image, at: 0)
    image[word: 600] = process.directory.rawValue
    image[int: 644] = process.slot.rawValue
    image[short: 652] = process.rts.rawValue
    image[short: 654] = process.misc.rawValue
    image[byte: 656] = UInt8(bitPattern: process.priority)
    image[byte: 657] = UInt8(bitPattern: process.ticksLeft)
    image[byte: 658] = UInt8(bitPattern: process.quantum)
    for (index, segment) in [process.segments.text, process.segments.data, process.segments.stack]
      .enumerated()
    {
      image[word: 664 + 12 * index] = segment.start
      image[word: 668 + 12 * index] = segment.physical
      image[word: 672 + 12 * index] = segment.length
    }
    image[word: 700] = process.userTicks
    image[word: 704] = process.systemTicks
    image[int: 708] = process.virtualTicksLeft
    image[int: 712] = process.profileTicksLeft
    image[endpoint: 736] = process.getFrom
    image[endpoint: 740] = process.sendTo
    image[word: 744] = process.pendingSignals
    for index in 0..<8 { image[byte: 748 + index] = process.name.bytes[index] }
    image[endpoint: 756] = process.endpoint
    image.store(process.sendMessage, at: 760)
    image.store(process.deliverMessage, at: 796)
    image[word: 832] = process.deliverAddress.rawValue
    image[word: 836] = process.deliverAddress.rawValue
    return image
  }

  /// `struct priv`, 476 bytes.
  func privilegeImage(of id: PrivilegeID) -> KernelImage {
    let privilege = privileges[id]
    var image = KernelImage(byteCount: Int(PrivilegeRequest.byteCount))
    image[int: 0] =
      privilege.owner == .none ? Endpoint.none.rawValue : privilege.owner.rawValue
    image[short: 4] = UInt16(truncatingIfNeeded: id.rawValue)
    image[short: 6] = privilege.flags.rawValue
    image[word: 8] = privilege.asyncTable.start.rawValue
    image[word: 12] = privilege.asyncTable.count
    image[short: 16] = privilege.trapMask.rawValue
    image[word: 18] = privilege.ipcTo
    image[word: 22] = UInt32(truncatingIfNeeded: privilege.kernelCallMask)
    image[word: 26] = UInt32(truncatingIfNeeded: privilege.kernelCallMask >> 32)
    image[endpoint: 32] = privilege.signalManager
    image[word: 36] = privilege.pendingNotifications
    image[word: 44] = privilege.pendingSignals
    return image
  }
}
