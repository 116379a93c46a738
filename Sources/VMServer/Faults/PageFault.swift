import I386
import MinixABI

extension VMServer {
  /// The kernel's signals to VM, in ascending order: faults before memory requests.
  mutating func serveSignals(_ pending: UInt32) {
    if let signal = delivery.signals.pageFault, pending & signal.bit != 0 { servePageFaults() }
    if pending & delivery.signals.memory.bit != 0 { serveMemoryRequests() }
  }

  /// The old delivery: fetches faults from the kernel until there are none left.
  ///
  /// Source: ABI 5.4.
  private mutating func servePageFaults() {
    while true {
      var request = Message(.getPageFault, who: .itself)
      guard gate.kernelCall(&request) == .ok else { return }
      pageFault(
        of: request[endpoint: 8], at: LinearAddress(request[word: 12]),
        PageFaultErrorCode(rawValue: request[word: 16]))
    }
  }

  /// `do_pagefaults`: decides on one fault, and lets the process go with exactly one
  /// VMCTL_CLEAR_PAGEFAULT.
  ///
  /// Source: minix `servers/vm/pagefaults.c`; ABI 9.6, read by 13.6, 13.17 and 13.19.
  @inline(__always)
  mutating func pageFault(
    of endpoint: Endpoint, at address: LinearAddress, _ error: PageFaultErrorCode
  ) {
    guard let slot = slot(of: endpoint) else { return refuse(endpoint) }
    let outcome = resolve(slot, address, isWrite: error.contains(.write))
    if outcome == .zeroFill {
      // By far the most: a switch would be a jump by a table.
      spaces[slot].faults.zeroFill &+= 1
      return gate.clearPageFault(of: endpoint)
    }
    end(outcome, slot, endpoint)
  }

  @inline(never)
  private mutating func end(_ outcome: FaultOutcome, _ slot: Int, _ endpoint: Endpoint) {
    spaces[slot].faults.count(outcome)
    switch outcome {
    case .segv, .outOfMemory: refuse(endpoint)
    case .zeroFill, .copyOnWrite, .protection: gate.clearPageFault(of: endpoint)
    }
  }

  /// A fault that kills; the process is let go to its death.
  private func refuse(_ endpoint: Endpoint) {
    gate.kill(endpoint, .segmentation)
    gate.clearPageFault(of: endpoint)
  }

  /// The decision tree.
  @inline(__always)
  private mutating func resolve(
    _ slot: Int, _ address: LinearAddress, isWrite: Bool
  ) -> FaultOutcome {
    guard let region = regions.region(containing: address, in: spaces[slot].regions) else {
      return .segv
    }
    endLoading(of: slot)
    if !region.flags.isDisjoint(with: [.noPageFaults, .shared]) { return .segv }
    if isWrite, !region.flags.contains(.writable) { return .segv }
    return mapPageFault(slot, region, address.pageStart, isWrite: isWrite)
  }
}

/// What became of a fault.
enum FaultOutcome {
  case zeroFill
  case copyOnWrite
  case protection
  case segv
  case outOfMemory
}

extension FaultCounts {
  mutating func count(_ outcome: FaultOutcome) {
    switch outcome {
    case .zeroFill: zeroFill &+= 1
    case .copyOnWrite: copyOnWrite &+= 1
    case .protection: protection &+= 1
    case .segv: segv &+= 1
    case .outOfMemory: outOfMemory &+= 1
    }
  }
}
