public import I386

/// The restart group's descriptor tables.
public enum RestartDescriptors {
  /// The GDT and behind it the LDT: from the region's lower page to its upper.
  static func global(_ shape: RestartCase) -> [UInt64] {
    let landing = RestartCode(shape).landing
    func data(_ level: UInt8, isAccessed: Bool) -> UInt64 {
      SegmentDescriptor.flatData(privilegeLevel: level).rawValue & ~(isAccessed ? 0 : 1 << 40)
    }
    let local = SegmentDescriptor(
      base: RestartRegion.descriptors.boundary + RestartSelector.localTableOffset,
      limit: RestartSelector.localTableByteCount - 1, access: 0x82, isPageGranular: false,
      is32Bit: false)
    let lower = [
      0, SegmentDescriptor.flatCode(privilegeLevel: 0).rawValue, data(0, isAccessed: true),
      SegmentDescriptor.flatCode(privilegeLevel: 3).rawValue, data(3, isAccessed: true), 0,
      SegmentDescriptor.flatCode(privilegeLevel: 1).rawValue, data(1, isAccessed: true),
      local.rawValue, taskState.rawValue | 2 << 40,
      data(3, isAccessed: true) & ~(1 << 47), 0, 0, 0, 0, 0,
    ]
    let gate =
      InterruptGate(
        handler: landing, selector: UInt16(RestartSelector.ring1Code), privilegeLevel: 3
      ).rawValue & ~(2 << 40)
    let upper = [
      data(3, isAccessed: false), data(3, isAccessed: true),
      SegmentDescriptor.flatCode(privilegeLevel: 3).rawValue, gate,
    ]
    return lower + upper + [data(3, isAccessed: false), data(1, isAccessed: false)]
  }

  /// The TSS, whose stack pointer for ring 1 is the first word of the upper page.
  public static var taskState: SegmentDescriptor {
    SegmentDescriptor.taskState(base: RestartRegion.taskState.boundary - 12)
  }

  /// Base and limit of the GDT or the IDT.
  public static func register(
    _ isOfGates: Bool, of shape: RestartCase
  ) -> (base: UInt32, limit: UInt32) {
    guard isOfGates else {
      return (RestartRegion.descriptors.boundary &- RestartSelector.tableStart, 20 * 8 - 1)
    }
    let below = (shape.instruction?.gatesBelowBoundary ?? 32) * 8
    return (RestartRegion.gates.boundary &- below, 256 * 8 - 1)
  }

  /// The vector whose gate goes to ring 1, and that gate; nil if a case has none.
  public static func gate(of shape: RestartCase) -> (vector: UInt32, gate: InterruptGate)? {
    guard let vector = shape.instruction?.vector else { return nil }
    return (
      vector,
      InterruptGate(
        handler: RestartCode(shape).landing, selector: UInt16(RestartSelector.ring1Code),
        privilegeLevel: 3)
    )
  }
}
