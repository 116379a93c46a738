internal import CKVM

/// One answer of the CPUID instruction, as a vCPU shall give it.
public struct CPUIDEntry: Equatable, Sendable {
  /// EAX on entry.
  public var function: UInt32
  /// ECX on entry, where ``isIndexed``.
  public var index: UInt32
  /// Whether the answer depends on ECX.
  public var isIndexed: Bool
  /// The answer in EAX.
  public var eax: UInt32
  /// The answer in EBX.
  public var ebx: UInt32
  /// The answer in ECX.
  public var ecx: UInt32
  /// The answer in EDX.
  public var edx: UInt32

  /// Takes KVM's entry over.
  init(_ entry: kvm_cpuid_entry2) {
    function = entry.function
    index = entry.index
    isIndexed = entry.flags & CPUIDEntry.significantIndex != 0
    (eax, ebx, ecx, edx) = (entry.eax, entry.ebx, entry.ecx, entry.edx)
  }

  /// KVM's form of the entry.
  var rawValue: kvm_cpuid_entry2 {
    kvm_cpuid_entry2(
      function: function, index: index, flags: isIndexed ? CPUIDEntry.significantIndex : 0,
      eax: eax, ebx: ebx, ecx: ecx, edx: edx, padding: (0, 0, 0))
  }

  /// KVM_CPUID_FLAG_SIGNIFCANT_INDEX (the kernel's spelling); a macro with a shift in it.
  private static var significantIndex: UInt32 { 1 << 0 }
}
