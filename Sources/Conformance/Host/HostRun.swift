public import KVM
public import PagingCases

/// Runs the host group: each case in a machine of its own, but for those that only ask.
public enum HostRun {
  /// - Parameters:
  ///   - system: the open device.
  ///   - parameters: which cases.
  ///   - progress: told how many cases are done.
  ///   - isOver: asked after each case; true ends the run.
  /// - Returns: how many cases there were, and what differs; nil if the run was ended.
  public static func run(
    on system: borrowing System, _ parameters: RunParameters, progress: (Int) -> Void,
    unless isOver: () -> Bool
  ) throws(KVMError) -> (count: Int, divergences: [Divergence])? {
    let physicalAddressBits = try physicalAddressBits(of: system)
    var quiet: HostMachine?
    var count = 0
    var divergences: [Divergence] = []
    for hostCase in HostCase.all where parameters.wants(number: hostCase.rawValue) {
      if isOver() { return nil }
      progress(count)
      count += 1
      let expected = hostCase.expectation(physicalAddressBits: physicalAddressBits)
      let seen = try hostCase.scene.observation(on: system, &quiet)
      guard let field = expected.difference(from: seen) else { continue }
      divergences.append(Divergence(hostCase, expected, seen, field))
    }
    return (count, divergences)
  }

  /// What the guests' CPUID says.
  private static func physicalAddressBits(of system: borrowing System) throws(KVMError) -> UInt32 {
    let entries = try system.supportedCPUID()
    return ProcessorFeatures { leaf, registers in
      let entry = entries.first { $0.function == leaf && (!$0.isIndexed || $0.index == 0) }
      if let entry { registers = (entry.eax, entry.ebx, entry.ecx, entry.edx) }
    }.physicalAddressBits
  }
}
