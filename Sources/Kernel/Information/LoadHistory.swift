import MinixABI

/// How many processes were ready, over the last 15 minutes (`struct loadinfo`).
///
/// Source: minix `kernel/clock.c`, `load_update`, `include/minix/type.h`; the size is ABI 8.8's.
struct LoadHistory {
  /// `_LOAD_HISTORY`: slots of six seconds.
  private var slots = InlineArray<150, UInt16>(repeating: 0)
  private var lastSlot = 0
  private var lastClock: UInt32 = 0

  /// `_LOAD_UNIT_SECS` in ticks.
  private static var ticksPerSlot: UInt32 { 6 * ClockRate.ticksPerSecond }

  /// Adds the ready processes at a tick to its slot; the first to come to a slot empties it.
  ///
  /// - Parameters:
  ///   - readyCount: how many are ready, the one that runs not counted.
  ///   - uptime: the tick.
  mutating func record(readyCount: UInt16, uptime: UInt32) {
    let slot = Int(uptime / Self.ticksPerSlot % 150)
    if slot != lastSlot {
      slots[slot] = 0
      lastSlot = slot
    }
    slots[slot] &+= readyCount
    lastClock = uptime
  }

  /// 308 bytes: the slots@0, the last one's index@300:2, the last tick@304.
  var image: KernelImage {
    var image = KernelImage(byteCount: 308)
    for index in slots.indices { image[short: 2 * index] = slots[index] }
    image[short: 300] = UInt16(lastSlot)
    image[word: 304] = lastClock
    return image
  }
}

extension Kernel {
  /// How many processes are ready besides the one that runs.
  var readyCount: UInt16 {
    let others = processes.queues.slotCount - (processes[current].rts.isEmpty ? 1 : 0)
    return UInt16(truncatingIfNeeded: others)
  }
}
