/// What GET_MACHINE hands out (`struct machine`): six numbers.
///
/// Source: minix `include/minix/type.h`, `kernel/start.c`; the size is ABI 8.8's.
enum MachineImage {
  /// An AT with a 686 and no display.
  static var image: KernelImage {
    var image = KernelImage(byteCount: 24)
    image[word: 0] = 1  // pc_at
    // ps_mca@4: no.
    image[word: 8] = 686  // processor
    // padding@12, vdu_ega@16, vdu_vga@20: no.
    return image
  }
}

/// What machines without interrupt sources, and kernels built without measurements, hand out: tables
/// of the right size in which nothing has happened.
///
/// Source: minix `include/minix/type.h`, `kernel/type.h`, `include/timers.h`; ABI 8.8.
enum EmptyTables {
  /// GET_IRQACTIDS (`irq_actids`): for each of 16 interrupts its handlers in action.
  static var interruptActivity: KernelImage { KernelImage(byteCount: 64) }

  /// GET_RANDOMNESS (`krandom`): the number of elements in a bin@0 and of sources@4, then 16 bins.
  static var randomness: KernelImage {
    var image = KernelImage(byteCount: 8 + randomSourceCount * randomBinByteCount)
    image[word: 0] = 64
    image[word: 4] = UInt32(randomSourceCount)
    return image
  }

  /// `RANDOM_SOURCES`.
  static var randomSourceCount: Int { 16 }
  /// A bin: where the next element goes@0, how many there are@4, 64 elements of two bytes@8.
  static var randomBinByteCount: Int { 136 }

  /// GET_LOCKTIMING (`timingdata`): for kernels built to time their locks.
  static var lockTiming: KernelImage { KernelImage(byteCount: 2480) }

  /// GET_IDLETSC (`idle_tsc`): 64 bits. Idle time is the host's, and stays there.
  static var idleCycles: KernelImage { KernelImage(byteCount: 8) }
}
