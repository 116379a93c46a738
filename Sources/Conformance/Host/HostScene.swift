internal import I386
internal import KVM

/// A kind of case of the host group: what there is of it, what must be seen, and what is seen.
protocol HostScene: Sendable {
  /// All there are, always in the same order: a case's number is its place.
  static var all: [Self] { get }
  var words: String { get }

  /// What the manual, or KVM's own, promises.
  ///
  /// - Parameters:
  ///   - oracle: who knows how an address is translated.
  ///   - physicalAddressBits: see ``/I386/PagingMode/physicalAddressBits``.
  func expectation<Rules>(
    by oracle: PagingOracle<Rules>, physicalAddressBits: UInt32
  ) -> HostState

  /// Tries it.
  ///
  /// - Parameters:
  ///   - system: the open device.
  ///   - quiet: a machine that runs nothing, for those who only ask; made by the first of them.
  func observation(
    on system: borrowing System, _ quiet: inout HostMachine?
  ) throws(KVMError) -> HostState
}

/// The kinds, in the order of their numbers.
enum HostKind: UInt32, CaseIterable, Sendable {
  case translation = 1
  case largeAddress, faultAddress, control, dirtyLog, readOnly, slotChange, immediateExit
  case interruptWindow, shutdown

  /// The name in reports.
  var words: String {
    switch self {
    case .translation: "KVM_TRANSLATE"
    case .largeAddress: "PSE-36"
    case .faultAddress: "CR2"
    case .control: "control registers"
    case .dirtyLog: "dirty log"
    case .readOnly: "read-only slot"
    case .slotChange: "slot change"
    case .immediateExit: "immediate_exit"
    case .interruptWindow: "interrupt window"
    case .shutdown: "shutdown"
    }
  }

  var scenes: [any HostScene] {
    switch self {
    case .translation: TranslationScene.all
    case .largeAddress: LargeAddressScene.all
    case .faultAddress: FaultAddressScene.all
    case .control: ControlScene.all
    case .dirtyLog: DirtyLogScene.all
    case .readOnly: ReadOnlyScene.all
    case .slotChange: SlotChangeScene.all
    case .immediateExit: ImmediateExitScene.all
    case .interruptWindow: InterruptWindowScene.all
    case .shutdown: ShutdownScene.all
    }
  }
}
