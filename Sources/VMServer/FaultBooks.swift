public import MinixABI

/// What became of faults, by the programs that were loaded from outside and those who descend from
/// them. It is kept when their slots have other tenants.
struct FaultBooks {
  /// By slot: a program's own, once it has gone.
  var programs: [FaultCounts]
  /// By its slot: those of its descendants that have gone, all together.
  var descendants: [FaultCounts]

  init(processCapacity: Int) {
    programs = Array(repeating: FaultCounts(), count: processCapacity)
    descendants = programs
  }
}

extension VMServer {
  /// What became of the faults of a slot's tenant, or of its last one.
  public func faults(ofSlot slot: ProcessSlot) -> FaultCounts { spaces[Int(slot.rawValue)].faults }

  /// What became of the faults of the program that was loaded into a slot.
  public func faults(ofProgram slot: ProcessSlot) -> FaultCounts {
    spaces[Int(slot.rawValue)].isFounder ? faults(ofSlot: slot) : books.programs[Int(slot.rawValue)]
  }

  /// What became of the faults of all who descend from it.
  public func faults(ofDescendants slot: ProcessSlot) -> FaultCounts {
    let founder = Int(slot.rawValue)
    var sum = books.descendants[founder]
    for index in spaces.indices
    where spaces[index].founder == founder && !spaces[index].isFounder {
      sum += spaces[index].faults
    }
    return sum
  }

  /// A slot gets a new tenant.
  mutating func retireFaults(of slot: Int) {
    guard spaces[slot].founder >= 0 else { return }
    if spaces[slot].isFounder {
      books.programs[slot] = spaces[slot].faults
    } else {
      books.descendants[spaces[slot].founder] += spaces[slot].faults
    }
  }
}
