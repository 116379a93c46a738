import MinixABI

/// What the kernel has printed (`struct kmessages`): a ring of 10,000 bytes, as GET_KMESSAGES hands it
/// out.
///
/// Source: minix `include/minix/type.h`, `kernel/utility.c`; the size is ABI 8.8's.
struct KernelMessages {
  /// `_KMESS_BUF_SIZE`.
  static var capacity: Int { 10_000 }

  private var ring: [UInt8] = []
  private var next = 0

  /// Appends a text; the oldest bytes give way.
  mutating func append(_ text: some Sequence<UInt8>) {
    for byte in text {
      if ring.count < Self.capacity { ring.append(byte) } else { ring[next] = byte }
      next = (next + 1) % Self.capacity
    }
  }

  /// 10,008 bytes: where the next one goes@0, how many there are@4, the ring@8.
  var image: KernelImage {
    var image = KernelImage(byteCount: 8 + Self.capacity)
    image[word: 0] = UInt32(next)
    image[word: 4] = UInt32(ring.count)
    image.store(KernelImage(bytes: ring), at: 8)
    return image
  }
}

/// Where the kernel's own text goes: the run's standard error.
public protocol KernelConsole {
  /// Takes a piece of text as it is.
  func write(_ text: [UInt8])
}

extension Kernel {
  /// `kputc` and `END_OF_KMESS`: prints, and tells the console drivers that there is something to read.
  func print(_ text: [UInt8]) {
    messages.append(text)
    console?.write(text)
    for driver in [Endpoint.tty, .log] where processes.slot(of: driver) != nil {
      sendSystemSignal(delivery.signals.output, to: driver)
    }
  }

  func print(_ text: String) { print(Array(text.utf8)) }
}
