/// What a request for physical memory demands of where it lies (`PAF_…`).
///
/// Source: minix `servers/vm/vm.h`; ABI 9.19.
struct FrameDemand: Equatable {
  /// The highest zone that will do.
  var zone = FrameZone.high
  /// `PAF_ALIGN64K`: it begins at a multiple of 64 KiB.
  var isAligned = false

  /// Frames from one that may begin a run to the next.
  var step: UInt32 { isAligned ? 16 : 1 }
}

extension VirtualRegion.Flags {
  /// What the region demands of its blocks.
  var frameDemand: FrameDemand {
    FrameDemand(
      zone: contains(.lower1M) ? .lower1M : contains(.lower16M) ? .lower16M : .high,
      isAligned: contains(.aligned64K))
  }
}

/// A part of RAM that requests can ask for; each demand is met by its zone and those below.
enum FrameZone: Int {
  /// `PAF_LOWER1MB`.
  case lower1M = 0
  /// `PAF_LOWER16MB`: what an ISA device's DMA reaches.
  case lower16M = 1
  /// All the rest.
  case high = 2

  /// How many zones there are.
  static var count: Int { 3 }

  /// The zone that a frame lies in.
  init(of frame: UInt32) {
    self = frame < 256 ? .lower1M : frame < 4096 ? .lower16M : .high
  }

  /// The zone's first frame; frame 0 is never handed out.
  var firstFrame: UInt32 {
    switch self {
    case .lower1M: 1
    case .lower16M: 256
    case .high: 4096
    }
  }

  /// One past the zone's last frame.
  var endFrame: UInt32 {
    switch self {
    case .lower1M: 256
    case .lower16M: 4096
    case .high: 1 << 20
    }
  }

  /// The next zone down.
  var below: FrameZone? { FrameZone(rawValue: rawValue - 1) }
}
