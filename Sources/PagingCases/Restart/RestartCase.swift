import I386

/// One case of the restart group: an instruction, where its operand lies, and what its pages lack.
///
///     bits 6:0    the instruction      8:7  the operand's size, 1 << n bytes
///     bit  9      LOCK or REP          10   its other variant
///     bits 12:11  the ring             15:13  the operand's place
///     bit  16     the rights lack in the directory entries
///     bits 28:17  what lacks, two bits a page: 1 P, 2 W, 3 U; the first region's two pages, the
///                 second's, the code's
///     bits 30:29  the code's place
@frozen
public struct RestartCase: RawRepresentable, Hashable, Comparable, Sendable, BitwiseCopyable {
  public var rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static func < (a: RestartCase, b: RestartCase) -> Bool { a.rawValue < b.rawValue }

  /// What a page lacks.
  public enum Lack: UInt32, Sendable {
    case nothing, present, writable, user

    /// The entry's bit.
    var bit: UInt32 {
      switch self {
      case .nothing: 0
      case .present: PageEntryBits.present
      case .writable: PageEntryBits.writable
      case .user: PageEntryBits.user
      }
    }
  }

  public var instruction: RestartInstruction? { RestartInstruction(rawValue: rawValue & 0x7F) }
  /// The operand's size in bytes; 8 is CMPXCHG8B's.
  public var size: UInt32 { 1 << (rawValue >> 7 & 3) }
  /// LOCK, or REP.
  public var hasPrefix: Bool { rawValue & 1 << 9 != 0 }
  /// DF for strings; a bit below the operand for BT; a comparison that holds for CMPXCHG; an index out
  /// of bounds; a descriptor that was accessed before; the TSS for the second region.
  public var isVariant: Bool { rawValue & 1 << 10 != 0 }
  public var ring: UInt32 { rawValue >> 11 & 3 }
  /// 0 the last of the lower page, 1 half on either, 2 one byte on the lower, 3 the first of the upper,
  /// 4 one byte on the upper.
  public var place: UInt32 { rawValue >> 13 & 7 }
  public var lacksInDirectory: Bool { rawValue & 1 << 16 != 0 }
  /// 0 on the lower page, 1 the first byte on the lower and the rest on the upper, 2 on the lower, but
  /// what comes next on the upper.
  public var codePlace: UInt32 { rawValue >> 29 & 3 }

  /// What a page lacks: 0 and 1 the first region's, 2 and 3 the second's, 4 and 5 the code's.
  public func lack(_ page: UInt32) -> Lack {
    Lack(rawValue: rawValue >> (17 + 2 * page) & 3) ?? .nothing
  }

  /// What a page lacks.
  public func lack(of page: RestartPage) -> Lack {
    place(of: page).map { lack($0) } ?? .nothing
  }

  /// Which of a number's six pages a page is; nil for one that the case leaves alone.
  func place(of page: RestartPage) -> UInt32? {
    let upper: UInt32 = page.isUpper ? 1 : 0
    if page.region == .code { return 4 + upper }
    if page.region == instruction?.traits.primary { return upper }
    return page.region == secondary ? 2 + upper : nil
  }

  /// The second region: of what goes to ring 1, the TSS in the other variant.
  var secondary: RestartRegion? {
    instruction?.isDelivery == true && isVariant ? .taskState : instruction?.traits.secondary
  }

  /// The entries of a page at first: its directory entry and its table entry.
  public func entries(of page: RestartPage) -> (directory: UInt32, table: UInt32) {
    let lack = lack(of: page).bit
    return (
      page.table | page.rights & ~(lacksInDirectory ? lack : 0),
      page.frame | page.rights & ~(lacksInDirectory ? 0 : lack)
    )
  }
}

extension RestartCase {
  private static func lacks(_ lacks: [(page: UInt32, lack: Lack)]) -> UInt32 {
    lacks.reduce(0) { $0 | $1.lack.rawValue << (17 + 2 * $1.page) }
  }

  /// What may lack: something of one page; of two pages of a region; of a page of either region; or P
  /// of all four.
  static var allLacks: [UInt32] {
    let kinds: [Lack] = [.present, .writable, .user]
    var result: [UInt32] = []
    for page in 0..<6 as Range<UInt32> {
      for kind in kinds { result.append(lacks([(page, kind)])) }
    }
    for (a, b) in [(0, 1), (2, 3), (4, 5), (0, 2), (0, 3), (1, 2), (1, 3), (0, 5)]
      as [(UInt32, UInt32)]
    {
      for kindA in kinds {
        for kindB in kinds { result.append(lacks([(a, kindA), (b, kindB)])) }
      }
    }
    result.append(lacks((0..<4).map { ($0, .present) }))
    return result
  }

  /// The cases that agree in all but what lacks, by their first: nothing lacks.
  static func forEachShape(_ body: (RestartCase) -> Void) {
    for instruction in RestartInstruction.allCases {
      let traits = instruction.traits
      for choice in 0..<16 as Range<UInt32> {
        let (size, prefix, variant) = (choice & 3, choice >> 2 & 1, choice >> 3 & 1)
        guard traits.sizes >> size & 1 != 0, prefix == 0 || traits.hasPrefix,
          variant == 0 || traits.hasVariant
        else { continue }
        for ring in 0..<4 as Range<UInt32> where traits.rings >> ring & 1 != 0 {
          for place in 0..<7 as Range<UInt32> {
            // The code's other places go with the operand's first.
            let code = place > 4 ? place - 4 : 0
            let number =
              instruction.rawValue | size << 7 | prefix << 9 | variant << 10 | ring << 11
              | (code == 0 ? place << 13 : 0) | code << 29
            let shape = RestartCase(rawValue: number)
            if shape.isShape { body(shape) }
          }
        }
      }
    }
  }

  /// Gives every case, in an order that has nothing to do with their numbers.
  public static func forEach(_ body: (RestartCase) -> Void) {
    let allLacks = allLacks
    forEachShape { shape in
      let needs = RestartNeeds(shape)
      for lacks in allLacks where needs.allow(lacks, codePlace: shape.codePlace, shape.place) {
        body(RestartCase(rawValue: shape.rawValue | lacks))
        body(RestartCase(rawValue: shape.rawValue | lacks | 1 << 16))
      }
      // Deliveries that need nothing but a gate are cases by themselves.
      if shape.isCaseByItself { body(shape) }
    }
  }

  /// All of them, by their numbers.
  public static var all: [RestartCase] {
    var all: [RestartCase] = []
    forEach { all.append($0) }
    return all.sorted()
  }

  /// Whether a number is a case.
  public var isCase: Bool {
    guard rawValue >> 31 == 0 else { return false }
    let lacks = rawValue & 0xFFF << 17
    let shape = RestartCase(rawValue: rawValue & ~(0x1FFF << 16))
    var isShape = false
    Self.forEachShape { isShape = isShape || $0 == shape }
    guard isShape else { return false }
    if lacks == 0 { return rawValue == shape.rawValue && shape.isCaseByItself }
    return Self.allLacks.contains(lacks)
      && RestartNeeds(shape).allow(lacks, codePlace: shape.codePlace, shape.place)
  }

  /// A delivery is worth a look by itself.
  private var isCaseByItself: Bool {
    instruction?.isDelivery == true && !isVariant && codePlace == 0
  }

  /// Whether the places are such that no other shape does the same.
  private var isShape: Bool {
    guard let instruction else { return false }
    // Within ring 1 no TSS is looked at.
    if instruction.isDelivery, isVariant, ring == 1 { return false }
    if codePlace == 1, RestartCode(self).bytes.count < 2 { return false }
    if codePlace == 2, !instruction.traits.isTransfer { return false }
    return RestartPlaces.isDistinct(self)
  }
}

/// What each page of a shape is used for: what may lack there so that something faults.
struct RestartNeeds {
  /// For each of the six pages of a number: bit n: a lack of that kind makes a fault.
  private var faults: [UInt32] = [0, 0, 0, 0, 0, 0]
  private let isOfTaskState: Bool
  /// A page fault that goes to ring 1 would do so for the code's page, too.
  private let isOfCode: Bool

  init(_ shape: RestartCase) {
    isOfTaskState = shape.secondary == .taskState
    isOfCode = shape.instruction != .pageFault
    for step in RestartModel(shape).steps {
      for touch in step.touches {
        guard let place = shape.place(of: RestartPage(number: touch.page)) else { continue }
        faults[Int(place)] |= 1 << RestartCase.Lack.present.rawValue
        if touch.writes { faults[Int(place)] |= 1 << RestartCase.Lack.writable.rawValue }
        if touch.isUser { faults[Int(place)] |= 1 << RestartCase.Lack.user.rawValue }
      }
    }
  }

  /// Whether each page that lacks something faults.
  func allow(_ lacks: UInt32, codePlace: UInt32, _ place: UInt32) -> Bool {
    let ofCode = lacks >> 25 & 0xF
    // The code's pages are asked for once a shape, and in its other places nothing else is.
    if ofCode != 0, place != 0 || !isOfCode { return false }
    if codePlace != 0, ofCode == 0 { return false }
    // What else there is to ask is asked with the gates.
    if isOfTaskState, lacks >> 21 & 0xF == 0 { return false }
    for page in 0..<6 as Range<UInt32> {
      let lack = lacks >> (17 + 2 * page) & 3
      if lack != 0, faults[Int(page)] >> lack & 1 == 0 { return false }
    }
    return true
  }
}
