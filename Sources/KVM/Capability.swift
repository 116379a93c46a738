internal import CKVM

/// A capability of KVM that we use, under its KVM_CAP_ name.
@frozen public enum Capability: UInt8, CaseIterable, Equatable, Sendable {
  /// Guest memory is the host's own. Required.
  case userMemory
  /// The three TSS pages of old Intel hosts can be placed. Required.
  case setTSSAddress
  /// The identity-map page of the same hosts can be placed. Required.
  case setIdentityMapAddress
  /// `immediate_exit` makes KVM_RUN return at once: no tick is lost. Required.
  case immediateExit
  /// CPUID can be given to a vCPU. Required.
  case extendedCPUID
  /// How many memory slots a machine may have. Required.
  case memorySlotCount
  /// A slot's memory can be deleted by setting its size to 0. Required.
  case destroyMemoryRegionWorks
  /// A slot can be read-only to the guest.
  case readOnlyMemory
  /// Pending exceptions and interrupts can be read and written.
  case vcpuEvents
  /// Registers can travel in the run page.
  case synchronisedRegisters

  /// The name in the kernel's documentation.
  public var name: String {
    switch self {
    case .userMemory: "KVM_CAP_USER_MEMORY"
    case .setTSSAddress: "KVM_CAP_SET_TSS_ADDR"
    case .setIdentityMapAddress: "KVM_CAP_SET_IDENTITY_MAP_ADDR"
    case .immediateExit: "KVM_CAP_IMMEDIATE_EXIT"
    case .extendedCPUID: "KVM_CAP_EXT_CPUID"
    case .memorySlotCount: "KVM_CAP_NR_MEMSLOTS"
    case .destroyMemoryRegionWorks: "KVM_CAP_DESTROY_MEMORY_REGION_WORKS"
    case .readOnlyMemory: "KVM_CAP_READONLY_MEM"
    case .vcpuEvents: "KVM_CAP_VCPU_EVENTS"
    case .synchronisedRegisters: "KVM_CAP_SYNC_REGS"
    }
  }

  /// Whether a machine of ours can't be made without it.
  public var isRequired: Bool {
    switch self {
    case .userMemory, .setTSSAddress, .setIdentityMapAddress, .immediateExit, .extendedCPUID,
      .memorySlotCount, .destroyMemoryRegionWorks:
      true
    case .readOnlyMemory, .vcpuEvents, .synchronisedRegisters: false
    }
  }

  /// The number that KVM_CHECK_EXTENSION wants.
  var number: UInt32 {
    switch self {
    case .userMemory: UInt32(KVM_CAP_USER_MEMORY)
    case .setTSSAddress: UInt32(KVM_CAP_SET_TSS_ADDR)
    case .setIdentityMapAddress: UInt32(KVM_CAP_SET_IDENTITY_MAP_ADDR)
    case .immediateExit: UInt32(KVM_CAP_IMMEDIATE_EXIT)
    case .extendedCPUID: UInt32(KVM_CAP_EXT_CPUID)
    case .memorySlotCount: UInt32(KVM_CAP_NR_MEMSLOTS)
    case .destroyMemoryRegionWorks: UInt32(KVM_CAP_DESTROY_MEMORY_REGION_WORKS)
    case .readOnlyMemory: UInt32(KVM_CAP_READONLY_MEM)
    case .vcpuEvents: UInt32(KVM_CAP_VCPU_EVENTS)
    case .synchronisedRegisters: UInt32(KVM_CAP_SYNC_REGS)
    }
  }
}
