/// The registers that the restart group compares, as an instruction leaves them.
@frozen
public struct RestartRegisters: Hashable, Sendable, BitwiseCopyable {
  public var eax: UInt32 = 0
  public var ecx: UInt32 = 0
  public var edx: UInt32 = 0
  public var ebx: UInt32 = 0
  public var esp: UInt32 = 0
  public var ebp: UInt32 = 0
  public var esi: UInt32 = 0
  public var edi: UInt32 = 0
  public var eip: UInt32 = 0
  public var eflags: UInt32 = 0
  public var cs: UInt32 = 0
  public var ss: UInt32 = 0
  public var ds: UInt32 = 0
  public var es: UInt32 = 0
  public var fs: UInt32 = 0
  public var gs: UInt32 = 0

  public init() {}

  public static var count: Int { 16 }
  static var eflagsIndex: Int { 9 }
  /// Every flag but RF: hypervisors that play the instruction differ in it.
  static var comparedFlags: UInt32 { 0x003E_7FFF }

  /// The registers in their order.
  public subscript(index: Int) -> UInt32 {
    get {
      switch index {
      case 0: eax
      case 1: ecx
      case 2: edx
      case 3: ebx
      case 4: esp
      case 5: ebp
      case 6: esi
      case 7: edi
      case 8: eip
      case 9: eflags
      case 10: cs
      case 11: ss
      case 12: ds
      case 13: es
      case 14: fs
      default: gs
      }
    }
    set {
      switch index {
      case 0: eax = newValue
      case 1: ecx = newValue
      case 2: edx = newValue
      case 3: ebx = newValue
      case 4: esp = newValue
      case 5: ebp = newValue
      case 6: esi = newValue
      case 7: edi = newValue
      case 8: eip = newValue
      case 9: eflags = newValue
      case 10: cs = newValue
      case 11: ss = newValue
      case 12: ds = newValue
      case 13: es = newValue
      case 14: fs = newValue
      default: gs = newValue
      }
    }
  }

  /// "EAX".
  public static func name(of index: Int) -> StaticString {
    switch index {
    case 0: "EAX"
    case 1: "ECX"
    case 2: "EDX"
    case 3: "EBX"
    case 4: "ESP"
    case 5: "EBP"
    case 6: "ESI"
    case 7: "EDI"
    case 8: "EIP"
    case 9: "EFLAGS"
    case 10: "CS"
    case 11: "SS"
    case 12: "DS"
    case 13: "ES"
    case 14: "FS"
    default: "GS"
    }
  }
}
