import I386
import MinixABI
import Trace

/// Why a fault was fatal, in one sentence.
struct Verdict {
  let view: TraceView

  /// - Parameters:
  ///   - who: whose fault.
  ///   - walk: how far the CPU got.
  ///   - error: what it says of the access.
  func sentence(_ who: Endpoint, _ walk: Walk, _ error: PageFaultErrorCode) -> String {
    let name = view.names.shortName(of: who)
    let address = hexadecimal(walk.address)
    let access = error.contains(.write) ? "write" : "read"
    if walk.address >= AddressSpaceLayout.userEnd {
      return "\(address) is not user space: it belongs to the part that only ring 0 may touch."
    }
    guard let region = view.region(containing: walk.address, in: walk.directory) else {
      let hint = walk.address < 4096 ? ": a null pointer, most likely" : ""
      return "\(address) lies in no region of \(name)\(hint), so VM had nothing to put there."
        + nearest(walk)
    }
    let range = "\(hexadecimal(region.start))…\(hexadecimal(region.end))"
    if error.contains(.write), region.flags & 1 == 0 {
      return "\(name) wanted to write at \(address), and its region \(range) is read-only."
    }
    if region.flags & 0x42 != 0 {
      return "the region \(range) of \(name) must not fault, and its page was not there."
    }
    return
      "VM could not make the page at \(address) accessible for a \(access): memory was used up, "
      + "or somebody else owns it."
  }

  /// What an address was perhaps meant to be: one beside a region.
  private func nearest(_ walk: Walk) -> String {
    let below = (view.regions[walk.directory] ?? []).filter { $0.end <= walk.address }
      .max { $0.end < $1.end }
    guard let below, walk.address - below.end < 1 << 20 else { return "" }
    return " The region before it ends \(walk.address - below.end) bytes below."
  }
}
